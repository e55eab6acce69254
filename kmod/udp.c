// SPDX-License-Identifier: GPL-2.0
/* ESP in UDP, RFC 3948: what a socket receives, and output. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/rhashtable.h>
#include <linux/udp.h>
#include <net/inet_sock.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6_stubs.h>
#include <net/route.h>
#include <net/udp_tunnel.h>
#include "compat/timer.h"
#include "compat/unaligned.h"
#include "device.h"
#include "lineage.h"
#include "path.h"
#include "rx.h"
#include "sa.h"
#include "socket.h"
#include "udp.h"

#define HEADERS4	(sizeof(struct iphdr) + sizeof(struct udphdr))
#define HEADERS6	(sizeof(struct ipv6hdr) + sizeof(struct udphdr))

static bool is_keepalive(struct sk_buff *skb)
{
	return skb->len == sizeof(struct udphdr) + 1 && pskb_may_pull(skb, skb->len) &&
	       skb->data[sizeof(struct udphdr)] == L2S_UDP_KEEPALIVE;
}

/**
 * l2s_udp_encap_rcv - a datagram has arrived on an attached socket
 * @sk: the socket
 * @skb: at its UDP header
 *
 * RFC 3948 2.1 to 2.3: ESP is ours; what begins with four zeros is IKE and the
 * owner's; a keepalive is nobody's.  What is too short for either goes to the
 * owner too: we do not eat what we do not understand.
 *
 * Context: softirq, RCU read side.
 * Return: 0: @skb is taken; 1: it is the socket's.
 */
int l2s_udp_encap_rcv(struct sock *sk, struct sk_buff *skb)
{
	const unsigned int marker_end = sizeof(struct udphdr) + L2S_UDP_MARKER_LEN;
	struct l2s_socket *socket = rcu_dereference_sk_user_data(sk);

	if (unlikely(!socket))
		return 1;
	if (unlikely(is_keepalive(skb))) {
		consume_skb(skb);
		return 0;
	}
	if (unlikely(!pskb_may_pull(skb, marker_end)))
		return 1;
	if (!get_unaligned((__be32 *)(skb->data + sizeof(struct udphdr))))
		return 1;
	__skb_pull(skb, sizeof(struct udphdr));
	skb_orphan(skb);
	l2s_rx_esp(socket->device, skb);
	return 0;
}

/* The remote ones of what we sent are the destination of what is quoted. */
static struct l2s_endpoint *endpoint_of(const struct l2s_sa *sa, const struct l2s_address *remote,
					__be16 port)
{
	struct l2s_endpoint *endpoint = rcu_dereference(sa->endpoint);

	if (sa->encap != L2TPSEC_ENCAP_UDP || endpoint->remote_port != port ||
	    endpoint->remote.family != remote->family)
		return NULL;
	if (remote->family == AF_INET)
		return endpoint->remote.v4 == remote->v4 ? endpoint : NULL;
	return ipv6_addr_equal(&endpoint->remote.v6, &remote->v6) ? endpoint : NULL;
}

/* What an ICMP error quotes of a datagram with ESP in it; with IKE the SPI is zero. */
struct quoted {
	struct udphdr udp;
	__be32 spi;
} __packed;

static const struct l2s_endpoint *find_quoted(struct l2s_device *device,
					      const struct quoted *quoted,
					      const struct l2s_address *remote)
{
	struct rhlist_head *list, *node;
	struct l2s_endpoint *endpoint;
	__be32 spi = quoted->spi;
	struct l2s_sa *sa;

	list = rhltable_lookup(&device->peer_table, &spi, l2s_sa_peer_params);
	rhl_for_each_entry_rcu(sa, node, list, peer_node) {
		endpoint = endpoint_of(sa, remote, quoted->udp.dest);
		if (endpoint)
			return endpoint;
	}
	return NULL;
}

