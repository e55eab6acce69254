// SPDX-License-Identifier: GPL-2.0
/*
 * Receive, from the bottom of this file to its top:
 *
 *	l2s_rx_esp	from a socket: SPI -> SA
 *	l2s_rx_sa	replay check, decryption
 *	rx_done		back from the crypto API, at once or later
 *	accept		replay update, limits, succession, endpoint
 *	rx_udp		inner UDP
 *	rx_l2tp		T bit: frame to the owner; else tunnel, session
 *	rx_ppp		not IP: frame to the owner
 *	rx_ip		inner header and source address
 *	deliver		into the stack
 *
 * One function owns the skb at any time; l2s_drop() or a frame function takes it
 * from it.  Everything runs with BH off; from rx_done() on under RCU.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/route.h>
#include "cell.h"
#include "device.h"
#include "frame.h"
#include "l2tp.h"
#include "lineage.h"
#include "mss.h"
#include "path.h"
#include "ppp.h"
#include "rx.h"
#include "sa.h"
#include "session.h"
#include "tunnel.h"
#include "wire.h"

static void drop_of_session(struct l2s_session *session, struct sk_buff *skb,
			    enum l2tpsec_drop reason)
{
	l2s_stats_rx_drop(&session->stats);
	l2s_drop(session->tunnel->device, skb, reason);
}

/* Hand an inner packet to the stack, in this softirq. */
static void deliver(struct l2s_session *session, struct sk_buff *skb, __be16 protocol)
{
	struct l2s_device *device = session->tunnel->device;
	bool ce = L2S_CB(skb)->ce;

	l2s_stats_rx(&session->stats, skb->len);
	l2s_stats_rx(&device->stats, skb->len);
	skb_scrub_packet(skb, true);
	skb_clear_hash(skb);
	skb->dev = device->dev;
	skb->protocol = protocol;
	skb->encapsulation = 0;
	/* ESP has authenticated more than it covers. */
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->csum_level = SKB_MAX_CSUM_LEVEL;
	skb_reset_network_header(skb);
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	if (unlikely(ce))
		INET_ECN_set_ce(skb);	/* RFC 6040 4.2, where the peer did copy ECT */
	l2s_cells_receive(&device->cells, skb);
}

/*
 * Slow path: the source is in a network behind the client if our route to it
 * leads through this client's session.
 */
static bool behind_session4(struct l2s_session *session, __be32 source)
{
	struct net_device *dev = session->tunnel->device->dev;
	struct flowi4 flow = { .daddr = source };
	struct rtable *rt = ip_route_output_key(dev_net(dev), &flow);
	struct l2s_inner *inner = rcu_dereference(session->inner[L2S_INNER_ADDR4]);
	bool behind;

	if (IS_ERR(rt))
		return false;
	behind = inner && rt->dst.dev == dev && rt->rt_gw_family == AF_INET &&
		 rt->rt_gw4 == inner->key.addr.s6_addr32[0];
	ip_rt_put(rt);
	return behind;
}

static bool source4_valid(struct l2s_session *session, __be32 source)
{
	struct l2s_inner *inner = rcu_dereference(session->inner[L2S_INNER_ADDR4]);

	if (likely(inner && inner->key.addr.s6_addr32[0] == source))
		return true;
	return behind_session4(session, source);
}

#if IS_ENABLED(CONFIG_IPV6)
static bool behind_session6(struct l2s_session *session, const struct in6_addr *source)
{
	struct l2s_device *device = session->tunnel->device;
	struct flowi6 flow = { .daddr = *source };
	struct dst_entry *dst = ip6_route_output(dev_net(device->dev), NULL, &flow);
	struct rt6_info *rt = (struct rt6_info *)dst;
	bool behind;

	behind = !dst->error && dst->dev == device->dev && (rt->rt6i_flags & RTF_GATEWAY) &&
		 l2s_session_by_addr6(device, &rt->rt6i_gateway) == session;
	dst_release(dst);
	return behind;
}

static bool source6_valid(struct l2s_session *session, const struct in6_addr *source)
{
	if (likely(l2s_session_by_addr6(session->tunnel->device, source) == session))
		return true;
	if (ipv6_addr_type(source) & (IPV6_ADDR_LINKLOCAL | IPV6_ADDR_MULTICAST))
		return false;
	return behind_session6(session, source);
}
#else
static bool source6_valid(struct l2s_session *session, const struct in6_addr *source)
{
	return l2s_session_by_addr6(session->tunnel->device, source) == session;
}
#endif

/* The packet's own length, or 0 if its header is malformed. */
static unsigned int length4(struct sk_buff *skb)
{
	const struct iphdr *iph;
	unsigned int len;

	if (!pskb_may_pull(skb, sizeof(*iph)))
		return 0;
	iph = (const struct iphdr *)skb->data;
	len = ntohs(iph->tot_len);
	if (iph->version != 4 || iph->ihl < 5 || len < iph->ihl * 4 || len > skb->len)
		return 0;
	return len;
}

