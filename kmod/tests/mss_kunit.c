// SPDX-License-Identifier: GPL-2.0
/*
 * The MSS of TCP SYNs: every layout of options, every place, every length; the
 * checksum is compared with one computed over the whole segment.
 */
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/tcp.h>
#include <net/ip6_checksum.h>
#include <net/tcp.h>
#include "../compat/unaligned.h"
#include "../mss.h"

#define MTU		1000
#define MSS4		(MTU - 40)
#define MSS6		(MTU - 60)
#define OPTIONS_MAX	40
#define TAIL		64

/**
 * struct layout - the options of a SYN
 * @name: who sends it, or what is odd
 * @hex: the bytes; those that are missing to a multiple of four are NOPs
 * @at: where the MSS is, or -1: nothing is to be changed
 */
struct layout {
	const char *name;
	const char *hex;
	int at;
};

static const struct layout layouts[] = {
	{ "Linux", "020405b40402080a0102030400000000 01030307", 2 },
	{ "Windows", "020405b40103030801010402", 2 },
	{ "macOS", "020405b4010303060101080a010203040000000004020000", 2 },
	{ "MSS alone", "020405b4", 2 },
	{ "MSS last", "01030307 0402 01 01 020405b4", 10 },
	{ "at an odd place", "01020405b4010101", 3 },
	{ "after TCP Fast Open's cookie", "220a0102030405060708020405b4", 12 },
	{ "after an unknown option", "fd06aabbccdd020405b4", 8 },
	{ "jumbo", "0204ffff", 2 },
	{ "one more than fits", "020403c1", 2 },
	{ "just what fits", "020403ac", -1 },
	{ "small", "02040218", -1 },
	{ "zero", "02040000", -1 },
	{ "NOPs only", "01010101", -1 },
	{ "MSS behind the end of the list", "00010101020405b4", -1 },
	{ "MSS of length 3", "020305b4", -1 },
	{ "MSS of length 6", "020605b40000", -1 },
	{ "MSS cut off", "0101010101020405", -1 },
	{ "MSS of length 0", "020005b4020405b4", -1 },
	{ "length 1 in front", "fd010101020405b4", -1 },
	{ "length beyond the end", "fd20aabb020405b4", -1 },
	{ "kind without length", "010101fd", -1 },
	{ "MSS without length", "01010102", -1 },
};

static unsigned int bytes_of(const char *hex, u8 *bytes)
{
	unsigned int n = 0;

	while (*hex) {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		bytes[n++] = hex_to_bin(hex[0]) << 4 | hex_to_bin(hex[1]);
		hex += 2;
	}
	while (n % 4)
		bytes[n++] = TCPOPT_NOP;
	return n;
}

static unsigned int ip_len(u16 protocol)
{
	return protocol == L2S_PPP_IP ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
}

/* 0 if the segment's checksum is right. */
static __sum16 full_sum(const u8 *packet, unsigned int len, u16 protocol)
{
	const struct ipv6hdr *ip6h = (const struct ipv6hdr *)packet;
	const struct iphdr *iph = (const struct iphdr *)packet;
	unsigned int segment = len - ip_len(protocol);
	__wsum sum = csum_partial(packet + ip_len(protocol), segment, 0);

	if (protocol == L2S_PPP_IP)
		return csum_tcpudp_magic(iph->saddr, iph->daddr, segment, IPPROTO_TCP, sum);
	return csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr, segment, IPPROTO_TCP, sum);
}

static struct tcphdr *tcp_of(u8 *packet, u16 protocol)
{
	return (struct tcphdr *)(packet + ip_len(protocol));
}

static void put_ip(u8 *packet, u16 protocol, unsigned int segment)
{
	struct ipv6hdr *ip6h = (struct ipv6hdr *)packet;
	struct iphdr *iph = (struct iphdr *)packet;

	if (protocol == L2S_PPP_IP) {
		*iph = (struct iphdr){ .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
				       .tot_len = htons(sizeof(*iph) + segment),
				       .frag_off = htons(IP_DF),
				       .saddr = htonl(0xac100001), .daddr = htonl(0xac100002) };
		return;
	}
	*ip6h = (struct ipv6hdr){ .version = 6, .hop_limit = 64, .nexthdr = IPPROTO_TCP,
				  .payload_len = htons(segment) };
	ip6h->saddr.s6_addr[15] = 1;
	ip6h->daddr.s6_addr[15] = 2;
}

