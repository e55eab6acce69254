// SPDX-License-Identifier: MIT
/* Whole dialogues between the engine and an initiator that shares no code with it. */
#include <arpa/inet.h>
#include <event2/event.h>
#include <event2/thread.h>
#include <errno.h>
#include <linux/l2tpsec.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/worker.h"
#include "fake_clock.h"
#include "ike_bench.h"

#define R_U_THERE	36136
#define R_U_THERE_ACK	36137
#define INITIAL_CONTACT	24578

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

static void check_keys(const struct ike_bench_child *c, const struct initiator_quick *q)
{
	size_t cipher = q->gcm ? 36 : 32, auth = q->gcm ? 0 : 20;

	assert_int_equal(c->sa.in.cipher_len, cipher);
	assert_int_equal(c->sa.in.auth_len, auth);
	assert_int_equal(c->sa.out.cipher_len, cipher);
	assert_int_equal(c->sa.out.auth_len, auth);
	assert_memory_equal(c->sa.in.cipher, q->key_out, cipher);
	assert_memory_equal(c->sa.in.auth, q->key_out + cipher, auth);
	assert_memory_equal(c->sa.out.cipher, q->key_in, cipher);
	assert_memory_equal(c->sa.out.auth, q->key_in + cipher, auth);
	assert_int_equal(c->sa.spi_out, q->spi_in);
}

static void client_behind_nat_gets_an_sa(void **state)
{
	struct initiator_quick q = { .message_id = 1, .gcm = true };
	struct ike_bench *b = *state;
	struct ike_bench_child *c;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 61234);
	i.behind_nat = true;
	i.dpd = true;
	assert_true(ike_bench_phase1(b, &i));
	assert_true(i.found_nat);
	assert_true(i.has_dpd);
	/* ID_IPV4_ADDR, the address dialled */
	assert_int_equal(i.peer_id_len, 8);
	assert_memory_equal(i.peer_id, "\x01\0\0\0\xc0\0\x02\x01", 8);
	assert_int_equal(b->peers[0].ups, 1);
	assert_string_equal(b->peers[0].identity, "198.51.100.7");
	assert_true(b->peers[0].handle->behind_nat);
	assert_string_equal(b->peers[0].handle->suite, "aes256-sha256-ecp256");
	c = ike_bench_phase2(b, &i, &q);
	assert_non_null(c);
	assert_true(c->active);
	assert_false(c->successor);
	assert_string_equal(c->suite, "aes256gcm16");
	assert_int_equal(c->lifetime, 3600);
	assert_int_equal(c->sa.encap, L2TPSEC_ENCAP_UDP);
	assert_int_equal(c->sa.cipher, L2TPSEC_CIPHER_AES_GCM_16);
	assert_int_equal(c->sa.auth, L2TPSEC_AUTH_NONE);
	assert_int_equal(c->sa.replay_window, 1024);
	assert_int_equal(c->sa.keepalive, 0);
	assert_int_equal(c->sa.lineage, 1);
	assert_int_equal(c->sa.local.port, 4500);
	assert_int_equal(c->sa.remote.port, 61235);
	check_keys(c, &q);
	initiator_free(&i);
}

static void client_without_nat_gets_plain_esp(void **state)
{
	struct initiator_quick q = { .message_id = 1, .kilobytes = 250000 };
	struct ike_bench *b = *state;
	struct ike_bench_child *c;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	i.sha1 = true;
	i.modp = true;
	assert_true(ike_bench_phase1(b, &i));
	assert_false(i.found_nat);
	assert_false(b->peers[0].handle->behind_nat);
	c = ike_bench_phase2(b, &i, &q);
	assert_non_null(c);
	assert_string_equal(c->suite, "aes256-sha1");
	assert_int_equal(c->sa.encap, L2TPSEC_ENCAP_RAW);
	/* the client rekeys at it; we only say so */
	assert_true(c->sa.soft_bytes == 250000ull * 1024);
	assert_true(c->sa.hard_bytes == 0);
	check_keys(c, &q);
	initiator_free(&i);
}

static void forced_encapsulation_makes_the_client_float(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct ike_bench_child *c;
	struct initiator i;

	b->conf.force_udp_encapsulation = true;
	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_true(i.found_nat);
	assert_false(b->peers[0].handle->behind_nat);
	c = ike_bench_phase2(b, &i, &q);
	assert_non_null(c);
	assert_int_equal(c->sa.encap, L2TPSEC_ENCAP_UDP);
	assert_int_equal(c->sa.keepalive, 0);
	initiator_free(&i);
}

/* The gateway has 10.0.0.5 and is dialled as 192.0.2.1. */
static void gateway_behind_nat_answers_as_its_public_address(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_path inside;
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench_message m;
	struct initiator i;
	size_t len;

	b->conf.has_public_address = addr_parse(&b->conf.public_address, "192.0.2.1");
	initiator_init(&i, "198.51.100.7", 500);
	inside = i.path;
	assert_true(addr_parse(&inside.local.addr, "10.0.0.5"));
	ike_bench_receive(b, &inside, out, initiator_m1(&i, out));
	assert_true(ike_bench_take(b, &m));
	ike_bench_receive(b, &inside, out, initiator_m3(&i, m.data, m.len, out));
	assert_true(ike_bench_take(b, &m));
	len = initiator_m5(&i, m.data, m.len, out);
	assert_true(i.found_nat);
	assert_false(i.found_gateway_nat);
	inside.natt = true;
	inside.local.port = 4500;
	inside.remote.port = 4500;
	ike_bench_receive(b, &inside, out, len);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_m6(&i, m.data, m.len));
	assert_memory_equal(i.peer_id + 4, "\xc0\0\x02\x01", 4);
	q.encapsulation = 4;
	q.lifetime = 3600;
	q.port = 1701;
	ike_bench_receive(b, &inside, out, initiator_q1(&i, &q, out));
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_q3(&i, &q, m.data, m.len, out) > 0);
	/* it is we who have to keep the NAT open */
	assert_int_equal(b->children[0].sa.keepalive, 20);
	initiator_free(&i);
}

static void peer_without_nat_traversal_is_served(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	i.no_natt = true;
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	initiator_free(&i);
}

static void forward_secrecy_is_taken_as_offered(void **state)
{
	struct initiator_quick q = { .message_id = 1, .pfs = true };
	struct ike_bench *b = *state;
	struct ike_bench_child *c;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	c = ike_bench_phase2(b, &i, &q);
	assert_non_null(c);
	check_keys(c, &q);
	initiator_free(&i);
}

static void run_loop(struct event_base *base, struct ike_bench *b)
{
	int n;

	for (n = 0; n < 500 && !b->sent_len; n++) {
		const struct timeval tv = { .tv_usec = 10000 };

		event_base_loopexit(base, &tv);
		event_base_dispatch(base);
	}
}