static unsigned int length6(struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h;
	unsigned int len;

	if (!pskb_may_pull(skb, sizeof(*ip6h)))
		return 0;
	ip6h = (const struct ipv6hdr *)skb->data;
	len = sizeof(*ip6h) + ntohs(ip6h->payload_len);
	return ip6h->version == 6 && len <= skb->len ? len : 0;
}

static bool source_valid(struct l2s_session *session, const struct sk_buff *skb, u16 protocol)
{
	if (protocol == L2S_PPP_IP)
		return source4_valid(session, ((const struct iphdr *)skb->data)->saddr);
	return source6_valid(session, &((const struct ipv6hdr *)skb->data)->saddr);
}

/*
 * Why a packet's source is not its session's: it is somebody else's, or the session
 * has just been removed, and with it its addresses.
 */
static enum l2tpsec_drop source_fault(struct l2s_session *session)
{
	/* Pairs with session_unlink() in session.c: the session goes before its addresses. */
	smp_rmb();
	return l2s_session_find(session->tunnel, session->id) == session ?
	       L2TPSEC_DROP_RX_SOURCE : L2TPSEC_DROP_RX_NO_SESSION;
}

static void rx_ip(struct l2s_session *session, struct sk_buff *skb, u16 protocol)
{
	unsigned int len;

	/* Pairs with the release in session.c: open, so its addresses are there. */
	if (unlikely(!smp_load_acquire(&session->open))) {
		drop_of_session(session, skb, L2TPSEC_DROP_RX_NOT_OPEN);
		return;
	}
	len = protocol == L2S_PPP_IP ? length4(skb) : length6(skb);
	if (unlikely(!len || pskb_trim(skb, len))) {
		drop_of_session(session, skb, L2TPSEC_DROP_RX_INNER_HEADER);
		return;
	}
	if (unlikely(!source_valid(session, skb, protocol))) {
		drop_of_session(session, skb, source_fault(session));
		return;
	}
	if (unlikely(l2s_mss_is_syn(skb, protocol)))
		l2s_mss_pass(session, skb, protocol, false);
	deliver(session, skb, protocol == L2S_PPP_IP ? htons(ETH_P_IP) : htons(ETH_P_IPV6));
}

static void rx_ppp(struct l2s_sa *sa, struct l2s_session *session, struct sk_buff *skb)
{
	struct l2s_ppp_header ppp;

	if (unlikely(!pskb_may_pull(skb, min_t(unsigned int, skb->len, L2S_PPP_HEADER_MAX)) ||
		     l2s_ppp_parse(skb->data, skb->len, &ppp))) {
		drop_of_session(session, skb, L2TPSEC_DROP_RX_PPP_HEADER);
		return;
	}
	__skb_pull(skb, ppp.header_len);
	if (likely(ppp.protocol == L2S_PPP_IP || ppp.protocol == L2S_PPP_IPV6))
		rx_ip(session, skb, ppp.protocol);
	else
		l2s_frame_up_ppp(sa, session, skb, ppp.protocol);
}

static void rx_data(struct l2s_sa *sa, struct l2s_tunnel *tunnel, struct sk_buff *skb,
		    const struct l2s_l2tp_header *l2tp)
{
	struct l2s_session *session;

	l2s_stats_rx(&tunnel->stats, skb->len);
	session = l2s_session_find(tunnel, l2tp->session_id);
	if (unlikely(!session)) {
		l2s_stats_rx_drop(&tunnel->stats);
		l2s_drop(sa->device, skb, L2TPSEC_DROP_RX_NO_SESSION);
		return;
	}
	if (unlikely(l2tp->flags & L2S_L2TP_S && !l2s_session_in_order(session, l2tp->ns))) {
		drop_of_session(session, skb, L2TPSEC_DROP_RX_SEQUENCE);
		return;
	}
	/* Within the packet: l2s_l2tp_parse() has compared both with its length. */
	if (unlikely(!pskb_may_pull(skb, l2tp->header_len) ||
		     pskb_trim(skb, l2tp->header_len + l2tp->payload_len))) {
		drop_of_session(session, skb, L2TPSEC_DROP_RX_NO_MEMORY);
		return;
	}
	__skb_pull(skb, l2tp->header_len);
	rx_ppp(sa, session, skb);
}

