// SPDX-License-Identifier: GPL-2.0
/*
 * Transmit, from the bottom of this file to its top:
 *
 *	l2s_tx_start	destination -> session, MTU, GSO
 *	send_ip		checksum, room for all headers
 *	tx_ip		inner UDP, L2TP and PPP header
 *	l2s_tx_ppp	the same for control packets: PPP, L2TP
 *	l2s_tx_l2tp	inner UDP header
 *	tx_udp		lineage -> SA, limits, encryption
 *	tx_done		back from the crypto API, at once or later; outer headers
 *
 * Everything runs with BH off and, up to the crypto API, under RCU.
 */
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/dsfield.h>
#include <net/icmp.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/route.h>
#include "compat/gso.h"
#include "device.h"
#include "l2tp.h"
#include "lineage.h"
#include "mss.h"
#include "path.h"
#include "ppp.h"
#include "rawesp.h"
#include "room.h"
#include "sa.h"
#include "segment.h"
#include "session.h"
#include "tunnel.h"
#include "tx.h"
#include "udp.h"
#include "wire.h"

#define PROBE_SLACK	64	/* bytes that a packet "as large as any" may be smaller */

/* Synchronous and asynchronous completions meet here. */
static void tx_done(struct sk_buff *skb, int err)
{
	struct l2s_sa *sa = L2S_CB(skb)->sa;

	if (likely(!err)) {
		if (sa->encap == L2TPSEC_ENCAP_UDP)
			l2s_udp_send(sa, skb);
		else
			l2s_rawesp_send(sa, skb);
	} else {
		l2s_stats_tx_drop(&sa->stats);
		l2s_drop(sa->device, skb, err == -ENOMEM ? L2TPSEC_DROP_TX_NO_MEMORY :
							   L2TPSEC_DROP_TX_CRYPTO);
	}
	l2s_sa_put(sa);
}

/*
 * RFC 2661 8.1.  Over IPv4 without a checksum: ESP authenticates more than it would cover.
 * Over IPv6 the peer drops a datagram without one (RFC 8200 8.1).  Behind NAT66 the address
 * in it is not the peer's own; who decapsulates ESP in UDP does not verify it (RFC 3948 3.1.2).
 */
static void set_checksum(const struct l2s_sa *sa, struct sk_buff *skb)
{
	const struct l2s_endpoint *endpoint = rcu_dereference(sa->endpoint);
	struct udphdr *udp = (struct udphdr *)skb->data;

	if (likely(endpoint->remote.family == AF_INET))
		return;
	udp->check = csum_ipv6_magic(&endpoint->local.v6, &endpoint->remote.v6, skb->len,
				     IPPROTO_UDP, skb_checksum(skb, 0, skb->len, 0)) ?:
		     CSUM_MANGLED_0;
}

/* A datagram, at its inner UDP header.  Takes @skb; returns as l2s_tx_l2tp(). */
static int tx_udp(struct l2s_lineage *lineage, struct sk_buff *skb, u8 tos)
{
	struct l2s_sa *sa = l2s_lineage_hold_outbound(lineage);
	u64 seq;

	if (unlikely(!sa)) {
		l2s_drop(lineage->device, skb, L2TPSEC_DROP_TX_NO_SA);
		return -ENOTCONN;
	}
	if (unlikely(test_bit(L2S_SA_HARD, &sa->flags))) {
		l2s_drop(sa->device, skb, L2TPSEC_DROP_TX_EXPIRED);
		goto unusable;
	}
	seq = atomic64_inc_return(&sa->seq);
	if (unlikely(!sa->out.esn && seq > U32_MAX)) {
		l2s_sa_exhausted(sa);
		l2s_drop(sa->device, skb, L2TPSEC_DROP_TX_SEQUENCE);
		goto unusable;
	}
	set_checksum(sa, skb);
	if (unlikely(sa->limited))
		l2s_sa_limit(sa, seq, atomic64_add_return(skb->len, &sa->tx_bytes));
	l2s_stats_tx(&sa->stats, skb->len);
	L2S_CB(skb)->sa = sa;
	L2S_CB(skb)->tos = tos;
	L2S_CB(skb)->id = seq;
	l2s_esp_encrypt(READ_ONCE(sa->sending), skb, seq, IPPROTO_UDP, tx_done);
	return 0;

unusable:
	l2s_stats_tx_drop(&sa->stats);
	l2s_sa_put(sa);
	return -EKEYEXPIRED;
}

