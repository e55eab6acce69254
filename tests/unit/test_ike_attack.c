// SPDX-License-Identifier: MIT
/* What a stranger, or a client with bad manners, may try on the IKE engine (RFC 2407, 2408 and 2409). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_clock.h"
#include "ike/dh.h"
#include "ike_bench.h"
#include "sealer.h"

#define RATIO		3	/* bytes that we may send to who has not shown that it gets them */
#define COOKIE_AT	8
#define NEXT_AT		16
#define VERSION_AT	17
#define EXCHANGE_AT	18
#define FLAGS_AT	19
#define MESSAGE_ID_AT	20
#define LENGTH_AT	24
#define BODY_AT		28

/**
 * struct msg - a message that may be changed
 * @data: bytes
 * @len: how many
 */
struct msg {
	uint8_t data[INITIATOR_MESSAGE_MAX];
	size_t len;
};

static int set_up(void **state)
{
	*state = ike_bench_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	ike_bench_free(*state);
	return fake_clock_pending() ? -1 : 0;
}

static void set16(uint8_t *at, unsigned int v)
{
	at[0] = v >> 8;
	at[1] = v;
}

static unsigned int get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static void set_length(struct msg *m)
{
	set16(m->data + LENGTH_AT, 0);
	set16(m->data + LENGTH_AT + 2, m->len);
}

/* The payload of this type, or NULL. */
static uint8_t *find(struct msg *m, uint8_t type)
{
	uint8_t next = m->data[NEXT_AT], *p = m->data + BODY_AT;

	while (next && next != type && p + 4 <= m->data + m->len) {
		next = p[0];
		p += get16(p + 2);
	}
	return next == type ? p : NULL;
}

/* Where the type of the payload at @p is written. */
static uint8_t *link_to(struct msg *m, const uint8_t *p)
{
	uint8_t *q = m->data + BODY_AT;

	if (p == q)
		return m->data + NEXT_AT;
	while (q + get16(q + 2) != p)
		q += get16(q + 2);
	return q;
}

static void append(struct msg *m, uint8_t type, const void *body, size_t len)
{
	uint8_t *last = m->data + BODY_AT, *end = m->data + m->len;

	while (last[0])
		last += get16(last + 2);
	last[0] = type;
	end[0] = 0;
	end[1] = 0;
	set16(end + 2, 4 + len);
	if (len)
		memcpy(end + 4, body, len);
	m->len += 4 + len;
	set_length(m);
}

static void cut(struct msg *m, uint8_t type)
{
	uint8_t *p = find(m, type);
	size_t len;

	assert_non_null(p);
	len = get16(p + 2);
	*link_to(m, p) = p[0];
	memmove(p, p + len, m->data + m->len - p - len);
	m->len -= len;
	set_length(m);
}

static void repeat(struct msg *m, uint8_t type)
{
	uint8_t body[1024], *p = find(m, type);
	size_t len;

	assert_non_null(p);
	len = get16(p + 2) - 4;
	memcpy(body, p + 4, len);
	append(m, type, body, len);
}

/* --- what may be wrong with a message --- */

/** enum edit - how it is changed */
enum edit {
	SET,		/* a byte */
	FLIP,		/* bits of a byte */
	FILL,		/* four bytes */
	SET_LENGTH,	/* of the message: so much more than it is */
	LENGTH,		/* of the message: so much */
	SHORTEN,	/* to so many bytes, negative: by so many; the header does not say so */
	SIZE,		/* of a payload: two bytes */
	CUT,		/* a payload away */
	REPEAT,		/* a payload at the end */
	APPEND,		/* a payload of so many bytes */
	REPLACE,	/* a payload by another one of so many bytes */
	MOVE,		/* a payload to the end */
};

/** enum outcome - what has to become of it */
enum outcome {
	DROPPED,	/* no answer and no change: the right message still works */
	REFUSED,	/* nothing comes of it; a Quick Mode that its client spoiled has used its message id */
	TAKEN,		/* as if nothing had been done to it */
};

