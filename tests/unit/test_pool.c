// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "pool/pool.h"

#define BASE	0x0a630000u

static struct conf_pool ranges[2];
static struct conf_user users[2];

static struct conf conf_of(uint32_t first, uint32_t last)
{
	struct conf c = { .pools = ranges, .pools_len = 1, .ppp.local_address = BASE + 1 };

	ranges[0] = (struct conf_pool){ .first = BASE + first, .last = BASE + last };
	return c;
}

static void in_order_until_all_are_taken(void **state)
{
	struct conf c = conf_of(10, 12);
	struct pool *p = pool_new(&c);

	(void)state;
	assert_int_equal(pool_lease(p, "a", 0), BASE + 10);
	assert_int_equal(pool_lease(p, "b", 0), BASE + 11);
	assert_int_equal(pool_lease(p, "c", 0), BASE + 12);
	assert_int_equal(pool_lease(p, "d", 0), 0);
	pool_release(p, BASE + 11);
	assert_int_equal(pool_lease(p, "d", 0), BASE + 11);
	pool_free(p);
}

static void same_user_same_address(void **state)
{
	struct conf c = conf_of(10, 20);
	struct pool *p = pool_new(&c);

	(void)state;
	assert_int_equal(pool_lease(p, "a", 0), BASE + 10);
	assert_int_equal(pool_lease(p, "b", 0), BASE + 11);
	pool_release(p, BASE + 10);
	pool_release(p, BASE + 11);
	assert_int_equal(pool_lease(p, "c", 0), BASE + 12);
	assert_int_equal(pool_lease(p, "b", BASE + 15), BASE + 11);
	assert_int_equal(pool_lease(p, "a", 0), BASE + 10);
	pool_free(p);
}

static void one_user_twice(void **state)
{
	struct conf c = conf_of(10, 20);
	struct pool *p = pool_new(&c);

	(void)state;
	assert_int_equal(pool_lease(p, "a", 0), BASE + 10);
	assert_int_equal(pool_lease(p, "a", 0), BASE + 11);
	pool_release(p, BASE + 10);
	pool_release(p, BASE + 11);
	assert_int_equal(pool_lease(p, "a", 0), BASE + 11);
	pool_free(p);
}

static void strangers_take_what_was_left_longest(void **state)
{
	struct conf c = conf_of(10, 12);
	struct pool *p = pool_new(&c);

	(void)state;
	pool_lease(p, "a", 0);
	pool_lease(p, "b", 0);
	pool_lease(p, "c", 0);
	pool_release(p, BASE + 12);
	pool_release(p, BASE + 10);
	assert_int_equal(pool_lease(p, "d", 0), BASE + 12);
	assert_int_equal(pool_lease(p, "c", 0), BASE + 10);
	assert_int_equal(pool_lease(p, "a", 0), 0);
	pool_free(p);
}

static void wish_is_granted_when_it_can_be(void **state)
{
	struct conf c = conf_of(10, 20);
	struct pool *p = pool_new(&c);

	(void)state;
	assert_int_equal(pool_lease(p, "a", BASE + 15), BASE + 15);
	assert_int_equal(pool_lease(p, "b", BASE + 15), BASE + 10);
	assert_int_equal(pool_lease(p, "c", BASE + 99), BASE + 11);
	assert_int_equal(pool_lease(p, "d", BASE + 1), BASE + 12);
	pool_free(p);
}

static void own_and_fixed_addresses_are_left_out(void **state)
{
	struct conf c = conf_of(0, 4);
	struct pool *p;

	(void)state;
	users[0] = (struct conf_user){ .name = "x", .has_address = true, .address = BASE + 2 };
	users[1] = (struct conf_user){ .name = "y" };
	c.ppp.users = users;
	c.ppp.users_len = 2;
	p = pool_new(&c);
	assert_int_equal(pool_lease(p, "a", BASE + 2), BASE + 0);
	assert_int_equal(pool_lease(p, "b", BASE + 1), BASE + 3);
	assert_int_equal(pool_lease(p, "c", 0), BASE + 4);
	assert_int_equal(pool_lease(p, "d", 0), 0);
	assert_true(pool_lease_fixed(p, BASE + 2));
	assert_false(pool_lease_fixed(p, BASE + 2));
	pool_release(p, BASE + 2);
	assert_int_equal(pool_lease(p, "d", BASE + 2), 0);
	assert_true(pool_lease_fixed(p, BASE + 2));
	assert_true(pool_lease_fixed(p, BASE + 200));
	assert_false(pool_lease_fixed(p, BASE + 200));
	assert_false(pool_lease_fixed(p, BASE + 3));
	assert_false(pool_lease_fixed(p, 0));
	pool_free(p);
}