static bool believe4(struct l2s_device *device, const struct iphdr *iph,
		     const struct quoted *quoted)
{
	const struct icmphdr *icmp = (const struct icmphdr *)iph - 1;
	const struct l2s_address remote = { .family = AF_INET, .v4 = iph->daddr };
	const struct l2s_endpoint *endpoint;

	if (icmp->type != ICMP_DEST_UNREACH || icmp->code != ICMP_FRAG_NEEDED)
		return true;
	endpoint = quoted ? find_quoted(device, quoted, &remote) : NULL;
	return endpoint && l2s_path_believe4(endpoint, iph, ntohs(icmp->un.frag.mtu));
}

static bool believe6(struct l2s_device *device, const struct ipv6hdr *ip6h,
		     const struct quoted *quoted)
{
	const struct icmp6hdr *icmp = (const struct icmp6hdr *)ip6h - 1;
	const struct l2s_address remote = { .family = AF_INET6, .v6 = ip6h->daddr };

	if (icmp->icmp6_type != ICMPV6_PKT_TOOBIG)
		return true;
	if (!quoted || !l2s_path_believe6(ip6h, ntohl(icmp->icmp6_mtu)))
		return false;
	return !quoted->spi || find_quoted(device, quoted, &remote);
}

/**
 * l2s_udp_err_lookup - an ICMP error quotes a datagram of an attached socket
 * @sk: the socket
 * @skb: network header: the quoted one; transport header: its UDP header; the
 *	ICMP header is in front of both.  Nothing may be moved
 *
 * One that says "too big" must quote enough to be known as ESP that we sent, or
 * over IPv6 the owner's IKE (over IPv4 that goes without DF).  What is believed,
 * the host's routing learns.  Over IPv4 there are kernels (udp_err() of 6.1.192)
 * whose routing learns before they ask: no module can help that, and it costs no
 * more than l2s_path_mtu() allows.  Other errors change nothing here.
 *
 * Context: softirq, RCU read side.
 * Return: 0: it is the socket's; else it is not believed.
 */
int l2s_udp_err_lookup(struct sock *sk, struct sk_buff *skb)
{
	struct l2s_socket *socket = rcu_dereference_sk_user_data(sk);
	const struct quoted *quoted;
	struct quoted buffer;
	bool believed;

	if (!socket)
		return 0;
	quoted = skb_header_pointer(skb, skb_transport_offset(skb), sizeof(buffer), &buffer);
	if (ip_hdr(skb)->version == 4)
		believed = believe4(socket->device, ip_hdr(skb), quoted);
	else
		believed = believe6(socket->device, ipv6_hdr(skb), quoted);
	return believed ? 0 : -EPERM;
}

static struct rtable *lookup4(const struct l2s_endpoint *endpoint, const struct sock *sk,
			      __be32 *source)
{
	struct flowi4 flow = {
		.flowi4_oif = sk->sk_bound_dev_if,
		.flowi4_mark = READ_ONCE(sk->sk_mark),
		.flowi4_proto = IPPROTO_UDP,
		.saddr = endpoint->local.v4,
		.daddr = endpoint->remote.v4,
		.fl4_sport = endpoint->local_port,
		.fl4_dport = endpoint->remote_port,
	};
	struct rtable *rt = ip_route_output_key(sock_net(sk), &flow);

	*source = flow.saddr;
	return IS_ERR(rt) ? NULL : rt;
}

/**
 * l2s_udp_route_free - end a route
 * @route: nobody has it any more; or NULL
 *
 * Context: any.
 */
void l2s_udp_route_free(struct l2s_route *route)
{
	if (route)
		ip_rt_put(route->rt);
	kfree(route);
}

static void route_free_rcu(struct rcu_head *rcu)
{
	l2s_udp_route_free(container_of(rcu, struct l2s_route, rcu));
}

/*
 * A new route, if there is one and it does not lead into an interface of ours: two of
 * them, each the way to the other's peer, would send a packet round until the stack
 * is used up, and with an asynchronous cipher for ever.
 */