/**
 * struct corner - one thing that may be wrong
 * @name: it
 * @edit: how
 * @payload: in the payload of this type, its header included; 0: in the message
 * @at: where
 * @v: value
 * @outcome: what has to become of it
 * @hash: make HASH right again before it is encrypted
 */
struct corner {
	const char *name;
	enum edit edit;
	uint8_t payload;
	unsigned int at;
	int v;
	enum outcome outcome;
	bool hash;
};

static void replace(struct msg *m, uint8_t type, size_t len)
{
	uint8_t body[1024];

	memset(body, 9, sizeof(body));
	cut(m, type);
	append(m, type, body, len);
}

static void move(struct msg *m, uint8_t type)
{
	repeat(m, type);
	cut(m, type);
}

static void edit(struct msg *m, const struct corner *c)
{
	static const uint8_t filling[1024] = { 1 };
	uint8_t *base = c->payload ? find(m, c->payload) : m->data;

	switch (c->edit) {
	case SET:
		base[c->at] = c->v;
		break;
	case FLIP:
		base[c->at] ^= c->v;
		break;
	case FILL:
		memset(base + c->at, c->v, 4);
		break;
	case SET_LENGTH:
		set16(m->data + LENGTH_AT + 2, m->len + c->v);
		break;
	case LENGTH:
		set16(m->data + LENGTH_AT + 2, c->v);
		break;
	case SHORTEN:
		m->len = c->v < 0 ? m->len + c->v : (size_t)c->v;
		break;
	case SIZE:
		set16(base + c->at, c->v);
		break;
	case CUT:
		cut(m, c->payload);
		break;
	case REPEAT:
		repeat(m, c->payload);
		break;
	case APPEND:
		append(m, c->at, filling, c->v);
		break;
	case REPLACE:
		replace(m, c->payload, c->v);
		break;
	case MOVE:
		move(m, c->payload);
		break;
	}
}

/* Of any message, whatever is in it. */
static const struct corner headers[] = {
	{ "length zero", FILL, .at = LENGTH_AT, .v = 0 },
	{ "length of less than a header", LENGTH, .v = 27 },
	{ "length of a header", LENGTH, .v = 28 },
	{ "length one too small", SET_LENGTH, .v = -1 },
	{ "length one too large", SET_LENGTH, .v = 1 },
	{ "length of 4 gigabytes", FILL, .at = LENGTH_AT, .v = 0xff },
	{ "the end is missing", SHORTEN, .v = -5 },
	{ "a header alone", SHORTEN, .v = 28 },
	{ "half a header", SHORTEN, .v = 14 },
	{ "version 2", SET, .at = VERSION_AT, .v = 0x20 },
	{ "version 0", SET, .at = VERSION_AT, .v = 0 },
	{ "exchange type none", SET, .at = EXCHANGE_AT, .v = 0 },
	{ "exchange type base", SET, .at = EXCHANGE_AT, .v = 1 },
	{ "exchange type authentication only", SET, .at = EXCHANGE_AT, .v = 3 },
	{ "exchange type mode configuration", SET, .at = EXCHANGE_AT, .v = 6 },
	{ "exchange type new group mode", SET, .at = EXCHANGE_AT, .v = 33 },
	{ "exchange type 255", SET, .at = EXCHANGE_AT, .v = 255 },
	{ "unknown flag", FLIP, .at = FLAGS_AT, .v = 0x80 },
	{ "another initiator's cookie", FLIP, .at = 3, .v = 0x55 },
};