/**
 * l2s_tx_l2tp - send an L2TP message through a lineage's outbound SA
 * @lineage: whose
 * @skb: the message, with L2S_HEADROOM in front, less what is pushed already;
 *	owned by the callee
 * @peer_port: inner UDP port
 * @tos: DSCP for the outer header
 *
 * Context: BH off, RCU read side.
 * Return: 0; -ENOTCONN: there is no SA; -EKEYEXPIRED: it may not be used any more.
 */
int l2s_tx_l2tp(struct l2s_lineage *lineage, struct sk_buff *skb, u16 peer_port, u8 tos)
{
	struct udphdr *udp = __skb_push(skb, sizeof(*udp));

	udp->source = htons(L2S_L2TP_PORT);
	udp->dest = htons(peer_port);
	udp->len = htons(skb->len);
	udp->check = 0;
	return tx_udp(lineage, skb, tos);
}

/* What comes out of a tunnel; @len bytes of L2TP are counted.  Returns as l2s_tx_l2tp(). */
static int counted(struct l2s_tunnel *tunnel, unsigned int len, int err)
{
	if (likely(!err))
		l2s_stats_tx(&tunnel->stats, len);
	else
		l2s_stats_tx_drop(&tunnel->stats);
	return err;
}

/**
 * l2s_tx_ppp - send a PPP control packet in a session
 * @session: which
 * @skb: information field, with L2S_HEADROOM in front; owned by the callee
 * @protocol: PPP protocol number
 * @tos: DSCP for the outer header
 *
 * With a full header: LCP packets must have it (RFC 1661 6.5, 6.6), the others may.
 *
 * Context: BH off, RCU read side.
 * Return: as l2s_tx_l2tp().
 */
int l2s_tx_ppp(struct l2s_session *session, struct sk_buff *skb, u16 protocol, u8 tos)
{
	struct l2s_tunnel *tunnel = session->tunnel;
	unsigned int len;

	l2s_ppp_build(__skb_push(skb, l2s_ppp_header_len(protocol, false, false)), protocol,
		      false, false);
	len = skb->len;
	l2s_session_push_l2tp(session, __skb_push(skb, l2s_l2tp_header_len(session->length_bit,
									   session->sequencing)),
			      len);
	len = skb->len;
	return counted(tunnel, len, l2s_tx_l2tp(tunnel->lineage, skb, tunnel->peer_port, tos));
}

/* The same of an IP packet: with the header that is ready, and what changes in it. */
static int tx_ip(struct l2s_session *session, const struct l2s_head *head, struct sk_buff *skb,
		 u16 protocol, u8 tos)
{
	struct l2s_tunnel *tunnel = session->tunnel;
	unsigned int l2tp_len, len;
	struct udphdr *udp;

	memcpy(skb->data - sizeof(head->bytes), head->bytes, sizeof(head->bytes));
	skb->data[-1] = protocol;
	udp = __skb_push(skb, head->len);
	udp->len = htons(skb->len);
	len = skb->len - sizeof(*udp);
	if (unlikely(session->length_bit || session->sequencing)) {
		l2tp_len = l2s_l2tp_header_len(session->length_bit, session->sequencing);
		l2s_session_push_l2tp(session, (u8 *)(udp + 1), len - l2tp_len);
	}
	return counted(tunnel, len, tx_udp(tunnel->lineage, skb, tos));
}

static void drop_of_session(struct l2s_session *session, struct sk_buff *skb,
			    enum l2tpsec_drop reason)
{
	l2s_stats_tx_drop(&session->stats);
	l2s_drop(session->tunnel->device, skb, reason);
}

/*
 * DSCP is copied outside.  ECN is not: whether a peer's L2TP copies a mark back
 * inside cannot be known, and one that does not would lose it (RFC 9601 4).
 */
static u8 outer_tos(const struct sk_buff *skb, u16 protocol)
{
	u8 tos = protocol == L2S_PPP_IP ? ip_hdr(skb)->tos : ipv6_get_dsfield(ipv6_hdr(skb));

	return tos & ~INET_ECN_MASK;
}

/* What goes in front of a packet of this session's, now; other SAs may need more. */
static unsigned int headroom(const struct l2s_session *session, const struct l2s_head *head)
{
	const struct l2s_sa *sa = rcu_dereference(session->tunnel->lineage->outbound);

	if (unlikely(!sa))
		return L2S_HEADROOM;
	return sa->headroom + head->len;
}

