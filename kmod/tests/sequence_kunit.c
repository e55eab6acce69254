// SPDX-License-Identifier: GPL-2.0
/*
 * The end of the outbound sequence numbers: RFC 4303 2.2 and 3.3.3.  Nothing is sent
 * under a number that was used before; with ESN there are enough of them.
 */
#include <kunit/test.h>
#include <linux/in.h>
#include "../device.h"
#include "../lineage.h"
#include "../sa.h"
#include "../stats.h"
#include "../tx.h"
#include "../wire.h"
#include "device_fixture.h"

#define SPI		0x1000
#define LINEAGE		7
#define LEFT		2			/* numbers below 2^32 that are not used yet */
#define TRIES		5

static struct l2s_sa *new_sa(struct kunit *test, bool esn)
{
	static const u8 key[20];
	struct device_fixture *f = test->priv;
	struct netlink_ext_ack extack = {};
	struct l2s_sa_config config = {
		.spi_in = SPI,
		.spi_out = SPI + 1,
		.lineage = LINEAGE,
		.encap = L2TPSEC_ENCAP_UDP,
		.cipher = L2TPSEC_CIPHER_AES_GCM_16,
		.esn = esn,
		.key_in = { key, sizeof(key) },
		.key_out = { key, sizeof(key) },
		.replay_window = 64,
		.local = { AF_INET, { htonl(INADDR_LOOPBACK) } },
		.remote = { AF_INET, { htonl(INADDR_LOOPBACK) } },
		.local_port = f->port,
		.remote_port = htons(4500),
	};
	struct l2s_sa *sa;

	KUNIT_ASSERT_EQ_MSG(test, l2s_sa_new(f->device, &config, &extack), 0, "%s",
			    extack._msg ?: "no reason given");
	rcu_read_lock();
	sa = l2s_sa_find(f->device, htonl(SPI));
	rcu_read_unlock();
	KUNIT_ASSERT_NOT_NULL(test, sa);
	atomic64_set(&sa->seq, U32_MAX - LEFT);
	return sa;
}

static int send(struct kunit *test, struct l2s_sa *sa)
{
	struct sk_buff *skb = alloc_skb(L2S_HEADROOM + L2S_TAILROOM, GFP_KERNEL);
	int err;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, L2S_HEADROOM);
	local_bh_disable();
	rcu_read_lock();
	err = l2s_tx_l2tp(sa->lineage, skb, L2S_L2TP_PORT, 0);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

static void expect_counted(struct kunit *test, struct l2s_sa *sa, u64 sent, u64 refused)
{
	struct l2s_stats_sum sum;

	l2s_stats_read(&sa->stats, &sum);
	KUNIT_EXPECT_EQ(test, sum.tx_packets, sent);
	KUNIT_EXPECT_EQ(test, sum.tx_dropped, refused);
	KUNIT_EXPECT_EQ(test, l2s_drops_read(sa->device, L2TPSEC_DROP_TX_SEQUENCE), refused);
	KUNIT_EXPECT_EQ(test, test_bit(L2S_SA_EXHAUSTED, &sa->flags), refused > 0);
}

static void last_number(struct kunit *test)
{
	struct l2s_sa *sa = new_sa(test, false);
	int i;

	for (i = 0; i < LEFT; i++)
		KUNIT_EXPECT_EQ(test, send(test, sa), 0);
	expect_counted(test, sa, LEFT, 0);
	for (; i < TRIES; i++)
		KUNIT_EXPECT_EQ(test, send(test, sa), -EKEYEXPIRED);
	expect_counted(test, sa, LEFT, TRIES - LEFT);
}

static void esn_goes_on(struct kunit *test)
{
	struct l2s_sa *sa = new_sa(test, true);
	int i;

	for (i = 0; i < TRIES; i++)
		KUNIT_EXPECT_EQ(test, send(test, sa), 0);
	expect_counted(test, sa, TRIES, 0);
	KUNIT_EXPECT_EQ(test, atomic64_read(&sa->seq), (s64)U32_MAX - LEFT + TRIES);
}

static struct kunit_case sequence_cases[] = {
	KUNIT_CASE(last_number),
	KUNIT_CASE(esn_goes_on),
	{}
};

static struct kunit_suite sequence_suite = {
	.name = "l2tpsec_sequence",
	.init = device_fixture_init,
	.exit = device_fixture_exit,
	.test_cases = sequence_cases,
};

kunit_test_suite(sequence_suite);