/* Of what is in clear: messages 1 and 3. */
static const struct corner chains[] = {
	{ "no next payload", SET, .at = NEXT_AT, .v = 0 },
	{ "next payload unknown", SET, .at = NEXT_AT, .v = 99 },
	{ "next payload another one", SET, .at = NEXT_AT, .v = 13 },
	{ "payload longer than the message", SIZE, .at = BODY_AT + 2, .v = 4000 },
	{ "payload of three bytes", SIZE, .at = BODY_AT + 2, .v = 3 },
	{ "payload of no bytes", SIZE, .at = BODY_AT + 2, .v = 0 },
	{ "payload that is not known", APPEND, .at = 14, .v = 4 },
	{ "payload that is not assigned", APPEND, .at = 127, .v = 4 },
	{ "Transform payload outside of an SA", APPEND, .at = 3, .v = 8 },
	{ "said to be encrypted", FLIP, .at = FLAGS_AT, .v = 1 },
	{ "message id in phase 1", FLIP, .at = MESSAGE_ID_AT, .v = 1 },
	{ "another responder's cookie", FLIP, .at = COOKIE_AT, .v = 0x55 },
	{ "private payload", APPEND, .at = 200, .v = 8, .outcome = TAKEN },
	{ "NAT-D of a draft", APPEND, .at = 130, .v = 20, .outcome = TAKEN },
	{ "commit bit", FLIP, .at = FLAGS_AT, .v = 2, .outcome = TAKEN },
};

static const struct corner message1[] = {
	{ "SA twice", REPEAT, .payload = 1 },
	{ "no SA", CUT, .payload = 1 },
	{ "DOI unknown", SET, .payload = 1, .at = 7, .v = 2 },
	{ "DOI of ISAKMP alone", SET, .payload = 1, .at = 7, .v = 0 },
	{ "situation secrecy", SET, .payload = 1, .at = 11, .v = 3 },
	{ "proposal of no transforms", SET, .payload = 1, .at = 19, .v = 0 },
	{ "proposal longer than the SA", SIZE, .payload = 1, .at = 14, .v = 4000 },
	{ "proposal of seven bytes", SIZE, .payload = 1, .at = 14, .v = 7 },
	{ "transform longer than the proposal", SIZE, .payload = 1, .at = 22, .v = 4000 },
	{ "KE too early", APPEND, .at = 4, .v = 64 },
	{ "HASH in phase 1", APPEND, .at = 8, .v = 32 },
};

static const struct corner message3[] = {
	{ "KE twice", REPEAT, .payload = 4 },
	{ "nonce twice", REPEAT, .payload = 10 },
	{ "no KE", CUT, .payload = 4 },
	{ "no nonce", CUT, .payload = 10 },
	{ "SA again", APPEND, .at = 1, .v = 40 },
	{ "KE of another size", REPLACE, .payload = 4, .v = 32, .outcome = REFUSED },
	{ "KE that is no point of the curve", REPLACE, .payload = 4, .v = 64, .outcome = REFUSED },
	{ "nonce of 7 bytes", REPLACE, .payload = 10, .v = 7 },
	{ "nonce of 257 bytes", REPLACE, .payload = 10, .v = 257 },
};

static const struct corner message5[] = {
	{ "not encrypted", FLIP, .at = FLAGS_AT, .v = 1, .outcome = REFUSED },
	{ "HASH altered", FLIP, .payload = 8, .at = 7, .v = 1, .outcome = REFUSED },
	{ "HASH of one byte", REPLACE, .payload = 8, .v = 1, .outcome = REFUSED },
	{ "HASH empty", REPLACE, .payload = 8, .v = 0, .outcome = REFUSED },
	{ "no HASH", CUT, .payload = 8, .outcome = REFUSED },
	{ "HASH twice", REPEAT, .payload = 8, .outcome = REFUSED, .hash = true },
	{ "no identity", CUT, .payload = 5, .outcome = REFUSED, .hash = true },
	{ "identity twice", REPEAT, .payload = 5, .outcome = REFUSED, .hash = true },
	{ "next payload unknown", SET, .at = NEXT_AT, .v = 99, .outcome = REFUSED, .hash = true },
	{ "payload longer than the message", SIZE, .at = BODY_AT + 2, .v = 4000, .outcome = REFUSED, .hash = true },
	{ "payload that is not known", APPEND, .at = 14, .v = 4, .outcome = REFUSED, .hash = true },
	{ "KE again", APPEND, .at = 4, .v = 64, .outcome = REFUSED, .hash = true },
	{ "private payload", APPEND, .at = 200, .v = 8, .outcome = TAKEN, .hash = true },
};

