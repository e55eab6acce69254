// SPDX-License-Identifier: MIT
/* Fragments, cut and joined here by the letter of [MS-IKEE] 2.2.6. */
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_clock.h"
#include "ike/frag.h"
#include "ike_bench.h"
#include "ike_ca.h"

#define PIECE	500

static struct ca root, gateway, client;

/* Fragment payload: next, reserved, length, id, number, flags */
static size_t put_piece(uint8_t *out, uint16_t id, uint8_t number, uint8_t flags, const void *data, size_t len)
{
	const uint8_t head[8] = { 0, 0, (len + 8) >> 8, (len + 8) & 0xff, id >> 8, id & 0xff, number, flags };

	memcpy(out, head, 8);
	memcpy(out + 8, data, len);
	return len + 8;
}

/* In memory of exactly its size. */
static uint8_t *add(struct frag *f, uint16_t id, uint8_t number, uint8_t flags, const char *text, size_t *len)
{
	size_t size = strlen(text) + 8;
	uint8_t *body = malloc(size), *whole;

	put_piece(body, id, number, flags, text, strlen(text));
	whole = frag_add(f, body, size, len);
	free(body);
	return whole;
}

static void pieces_come_in_any_order(void **state)
{
	struct frag f = { 0 };
	uint8_t *whole;
	size_t len;

	(void)state;
	assert_null(add(&f, 7, 3, 1, "three", &len));
	assert_null(add(&f, 7, 1, 0, "one", &len));
	assert_null(add(&f, 7, 1, 0, "one", &len));
	whole = add(&f, 7, 2, 0, "two", &len);
	assert_non_null(whole);
	assert_int_equal(len, 11);
	assert_memory_equal(whole, "onetwothree", 11);
	free(whole);
	assert_int_equal(f.len, 0);
	whole = add(&f, 7, 1, 1, "alone", &len);
	assert_non_null(whole);
	assert_int_equal(len, 5);
	free(whole);
}

static void another_message_takes_the_place(void **state)
{
	struct frag f = { 0 };
	uint8_t *whole;
	size_t len;

	(void)state;
	assert_null(add(&f, 1, 1, 0, "old", &len));
	assert_null(add(&f, 2, 2, 1, "fresh", &len));
	whole = add(&f, 2, 1, 0, "very ", &len);
	assert_non_null(whole);
	assert_memory_equal(whole, "very fresh", 10);
	free(whole);
}

/* A forged piece does not outlive the peer's next try. */
static void newest_piece_counts(void **state)
{
	struct frag f = { 0 };
	uint8_t *whole;
	size_t len;

	(void)state;
	assert_null(add(&f, 1, 1, 0, "forged and long", &len));
	assert_null(add(&f, 1, 1, 0, "good", &len));
	whole = add(&f, 1, 2, 1, "!", &len);
	assert_int_equal(len, 5);
	assert_memory_equal(whole, "good!", 5);
	free(whole);
}

static void bounds_are_kept(void **state)
{
	static uint8_t body[8 + 4096], data[4096];
	struct frag f = { 0 };
	uint8_t number;
	size_t len, n;

	(void)state;
	assert_null(add(&f, 1, 0, 1, "no piece has this number", &len));
	assert_null(add(&f, 1, FRAG_PIECES_MAX + 1, 1, "too many", &len));
	assert_null(add(&f, 1, 1, 1, "", &len));
	assert_int_equal(f.len, 0);
	/* all that is kept is at most one message */
	for (number = 1; number <= 4; number++) {
		n = put_piece(body, 1, number, 0, data, 4096);
		assert_null(frag_add(&f, body, n, &len));
	}
	assert_int_equal(f.len, 2 * 4096);
	/* longer than what is there */
	frag_clear(&f);
	for (n = 0; n < 40; n++) {
		uint8_t *exact = malloc(n ? n : 1);

		put_piece(body, 1, 1, 1, data, 32);
		memcpy(exact, body, n);
		assert_null(frag_add(&f, exact, n, &len));
		free(exact);
	}
	assert_int_equal(f.len, 0);
}

