// SPDX-License-Identifier: MIT
/* How long the gateway keeps a client that has SAs but no session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "gateway_client.h"

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

static void gone_after_a_minute(void **state)
{
	(void)state;
	assert_true(gateway_client_phase1(&c));
	assert_true(gateway_client_phase2(&c));
	fake_clock_advance(59000);
	assert_int_equal(HASH_COUNT(b->gw->subscribers), 1);
	fake_clock_advance(2000);
	assert_null(b->gw->subscribers);
	assert_true(gateway_bench_said(b, "no session for 60 s"));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(gone_after_a_minute, set_up, tear_down),
		cmocka_unit_test_setup_teardown(time_to_notice_that_the_tunnel_is_lost, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