static void releasing_strange_things_is_harmless(void **state)
{
	struct conf c = conf_of(10, 10);
	struct pool *p = pool_new(&c);

	(void)state;
	pool_release(p, BASE + 10);
	pool_release(p, 0);
	assert_int_equal(pool_lease(p, "a", 0), BASE + 10);
	pool_release(p, BASE + 10);
	pool_release(p, BASE + 10);
	assert_int_equal(pool_lease(p, "b", 0), BASE + 10);
	assert_int_equal(pool_lease(p, "c", 0), 0);
	pool_free(p);
	pool_free(NULL);
}

static void reload_keeps_live_leases(void **state)
{
	struct conf c = conf_of(10, 12);
	struct pool *p = pool_new(&c);

	(void)state;
	assert_int_equal(pool_lease(p, "a", 0), BASE + 10);
	assert_int_equal(pool_lease(p, "b", 0), BASE + 11);
	pool_release(p, BASE + 10);
	c = conf_of(11, 13);
	pool_reload(p, &c);
	assert_int_equal(pool_lease(p, "a", 0), BASE + 12);
	assert_int_equal(pool_lease(p, "c", BASE + 11), BASE + 13);
	assert_int_equal(pool_lease(p, "d", 0), 0);
	pool_release(p, BASE + 11);
	assert_int_equal(pool_lease(p, "d", 0), BASE + 11);
	pool_free(p);
}

static void ranges_need_no_order(void **state)
{
	struct conf c = conf_of(20, 21);
	struct pool *p;

	(void)state;
	ranges[1] = (struct conf_pool){ .first = BASE + 10, .last = BASE + 11 };
	c.pools_len = 2;
	p = pool_new(&c);
	assert_int_equal(pool_lease(p, "a", BASE + 20), BASE + 20);
	assert_int_equal(pool_lease(p, "b", 0), BASE + 10);
	assert_int_equal(pool_lease(p, "c", 0), BASE + 11);
	assert_int_equal(pool_lease(p, "d", 0), BASE + 21);
	assert_int_equal(pool_lease(p, "e", 0), 0);
	pool_free(p);
}

static void range_may_end_at_the_last_address(void **state)
{
	struct conf c = conf_of(0, 0);
	struct pool *p;

	(void)state;
	ranges[0] = (struct conf_pool){ .first = UINT32_MAX - 1, .last = UINT32_MAX };
	p = pool_new(&c);
	assert_int_equal(pool_lease(p, "a", 0), UINT32_MAX - 1);
	assert_int_equal(pool_lease(p, "b", 0), UINT32_MAX);
	assert_int_equal(pool_lease(p, "c", 0), 0);
	pool_free(p);
}

/* More users than are remembered come and go: every address stays usable. */
static void forgetting_loses_no_address(void **state)
{
	struct conf c = conf_of(0, 69999);
	struct pool *p;
	char user[16];
	uint32_t i;

	(void)state;
	c.ppp.local_address = 1;
	p = pool_new(&c);
	for (i = 0; i < 70000; i++) {
		snprintf(user, sizeof(user), "u%u", i);
		assert_int_equal(pool_lease(p, user, 0), BASE + i);
	}
	for (i = 0; i < 70000; i++)
		pool_release(p, BASE + i);
	for (i = 0; i < 70000; i++) {
		snprintf(user, sizeof(user), "v%u", i);
		assert_true(pool_lease(p, user, 0));
	}
	assert_int_equal(pool_lease(p, "w", 0), 0);
	pool_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order_until_all_are_taken),
		cmocka_unit_test(same_user_same_address),
		cmocka_unit_test(one_user_twice),
		cmocka_unit_test(strangers_take_what_was_left_longest),
		cmocka_unit_test(wish_is_granted_when_it_can_be),
		cmocka_unit_test(own_and_fixed_addresses_are_left_out),
		cmocka_unit_test(releasing_strange_things_is_harmless),
		cmocka_unit_test(reload_keeps_live_leases),
		cmocka_unit_test(ranges_need_no_order),
		cmocka_unit_test(range_may_end_at_the_last_address),
		cmocka_unit_test(forgetting_loses_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
