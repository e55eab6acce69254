// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/addr.h"

static struct addr addr_of(const char *text)
{
	struct addr a;

	assert_true(addr_parse(&a, text));
	return a;
}

static void text_round_trip(void **state)
{
	static const char *const good[] = { "0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "2001:db8::1" };
	char text[ADDR_STRLEN];
	struct addr a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		a = addr_of(good[i]);
		assert_string_equal(addr_print(&a, text), good[i]);
	}
	a.family = AF_UNSPEC;
	assert_string_equal(addr_print(&a, text), "none");
	assert_int_equal(addr_len(&a), 0);
}

static void bad_text_changes_nothing(void **state)
{
	static const char *const bad[] = { "", "1.2.3", "1.2.3.256", "1.2.3.4 ", ":::", "2001:db8::1/64", "host" };
	struct addr a = addr_of("192.0.2.1"), before = a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(addr_parse(&a, bad[i]));
		assert_memory_equal(&a, &before, sizeof(a));
	}
}

static void ipv4_numbers(void **state)
{
	struct addr a = addr_from_ipv4(0xc0000201), v6 = addr_of("::1");

	(void)state;
	assert_int_equal(addr_to_ipv4(&a), 0xc0000201);
	assert_memory_equal(a.b, "\xc0\x00\x02\x01", 4);
	assert_int_equal(addr_to_ipv4(&v6), 0);
}

static void families_differ(void **state)
{
	struct addr v4 = addr_of("0.0.0.0"), v6 = addr_of("::");
	struct prefix all4;

	(void)state;
	assert_false(addr_equal(&v4, &v6));
	assert_true(prefix_parse(&all4, "0.0.0.0/0"));
	assert_true(prefix_contains(&all4, &v4));
	assert_false(prefix_contains(&all4, &v6));
}

static void prefixes(void **state)
{
	struct addr in = addr_of("10.1.127.255"), out = addr_of("10.1.128.0"), one = addr_of("10.1.0.9");
	struct prefix p;

	(void)state;
	assert_true(prefix_parse(&p, "10.1.0.0/17"));
	assert_true(prefix_contains(&p, &in));
	assert_false(prefix_contains(&p, &out));
	assert_true(prefix_parse(&p, "10.1.0.9"));
	assert_int_equal(p.len, 32);
	assert_true(prefix_contains(&p, &one));
	assert_false(prefix_contains(&p, &in));
	assert_true(prefix_parse(&p, "2001:db8::/33"));
	in = addr_of("2001:db8:7fff::1");
	out = addr_of("2001:db8:8000::1");
	assert_true(prefix_contains(&p, &in));
	assert_false(prefix_contains(&p, &out));
}

static void bad_prefixes(void **state)
{
	static const char *const bad[] = {
		"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "::/129", "10.0.0.0/-1", "/8",
	};
	struct prefix p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(prefix_parse(&p, bad[i]));
}

static void endpoints_through_sockaddr(void **state)
{
	static const char *const texts[] = { "192.0.2.7:4500", "[2001:db8::7]:4500" };
	struct endpoint e = { .port = 4500 }, back;
	struct sockaddr_storage ss;
	char text[ENDPOINT_STRLEN];
	socklen_t len;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		e.addr = addr_of(i ? "2001:db8::7" : "192.0.2.7");
		endpoint_to_sockaddr(&e, &ss, &len);
		assert_int_equal(len, i ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
		assert_true(endpoint_from_sockaddr(&back, (struct sockaddr *)&ss));
		assert_true(endpoint_equal(&e, &back));
		assert_string_equal(endpoint_print(&back, text), texts[i]);
		back.port++;
		assert_false(endpoint_equal(&e, &back));
	}
	ss.ss_family = AF_UNIX;
	assert_false(endpoint_from_sockaddr(&back, (struct sockaddr *)&ss));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_round_trip),
		cmocka_unit_test(bad_text_changes_nothing),
		cmocka_unit_test(ipv4_numbers),
		cmocka_unit_test(families_differ),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(bad_prefixes),
		cmocka_unit_test(endpoints_through_sockaddr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
