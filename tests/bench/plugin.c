// SPDX-License-Identifier: MIT
/*
 * A QEMU TCG plugin that counts which guest code runs between two marker
 * instructions (tests/bench/nic/nic.c executes them).
 *
 *	plugin.so,out=DIR
 *
 * For phase number N, counted from zero, it writes DIR/N: one line for each
 * translation block that ran, "address instructions locked-instructions times".
 * With several CPUs, plugin.so,out=DIR,time=1 counts nothing, because counters would be
 * shared; it writes DIR/times: one line for each end marker, "CPU nanoseconds", the time
 * that the thread of that CPU ran since it was at its begin marker.
 * Debian ships no header for plugins; what is needed of interface version 1
 * (QEMU 4.2 to 8.2) is declared in plugin_api.h.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugin_api.h"

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

#define BUCKETS 262144

/* A translation block; the same code translated again is the same block. */
struct block {
	struct block *next;
	uint64_t address;
	uint32_t insns;
	uint32_t locked;
	uint64_t runs;
};

static struct block *buckets[BUCKETS];
static const char *out;
static bool timed;
static unsigned int phase;

static const uint8_t marker[] = { 0x0f, 0x1f, 0x80 };	/* nopl disp32(%rax) */
#define MARK_BEGIN 0xdeadbe01u
#define MARK_END 0xdeadbe02u

static struct block *block_get(uint64_t address, uint32_t insns, uint32_t locked)
{
	struct block **bucket = &buckets[(address ^ address >> 18) & (BUCKETS - 1)];
	struct block *b;

	for (b = *bucket; b; b = b->next)
		if (b->address == address && b->insns == insns && b->locked == locked)
			return b;
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	b->address = address;
	b->insns = insns;
	b->locked = locked;
	b->next = *bucket;
	*bucket = b;
	return b;
}

static void begin(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	for (unsigned int i = 0; i < BUCKETS; i++)
		for (struct block *b = buckets[i]; b; b = b->next)
			b->runs = 0;
}

static void end(unsigned int vcpu, void *data)
{
	char name[4096];
	FILE *f;

	(void)vcpu;
	(void)data;
	snprintf(name, sizeof(name), "%s/%u", out, phase++);
	f = fopen(name, "w");
	if (!f)
		abort();
	for (unsigned int i = 0; i < BUCKETS; i++)
		for (struct block *b = buckets[i]; b; b = b->next)
			if (b->runs)
				fprintf(f, "%llx %u %u %llu\n", (unsigned long long)b->address,
					b->insns, b->locked, (unsigned long long)b->runs);
	fclose(f);
}

static uint64_t thread_time(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static __thread uint64_t began;

static void begin_time(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	began = thread_time();
}

/* A short line is written by one call: those of several threads do not mix. */
static void end_time(unsigned int vcpu, void *data)
{
	uint64_t time = thread_time() - began;
	char name[4096];
	FILE *f;

	(void)data;
	snprintf(name, sizeof(name), "%s/times", out);
	f = fopen(name, "a");
	if (!f)
		abort();
	fprintf(f, "%u %llu\n", vcpu, (unsigned long long)time);
	fclose(f);
}

static bool is_legacy_prefix(uint8_t byte)
{
	return byte == 0x66 || byte == 0xf2 || byte == 0xf3 || byte == 0x2e || byte == 0x36 ||
	       byte == 0x3e || byte == 0x26 || byte == 0x64 || byte == 0x65 || byte == 0x67;
}

/* A lock prefix, or xchg with memory, which locks by itself. */
static bool is_locked(const uint8_t *code, size_t len)
{
	size_t i = 0;

	while (i < len && is_legacy_prefix(code[i]))
		i++;
	if (i < len && code[i] == 0xf0)
		return true;
	if (i < len && (code[i] & 0xf0) == 0x40)
		i++;
	return i + 1 < len && (code[i] == 0x86 || code[i] == 0x87) && code[i + 1] < 0xc0;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint32_t insns = qemu_plugin_tb_n_insns(tb), locked = 0, mark;
	struct block *b;

	(void)id;
	for (uint32_t i = 0; i < insns; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const uint8_t *code = qemu_plugin_insn_data(insn);
		size_t len = qemu_plugin_insn_size(insn);

		locked += is_locked(code, len);
		if (len != sizeof(marker) + sizeof(mark) || memcmp(code, marker, sizeof(marker)))
			continue;
		memcpy(&mark, code + sizeof(marker), sizeof(mark));
		if (mark == MARK_BEGIN)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, timed ? begin_time : begin,
							       PLUGIN_NO_REGS, NULL);
		else if (mark == MARK_END)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, timed ? end_time : end,
							       PLUGIN_NO_REGS, NULL);
	}
	if (timed)
		return;
	b = block_get(qemu_plugin_tb_vaddr(tb), insns, locked);
	qemu_plugin_register_vcpu_tb_exec_inline(tb, PLUGIN_ADD_U64, &b->runs, 1);
}

__attribute__((visibility("default")))
int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4))
			out = strdup(argv[i] + 4);
		timed |= !strcmp(argv[i], "time=1") || !strcmp(argv[i], "time=on");
	}
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