static void wild_bytes_are_survived(void **state)
{
	struct frag f = { 0 };
	uint8_t body[64], *whole;
	size_t round, i, len;

	(void)state;
	srand(1);
	for (round = 0; round < 100000; round++) {
		for (i = 0; i < sizeof(body); i++)
			body[i] = rand();
		memset(body + 2, 0, 3);
		body[3] = rand() % 70;
		body[6] = rand() % 5;
		whole = frag_add(&f, body, sizeof(body), &len);
		free(whole);
		assert_in_range(f.len, 0, 8192);
	}
	frag_clear(&f);
}

static void begin(struct ike_bench *b, struct initiator *i, uint8_t *m5, size_t *len)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench_message m;

	initiator_init(i, "198.51.100.7", 500);
	initiator_set_cert(i, client.cert, client.key);
	i->frag = true;
	i->behind_nat = true;
	ike_bench_receive(b, &i->path, out, initiator_m1(i, out));
	assert_true(ike_bench_take(b, &m));
	ike_bench_receive(b, &i->path, out, initiator_m3(i, m.data, m.len, out));
	assert_true(ike_bench_take(b, &m));
	*len = initiator_m5(i, m.data, m.len, m5);
}

/* ISAKMP header of the message, next payload 132, then the piece */
static void send_piece(struct ike_bench *b, struct initiator *i, const uint8_t *msg, size_t len, size_t nth,
		       uint8_t flags)
{
	size_t from = nth * PIECE, n = len - from < PIECE ? len - from : PIECE, size;
	uint8_t out[28 + 8 + PIECE];

	memcpy(out, msg, 28);
	out[16] = 132;
	out[19] = flags;
	size = 28 + put_piece(out + 28, 77, nth + 1, from + n == len, msg + from, n);
	out[26] = size >> 8;
	out[27] = size;
	ike_bench_receive(b, &i->path, out, size);
}

/* What the gateway sent, joined; 0 when it is not in pieces. */
static size_t join(struct ike_bench *b, uint8_t *out)
{
	struct ike_bench_message m;
	size_t len = 0, number = 0;

	while (ike_bench_take(b, &m)) {
		if (m.data[16] != 132)
			return 0;
		assert_true(m.len <= 1228);
		assert_int_equal(m.data[19], 0);
		assert_int_equal(m.data[26] << 8 | m.data[27], m.len);
		assert_int_equal(m.data[30] << 8 | m.data[31], m.len - 28);
		assert_int_equal(m.data[34], ++number);
		assert_int_equal(m.data[35], !b->sent_len);
		memcpy(out + len, m.data + 36, m.len - 36);
		len += m.len - 36;
	}
	assert_true(number > 1);
	return len;
}

static void dialogue(struct ike_bench *b, uint8_t flags)
{
	uint8_t m5[INITIATOR_MESSAGE_MAX], m6[INITIATOR_MESSAGE_MAX];
	struct initiator_quick q = { .message_id = 1 };
	size_t len, n, pieces;
	struct initiator i;

	begin(b, &i, m5, &len);
	assert_true(i.has_frag);
	pieces = (len + PIECE - 1) / PIECE;
	assert_true(pieces > 2);
	/* the last one first; one lost, all sent again */
	for (n = pieces; n > 1; n--)
		send_piece(b, &i, m5, len, n - 1, flags);
	assert_int_equal(b->sent_len, 0);
	for (n = 0; n < pieces; n++)
		send_piece(b, &i, m5, len, n, flags);
	len = join(b, m6);
	assert_true(initiator_m6(&i, m6, len));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	initiator_free(&i);
}

static void both_sides_cut(void **state)
{
	dialogue(*state, 0);
}