static struct l2s_route *route_create(const struct sock *sk, const struct l2s_endpoint *endpoint)
{
	struct l2s_route *route = kzalloc(sizeof(*route), GFP_ATOMIC);

	if (!route)
		return NULL;
	route->rt = lookup4(endpoint, sk, &route->source);
	if (route->rt && !l2s_device_is_ours(route->rt->dst.dev))
		return route;
	if (route->rt)
		ip_rt_put(route->rt);
	kfree(route);
	return NULL;
}

static void push_udp(struct sk_buff *skb, const struct l2s_endpoint *endpoint)
{
	struct udphdr *udp = __skb_push(skb, sizeof(*udp));

	skb_reset_transport_header(skb);
	udp->source = endpoint->local_port;
	udp->dest = endpoint->remote_port;
	udp->len = htons(skb->len);
	udp->check = 0;
}

/* As ip4_dst_hoplimit(), which takes RCU's lock again. */
static u8 hop_limit(const struct dst_entry *dst)
{
	return dst_metric_raw(dst, RTAX_HOPLIMIT) ?:
	       READ_ONCE(dev_net(dst->dev)->ipv4.sysctl_ip_default_ttl);
}

/*
 * What identifies a datagram is its sequence number: fragments of two of them
 * are never taken for one (RFC 6864 4.3), and ESP would find out.
 */
static void push_ipv4(struct sk_buff *skb, const struct rtable *rt, __be32 source,
		      __be32 destination, u8 tos, __be16 df)
{
	struct iphdr *iph = __skb_push(skb, sizeof(*iph));

	skb_reset_network_header(skb);
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = tos;
	iph->id = htons(L2S_CB(skb)->id);
	iph->frag_off = ip_mtu_locked(&rt->dst) ? 0 : df;
	iph->ttl = hop_limit(&rt->dst);
	iph->protocol = IPPROTO_UDP;
	iph->saddr = source;
	iph->daddr = destination;
}

/*
 * As udp_tunnel_xmit_skb(), of a packet that is scrubbed already.  RFC 3948 2.1: no
 * UDP checksum.  RCU keeps the route until the packet is queued somewhere; who
 * queues it takes a reference then.
 */
static void xmit4(struct l2s_sa *sa, const struct l2s_route *route, const struct sock *sk,
		  struct sk_buff *skb, const struct l2s_endpoint *endpoint, u8 tos, __be16 df)
{
	struct rtable *rt = route->rt;

	if (unlikely(skb_cow_head(skb, LL_RESERVED_SPACE(rt->dst.dev) + sizeof(struct iphdr) +
				       sizeof(struct udphdr)))) {
		l2s_drop(sa->device, skb, L2TPSEC_DROP_TX_NO_MEMORY);
		return;
	}
	push_udp(skb, endpoint);
	push_ipv4(skb, rt, route->source, endpoint->remote.v4, tos, df);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	skb_dst_set_noref(skb, &rt->dst);
	ip_local_out(dev_net(rt->dst.dev), (struct sock *)sk, skb);
}

/* Another CPU may do the same at this moment: the last one's stays. */
static noinline_for_stack struct l2s_route *route_renew(struct l2s_sa *sa, const struct sock *sk,
							struct l2s_endpoint *endpoint)
{
	struct l2s_route *old, *route = route_create(sk, endpoint);

	old = unrcu_pointer(xchg(&endpoint->route, RCU_INITIALIZER(route)));
	if (old)
		call_rcu(&old->rcu, route_free_rcu);
	if (route)
		l2s_path_note(sa, HEADERS4, dst_mtu(&route->rt->dst));
	return route;
}

/* The route that packets take now; NULL: there is none. */
static __always_inline struct l2s_route *route_get(struct l2s_sa *sa, const struct sock *sk,
						   struct l2s_endpoint *endpoint)
{
	struct l2s_route *route = rcu_dereference(endpoint->route);

