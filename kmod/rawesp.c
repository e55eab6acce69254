// SPDX-License-Identifier: GPL-2.0
/*
 * ESP as IP protocol 50 (RFC 4303), beside the kernel's own xfrm.
 *
 * xfrm's multiplexer asks the handlers of a protocol one after the other, the
 * greatest priority first.  Ours looks at every ESP packet of the host before
 * the others and takes those of our SAs; any other it leaves as it is and says
 * "not mine", so the next handler is asked.  An SA is ours by both addresses
 * and the SPI: what xfrm has with another peer can never be taken for ours.
 *
 * The endpoint of a raw SA does not move.  Where there is no NAT nothing but the
 * peer itself could change its address, and then IKEv1 negotiates anew; a
 * packet from elsewhere is not ours.
 *
 * The handlers are registered as long as the module is there: a new SA then
 * cannot fail for a reason of the host's, its end waits for nothing, and
 * without raw SAs they cost one comparison.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>
#include <net/ndisc.h>
#include <net/route.h>
#include <net/xfrm.h>
#include "device.h"
#include "path.h"
#include "rawesp.h"
#include "rx.h"
#include "sa.h"

#define PRIORITY	1701		/* before ip_vti (100), xfrm_interface (10), esp4 (0) */
#define NOT_MINE	(-EINVAL)	/* what the multiplexer understands */

static const struct rhashtable_params in_params = {
	.key_len = sizeof(struct l2s_rawesp_key),
	.key_offset = offsetof(struct l2s_sa, raw.in),
	.head_offset = offsetof(struct l2s_sa, raw.in_node),
	.automatic_shrinking = true,
};

static const struct rhashtable_params out_params = {
	.key_len = sizeof(struct l2s_rawesp_key),
	.key_offset = offsetof(struct l2s_sa, raw.out),
	.head_offset = offsetof(struct l2s_sa, raw.out_node),
	.automatic_shrinking = true,
};

static struct l2s_rawesp_net *raw_of(struct net *net)
{
	return &l2s_device_net(net)->raw;
}

/* Without raw SAs nobody else's packet pays for a lookup. */
static bool in_use(const struct l2s_rawesp_net *raw)
{
	return atomic_read(&raw->in.nelems);
}

static struct l2s_rawesp_key key4(__be32 local, __be32 remote, __be32 spi)
{
	struct l2s_rawesp_key key = { .spi = spi };

	ipv6_addr_set_v4mapped(local, &key.local);
	ipv6_addr_set_v4mapped(remote, &key.remote);
	return key;
}

static struct l2s_rawesp_key key_of(const struct l2s_endpoint *endpoint, __be32 spi)
{
	if (endpoint->remote.family == AF_INET)
		return key4(endpoint->local.v4, endpoint->remote.v4, spi);
	return (struct l2s_rawesp_key){ endpoint->local.v6, endpoint->remote.v6, spi };
}

/* The SPIs are random numbers, yet both may have drawn the same one. */
static bool known_to_xfrm(struct net *net, const struct l2s_endpoint *endpoint, __be32 spi)
{
	const struct l2s_address *local = &endpoint->local;
	struct xfrm_state *state;

	state = xfrm_state_lookup(net, 0, (const xfrm_address_t *)&local->v6, spi, IPPROTO_ESP,
				  local->family);
	if (!state)
		return false;
	xfrm_state_put(state);
	return true;
}

/**
 * l2s_rawesp_add - let an SA receive protocol 50
 * @sa: linked, its device's lock is held
 * @extack: has a sentence after an error
 *
 * Context: process.
 * Return: 0; after an error l2s_rawesp_remove() is still due.
 */
int l2s_rawesp_add(struct l2s_sa *sa, struct netlink_ext_ack *extack)
{
	struct net *net = dev_net(sa->device->dev);
	struct l2s_rawesp_net *raw = raw_of(net);
	const struct l2s_endpoint *endpoint;
	int err;

	lockdep_assert_held(&sa->device->lock);
	endpoint = rcu_dereference_protected(sa->endpoint, lockdep_is_held(&sa->device->lock));
	if (known_to_xfrm(net, endpoint, sa->in.spi)) {
		NL_SET_ERR_MSG(extack, "xfrm has an SA with this inbound SPI and local address");
		return -EEXIST;
	}
	sa->raw.in = key_of(endpoint, sa->in.spi);
	sa->raw.out = key_of(endpoint, sa->out.spi);
	err = rhltable_insert(&raw->out, &sa->raw.out_node, out_params);
	if (err)
		return err;
	err = rhashtable_lookup_insert_fast(&raw->in, &sa->raw.in_node, in_params);
	if (err == -EEXIST)
		NL_SET_ERR_MSG(extack, "another device has an SA with this SPI and endpoint");
	return err;
}