static void rx_control(struct l2s_sa *sa, struct l2s_tunnel *tunnel, struct sk_buff *skb,
		       const struct l2s_l2tp_header *l2tp, u16 peer_port)
{
	/* The first message of a tunnel comes before the tunnel: RFC 2661 5.1. */
	if (tunnel)
		l2s_stats_rx(&tunnel->stats, l2tp->header_len + l2tp->payload_len);
	if (pskb_trim(skb, l2tp->header_len + l2tp->payload_len))
		l2s_drop(sa->device, skb, L2TPSEC_DROP_RX_NO_MEMORY);
	else
		l2s_frame_up_l2tp(sa, skb, peer_port);
}

static void rx_l2tp(struct l2s_sa *sa, struct sk_buff *skb, u16 peer_port)
{
	struct l2s_l2tp_header l2tp;
	struct l2s_tunnel *tunnel;

	if (unlikely(!pskb_may_pull(skb, min_t(unsigned int, skb->len, L2S_L2TP_HEADER_MAX)) ||
		     l2s_l2tp_parse(skb->data, skb->len, &l2tp))) {
		l2s_drop(sa->device, skb, L2TPSEC_DROP_RX_L2TP_HEADER);
		return;
	}
	tunnel = l2s_tunnel_find(sa->lineage, l2tp.tunnel_id);
	if (l2tp.flags & L2S_L2TP_T)
		rx_control(sa, tunnel, skb, &l2tp, peer_port);
	else if (likely(tunnel))
		rx_data(sa, tunnel, skb, &l2tp);
	else
		l2s_drop(sa->device, skb, L2TPSEC_DROP_RX_NO_TUNNEL);
}

/*
 * The inner UDP checksum is not looked at: ESP has authenticated more than it
 * covers, and behind a NAT it covers addresses that are no longer there (RFC 3948 3.1.2).
 */
static void rx_udp(struct l2s_sa *sa, struct sk_buff *skb)
{
	const struct udphdr *udp;
	unsigned int len;
	u16 peer_port;

	if (unlikely(!pskb_may_pull(skb, sizeof(*udp)))) {
		l2s_drop(sa->device, skb, L2TPSEC_DROP_RX_SHORT);
		return;
	}
	udp = (const struct udphdr *)skb->data;
	len = ntohs(udp->len);
	if (unlikely(udp->dest != htons(L2S_L2TP_PORT))) {
		l2s_drop(sa->device, skb, L2TPSEC_DROP_RX_NOT_L2TP);
		return;
	}
	peer_port = ntohs(udp->source);
	if (unlikely(len < sizeof(*udp) || len > skb->len || pskb_trim(skb, len))) {
		l2s_drop(sa->device, skb, L2TPSEC_DROP_RX_SHORT);
		return;
	}
	__skb_pull(skb, sizeof(*udp));
	rx_l2tp(sa, skb, peer_port);
}

static bool same_address(const struct l2s_address *a, const struct l2s_address *b)
{
	if (a->family != b->family)
		return false;
	return a->family == AF_INET ? a->v4 == b->v4 : ipv6_addr_equal(&a->v6, &b->v6);
}

/* The outer headers are in front of the payload still. */
static void note_endpoint(struct l2s_sa *sa, const struct sk_buff *skb)
{
	const struct l2s_endpoint *endpoint = rcu_dereference(sa->endpoint);
	__be16 port = udp_hdr(skb)->source;
	struct l2s_address remote = {};

	if (ip_hdr(skb)->version == 4) {
		remote.family = AF_INET;
		remote.v4 = ip_hdr(skb)->saddr;
	} else {
		remote.family = AF_INET6;
		remote.v6 = ipv6_hdr(skb)->saddr;
	}
	if (likely(port == endpoint->remote_port && same_address(&remote, &endpoint->remote)))
		return;
	/* A socket of one family sends to the same family only. */
	if (remote.family == endpoint->remote.family)
		l2s_sa_move(sa, &remote, port);
}

/* Authenticated: decide under the lock whether it is fresh, then note what it says of the SA. */
static bool accept(struct l2s_sa *sa, const struct sk_buff *skb)
{
	u64 seq = L2S_CB(skb)->esp.seq;
	u64 packets = 0, bytes = 0;
	bool newest, fresh;

	spin_lock(&sa->lock);
	newest = seq > sa->replay.top;
	fresh = l2s_replay_update(&sa->replay, seq);
	if (likely(fresh)) {
		packets = ++sa->rx_packets;
		bytes = sa->rx_bytes += skb->len;
	}
	spin_unlock(&sa->lock);
	if (unlikely(!fresh))
		return false;

	l2s_stats_rx(&sa->stats, skb->len);
	if (unlikely(sa->limited))
		l2s_sa_limit(sa, packets, bytes);
	if (unlikely(test_bit(L2S_SA_ICV_OPEN, &sa->flags)))
		l2s_sa_follow_icv(sa, L2S_CB(skb)->icv_short);
	if (unlikely(rcu_access_pointer(sa->lineage->outbound) != sa))
		l2s_lineage_promote(sa->lineage, sa);
	if (likely(newest && sa->encap == L2TPSEC_ENCAP_UDP))
		note_endpoint(sa, skb);
	return true;
}