	if (likely(route && dst_check(&route->rt->dst, 0)))
		return route;
	return route_renew(sa, sk, endpoint);
}

static void send4(struct l2s_sa *sa, const struct sock *sk, struct l2s_endpoint *endpoint,
		  struct sk_buff *skb, u8 tos)
{
	const struct l2s_route *route = route_get(sa, sk, endpoint);

	if (unlikely(!route)) {
		l2s_drop(sa->device, skb, L2TPSEC_DROP_TX_NO_ROUTE);
		return;
	}
	/* Once a tick: a route learns a new MTU seldom, and asking it is a call of its own. */
	if (unlikely(time_after(jiffies, READ_ONCE(sa->path_seen)))) {
		WRITE_ONCE(sa->path_seen, jiffies);
		l2s_path_note(sa, HEADERS4, dst_mtu(&route->rt->dst));
	}
	xmit4(sa, route, sk, skb, endpoint, tos, l2s_path_df(sa, endpoint, skb));
}

static void refresh4(struct l2s_sa *sa, const struct sock *sk, struct l2s_endpoint *endpoint)
{
	const struct l2s_route *route = route_get(sa, sk, endpoint);

	if (route)
		l2s_path_note(sa, HEADERS4, dst_mtu(&route->rt->dst));
}

#if IS_ENABLED(CONFIG_IPV6)
static struct dst_entry *route6(const struct l2s_endpoint *endpoint, const struct sock *sk,
				struct in6_addr *source)
{
	struct flowi6 flow = {
		.flowi6_oif = sk->sk_bound_dev_if,
		.flowi6_mark = READ_ONCE(sk->sk_mark),
		.flowi6_proto = IPPROTO_UDP,
		.saddr = endpoint->local.v6,
		.daddr = endpoint->remote.v6,
		.fl6_sport = endpoint->local_port,
		.fl6_dport = endpoint->remote_port,
	};
	struct dst_entry *dst;

	dst = ipv6_stub->ipv6_dst_lookup_flow(sock_net(sk), sk, &flow, NULL);
	if (IS_ERR(dst))
		return NULL;
	*source = flow.saddr;
	return dst;
}

static struct dst_entry *dst6(struct l2s_sa *sa, const struct sock *sk,
			      struct l2s_endpoint *endpoint, struct in6_addr *source)
{
	struct dst_entry *dst = dst_cache_get_ip6(&endpoint->dst_cache, source);

	if (unlikely(!dst)) {
		dst = route6(endpoint, sk, source);
		if (!dst)
			return NULL;
		if (l2s_device_is_ours(dst->dev))
			goto loop;
		dst_cache_set_ip6(&endpoint->dst_cache, dst, source);
	}
	l2s_path_note(sa, HEADERS6, dst_mtu(dst));
	return dst;

loop:
	dst_release(dst);
	return NULL;
}

/* In line, its address on the stack would cost every packet over IPv4 a canary. */
static noinline_for_stack void send6(struct l2s_sa *sa, const struct sock *sk,
				     struct l2s_endpoint *endpoint, struct sk_buff *skb, u8 tos)
{
	struct in6_addr source;
	struct dst_entry *dst = dst6(sa, sk, endpoint, &source);

	if (unlikely(!dst)) {
		l2s_drop(sa->device, skb, L2TPSEC_DROP_TX_NO_ROUTE);
		return;
	}
	skb->ignore_df = 1;	/* here it is the sender who may fragment */
	/* IPv6 requires the UDP checksum (RFC 8200 8.1). */
	udp_tunnel6_xmit_skb(dst, (struct sock *)sk, skb, NULL, &source, &endpoint->remote.v6, tos,
			     ip6_dst_hoplimit(dst), 0, endpoint->local_port,
			     endpoint->remote_port, false);
}