/* A SYN with these options and some data, checksum complete. */
static unsigned int build(u8 *packet, u16 protocol, const u8 *options, unsigned int options_len)
{
	unsigned int tcp_len = sizeof(struct tcphdr) + options_len, i;
	unsigned int len = ip_len(protocol) + tcp_len + 5;
	struct tcphdr *tcp = tcp_of(packet, protocol);

	put_ip(packet, protocol, tcp_len + 5);
	*tcp = (struct tcphdr){ .source = htons(1024), .dest = htons(80), .seq = htonl(0x12345678),
				.syn = 1, .doff = tcp_len / 4, .window = htons(0xfaf0) };
	memcpy(tcp + 1, options, options_len);
	for (i = 0; i < 5; i++)
		((u8 *)tcp)[tcp_len + i] = 0xa0 + i;
	tcp->check = full_sum(packet, len, protocol);
	return len;
}

static struct sk_buff *skb_of(struct kunit *test, const u8 *packet, unsigned int len)
{
	struct sk_buff *skb = alloc_skb(len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_data(skb, packet, len);
	return skb;
}

static bool pass(struct sk_buff *skb, u16 protocol, unsigned int mtu)
{
	return l2s_mss_is_syn(skb, protocol) && l2s_mss_clamp(skb, protocol, mtu);
}

/* The packet with another MSS at that place, its checksum right, and nothing else changed. */
static void expect_lowered(struct kunit *test, const char *name, const struct sk_buff *skb,
			   u8 *packet, unsigned int len, u16 protocol, unsigned int at)
{
	struct tcphdr *tcp = tcp_of(packet, protocol);
	u8 *field = (u8 *)(tcp + 1) + at;

	put_unaligned_be16(protocol == L2S_PPP_IP ? MSS4 : MSS6, field);
	tcp->check = 0;
	tcp->check = full_sum(packet, len, protocol);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(skb->data, packet, len), 0, "%s, protocol %x", name,
			    protocol);
}

static const u16 protocols[] = { L2S_PPP_IP, L2S_PPP_IPV6 };

static void every_layout(struct kunit *test)
{
	u8 options[OPTIONS_MAX], packet[128 + TAIL];
	unsigned int i, j, len;
	struct sk_buff *skb;
	bool lowered;

	for (i = 0; i < ARRAY_SIZE(layouts) * ARRAY_SIZE(protocols); i++) {
		const struct layout *l = &layouts[i / ARRAY_SIZE(protocols)];

		j = protocols[i % ARRAY_SIZE(protocols)];
		len = build(packet, j, options, bytes_of(l->hex, options));
		skb = skb_of(test, packet, len);
		lowered = pass(skb, j, MTU);
		KUNIT_EXPECT_EQ_MSG(test, lowered, l->at >= 0, "%s, protocol %x", l->name, j);
		if (l->at >= 0)
			expect_lowered(test, l->name, skb, packet, len, j, l->at);
		else
			KUNIT_EXPECT_EQ_MSG(test, memcmp(skb->data, packet, len), 0, "%s", l->name);
		kfree_skb(skb);
	}
}

static void every_place(struct kunit *test)
{
	u8 options[OPTIONS_MAX], packet[128 + TAIL];
	unsigned int at, i, len;
	struct sk_buff *skb;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		for (at = 0; at <= OPTIONS_MAX - TCPOLEN_MSS; at++) {
			memset(options, TCPOPT_NOP, sizeof(options));
			memcpy(options + at, "\x02\x04\xff\x01", TCPOLEN_MSS);
			len = build(packet, protocols[i], options, sizeof(options));
			skb = skb_of(test, packet, len);
			KUNIT_EXPECT_TRUE(test, pass(skb, protocols[i], MTU));
			expect_lowered(test, "NOPs", skb, packet, len, protocols[i], at + 2);
			kfree_skb(skb);
		}
	}
}

