// SPDX-License-Identifier: GPL-2.0
/* What fits the outer path, which packets ask it, and which answers are believed. */
#include <kunit/test.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include "../lineage.h"
#include "../path.h"
#include "../sa.h"
#include "../session.h"
#include "../tunnel.h"
#include "../wire.h"

#define HEADERS		18	/* UDP, L2TP, PPP with nothing optional */

/* A session with an SA whose ESP is that of AES-GCM: 8 header, 8 IV, 16 ICV. */
struct way {
	struct l2s_session session;
	struct l2s_tunnel tunnel;
	struct l2s_lineage lineage;
	struct l2s_sa sa;
	struct l2s_endpoint endpoint;
};

static struct way *path_new(struct kunit *test)
{
	struct way *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->sa.out.block = 4;
	p->sa.out.iv_len = 8;
	p->sa.out.icv_len = 16;
	p->sa.path_len = UINT_MAX;
	p->sa.sending = &p->sa.out;
	p->session.mtu = 1400;
	p->session.headers = HEADERS;
	p->session.tunnel = &p->tunnel;
	p->tunnel.lineage = &p->lineage;
	rcu_assign_pointer(p->lineage.outbound, &p->sa);
	return p;
}

static unsigned int mtu_of(const struct way *p, u16 protocol)
{
	unsigned int mtu;

	rcu_read_lock();
	mtu = l2s_path_mtu(&p->session, protocol);
	rcu_read_unlock();
	return mtu;
}

static unsigned int mtu_of_peer(const struct way *p, u16 protocol)
{
	unsigned int mtu;

	rcu_read_lock();
	mtu = l2s_path_mtu_peer(&p->session, protocol);
	rcu_read_unlock();
	return mtu;
}

/* Counted by hand: IPv4 20 + UDP 8 + ESP 8 + IV 8 + text + ICV 16; text ends with 2 of trailer. */
static void by_hand(struct kunit *test)
{
	static const struct {
		unsigned int path;
		unsigned int mtu4;
		unsigned int mtu6;
	} rows[] = {
		{ 9000, 1400, 1400 },
		{ 1500, 1400, 1400 },
		{ 1480, 1400, 1400 },
		{ 1479, 1396, 1396 },	/* 1419 of text, so 1416 */
		{ 1400, 1320, 1320 },
		{ 1300, 1220, 1280 },
		{ 656, 576, 1280 },
		{ 655, 576, 1280 },
		{ 100, 576, 1280 },
		{ 20, 576, 1280 },
		{ 0, 576, 1280 },
	};
	struct way *p = path_new(test);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, mtu_of(p, L2S_PPP_IP), 1400);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		l2s_path_note(&p->sa, 28, rows[i].path);
		KUNIT_EXPECT_EQ_MSG(test, mtu_of(p, L2S_PPP_IP), rows[i].mtu4, "%u", rows[i].path);
		KUNIT_EXPECT_EQ_MSG(test, mtu_of(p, L2S_PPP_IPV6), rows[i].mtu6, "%u",
				    rows[i].path);
	}
}

/* What the peer takes is never exceeded, not even for IPv6; without an SA it is what counts. */
static void the_peers_mru(struct kunit *test)
{
	struct way *p = path_new(test);

	p->session.mtu = 500;
	l2s_path_note(&p->sa, 28, 1500);
	KUNIT_EXPECT_EQ(test, mtu_of(p, L2S_PPP_IP), 500);
	KUNIT_EXPECT_EQ(test, mtu_of(p, L2S_PPP_IPV6), 500);
	l2s_path_note(&p->sa, 28, 400);
	KUNIT_EXPECT_EQ(test, mtu_of(p, L2S_PPP_IP), 500);
	RCU_INIT_POINTER(p->lineage.outbound, NULL);
	KUNIT_EXPECT_EQ(test, mtu_of(p, L2S_PPP_IP), 500);
}

/* Its L2TP and PPP headers may be as long as they get: 20 bytes, 24 with numbers. */
static void the_peers_headers(struct kunit *test)
{
	struct way *p = path_new(test);

	l2s_path_note(&p->sa, 28, 1400);
	KUNIT_EXPECT_EQ(test, mtu_of(p, L2S_PPP_IP), 1320);
	KUNIT_EXPECT_EQ(test, mtu_of_peer(p, L2S_PPP_IP), 1318);
	p->session.sequencing = true;
	KUNIT_EXPECT_EQ(test, mtu_of_peer(p, L2S_PPP_IP), 1314);
	p->session.headers = 8 + 6 + 1;
	KUNIT_EXPECT_EQ(test, mtu_of(p, L2S_PPP_IP), 1323);
}

