// SPDX-License-Identifier: GPL-2.0
/*
 * HMAC-SHA2-256 with ICVs of 96 or 128 bits: an SA that learns from its peer's
 * packets which.  The peer is a pair of transforms with the keys exchanged.
 */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include "../rx.h"
#include "../sa.h"
#include "device_fixture.h"
#include "esp_fixture.h"

#define SPI_IN		0x1000
#define SPI_OUT		0x2000
#define LINEAGE		7
#define WHOLE		16
#define SHORT		12

static const u8 key_bytes[64] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17 };

static const struct row {
	const char *name;
	u32 cipher;
	unsigned int key_len;
} rows[] = {
	{ "AES-CBC-128", L2TPSEC_CIPHER_AES_CBC, 16 },
	{ "AES-CBC-256", L2TPSEC_CIPHER_AES_CBC, 32 },
	{ "3DES-CBC", L2TPSEC_CIPHER_3DES_CBC, 24 },
};

static void row_desc(const struct row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(row, rows, row_desc);

/* What we send and what we receive have different keys. */
static struct l2s_esp_key key_of(const struct row *row, bool in)
{
	return (struct l2s_esp_key){ key_bytes + in, row->key_len, key_bytes + in, 32 };
}

static struct l2s_sa *new_sa(struct kunit *test, u32 icv_len)
{
	const struct row *row = test->param_value;
	struct device_fixture *f = test->priv;
	struct netlink_ext_ack extack = {};
	struct l2s_sa_config config = {
		.spi_in = SPI_IN,
		.spi_out = SPI_OUT,
		.lineage = LINEAGE,
		.encap = L2TPSEC_ENCAP_UDP,
		.cipher = row->cipher,
		.auth = L2TPSEC_AUTH_HMAC_SHA2_256,
		.icv_len = icv_len,
		.icv_detect = true,
		.key_in = key_of(row, true),
		.key_out = key_of(row, false),
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
	sa = l2s_sa_find(f->device, htonl(SPI_IN));
	rcu_read_unlock();
	KUNIT_ASSERT_NOT_NULL(test, sa);
	return sa;
}

static void open_peer(struct kunit *test, struct l2s_esp *esp, bool sends, u32 icv_len)
{
	const struct row *row = test->param_value;
	struct l2s_esp_key key = key_of(row, sends);

	KUNIT_ASSERT_EQ(test, l2s_esp_init(esp, row->cipher, L2TPSEC_AUTH_HMAC_SHA2_256, icv_len,
					   &key, false, htonl(sends ? SPI_IN : SPI_OUT), NULL), 0);
}

/* Outer headers into the headroom, where a socket's packet has them. */
static void put_outer(struct sk_buff *skb)
{
	struct udphdr *udp = (struct udphdr *)(skb->data - sizeof(*udp));
	struct iphdr *iph = (struct iphdr *)((u8 *)udp - sizeof(*iph));

	*udp = (struct udphdr){ .source = htons(4500), .dest = htons(4500) };
	*iph = (struct iphdr){ .version = 4, .ihl = 5, .saddr = htonl(INADDR_LOOPBACK) };
	skb_set_transport_header(skb, -(int)sizeof(*udp));
	skb_set_network_header(skb, -(int)(sizeof(*udp) + sizeof(*iph)));
}

/* A packet of the peer's; @cut: somebody on the way took the last bytes of its ICV. */
static struct sk_buff *peer_skb(struct kunit *test, u32 icv_len, u64 seq, bool cut)
{
	struct udphdr inner = { htons(1701), htons(1701), htons(sizeof(inner)) };
	struct sk_buff *skb = esp_new_skb(test, &inner, sizeof(inner));
	struct l2s_esp esp;

	open_peer(test, &esp, true, icv_len);
	KUNIT_EXPECT_EQ(test, esp_encrypt(test, &esp, skb, seq, IPPROTO_UDP), 0);
	if (cut)
		skb_trim(skb, skb->len - (WHOLE - SHORT));
	l2s_esp_destroy(&esp);
	put_outer(skb);
	return skb;
}

/* Return: whether it counted as authentic and fresh. */
static bool receive(struct l2s_sa *sa, struct sk_buff *skb)
{
	u64 before = sa->rx_packets;

	skb->dev = sa->device->dev;
	local_bh_disable();
	rcu_read_lock();
	l2s_rx_sa(sa, skb);
	rcu_read_unlock();
	local_bh_enable();
	return sa->rx_packets > before;
}

/* What we send now has ICVs of @icv_len bytes, and the peer reads it. */
static void expect_sent(struct kunit *test, struct l2s_sa *sa, u32 icv_len)
{
	struct sk_buff *skb = esp_new_skb(test, "payload", 7);
	u64 seq = atomic64_inc_return(&sa->seq);
	struct l2s_esp peer;

	open_peer(test, &peer, false, icv_len);
	KUNIT_EXPECT_EQ(test, sa->sending->icv_len, icv_len);
	KUNIT_EXPECT_EQ(test, esp_encrypt(test, sa->sending, skb, seq, IPPROTO_UDP), 0);
	KUNIT_EXPECT_EQ(test, esp_decrypt(test, &peer, skb, seq), 0);
	esp_expect_bytes(test, skb, (const u8 *)"payload", 7);
	kfree_skb(skb);
	l2s_esp_destroy(&peer);
}

static void whole_at_once(struct kunit *test)
{
	struct l2s_sa *sa = new_sa(test, 0);

	expect_sent(test, sa, WHOLE);
	KUNIT_EXPECT_TRUE(test, receive(sa, peer_skb(test, WHOLE, 1, false)));
	expect_sent(test, sa, WHOLE);
	KUNIT_EXPECT_FALSE_MSG(test, receive(sa, peer_skb(test, SHORT, 2, false)),
			       "a whole ICV settles it");
	KUNIT_EXPECT_TRUE(test, receive(sa, peer_skb(test, WHOLE, 3, false)));
	expect_sent(test, sa, WHOLE);
}

static void short_at_once(struct kunit *test)
{
	struct l2s_sa *sa = new_sa(test, 0);
	u64 seq;

	for (seq = 1; seq < 5; seq++) {
		KUNIT_EXPECT_TRUE(test, receive(sa, peer_skb(test, SHORT, seq, false)));
		expect_sent(test, sa, SHORT);
	}
}

/* A successor begins as its predecessor ended. */
static void begins_short(struct kunit *test)
{
	struct l2s_sa *sa = new_sa(test, SHORT);

	expect_sent(test, sa, SHORT);
	KUNIT_EXPECT_TRUE(test, receive(sa, peer_skb(test, SHORT, 1, false)));
	expect_sent(test, sa, SHORT);
	KUNIT_EXPECT_TRUE(test, receive(sa, peer_skb(test, WHOLE, 2, false)));
	expect_sent(test, sa, WHOLE);
}

/* Nothing is learnt from a forged packet or from an old one. */
static void forged(struct kunit *test)
{
	struct l2s_sa *sa = new_sa(test, 0);
	struct sk_buff *skb = peer_skb(test, SHORT, 1, false);

	skb->data[skb->len - 1] ^= 1;
	KUNIT_EXPECT_FALSE(test, receive(sa, skb));
	expect_sent(test, sa, WHOLE);
	skb = peer_skb(test, WHOLE, 1, false);
	skb->data[skb->len - 1] ^= 1;
	KUNIT_EXPECT_FALSE(test, receive(sa, skb));
	KUNIT_EXPECT_TRUE(test, receive(sa, peer_skb(test, SHORT, 1, false)));
	expect_sent(test, sa, SHORT);
	KUNIT_EXPECT_FALSE_MSG(test, receive(sa, peer_skb(test, WHOLE, 1, false)), "replayed");
	expect_sent(test, sa, SHORT);
}

/* Whoever cuts an ICV on the way misleads us until the next packet, not longer. */
static void cut_on_the_way(struct kunit *test)
{
	struct l2s_sa *sa = new_sa(test, 0);

	KUNIT_EXPECT_TRUE(test, receive(sa, peer_skb(test, WHOLE, 1, true)));
	expect_sent(test, sa, SHORT);
	KUNIT_EXPECT_TRUE(test, receive(sa, peer_skb(test, WHOLE, 2, false)));
	expect_sent(test, sa, WHOLE);
	KUNIT_EXPECT_FALSE(test, receive(sa, peer_skb(test, WHOLE, 3, true)));
	expect_sent(test, sa, WHOLE);
}

/* Both transforms that send share a key: their IVs must not meet. */
static void one_nonce(struct kunit *test)
{
	struct l2s_sa *sa = new_sa(test, 0);

	KUNIT_EXPECT_EQ(test, memcmp(sa->out.nonce, sa->out_short.nonce, sizeof(sa->out.nonce)), 0);
}

static struct kunit_case icv_cases[] = {
	KUNIT_CASE_PARAM(whole_at_once, row_gen_params),
	KUNIT_CASE_PARAM(short_at_once, row_gen_params),
	KUNIT_CASE_PARAM(begins_short, row_gen_params),
	KUNIT_CASE_PARAM(forged, row_gen_params),
	KUNIT_CASE_PARAM(cut_on_the_way, row_gen_params),
	KUNIT_CASE_PARAM(one_nonce, row_gen_params),
	{}
};

static struct kunit_suite icv_suite = {
	.name = "l2tpsec_icv",
	.init = device_fixture_init,
	.exit = device_fixture_exit,
	.test_cases = icv_cases,
};

kunit_test_suite(icv_suite);
