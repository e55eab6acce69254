// SPDX-License-Identifier: MIT
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "fake_random.h"
#include "ppp_bench.h"

#define LOG_LINES	400
#define LOG_LINE	512

static char lines[LOG_LINES][LOG_LINE];
static size_t lines_len;

static struct conf_user users[] = {
	{ .name = (char *)"CORP\\bob", .secret = (char *)"corporate" },
	{ .name = (char *)"User", .secret = (char *)"clientPass" },
	{ .name = (char *)"fixed", .secret = (char *)"secret", .has_address = true, .address = 0x0a000037 },
};

static void keep_line(enum log_level level, const char *line)
{
	(void)level;
	if (lines_len < LOG_LINES)
		snprintf(lines[lines_len++], LOG_LINE, "%s", line);
}

/* How many kept lines hold this text. */
unsigned int bench_logged_count(const char *text)
{
	unsigned int n = 0;

	for (size_t i = 0; i < lines_len; i++)
		n += strstr(lines[i], text) ? 1 : 0;
	return n;
}

/* Does a kept line hold this text? */
bool bench_logged(const char *text)
{
	return bench_logged_count(text) > 0;
}

static void forget_link(struct bench *b)
{
	ppp_free(b->ppp);
	b->ppp = NULL;
	free(b->story);
	b->story = NULL;
}

static void on_send(void *user, uint16_t protocol, const uint8_t *data, size_t len)
{
	struct bench *b = user;
	size_t at = b->tail++ % BENCH_FRAMES;

	assert_in_range(len, 4, sizeof(b->frames[at].data));
	assert_int_equal(data[2] << 8 | data[3], len);
	b->frames[at].protocol = protocol;
	b->frames[at].len = len;
	memcpy(b->frames[at].data, data, len);
	if (b->free_in_send && b->tail == b->free_in_send)
		forget_link(b);
}

static void on_checked(void *arg, const struct auth_result *result)
{
	struct bench *b = arg;

	b->ticket = NULL;
	if (b->ppp)
		ppp_auth_result(b->ppp, result);
}

static void on_authenticate(void *user, const struct auth_request *request)
{
	struct bench *b = user;

	b->requests++;
	b->request = *request;
	if (b->free_in_authenticate) {
		forget_link(b);
		return;
	}
	if (b->hold)
		return;
	assert_null(b->ticket);
	b->ticket = auth_submit(b->auth, request, on_checked, b);
}

static uint32_t on_address(void *user, uint32_t fixed, uint32_t wish)
{
	struct bench *b = user;

	b->asked++;
	b->fixed = fixed;
	b->wish = wish;
	return fixed ? fixed : b->address;
}

static void on_up(void *user, const struct ppp_result *result)
{
	struct bench *b = user;

	b->up++;
	b->result = *result;
	if (b->close_in_up)
		ppp_close(b->ppp, "closed by test");
	if (b->free_in_up)
		forget_link(b);
}

static void on_down(void *user, const char *reason)
{
	struct bench *b = user;

	b->down++;
	snprintf(b->reason, sizeof(b->reason), "%s", reason);
	if (b->free_in_down)
		forget_link(b);
}

static const struct ppp_ops ops = {
	.send = on_send,
	.authenticate = on_authenticate,
	.address = on_address,
	.up = on_up,
	.down = on_down,
};

/* A bench whose link is not there yet: MS-CHAPv2 only, one name server, mtu 1400. */
struct bench *bench_new(void)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->conf.ppp = (struct conf_ppp){
		.auth = CONF_AUTH_MSCHAPV2,
		.local_address = 0x0a000001,
		.dns = { 0x08080808 },
		.dns_len = 1,
		.echo_interval = 30,
		.echo_failures = 4,
		.users = users,
		.users_len = sizeof(users) / sizeof(users[0]),
	};
	b->mtu = 1400;
	b->address = 0x0a000064;
	lines_len = 0;
	log_init(LOG_LEVEL_DEBUG, false);
	log_set_sink(keep_line);
	return b;
}