/* The same with real threads; a second client goes away while its job runs. */
static void workers_compute_and_owners_may_go(void **state)
{
	struct initiator_quick q = { .message_id = 1, .pfs = true, .encapsulation = 2, .port = 1701, .lifetime = 60 };
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct worker_pool *workers;
	struct initiator i, gone;
	struct event_base *base;
	struct ike_bench_message m;
	struct ike_bench *b;
	size_t len;

	(void)state;
	evthread_use_pthreads();
	base = event_base_new();
	workers = worker_pool_new(base, 2);
	b = ike_bench_new(workers);
	initiator_init(&i, "198.51.100.7", 500);
	ike_bench_receive(b, &i.path, out, initiator_m1(&i, out));
	assert_true(ike_bench_take(b, &m));
	len = initiator_m3(&i, m.data, m.len, out);
	ike_bench_receive(b, &i.path, out, len);
	ike_bench_receive(b, &i.path, out, len);
	assert_int_equal(b->sent_len, 0);
	run_loop(base, b);
	assert_int_equal(b->sent_len, 1);
	assert_true(ike_bench_take(b, &m));
	ike_bench_receive(b, &i.path, out, initiator_m5(&i, m.data, m.len, out));
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_m6(&i, m.data, m.len));
	len = initiator_q1(&i, &q, out);
	ike_bench_receive(b, &i.path, out, len);
	ike_bench_receive(b, &i.path, out, len);
	run_loop(base, b);
	assert_int_equal(b->sent_len, 1);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_q3(&i, &q, m.data, m.len, out) > 0);
	check_keys(&b->children[0], &q);

	initiator_init(&gone, "198.51.100.8", 500);
	ike_bench_receive(b, &gone.path, out, initiator_m1(&gone, out));
	assert_true(ike_bench_take(b, &m));
	ike_bench_receive(b, &gone.path, out, initiator_m3(&gone, m.data, m.len, out));
	ike_bench_free(b);
	worker_pool_free(workers);
	event_base_free(base);
	initiator_free(&i);
	initiator_free(&gone);
	assert_int_equal(fake_clock_pending(), 0);
}

static void wrong_key_is_one_plain_line(void **state)
{
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator_info info;
	struct ike_bench_message m;
	struct initiator i;
	size_t len;

	initiator_init(&i, "198.51.100.7", 500);
	i.psk = "not this one";
	ike_bench_add_psk(b, "other", "another", "198.51.100.0/24");
	ike_bench_add_psk(b, "elsewhere", "not this one", "203.0.113.0/24");
	ike_bench_receive(b, &i.path, out, initiator_m1(&i, out));
	assert_true(ike_bench_take(b, &m));
	ike_bench_receive(b, &i.path, out, initiator_m3(&i, m.data, m.len, out));
	assert_true(ike_bench_take(b, &m));
	len = initiator_m5(&i, m.data, m.len, out);
	ike_bench_receive(b, &i.path, out, len);
	assert_int_equal(b->children_len, 0);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_info(&i, m.data, m.len, &info));
	assert_true(info.notifies);
	assert_int_equal(info.type, 24);
	/* repeated, as clients do: the notification again, no second line */
	ike_bench_receive(b, &i.path, out, len);
	assert_true(ike_bench_take(b, &m));
	assert_int_equal(ike_bench_log_count(b, "failed at"), 1);
	assert_int_equal(ike_bench_log_count(b, "at ike-phase1: no configured pre-shared key fits (2 tried)"), 1);
	assert_int_equal(ike_bench_log_count(b, "(Windows shows error 789)"), 1);
	fake_clock_advance(31000);
	assert_string_not_equal(b->peers[0].gone, "");
	assert_int_equal(ike_bench_log_count(b, "failed at"), 1);
	assert_int_equal(b->peers[0].ups, 0);
	initiator_free(&i);
}

static void second_key_fits(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;

	ike_bench_add_psk(b, "new", "rotated", "0.0.0.0/0");
	initiator_init(&i, "198.51.100.7", 500);
	i.psk = "rotated";
	assert_true(ike_bench_phase1(b, &i));
	assert_int_equal(ike_bench_log_count(b, "pre-shared key new fits"), 1);
	assert_int_equal(ike_bench_log_count(b, "failed"), 0);
	initiator_free(&i);
}

static void unfit_proposals_are_named_on_both_sides(void **state)
{
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator_info info;
	struct ike_bench_message m;
	struct initiator i;
	size_t len;

	b->conf.proposals[0].group = 20;
	b->conf.proposals_len = 1;
	initiator_init(&i, "198.51.100.7", 500);
	len = initiator_m1(&i, out);
	ike_bench_receive(b, &i.path, out, len);
	ike_bench_receive(b, &i.path, out, len);
	assert_int_equal(b->sent_len, 2);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_info(&i, m.data, m.len, &info));
	assert_int_equal(info.type, 14);
	assert_int_equal(ike_bench_log_count(b, "at ike-phase1: no proposal fits: offered 3des256-sha256-ecp256"), 1);
	assert_int_equal(ike_bench_log_count(b, ", aes256-sha256-ecp256; accepted aes256-sha256-ecp384"), 1);
	assert_int_equal(ike_bench_log_count(b, "failed at"), 1);
}

static void unfit_phase2_proposals_are_named(void **state)
{
	struct initiator_quick q = { .message_id = 1, .encapsulation = 1 };
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	i.behind_nat = true;
	assert_true(ike_bench_phase1(b, &i));
	assert_null(ike_bench_phase2(b, &i, &q));
	assert_int_equal(ike_bench_log_count(b, "at ike-phase2: no proposal fits: offered aes256-sha1/tunnel; "), 1);
	assert_int_equal(ike_bench_log_count(b, "; accepted aes256gcm16, aes256-sha1, all with udp-transport"), 1);
	q.message_id = 2;
	q.our_port = 80;
	q.encapsulation = 4;
	assert_null(ike_bench_phase2(b, &i, &q));
	assert_int_equal(ike_bench_log_count(b, "failed at ike-phase2: traffic asked for"), 1);
	initiator_free(&i);
}

static void refusal_of_the_plane_reaches_the_client(void **state)
{
	struct initiator_quick q = { .message_id = 1, .encapsulation = 2, .port = 1701, .lifetime = 3600 };
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator_info info;
	struct ike_bench_message m;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	b->refuse_children = -EOPNOTSUPP;
	ike_bench_receive(b, &i.path, out, initiator_q1(&i, &q, out));
	assert_int_equal(b->sent_len, 1);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_info(&i, m.data, m.len, &info));
	assert_int_equal(info.type, 14);
	assert_int_equal(b->children_len, 0);
	b->refuse_children = 0;
	q.message_id = 2;
	assert_non_null(ike_bench_phase2(b, &i, &q));
	initiator_free(&i);
}

