// SPDX-License-Identifier: GPL-2.0
/*
 * Raw ESP through xfrm's own multiplexer: what is ours we take, anything else the
 * next handler gets as it came.  The next handler is the test's.
 */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/icmp.h>
#include <net/net_namespace.h>
#include <net/protocol.h>
#include <net/xfrm.h>
#include "../rawesp.h"
#include "../sa.h"
#include "device_fixture.h"

#define SPI_IN		0x1000
#define SPI_OUT		0x2000
#define LINEAGE		7
#define PAYLOAD		64
#define NEXT_PRIORITY	1		/* behind ours, before esp4's and esp6's */

/* What the next handler got. */
static struct {
	unsigned int packets;
	unsigned int errors;
	u8 data[sizeof(struct ip_esp_hdr) + PAYLOAD];
} next;

static int next_rcv(struct sk_buff *skb)
{
	next.packets++;
	skb_copy_bits(skb, 0, next.data, min_t(unsigned int, skb->len, sizeof(next.data)));
	kfree_skb(skb);
	return 0;
}

static int next_input(struct sk_buff *skb, int next_header, __be32 spi, int encap_type)
{
	return -EINVAL;
}

static int next_cb(struct sk_buff *skb, int err)
{
	return 1;
}

static int next_err4(struct sk_buff *skb, u32 info)
{
	next.errors++;
	return 0;
}

static struct xfrm4_protocol next4 = {
	.handler = next_rcv,
	.input_handler = next_input,
	.cb_handler = next_cb,
	.err_handler = next_err4,
	.priority = NEXT_PRIORITY,
};

static int next_err6(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type, u8 code, int offset,
		     __be32 info)
{
	next.errors++;
	return 0;
}

static struct xfrm6_protocol next6 = {
	.handler = next_rcv,
	.input_handler = next_input,
	.cb_handler = next_cb,
	.err_handler = next_err6,
	.priority = NEXT_PRIORITY,
};

static int rawesp_init(struct kunit *test)
{
	memset(&next, 0, sizeof(next));
	KUNIT_ASSERT_EQ(test, xfrm4_protocol_register(&next4, IPPROTO_ESP), 0);
	KUNIT_ASSERT_EQ(test, xfrm6_protocol_register(&next6, IPPROTO_ESP), 0);
	return device_fixture_init(test);
}

static void rawesp_exit(struct kunit *test)
{
	device_fixture_exit(test);
	xfrm6_protocol_deregister(&next6, IPPROTO_ESP);
	xfrm4_protocol_deregister(&next4, IPPROTO_ESP);
}

/* 192.0.2.N and 2001:db8::N: documentation, RFC 5737 and RFC 3849. */
static struct l2s_address address(u16 family, u8 n)
{
	struct l2s_address a = { .family = family };

	if (family == AF_INET) {
		a.v4 = htonl(0xc0000200 + n);
	} else {
		a.v6.s6_addr32[0] = htonl(0x20010db8);
		a.v6.s6_addr[15] = n;
	}
	return a;
}

static int new_raw(struct kunit *test, u16 family, u32 spi_in, const char **reason)
{
	static const u8 key[20];
	struct device_fixture *f = test->priv;
	struct netlink_ext_ack extack = {};
	struct l2s_sa_config config = {
		.spi_in = spi_in,
		.spi_out = SPI_OUT,
		.lineage = LINEAGE,
		.encap = L2TPSEC_ENCAP_RAW,
		.cipher = L2TPSEC_CIPHER_AES_GCM_16,
		.key_in = { key, sizeof(key) },
		.key_out = { key, sizeof(key) },
		.replay_window = 64,
		.local = address(family, 1),
		.remote = address(family, 2),
	};
	int err = l2s_sa_new(f->device, &config, &extack);

	if (reason)
		*reason = extack._msg;
	return err;
}

static void push_ip(struct sk_buff *skb, u16 family, u8 source, u8 destination)
{
	struct l2s_address from = address(family, source), to = address(family, destination);
	struct ipv6hdr *ip6h;
	struct iphdr *iph;

	if (family == AF_INET) {
		iph = skb_push(skb, sizeof(*iph));
		*iph = (struct iphdr){ .version = 4, .ihl = 5, .protocol = IPPROTO_ESP,
				       .saddr = from.v4, .daddr = to.v4 };
	} else {
		ip6h = skb_push(skb, sizeof(*ip6h));
		*ip6h = (struct ipv6hdr){ .version = 6, .nexthdr = IPPROTO_ESP,
					  .saddr = from.v6, .daddr = to.v6 };
	}
	skb_reset_network_header(skb);
}