/* The magic number is BENCH_MAGIC, the CHAP challenge that of RFC 2759 section 9.2. */
void bench_start(struct bench *b)
{
	static const uint8_t bytes[] = {
		0x11, 0x11, 0x11, 0x11,
		0x5b, 0x5d, 0x7c, 0x7d, 0x7b, 0x3f, 0x2f, 0x3e, 0x3c, 0x2c, 0x60, 0x21, 0x32, 0x26, 0x26, 0x28,
	};

	fake_random_reset();
	fake_random_set(bytes, sizeof(bytes));
	b->auth = auth_local_new(&b->conf);
	b->story = calloc(1, sizeof(*b->story));
	assert_non_null(b->story);
	*b->story = (struct story){ .id = 7, .peer = "192.0.2.9:4500" };
	b->conf.ppp.mtu = b->conf.ppp.mtu ? b->conf.ppp.mtu : b->mtu;
	b->ppp = ppp_new(&b->conf.ppp, b->mtu, &ops, b, b->story);
	assert_non_null(b->auth);
	assert_non_null(b->ppp);
	ppp_start(b->ppp);
}

void bench_free(struct bench *b)
{
	forget_link(b);
	if (b->ticket)
		auth_cancel(b->ticket);
	auth_free(b->auth);
	free(b);
	log_set_sink(NULL);
	assert_int_equal(fake_clock_pending(), 0);
}

/* Hex digits and "text in quotes" to bytes; blanks are passed over. */
size_t bench_from_hex(const char *hex, uint8_t *out, size_t cap)
{
	size_t n = 0;

	while (*hex && *hex != '#') {
		unsigned int byte;

		if (isspace((unsigned char)*hex)) {
			hex++;
			continue;
		}
		assert_true(n < cap);
		if (*hex == '"') {
			for (hex++; *hex != '"'; hex++)
				out[n++] = (uint8_t)*hex;
			hex++;
			continue;
		}
		if (sscanf(hex, "%2x", &byte) != 1)
			fail_msg("no hex: %s", hex);
		out[n++] = (uint8_t)byte;
		hex += 2;
	}
	return n;
}

static void expect_frame(struct bench *b, const char *line, const uint8_t *want, size_t len)
{
	size_t at = b->head % BENCH_FRAMES;

	if (b->head == b->tail)
		fail_msg("nothing was sent; expected: %s", line);
	b->head++;
	if (b->frames[at].protocol != (want[0] << 8 | want[1]) || b->frames[at].len != len - 2 ||
	    memcmp(b->frames[at].data, want + 2, len - 2)) {
		fprintf(stderr, "expected %s\nsent     > %04x ", line, b->frames[at].protocol);
		for (size_t i = 0; i < b->frames[at].len; i++)
			fprintf(stderr, "%02x", b->frames[at].data[i]);
		fprintf(stderr, "\n");
		fail_msg("another frame was sent");
	}
}

/* An exact copy on the heap, so that the sanitizer sees one byte too many. */
static void feed(struct bench *b, const uint8_t *frame, size_t len)
{
	uint8_t *copy = malloc(len - 2 ? len - 2 : 1);

	assert_non_null(copy);
	memcpy(copy, frame + 2, len - 2);
	if (b->ppp)
		ppp_receive(b->ppp, (uint16_t)(frame[0] << 8 | frame[1]), copy, len - 2);
	free(copy);
}

/*
 * One line of a dialogue:
 *	> hex	the engine sent this frame (protocol first)
 *	< hex	the client sends this frame
 *	+ N	N milliseconds pass
 *	.	nothing more was sent
 *	# text	remark
 */
void bench_play(struct bench *b, const char *line)
{
	uint8_t frame[1600];
	size_t len;

	switch (line[0]) {
	case '>':
		len = bench_from_hex(line + 1, frame, sizeof(frame));
		expect_frame(b, line, frame, len);
		break;
	case '<':
		len = bench_from_hex(line + 1, frame, sizeof(frame));
		feed(b, frame, len);
		break;
	case '+':
		fake_clock_advance(strtoul(line + 1, NULL, 10));
		break;
	case '.':
		if (b->head != b->tail)
			fail_msg("a frame of protocol %04x code %u more than expected",
				 b->frames[b->head % BENCH_FRAMES].protocol, b->frames[b->head % BENCH_FRAMES].data[0]);
		break;
	case '#':
		break;
	default:
		fail_msg("no such line: %s", line);
	}
}

/* A whole dialogue; ends with NULL. */
void bench_run(struct bench *b, const char *const *script)
{
	for (; *script; script++)
		bench_play(b, *script);
}