static const struct corner quick1[] = {
	{ "not encrypted", FLIP, .at = FLAGS_AT, .v = 1 },
	{ "message id zero", FILL, .at = MESSAGE_ID_AT, .v = 0, .hash = true },
	{ "HASH altered", FLIP, .payload = 8, .at = 7, .v = 1 },
	{ "HASH of one byte", REPLACE, .payload = 8, .v = 1 },
	{ "HASH empty", REPLACE, .payload = 8, .v = 0 },
	{ "no HASH", CUT, .payload = 8 },
	{ "HASH not first", MOVE, .payload = 8, .hash = true },
	{ "HASH twice", REPEAT, .payload = 8, .hash = true },
	{ "no SA", CUT, .payload = 1, .hash = true },
	{ "SA twice", REPEAT, .payload = 1, .hash = true },
	{ "no nonce", CUT, .payload = 10, .hash = true },
	{ "nonce twice", REPEAT, .payload = 10, .hash = true },
	{ "nonce of 7 bytes", REPLACE, .payload = 10, .v = 7, .outcome = REFUSED, .hash = true },
	{ "nonce of 257 bytes", REPLACE, .payload = 10, .v = 257, .outcome = REFUSED, .hash = true },
	{ "three identities", REPEAT, .payload = 5, .outcome = REFUSED, .hash = true },
	{ "one identity", CUT, .payload = 5, .outcome = REFUSED, .hash = true },
	{ "KE without a group", APPEND, .at = 4, .v = 64, .outcome = REFUSED, .hash = true },
	{ "DOI unknown", SET, .payload = 1, .at = 7, .v = 2, .outcome = REFUSED, .hash = true },
	{ "DOI of ISAKMP alone", SET, .payload = 1, .at = 7, .v = 0, .outcome = REFUSED, .hash = true },
	{ "situation secrecy", SET, .payload = 1, .at = 11, .v = 3, .outcome = REFUSED, .hash = true },
	{ "proposal of no transforms", SET, .payload = 1, .at = 19, .v = 0, .outcome = REFUSED, .hash = true },
	{ "proposal longer than the SA", SIZE, .payload = 1, .at = 14, .v = 4000, .outcome = REFUSED, .hash = true },
	{ "SPI reserved", FILL, .payload = 1, .at = 20, .v = 0, .outcome = REFUSED, .hash = true },
	{ "next payload unknown", SET, .at = NEXT_AT, .v = 99, .hash = true },
	{ "payload that is not known", APPEND, .at = 14, .v = 4, .hash = true },
	{ "payload that is not assigned", APPEND, .at = 127, .v = 4, .hash = true },
	{ "private payload", APPEND, .at = 200, .v = 8, .outcome = TAKEN, .hash = true },
	{ "commit bit", FLIP, .at = FLAGS_AT, .v = 2, .outcome = TAKEN, .hash = true },
};

static void receive(struct ike_bench *b, const struct initiator *i, const struct msg *m)
{
	ike_bench_receive(b, &i->path, m->data, m->len);
}

/* An answer, other than an informational message. */
static bool answered(struct ike_bench *b, struct ike_bench_message *m)
{
	bool got = false;

	while (ike_bench_take(b, m))
		got |= m->data[EXCHANGE_AT] != 5;
	return got;
}

/* What came of a changed message fits what should; says no more than a small notification where it is refused. */
static void judge(const struct corner *c, const char *message, struct ike_bench *b, bool got)
{
	bool taken = c->outcome == TAKEN;

	if (got != taken)
		fail_msg("%s: %s: %s", message, c->name, got ? "was taken" : "was not taken");
	assert_int_equal(b->sent_len, 0);
}

