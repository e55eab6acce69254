// SPDX-License-Identifier: GPL-2.0
/* Cutting up TCP super-packets: byte for byte what skb_gso_segment() makes of them. */
#include <kunit/test.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/ip6_checksum.h>
#include <net/tcp.h>
#include "../compat/gso.h"
#include "../segment.h"
#include "../wire.h"

#define ROOM		80
#define FRAGS_MAX	8
#define PACKET_MAX	2048

/**
 * struct super - a super-packet
 * @name: what is particular
 * @ipv6: over IPv6
 * @doff: TCP header in words of 32 bits
 * @mss: bytes of payload in a segment
 * @linear: bytes of payload behind the headers
 * @frags: bytes of payload in each page; 0 ends them
 * @flags: of TCP
 * @type: of GSO besides the protocol
 */
struct super {
	const char *name;
	bool ipv6;
	u8 doff;
	u16 mss;
	u16 linear;
	u16 frags[FRAGS_MAX];
	u8 flags;
	unsigned int type;
};

static const struct super supers[] = {
	{ "linear", false, 5, 100, 1000, {}, TCPHDR_ACK },
	{ "a rest", false, 5, 100, 1001, {}, TCPHDR_ACK | TCPHDR_PSH | TCPHDR_FIN },
	{ "odd", false, 8, 99, 777, {}, TCPHDR_ACK | TCPHDR_PSH },
	{ "pages as segments", false, 8, 1348, 1348, { 1348, 1348, 1348 }, TCPHDR_ACK },
	{ "pages only", false, 8, 1348, 0, { 4096, 4096, 1000 }, TCPHDR_ACK | TCPHDR_PSH },
	{ "across pages", false, 5, 1360, 7, { 1, 4000, 3, 4096, 2 }, TCPHDR_ACK | TCPHDR_FIN },
	{ "CWR", false, 5, 500, 0, { 2000 }, TCPHDR_ACK | TCPHDR_CWR, SKB_GSO_TCP_ECN },
	{ "one ID", false, 5, 500, 0, { 2000 }, TCPHDR_ACK, SKB_GSO_TCP_FIXEDID },
	{ "most options", false, 15, 536, 0, { 4096 }, TCPHDR_ACK },
	{ "IPv6", true, 8, 1328, 10, { 4096, 4096 }, TCPHDR_ACK | TCPHDR_PSH },
	{ "IPv6, odd", true, 5, 1221, 1, { 3, 4093, 4096 }, TCPHDR_ACK | TCPHDR_CWR,
	  SKB_GSO_TCP_ECN },
};

static void fill(u8 *bytes, unsigned int len, u8 seed)
{
	while (len--)
		*bytes++ = seed += 37;
}

static unsigned int payload_len(const struct super *super)
{
	unsigned int len = super->linear, i;

	for (i = 0; i < FRAGS_MAX; i++)
		len += super->frags[i];
	return len;
}

static void put_ip(struct sk_buff *skb, const struct super *super, unsigned int len)
{
	struct ipv6hdr *ip6h;
	struct iphdr *iph;

	skb_reset_mac_header(skb);
	skb_reset_network_header(skb);
	if (super->ipv6) {
		ip6h = skb_put_zero(skb, sizeof(*ip6h));
		fill((u8 *)&ip6h->saddr, 2 * sizeof(ip6h->saddr), 1);
		ip6h->version = 6;
		ip6h->hop_limit = 60;
		ip6h->nexthdr = IPPROTO_TCP;
		ip6h->payload_len = htons(len);
		return;
	}
	iph = skb_put_zero(skb, sizeof(*iph));
	iph->version = 4;
	iph->ihl = 5;
	iph->ttl = 60;
	iph->id = htons(0xfffe);		/* overflows */
	iph->frag_off = htons(IP_DF);
	iph->protocol = IPPROTO_TCP;
	iph->saddr = htonl(0xac100001);
	iph->daddr = htonl(0x0a000105);
	iph->tot_len = htons(sizeof(*iph) + len);
	ip_send_check(iph);
}

/* As the stack has it: the checksum's field holds the sum of the pseudo-header. */
static void put_tcp(struct sk_buff *skb, const struct super *super, unsigned int len)
{
	struct tcphdr *tcp;

	skb_set_transport_header(skb, skb->len);
	tcp = skb_put_zero(skb, super->doff * 4);
	fill((u8 *)(tcp + 1), super->doff * 4 - sizeof(*tcp), 9);
	tcp->source = htons(443);
	tcp->dest = htons(50000);
	tcp->seq = htonl(0xfffffff0);		/* overflows */
	tcp->doff = super->doff;
	tcp_flag_byte(tcp) = super->flags;
	if (super->ipv6)
		tcp->check = ~csum_ipv6_magic(&ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr, len,
					      IPPROTO_TCP, 0);
	else
		tcp->check = ~csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr, len,
						IPPROTO_TCP, 0);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
}

