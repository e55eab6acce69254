// SPDX-License-Identifier: GPL-2.0
/*
 * The MSS option of TCP SYNs (RFC 9293 3.7.1), lowered to what fits the session:
 * then TCP works where ICMP is blocked.
 */
#include <linux/bitops.h>
#include <net/checksum.h>
#include "compat/unaligned.h"
#include "device.h"
#include "mss.h"
#include "path.h"
#include "session.h"
#include "tunnel.h"

/* Where the TCP header is; 0: there is none in this packet or fragment. */
static unsigned int tcp_offset(const struct sk_buff *skb, u16 protocol)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	u8 next = ((const struct ipv6hdr *)skb->data)->nexthdr;
	__be16 frag_off;
	int offset;

	if (protocol == L2S_PPP_IP)
		return iph->protocol == IPPROTO_TCP && iph->ihl >= 5 &&
		       !(iph->frag_off & htons(IP_OFFSET)) ? iph->ihl * 4 : 0;
	offset = ipv6_skip_exthdr(skb, sizeof(struct ipv6hdr), &next, &frag_off);
	return offset > 0 && next == IPPROTO_TCP && !(frag_off & htons(IP6_OFFSET)) ? offset : 0;
}

/* Bytes of the TCP header if it is a SYN's, has options and is all there; else 0. */
static unsigned int syn_len(const struct sk_buff *skb, unsigned int offset)
{
	struct tcphdr buffer;
	const struct tcphdr *tcp = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);

	if (!tcp || !tcp->syn || tcp->doff * 4 <= sizeof(*tcp) ||
	    offset + tcp->doff * 4 > skb->len)
		return 0;
	return tcp->doff * 4;
}

/*
 * The checksum is changed by what changed under it.  It sums up pairs of bytes: an
 * MSS at an odd place counts with its bytes exchanged.  With CHECKSUM_PARTIAL the
 * field has the pseudo-header only, and inet_proto_csum_replace2() leaves it alone.
 */
static void set_mss(struct sk_buff *skb, struct tcphdr *tcp, u8 *mss_field, u16 mss)
{
	u16 from = get_unaligned_be16(mss_field), to = mss;

	put_unaligned_be16(mss, mss_field);
	if ((mss_field - (u8 *)tcp) & 1) {
		from = swab16(from);
		to = swab16(to);
	}
	inet_proto_csum_replace2(&tcp->check, skb, htons(from), htons(to), false);
}

/* An option that lies about its length ends the walk, as does the end of the list. */
static bool lower(struct sk_buff *skb, struct tcphdr *tcp, unsigned int len, u16 mss)
{
	u8 *option = (u8 *)(tcp + 1), *end = (u8 *)tcp + len;
	bool lowered = false;

	while (option < end && *option != TCPOPT_EOL) {
		if (*option == TCPOPT_NOP) {
			option++;
			continue;
		}
		if (end - option < 2 || option[1] < 2 || option[1] > end - option)
			break;
		if (*option == TCPOPT_MSS && option[1] == TCPOLEN_MSS &&
		    get_unaligned_be16(option + 2) > mss) {
			set_mss(skb, tcp, option + 2, mss);
			lowered = true;
		}
		option += option[1];
	}
	return lowered;
}

/**
 * l2s_mss_clamp - lower the MSS of a TCP SYN to what fits
 * @skb: at its IP header; l2s_mss_is_syn() said it may be one.  Its header may
 *	move; the packet stays as it is if there is no memory
 * @protocol: PPP protocol number, IPv4 or IPv6
 * @mtu: largest inner packet
 *
 * An MSS is never raised and never added: without the option it is 536 or 1220
 * (RFC 9293 3.7.1), which fits.
 *
 * Return: true if it was lowered.
 */
bool l2s_mss_clamp(struct sk_buff *skb, u16 protocol, unsigned int mtu)
{
	unsigned int headers = sizeof(struct tcphdr) + (protocol == L2S_PPP_IP ?
			       sizeof(struct iphdr) : sizeof(struct ipv6hdr));
	unsigned int offset = tcp_offset(skb, protocol), len;

	if (!offset || mtu <= headers)
		return false;
	len = syn_len(skb, offset);
	if (!len || skb_ensure_writable(skb, offset + len))
		return false;
	return lower(skb, (struct tcphdr *)(skb->data + offset), len,
		     min_t(unsigned int, mtu - headers, U16_MAX));
}

/**
 * l2s_mss_pass - a packet that may be a TCP SYN passes a session
 * @session: which
 * @skb: as l2s_mss_clamp() has it
 * @protocol: PPP protocol number, IPv4 or IPv6
 * @sent: to the peer, so that it limits what the peer will send; or received
 *
 * Context: BH off, RCU read side.
 */
void l2s_mss_pass(struct l2s_session *session, struct sk_buff *skb, u16 protocol, bool sent)
{
	unsigned int mtu;

	if (!READ_ONCE(session->clamp_mss))
		return;
	l2s_path_refresh(session);
	mtu = sent ? l2s_path_mtu_peer(session, protocol) : l2s_path_mtu(session, protocol);
	if (!l2s_mss_clamp(skb, protocol, mtu))
		return;
	l2s_stats_mss(&session->stats);
	l2s_stats_mss(&session->tunnel->device->stats);
}