static size_t cases;

typedef void (*corner_test)(struct ike_bench *b, const struct corner *c);

static void for_each(struct ike_bench *b, const struct corner *c, size_t n, corner_test test)
{
	cases += n;
	for (; n--; c++) {
		test(b, c);
		/* everything that it left behind ends */
		fake_clock_advance(400000);
		b->sent_len = 0;
		b->peers_len = 0;
		b->children_len = 0;
		memset(b->peers, 0, sizeof(b->peers));
		memset(b->children, 0, sizeof(b->children));
		memset(b->lineages, 0, sizeof(b->lineages));
	}
}

#define FOR_EACH(b, table, test)	for_each(b, table, sizeof(table) / sizeof((table)[0]), test)

static void try_message1(struct ike_bench *b, const struct corner *c)
{
	struct ike_bench_message answer;
	struct initiator i;
	struct msg m;

	initiator_init(&i, "198.51.100.7", 500);
	m.len = initiator_m1(&i, m.data);
	edit(&m, c);
	receive(b, &i, &m);
	/* another cookie is another client, and nothing is wrong with that */
	if (!strcmp(c->name, "another initiator's cookie"))
		assert_true(answered(b, &answer));
	else
		judge(c, "message 1", b, answered(b, &answer));
	if (c->outcome == DROPPED)
		assert_true(ike_bench_phase1(b, &i));
	initiator_free(&i);
}

/* until_message3 - a new client's message 1 is answered; @m is its message 3 */
static void until_message3(struct ike_bench *b, struct initiator *i, struct msg *m)
{
	struct ike_bench_message answer;

	initiator_init(i, "198.51.100.7", 500);
	m->len = initiator_m1(i, m->data);
	receive(b, i, m);
	assert_true(ike_bench_take(b, &answer));
	m->len = initiator_m3(i, answer.data, answer.len, m->data);
}

static void try_message3(struct ike_bench *b, const struct corner *c)
{
	struct ike_bench_message answer;
	struct initiator i;
	struct msg m, right;

	until_message3(b, &i, &m);
	right = m;
	edit(&m, c);
	receive(b, &i, &m);
	judge(c, "message 3", b, answered(b, &answer));
	if (c->outcome == DROPPED) {
		receive(b, &i, &right);
		if (!answered(b, &answer))
			fail_msg("message 3: %s: the right one does not work afterwards", c->name);
	}
	initiator_free(&i);
}

/* @wire: what the client would send; it is opened, changed and sealed again */
static void change_inside(struct ike_bench *b, struct msg *m, const struct corner *c)
{
	m->len = sealer_open(b->ike, m->data, m->len);
	edit(m, c);
	m->len = sealer_seal(b->ike, m->data, m->len, sizeof(m->data), !c->hash);
}

static bool is_about_headers(const struct corner *c)
{
	return c >= headers && c < headers + sizeof(headers) / sizeof(headers[0]);
}

static void try_message5(struct ike_bench *b, const struct corner *c)
{
	struct ike_bench_message answer;
	struct initiator i;
	struct msg m, right;

	until_message3(b, &i, &m);
	receive(b, &i, &m);
	assert_true(ike_bench_take(b, &answer));
	m.len = initiator_m5(&i, answer.data, answer.len, m.data);
	right = m;
	if (is_about_headers(c))
		edit(&m, c);
	else
		change_inside(b, &m, c);
	receive(b, &i, &m);
	judge(c, "message 5", b, answered(b, &answer));
	/* whoever forges a message 5 does not end somebody else's phase 1 */
	if (c->outcome != TAKEN) {
		receive(b, &i, &right);
		if (!answered(b, &answer))
			fail_msg("message 5: %s: the right one does not work afterwards", c->name);
	}
	initiator_free(&i);
}