static struct sk_buff *build(struct kunit *test, const struct super *super)
{
	unsigned int len = super->doff * 4 + payload_len(super), i;
	struct sk_buff *skb = alloc_skb(ROOM + PACKET_MAX, GFP_KERNEL);
	struct page *page;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, ROOM);
	put_ip(skb, super, len);
	put_tcp(skb, super, len);
	fill(skb_put(skb, super->linear), super->linear, 3);
	for (i = 0; i < FRAGS_MAX && super->frags[i]; i++) {
		page = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, page);
		fill(page_address(page), PAGE_SIZE, 5 + i);
		skb_add_rx_frag(skb, i, page, PAGE_SIZE - super->frags[i], super->frags[i],
				PAGE_SIZE);
	}
	skb->protocol = super->ipv6 ? htons(ETH_P_IPV6) : htons(ETH_P_IP);
	skb_shinfo(skb)->gso_type = super->type | (super->ipv6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4);
	skb_shinfo(skb)->gso_size = super->mss;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(payload_len(super), super->mss);
	return skb;
}

static struct sk_buff *next(struct l2s_segments *segments)
{
	struct sk_buff *skb;

	local_bh_disable();
	skb = l2s_segment_next(segments);
	local_bh_enable();
	return skb;
}

static void compare(struct kunit *test, const struct super *super, struct sk_buff *ours,
		    const struct sk_buff *theirs, u8 *bytes)
{
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_OR_NULL(ours), "%s", super->name);
	KUNIT_ASSERT_EQ_MSG(test, ours->len, theirs->len, "%s", super->name);
	KUNIT_ASSERT_EQ(test, skb_copy_bits(theirs, 0, bytes, theirs->len), 0);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(ours->data, bytes, ours->len), 0, "%s", super->name);
	KUNIT_EXPECT_FALSE(test, skb_is_nonlinear(ours));
	KUNIT_EXPECT_EQ(test, skb_headroom(ours), ROOM);
	KUNIT_EXPECT_GE(test, skb_tailroom(ours), L2S_TAILROOM);
	KUNIT_EXPECT_EQ(test, ours->protocol, theirs->protocol);
	KUNIT_EXPECT_TRUE(test, ours->ip_summed == CHECKSUM_NONE);
}

static void as_the_kernel_does(struct kunit *test, const struct super *super, u8 *bytes)
{
	struct sk_buff *skb = build(test, super), *theirs, *rest, *ours;
	struct l2s_segments segments;
	unsigned int n = 0;

	KUNIT_ASSERT_TRUE_MSG(test, l2s_segment_begin(&segments, skb, ROOM), "%s", super->name);
	theirs = skb_gso_segment(skb, 0);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_OR_NULL(theirs), "%s", super->name);
	skb_list_walk_safe(theirs, theirs, rest) {
		ours = next(&segments);
		compare(test, super, ours, theirs, bytes);
		kfree_skb(ours);
		kfree_skb(theirs);
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, skb_shinfo(skb)->gso_segs);
	KUNIT_EXPECT_NULL(test, next(&segments));
	kfree_skb(skb);
}

static void every_kind(struct kunit *test)
{
	u8 *bytes = kunit_kzalloc(test, PACKET_MAX, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	for (i = 0; i < ARRAY_SIZE(supers); i++)
		as_the_kernel_does(test, &supers[i], bytes);
}

static void begins(struct kunit *test, struct sk_buff *skb, bool expected)
{
	struct l2s_segments segments;

	KUNIT_EXPECT_EQ(test, l2s_segment_begin(&segments, skb, ROOM), expected);
	skb->sk = NULL;
	kfree_skb(skb);
}

/* Each of these belongs to skb_gso_segment(). */
static void not_ours(struct kunit *test)
{
	struct sock *sk = kunit_kzalloc(test, sizeof(*sk), GFP_KERNEL);
	struct sk_buff *skb;

	KUNIT_ASSERT_NOT_NULL(test, sk);
	begins(test, build(test, &supers[0]), true);
	skb = build(test, &supers[0]);
	skb->sk = sk;
	begins(test, skb, false);
	skb = build(test, &supers[0]);
	skb->encapsulation = 1;
	begins(test, skb, false);
	skb = build(test, &supers[0]);
	skb_shinfo(skb)->gso_type = SKB_GSO_UDP_L4;
	begins(test, skb, false);
	skb = build(test, &supers[0]);
	skb->ip_summed = CHECKSUM_NONE;
	begins(test, skb, false);
	skb = build(test, &supers[0]);
	skb_shinfo(skb)->gso_size = 4000;	/* no page fragment is so large */
	begins(test, skb, false);
}

/* From a guest, or another who may lie. */
static void bad_headers(struct kunit *test)
{
	struct sk_buff *skb = build(test, &supers[0]);

	tcp_hdr(skb)->doff = 4;
	begins(test, skb, false);
	skb = build(test, &supers[0]);
	ip_hdr(skb)->ihl = 6;
	begins(test, skb, false);
	skb = build(test, &supers[0]);
	ip_hdr(skb)->protocol = IPPROTO_UDP;
	begins(test, skb, false);
	skb = build(test, &supers[0]);
	__skb_trim(skb, sizeof(struct iphdr) + sizeof(struct tcphdr));
	begins(test, skb, false);
	skb = build(test, &supers[9]);
	ipv6_hdr(skb)->nexthdr = NEXTHDR_HOP;
	begins(test, skb, false);
}

static struct kunit_case segment_cases[] = {
	KUNIT_CASE(every_kind),
	KUNIT_CASE(not_ours),
	KUNIT_CASE(bad_headers),
	{}
};

static struct kunit_suite segment_suite = {
	.name = "l2tpsec_segment",
	.test_cases = segment_cases,
};

kunit_test_suite(segment_suite);
