/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_MSS_H
#define _L2S_MSS_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/ipv6.h>
#include <net/tcp.h>
#include "wire.h"

struct l2s_session;

/**
 * l2s_mss_is_syn - may a packet be a TCP SYN?
 * @skb: at its IP header, which is linear and whole but for its options
 * @protocol: PPP protocol number, IPv4 or IPv6
 *
 * All that a packet costs that is none: two comparisons in lines that are in the
 * cache.  Extension headers and what is not linear are left to l2s_mss_clamp().
 *
 * Return: true: l2s_mss_clamp() shall look.
 */
static inline bool l2s_mss_is_syn(const struct sk_buff *skb, u16 protocol)
{
	const struct ipv6hdr *ip6h = (const struct ipv6hdr *)skb->data;
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	unsigned int flags = offsetofend(struct tcphdr, ack_seq) + 1;

	if (likely(protocol == L2S_PPP_IP)) {
		if (iph->protocol != IPPROTO_TCP)
			return false;
		flags += iph->ihl * 4;
	} else {
		if (ip6h->nexthdr != IPPROTO_TCP)
			return ipv6_ext_hdr(ip6h->nexthdr);
		flags += sizeof(*ip6h);
	}
	return unlikely(flags >= skb_headlen(skb)) || (skb->data[flags] & TCPHDR_SYN);
}

bool l2s_mss_clamp(struct sk_buff *skb, u16 protocol, unsigned int mtu);
void l2s_mss_pass(struct l2s_session *session, struct sk_buff *skb, u16 protocol, bool sent);

#endif /* _L2S_MSS_H */