/**
 * l2s_rawesp_remove - nothing more is received
 * @sa: raw; its device's lock is held
 *
 * Context: process.  Readers under RCU may still have the SA.
 */
void l2s_rawesp_remove(struct l2s_sa *sa)
{
	struct l2s_rawesp_net *raw = raw_of(dev_net(sa->device->dev));

	rhashtable_remove_fast(&raw->in, &sa->raw.in_node, in_params);
	rhltable_remove(&raw->out, &sa->raw.out_node, out_params);
}

static int receive(struct l2s_rawesp_net *raw, const struct l2s_rawesp_key *key,
		   struct sk_buff *skb)
{
	struct l2s_sa *sa = rhashtable_lookup(&raw->in, key, in_params);

	if (!sa)
		return NOT_MINE;
	skb_orphan(skb);
	l2s_rx_sa(sa, skb);
	return 0;
}

/* At the ESP header.  RCU read side, like all that follow. */
static int rcv4(struct sk_buff *skb)
{
	struct l2s_rawesp_net *raw = raw_of(dev_net(skb->dev));
	struct l2s_rawesp_key key;

	if (!in_use(raw) || !pskb_may_pull(skb, sizeof(struct ip_esp_hdr)))
		return NOT_MINE;
	key = key4(ip_hdr(skb)->daddr, ip_hdr(skb)->saddr,
		   ((const struct ip_esp_hdr *)skb->data)->spi);
	return receive(raw, &key, skb);
}

/* From a socket with xfrm's own UDP encapsulation. */
static int input(struct sk_buff *skb, int next_header, __be32 spi, int encap_type)
{
	return NOT_MINE;
}

/* About a packet that xfrm has decrypted: it was not ours. */
static int decrypted(struct sk_buff *skb, int err)
{
	return 1;
}

/* Any of those whose peers chose the same SPI; nearly always there is one. */
static struct l2s_sa *sent_by(struct l2s_rawesp_net *raw, const struct l2s_rawesp_key *key)
{
	struct rhlist_head *list = rhltable_lookup(&raw->out, key, out_params);

	return list ? container_of(list, struct l2s_sa, raw.out_node) : NULL;
}

/* An ICMP error about a packet at skb->data. */
static int err4(struct sk_buff *skb, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct ip_esp_hdr *esp = (const void *)(skb->data + iph->ihl * 4);
	struct net *net = dev_net(skb->dev);
	struct l2s_rawesp_key key = key4(iph->saddr, iph->daddr, esp->spi);
	struct l2s_sa *sa = sent_by(raw_of(net), &key);

	if (!sa)
		return -ENOENT;
	if (icmp_hdr(skb)->type == ICMP_DEST_UNREACH &&
	    icmp_hdr(skb)->code == ICMP_FRAG_NEEDED &&
	    l2s_path_believe4(rcu_dereference(sa->endpoint), iph, info))
		ipv4_update_pmtu(skb, net, info, 0, IPPROTO_ESP);
	else if (icmp_hdr(skb)->type == ICMP_REDIRECT)
		ipv4_redirect(skb, net, 0, IPPROTO_ESP);
	return 0;
}

static struct xfrm4_protocol handler4 = {
	.handler = rcv4,
	.input_handler = input,
	.cb_handler = decrypted,
	.err_handler = err4,
	.priority = PRIORITY,
};

/*
 * RFC 4301 has the host's policies decide on what is to be protected.  This is
 * protected already: like xfrm's own output it is not subject to them again, as
 * the multiplexer subjects nothing to them that comes in.
 */
static struct dst_entry *route4(const struct l2s_endpoint *endpoint, struct net *net,
				__be32 *source)
{
	struct flowi4 flow = {
		.flowi4_proto = IPPROTO_ESP,
		.saddr = endpoint->local.v4,
		.daddr = endpoint->remote.v4,
	};
	struct rtable *rt = __ip_route_output_key(net, &flow);

	if (IS_ERR(rt))
		return NULL;
	*source = flow.saddr;
	return &rt->dst;
}

/* The route that packets take now, from the cache or a new one, with its MTU noted. */
static struct rtable *dst4(struct l2s_sa *sa, struct l2s_endpoint *endpoint, __be32 *source)
{
	struct rtable *rt = dst_cache_get_ip4(&endpoint->dst_cache, source);
	struct net_device *dev = sa->device->dev;
	struct dst_entry *dst;