/* May it be lost?  Its sender looks for the path's MTU, so it copes; see path.c. */
static bool may_probe(const struct sk_buff *skb, u16 protocol, unsigned int mtu)
{
	return skb->len + PROBE_SLACK > mtu &&
	       (protocol == L2S_PPP_IPV6 || ip_hdr(skb)->frag_off & htons(IP_DF));
}

/* One packet that fits @mtu. */
static void send_ip(struct l2s_session *session, struct sk_buff *skb, u16 protocol,
		    unsigned int mtu)
{
	const struct l2s_head *head = rcu_dereference(session->head);
	unsigned int len = skb->len;
	u8 tos = outer_tos(skb, protocol);

	L2S_CB(skb)->probe = may_probe(skb, protocol, mtu);

	if (unlikely((skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb)) ||
		     l2s_room_in_front(skb, headroom(session, head)))) {
		drop_of_session(session, skb, L2TPSEC_DROP_TX_NO_MEMORY);
		return;
	}
	if (unlikely(tx_ip(session, head, skb, protocol, tos))) {
		l2s_stats_tx_drop(&session->stats);
		return;
	}
	l2s_stats_tx(&session->stats, len);
	l2s_stats_tx(&session->tunnel->device->stats, len);
}

/* The route's gateway names the session of a network behind a client. */
static struct l2s_session *by_gateway(struct l2s_device *device, struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);
	const struct rt6_info *rt6;
	const struct rtable *rt;

	if (!dst)
		return NULL;
	if (skb->protocol == htons(ETH_P_IP)) {
		rt = container_of(dst, struct rtable, dst);
		if (rt->rt_gw_family == AF_INET)
			return l2s_session_by_addr4(device, rt->rt_gw4);
		return rt->rt_gw_family == AF_INET6 ?
		       l2s_session_by_addr6(device, &rt->rt_gw6) : NULL;
	}
	rt6 = container_of(dst, struct rt6_info, dst);
	return rt6->rt6i_flags & RTF_GATEWAY ?
	       l2s_session_by_addr6(device, &rt6->rt6i_gateway) : NULL;
}

static struct l2s_session *find_session(struct l2s_device *device, struct sk_buff *skb)
{
	struct l2s_session *session;

	if (skb->protocol == htons(ETH_P_IP))
		session = l2s_session_by_addr4(device, ip_hdr(skb)->daddr);
	else
		session = l2s_session_by_addr6(device, &ipv6_hdr(skb)->daddr);
	if (unlikely(!session))
		session = by_gateway(device, skb);
	/* Pairs with the release in session.c: open, so its header is there. */
	return session && smp_load_acquire(&session->open) ? session : NULL;
}

static u16 ppp_protocol(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IP) ? L2S_PPP_IP : L2S_PPP_IPV6;
}

/* ip_do_fragment() has made this one; its cb is taken, so the session is looked up again. */
static int send_fragment(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	struct l2s_device *device = netdev_priv(skb->dev);
	struct l2s_session *session = find_session(device, skb);

	if (session)
		send_ip(session, skb, L2S_PPP_IP, U16_MAX);
	else
		l2s_drop(device, skb, L2TPSEC_DROP_TX_NO_SESSION);
	return 0;
}

/*
 * IPv4 without DF, larger than the session's MTU: the stack has let it pass
 * because the interface's MTU is larger.  The stack's own function makes the
 * fragments; frag_max_size is where it looks for a smaller MTU than the route's.
 */
static void send_fragments(struct l2s_session *session, struct sk_buff *skb, unsigned int mtu)
{
	if (!skb_dst(skb)) {
		drop_of_session(session, skb, L2TPSEC_DROP_TX_TOO_BIG);
		return;
	}
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	IPCB(skb)->frag_max_size = mtu;
	ip_do_fragment(dev_net(skb->dev), skb->sk, skb, send_fragment);
}

static void too_big(struct l2s_session *session, struct sk_buff *skb, unsigned int mtu)
{
	skb_dst_update_pmtu_no_confirm(skb, mtu);
	if (skb->protocol == htons(ETH_P_IP))
		icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, htonl(mtu));
	else
		icmpv6_ndo_send(skb, ICMPV6_PKT_TOOBIG, 0, mtu);
	drop_of_session(session, skb, L2TPSEC_DROP_TX_TOO_BIG);
}