static void every_value(struct kunit *test)
{
	u8 options[8], packet[128], *field;
	unsigned int odd, mss, len;
	struct sk_buff *skb;

	for (odd = 0; odd < 2; odd++) {
		for (mss = 0; mss <= U16_MAX; mss += 3) {
			memset(options, TCPOPT_NOP, sizeof(options));
			options[odd] = TCPOPT_MSS;
			options[odd + 1] = TCPOLEN_MSS;
			put_unaligned_be16(mss, options + odd + 2);
			len = build(packet, L2S_PPP_IP, options, sizeof(options));
			skb = skb_of(test, packet, len);
			KUNIT_ASSERT_EQ(test, pass(skb, L2S_PPP_IP, MTU), mss > MSS4);
			field = skb->data + sizeof(struct iphdr) + sizeof(struct tcphdr) + odd + 2;
			KUNIT_ASSERT_EQ(test, get_unaligned_be16(field), min(mss, MSS4 + 0U));
			KUNIT_ASSERT_EQ(test, full_sum(skb->data, len, L2S_PPP_IP), 0);
			kfree_skb(skb);
		}
	}
}

static void every_mtu(struct kunit *test)
{
	u8 options[OPTIONS_MAX], packet[128], *field;
	unsigned int i, mtu, len, headers;
	struct sk_buff *skb;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		headers = ip_len(protocols[i]) + sizeof(struct tcphdr);
		for (mtu = 0; mtu <= 70000; mtu += mtu < 200 ? 1 : 97) {
			len = build(packet, protocols[i], options, bytes_of("0204ffff", options));
			skb = skb_of(test, packet, len);
			KUNIT_EXPECT_EQ(test, pass(skb, protocols[i], mtu),
					mtu > headers && mtu - headers < U16_MAX);
			field = skb->data + headers + 2;
			if (mtu > headers)
				KUNIT_EXPECT_EQ(test, get_unaligned_be16(field),
						min(mtu - headers, U16_MAX + 0U));
			KUNIT_EXPECT_EQ(test, full_sum(skb->data, len, protocols[i]), 0);
			kfree_skb(skb);
		}
	}
}

static void two_of_them(struct kunit *test)
{
	u8 options[OPTIONS_MAX], packet[128];
	struct sk_buff *skb;
	unsigned int len;

	len = build(packet, L2S_PPP_IP, options, bytes_of("020405b401020405b4", options));
	skb = skb_of(test, packet, len);
	KUNIT_EXPECT_TRUE(test, pass(skb, L2S_PPP_IP, MTU));
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(skb->data + 42), MSS4);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(skb->data + 47), MSS4);
	KUNIT_EXPECT_EQ(test, full_sum(skb->data, len, L2S_PPP_IP), 0);
	kfree_skb(skb);
}

/* Cut everywhere behind the IP header, in a buffer that ends there: KASAN sees any overrun. */
static void every_length(struct kunit *test)
{
	u8 options[OPTIONS_MAX], packet[128];
	unsigned int i, len, whole, cut;
	struct sk_buff *skb;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		len = build(packet, protocols[i], options, bytes_of(layouts[0].hex, options));
		whole = ip_len(protocols[i]) + tcp_of(packet, protocols[i])->doff * 4;
		for (cut = ip_len(protocols[i]); cut <= len; cut++) {
			skb = skb_of(test, packet, cut);
			KUNIT_EXPECT_EQ(test, pass(skb, protocols[i], MTU), cut >= whole);
			if (cut < whole)
				KUNIT_EXPECT_EQ(test, memcmp(skb->data, packet, cut), 0);
			kfree_skb(skb);
		}
	}
}

/* TCP's data offset says every length, however much is there. */
static void every_data_offset(struct kunit *test)
{
	u8 options[OPTIONS_MAX], packet[128];
	unsigned int doff, len;
	struct sk_buff *skb;

	memset(options, TCPOPT_NOP, sizeof(options));
	memcpy(options + 4, "\x02\x04\x05\xb4", TCPOLEN_MSS);
	for (doff = 0; doff < 16; doff++) {
		len = build(packet, L2S_PPP_IP, options, 16);
		tcp_of(packet, L2S_PPP_IP)->doff = doff;
		skb = skb_of(test, packet, len);
		KUNIT_EXPECT_EQ(test, pass(skb, L2S_PPP_IP, MTU), doff >= 7 && doff <= 10);
		kfree_skb(skb);
	}
}