static enum l2tpsec_drop reason_of(int err)
{
	switch (err) {
	case -EBADMSG:
		return L2TPSEC_DROP_RX_AUTH;
	case -EINVAL:
		return L2TPSEC_DROP_RX_TRAILER;
	case -ENOMEM:
		return L2TPSEC_DROP_RX_NO_MEMORY;
	default:
		return L2TPSEC_DROP_RX_CRYPTO;
	}
}

static void drop_of_sa(struct l2s_sa *sa, struct sk_buff *skb, enum l2tpsec_drop reason)
{
	l2s_stats_rx_drop(&sa->stats);
	l2s_drop(sa->device, skb, reason);
}

static void rx_decrypted(struct l2s_sa *sa, struct sk_buff *skb, int err)
{
	if (unlikely(err)) {
		drop_of_sa(sa, skb, reason_of(err));
		return;
	}
	if (unlikely(!accept(sa, skb)))
		drop_of_sa(sa, skb, L2TPSEC_DROP_RX_REPLAY);
	else if (likely(L2S_CB(skb)->esp.next_header == IPPROTO_UDP))
		rx_udp(sa, skb);
	else if (L2S_CB(skb)->esp.next_header == L2S_ESP_DUMMY)
		consume_skb(skb);	/* RFC 4303 2.6: discarded without a sign */
	else
		drop_of_sa(sa, skb, L2TPSEC_DROP_RX_NOT_L2TP);
}

/* Synchronous and asynchronous completions meet here. */
static void rx_done(struct sk_buff *skb, int err)
{
	struct l2s_sa *sa = L2S_CB(skb)->sa;

	rx_decrypted(sa, skb, err);
	l2s_sa_put(sa);
}

static bool outer_ce(const struct sk_buff *skb)
{
	if (ip_hdr(skb)->version == 4)
		return INET_ECN_is_ce(ip_hdr(skb)->tos);
	return INET_ECN_is_ce(ipv6_get_dsfield(ipv6_hdr(skb)));
}

static void rx_held(struct l2s_sa *sa, struct sk_buff *skb)
{
	const struct ip_esp_hdr *esp = (const struct ip_esp_hdr *)skb->data;
	u64 seq;

	if (unlikely(test_bit(L2S_SA_HARD, &sa->flags))) {
		drop_of_sa(sa, skb, L2TPSEC_DROP_RX_EXPIRED);
		goto put_sa;
	}
	seq = l2s_replay_expand(&sa->replay, ntohl(esp->seq_no));
	if (unlikely(!l2s_replay_check(&sa->replay, seq))) {
		drop_of_sa(sa, skb, L2TPSEC_DROP_RX_REPLAY);
		goto put_sa;
	}
	L2S_CB(skb)->sa = sa;
	L2S_CB(skb)->ce = outer_ce(skb);
	L2S_CB(skb)->icv_short = l2s_sa_icv_is_short(sa, skb->len);
	l2s_esp_decrypt(L2S_CB(skb)->icv_short ? &sa->in_short : &sa->in, skb, seq, rx_done);
	return;

put_sa:
	l2s_sa_put(sa);
}

/**
 * l2s_rx_sa - receive an ESP packet of an SA
 * @sa: found under RCU by the packet's SPI
 * @skb: at the ESP header, which is linear; IP header in front of it; owned by the callee
 *
 * Context: BH off, RCU read side.
 */
void l2s_rx_sa(struct l2s_sa *sa, struct sk_buff *skb)
{
	if (likely(l2s_sa_hold(sa)))
		rx_held(sa, skb);
	else
		l2s_drop(sa->device, skb, L2TPSEC_DROP_RX_NO_SA);
}

/**
 * l2s_rx_esp - receive an ESP packet from a socket
 * @device: whose socket received it
 * @skb: at the ESP header, outer headers in front of it; owned by the callee
 *
 * Context: BH off, RCU read side.
 */
void l2s_rx_esp(struct l2s_device *device, struct sk_buff *skb)
{
	struct l2s_sa *sa;

	if (unlikely(!pskb_may_pull(skb, sizeof(struct ip_esp_hdr)))) {
		l2s_drop(device, skb, L2TPSEC_DROP_RX_SHORT);
		return;
	}
	sa = l2s_sa_find(device, ((const struct ip_esp_hdr *)skb->data)->spi);
	if (likely(sa && sa->encap == L2TPSEC_ENCAP_UDP))
		l2s_rx_sa(sa, skb);
	else
		l2s_drop(device, skb, L2TPSEC_DROP_RX_NO_SA);
}