static void try_quick1(struct ike_bench *b, const struct corner *c)
{
	struct initiator_quick q = { .message_id = 0x1001, .encapsulation = 2, .lifetime = 3600, .port = 1701 };
	struct ike_bench_message answer;
	struct initiator i;
	struct msg m, right;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	m.len = initiator_q1(&i, &q, m.data);
	right = m;
	if (is_about_headers(c))
		edit(&m, c);
	else
		change_inside(b, &m, c);
	receive(b, &i, &m);
	judge(c, "Quick Mode", b, answered(b, &answer));
	if (c->outcome == DROPPED) {
		receive(b, &i, &right);
		if (!answered(b, &answer))
			fail_msg("Quick Mode: %s: the right one does not work afterwards", c->name);
	}
	initiator_free(&i);
}

static void corner_cases_of_message_1(void **state)
{
	FOR_EACH(*state, headers, try_message1);
	FOR_EACH(*state, chains, try_message1);
	FOR_EACH(*state, message1, try_message1);
}

static void corner_cases_of_message_3(void **state)
{
	FOR_EACH(*state, headers, try_message3);
	FOR_EACH(*state, chains, try_message3);
	FOR_EACH(*state, message3, try_message3);
}

static void corner_cases_of_message_5(void **state)
{
	FOR_EACH(*state, headers, try_message5);
	FOR_EACH(*state, message5, try_message5);
}

static void corner_cases_of_quick_mode(void **state)
{
	FOR_EACH(*state, headers, try_quick1);
	FOR_EACH(*state, quick1, try_quick1);
}

static void cookies_of_zero_are_refused(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;
	struct msg m;

	initiator_init(&i, "198.51.100.7", 500);
	memset(i.cky_i, 0, sizeof(i.cky_i));
	m.len = initiator_m1(&i, m.data);
	receive(b, &i, &m);
	assert_int_equal(b->sent_len, 0);
	assert_int_equal(b->peers_len, 0);
}

/* --- amplification --- */

static size_t sent_bytes(struct ike_bench *b)
{
	struct ike_bench_message m;
	size_t n = 0;

	while (ike_bench_take(b, &m))
		n += m.len;
	return n;
}

/* Message 1 so many times, then nothing for an hour: what goes out in all. */
static void check_ratio(struct ike_bench *b, const struct initiator *i, const struct msg *m, unsigned int times,
			const char *what)
{
	size_t in = 0, out = 0;
	unsigned int n;

	for (n = 0; n < times; n++) {
		receive(b, i, m);
		in += m->len;
		out += sent_bytes(b);
	}
	for (n = 0; n < 360; n++) {
		fake_clock_advance(10000);
		out += sent_bytes(b);
	}
	print_message("%s, %u times: %zu bytes in, %zu out\n", what, times, in, out);
	assert_true(out > 0);
	if (out > RATIO * in)
		fail_msg("%s: %zu bytes for %zu", what, out, in);
}

static void main_mode_amplifies_nothing(void **state)
{
	/* SA with one transform that says no more than it has to: the same comes back */
	static const uint8_t shortest[] = {
		1, 0, 0, 0, 48, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 36, 1, 1, 0, 1, 0, 0, 0, 28, 1, 1, 0, 0,
		0x80, 1, 0, 7, 0x80, 14, 1, 0, 0x80, 2, 0, 4, 0x80, 3, 0, 1, 0x80, 4, 0, 19,
	};
	struct ike_bench *b = *state;
	struct initiator i;
	struct msg m;
	int n;

	initiator_init(&i, "198.51.100.7", 500);
	i.offers = shortest;
	i.offers_len = sizeof(shortest);
	m.len = initiator_m1(&i, m.data);
	check_ratio(b, &i, &m, 1, "the shortest message 1 of Main Mode");
	for (n = 0; n < 2; n++) {
		initiator_init(&i, "198.51.100.7", 500);
		i.dpd = true;
		i.frag = true;
		m.len = initiator_m1(&i, m.data);
		check_ratio(b, &i, &m, n ? 1 : 100, "message 1 of Main Mode");
		initiator_free(&i);
		initiator_init(&i, "198.51.100.8", 500);
		m.len = initiator_m1(&i, m.data);
		find(&m, 1)[8 + 12 + 8 + 40 + 8 + 2] = 0x7f;	/* of the second transform: nothing fits any more */
		find(&m, 1)[8 + 12 + 8 + 40 + 8 + 3] = 0x7f;
		check_ratio(b, &i, &m, n ? 1 : 100, "message 1 of Main Mode that is refused");
		initiator_free(&i);
	}
}

