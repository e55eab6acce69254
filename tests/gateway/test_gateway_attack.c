// SPDX-License-Identifier: MIT
/* What strangers and clients may try on the whole daemon: floods, other clients' tunnels, data before the login. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "gateway_client.h"
#include "ike/state.h"
#include "plane/null.h"
#include "ppp/wire.h"

#define FLOOD		400	/* forged messages between any two of a client's */
#define HALF_OPEN	1000
#define PER_SOURCE	50
#define CONF		GATEWAY_BENCH_CONF "[psk all]\nsecret = secret\n"
#define AGGRESSIVE_CONF	CONF "[ike]\naggressive-mode = yes\n"
#define USERS		"alice * password *\nbob * password *\n"

static struct gateway_bench *b;

static int set_up(void **state)
{
	(void)state;
	b = gateway_bench_new(CONF, USERS);
	return 0;
}

static int set_up_aggressive(void **state)
{
	(void)state;
	b = gateway_bench_new(AGGRESSIVE_CONF, USERS);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	gateway_bench_free(b);
	return fake_clock_pending() ? -1 : 0;
}

static unsigned int lines_with(const char *text)
{
	const char *p = b->said;
	unsigned int n = 0;

	while (p && (p = strstr(p, text))) {
		n++;
		p += strlen(text);
	}
	return n;
}

/* Everybody sends a first message; @who: from one address, or NULL: each from another one. */
static void flood(unsigned int n, const char *who, bool good_offer)
{
	static unsigned int serial;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i;
	char address[32];
	size_t len;

	for (; n--; serial++) {
		snprintf(address, sizeof(address), "10.%u.%u.%u", serial >> 16 & 255, serial >> 8 & 255, serial & 255);
		initiator_init(&i, who ? who : address, 1024 + serial % 60000);
		i.md = good_offer ? NULL : "SHA1";
		len = initiator_m1(&i, out);
		if (!good_offer)
			memset(out + 28 + 4 + 16 + 40 + 8 + 2, 0x7f, 2);
		gateway_bench_receive(b, &i.path, out, len);
		assert_true(b->gw->ike->half_open <= HALF_OPEN);
	}
	b->sent_len = 0;
}

/* A client that gets through Main Mode while others flood between any two of its messages. */
static bool gets_through(const char *address, const char *flooder)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct gateway_bench_message m;
	struct gateway_client c;
	bool up;
	size_t len;

	gateway_client_init(&c, b, address);
	gateway_bench_receive(b, &c.ike.path, out, initiator_m1(&c.ike, out));
	if (!gateway_bench_take(b, &m))
		return false;
	flood(FLOOD, flooder, true);
	gateway_bench_receive(b, &c.ike.path, out, initiator_m3(&c.ike, m.data, m.len, out));
	if (!gateway_bench_take(b, &m))
		return false;
	flood(FLOOD, flooder, true);
	len = initiator_m5(&c.ike, m.data, m.len, out);
	gateway_bench_receive(b, &c.ike.path, out, len);
	up = gateway_bench_take(b, &m) && initiator_m6(&c.ike, m.data, m.len);
	flood(FLOOD, flooder, true);
	up = up && gateway_client_phase2(&c) && gateway_client_tunnel(&c) && gateway_client_session(&c) &&
	     gateway_client_lcp(&c) && gateway_client_login(&c, "alice", "password") && gateway_client_ipcp(&c);
	gateway_client_free(&c);
	return up;
}

static void a_flood_from_everywhere_keeps_nobody_out(void **state)
{
	size_t before;

	(void)state;
	flood(5000, NULL, true);
	assert_int_equal(b->gw->ike->half_open, HALF_OPEN);
	before = lines_with("ike: too many half-open");
	assert_true(before > 0 && before <= 10);
	assert_true(gets_through("198.51.100.7", NULL));
	fake_clock_advance(31000);
	assert_int_equal(b->gw->ike->half_open, 0);
	/* a second's worth of lines for each kind, not one for each message */
	assert_true(lines_with("failed at ike-phase1") <= 10);
}

static void a_flood_from_one_address_is_kept_to_its_share(void **state)
{
	(void)state;
	flood(5000, "203.0.113.9", true);
	assert_int_equal(b->gw->ike->half_open, PER_SOURCE);
	assert_true(gets_through("198.51.100.7", "203.0.113.9"));
}

/* Somebody forges the address of a client: the client is quicker than its share is used up. */
static void a_flood_in_a_clients_name_is_survived(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct gateway_bench_message m;
	struct gateway_client c;

	(void)state;
	flood(5000, "198.51.100.7", true);
	assert_int_equal(b->gw->ike->half_open, PER_SOURCE);
	gateway_client_init(&c, b, "198.51.100.7");
	gateway_bench_receive(b, &c.ike.path, out, initiator_m1(&c.ike, out));
	assert_true(gateway_bench_take(b, &m));
	flood(PER_SOURCE - 1, "198.51.100.7", true);
	gateway_bench_receive(b, &c.ike.path, out, initiator_m3(&c.ike, m.data, m.len, out));
	assert_true(gateway_bench_take(b, &m));
	flood(5000, "198.51.100.7", true);
	gateway_bench_receive(b, &c.ike.path, out, initiator_m5(&c.ike, m.data, m.len, out));
	assert_true(gateway_bench_take(b, &m) && initiator_m6(&c.ike, m.data, m.len));
	gateway_client_free(&c);
}

