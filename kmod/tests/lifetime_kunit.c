// SPDX-License-Identifier: GPL-2.0
/*
 * Lifetimes of SAs, lineages, tunnels and sessions in a real device: made, found,
 * refused twice, deleted in every order, and nothing left.
 */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/rhashtable.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include "../device.h"
#include "../l2tp.h"
#include "../lineage.h"
#include "../sa.h"
#include "../session.h"
#include "../socket.h"
#include "../tunnel.h"
#include "device_fixture.h"

#define LINEAGE		7
#define SPI		0x1000			/* of the first SA; the next ones count on */
#define TUNNEL		21
#define SESSION		31
#define STEPS		6			/* deletions in every_order() */

static int new_sa(struct device_fixture *f, u32 spi, u32 lineage, const char **reason)
{
	static const u8 key[20];
	struct netlink_ext_ack extack = {};
	struct l2s_sa_config config = {
		.spi_in = spi,
		.spi_out = ~spi,
		.lineage = lineage,
		.encap = L2TPSEC_ENCAP_UDP,
		.cipher = L2TPSEC_CIPHER_AES_GCM_16,
		.key_in = { key, sizeof(key) },
		.key_out = { key, sizeof(key) },
		.replay_window = 64,
		.local = { AF_INET, { htonl(INADDR_LOOPBACK) } },
		.remote = { AF_INET, { htonl(INADDR_LOOPBACK) } },
		.local_port = f->port,
		.remote_port = htons(4500),
		.keepalive = 20,
	};
	int err = l2s_sa_new(f->device, &config, &extack);

	if (reason)
		*reason = extack._msg;
	return err;
}

static int new_tunnel(struct device_fixture *f, u32 lineage, u16 id, const char **reason)
{
	struct l2s_tunnel_config config = { lineage, id, id + 1, L2S_L2TP_PORT };
	struct netlink_ext_ack extack = {};
	int err = l2s_tunnel_new(f->device, &config, &extack);

	if (reason)
		*reason = extack._msg;
	return err;
}

static int new_session(struct device_fixture *f, u16 tunnel, u16 id, const char **reason)
{
	struct l2s_session_config config = { LINEAGE, tunnel, id, id + 1 };
	struct netlink_ext_ack extack = {};
	int err = l2s_session_new(f->device, &config, &extack);

	if (reason)
		*reason = extack._msg;
	return err;
}

static int set_addr4(struct device_fixture *f, u16 session, __be32 addr)
{
	struct l2s_session_params params = {
		.mtu = 1400,
		.has[L2S_INNER_ADDR4] = true,
		.inner[L2S_INNER_ADDR4] = { 32, { .in6_u.u6_addr32[0] = addr } },
	};
	struct netlink_ext_ack extack = {};

	return l2s_session_set(f->device, LINEAGE, TUNNEL, session, &params, &extack);
}

static bool sa_known(struct device_fixture *f, u32 spi)
{
	bool known;

	rcu_read_lock();
	known = l2s_sa_find(f->device, htonl(spi));
	rcu_read_unlock();
	return known;
}

static bool lineage_known(struct device_fixture *f, u32 id)
{
	bool known;

	rcu_read_lock();
	known = l2s_lineage_find(f->device, id);
	rcu_read_unlock();
	return known;
}

static bool session_known(struct device_fixture *f, u16 id)
{
	bool known;

	rcu_read_lock();
	known = l2s_session_lookup(f->device, LINEAGE, TUNNEL, id, NULL);
	rcu_read_unlock();
	return known;
}

/* Return: our id of the session that has the address; 0: none. */
static u16 session_at(struct device_fixture *f, __be32 addr)
{
	struct l2s_session *session;
	u16 id;

	rcu_read_lock();
	session = l2s_session_by_addr4(f->device, addr);
	id = session ? session->id : 0;
	rcu_read_unlock();
	return id;
}

/* Return: inbound SPI of the SA that sends; 0: none. */
static u32 outbound(struct device_fixture *f)
{
	struct l2s_lineage *lineage;
	struct l2s_sa *sa = NULL;
	u32 spi;

	rcu_read_lock();
	lineage = l2s_lineage_find(f->device, LINEAGE);
	if (lineage)
		sa = rcu_dereference(lineage->outbound);
	spi = sa ? ntohl(sa->in.spi) : 0;
	rcu_read_unlock();
	return spi;
}