/* What is not a SYN, not TCP, or not the first fragment. */
static void not_a_syn(struct kunit *test)
{
	u8 options[OPTIONS_MAX], packet[128];
	struct tcphdr *tcp = tcp_of(packet, L2S_PPP_IP);
	struct iphdr *iph = (struct iphdr *)packet;
	struct sk_buff *skb;
	unsigned int i, len;

	for (i = 0; i < 6; i++) {
		len = build(packet, L2S_PPP_IP, options, bytes_of(layouts[0].hex, options));
		tcp->syn = i != 0;
		iph->protocol = i == 1 ? IPPROTO_UDP : IPPROTO_TCP;
		iph->frag_off = htons(i == 2 ? 1 : i == 3 ? IP_MF : 0);
		tcp->ack = i == 4;
		tcp->check = 0;
		tcp->check = full_sum(packet, len, L2S_PPP_IP);
		skb = skb_of(test, packet, len);
		KUNIT_EXPECT_EQ_MSG(test, pass(skb, L2S_PPP_IP, MTU), i >= 3, "case %u", i);
		KUNIT_EXPECT_EQ(test, full_sum(skb->data, len, L2S_PPP_IP), 0);
		kfree_skb(skb);
	}
}

/* IPv4 options in front of TCP. */
static void ip_options(struct kunit *test)
{
	u8 options[OPTIONS_MAX], packet[128], moved[128 + OPTIONS_MAX];
	unsigned int ihl, len;
	struct sk_buff *skb;

	len = build(packet, L2S_PPP_IP, options, bytes_of("020405b4", options));
	for (ihl = 0; ihl < 16; ihl++) {
		memset(moved, 1, sizeof(moved));
		memcpy(moved, packet, sizeof(struct iphdr));
		((struct iphdr *)moved)->ihl = ihl;
		memcpy(moved + max(ihl, 5U) * 4, packet + 20, len - 20);
		skb = skb_of(test, moved, max(ihl, 5U) * 4 + len - 20);
		KUNIT_EXPECT_EQ(test, pass(skb, L2S_PPP_IP, MTU), ihl >= 5);
		if (ihl >= 5)
			KUNIT_EXPECT_EQ(test, get_unaligned_be16(skb->data + ihl * 4 + 22), MSS4);
		kfree_skb(skb);
	}
}

/* Extension headers in front of TCP; of fragments only the first has the TCP header. */
static void extension_headers(struct kunit *test)
{
	static const struct {
		u8 next;
		u8 header[8];
		bool lowered;
	} rows[] = {
		{ IPPROTO_HOPOPTS, { IPPROTO_TCP, 0, 1, 4 }, true },
		{ IPPROTO_DSTOPTS, { IPPROTO_TCP, 0, 1, 4 }, true },
		{ IPPROTO_FRAGMENT, { IPPROTO_TCP, 0, 0, 1 }, true },
		{ IPPROTO_FRAGMENT, { IPPROTO_TCP, 0, 0, 8 }, false },
		{ IPPROTO_HOPOPTS, { IPPROTO_UDP, 0, 1, 4 }, false },
		{ IPPROTO_HOPOPTS, { IPPROTO_TCP, 99, 1, 4 }, false },
		{ IPPROTO_NONE, { IPPROTO_TCP }, false },
		{ IPPROTO_UDP, { IPPROTO_TCP }, false },
	};
	u8 options[OPTIONS_MAX], packet[128], moved[136];
	struct sk_buff *skb;
	unsigned int i, len;

	len = build(packet, L2S_PPP_IPV6, options, bytes_of("020405b4", options));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		memcpy(moved, packet, 40);
		((struct ipv6hdr *)moved)->nexthdr = rows[i].next;
		memcpy(moved + 40, rows[i].header, 8);
		memcpy(moved + 48, packet + 40, len - 40);
		skb = skb_of(test, moved, len + 8);
		KUNIT_EXPECT_EQ_MSG(test, pass(skb, L2S_PPP_IPV6, MTU), rows[i].lowered, "case %u",
				    i);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(skb->data + 48 + 22),
				rows[i].lowered ? MSS6 : 1460);
		kfree_skb(skb);
	}
}