/* Each message twice, and the first one once more in the end: each answer twice, and one SA. */
static void duplicates_get_the_same_answer(void **state)
{
	struct initiator_quick q = { .message_id = 7, .encapsulation = 2, .port = 1701, .lifetime = 3600 };
	uint8_t m1[INITIATOR_MESSAGE_MAX], out[INITIATOR_MESSAGE_MAX];
	struct ike_bench_message a, again;
	struct ike_bench *b = *state;
	struct initiator i;
	size_t len, m1_len;
	int step;

	initiator_init(&i, "198.51.100.7", 500);
	m1_len = initiator_m1(&i, m1);
	memcpy(out, m1, m1_len);
	len = m1_len;
	for (step = 0; step < 4; step++) {
		ike_bench_receive(b, &i.path, out, len);
		ike_bench_receive(b, &i.path, out, len);
		assert_int_equal(b->sent_len, 2);
		assert_true(ike_bench_take(b, &a) && ike_bench_take(b, &again));
		assert_int_equal(a.len, again.len);
		assert_memory_equal(a.data, again.data, a.len);
		if (step == 0)
			len = initiator_m3(&i, a.data, a.len, out);
		else if (step == 1)
			len = initiator_m5(&i, a.data, a.len, out);
		else if (step == 2)
			assert_true(initiator_m6(&i, a.data, a.len)), len = initiator_q1(&i, &q, out);
		else
			len = initiator_q3(&i, &q, a.data, a.len, out);
	}
	assert_true(len > 0);
	ike_bench_receive(b, &i.path, out, len);
	ike_bench_receive(b, &i.path, out, len);
	ike_bench_receive(b, &i.path, m1, m1_len);
	assert_int_equal(b->sent_len, 0);
	assert_int_equal(b->children_len, 1);
	assert_true(b->children[0].active);
	assert_int_equal(b->peers_len, 1);
	assert_int_equal(b->peers[0].ups, 1);
	initiator_free(&i);
}

/* A replayed Quick Mode message 1 starts nothing, even when its exchange is forgotten. */
static void old_quick_mode_messages_are_not_taken_again(void **state)
{
	struct initiator_quick q = { .message_id = 7, .encapsulation = 2, .port = 1701, .lifetime = 3600 };
	uint8_t q1[INITIATOR_MESSAGE_MAX], out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i;
	size_t len, q1_len;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	q1_len = initiator_q1(&i, &q, q1);
	ike_bench_receive(b, &i.path, q1, q1_len);
	assert_true(ike_bench_take(b, &m));
	len = initiator_q3(&i, &q, m.data, m.len, out);
	ike_bench_receive(b, &i.path, out, len);
	fake_clock_advance(120000);
	ike_bench_receive(b, &i.path, q1, q1_len);
	assert_int_equal(b->sent_len, 0);
	assert_int_equal(b->children_len, 1);
	initiator_free(&i);
}

/* Any bit of a message changed: no answer, nothing happens; the real one is still good afterwards. */
static void tampered_messages_change_nothing(void **state)
{
	struct initiator_quick q = { .message_id = 1, .encapsulation = 2, .port = 1701, .lifetime = 3600 };
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i;
	size_t len, at;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	len = initiator_q1(&i, &q, out);
	for (at = 0; at < len; at++) {
		out[at] ^= 0x10;
		ike_bench_receive(b, &i.path, out, len);
		assert_int_equal(b->sent_len, 0);
		out[at] ^= 0x10;
	}
	for (at = 0; at < len; at++) {
		ike_bench_receive(b, &i.path, out, at);
		assert_int_equal(b->sent_len, 0);
	}
	assert_int_equal(b->children_len, 0);
	ike_bench_receive(b, &i.path, out, len);
	assert_true(ike_bench_take(b, &m));
	len = initiator_q3(&i, &q, m.data, m.len, out);
	out[40] ^= 1;
	ike_bench_receive(b, &i.path, out, len);
	assert_false(b->children[0].active);
	out[40] ^= 1;
	ike_bench_receive(b, &i.path, out, len);
	assert_true(b->children[0].active);
	initiator_free(&i);
}

/* Message 5 forged by somebody who saw the cookies: the real one is still good afterwards. */
static void forged_identity_does_not_end_phase1(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX], forged[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i;
	size_t len;

	initiator_init(&i, "198.51.100.7", 500);
	ike_bench_receive(b, &i.path, out, initiator_m1(&i, out));
	assert_true(ike_bench_take(b, &m));
	ike_bench_receive(b, &i.path, out, initiator_m3(&i, m.data, m.len, out));
	assert_true(ike_bench_take(b, &m));
	len = initiator_m5(&i, m.data, m.len, out);
	memcpy(forged, out, len);
	forged[len - 1] ^= 1;
	forged[40] ^= 1;
	ike_bench_receive(b, &i.path, forged, len);
	assert_true(ike_bench_take(b, &m));
	ike_bench_receive(b, &i.path, out, len);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_m6(&i, m.data, m.len));
	assert_int_equal(b->peers[0].ups, 1);
	initiator_free(&i);
}

/* Message 5 before message 3, Quick Mode before phase 1, message 3 again afterwards. */
static void reordered_messages_change_nothing(void **state)
{
	struct initiator_quick q = { .message_id = 1, .encapsulation = 2, .port = 1701, .lifetime = 3600 };
	uint8_t m3[INITIATOR_MESSAGE_MAX], out[INITIATOR_MESSAGE_MAX], quick[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i;
	size_t m3_len, len;

	initiator_init(&i, "198.51.100.7", 500);
	ike_bench_receive(b, &i.path, out, initiator_m1(&i, out));
	assert_true(ike_bench_take(b, &m));
	m3_len = initiator_m3(&i, m.data, m.len, m3);
	memcpy(out, m3, m3_len);
	out[19] |= 1;
	ike_bench_receive(b, &i.path, out, m3_len);
	out[20] = 9;
	out[18] = 32;
	ike_bench_receive(b, &i.path, out, m3_len);
	assert_int_equal(b->sent_len, 0);
	ike_bench_receive(b, &i.path, m3, m3_len);
	assert_true(ike_bench_take(b, &m));
	len = initiator_m5(&i, m.data, m.len, out);
	ike_bench_receive(b, &i.path, quick, initiator_q1(&i, &q, quick));
	assert_int_equal(b->sent_len, 0);
	ike_bench_receive(b, &i.path, out, len);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_m6(&i, m.data, m.len));
	ike_bench_receive(b, &i.path, m3, m3_len);
	assert_int_equal(b->sent_len, 0);
	assert_non_null(ike_bench_phase2(b, &i, &q));
	initiator_free(&i);
}

static void lost_confirmation_is_asked_for(void **state)
{
	struct initiator_quick q = { .message_id = 1, .encapsulation = 2, .port = 1701, .lifetime = 3600 };
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	ike_bench_receive(b, &i.path, out, initiator_q1(&i, &q, out));
	assert_true(ike_bench_take(b, &m));
	fake_clock_advance(2000);
	assert_int_equal(b->sent_len, 1);
	assert_int_equal(b->sent[0].len, m.len);
	assert_memory_equal(b->sent[0].data, m.data, m.len);
	fake_clock_advance(70000);
	assert_int_equal(b->sent_len, 4);
	assert_string_equal(b->children[0].gone, "Quick Mode was not finished");
	assert_int_equal(ike_bench_log_count(b, "failed at ike-phase2: Quick Mode message 3 never came"), 1);
	assert_string_equal(b->peers[0].gone, "");
	initiator_free(&i);
}