static void expect_counts(struct kunit *test, u32 sas, u32 tunnels, u32 sessions)
{
	struct device_fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, f->device->n_sas, sas);
	KUNIT_EXPECT_EQ(test, f->device->n_tunnels, tunnels);
	KUNIT_EXPECT_EQ(test, f->device->n_sessions, sessions);
	KUNIT_EXPECT_EQ(test, list_empty(&f->device->sas), !sas);
	KUNIT_EXPECT_EQ(test, list_empty(&f->device->tunnels), !tunnels);
	KUNIT_EXPECT_EQ(test, list_empty(&f->device->sessions), !sessions);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->device->sa_table.nelems), (int)sas);
}

static void expect_empty(struct kunit *test)
{
	struct device_fixture *f = test->priv;

	expect_counts(test, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->device->lineage_table.nelems), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->device->address_table.nelems), 0);
}

static void sa_life(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	struct netlink_ext_ack extack = {};
	const char *reason;

	KUNIT_EXPECT_EQ(test, new_sa(f, SPI, LINEAGE, NULL), 0);
	KUNIT_EXPECT_TRUE(test, sa_known(f, SPI));
	KUNIT_EXPECT_FALSE(test, sa_known(f, SPI + 1));
	KUNIT_EXPECT_EQ(test, new_sa(f, SPI, LINEAGE, &reason), -EEXIST);
	KUNIT_EXPECT_NOT_NULL(test, reason);
	KUNIT_EXPECT_EQ(test, new_sa(f, SPI, LINEAGE + 1, &reason), -EEXIST);
	KUNIT_EXPECT_FALSE(test, lineage_known(f, LINEAGE + 1));
	expect_counts(test, 1, 0, 0);

	KUNIT_EXPECT_EQ(test, l2s_sa_delete(f->device, SPI + 1, &extack), -ENOENT);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	KUNIT_EXPECT_EQ(test, l2s_sa_delete(f->device, SPI, &extack), 0);
	KUNIT_EXPECT_FALSE(test, sa_known(f, SPI));
	KUNIT_EXPECT_EQ(test, l2s_sa_delete(f->device, SPI, &extack), -ENOENT);
	KUNIT_EXPECT_FALSE(test, lineage_known(f, LINEAGE));
	expect_empty(test);

	KUNIT_EXPECT_EQ(test, new_sa(f, SPI, LINEAGE, NULL), 0);
	expect_counts(test, 1, 0, 0);
}

static void sa_needs_socket(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	const char *reason;

	f->port ^= htons(1);
	KUNIT_EXPECT_EQ(test, new_sa(f, SPI, LINEAGE, &reason), -EADDRNOTAVAIL);
	KUNIT_EXPECT_NOT_NULL(test, reason);
	expect_empty(test);
}

/* A packet inside the crypto API keeps its SA, though nobody finds it any more. */
static void sa_held_by_packet(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	struct l2s_sa *sa;

	KUNIT_ASSERT_EQ(test, new_sa(f, SPI, LINEAGE, NULL), 0);
	rcu_read_lock();
	sa = l2s_sa_find(f->device, htonl(SPI));
	KUNIT_EXPECT_TRUE(test, sa && l2s_sa_hold(sa));
	rcu_read_unlock();
	KUNIT_ASSERT_NOT_NULL(test, sa);
	KUNIT_EXPECT_EQ(test, l2s_sa_delete(f->device, SPI, NULL), 0);
	rcu_barrier();
	schedule_timeout_uninterruptible(HZ / 20);
	KUNIT_EXPECT_EQ(test, ntohl(sa->in.spi), SPI);
	KUNIT_EXPECT_NOT_NULL(test, sa->in.aead);
	KUNIT_EXPECT_EQ(test, sa->lineage->id, LINEAGE);
	rcu_read_lock();
	KUNIT_EXPECT_FALSE(test, l2s_sa_hold(sa));
	rcu_read_unlock();
	expect_empty(test);
	l2s_sa_put(sa);
}