static void a_flood_of_bad_offers_fills_no_log(void **state)
{
	(void)state;
	flood(5000, NULL, false);
	assert_true(lines_with("no proposal fits") > 0);
	assert_true(lines_with("no proposal fits") <= 10);
	assert_true(gets_through("198.51.100.7", NULL));
}

/* Each costs us Diffie-Hellman, so no more than the limit are taken in half a minute; Main Mode goes on. */
static void a_flood_of_aggressive_mode_is_limited(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i;
	char address[32];
	size_t len;
	int n;

	(void)state;
	for (n = 0; n < HALF_OPEN + 200; n++) {
		snprintf(address, sizeof(address), "10.9.%d.%d", n >> 8, n & 255);
		initiator_init(&i, address, 500);
		len = initiator_a1(&i, out);
		b->sent_len = 0;
		gateway_bench_receive(b, &i.path, out, len);
		assert_int_equal(b->sent_len, n < HALF_OPEN);
		initiator_free(&i);
	}
	assert_true(gets_through("198.51.100.7", NULL));
}

/* One message 5 with a guessed key; false when the gateway does not even let it come to that. */
static bool guess(struct gateway_client *c, unsigned int *answers)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct gateway_bench_message m;
	size_t len;
	int n;

	gateway_bench_receive(b, &c->ike.path, out, initiator_m1(&c->ike, out));
	if (!gateway_bench_take(b, &m))
		return false;
	gateway_bench_receive(b, &c->ike.path, out, initiator_m3(&c->ike, m.data, m.len, out));
	if (!gateway_bench_take(b, &m))
		return false;
	len = initiator_m5(&c->ike, m.data, m.len, out);
	for (n = 0; n < 40; n++) {
		/* every one another, all wrong */
		out[len - 1] = n;
		gateway_bench_receive(b, &c->ike.path, out, len);
		while (gateway_bench_take(b, &m)) {
			(*answers)++;
			assert_int_equal(m.data[18], 5);
		}
	}
	return true;
}

/* So many guesses from one address in half a minute, and then no more until the time is up. */
static void keys_are_not_guessed_by_flooding(void **state)
{
	unsigned int n, taken = 0, answers = 0;
	struct gateway_client c;

	(void)state;
	for (n = 0; n < 4 * PER_SOURCE; n++) {
		gateway_client_init(&c, b, "203.0.113.9");
		c.ike.path.remote.port = 1024 + n;
		c.ike.psk = "a guess";
		taken += guess(&c, &answers);
		gateway_client_free(&c);
	}
	assert_int_equal(taken, PER_SOURCE);
	assert_true(answers <= IKE_PSK_TRIALS * PER_SOURCE);
	print_message("%u exchanges, %u guesses answered\n", taken, answers);
	assert_true(gets_through("198.51.100.7", NULL));
	gateway_client_init(&c, b, "203.0.113.9");
	assert_false(gateway_client_phase1(&c));
	fake_clock_advance(61000);
	gateway_client_free(&c);
	gateway_client_init(&c, b, "203.0.113.9");
	assert_true(gateway_client_phase1(&c));
	gateway_client_free(&c);
}

static void connected(struct gateway_client *c, const char *address, const char *user)
{
	gateway_client_init(c, b, address);
	assert_true(gateway_client_connect(c, user, "password"));
}

static const uint8_t sccrq[] = {
	0xc8, 2, 0, 0x45, 0, 0, 0, 0, 0, 0, 0, 0,
	0x80, 8, 0, 0, 0, 0, 0, 1, 0x80, 8, 0, 0, 0, 2, 1, 0, 0x80, 10, 0, 0, 0, 3, 0, 0, 0, 3,
	0x80, 9, 0, 0, 0, 7, 'l', 'a', 'c', 0x80, 8, 0, 0, 0, 9, 0x0b, 0xad, 0x80, 8, 0, 0, 0, 10, 0, 4,
};

/* What comes through no SA of a client has no lineage, and nobody takes it. */
static void clear_text_l2tp_is_nobodys(void **state)
{
	static const uint32_t lineages[] = { 0, 1, 2, 77, 0xffffffff };
	struct plane_frame l2tp = { .peer_port = 1701, .data = sccrq, .len = sizeof(sccrq) };
	struct plane_frame ppp = { .ppp = true, .tunnel_id = 1, .session_id = 1, .protocol = PPP_PROTO_LCP };
	struct plane_null_counts counts;
	size_t i;

	(void)state;
	ppp.data = sccrq;
	ppp.len = sizeof(sccrq);
	for (i = 0; i < 5; i++) {
		l2tp.lineage = lineages[i];
		ppp.lineage = lineages[i];
		gateway_bench_frame(b, &l2tp);
		gateway_bench_frame(b, &ppp);
	}
	counts = plane_null_count(b->gw->plane);
	assert_int_equal(counts.tunnels + counts.sessions + counts.frames, 0);
	assert_null(b->said);
}