/* How every client ends: its SA, then its ISAKMP SA.  Nothing waits for a successor then. */
static void delete_of_everything_leaves_nothing(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	ike_bench_receive(b, &i.path, out, initiator_delete_sa(&i, q.spi_in, 100, out));
	assert_string_equal(b->children[0].gone, "deleted by the peer");
	assert_string_equal(b->lineages[1], "");
	assert_string_equal(b->peers[0].gone, "");
	ike_bench_receive(b, &i.path, out, initiator_delete_isakmp(&i, 101, out));
	assert_string_equal(b->lineages[1], "deleted by the peer");
	assert_string_equal(b->peers[0].gone, "deleted by the peer");
	/* late ones, and ones for what never was */
	ike_bench_receive(b, &i.path, out, initiator_delete_sa(&i, q.spi_in, 102, out));
	assert_int_equal(b->sent_len, 0);
	assert_int_equal(fake_clock_pending(), 0);
	initiator_free(&i);
}

/* RFC 2409 keeps the two phases apart: the SA goes on, and the next Main Mode finds it. */
static void delete_of_isakmp_sa_leaves_its_children(void **state)
{
	struct initiator_quick q = { .message_id = 1 }, q2 = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct ike_bench_child *fresh;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i, again;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	ike_bench_receive(b, &i.path, out, initiator_delete_isakmp(&i, 101, out));
	assert_string_equal(b->children[0].gone, "");
	assert_string_equal(b->peers[0].gone, "");
	fake_clock_advance(600000);
	assert_string_equal(b->children[0].gone, "");
	initiator_init(&again, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &again));
	assert_string_equal(b->peers[1].gone, "joined #1 as its rekeyed phase 1");
	fresh = ike_bench_phase2(b, &again, &q2);
	assert_non_null(fresh);
	assert_true(fresh->successor);
	assert_int_equal(fresh->sa.lineage, b->children[0].sa.lineage);
	/* deleted through an ISAKMP SA that did not negotiate it */
	ike_bench_receive(b, &again.path, out, initiator_delete_sa(&again, q.spi_in, 102, out));
	assert_string_equal(b->children[0].gone, "deleted by the peer");
	assert_string_equal(fresh->gone, "");
	initiator_free(&i);
	initiator_free(&again);
}

/* Without any ISAKMP SA and without a word the SA still ends: with its lifetime. */
static void orphaned_sa_ends_with_its_lifetime(void **state)
{
	struct initiator_quick q = { .message_id = 1, .lifetime = 3600 };
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	ike_bench_receive(b, &i.path, out, initiator_delete_isakmp(&i, 101, out));
	fake_clock_advance(3599000);
	assert_string_equal(b->children[0].gone, "");
	fake_clock_advance(32000);
	assert_string_equal(b->children[0].gone, "lifetime ended");
	assert_string_equal(b->peers[0].gone, "");
	fake_clock_advance(30000);
	assert_string_equal(b->lineages[1], "lifetime ended");
	assert_string_equal(b->peers[0].gone, "lifetime ended");
	assert_int_equal(fake_clock_pending(), 0);
	initiator_free(&i);
}

/* All SAs deleted, then a new Quick Mode: the lineage, and what L2TP has in it, goes on. */
static void delete_first_and_rekey_then(void **state)
{
	struct initiator_quick q[4] = {};
	struct ike_bench *b = *state;
	struct ike_bench_child *c;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i;
	int n;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	for (n = 0; n < 4; n++) {
		q[n].message_id = n + 1;
		c = ike_bench_phase2(b, &i, &q[n]);
		assert_non_null(c);
		assert_true(c->active);
		assert_int_equal(c->successor, n > 0);
		assert_int_equal(c->sa.lineage, 1);
		ike_bench_receive(b, &i.path, out, initiator_delete_sa(&i, q[n].spi_in, 100 + n, out));
		assert_string_equal(c->gone, "deleted by the peer");
		assert_string_equal(b->lineages[1], "");
		fake_clock_advance(29000);
	}
	/* the last time it does not come */
	fake_clock_advance(2000);
	assert_string_equal(b->lineages[1], "deleted by the peer");
	assert_string_equal(b->peers[0].gone, "");
	initiator_free(&i);
}

/* A refused or unfinished successor does not use up the time of the next try. */
static void vacancy_outlives_a_failed_successor(void **state)
{
	struct initiator_quick q = { .message_id = 1 }, q2 = { .message_id = 2 }, q3 = { .message_id = 3 };
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench_child *c;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	ike_bench_receive(b, &i.path, out, initiator_delete_sa(&i, q.spi_in, 100, out));
	b->refuse_children = -ENOMEM;
	assert_null(ike_bench_phase2(b, &i, &q2));
	b->refuse_children = 0;
	b->sent_len = 0;
	fake_clock_advance(29000);
	assert_string_equal(b->lineages[1], "");
	c = ike_bench_phase2(b, &i, &q3);
	assert_non_null(c);
	assert_int_equal(c->sa.lineage, 1);
	fake_clock_advance(31000);
	assert_string_equal(b->lineages[1], "");
	initiator_free(&i);
}

/* One message, several SPIs, some of nobody's and one of them twice; then the whole message again. */
static void delete_of_several_sas(void **state)
{
	struct initiator_quick q[3] = { { .message_id = 1 }, { .message_id = 2 }, { .message_id = 3 } };
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	uint32_t spis[5];
	struct initiator i;
	size_t len;
	int n;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	for (n = 0; n < 3; n++)
		assert_non_null(ike_bench_phase2(b, &i, &q[n]));
	spis[0] = q[0].spi_in;
	spis[1] = ~q[0].spi_in;
	spis[2] = q[1].spi_in;
	spis[3] = q[0].spi_in;
	spis[4] = 0;
	len = initiator_delete_sas(&i, spis, 5, 100, out);
	for (n = 0; n < 2; n++) {
		ike_bench_receive(b, &i.path, out, len);
		assert_string_equal(b->children[0].gone, "deleted by the peer");
		assert_string_equal(b->children[1].gone, "deleted by the peer");
		assert_string_equal(b->children[2].gone, "");
		assert_string_equal(b->lineages[1], "");
	}
	assert_int_equal(b->sent_len, 0);
	/* old after new: the last one of the lineage */
	ike_bench_receive(b, &i.path, out, initiator_delete_sa(&i, q[2].spi_in, 101, out));
	assert_string_equal(b->children[2].gone, "deleted by the peer");
	assert_string_equal(b->peers[0].gone, "");
	initiator_free(&i);
}

/* The new SA goes, the old one stays and is rekeyed once more. */
static void delete_of_the_new_sa_keeps_the_old(void **state)
{
	struct initiator_quick q[3] = { { .message_id = 1 }, { .message_id = 2 }, { .message_id = 3 } };
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q[0]));
	assert_non_null(ike_bench_phase2(b, &i, &q[1]));
	ike_bench_receive(b, &i.path, out, initiator_delete_sa(&i, q[1].spi_in, 100, out));
	assert_string_equal(b->children[0].gone, "");
	assert_string_equal(b->children[1].gone, "deleted by the peer");
	assert_non_null(ike_bench_phase2(b, &i, &q[2]));
	assert_int_equal(b->children[2].sa.lineage, 1);
	assert_string_equal(b->lineages[1], "");
	initiator_free(&i);
}