	if (unlikely(!rt)) {
		dst = route4(endpoint, dev_net(dev), source);
		if (!dst)
			return NULL;
		if (l2s_device_is_ours(dst->dev))
			goto loop;
		dst_cache_set_ip4(&endpoint->dst_cache, dst, *source);
		rt = container_of(dst, struct rtable, dst);
	}
	l2s_path_note(sa, sizeof(struct iphdr), dst_mtu(&rt->dst));
	return rt;

loop:
	dst_release(dst);
	return NULL;
}

static void send4(struct l2s_sa *sa, struct l2s_endpoint *endpoint, struct sk_buff *skb, u8 tos)
{
	__be32 source;
	struct rtable *rt = dst4(sa, endpoint, &source);

	if (unlikely(!rt)) {
		l2s_drop(sa->device, skb, L2TPSEC_DROP_TX_NO_ROUTE);
		return;
	}
	iptunnel_xmit(NULL, rt, skb, source, endpoint->remote.v4, IPPROTO_ESP, tos,
		      ip4_dst_hoplimit(&rt->dst),
		      l2s_path_df(sa, endpoint, skb), false);
}

#if IS_ENABLED(CONFIG_IPV6)
static int rcv6(struct sk_buff *skb)
{
	struct l2s_rawesp_net *raw = raw_of(dev_net(skb->dev));
	struct l2s_rawesp_key key;

	if (!in_use(raw) || !pskb_may_pull(skb, sizeof(struct ip_esp_hdr)))
		return NOT_MINE;
	key.local = ipv6_hdr(skb)->daddr;
	key.remote = ipv6_hdr(skb)->saddr;
	key.spi = ((const struct ip_esp_hdr *)skb->data)->spi;
	return receive(raw, &key, skb);
}

static int err6(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type, u8 code, int offset,
		__be32 info)
{
	const struct ipv6hdr *ip6h = (const struct ipv6hdr *)skb->data;
	const struct ip_esp_hdr *esp = (const void *)(skb->data + offset);
	struct l2s_rawesp_key key = { ip6h->saddr, ip6h->daddr, esp->spi };
	struct net *net = dev_net(skb->dev);

	if (!sent_by(raw_of(net), &key))
		return -ENOENT;
	if (type == ICMPV6_PKT_TOOBIG && l2s_path_believe6(ip6h, ntohl(info)))
		ip6_update_pmtu(skb, net, info, 0, 0, sock_net_uid(net, NULL));
	else if (type == NDISC_REDIRECT)
		ip6_redirect(skb, net, skb->dev->ifindex, 0, sock_net_uid(net, NULL));
	return 0;
}

static struct xfrm6_protocol handler6 = {
	.handler = rcv6,
	.input_handler = input,
	.cb_handler = decrypted,
	.err_handler = err6,
	.priority = PRIORITY,
};

static struct dst_entry *route6(const struct l2s_endpoint *endpoint, struct net *net,
				struct in6_addr *source)
{
	struct flowi6 flow = {
		.flowi6_proto = IPPROTO_ESP,
		.saddr = endpoint->local.v6,
		.daddr = endpoint->remote.v6,
	};
	struct dst_entry *dst = ip6_route_output(net, NULL, &flow);

	if (dst->error) {
		dst_release(dst);
		return NULL;
	}
	*source = flow.saddr;
	return dst;
}

static void push_ipv6(struct sk_buff *skb, const struct in6_addr *source,
		      const struct in6_addr *remote, u8 tos, u8 hop_limit)
{
	unsigned int len = skb->len;
	struct ipv6hdr *ip6h = __skb_push(skb, sizeof(*ip6h));

	skb_reset_network_header(skb);
	ip6_flow_hdr(ip6h, tos, 0);
	ip6h->payload_len = htons(len);
	ip6h->nexthdr = IPPROTO_ESP;
	ip6h->hop_limit = hop_limit;
	ip6h->saddr = *source;
	ip6h->daddr = *remote;
}

static struct dst_entry *dst6(struct l2s_sa *sa, struct l2s_endpoint *endpoint,
			      struct in6_addr *source)
{
	struct dst_entry *dst = dst_cache_get_ip6(&endpoint->dst_cache, source);
	struct net_device *dev = sa->device->dev;

	if (unlikely(!dst)) {
		dst = route6(endpoint, dev_net(dev), source);
		if (!dst)
			return NULL;
		if (l2s_device_is_ours(dst->dev))
			goto loop;
		dst_cache_set_ip6(&endpoint->dst_cache, dst, source);
	}
	l2s_path_note(sa, sizeof(struct ipv6hdr), dst_mtu(dst));
	return dst;

loop:
	dst_release(dst);
	return NULL;
}

