// SPDX-License-Identifier: MIT
/*
 * usage: make_seeds REPLAY FOLDER
 *
 * Turns a dialogue of tests/replay into seeds: the peer's messages in plaintext, which the engine's own keys
 * give when the dialogue is repeated with what was random then.  Writes ike/NAME, and each message and each of
 * its payloads of interest as a seed of the parser that reads it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/random.h"
#include "fake_clock.h"
#include "fake_random.h"
#include "ike_hex.h"
#include "ike_indifferent.h"
#include "input.h"
#include "sealer.h"

#define LINE_LEN	16384
#define LINES		1024

/**
 * struct dialogue - one replay
 * @lines: its lines
 * @n: how many
 * @conf: configuration
 * @psks: of it
 * @ike: engine
 * @name: of the replay
 * @folder: of the seeds
 * @script: seed for fuzz_ike
 * @messages: number of the last message
 */
struct dialogue {
	char *lines[LINES];
	size_t n;
	struct conf_ike conf;
	struct conf_psk psks[4];
	struct ike *ike;
	const char *name;
	const char *folder;
	FILE *script;
	unsigned int messages;
};

static struct prefix anybody = { .addr.family = AF_INET };

static const char *after(const char *line, const char *word)
{
	size_t len = strlen(word);

	return strncmp(line, word, len) || (line[len] && line[len] != ' ') ? NULL : line + len + !!line[len];
}

static void read_lines(struct dialogue *d, const char *path)
{
	static char line[LINE_LEN];
	FILE *f = fopen(path, "r");

	if (!f)
		abort();
	while (fgets(line, sizeof(line), f) && d->n < LINES) {
		line[strcspn(line, "\n")] = '\0';
		d->lines[d->n++] = strdup(line);
	}
	fclose(f);
}

static void set(struct dialogue *d, const char *line)
{
	struct conf_ike_proposal *p = &d->conf.proposals[d->conf.proposals_len];
	struct conf_esp_proposal *e = &d->conf.esp[d->conf.esp_len];
	const char *arg;
	unsigned int hash;

	arg = after(line, "ike");
	if (arg && sscanf(arg, "%u %u %u", &p->key_bits, &hash, &p->group) == 3) {
		p->hash = hash;
		d->conf.proposals_len++;
	}
	arg = after(line, "esp");
	if (arg && sscanf(arg, "%u %u %u", &e->cipher, &e->key_bits, &e->auth) == 3)
		d->conf.esp_len++;
	arg = after(line, "psk");
	if (arg)
		d->psks[d->conf.psks_len++] = (struct conf_psk){
			.name = (char *)arg, .peers = &anybody, .peers_len = 1, .secret = (uint8_t *)arg,
			.secret_len = strlen(arg),
		};
	d->conf.aggressive_mode |= !!after(line, "aggressive-mode");
	d->conf.force_udp_encapsulation |= !!after(line, "force-udp-encapsulation");
	arg = after(line, "public-address");
	if (arg)
		d->conf.has_public_address = addr_parse(&d->conf.public_address, arg);
}

static void write_seed(const struct dialogue *d, const char *target, const char *what, const void *data, size_t len)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", d->folder, target);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/%s-%u-%s", d->folder, target, d->name, d->messages, what);
	f = fopen(path, "w");
	if (!f || fwrite(data, 1, len, f) != len || fclose(f))
		abort();
}

static void write_record(FILE *f, uint8_t op, const void *data, size_t len)
{
	const uint8_t head[] = { op, len >> 8, len };

	fwrite(head, 1, sizeof(head), f);
	fwrite(data, 1, len, f);
}

/* The number that stands for the group in fuzz_dh, then the value. */
static void write_ke(struct dialogue *d, const struct payload *p)
{
	static const size_t sizes[] = { 128, 256, 64, 96, 132, 32 };
	uint8_t seed[1 + DH_PUBLIC_MAX];

	for (seed[0] = 0; seed[0] < sizeof(sizes) / sizeof(sizes[0]); seed[0]++) {
		if (p->len != sizes[seed[0]])
			continue;
		memcpy(seed + 1, p->body, p->len);
		write_seed(d, "dh", "value", seed, 1 + p->len);
	}
}

