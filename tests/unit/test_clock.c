// SPDX-License-Identifier: MIT
/* The clock of the tests itself: other tests lean on its order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/clock.h"
#include "core/random.h"
#include "fake_clock.h"
#include "fake_random.h"

static char order[16];
static struct timer a, b;

static void fire(void *arg)
{
	strcat(order, arg);
}

static void fire_and_stop_b(void *arg)
{
	fire(arg);
	timer_stop(&b);
}

static void fire_again(void *arg)
{
	fire(arg);
	if (strlen(order) < 3)
		timer_start(&a, 10);
}

static int setup(void **state)
{
	(void)state;
	*order = '\0';
	timer_init(&a, fire, "a");
	timer_init(&b, fire, "b");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	timer_stop(&a);
	timer_stop(&b);
	assert_int_equal(fake_clock_pending(), 0);
	return 0;
}

static void timers_fire_in_order(void **state)
{
	uint64_t start = clock_now_ms();

	(void)state;
	timer_start(&a, 20);
	timer_start(&b, 10);
	assert_int_equal(fake_clock_next_ms(), 10);
	fake_clock_advance(9);
	assert_string_equal(order, "");
	fake_clock_advance(1);
	assert_string_equal(order, "b");
	assert_false(b.pending);
	fake_clock_advance(100);
	assert_string_equal(order, "ba");
	assert_int_equal(clock_now_ms(), start + 110);
	assert_int_equal(fake_clock_next_ms(), UINT64_MAX);
}

static void restart_moves_a_timer(void **state)
{
	(void)state;
	timer_start(&a, 10);
	timer_start(&b, 15);
	timer_start(&a, 20);
	fake_clock_advance(20);
	assert_string_equal(order, "ba");
}

static void a_timer_may_stop_another(void **state)
{
	(void)state;
	a.fire = fire_and_stop_b;
	timer_start(&a, 10);
	timer_start(&b, 10);
	fake_clock_advance(50);
	assert_string_equal(order, "a");
}

static void a_timer_may_start_itself(void **state)
{
	(void)state;
	a.fire = fire_again;
	timer_start(&a, 10);
	fake_clock_advance(100);
	assert_string_equal(order, "aaa");
}

static void randomness_is_what_was_set(void **state)
{
	uint8_t one[8], two[8];

	(void)state;
	fake_random_reset();
	fake_random_set("\x01\x02\x03", 3);
	random_bytes(one, 2);
	assert_memory_equal(one, "\x01\x02", 2);
	random_bytes(one, 8);
	assert_int_equal(one[0], 3);
	fake_random_reset();
	random_bytes(two, 7);
	assert_memory_equal(one + 1, two, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(timers_fire_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(restart_moves_a_timer, setup, teardown),
		cmocka_unit_test_setup_teardown(a_timer_may_stop_another, setup, teardown),
		cmocka_unit_test_setup_teardown(a_timer_may_start_itself, setup, teardown),
		cmocka_unit_test(randomness_is_what_was_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
