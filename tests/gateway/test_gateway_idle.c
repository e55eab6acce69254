// SPDX-License-Identifier: MIT
/* How long the gateway keeps a client that is not connected. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "gateway_client.h"
#include "ppp/wire.h"

#define CONF	GATEWAY_BENCH_CONF "[psk all]\nsecret = secret\n"
#define GIVE_UP	31000	/* xl2tpd's retransmissions of one message */

static struct gateway_bench *b;
static struct gateway_client c;

static int set_up(void **state)
{
	(void)state;
	b = gateway_bench_new(CONF, "alice * password *\n");
	gateway_client_init(&c, b, "198.51.100.7");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	gateway_client_free(&c);
	gateway_bench_free(b);
	return fake_clock_pending() ? -1 : 0;
}

/* What the module would have counted for each SA. */
static struct plane_stats counted;

static int sa_stats(struct plane *p, uint32_t spi_in, struct plane_stats *stats)
{
	(void)p;
	(void)spi_in;
	*stats = counted;
	return 0;
}

static void count(uint64_t accepted, uint64_t dropped)
{
	static struct plane_ops ops;

	ops = *b->gw->plane->ops;
	ops.sa_stats = sa_stats;
	b->gw->plane->ops = &ops;
	counted = (struct plane_stats){ .rx_packets = accepted, .rx_dropped = dropped };
}

static void gone_after_a_minute(const char *why)
{
	fake_clock_advance(59000);
	assert_int_equal(HASH_COUNT(b->gw->subscribers), 1);
	fake_clock_advance(2000);
	assert_null(b->gw->subscribers);
	assert_true(gateway_bench_said(b, why));
}

static void no_quick_mode(void **state)
{
	(void)state;
	assert_true(gateway_client_phase1(&c));
	gone_after_a_minute("failed at ike-phase2: no Quick Mode for 60 s (Windows shows error 789)");
}

static void no_esp(void **state)
{
	(void)state;
	assert_true(gateway_client_phase1(&c));
	assert_true(gateway_client_phase2(&c));
	count(0, 0);
	gone_after_a_minute("failed at l2tp: no ESP came for 60 s: does all of UDP port 4500 reach us?");
}

static void esp_of_no_use(void **state)
{
	(void)state;
	assert_true(gateway_client_phase1(&c));
	assert_true(gateway_client_phase2(&c));
	count(0, 7);
	gone_after_a_minute("failed at l2tp: none of 7 ESP packets could be used");
}

static void no_session_asked_for(void **state)
{
	(void)state;
	assert_true(gateway_client_phase1(&c));
	assert_true(gateway_client_phase2(&c));
	assert_true(gateway_client_tunnel(&c));
	count(3, 0);
	gone_after_a_minute("failed at l2tp: no session was asked for within 60 s");
}

static void one_reason_is_enough(void **state)
{
	(void)state;
	assert_true(gateway_client_connect(&c, "alice", "another password") == false);
	fake_clock_advance(120000);
	assert_null(b->gw->subscribers);
	assert_true(gateway_bench_said(b, "failed at auth: wrong password"));
	assert_false(gateway_bench_said(b, "failed at l2tp"));
}

/* We were restarted: it has first to give up HELLO, then StopCCN, of a tunnel that we do not know. */
static void time_to_notice_that_the_tunnel_is_lost(void **state)
{
	static const uint8_t hello[] = { 0xc8, 2, 0, 20, 0x47, 0x11, 0, 0, 0, 9, 0, 5, 0x80, 8, 0, 0, 0, 0, 0, 6 };
	unsigned int n;

	(void)state;
	assert_true(gateway_client_phase1(&c));
	assert_true(gateway_client_phase2(&c));
	for (n = 0; n < 3; n++) {
		fake_clock_advance(GIVE_UP);
		gateway_client_l2tp(&c, hello, sizeof(hello));
	}
	assert_true(gateway_client_tunnel(&c));
	assert_true(gateway_client_session(&c));
}

/* Somebody who looks for his telephone: a minute for each step, not for all of them. */
static void each_step_has_its_time(void **state)
{
	(void)state;
	assert_true(gateway_client_phase1(&c));
	assert_true(gateway_client_phase2(&c));
	assert_true(gateway_client_tunnel(&c));
	assert_true(gateway_client_session(&c));
	fake_clock_advance(25000);
	assert_true(gateway_client_lcp(&c));
	fake_clock_advance(25000);
	assert_true(gateway_client_login(&c, "alice", "password"));
	fake_clock_advance(25000);
	assert_true(gateway_client_ipcp(&c));
	assert_true(gateway_bench_said(b, "connected: address"));
}

/* LCP opens, and a Terminate-Ack that nobody asked for makes the gateway begin anew (RFC 1661 section 4.1). */
static void link_opens_and_begins_anew(void)
{
	static const uint8_t ack[] = { PPP_CODE_TERM_ACK, 1, 0, 4 };

	assert_true(gateway_client_lcp(&c));
	gateway_client_ppp(&c, PPP_PROTO_LCP, ack, sizeof(ack));
}

/* No timer of PPP's ever comes to its end. */
static void stuck_in_the_login(void **state)
{
	unsigned int n;

	(void)state;
	assert_true(gateway_client_phase1(&c));
	assert_true(gateway_client_phase2(&c));
	assert_true(gateway_client_tunnel(&c));
	assert_true(gateway_client_session(&c));
	for (n = 0; n < 29; n++) {
		link_opens_and_begins_anew();
		fake_clock_advance(2000);
	}
	assert_int_equal(HASH_COUNT(b->gw->subscribers), 1);
	link_opens_and_begins_anew();
	fake_clock_advance(2500);
	assert_null(b->gw->subscribers);
	assert_true(gateway_bench_said(b, "failed at lcp: it went no further for 60 s"));
	assert_true(gateway_bench_said(b, "session closed: set-up took too long"));
}

/* Its kernel has the SA only when message 3 is on the way: its minute for L2TP is not over sooner. */
static void late_message_3(void **state)
{
	(void)state;
	assert_true(gateway_client_phase1(&c));
	assert_true(gateway_client_phase2_after(&c, 20000));
	count(0, 0);
	gone_after_a_minute("failed at l2tp: no ESP came for 60 s");
}

/* The time of day may jump: a router without a battery begins in 1970. */
static void age_by_the_monotonic_clock(void **state)
{
	(void)state;
	assert_true(gateway_client_phase1(&c));
	fake_clock_advance(42000);
	gateway_bench_ask(b, "show");
	assert_true(gateway_bench_said(b, "\"age\":42"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_quick_mode, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_esp, set_up, tear_down),
		cmocka_unit_test_setup_teardown(esp_of_no_use, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_session_asked_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_reason_is_enough, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_step_has_its_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stuck_in_the_login, set_up, tear_down),
		cmocka_unit_test_setup_teardown(late_message_3, set_up, tear_down),
		cmocka_unit_test_setup_teardown(age_by_the_monotonic_clock, set_up, tear_down),
		cmocka_unit_test_setup_teardown(time_to_notice_that_the_tunnel_is_lost, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