static void successors(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	struct l2s_lineage *lineage;
	struct l2s_sa *sa;
	u32 i;

	for (i = 0; i < 4; i++)
		KUNIT_ASSERT_EQ(test, new_sa(f, SPI + i, LINEAGE, NULL), 0);
	KUNIT_EXPECT_EQ(test, outbound(f), SPI);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->device->lineage_table.nelems), 1);

	rcu_read_lock_bh();
	lineage = l2s_lineage_find(f->device, LINEAGE);
	sa = l2s_sa_find(f->device, htonl(SPI + 2));
	l2s_lineage_promote(lineage, sa);
	KUNIT_EXPECT_EQ(test, outbound(f), SPI + 2);
	sa = l2s_sa_find(f->device, htonl(SPI + 1));
	l2s_lineage_promote(lineage, sa);
	rcu_read_unlock_bh();
	KUNIT_EXPECT_EQ_MSG(test, outbound(f), SPI + 2, "an older SA must not take over");

	KUNIT_EXPECT_EQ(test, l2s_sa_activate(f->device, SPI + 1, NULL), 0);
	KUNIT_EXPECT_EQ_MSG(test, outbound(f), SPI + 1, "unless the owner says so");
	KUNIT_EXPECT_EQ(test, l2s_sa_activate(f->device, SPI + 9, NULL), -ENOENT);

	KUNIT_EXPECT_EQ(test, l2s_sa_delete(f->device, SPI, NULL), 0);
	KUNIT_EXPECT_EQ(test, outbound(f), SPI + 1);
	KUNIT_EXPECT_EQ(test, l2s_sa_delete(f->device, SPI + 1, NULL), 0);
	KUNIT_EXPECT_EQ_MSG(test, outbound(f), SPI + 3, "the newest inherits");
	KUNIT_EXPECT_EQ(test, l2s_sa_delete(f->device, SPI + 3, NULL), 0);
	KUNIT_EXPECT_EQ(test, outbound(f), SPI + 2);
	KUNIT_EXPECT_EQ(test, l2s_sa_delete(f->device, SPI + 2, NULL), 0);
	expect_empty(test);
}