static void no_session(struct l2s_device *device, struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
	else
		icmpv6_ndo_send(skb, ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH, 0);
	l2s_drop(device, skb, L2TPSEC_DROP_TX_NO_SESSION);
}

static bool fits(const struct sk_buff *skb, unsigned int mtu)
{
	return skb_is_gso(skb) ? skb_gso_validate_network_len(skb, mtu) : skb->len <= mtu;
}

static bool may_fragment(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IP) &&
	       (!(ip_hdr(skb)->frag_off & htons(IP_DF)) || skb->ignore_df);
}

/* Not GSO any more. */
static void send_packet(struct l2s_session *session, struct sk_buff *skb, unsigned int mtu)
{
	if (likely(skb->len <= mtu))
		send_ip(session, skb, ppp_protocol(skb), mtu);
	else
		send_fragments(session, skb, mtu);
}

/* Return: false: @skb is untouched; true: it is taken. */
static bool send_tcp(struct l2s_session *session, struct sk_buff *skb, unsigned int mtu)
{
	const struct l2s_head *head = rcu_dereference(session->head);
	u16 protocol = ppp_protocol(skb);
	struct l2s_segments segments;
	struct sk_buff *segment;

	if (!l2s_segment_begin(&segments, skb, headroom(session, head)))
		return false;
	while ((segment = l2s_segment_next(&segments))) {
		if (IS_ERR(segment)) {
			drop_of_session(session, skb, L2TPSEC_DROP_TX_NO_MEMORY);
			return true;
		}
		send_ip(session, segment, protocol, mtu);
	}
	consume_skb(skb);
	return true;
}

static void send_segments(struct l2s_session *session, struct sk_buff *skb, unsigned int mtu)
{
	struct sk_buff *segments, *next;

	if (likely(fits(skb, mtu)) && send_tcp(session, skb, mtu))
		return;
	/* Each segment gets as much room in front as the whole has. */
	if (unlikely(skb_cow_head(skb, headroom(session, rcu_dereference(session->head))))) {
		drop_of_session(session, skb, L2TPSEC_DROP_TX_NO_MEMORY);
		return;
	}
	segments = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segments)) {
		drop_of_session(session, skb, L2TPSEC_DROP_TX_NO_MEMORY);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segments, skb, next) {
		skb_mark_not_on_list(skb);
		send_packet(session, skb, mtu);
	}
}

/* The stack does not promise a whole header; packet sockets promise nothing. */
static bool is_ip(struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return pskb_may_pull(skb, sizeof(struct iphdr)) && *skb->data >> 4 == 4;
	if (skb->protocol == htons(ETH_P_IPV6))
		return pskb_may_pull(skb, sizeof(struct ipv6hdr)) && *skb->data >> 4 == 6;
	return false;
}

static void tx_packet(struct l2s_device *device, struct sk_buff *skb)
{
	struct l2s_session *session;
	unsigned int mtu;
	u16 protocol;

	if (unlikely(!is_ip(skb))) {
		l2s_drop(device, skb, L2TPSEC_DROP_TX_NOT_IP);
		return;
	}
	skb_reset_network_header(skb);
	session = find_session(device, skb);
	if (unlikely(!session)) {
		no_session(device, skb);
		return;
	}
	protocol = ppp_protocol(skb);
	if (unlikely(l2s_mss_is_syn(skb, protocol)))
		l2s_mss_pass(session, skb, protocol, true);
	mtu = l2s_path_mtu(session, protocol);
	if (unlikely(!fits(skb, mtu) && !may_fragment(skb)))
		too_big(session, skb, mtu);
	else if (skb_is_gso(skb))
		send_segments(session, skb, mtu);
	else
		send_packet(session, skb, mtu);
}

/**
 * l2s_tx_start - the interface's transmit function
 * @skb: inner IP packet or GSO super-packet; owned by the callee
 * @dev: the interface
 *
 * Context: BH off.
 * Return: NETDEV_TX_OK; there is no queue to push back to.
 */
netdev_tx_t l2s_tx_start(struct sk_buff *skb, struct net_device *dev)
{
	rcu_read_lock();
	tx_packet(netdev_priv(dev), skb);
	rcu_read_unlock();
	return NETDEV_TX_OK;
}