/* Two Quick Modes at once: message 3 of the older one comes last and must not make it the outbound SA. */
static void late_confirmation_of_an_older_sa(void **state)
{
	struct initiator_quick q[2] = { { .message_id = 1 }, { .message_id = 2 } };
	uint8_t out[INITIATOR_MESSAGE_MAX], third[2][INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i;
	size_t len[2];
	int n;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	for (n = 0; n < 2; n++) {
		q[n].encapsulation = 2;
		q[n].lifetime = 3600;
		q[n].port = 1701;
		ike_bench_receive(b, &i.path, out, initiator_q1(&i, &q[n], out));
		assert_true(ike_bench_take(b, &m));
		len[n] = initiator_q3(&i, &q[n], m.data, m.len, third[n]);
	}
	assert_int_equal(b->children[1].sa.lineage, 1);
	ike_bench_receive(b, &i.path, third[1], len[1]);
	assert_true(b->children[1].active);
	ike_bench_receive(b, &i.path, third[0], len[0]);
	assert_false(b->children[0].active);
	assert_string_equal(b->children[0].gone, "");
	fake_clock_advance(70000);
	assert_string_equal(b->children[0].gone, "");
	initiator_free(&i);
}

/* Faster than exchanges are forgotten, and without a single DELETE: no rekey is refused, and nothing piles up. */
static void hundreds_of_rekeys_do_not_pile_up(void **state)
{
	struct ike_bench *b = *state;
	struct ike_bench_child *c;
	struct initiator i;
	size_t n, left = 0;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	for (n = 0; n < 250; n++) {
		struct initiator_quick q = { .message_id = n + 1 };

		c = ike_bench_phase2(b, &i, &q);
		assert_non_null(c);
		assert_true(c->active);
		assert_int_equal(c->sa.lineage, 1);
		b->sent_len = 0;
		fake_clock_advance(100);
	}
	for (n = 0; n < 250; n++)
		left += !*b->children[n].gone;
	assert_int_equal(left, 128);
	assert_string_equal(b->children[121].gone, "it has too many successors");
	assert_string_equal(b->children[122].gone, "");
	/* exchanges, SAs, the ISAKMP SA */
	assert_true(fake_clock_pending() <= 32 + 128 + 1);
	initiator_free(&i);
}

static void hundreds_of_phase1_rekeys_do_not_pile_up(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct initiator i;
	int n;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	initiator_free(&i);
	for (n = 0; n < 200; n++) {
		initiator_init(&i, "198.51.100.7", 500);
		assert_true(ike_bench_phase1(b, &i));
		initiator_free(&i);
		b->sent_len = 0;
	}
	assert_int_equal(b->peers[0].ups, 201);
	assert_string_equal(b->children[0].gone, "");
	/* eight ISAKMP SAs, one SA and its exchange, which went with its ISAKMP SA */
	assert_int_equal(fake_clock_pending(), 9);
}

static void delete_of_another_peers_sa_is_ignored(void **state)
{
	struct initiator_quick q = { .message_id = 1 }, q2 = { .message_id = 1 };
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i, other;
	struct ike_bench_child *c;

	initiator_init(&i, "198.51.100.7", 500);
	initiator_init(&other, "198.51.100.8", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_true(ike_bench_phase1(b, &other));
	c = ike_bench_phase2(b, &i, &q);
	assert_non_null(ike_bench_phase2(b, &other, &q2));
	assert_non_null(c);
	assert_int_equal(b->children[0].sa.lineage + 1, b->children[1].sa.lineage);
	ike_bench_receive(b, &other.path, out, initiator_delete_sa(&other, q.spi_in, 100, out));
	assert_string_equal(c->gone, "");
	initiator_free(&i);
	initiator_free(&other);
}

/* The surroundings let go of the SA first, then the peer hears of it, children before the ISAKMP SA. */
static void closing_tells_the_peer_in_order(void **state)
{
	struct initiator_quick q = { .message_id = 1 }, q2 = { .message_id = 2 };
	struct initiator_info info;
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i;
	uint32_t spi;
	int n;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	assert_non_null(ike_bench_phase2(b, &i, &q2));
	ike_peer_close(b->ike, b->peers[0].handle, "told to");
	assert_string_equal(b->children[0].gone, "told to");
	assert_string_equal(b->children[1].gone, "told to");
	assert_string_equal(b->peers[0].gone, "told to");
	assert_int_equal(b->sent_len, 3);
	for (n = 0; n < 2; n++) {
		assert_true(ike_bench_take(b, &m));
		assert_true(initiator_info(&i, m.data, m.len, &info));
		assert_true(info.deletes);
		assert_int_equal(info.protocol, 3);
		assert_int_equal(info.spi_len, 4);
		memcpy(&spi, info.spi, 4);
		assert_int_equal(ntohl(spi), n ? q2.spi_out : q.spi_out);
	}
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_info(&i, m.data, m.len, &info));
	assert_true(info.deletes);
	assert_int_equal(info.protocol, 1);
	assert_memory_equal(info.spi, i.cky_i, 8);
	assert_memory_equal(info.spi + 8, i.cky_r, 8);
	initiator_free(&i);
}

static void closing_from_a_callback_is_safe(void **state)
{
	struct initiator_quick q = { .message_id = 1 }, q2 = { .message_id = 2, .port = 1702 };
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	assert_non_null(ike_bench_phase2(b, &i, &q2));
	b->close_at_gone = true;
	ike_bench_receive(b, &i.path, out, initiator_delete_sa(&i, q.spi_in, 100, out));
	assert_string_equal(b->children[0].gone, "deleted by the peer");
	assert_string_equal(b->children[1].gone, "closed from child_gone");
	assert_string_equal(b->peers[0].gone, "closed from child_gone");
	initiator_free(&i);
}

static void single_sa_can_be_closed(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct initiator_info info;
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	ike_child_close(b->ike, q.spi_out, "volume");
	assert_string_equal(b->children[0].gone, "volume");
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_info(&i, m.data, m.len, &info));
	assert_true(info.deletes && info.protocol == 3);
	assert_string_equal(b->peers[0].gone, "");
	ike_child_close(b->ike, q.spi_out, "again");
	initiator_free(&i);
}

static void phase2_rekey_stays_in_the_lineage(void **state)
{
	struct initiator_quick q = { .message_id = 1, .port = 50000 }, q2 = { .message_id = 2, .port = 50000 };
	struct initiator_quick q3 = { .message_id = 3, .port = 50001 };
	struct ike_bench *b = *state;
	struct ike_bench_child *old, *fresh, *other;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	old = ike_bench_phase2(b, &i, &q);
	fresh = ike_bench_phase2(b, &i, &q2);
	other = ike_bench_phase2(b, &i, &q3);
	assert_non_null(old);
	assert_non_null(fresh);
	assert_non_null(other);
	assert_true(fresh->successor);
	assert_true(fresh->active);
	assert_int_equal(fresh->sa.lineage, old->sa.lineage);
	assert_string_equal(old->gone, "");
	assert_false(other->successor);
	assert_int_not_equal(other->sa.lineage, old->sa.lineage);
	ike_bench_receive(b, &i.path, out, initiator_delete_sa(&i, q.spi_in, 100, out));
	assert_string_equal(old->gone, "deleted by the peer");
	assert_string_equal(fresh->gone, "");
	initiator_free(&i);
}