/* Apple and racoon */
static void encrypted_flag_of_a_piece_means_nothing(void **state)
{
	dialogue(*state, 1);
}

static void lost_answer_is_sent_again_in_pieces(void **state)
{
	uint8_t m5[INITIATOR_MESSAGE_MAX], m6[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct initiator i;
	size_t len, n;

	begin(b, &i, m5, &len);
	ike_bench_receive(b, &i.path, m5, len);
	assert_true(join(b, m6) > 0);
	for (n = 0; n * PIECE < len; n++)
		send_piece(b, &i, m5, len, n, 0);
	assert_true(initiator_m6(&i, m6, join(b, m6)));
	initiator_free(&i);
}

static void who_does_not_know_fragments_gets_none(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	initiator_set_cert(&i, client.cert, client.key);
	assert_true(ike_bench_phase1(b, &i));
	assert_false(i.has_frag);
	initiator_free(&i);
	/* nor is it announced where nothing is large */
	initiator_init(&i, "198.51.100.8", 500);
	i.frag = true;
	assert_true(ike_bench_phase1(b, &i));
	assert_false(i.has_frag);
	initiator_free(&i);
}

static void pieces_of_nothing_are_ignored(void **state)
{
	uint8_t m5[INITIATOR_MESSAGE_MAX], junk[600] = { 0 };
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i;
	size_t len;

	begin(b, &i, m5, &len);
	/* a fragment in a fragment, and no message at all */
	memcpy(junk, m5, 28);
	junk[16] = 132;
	junk[26] = 0;
	junk[27] = 40;
	send_piece(b, &i, junk, 40, 0, 0);
	junk[0] ^= 1;
	junk[16] = 5;
	send_piece(b, &i, junk, 40, 0, 0);
	assert_int_equal(b->sent_len, 0);
	ike_bench_receive(b, &i.path, m5, len);
	assert_true(ike_bench_take(b, &m));
	initiator_free(&i);
}

static int make_all(void **state)
{
	(void)state;
	root = ca_issue(&(struct ca_request){ .name = "Root", .authority = true });
	gateway = ca_issue(&(struct ca_request){ .name = "vpn.example.net", .issuer = &root });
	client = ca_issue(&(struct ca_request){ .name = "alice", .issuer = &root });
	return 0;
}

static int free_all(void **state)
{
	(void)state;
	ca_free(&root);
	ca_free(&gateway);
	ca_free(&client);
	return 0;
}

/* The gateway's chain makes message 6 large. */
static int set_up(void **state)
{
	struct ike_bench *b = ike_bench_new(NULL);
	struct conf_certificate *c = &b->conf.certificate;

	c->own = gateway.cert;
	c->key = gateway.key;
	c->chain = sk_X509_new_null();
	c->issuers = sk_X509_new_null();
	c->trusted = X509_STORE_new();
	sk_X509_push(c->chain, root.cert);
	sk_X509_push(c->issuers, root.cert);
	X509_STORE_add_cert(c->trusted, root.cert);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct ike_bench *b = *state;

	sk_X509_free(b->conf.certificate.chain);
	sk_X509_free(b->conf.certificate.issuers);
	X509_STORE_free(b->conf.certificate.trusted);
	memset(&b->conf.certificate, 0, sizeof(b->conf.certificate));
	ike_bench_free(b);
	return fake_clock_pending() ? -1 : 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_come_in_any_order),
		cmocka_unit_test(another_message_takes_the_place),
		cmocka_unit_test(newest_piece_counts),
		cmocka_unit_test(bounds_are_kept),
		cmocka_unit_test(wild_bytes_are_survived),
		TEST(both_sides_cut),
		TEST(encrypted_flag_of_a_piece_means_nothing),
		TEST(lost_answer_is_sent_again_in_pieces),
		TEST(who_does_not_know_fragments_gets_none),
		TEST(pieces_of_nothing_are_ignored),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