/* As the stack hands over what it sends itself: the sum is still to be computed. */
static void checksum_partial(struct kunit *test)
{
	u8 options[OPTIONS_MAX], packet[128];
	struct iphdr *iph = (struct iphdr *)packet;
	struct tcphdr *tcp = tcp_of(packet, L2S_PPP_IP);
	struct sk_buff *skb;
	unsigned int len;
	__sum16 pseudo;

	len = build(packet, L2S_PPP_IP, options, bytes_of(layouts[5].hex, options));
	pseudo = ~csum_tcpudp_magic(iph->saddr, iph->daddr, len - 20, IPPROTO_TCP, 0);
	tcp->check = pseudo;
	skb = skb_of(test, packet, len);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + 20;
	skb->csum_offset = offsetof(struct tcphdr, check);
	KUNIT_EXPECT_TRUE(test, pass(skb, L2S_PPP_IP, MTU));
	KUNIT_EXPECT_EQ(test, tcp_of(skb->data, L2S_PPP_IP)->check, pseudo);
	KUNIT_ASSERT_EQ(test, skb_checksum_help(skb), 0);
	KUNIT_EXPECT_EQ(test, full_sum(skb->data, len, L2S_PPP_IP), 0);
	kfree_skb(skb);
}

/* Somebody else has a clone: it stays as it is. */
static void clone(struct kunit *test)
{
	u8 options[OPTIONS_MAX], packet[128];
	struct sk_buff *skb, *other;
	unsigned int len;

	len = build(packet, L2S_PPP_IP, options, bytes_of("020405b4", options));
	skb = skb_of(test, packet, len);
	other = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_TRUE(test, pass(skb, L2S_PPP_IP, MTU));
	KUNIT_EXPECT_EQ(test, full_sum(skb->data, len, L2S_PPP_IP), 0);
	KUNIT_EXPECT_EQ(test, memcmp(other->data, packet, len), 0);
	kfree_skb(other);
	kfree_skb(skb);
}

/* Only the IP header is linear. */
static void in_a_page(struct kunit *test)
{
	u8 options[OPTIONS_MAX], packet[128], out[128];
	struct page *page;
	struct sk_buff *skb;
	unsigned int i, len, head;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		head = ip_len(protocols[i]);
		len = build(packet, protocols[i], options, bytes_of(layouts[4].hex, options));
		page = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, page);
		memcpy(page_address(page), packet + head, len - head);
		skb = skb_of(test, packet, head);
		skb_add_rx_frag(skb, 0, page, 0, len - head, PAGE_SIZE);
		KUNIT_EXPECT_TRUE(test, pass(skb, protocols[i], MTU));
		KUNIT_ASSERT_EQ(test, skb_copy_bits(skb, 0, out, len), 0);
		KUNIT_EXPECT_EQ(test, full_sum(out, len, protocols[i]), 0);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(out + head + 30),
				protocols[i] == L2S_PPP_IP ? MSS4 : MSS6);
		kfree_skb(skb);
	}
}

static struct kunit_case mss_cases[] = {
	KUNIT_CASE(every_layout),
	KUNIT_CASE(every_place),
	KUNIT_CASE(every_value),
	KUNIT_CASE(every_mtu),
	KUNIT_CASE(two_of_them),
	KUNIT_CASE(every_length),
	KUNIT_CASE(every_data_offset),
	KUNIT_CASE(not_a_syn),
	KUNIT_CASE(ip_options),
	KUNIT_CASE(extension_headers),
	KUNIT_CASE(checksum_partial),
	KUNIT_CASE(clone),
	KUNIT_CASE(in_a_page),
	{}
};

static struct kunit_suite mss_suite = {
	.name = "l2tpsec_mss",
	.test_cases = mss_cases,
};

kunit_test_suite(mss_suite);