/* A packet as the IP layer has it: at its IP header. */
static struct sk_buff *packet(struct kunit *test, u16 family, u8 source, u8 destination, u32 spi)
{
	struct sk_buff *skb = alloc_skb(256, GFP_KERNEL);
	struct ip_esp_hdr *esp;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, 128);
	esp = skb_put(skb, sizeof(*esp));
	esp->spi = htonl(spi);
	esp->seq_no = htonl(1);
	memset(skb_put(skb, PAYLOAD), 0x5a, PAYLOAD);
	push_ip(skb, family, source, destination);
	skb->dev = init_net.loopback_dev;
	return skb;
}

static void receive(struct sk_buff *skb, u16 family)
{
	const struct inet6_protocol *protocol6;
	const struct net_protocol *protocol4;

	local_bh_disable();
	rcu_read_lock();
	if (family == AF_INET) {
		skb_pull(skb, sizeof(struct iphdr));
		protocol4 = rcu_dereference(inet_protos[IPPROTO_ESP]);
		protocol4->handler(skb);
	} else {
		skb_pull(skb, sizeof(struct ipv6hdr));
		protocol6 = rcu_dereference(inet6_protos[IPPROTO_ESP]);
		protocol6->handler(skb);
	}
	rcu_read_unlock();
	local_bh_enable();
}

/* Return: whether the next handler got it, and if so as it was sent. */
static bool left_alone(struct kunit *test, u16 family, u8 source, u8 destination, u32 spi)
{
	unsigned int before = next.packets, i;
	const __be32 *words = (const __be32 *)next.data;

	receive(packet(test, family, source, destination, spi), family);
	if (next.packets == before)
		return false;
	KUNIT_EXPECT_EQ(test, ntohl(words[0]), spi);
	KUNIT_EXPECT_EQ(test, ntohl(words[1]), 1U);
	for (i = sizeof(struct ip_esp_hdr); i < sizeof(next.data); i++)
		KUNIT_EXPECT_EQ(test, next.data[i], 0x5a);
	return true;
}

static u64 forged(struct kunit *test)
{
	struct device_fixture *f = test->priv;

	return l2s_drops_read(f->device, L2TPSEC_DROP_RX_AUTH);
}

static void delete_raw(struct kunit *test, u32 spi)
{
	struct device_fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, l2s_sa_delete(f->device, spi, NULL), 0);
}

/* What is sent is counted by key: SAs of one peer with the same outbound SPI share it. */
static void expect_tables(struct kunit *test, int in, int out)
{
	struct l2s_rawesp_net *raw = &l2s_device_net(&init_net)->raw;

	KUNIT_EXPECT_EQ(test, atomic_read(&raw->in.nelems), in);
	KUNIT_EXPECT_EQ(test, atomic_read(&raw->out.ht.nelems), out);
}

/* Only SPI and both addresses together make a packet ours; with wrong keys it is a forgery. */
static void takes_its_own(struct kunit *test, u16 family)
{
	KUNIT_EXPECT_TRUE(test, left_alone(test, family, 2, 1, SPI_IN));
	KUNIT_ASSERT_EQ(test, new_raw(test, family, SPI_IN, NULL), 0);
	expect_tables(test, 1, 1);
	KUNIT_EXPECT_FALSE(test, left_alone(test, family, 2, 1, SPI_IN));
	KUNIT_EXPECT_EQ(test, forged(test), 1ULL);

	KUNIT_EXPECT_TRUE(test, left_alone(test, family, 2, 1, SPI_IN + 1));
	KUNIT_EXPECT_TRUE(test, left_alone(test, family, 2, 1, SPI_OUT));
	KUNIT_EXPECT_TRUE(test, left_alone(test, family, 2, 3, SPI_IN));
	KUNIT_EXPECT_TRUE(test, left_alone(test, family, 3, 1, SPI_IN));
	KUNIT_EXPECT_TRUE(test, left_alone(test, family, 1, 2, SPI_IN));
	KUNIT_EXPECT_TRUE(test, left_alone(test, AF_INET + AF_INET6 - family, 2, 1, SPI_IN));
	KUNIT_EXPECT_EQ(test, forged(test), 1ULL);

	delete_raw(test, SPI_IN);
	expect_tables(test, 0, 0);
	KUNIT_EXPECT_TRUE(test, left_alone(test, family, 2, 1, SPI_IN));
	KUNIT_EXPECT_EQ(test, forged(test), 1ULL);
}

static void takes_its_own4(struct kunit *test)
{
	takes_its_own(test, AF_INET);
}

static void takes_its_own6(struct kunit *test)
{
	takes_its_own(test, AF_INET6);
}

/* Too short for an SPI: not ours to judge. */
static void leaves_stumps(struct kunit *test)
{
	struct sk_buff *skb = packet(test, AF_INET, 2, 1, SPI_IN);

	KUNIT_ASSERT_EQ(test, new_raw(test, AF_INET, SPI_IN, NULL), 0);
	skb_trim(skb, sizeof(struct iphdr) + sizeof(struct ip_esp_hdr) - 1);
	receive(skb, AF_INET);
	KUNIT_EXPECT_EQ(test, next.packets, 1U);
}

