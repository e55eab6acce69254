// SPDX-License-Identifier: MIT
/* What a client does for days costs no memory: after a while, each byte that is taken is given back. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "gateway_client.h"

#define CONF \
	"[gateway]\nlog-level = debug\n[l2tp]\nhello-interval = 0\n[ike]\ndpd-interval = 0\n" \
	"[ppp]\nlocal-address = 10.99.0.1\nusers = chap-secrets\nlcp-echo-interval = 0\n" \
	"[pool main]\nrange = 10.99.0.10-10.99.0.20\n[psk all]\nsecret = secret\n"
#define HALF_AN_HOUR	1800000

#ifdef __SANITIZE_ADDRESS__
size_t __sanitizer_get_current_allocated_bytes(void);	/* the compiler has no header for it */
#endif

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

/* Bytes that are allocated now, but for what the bench remembers of what was said. */
static size_t in_use(void)
{
#ifdef __SANITIZE_ADDRESS__
	return __sanitizer_get_current_allocated_bytes() - b->said_cap;
#else
	return mallinfo2().uordblks - b->said_cap;
#endif
}

static void growth_is_seen(void **state)
{
	size_t before = in_use();
	void *p = malloc(100);

	(void)state;
	assert_non_null(p);
	assert_true(in_use() >= before + 100);
	free(p);
	assert_int_equal(in_use(), before);
}

static void rekey_phase1(void)
{
	initiator_free(&c.ike);
	initiator_init(&c.ike, "198.51.100.7", 500);
	c.ike.behind_nat = true;
	assert_true(gateway_client_phase1(&c));
}

/* rekeys COUNT EVERY: of phase 2; the client deletes nothing. */
static void rekeys(unsigned int count, unsigned int every)
{
	static uint32_t message_id = 0x2000;

	while (count--) {
		c.quick = (struct initiator_quick){ .gcm = true, .message_id = ++message_id };
		assert_true(gateway_client_phase2(&c));
		fake_clock_advance(every);
		b->sent_len = 0;
	}
}

static void days(unsigned int count)
{
	for (count *= 8; count--;) {
		rekey_phase1();
		rekeys(6, HALF_AN_HOUR);
	}
}

static size_t settled(void)
{
	assert_true(gateway_client_connect(&c, "alice", "password"));
	days(1);
	return in_use();
}

static void rekeyed_for_days(void **state)
{
	size_t before = settled();

	(void)state;
	days(10);
	assert_int_equal(in_use(), before);
}

static void rekeyed_each_second(void **state)
{
	size_t before = settled();

	(void)state;
	rekeys(100, 1000);
	assert_true(in_use() > before);
	days(1);
	assert_int_equal(in_use(), before);
}

static void visit(const char *password, bool welcome)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];

	gateway_client_free(&c);
	gateway_client_init(&c, b, "198.51.100.7");
	assert_true(gateway_client_connect(&c, "alice", password) == welcome);
	gateway_bench_receive(b, &c.ike.path, out, initiator_delete_isakmp(&c.ike, 0x77, out));
	fake_clock_advance(3 * HALF_AN_HOUR);	/* without ISAKMP SA its SAs live on for their hour */
	b->sent_len = 0;
	assert_null(b->gw->subscribers);
}

static void connected_again_and_again(void **state)
{
	unsigned int n;
	size_t before;

	(void)state;
	visit("password", true);
	visit("guessed", false);
	before = in_use();
	for (n = 0; n < 50; n++) {
		visit("password", true);
		visit("guessed", false);
	}
	assert_int_equal(in_use(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(growth_is_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rekeyed_for_days, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rekeyed_each_second, set_up, tear_down),
		cmocka_unit_test_setup_teardown(connected_again_and_again, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