/* A new Main Mode of the same client, from port 4500 at once; then the old one is deleted; then a rekey of phase 2. */
static void phase1_rekey_joins_the_peer(void **state)
{
	struct initiator_quick q = { .message_id = 1 }, q2 = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct ike_bench_child *old, *fresh;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i, again;

	initiator_init(&i, "198.51.100.7", 61234);
	i.behind_nat = true;
	assert_true(ike_bench_phase1(b, &i));
	old = ike_bench_phase2(b, &i, &q);
	initiator_init(&again, "198.51.100.7", 61235);
	again.behind_nat = true;
	again.path = i.path;
	again.float_port = i.float_port;
	assert_true(ike_bench_phase1(b, &again));
	assert_int_equal(b->peers_len, 2);
	assert_string_equal(b->peers[1].gone, "joined #1 as its rekeyed phase 1");
	assert_int_equal(b->peers[1].ups, 0);
	assert_int_equal(b->peers[0].ups, 2);
	assert_string_equal(old->gone, "");
	ike_bench_receive(b, &i.path, out, initiator_delete_isakmp(&i, 100, out));
	assert_string_equal(b->peers[0].gone, "");
	assert_string_equal(old->gone, "");
	/* the same message id once more, under the new ISAKMP SA */
	fresh = ike_bench_phase2(b, &again, &q2);
	assert_non_null(fresh);
	assert_true(fresh->successor);
	assert_int_equal(fresh->sa.lineage, old->sa.lineage);
	/* the old SA was negotiated elsewhere and is deleted here */
	ike_bench_receive(b, &again.path, out, initiator_delete_sa(&again, q.spi_in, 101, out));
	assert_string_equal(old->gone, "deleted by the peer");
	ike_bench_receive(b, &again.path, out, initiator_delete_sa(&again, q2.spi_in, 102, out));
	ike_bench_receive(b, &again.path, out, initiator_delete_isakmp(&again, 103, out));
	assert_string_equal(b->peers[0].gone, "deleted by the peer");
	initiator_free(&i);
	initiator_free(&again);
}

static void neighbours_with_one_identity_stay_apart(void **state)
{
	struct initiator_quick q = { .message_id = 1 }, q2 = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct initiator one, two;

	initiator_init(&one, "198.51.100.7", 61234);
	initiator_init(&two, "198.51.100.7", 7777);
	one.behind_nat = true;
	two.behind_nat = true;
	two.initial_contact = true;
	assert_memory_equal(one.id, two.id, one.id_len);
	assert_true(ike_bench_phase1(b, &one));
	assert_non_null(ike_bench_phase2(b, &one, &q));
	assert_true(ike_bench_phase1(b, &two));
	assert_non_null(ike_bench_phase2(b, &two, &q2));
	assert_int_equal(b->peers[0].ups, 1);
	assert_int_equal(b->peers[1].ups, 1);
	assert_string_equal(b->peers[0].gone, "");
	assert_string_equal(b->children[0].gone, "");
	assert_false(b->children[1].successor);
	assert_int_not_equal(b->children[0].sa.lineage, b->children[1].sa.lineage);
	initiator_free(&one);
	initiator_free(&two);
}

/* RFC 2407 4.6.3.3: as Libreswan says it with every phase 1, though its SAs carry traffic. */
static void initial_contact_in_a_rekey_ends_nothing(void **state)
{
	struct initiator_quick q = { .message_id = 1 }, q2 = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct initiator i, again;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	initiator_init(&again, "198.51.100.7", 500);
	again.initial_contact = true;
	assert_true(ike_bench_phase1(b, &again));
	assert_string_equal(b->children[0].gone, "");
	assert_string_equal(b->peers[0].gone, "");
	assert_string_equal(b->peers[1].gone, "joined #1 as its rekeyed phase 1");
	assert_int_equal(b->peers[0].ups, 2);
	assert_non_null(ike_bench_phase2(b, &again, &q2));
	assert_true(b->children[1].successor);
	assert_string_equal(b->children[0].gone, "");
	initiator_free(&i);
	initiator_free(&again);
}

/* The same from a client that lost everything: its new tunnel tells, and only what is older than its word goes. */
static void initial_contact_and_a_new_tunnel_end_what_was_lost(void **state)
{
	struct initiator_quick q = { .message_id = 1 }, q2 = { .message_id = 1 };
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i, again;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	assert_false(ike_lineage_anew(b->ike, b->peers[0].handle, 1));
	assert_string_equal(b->children[0].gone, "");
	initiator_init(&again, "198.51.100.7", 500);
	again.initial_contact = true;
	assert_true(ike_bench_phase1(b, &again));
	/* a tunnel through the old SA shows that it is not lost */
	assert_false(ike_lineage_anew(b->ike, b->peers[0].handle, 1));
	assert_string_equal(b->children[0].gone, "");
	assert_non_null(ike_bench_phase2(b, &again, &q2));
	assert_true(ike_lineage_anew(b->ike, b->peers[0].handle, 1));
	assert_string_equal(b->children[0].gone, "the peer started anew");
	assert_string_equal(b->children[1].gone, "");
	assert_string_equal(b->lineages[1], "");
	assert_false(ike_lineage_anew(b->ike, b->peers[0].handle, 1));
	/* when it hangs up, no ISAKMP SA of before its loss keeps it in the list */
	ike_bench_receive(b, &again.path, out, initiator_delete_sa(&again, q2.spi_in, 101, out));
	assert_string_equal(b->peers[0].gone, "");
	ike_bench_receive(b, &again.path, out, initiator_delete_isakmp(&again, 102, out));
	fake_clock_advance(30000);
	assert_string_not_equal(b->peers[0].gone, "");
	initiator_free(&i);
	initiator_free(&again);
}

/* Another client that NAT gave the very port of one that is gone. */
static void initial_contact_ends_strangers_at_the_same_endpoint(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct initiator i, other;

	initiator_init(&i, "198.51.100.7", 61234);
	i.behind_nat = true;
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	initiator_init(&other, "198.51.100.7", 61234);
	other.behind_nat = true;
	initiator_set_id(&other, 2, "another", 7);
	other.initial_contact = true;
	assert_true(ike_bench_phase1(b, &other));
	assert_string_equal(b->children[0].gone, "the peer started anew");
	assert_string_equal(b->lineages[1], "the peer started anew");
	assert_string_equal(b->peers[0].gone, "the peer started anew");
	assert_int_equal(b->peers[1].ups, 1);
	initiator_free(&i);
	initiator_free(&other);
}