static void aggressive_mode_refused_amplifies_nothing(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;
	struct msg m;

	initiator_init(&i, "198.51.100.7", 500);
	m.len = initiator_a1(&i, m.data);
	check_ratio(b, &i, &m, 1, "message 1 of Aggressive Mode that is refused");
	check_ratio(b, &i, &m, 100, "message 1 of Aggressive Mode that is refused");
	initiator_free(&i);
}

/* The shortest message 1 that gets the longest answer: each group, each hash, the smallest nonce. */
static void aggressive_mode_amplifies_little(void **state)
{
	static const unsigned int groups[] = { 14, 15, 16, 19, 20, 21, 31 }, hashes[] = { 2, 4, 5, 6 };
	uint8_t offer[64], name[64];
	struct ike_bench *b = *state;
	struct initiator i;
	struct msg m;
	size_t g, h, n = 0;

	b->conf.aggressive_mode = true;
	for (g = 0; g < 7; g++) {
		for (h = 0; h < 4; h++)
			b->conf.proposals[n++] = (struct conf_ike_proposal){ 256, hashes[h], groups[g] };
	}
	b->conf.proposals_len = n;
	for (g = 0; g < 7; g++) {
		for (h = 0; h < 4; h++) {
			const uint8_t shortest[] = {
				0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 36, 1, 1, 0, 1, 0, 0, 0, 28, 1, 1, 0, 0,
				0x80, 1, 0, 7, 0x80, 14, 1, 0, 0x80, 2, 0, hashes[h], 0x80, 3, 0, 1,
				0x80, 4, 0, groups[g],
			};
			struct dh dh = { .group = groups[g], .peer_len = dh_public_len(groups[g]) };

			memcpy(offer, shortest, sizeof(shortest));
			initiator_init(&i, "198.51.100.7", 500);
			i.offer = offer;
			i.offer_len = sizeof(shortest);
			i.ni_len = 8;
			initiator_set_id(&i, 11, "x", 1);
			m.len = initiator_a1(&i, m.data);
			memset(dh.priv, 0x37, sizeof(dh.priv));
			dh.peer[dh.peer_len - 1] = 9;
			dh_compute(&dh);
			replace(&m, 4, dh.peer_len);
			memcpy(find(&m, 4) + 4, dh.pub, dh.peer_len);
			snprintf((char *)name, sizeof(name), "Aggressive Mode with group %u and hash %u", groups[g],
				 hashes[h]);
			check_ratio(b, &i, &m, 1, (char *)name);
			initiator_free(&i);
			b->peers_len = 0;
			memset(b->peers, 0, sizeof(b->peers));
			*b->log = '\0';
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(corner_cases_of_message_1, set_up, tear_down),
		cmocka_unit_test_setup_teardown(corner_cases_of_message_3, set_up, tear_down),
		cmocka_unit_test_setup_teardown(corner_cases_of_message_5, set_up, tear_down),
		cmocka_unit_test_setup_teardown(corner_cases_of_quick_mode, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cookies_of_zero_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(main_mode_amplifies_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(aggressive_mode_refused_amplifies_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(aggressive_mode_amplifies_little, set_up, tear_down),
	};

	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	print_message("%zu corner cases\n", cases);
	return failed;
}
