// SPDX-License-Identifier: MIT
/*
 * What no client sends, and what the net does to what they send: every packet cut at every
 * length, random bytes in all phases, frames lost, doubled and late.  All seeds are fixed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "auth/mschapv2.h"
#include "core/buf.h"
#include "fake_clock.h"
#include "ppp_bench.h"

#define OUR_LCP		"0104 0578 0305 c223 81 0506 11111111 0702 0802"
#define RESPONSE	"c223 0201 003a 31 21402324255e262a28295f2b3a337c7e 0000000000000000 " \
			"82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df 00 \"User\""

static uint32_t seed;

/* xorshift; not the engine's random_u32(), which the same test also uses */
static uint32_t dice(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

/* Frames of a client in the order that takes the link up. */
static const char *const client[] = {
	"c021 0101 0018 0104 0578 0206 00000000 0506 41131244 0702 0802",
	"c021 0201 0017" OUR_LCP,
	"c021 0c03 0012 41131244 \"MSRASV5.20\"",
	RESPONSE,
	"8057 0106 000e 010a 483c272cc66aebe1",
	"80fd 0107 000a 1206 01000000",
	"8021 0201 000a 0306 0a000001",
	"8021 0108 0010 0306 0a000064 8106 08080808",
};

#define CLIENT	(sizeof(client) / sizeof(client[0]))

static const char *const others[] = {
	"c021 0101 0015 0104 0578 0506 41131244 0702 0802 0d03 06",
	"c021 0301 0009 0305 c223 81",
	"c021 0401 0008 0104 0578",
	"c021 0501 0010 41131244 003ccd74 000002dc",
	"c021 0601 0004",
	"c021 0701 0008 0c01 0004",
	"c021 0801 000a 8057 0101 0004",
	"c021 0901 0010 41131244 0102030405060708",
	"c021 0a01 0008 41131244",
	"c021 0b01 0008 41131244",
	"c021 0d01 000c 41131244 00000e10",
	"c021 ee01 0008 01020304",
	"c023 0105 0014 04 \"User\" 0a \"clientPass\"",
	"8021 0101 0020 0206 002d 0f01 0306 00000000 010a 0000000000000000 0406 00000000",
	"8021 0509 0010 41131244 003ccd74 000002e2",
	"80fd 0501 0004",
	"8235 0101 0010 0106 00000001 0206 00000001",
};

#define OTHERS	(sizeof(others) / sizeof(others[0]))

/* From an exact copy on the heap, so that the sanitizer sees one byte too many. */
static void receive(struct bench *b, const uint8_t *frame, size_t len)
{
	uint8_t *copy = malloc(len - 2 ? len - 2 : 1);

	assert_non_null(copy);
	memcpy(copy, frame + 2, len - 2);
	if (b->ppp)
		ppp_receive(b->ppp, (uint16_t)(frame[0] << 8 | frame[1]), copy, len - 2);
	free(copy);
}

static void receive_hex(struct bench *b, const char *hex)
{
	uint8_t frame[200];

	receive(b, frame, bench_from_hex(hex, frame, sizeof(frame)));
	fake_clock_advance(0);
}

/* A link that has seen the first frames of the client. */
static struct bench *after(size_t frames)
{
	struct bench *b = bench_new();

	b->conf.ppp.auth = CONF_AUTH_MSCHAPV2 | CONF_AUTH_PAP;
	bench_start(b);
	for (size_t i = 0; i < frames; i++)
		receive_hex(b, client[i]);
	return b;
}

static void the_frames_take_the_link_up(void **state)
{
	struct bench *b = after(CLIENT);

	(void)state;
	assert_int_equal(b->up, 1);
	bench_free(b);
}

/* Cut as a frame: dropped, and the whole one works afterwards. */
static void every_frame_cut_short(void **state)
{
	uint8_t frame[200];

	(void)state;
	for (size_t i = 0; i < CLIENT; i++) {
		struct bench *b = after(i);
		size_t len = bench_from_hex(client[i], frame, sizeof(frame));
		bool refused_as_a_whole = frame[0] == 0x80 && frame[1] == 0x57;
		size_t sent = b->tail;

		for (size_t cut = 2; cut < len && !refused_as_a_whole; cut++)
			receive(b, frame, cut);
		assert_int_equal(b->tail, sent);
		for (size_t rest = i; rest < CLIENT; rest++)
			receive_hex(b, client[rest]);
		assert_int_equal(b->up, 1);
		bench_free(b);
	}
}

/* Cut inside: the packet's length says so too, its options or fields are what ends early. */
static void cut_inside(struct bench *b, const char *hex)
{
	uint8_t frame[200];
	size_t len = bench_from_hex(hex, frame, sizeof(frame));

	for (size_t cut = 6; cut < len; cut++) {
		frame[5] = (uint8_t)(cut - 2);
		receive(b, frame, cut);
		fake_clock_advance(0);
	}
}

static void every_packet_cut_short_in_every_phase(void **state)
{
	(void)state;
	for (size_t phase = 0; phase <= CLIENT; phase++) {
		for (size_t i = 0; i < CLIENT + OTHERS; i++) {
			struct bench *b = after(phase);

			cut_inside(b, i < CLIENT ? client[i] : others[i - CLIENT]);
			assert_in_range(b->down, 0, 1);
			fake_clock_advance(60000);
			bench_free(b);
		}
	}
}

static void maul(uint8_t *frame, size_t *len, size_t cap)
{
	unsigned int n = dice() % 4;

	for (unsigned int i = 0; i < n; i++)
		frame[4 + dice() % (*len - 4)] = (uint8_t)dice();
	if (dice() % 4 == 0 && *len + 40 < cap) {
		for (unsigned int i = dice() % 40; i; i--)
			frame[(*len)++] = (uint8_t)dice();
		frame[5] = (uint8_t)(*len - 2);
	}
}

static void mauled_frames(void **state)
{
	(void)state;
	seed = 20;
	for (int link = 0; link < 300; link++) {
		struct bench *b = after(dice() % (CLIENT + 1));

		b->free_in_down = dice() % 2;
		for (int i = 0; i < 60; i++) {
			size_t which = dice() % (CLIENT + OTHERS);
			uint8_t frame[400];
			size_t len;

			len = bench_from_hex(which < CLIENT ? client[which] : others[which - CLIENT], frame,
					     sizeof(frame));
			maul(frame, &len, sizeof(frame));
			receive(b, frame, len);
			fake_clock_advance(dice() % 700);
		}
		assert_in_range(b->down, 0, 1);
		assert_true(b->head == 0 && b->tail > 0);
		bench_free(b);
	}
}

/* The longest frames that can be: nothing is written beyond what can be sent. */
static void longest_frames(void **state)
{
	static const uint16_t protocols[] = { 0xc021, 0xc223, 0xc023, 0x8021, 0x80fd, 0x4321 };

	(void)state;
	for (size_t phase = 0; phase <= CLIENT; phase++) {
		for (size_t p = 0; p < sizeof(protocols) / sizeof(protocols[0]); p++) {
			for (int code = 0; code < 16; code++) {
				static uint8_t frame[65535];
				struct bench *b = after(phase);

				for (size_t len = 1490; len < 1510; len++) {
					memset(frame, 2, len);
					frame[0] = (uint8_t)code;
					frame[2] = (uint8_t)(len >> 8);
					frame[3] = (uint8_t)len;
					if (b->ppp)
						ppp_receive(b->ppp, protocols[p], frame, len);
				}
				memset(frame, 0xff, sizeof(frame));
				frame[0] = (uint8_t)code;
				ppp_receive(b->ppp, protocols[p], frame, sizeof(frame));
				bench_free(b);
			}
		}
	}
}

/*
 * A simple client, written without the engine's automaton: it repeats each request of its own every 3 s
 * until that is answered, and answers whatever comes.  Its CHAP Response goes out once per Challenge.
 */
struct peer {
	struct mschapv2 *math;
	bool pap;
	bool lcp_acked;		/* our Configure-Request was acknowledged */
	bool lcp_granted;	/* we acknowledged the server's */
	bool logged_in;
	bool ipcp_acked;
	bool ipcp_granted;
	uint8_t address[4];
	uint8_t ipcp_id;
	unsigned int loss;	/* per cent, each way */
	bool doubled;		/* some frames come twice */
};

static bool lost(const struct peer *c)
{
	return dice() % 100 < c->loss;
}

static void peer_send(struct peer *c, struct bench *b, uint16_t protocol, const uint8_t *packet, size_t len)
{
	uint8_t frame[300] = { protocol >> 8, protocol & 0xff };

	memcpy(frame + 2, packet, len);
	if (!lost(c))
		receive(b, frame, len + 2);
	if (c->doubled && dice() % 5 == 0)
		receive(b, frame, len + 2);
}

static void peer_ack(struct peer *c, struct bench *b, uint16_t protocol, const uint8_t *request, size_t len)
{
	uint8_t ack[300];

	memcpy(ack, request, len);
	ack[0] = 2;
	peer_send(c, b, protocol, ack, len);
}

static void peer_respond(struct peer *c, struct bench *b, const uint8_t *challenge)
{
	struct mschapv2_login login = { .user = "User", .peer_challenge = "0123456789abcdef" };
	uint8_t r[58] = { 2, challenge[1], 0, 58, 49 }, hash[16];

	memcpy(login.challenge, challenge + 5, 16);
	memcpy(r + 5, login.peer_challenge, 16);
	assert_true(mschapv2_nt_hash(c->math, "clientPass", hash));
	assert_true(mschapv2_nt_response(c->math, &login, hash, r + 29));
	memcpy(r + 54, "User", 4);
	peer_send(c, b, 0xc223, r, sizeof(r));
}

static void peer_ipcp_request(struct peer *c, struct bench *b)
{
	uint8_t request[10] = { 1, c->ipcp_id, 0, 10, 3, 6 };

	memcpy(request + 6, c->address, 4);
	peer_send(c, b, 0x8021, request, sizeof(request));
}

static void peer_requests(struct peer *c, struct bench *b)
{
	static const uint8_t lcp[] = { 1, 1, 0, 10, 5, 6, 0x41, 0x13, 0x12, 0x44 };
	static const uint8_t pap[] = "\1\1\0\x14\4User\nclientPass";

	if (!c->lcp_acked)
		peer_send(c, b, 0xc021, lcp, sizeof(lcp));
	else if (c->pap && c->lcp_granted && !c->logged_in)
		peer_send(c, b, 0xc023, pap, 20);
	else if (c->logged_in && !c->ipcp_acked)
		peer_ipcp_request(c, b);
}

static void peer_receive_lcp(struct peer *c, struct bench *b, const uint8_t *p, size_t len)
{
	if (p[0] == 1) {
		c->lcp_granted = true;
		peer_ack(c, b, 0xc021, p, len);
	} else if (p[0] == 2) {
		c->lcp_acked = true;
	} else if (p[0] == 9) {
		uint8_t reply[8] = { 10, p[1], 0, 8 };

		peer_send(c, b, 0xc021, reply, 8);
	}
}

static void peer_receive_ipcp(struct peer *c, struct bench *b, const uint8_t *p, size_t len)
{
	if (!c->logged_in)
		return;
	if (p[0] == 1) {
		c->ipcp_granted = true;
		peer_ack(c, b, 0x8021, p, len);
	} else if (p[1] == c->ipcp_id && p[0] == 2) {
		c->ipcp_acked = true;
	} else if (p[1] == c->ipcp_id && p[0] == 3) {
		memcpy(c->address, p + 6, 4);
		c->ipcp_id++;
		peer_ipcp_request(c, b);
	}
}

static void peer_receive(struct peer *c, struct bench *b, uint16_t protocol, const uint8_t *p, size_t len)
{
	bool open = c->lcp_acked && c->lcp_granted;

	if (protocol == 0xc021)
		peer_receive_lcp(c, b, p, len);
	else if (protocol == 0xc223 && open && p[0] == 1)
		peer_respond(c, b, p);
	else if ((protocol == 0xc223 && open && p[0] == 3) || (protocol == 0xc023 && open && p[0] == 2))
		c->logged_in = true;
	else if (protocol == 0x8021)
		peer_receive_ipcp(c, b, p, len);
}

static void exchange(struct peer *c, struct bench *b)
{
	while (b->head != b->tail) {
		size_t at = b->head++ % BENCH_FRAMES;
		uint8_t copy[1600];

		memcpy(copy, b->frames[at].data, b->frames[at].len);
		if (!lost(c))
			peer_receive(c, b, b->frames[at].protocol, copy, b->frames[at].len);
	}
}

static bool converges(struct peer *c, struct bench *b)
{
	for (int ms = 0; ms < 120000; ms += 100) {
		if (ms % 3000 == 0)
			peer_requests(c, b);
		exchange(c, b);
		fake_clock_advance(100);
		if (b->up && c->ipcp_acked && c->ipcp_granted)
			return true;
	}
	return false;
}

static void converge(bool pap, bool doubled, unsigned int loss)
{
	struct mschapv2 *math = mschapv2_new();

	for (uint32_t run = 1; run <= 150; run++) {
		struct peer c = { .math = math, .pap = pap, .loss = loss, .doubled = doubled, .ipcp_id = 1 };
		struct bench *b = bench_new();

		seed = run * 2654435761u;
		b->conf.ppp.auth = pap ? CONF_AUTH_PAP : CONF_AUTH_MSCHAPV2;
		bench_start(b);
		if (!converges(&c, b))
			fail_msg("run %u: lcp %d %d, login %d, ipcp %d %d, stage %d, %s", run, c.lcp_acked,
				 c.lcp_granted, c.logged_in, c.ipcp_acked, c.ipcp_granted, ppp_stage(b->ppp),
				 b->reason);
		assert_memory_equal(c.address, "\x0a\x00\x00\x64", 4);
		assert_int_equal(b->up, 1);
		assert_int_equal(b->down, 0);
		bench_free(b);
	}
	mschapv2_free(math);
}

static void without_loss(void **state)
{
	(void)state;
	converge(false, false, 0);
	converge(true, false, 0);
}

static void with_loss(void **state)
{
	(void)state;
	converge(false, false, 20);
	converge(true, false, 20);
}

static void with_loss_and_doubles(void **state)
{
	(void)state;
	converge(false, true, 20);
	converge(true, true, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_frames_take_the_link_up),
		cmocka_unit_test(every_frame_cut_short),
		cmocka_unit_test(every_packet_cut_short_in_every_phase),
		cmocka_unit_test(mauled_frames),
		cmocka_unit_test(longest_frames),
		cmocka_unit_test(without_loss),
		cmocka_unit_test(with_loss),
		cmocka_unit_test(with_loss_and_doubles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
