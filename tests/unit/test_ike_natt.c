// SPDX-License-Identifier: MIT
/*
 * What a client finds out about NAT from our message 4, by the hashes that it computes itself
 * (RFC 3947 3.2).  Windows refuses a server that it finds behind NAT; nothing of helper/ike
 * is in the initiator that looks here.
 */
#include <linux/l2tpsec.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "fake_clock.h"
#include "ike_bench.h"

#define OUTSIDE		"192.0.2.1"
#define INSIDE		"10.0.0.5"
#define DIALLED_LINE	"the peer did not dial "

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

/* As Windows does it: SHA-1, both original addresses in Quick Mode. */
static void windows(struct initiator *i, const char *address)
{
	initiator_init(i, address, 500);
	i->sha1 = true;
	i->natoa = true;
}

/* The client dials @outside, the gateway has @inside; the network between changes that. */
static void dial(struct initiator *i, const char *outside, const char *inside)
{
	assert_true(addr_parse(&i->dialled, outside));
	assert_true(addr_parse(&i->path.local.addr, inside));
}

static void set_public(struct ike_bench *b, const char *address)
{
	b->conf.has_public_address = addr_parse(&b->conf.public_address, address);
	assert_true(b->conf.has_public_address);
}

static void has_address(const struct addr *a, const char *text)
{
	char got[ADDR_STRLEN];

	assert_string_equal(addr_print(a, got), text);
}

/* Behind NAT or not: the server's NAT is not to be seen, ESP is in UDP, everything names the public address. */
static void public_address_passes(struct ike_bench *b, bool behind_nat)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench_child *c;
	struct initiator i;

	windows(&i, "198.51.100.7");
	i.behind_nat = behind_nat;
	dial(&i, OUTSIDE, INSIDE);
	set_public(b, OUTSIDE);
	assert_true(ike_bench_phase1(b, &i));
	assert_false(i.found_gateway_nat);
	assert_true(i.found_nat);
	assert_memory_equal(i.peer_id, "\x01\0\0\0\xc0\0\x02\x01", 8);
	assert_int_equal(b->peers[0].handle->behind_nat, behind_nat);
	c = ike_bench_phase2(b, &i, &q);
	assert_non_null(c);
	assert_int_equal(c->sa.encap, L2TPSEC_ENCAP_UDP);
	assert_int_equal(c->sa.keepalive, 20);
	has_address(&c->sa.local.addr, INSIDE);
	has_address(&q.original[0], "198.51.100.7");
	has_address(&q.original[1], OUTSIDE);
	assert_int_equal(ike_bench_log_count(b, DIALLED_LINE), 0);
	initiator_free(&i);
}

static void windows_finds_no_nat_at_the_public_address(void **state)
{
	public_address_passes(*state, false);
}

static void windows_behind_nat_finds_none_at_the_public_address(void **state)
{
	public_address_passes(*state, true);
}

/* The same without the option: this is what Windows refuses. */
static void without_the_option_the_nat_shows_and_the_log_names_it(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct initiator i;

	windows(&i, "198.51.100.7");
	dial(&i, OUTSIDE, INSIDE);
	assert_true(ike_bench_phase1(b, &i));
	assert_true(i.found_gateway_nat);
	assert_int_equal(ike_bench_log_count(b, DIALLED_LINE INSIDE ":500"), 1);
	/* who does not mind is served */
	assert_non_null(ike_bench_phase2(b, &i, &q));
	initiator_free(&i);
}

static void another_address_than_the_public_one_is_named(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;

	windows(&i, "198.51.100.7");
	dial(&i, "192.0.2.99", INSIDE);
	set_public(b, OUTSIDE);
	assert_true(ike_bench_phase1(b, &i));
	assert_true(i.found_gateway_nat);
	assert_int_equal(ike_bench_log_count(b, DIALLED_LINE OUTSIDE ":500"), 1);
	initiator_free(&i);
}

/* From inside, past the NAT: there is none, and ESP needs no UDP. */
static void own_address_dialled_is_no_nat(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct ike_bench_child *c;
	struct initiator i;

	windows(&i, "10.0.0.77");
	assert_true(addr_parse(&i.path.local.addr, INSIDE));
	set_public(b, OUTSIDE);
	assert_true(ike_bench_phase1(b, &i));
	assert_false(i.found_nat || i.found_gateway_nat);
	assert_memory_equal(i.peer_id + 4, "\x0a\0\0\x05", 4);
	c = ike_bench_phase2(b, &i, &q);
	assert_non_null(c);
	assert_int_equal(c->sa.encap, L2TPSEC_ENCAP_RAW);
	assert_int_equal(q.original[0].family, 0);
	initiator_free(&i);
}

static void ipv6(struct ike_bench *b, struct initiator *i)
{
	ike_bench_add_psk(b, "six", "secret", "::/0");
	initiator_init(i, "2001:db8:7::7", 500);
	assert_true(addr_parse(&i->path.local.addr, "2001:db8:1::1"));
}

/* A public IPv4 address says nothing of IPv6. */
static void ipv6_has_no_part_in_a_public_ipv4_address(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct ike_bench_child *c;
	struct initiator i;
	struct addr us;

	ipv6(b, &i);
	set_public(b, OUTSIDE);
	assert_true(ike_bench_phase1(b, &i));
	assert_false(i.found_nat || i.found_gateway_nat);
	assert_int_equal(i.peer_id[0], 5);
	assert_true(addr_parse(&us, "2001:db8:1::1"));
	assert_memory_equal(i.peer_id + 4, us.b, 16);
	c = ike_bench_phase2(b, &i, &q);
	assert_non_null(c);
	assert_int_equal(c->sa.encap, L2TPSEC_ENCAP_RAW);
	initiator_free(&i);
}

static void ipv6_behind_nat_and_forced(void **state)
{
	struct initiator_quick q = { .message_id = 1 }, q2 = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct ike_bench_child *c;
	struct initiator i, forced;

	ipv6(b, &i);
	i.behind_nat = true;
	i.natoa = true;
	assert_true(ike_bench_phase1(b, &i));
	assert_true(i.found_nat);
	assert_false(i.found_gateway_nat);
	c = ike_bench_phase2(b, &i, &q);
	assert_non_null(c);
	assert_int_equal(c->sa.encap, L2TPSEC_ENCAP_UDP);
	has_address(&q.original[0], "2001:db8:7::7");
	has_address(&q.original[1], "2001:db8:1::1");
	b->conf.force_udp_encapsulation = true;
	ipv6(b, &forced);
	forced.path.remote.port = 4500;
	assert_true(ike_bench_phase1(b, &forced));
	assert_true(forced.found_nat);
	assert_false(forced.found_gateway_nat);
	c = ike_bench_phase2(b, &forced, &q2);
	assert_non_null(c);
	assert_int_equal(c->sa.encap, L2TPSEC_ENCAP_UDP);
	initiator_free(&i);
	initiator_free(&forced);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(windows_finds_no_nat_at_the_public_address),
		TEST(windows_behind_nat_finds_none_at_the_public_address),
		TEST(without_the_option_the_nat_shows_and_the_log_names_it),
		TEST(another_address_than_the_public_one_is_named),
		TEST(own_address_dialled_is_no_nat),
		TEST(ipv6_has_no_part_in_a_public_ipv4_address),
		TEST(ipv6_behind_nat_and_forced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