/* As racoon says it: in a message of its own. What it has under this ISAKMP SA stays; said again it means nothing. */
static void initial_contact_may_come_late(void **state)
{
	struct initiator_quick q = { .message_id = 1 }, q2 = { .message_id = 1 };
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i, again, third;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	initiator_init(&again, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &again));
	assert_string_equal(b->peers[1].gone, "joined #1 as its rekeyed phase 1");
	ike_bench_receive(b, &again.path, out, initiator_notify(&again, INITIAL_CONTACT, 0, 100, out));
	assert_string_equal(b->children[0].gone, "");
	assert_non_null(ike_bench_phase2(b, &again, &q2));
	assert_true(ike_lineage_anew(b->ike, b->peers[0].handle, 1));
	assert_string_equal(b->children[0].gone, "the peer started anew");
	assert_string_equal(b->peers[0].gone, "");
	initiator_init(&third, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &third));
	ike_bench_receive(b, &again.path, out, initiator_notify(&again, INITIAL_CONTACT, 0, 101, out));
	assert_false(ike_lineage_anew(b->ike, b->peers[0].handle, 1));
	assert_string_equal(b->children[1].gone, "");
	initiator_free(&i);
	initiator_free(&again);
	initiator_free(&third);
}

static void r_u_there_is_answered(void **state)
{
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator_info info;
	struct ike_bench_message m;
	struct initiator i;
	size_t len;

	initiator_init(&i, "198.51.100.7", 500);
	i.dpd = true;
	assert_true(ike_bench_phase1(b, &i));
	len = initiator_notify(&i, R_U_THERE, 4711, 100, out);
	ike_bench_receive(b, &i.path, out, len);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_info(&i, m.data, m.len, &info));
	assert_int_equal(info.type, R_U_THERE_ACK);
	assert_int_equal(info.number, 4711);
	assert_memory_equal(info.spi, i.cky_i, 8);
	ike_bench_receive(b, &i.path, out, len);
	assert_int_equal(b->sent_len, 0);
	initiator_free(&i);
}

static void silent_peer_with_dpd_is_asked_and_dies(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator_info info;
	struct ike_bench_message m;
	struct initiator i;
	uint32_t first;

	initiator_init(&i, "198.51.100.7", 500);
	i.dpd = true;
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	fake_clock_advance(29000);
	assert_int_equal(b->sent_len, 0);
	fake_clock_advance(1500);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_info(&i, m.data, m.len, &info));
	assert_int_equal(info.type, R_U_THERE);
	first = info.number;
	ike_bench_receive(b, &i.path, out, initiator_notify(&i, R_U_THERE_ACK, first, 100, out));
	fake_clock_advance(31000);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_info(&i, m.data, m.len, &info));
	assert_int_equal(info.number, first + 1);
	fake_clock_advance(60000);
	assert_int_equal(b->sent_len, 2);
	assert_string_equal(b->peers[0].gone, "");
	fake_clock_advance(31000);
	assert_string_equal(b->children[0].gone, "dead peer");
	assert_string_equal(b->peers[0].gone, "dead peer");
	initiator_free(&i);
}

/* RFC 3706 5.5: ESP from the peer proves as much as an answer. */
static void peer_whose_esp_comes_is_not_asked(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct initiator i;
	int n;

	initiator_init(&i, "198.51.100.7", 500);
	i.dpd = true;
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	for (n = 0; n < 30; n++) {
		fake_clock_advance(10000);
		ike_peer_alive(b->ike, b->peers[0].handle);
	}
	assert_int_equal(b->sent_len, 0);
	/* asked already, it is forgiven */
	fake_clock_advance(70000);
	assert_int_equal(b->sent_len, 2);
	ike_peer_alive(b->ike, b->peers[0].handle);
	fake_clock_advance(60000);
	assert_string_equal(b->peers[0].gone, "");
	fake_clock_advance(90000);
	assert_string_equal(b->peers[0].gone, "dead peer");
	initiator_free(&i);
}

static void peer_without_dpd_is_not_asked(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_false(i.has_dpd);
	assert_non_null(ike_bench_phase2(b, &i, &q));
	fake_clock_advance(600000);
	assert_int_equal(b->sent_len, 0);
	assert_string_equal(b->peers[0].gone, "");
	initiator_free(&i);
}

static void lifetimes_end_without_a_successor(void **state)
{
	struct initiator_quick q = { .message_id = 1, .lifetime = 3600 };
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	i.lifetime = 3000;
	assert_true(ike_bench_phase1(b, &i));
	fake_clock_advance(1000000);
	assert_non_null(ike_bench_phase2(b, &i, &q));
	/* phase 1 ends first: the SA goes on */
	fake_clock_advance(2100000);
	assert_string_equal(b->children[0].gone, "");
	assert_string_equal(b->peers[0].gone, "");
	assert_int_equal(ike_bench_log_count(b, "ISAKMP SA 1: lifetime ended"), 1);
	fake_clock_advance(1600000);
	assert_string_equal(b->children[0].gone, "lifetime ended");
	assert_string_equal(b->peers[0].gone, "lifetime ended");
	initiator_free(&i);
}

static void tiny_lifetimes_are_not_taken_literally(void **state)
{
	struct initiator_quick q = { .message_id = 1, .lifetime = 1 };
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	i.lifetime = 0;
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	fake_clock_advance(250000);
	assert_string_equal(b->children[0].gone, "");
	assert_string_equal(b->peers[0].gone, "");
	initiator_free(&i);
}

static size_t peers_alive(const struct ike_bench *b)
{
	size_t i, n = 0;

	for (i = 0; i < b->peers_len; i++)
		n += !*b->peers[i].gone;
	return n;
}

/* First messages push out the oldest that have shown nothing, within their source and in all. */
static void half_open_exchanges_are_limited(void **state)
{
	struct ike_bench *b = *state;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i;
	char address[32];
	int n;

	for (n = 0; n < 8; n++) {
		initiator_init(&i, "198.51.100.7", 1000 + n);
		ike_bench_receive(b, &i.path, out, initiator_m1(&i, out));
	}
	assert_int_equal(b->sent_len, 8);
	assert_int_equal(peers_alive(b), 5);
	for (n = 0; n < 30; n++) {
		snprintf(address, sizeof(address), "203.0.113.%d", n);
		initiator_init(&i, address, 500);
		ike_bench_receive(b, &i.path, out, initiator_m1(&i, out));
	}
	assert_int_equal(b->sent_len, 38);
	assert_int_equal(peers_alive(b), 20);
	assert_true(ike_bench_log_count(b, "too many half-open exchanges: the oldest gives way") > 0);
	fake_clock_advance(31000);
	b->sent_len = 0;
	assert_int_equal(peers_alive(b), 0);
	/* so many lines in a second, not more */
	assert_int_equal(ike_bench_log_count(b, "message 3 never came"), 10);
	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	initiator_free(&i);
}