/* One client ends neither the tunnel nor the session nor the PPP of another, whatever ids it guesses. */
static void one_client_reaches_nothing_of_another(void **state)
{
	static const uint8_t terminate[] = { PPP_CODE_TERM_REQ, 9, 0, 4 };
	uint8_t stopccn[] = { 0xc8, 2, 0, 0x26, 0, 0, 0, 0, 0, 2, 0, 2, 0x80, 8, 0, 0, 0, 0, 0, 4,
			      0x80, 8, 0, 0, 0, 9, 0x0b, 0xad, 0x80, 10, 0, 0, 0, 1, 0, 1, 0, 0 };
	struct plane_frame ppp = {
		.ppp = true, .protocol = PPP_PROTO_LCP, .data = terminate, .len = sizeof(terminate),
	};
	struct gateway_client alice, bob;
	unsigned int id;
	bool open;

	(void)state;
	connected(&alice, "198.51.100.7", "alice");
	connected(&bob, "198.51.100.8", "bob");
	ppp.spi_in = bob.spi;
	ppp.lineage = bob.lineage;
	ppp.tunnel_id = alice.tunnel;
	for (id = 0; id < 65536; id++) {
		stopccn[4] = id >> 8;
		stopccn[5] = id;
		if (id != bob.tunnel)
			gateway_client_l2tp(&bob, stopccn, sizeof(stopccn));
		if (id == bob.session)
			continue;
		ppp.session_id = id;
		gateway_bench_frame(b, &ppp);
	}
	fake_clock_advance(5000);
	assert_non_null(plane_null_session(b->gw->plane, alice.lineage, alice.tunnel, alice.session, &open));
	assert_true(open);
	assert_int_equal(plane_null_count(b->gw->plane).sessions, 2);
	gateway_client_free(&alice);
	gateway_client_free(&bob);
}

static bool is_open(const struct gateway_client *c)
{
	bool open;

	plane_null_session(b->gw->plane, c->lineage, c->tunnel, c->session, &open);
	return open;
}

/* IP, IPv6, IPCP and IPV6CP, each of them at this moment: no session opens, IPCP is not answered. */
static void try_network_layer(struct gateway_client *c)
{
	static const uint8_t request[] = { PPP_CODE_CONF_REQ, 1, 0, 10, IPCP_OPT_ADDRESS, 6, 10, 99, 0, 11 };
	static const uint8_t ack[] = { PPP_CODE_CONF_ACK, 1, 0, 10, IPCP_OPT_ADDRESS, 6, 10, 99, 0, 1 };
	static const uint16_t protocols[] = { PPP_PROTO_IPV4, PPP_PROTO_IPV6, PPP_PROTO_IPCP, 0x8057, PPP_PROTO_CCP };
	size_t i;

	for (i = 0; i < 5; i++) {
		gateway_client_ppp(c, protocols[i], request, sizeof(request));
		gateway_client_ppp(c, protocols[i], ack, sizeof(ack));
	}
	assert_int_equal(c->ipcp, 0);
	assert_false(is_open(c));
}

static void ppp_before_the_login_carries_no_data(void **state)
{
	struct plane_frame last;
	struct gateway_client c;
	uint8_t data[2048];

	(void)state;
	gateway_client_init(&c, b, "198.51.100.7");
	assert_true(gateway_client_phase1(&c) && gateway_client_phase2(&c) && gateway_client_tunnel(&c) &&
		    gateway_client_session(&c));
	last = c.last;
	memcpy(data, c.data, sizeof(data));
	try_network_layer(&c);
	c.last = last;
	memcpy(c.data, data, sizeof(data));
	assert_true(gateway_client_lcp(&c));
	last = c.last;
	memcpy(data, c.data, sizeof(data));
	try_network_layer(&c);
	c.last = last;
	memcpy(c.data, data, sizeof(data));
	assert_false(gateway_client_login(&c, "alice", "guess"));
	try_network_layer(&c);
	gateway_client_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_flood_from_everywhere_keeps_nobody_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_flood_from_one_address_is_kept_to_its_share, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_flood_in_a_clients_name_is_survived, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_flood_of_bad_offers_fills_no_log, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_flood_of_aggressive_mode_is_limited, set_up_aggressive, tear_down),
		cmocka_unit_test_setup_teardown(keys_are_not_guessed_by_flooding, set_up, tear_down),
		cmocka_unit_test_setup_teardown(clear_text_l2tp_is_nobodys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_client_reaches_nothing_of_another, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ppp_before_the_login_carries_no_data, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