static struct sk_buff *esp_skb(struct kunit *test, unsigned int len, bool probe)
{
	struct sk_buff *skb = alloc_skb(len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put(skb, len);
	L2S_CB(skb)->probe = probe;
	return skb;
}

/* One packet in thirty seconds, if it may be lost and fits. */
static void probes(struct kunit *test)
{
	struct sk_buff *no = esp_skb(test, 1400, false), *yes = esp_skb(test, 1400, true);
	struct way *p = path_new(test);

	l2s_path_note(&p->sa, 28, 1427);
	KUNIT_EXPECT_EQ(test, l2s_path_df(&p->sa, &p->endpoint, yes), 0);
	l2s_path_note(&p->sa, 28, 1428);
	KUNIT_EXPECT_EQ(test, l2s_path_df(&p->sa, &p->endpoint, no), 0);
	KUNIT_EXPECT_EQ(test, p->endpoint.probed, 0UL);
	KUNIT_EXPECT_EQ(test, l2s_path_df(&p->sa, &p->endpoint, yes), htons(IP_DF));
	KUNIT_EXPECT_EQ(test, l2s_path_df(&p->sa, &p->endpoint, yes), 0);
	p->endpoint.probed = jiffies - 29 * HZ;
	KUNIT_EXPECT_EQ(test, l2s_path_df(&p->sa, &p->endpoint, yes), 0);
	p->endpoint.probed = jiffies - 30 * HZ;
	KUNIT_EXPECT_EQ(test, l2s_path_df(&p->sa, &p->endpoint, yes), htons(IP_DF));
	kfree_skb(no);
	kfree_skb(yes);
}

/* RFC 4301 8.2.1: errors are not authenticated, so they have to be plausible. */
static void believed(struct kunit *test)
{
	struct iphdr sent = { .tot_len = htons(1480), .frag_off = htons(IP_DF) };
	struct iphdr no_df = { .tot_len = htons(1480) };
	struct ipv6hdr sent6 = { .payload_len = htons(1440) };
	struct way *p = path_new(test);

	KUNIT_EXPECT_FALSE(test, l2s_path_believe4(&p->endpoint, &sent, 1300));
	p->endpoint.probed = jiffies;
	KUNIT_EXPECT_TRUE(test, l2s_path_believe4(&p->endpoint, &sent, 1300));
	KUNIT_EXPECT_TRUE(test, l2s_path_believe4(&p->endpoint, &sent, 1479));
	KUNIT_EXPECT_FALSE(test, l2s_path_believe4(&p->endpoint, &sent, 1480));
	KUNIT_EXPECT_TRUE(test, l2s_path_believe4(&p->endpoint, &sent, 68));
	KUNIT_EXPECT_FALSE(test, l2s_path_believe4(&p->endpoint, &sent, 67));
	KUNIT_EXPECT_FALSE(test, l2s_path_believe4(&p->endpoint, &sent, 0));
	KUNIT_EXPECT_FALSE(test, l2s_path_believe4(&p->endpoint, &no_df, 1300));
	p->endpoint.probed = jiffies - 11 * HZ;
	KUNIT_EXPECT_FALSE(test, l2s_path_believe4(&p->endpoint, &sent, 1300));

	KUNIT_EXPECT_TRUE(test, l2s_path_believe6(&sent6, 1280));
	KUNIT_EXPECT_TRUE(test, l2s_path_believe6(&sent6, 1479));
	KUNIT_EXPECT_FALSE(test, l2s_path_believe6(&sent6, 1480));
	KUNIT_EXPECT_FALSE(test, l2s_path_believe6(&sent6, 1279));
}

static struct kunit_case path_cases[] = {
	KUNIT_CASE(by_hand),
	KUNIT_CASE(the_peers_mru),
	KUNIT_CASE(the_peers_headers),
	KUNIT_CASE(probes),
	KUNIT_CASE(believed),
	{}
};

static struct kunit_suite path_suite = {
	.name = "l2tpsec_path",
	.test_cases = path_cases,
};

kunit_test_suite(path_suite);