/* Who has answered with our cookie is not pushed out by others of his source, so he cannot end his own tries. */
static void half_open_exchanges_that_answered_stay(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench_message m;
	struct ike_bench *b = *state;
	struct initiator i;
	int n;

	for (n = 0; n < 8; n++) {
		initiator_init(&i, "198.51.100.7", 1000 + n);
		ike_bench_receive(b, &i.path, out, initiator_m1(&i, out));
		if (!ike_bench_take(b, &m))
			break;
		ike_bench_receive(b, &i.path, out, initiator_m3(&i, m.data, m.len, out));
		assert_true(ike_bench_take(b, &m));
		initiator_free(&i);
	}
	assert_int_equal(n, 5);
	assert_int_equal(peers_alive(b), 5);
	assert_true(ike_bench_log_count(b, "refused: too many half-open exchanges") > 0);
}

static void authenticated_peers_do_not_count_as_half_open(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;
	int n;

	for (n = 0; n < 25; n++) {
		initiator_init(&i, "198.51.100.7", 1000 + 2 * n);
		i.behind_nat = true;
		assert_true(ike_bench_phase1(b, &i));
		initiator_free(&i);
	}
	assert_int_equal(b->peers_len, 25);
}

static void strangers_get_nothing(void **state)
{
	static const uint8_t junk[100] = { 1, 2, 3 };
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct initiator i;
	size_t len, n;

	initiator_init(&i, "198.51.100.7", 500);
	for (n = 0; n <= sizeof(junk); n++)
		ike_bench_receive(b, &i.path, junk, n);
	len = initiator_m1(&i, out);
	out[17] = 0x20;
	ike_bench_receive(b, &i.path, out, len);	/* IKEv2 */
	out[17] = 0x10;
	out[18] = 4;
	ike_bench_receive(b, &i.path, out, len);	/* Aggressive Mode */
	out[18] = 2;
	out[28 + 4 + 3] = 2;
	ike_bench_receive(b, &i.path, out, len);	/* another DOI */
	assert_int_equal(b->sent_len, 0);
	assert_int_equal(b->peers_len, 0);
	assert_true(ike_bench_log_count(b, "ignored a message") > 0);
	assert_true(ike_bench_log_count(b, "ike:") < 20);
}

/* Message 1 with any byte changed: whatever is answered, the engine stays sane. */
static void damaged_first_messages_are_survived(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct initiator i;
	size_t len, at;

	b->conf.half_open_max = 100000;
	b->conf.half_open_per_source = 100000;
	initiator_init(&i, "198.51.100.7", 500);
	i.dpd = true;
	len = initiator_m1(&i, out);
	for (at = 0; at < len && b->peers_len < IKE_BENCH_MAX; at++) {
		out[at] ^= 0xff;
		ike_bench_receive(b, &i.path, out, len);
		out[at] ^= 0xff;
		b->sent_len = 0;
	}
	initiator_free(&i);
}

static void esp_from_elsewhere_moves_ike_too(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct endpoint moved;
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 61234);
	i.behind_nat = true;
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	moved = i.path.remote;
	moved.port = 999;
	ike_child_endpoint(b->ike, q.spi_out, &moved);
	ike_peer_close(b->ike, b->peers[0].handle, "told to");
	assert_int_equal(b->sent_len, 2);
	assert_int_equal(b->sent[0].path.remote.port, 999);
	assert_int_equal(b->sent[1].path.remote.port, 999);
	b->sent_len = 0;
	initiator_free(&i);
}

static void reload_keeps_what_is_up(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct conf_ike fresh = b->conf;
	struct initiator i, late;

	initiator_init(&i, "198.51.100.7", 500);
	assert_true(ike_bench_phase1(b, &i));
	fresh.psks_len = 0;
	ike_reload(b->ike, &fresh);
	memset(&b->conf, 0xa5, sizeof(b->conf));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	initiator_init(&late, "198.51.100.8", 500);
	assert_false(ike_bench_phase1(b, &late));
	assert_int_equal(ike_bench_log_count(b, "no pre-shared key is configured for this address"), 1);
	ike_peer_close(b->ike, b->peers[0].handle, "test ends");
	ike_peer_close(b->ike, b->peers[1].handle, "test ends");
	initiator_free(&i);
	initiator_free(&late);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(client_behind_nat_gets_an_sa),
		TEST(client_without_nat_gets_plain_esp),
		TEST(forced_encapsulation_makes_the_client_float),
		TEST(gateway_behind_nat_answers_as_its_public_address),
		TEST(peer_without_nat_traversal_is_served),
		TEST(forward_secrecy_is_taken_as_offered),
		cmocka_unit_test(workers_compute_and_owners_may_go),
		TEST(wrong_key_is_one_plain_line),
		TEST(second_key_fits),
		TEST(unfit_proposals_are_named_on_both_sides),
		TEST(unfit_phase2_proposals_are_named),
		TEST(refusal_of_the_plane_reaches_the_client),
		TEST(duplicates_get_the_same_answer),
		TEST(old_quick_mode_messages_are_not_taken_again),
		TEST(tampered_messages_change_nothing),
		TEST(forged_identity_does_not_end_phase1),
		TEST(reordered_messages_change_nothing),
		TEST(lost_confirmation_is_asked_for),
		TEST(delete_of_everything_leaves_nothing),
		TEST(delete_of_isakmp_sa_leaves_its_children),
		TEST(orphaned_sa_ends_with_its_lifetime),
		TEST(delete_first_and_rekey_then),
		TEST(vacancy_outlives_a_failed_successor),
		TEST(delete_of_several_sas),
		TEST(delete_of_the_new_sa_keeps_the_old),
		TEST(late_confirmation_of_an_older_sa),
		TEST(hundreds_of_rekeys_do_not_pile_up),
		TEST(hundreds_of_phase1_rekeys_do_not_pile_up),
		TEST(delete_of_another_peers_sa_is_ignored),
		TEST(closing_tells_the_peer_in_order),
		TEST(closing_from_a_callback_is_safe),
		TEST(single_sa_can_be_closed),
		TEST(phase2_rekey_stays_in_the_lineage),
		TEST(phase1_rekey_joins_the_peer),
		TEST(neighbours_with_one_identity_stay_apart),
		TEST(initial_contact_in_a_rekey_ends_nothing),
		TEST(initial_contact_and_a_new_tunnel_end_what_was_lost),
		TEST(initial_contact_ends_strangers_at_the_same_endpoint),
		TEST(initial_contact_may_come_late),
		TEST(r_u_there_is_answered),
		TEST(silent_peer_with_dpd_is_asked_and_dies),
		TEST(peer_whose_esp_comes_is_not_asked),
		TEST(peer_without_dpd_is_not_asked),
		TEST(lifetimes_end_without_a_successor),
		TEST(tiny_lifetimes_are_not_taken_literally),
		TEST(half_open_exchanges_are_limited),
		TEST(half_open_exchanges_that_answered_stay),
		TEST(authenticated_peers_do_not_count_as_half_open),
		TEST(strangers_get_nothing),
		TEST(damaged_first_messages_are_survived),
		TEST(esp_from_elsewhere_moves_ike_too),
		TEST(reload_keeps_what_is_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