static void refresh6(struct l2s_sa *sa, const struct sock *sk, struct l2s_endpoint *endpoint)
{
	struct in6_addr source;

	dst_release(dst6(sa, sk, endpoint, &source));
}
#else
static void send6(struct l2s_sa *sa, const struct sock *sk, struct l2s_endpoint *endpoint,
		  struct sk_buff *skb, u8 tos)
{
	l2s_drop(sa->device, skb, L2TPSEC_DROP_TX_NO_ROUTE);
}

static void refresh6(struct l2s_sa *sa, const struct sock *sk, struct l2s_endpoint *endpoint)
{
}
#endif

/**
 * l2s_udp_refresh - note the MTU of the path without sending
 * @sa: whose
 *
 * Context: BH off, RCU read side.
 */
void l2s_udp_refresh(struct l2s_sa *sa)
{
	struct l2s_endpoint *endpoint = rcu_dereference(sa->endpoint);
	struct l2s_socket *socket = rcu_dereference(sa->socket);

	if (!socket)
		return;
	if (endpoint->remote.family == AF_INET)
		refresh4(sa, socket->sock->sk, endpoint);
	else
		refresh6(sa, socket->sock->sk, endpoint);
}

/* Nothing of the inner packet's life shall show outside; the socket's mark decides the route. */
static void scrub(struct sk_buff *skb, const struct sock *sk)
{
	skb_scrub_packet(skb, true);
	skb->mark = READ_ONCE(sk->sk_mark);
	skb->encapsulation = 0;
	skb->ip_summed = CHECKSUM_NONE;
	skb->dev = NULL;
}

/**
 * l2s_udp_send - send a datagram to an SA's endpoint
 * @sa: whose; its cb in @skb says the DSCP
 * @skb: UDP payload; owned by the callee
 *
 * Context: BH off, RCU read side.
 */
void l2s_udp_send(struct l2s_sa *sa, struct sk_buff *skb)
{
	struct l2s_endpoint *endpoint = rcu_dereference(sa->endpoint);
	struct l2s_socket *socket = rcu_dereference(sa->socket);
	const struct sock *sk;
	u8 tos = L2S_CB(skb)->tos;

	if (unlikely(!socket)) {
		l2s_drop(sa->device, skb, L2TPSEC_DROP_TX_NO_SOCKET);
		return;
	}
	if (time_after(jiffies, READ_ONCE(sa->tx_last)))
		WRITE_ONCE(sa->tx_last, jiffies);
	sk = socket->sock->sk;
	scrub(skb, sk);
	if (endpoint->remote.family == AF_INET)
		send4(sa, sk, endpoint, skb, tos);
	else
		send6(sa, sk, endpoint, skb, tos);
}

static void send_keepalive(struct l2s_sa *sa)
{
	struct sk_buff *skb = alloc_skb(L2S_HEADROOM + 1, GFP_ATOMIC);

	if (!skb)
		return;
	skb_reserve(skb, L2S_HEADROOM);
	skb_put_u8(skb, L2S_UDP_KEEPALIVE);
	memset(skb->cb, 0, sizeof(skb->cb));
	l2s_udp_send(sa, skb);
}

/**
 * l2s_udp_keepalive_timer - nothing may have been sent for a while: keep the NAT's mapping
 * @timer: of an SA
 *
 * Every packet sent is as good as a keepalive (RFC 3948 4); so the timer looks
 * when the last one was, and no packet ever touches the timer.  It is not
 * deferrable: an idle server is just the one whose mappings would time out.
 *
 * Context: softirq.
 */
void l2s_udp_keepalive_timer(struct timer_list *timer)
{
	struct l2s_sa *sa = l2s_compat_timer_arg(sa, timer, keepalive_timer);
	unsigned long interval = sa->keepalive * HZ;
	unsigned long due = READ_ONCE(sa->tx_last) + interval;

	if (time_after_eq(jiffies, due)) {
		rcu_read_lock();
		if (rcu_access_pointer(sa->lineage->outbound) == sa)
			send_keepalive(sa);
		rcu_read_unlock();
		due = jiffies + interval;
	}
	mod_timer(timer, due);
}
