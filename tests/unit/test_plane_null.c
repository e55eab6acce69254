// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>

#include "plane/null.h"

static const struct plane_sa sa1 = { .spi_in = 1, .spi_out = 101, .lineage = 7 };
static const struct plane_sa sa2 = { .spi_in = 2, .spi_out = 102, .lineage = 7 };
static const struct plane_tunnel tunnel = { .lineage = 7, .id = 3, .peer_id = 1, .peer_port = 1701 };
static const struct plane_session session = { .lineage = 7, .tunnel_id = 3, .id = 4, .peer_id = 1 };

static struct plane *p;

static int setup(void **state)
{
	(void)state;
	p = plane_null_new(NULL, NULL);
	assert_int_equal(p->ops->sa_add(p, &sa1), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	p->ops->free(p);
	return 0;
}

static void names_are_unique_and_known(void **state)
{
	(void)state;
	assert_int_equal(p->ops->sa_add(p, &sa1), -EEXIST);
	assert_int_equal(p->ops->session_add(p, &session), -ENOENT);
	assert_int_equal(p->ops->tunnel_add(p, &tunnel), 0);
	assert_int_equal(p->ops->tunnel_add(p, &tunnel), -EEXIST);
	assert_int_equal(p->ops->session_add(p, &session), 0);
	assert_int_equal(p->ops->session_add(p, &session), -EEXIST);
	assert_int_equal(p->ops->sa_del(p, 9), -ENOENT);
	assert_int_equal(p->ops->tunnel_del(p, 8, 3), -ENOENT);
	assert_int_equal(p->ops->session_del(p, 7, 3, 5), -ENOENT);
}

static void successor_sends_after_activation(void **state)
{
	(void)state;
	assert_int_equal(plane_null_outbound(p, 7)->spi_in, 1);
	assert_int_equal(p->ops->sa_add(p, &sa2), 0);
	assert_int_equal(plane_null_outbound(p, 7)->spi_in, 1);
	assert_int_equal(p->ops->sa_activate(p, 2), 0);
	assert_int_equal(plane_null_outbound(p, 7)->spi_in, 2);
	assert_int_equal(p->ops->tunnel_add(p, &tunnel), 0);
	assert_int_equal(p->ops->sa_del(p, 1), 0);
	assert_int_equal(plane_null_count(p).tunnels, 1);
}

static void a_tunnel_takes_its_sessions_along(void **state)
{
	struct plane_null_counts c;
	bool open;

	(void)state;
	assert_int_equal(p->ops->tunnel_add(p, &tunnel), 0);
	assert_int_equal(p->ops->session_add(p, &session), 0);
	assert_int_equal(p->ops->session_open(p, &session), 0);
	assert_non_null(plane_null_session(p, 7, 3, 4, &open));
	assert_true(open);
	assert_int_equal(p->ops->tunnel_del(p, 7, 3), 0);
	c = plane_null_count(p);
	assert_int_equal(c.tunnels + c.sessions, 0);
	assert_int_equal(c.sas, 1);
}

static void a_tunnel_without_sa_sends_nothing(void **state)
{
	struct plane_frame f = { .lineage = 7, .peer_port = 1701, .data = (const uint8_t *)"x", .len = 1 };

	(void)state;
	assert_int_equal(p->ops->tunnel_add(p, &tunnel), 0);
	assert_int_equal(p->ops->sa_del(p, 1), 0);
	assert_int_equal(plane_null_count(p).tunnels, 1);
	assert_int_equal(p->ops->frame_send(p, &f), -ENOENT);
}

static void frames_come_back_in_order(void **state)
{
	struct plane_frame f = { .lineage = 7, .peer_port = 1701, .data = (const uint8_t *)"one", .len = 3 };
	uint8_t data[8];

	(void)state;
	assert_int_equal(p->ops->frame_send(p, &f), 0);
	f.data = (const uint8_t *)"two";
	assert_int_equal(p->ops->frame_send(p, &f), 0);
	f.lineage = 8;
	assert_int_equal(p->ops->frame_send(p, &f), -ENOENT);
	assert_true(plane_null_frame_take(p, &f, data, sizeof(data)));
	assert_memory_equal(f.data, "one", 3);
	assert_int_equal(plane_null_count(p).frames, 1);
}

static void failures_on_demand(void **state)
{
	(void)state;
	plane_null_fail_next(p, ENOMEM);
	assert_int_equal(p->ops->sa_add(p, &sa2), -ENOMEM);
	assert_int_equal(p->ops->sa_add(p, &sa2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_are_unique_and_known, setup, teardown),
		cmocka_unit_test_setup_teardown(successor_sends_after_activation, setup, teardown),
		cmocka_unit_test_setup_teardown(a_tunnel_takes_its_sessions_along, setup, teardown),
		cmocka_unit_test_setup_teardown(a_tunnel_without_sa_sends_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(frames_come_back_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(failures_on_demand, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