/* Several SAs may send with one SPI: the peer has chosen it.  None may receive with one. */
static void several(struct kunit *test)
{
	const char *reason;

	KUNIT_ASSERT_EQ(test, new_raw(test, AF_INET, SPI_IN, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_raw(test, AF_INET, SPI_IN + 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, new_raw(test, AF_INET, SPI_IN, &reason), -EEXIST);
	KUNIT_EXPECT_NOT_NULL(test, reason);
	expect_tables(test, 2, 1);
	delete_raw(test, SPI_IN);
	expect_tables(test, 1, 1);
	KUNIT_EXPECT_TRUE(test, left_alone(test, AF_INET, 2, 1, SPI_IN));
	KUNIT_EXPECT_FALSE(test, left_alone(test, AF_INET, 2, 1, SPI_IN + 1));
}

/* xfrm has the same SPI at the same address: refused, and no trace is left. */
static void xfrm_was_first(struct kunit *test)
{
	struct xfrm_state *state = xfrm_state_alloc(&init_net);
	struct device_fixture *f = test->priv;
	const char *reason;

	KUNIT_ASSERT_NOT_NULL(test, state);
	state->id.daddr.a4 = address(AF_INET, 1).v4;
	state->id.spi = htonl(SPI_IN);
	state->id.proto = IPPROTO_ESP;
	state->props.family = AF_INET;
	xfrm_state_insert(state);
	KUNIT_EXPECT_EQ(test, new_raw(test, AF_INET, SPI_IN, &reason), -EEXIST);
	KUNIT_EXPECT_NOT_NULL(test, reason);
	KUNIT_EXPECT_EQ(test, f->device->n_sas, 0U);
	expect_tables(test, 0, 0);
	KUNIT_EXPECT_EQ(test, new_raw(test, AF_INET, SPI_IN + 1, NULL), 0);
	xfrm_state_delete(state);
}

/* Return: whether the next handler was told of an ICMP error about a packet of this SPI. */
static bool error_left_alone(struct kunit *test, u8 source, u8 destination, u32 spi)
{
	struct sk_buff *skb = packet(test, AF_INET, source, destination, spi);
	const struct net_protocol *protocol;
	unsigned int before = next.errors;
	struct icmphdr *icmp;

	icmp = skb_push(skb, sizeof(*icmp));
	*icmp = (struct icmphdr){ .type = ICMP_TIME_EXCEEDED };
	skb_reset_transport_header(skb);
	skb_pull(skb, sizeof(*icmp));
	rcu_read_lock();
	protocol = rcu_dereference(inet_protos[IPPROTO_ESP]);
	protocol->err_handler(skb, 0);
	rcu_read_unlock();
	kfree_skb(skb);
	return next.errors != before;
}

static void errors(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, error_left_alone(test, 1, 2, SPI_OUT));
	KUNIT_ASSERT_EQ(test, new_raw(test, AF_INET, SPI_IN, NULL), 0);
	KUNIT_EXPECT_FALSE(test, error_left_alone(test, 1, 2, SPI_OUT));
	KUNIT_EXPECT_TRUE(test, error_left_alone(test, 1, 2, SPI_IN));
	KUNIT_EXPECT_TRUE(test, error_left_alone(test, 2, 1, SPI_OUT));
	KUNIT_EXPECT_TRUE(test, error_left_alone(test, 1, 3, SPI_OUT));
	delete_raw(test, SPI_IN);
	KUNIT_EXPECT_TRUE(test, error_left_alone(test, 1, 2, SPI_OUT));
}

/* The interface goes while it has raw SAs. */
static void removed_while_full(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, new_raw(test, AF_INET, SPI_IN, NULL), 0);
	KUNIT_ASSERT_EQ(test, new_raw(test, AF_INET6, SPI_IN + 1, NULL), 0);
	expect_tables(test, 2, 2);
	device_fixture_exit(test);
	((struct device_fixture *)test->priv)->device = NULL;
	expect_tables(test, 0, 0);
}

static struct kunit_case rawesp_cases[] = {
	KUNIT_CASE(takes_its_own4),
	KUNIT_CASE(takes_its_own6),
	KUNIT_CASE(leaves_stumps),
	KUNIT_CASE(several),
	KUNIT_CASE(xfrm_was_first),
	KUNIT_CASE(errors),
	KUNIT_CASE(removed_while_full),
	{}
};

static struct kunit_suite rawesp_suite = {
	.name = "l2tpsec_rawesp",
	.init = rawesp_init,
	.exit = rawesp_exit,
	.test_cases = rawesp_cases,
};

kunit_test_suite(rawesp_suite);