/* What sends is held; a packet that found a predecessor goes through its heir. */
static void outbound_is_held(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	struct l2s_lineage *lineage;
	struct l2s_sa *sa;
	u32 i;

	KUNIT_ASSERT_EQ(test, new_sa(f, SPI, LINEAGE, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_sa(f, SPI + 1, LINEAGE, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_tunnel(f, LINEAGE, TUNNEL, NULL), 0);
	for (i = 0; i < 2; i++) {
		rcu_read_lock();
		lineage = l2s_lineage_find(f->device, LINEAGE);
		sa = l2s_lineage_hold_outbound(lineage);
		rcu_read_unlock();
		KUNIT_ASSERT_NOT_NULL(test, sa);
		KUNIT_EXPECT_EQ(test, ntohl(sa->in.spi), SPI + i);
		KUNIT_EXPECT_EQ(test, l2s_sa_delete(f->device, SPI + i, NULL), 0);
		rcu_read_lock();
		KUNIT_EXPECT_FALSE(test, l2s_sa_hold(sa));
		rcu_read_unlock();
		l2s_sa_put(sa);
	}
	rcu_read_lock();
	lineage = l2s_lineage_find(f->device, LINEAGE);
	KUNIT_EXPECT_NULL(test, l2s_lineage_hold_outbound(lineage));
	rcu_read_unlock();
}

/* Everybody but us gives its reference back, sooner or later. */
static void expect_last_reference(struct kunit *test, struct l2s_lineage *lineage)
{
	unsigned int waited;

	for (waited = 0; waited < HZ && refcount_read(&lineage->refs) > 1; waited++)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_EQ(test, refcount_read(&lineage->refs), 1U);
	l2s_lineage_put(lineage);
}

/* A lineage lives as long as its last SA or tunnel. */
static void lineage_life(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	struct l2s_lineage *lineage;
	const char *reason;

	KUNIT_EXPECT_EQ(test, new_tunnel(f, LINEAGE, TUNNEL, &reason), -ENOENT);
	KUNIT_EXPECT_NOT_NULL(test, reason);
	KUNIT_ASSERT_EQ(test, new_sa(f, SPI, LINEAGE, NULL), 0);
	mutex_lock(&f->device->lock);
	lineage = l2s_lineage_get(f->device, LINEAGE);
	mutex_unlock(&f->device->lock);
	KUNIT_ASSERT_NOT_NULL(test, lineage);
	KUNIT_ASSERT_EQ(test, new_tunnel(f, LINEAGE, TUNNEL, NULL), 0);
	KUNIT_EXPECT_EQ(test, l2s_sa_delete(f->device, SPI, NULL), 0);
	KUNIT_EXPECT_TRUE(test, lineage_known(f, LINEAGE));
	KUNIT_EXPECT_EQ(test, outbound(f), 0U);
	KUNIT_ASSERT_EQ(test, new_sa(f, SPI + 1, LINEAGE, NULL), 0);
	KUNIT_EXPECT_EQ(test, outbound(f), SPI + 1);
	KUNIT_EXPECT_EQ(test, l2s_tunnel_delete(f->device, LINEAGE, TUNNEL, NULL), 0);
	KUNIT_EXPECT_TRUE(test, lineage_known(f, LINEAGE));
	KUNIT_EXPECT_EQ(test, l2s_sa_delete(f->device, SPI + 1, NULL), 0);
	expect_empty(test);
	expect_last_reference(test, lineage);
}

static void tunnel_and_session_life(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	const char *reason;

	KUNIT_ASSERT_EQ(test, new_sa(f, SPI, LINEAGE, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_sa(f, SPI + 1, LINEAGE + 1, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_tunnel(f, LINEAGE, TUNNEL, NULL), 0);
	KUNIT_EXPECT_EQ(test, new_tunnel(f, LINEAGE, TUNNEL, &reason), -EEXIST);
	KUNIT_EXPECT_NOT_NULL(test, reason);
	/* Another peer may use the same ids. */
	KUNIT_EXPECT_EQ(test, new_tunnel(f, LINEAGE + 1, TUNNEL, NULL), 0);

	KUNIT_EXPECT_EQ(test, new_session(f, TUNNEL + 1, SESSION, &reason), -ENOENT);
	KUNIT_EXPECT_NOT_NULL(test, reason);
	KUNIT_EXPECT_EQ(test, new_session(f, TUNNEL, SESSION, NULL), 0);
	KUNIT_EXPECT_EQ(test, new_session(f, TUNNEL, SESSION, &reason), -EEXIST);
	KUNIT_EXPECT_NOT_NULL(test, reason);
	KUNIT_EXPECT_EQ(test, new_session(f, TUNNEL, SESSION + 1, NULL), 0);
	expect_counts(test, 2, 2, 2);

	KUNIT_EXPECT_EQ(test, l2s_session_delete(f->device, LINEAGE, TUNNEL, SESSION, NULL), 0);
	KUNIT_EXPECT_EQ(test, l2s_session_delete(f->device, LINEAGE, TUNNEL, SESSION, NULL),
			-ENOENT);
	KUNIT_EXPECT_FALSE(test, session_known(f, SESSION));
	KUNIT_EXPECT_TRUE(test, session_known(f, SESSION + 1));
	KUNIT_EXPECT_EQ(test, l2s_tunnel_delete(f->device, LINEAGE, TUNNEL, NULL), 0);
	KUNIT_EXPECT_EQ(test, l2s_tunnel_delete(f->device, LINEAGE, TUNNEL, NULL), -ENOENT);
	expect_counts(test, 2, 1, 0);
}

static void addresses(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	__be32 a = htonl(0x0a000001), b = htonl(0x0a000002);

	KUNIT_ASSERT_EQ(test, new_sa(f, SPI, LINEAGE, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_tunnel(f, LINEAGE, TUNNEL, NULL), 0);
	KUNIT_EXPECT_EQ(test, set_addr4(f, SESSION, a), -ENOENT);
	KUNIT_ASSERT_EQ(test, new_session(f, TUNNEL, SESSION, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_session(f, TUNNEL, SESSION + 1, NULL), 0);

	KUNIT_EXPECT_EQ(test, set_addr4(f, SESSION, a), 0);
	KUNIT_EXPECT_EQ(test, set_addr4(f, SESSION, a), 0);
	KUNIT_EXPECT_EQ(test, session_at(f, a), SESSION);
	KUNIT_EXPECT_EQ(test, set_addr4(f, SESSION + 1, a), -EADDRINUSE);
	KUNIT_EXPECT_EQ(test, session_at(f, a), SESSION);
	KUNIT_EXPECT_EQ(test, set_addr4(f, SESSION, b), 0);
	KUNIT_EXPECT_EQ(test, session_at(f, a), 0);
	KUNIT_EXPECT_EQ(test, session_at(f, b), SESSION);
	KUNIT_EXPECT_EQ(test, set_addr4(f, SESSION + 1, a), 0);
	KUNIT_EXPECT_EQ(test, session_at(f, a), SESSION + 1);
	KUNIT_EXPECT_EQ(test, l2s_session_delete(f->device, LINEAGE, TUNNEL, SESSION, NULL), 0);
	KUNIT_EXPECT_EQ(test, session_at(f, b), 0);
	KUNIT_EXPECT_EQ(test, l2s_tunnel_delete(f->device, LINEAGE, TUNNEL, NULL), 0);
	KUNIT_EXPECT_EQ(test, session_at(f, a), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->device->address_table.nelems), 0);
}

/* RFC 2661 5.4 and 5.8: gaps pass, what is old does not, and it goes on after 65535. */
static void session_order(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	struct l2s_session *session;

	KUNIT_ASSERT_EQ(test, new_sa(f, SPI, LINEAGE, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_tunnel(f, LINEAGE, TUNNEL, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_session(f, TUNNEL, SESSION, NULL), 0);
	local_bh_disable();
	rcu_read_lock();
	session = l2s_session_lookup(f->device, LINEAGE, TUNNEL, SESSION, NULL);
	KUNIT_EXPECT_TRUE(test, l2s_session_in_order(session, 0));
	KUNIT_EXPECT_FALSE(test, l2s_session_in_order(session, 0));
	KUNIT_EXPECT_TRUE(test, l2s_session_in_order(session, 5));
	KUNIT_EXPECT_FALSE(test, l2s_session_in_order(session, 4));
	KUNIT_EXPECT_TRUE(test, l2s_session_in_order(session, 32000));
	KUNIT_EXPECT_TRUE(test, l2s_session_in_order(session, 64000));
	KUNIT_EXPECT_TRUE(test, l2s_session_in_order(session, 65535));
	KUNIT_EXPECT_TRUE(test, l2s_session_in_order(session, 0));
	KUNIT_EXPECT_FALSE(test, l2s_session_in_order(session, 65535));
	rcu_read_unlock();
	local_bh_enable();
}

/* One of the deletions of every_order(), by number. */
static void delete_one(struct device_fixture *f, unsigned int what)
{
	switch (what) {
	case 0:
	case 1:
		l2s_sa_delete(f->device, SPI + what, NULL);
		break;
	case 2:
	case 3:
		l2s_session_delete(f->device, LINEAGE, TUNNEL, SESSION + what, NULL);
		break;
	case 4:
		l2s_tunnel_delete(f->device, LINEAGE, TUNNEL, NULL);
		break;
	case 5:
		l2s_tunnel_delete(f->device, LINEAGE, TUNNEL + 1, NULL);
		break;
	}
}

static void build_all(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	u16 i;

	KUNIT_ASSERT_EQ(test, new_sa(f, SPI, LINEAGE, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_sa(f, SPI + 1, LINEAGE, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_tunnel(f, LINEAGE, TUNNEL, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_tunnel(f, LINEAGE, TUNNEL + 1, NULL), 0);
	for (i = 2; i < 4; i++) {
		KUNIT_ASSERT_EQ(test, new_session(f, TUNNEL, SESSION + i, NULL), 0);
		KUNIT_ASSERT_EQ(test, set_addr4(f, SESSION + i, htonl(0x0a000000 + i)), 0);
	}
	KUNIT_ASSERT_EQ(test, new_session(f, TUNNEL + 1, SESSION, NULL), 0);
	expect_counts(test, 2, 2, 3);
}

/* All 720 orders of deleting two SAs, two sessions and two tunnels. */
static void every_order(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	unsigned int order, i, code;

	for (order = 0; order < 720; order++) {
		unsigned int left[STEPS] = { 0, 1, 2, 3, 4, 5 };

		build_all(test);
		for (i = STEPS, code = order; i > 0; code /= i, i--) {
			unsigned int pick = code % i;

			delete_one(f, left[pick]);
			memmove(&left[pick], &left[pick + 1], (i - pick - 1) * sizeof(*left));
		}
		expect_empty(test);
	}
}

static void flush(struct kunit *test)
{
	struct device_fixture *f = test->priv;

	build_all(test);
	mutex_lock(&f->device->lock);
	l2s_device_flush(f->device);
	mutex_unlock(&f->device->lock);
	expect_empty(test);
	KUNIT_EXPECT_EQ(test, f->device->n_sockets, 0U);
	KUNIT_EXPECT_EQ(test, new_sa(f, SPI, LINEAGE, NULL), -EADDRNOTAVAIL);
}

/* The interface goes while it is full: device_fixture_exit() deletes it. */
static void removed_while_full(struct kunit *test)
{
	build_all(test);
}

/* A packet that leaves the crypto API late. */
struct late_put {
	struct delayed_work work;
	struct l2s_sa *sa;
	bool done;
};

static void put_late(struct work_struct *work)
{
	struct late_put *late = container_of(to_delayed_work(work), struct late_put, work);

	late->done = true;
	l2s_sa_put(late->sa);
}

static void removal_waits_for_packet(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	struct late_put late = {};

	build_all(test);
	rcu_read_lock();
	late.sa = l2s_sa_find(f->device, htonl(SPI));
	KUNIT_EXPECT_TRUE(test, l2s_sa_hold(late.sa));
	rcu_read_unlock();
	INIT_DELAYED_WORK_ONSTACK(&late.work, put_late);
	schedule_delayed_work(&late.work, HZ / 10);
	device_fixture_exit(test);
	f->device = NULL;
	KUNIT_EXPECT_TRUE(test, late.done);
	cancel_delayed_work_sync(&late.work);
	destroy_delayed_work_on_stack(&late.work);
}

/*
 * An owner may choose SPIs in any order: the table refuses one more in a bucket of
 * RHT_ELASTICITY while it is being rehashed.
 */
static void spis_spread(struct kunit *test)
{
	static const u32 steps[] = { 1, 0x100, 0x10000 }, seeds[] = { 0, 0x12345678, ~0 };
	unsigned int step, seed, n, bucket, fullest = 0;
	u8 *filled = kunit_kzalloc(test, 256, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, filled);
	for (step = 0; step < ARRAY_SIZE(steps); step++)
		for (seed = 0; seed < ARRAY_SIZE(seeds); seed++) {
			memset(filled, 0, 256);
			for (n = 0; n < 256; n++) {
				__be32 spi = htonl(SPI + n * steps[step]);

				bucket = l2s_sa_table_params.hashfn(&spi, sizeof(spi),
								    seeds[seed]) % 256;
				fullest = max_t(unsigned int, fullest, ++filled[bucket]);
			}
		}
	KUNIT_EXPECT_LT(test, fullest, RHT_ELASTICITY);
}

static struct kunit_case lifetime_cases[] = {
	KUNIT_CASE(spis_spread),
	KUNIT_CASE(sa_life),
	KUNIT_CASE(sa_needs_socket),
	KUNIT_CASE(sa_held_by_packet),
	KUNIT_CASE(successors),
	KUNIT_CASE(outbound_is_held),
	KUNIT_CASE(lineage_life),
	KUNIT_CASE(tunnel_and_session_life),
	KUNIT_CASE(addresses),
	KUNIT_CASE(session_order),
	KUNIT_CASE(every_order),
	KUNIT_CASE(flush),
	KUNIT_CASE(removed_while_full),
	KUNIT_CASE(removal_waits_for_packet),
	{}
};

static struct kunit_suite lifetime_suite = {
	.name = "l2tpsec_lifetime",
	.init = device_fixture_init,
	.exit = device_fixture_exit,
	.test_cases = lifetime_cases,
};

kunit_test_suite(lifetime_suite);