static void send6(struct l2s_sa *sa, struct l2s_endpoint *endpoint, struct sk_buff *skb, u8 tos)
{
	struct in6_addr source;
	struct dst_entry *dst = dst6(sa, endpoint, &source);

	if (unlikely(!dst)) {
		l2s_drop(sa->device, skb, L2TPSEC_DROP_TX_NO_ROUTE);
		return;
	}
	push_ipv6(skb, &source, &endpoint->remote.v6, tos, ip6_dst_hoplimit(dst));
	skb_dst_set(skb, dst);
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	skb->ignore_df = 1;	/* here it is the sender who may fragment */
	ip6_local_out(dev_net(sa->device->dev), NULL, skb);
}

static void refresh6(struct l2s_sa *sa, struct l2s_endpoint *endpoint)
{
	struct in6_addr source;

	dst_release(dst6(sa, endpoint, &source));
}

static int register6(void)
{
	return xfrm6_protocol_register(&handler6, IPPROTO_ESP);
}

static void deregister6(void)
{
	xfrm6_protocol_deregister(&handler6, IPPROTO_ESP);
}
#else
static void send6(struct l2s_sa *sa, struct l2s_endpoint *endpoint, struct sk_buff *skb, u8 tos)
{
	l2s_drop(sa->device, skb, L2TPSEC_DROP_TX_NO_ROUTE);
}

static void refresh6(struct l2s_sa *sa, struct l2s_endpoint *endpoint)
{
}

static int register6(void)
{
	return 0;
}

static void deregister6(void)
{
}
#endif

/**
 * l2s_rawesp_send - send an ESP packet to an SA's endpoint as protocol 50
 * @sa: whose; its cb in @skb says the DSCP
 * @skb: at the ESP header; owned by the callee
 *
 * There is no socket: mark and device are the namespace's defaults.
 *
 * Context: BH off, RCU read side.
 */
void l2s_rawesp_send(struct l2s_sa *sa, struct sk_buff *skb)
{
	struct l2s_endpoint *endpoint = rcu_dereference(sa->endpoint);
	u8 tos = L2S_CB(skb)->tos;

	/* Nothing of the inner packet's life shall show outside. */
	skb_scrub_packet(skb, true);
	skb->encapsulation = 0;
	skb->ip_summed = CHECKSUM_NONE;
	skb->dev = NULL;
	skb_reset_transport_header(skb);
	if (endpoint->remote.family == AF_INET)
		send4(sa, endpoint, skb, tos);
	else
		send6(sa, endpoint, skb, tos);
}

/**
 * l2s_rawesp_refresh - note the MTU of the path without sending
 * @sa: whose
 *
 * Context: BH off, RCU read side.
 */
void l2s_rawesp_refresh(struct l2s_sa *sa)
{
	struct l2s_endpoint *endpoint = rcu_dereference(sa->endpoint);
	struct rtable *rt;
	__be32 source;

	if (endpoint->remote.family == AF_INET6) {
		refresh6(sa, endpoint);
		return;
	}
	rt = dst4(sa, endpoint, &source);
	if (rt)
		dst_release(&rt->dst);
}

/**
 * l2s_rawesp_net_init - a namespace begins
 * @raw: its tables
 *
 * Return: 0 or a negative error.
 */
int l2s_rawesp_net_init(struct l2s_rawesp_net *raw)
{
	int err = rhashtable_init(&raw->in, &in_params);

	if (err)
		return err;
	err = rhltable_init(&raw->out, &out_params);
	if (err)
		rhashtable_destroy(&raw->in);
	return err;
}

/**
 * l2s_rawesp_net_exit - a namespace ends
 * @raw: its tables; the devices are gone, and with them every SA
 */
void l2s_rawesp_net_exit(struct l2s_rawesp_net *raw)
{
	WARN_ON_ONCE(in_use(raw));
	rhltable_destroy(&raw->out);
	rhashtable_destroy(&raw->in);
}

/**
 * l2s_rawesp_module_init - begin to look at ESP packets
 *
 * Context: process.  The namespaces' tables exist.
 * Return: 0 or the multiplexer's error.
 */
int l2s_rawesp_module_init(void)
{
	int err = xfrm4_protocol_register(&handler4, IPPROTO_ESP);

	if (err)
		return err;
	err = register6();
	if (err)
		xfrm4_protocol_deregister(&handler4, IPPROTO_ESP);
	return err;
}

/**
 * l2s_rawesp_module_exit - look at no more
 *
 * Context: process.  No CPU is inside a handler afterwards.
 */
void l2s_rawesp_module_exit(void)
{
	deregister6();
	xfrm4_protocol_deregister(&handler4, IPPROTO_ESP);
}