/* A message in clear, or made so, and its payloads. */
static void dissect(struct dialogue *d, const uint8_t *msg, size_t len)
{
	struct payload_list list;
	struct isakmp_header h;
	const struct payload *p;

	d->messages++;
	write_seed(d, "isakmp", "message", msg, len);
	if (!payload_header_parse(&h, msg, len) ||
	    !payload_list_parse(&list, h.next, msg + ISAKMP_HEADER_LEN, len - ISAKMP_HEADER_LEN))
		return;
	for (p = list.p; p < list.p + list.n; p++) {
		if (p->type == ISAKMP_SA)
			write_seed(d, "proposal", h.message_id ? "phase2" : "phase1", p->body, p->len);
		if (p->type == ISAKMP_KE)
			write_ke(d, p);
	}
	if (list.present & (PAYLOAD_BIT(ISAKMP_NATD) | PAYLOAD_BIT(ISAKMP_NATOA)))
		write_seed(d, "natt", "message", msg, len);
}

static void receive(struct dialogue *d, const char *arg)
{
	static uint8_t wire[LINE_LEN], plain[LINE_LEN];
	struct ike_path path = { 0 };
	unsigned int port;
	char remote[64], *colon;
	int used = 0;
	size_t len;

	if (sscanf(arg, "%u %63s %n", &port, remote, &used) != 2)
		abort();
	colon = strrchr(remote, ':');
	*colon = '\0';
	addr_parse(&path.local.addr, "10.9.0.1");
	addr_parse(&path.remote.addr, remote);
	path.remote.port = strtoul(colon + 1, NULL, 10);
	path.local.port = port;
	path.natt = port == 4500;
	len = ike_hex(wire, sizeof(wire), arg + used);
	memcpy(plain, wire, len);
	write_record(d->script, port == 4500, plain, sealer_open(d->ike, plain, len));
	dissect(d, plain, sealer_open(d->ike, memcpy(plain, wire, len), len));
	ike_receive(d->ike, &path, wire, len);
}

static void queue_random(const struct dialogue *d, size_t at)
{
	uint8_t bytes[4096];
	const char *arg;

	for (at++; at < d->n && !after(d->lines[at], "recv") && !after(d->lines[at], "advance"); at++) {
		arg = after(d->lines[at], "random");
		if (arg)
			fake_random_set(bytes, ike_hex(bytes, sizeof(bytes), arg));
	}
}

static void wait_ms(struct dialogue *d, uint64_t ms)
{
	const uint64_t s = (ms + 500) / 1000;
	const uint8_t seconds[] = { s >> 8, s };

	fake_clock_advance(ms);
	if (s)
		write_record(d->script, 8, seconds, sizeof(seconds));
}

static void run(struct dialogue *d)
{
	const char *arg;
	size_t at;

	for (at = 0; at < d->n; at++) {
		arg = after(d->lines[at], "recv");
		if (arg) {
			queue_random(d, at);
			receive(d, arg);
		}
		arg = after(d->lines[at], "advance");
		if (arg) {
			queue_random(d, at);
			wait_ms(d, strtoull(arg, NULL, 10));
		}
	}
}

int main(int argc, char **argv)
{
	static struct dialogue d;
	char path[512];
	uint8_t bits;
	size_t i;

	if (argc != 3)
		return 1;
	input_quiet();
	fake_random_reset();
	d.conf.psks = d.psks;
	d.conf.half_open_max = 100;
	d.conf.half_open_per_source = 50;
	d.conf.dpd_interval = 30;
	d.conf.dpd_failures = 5;
	d.folder = argv[2];
	d.name = strrchr(argv[1], '/') + 1;
	read_lines(&d, argv[1]);
	*strrchr(argv[1], '.') = '\0';
	for (i = 0; i < d.n; i++)
		set(&d, d.lines[i]);
	snprintf(path, sizeof(path), "%s/ike", d.folder);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/ike/%s", d.folder, d.name);
	d.script = fopen(path, "w");
	if (!d.script)
		return 1;
	bits = d.conf.aggressive_mode | d.conf.force_udp_encapsulation << 1 | d.conf.has_public_address << 2;
	fwrite(&bits, 1, 1, d.script);
	d.ike = ike_new(&d.conf, &ike_indifferent, NULL, NULL);
	run(&d);
	ike_free(d.ike);
	fclose(d.script);
	for (i = 0; i < d.n; i++)
		free(d.lines[i]);
	return 0;
}
