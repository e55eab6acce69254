// SPDX-License-Identifier: GPL-2.0
/*
 * ESP in UDP, taken where drivers offer packets to GRO: in front of the IP and
 * UDP layers, whose way to our socket costs as much as all the rest of receiving.
 *
 * On that way others look at packets: captures, XDP, tc, the packet filter, xfrm's
 * policies, RPS.  L2TPSEC_EARLY_AUTO takes a packet early only while none of them
 * is there to miss it; L2TPSEC_EARLY_ALWAYS does so regardless.
 *
 * Only what is beyond doubt is taken: a whole datagram of an SA that we know,
 * between the very addresses and ports of its endpoint.  Anything else, the first
 * packet after a peer has moved included, takes the long way; so whatever the
 * host thinks of a source address, it has been asked.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/gro.h>
#include <net/net_namespace.h>
#include "compat/observed.h"
#include "device.h"
#include "early.h"
#include "rx.h"
#include "sa.h"
#include "socket.h"
#include "wire.h"

static bool filtered(const struct net *net, bool ipv6)
{
#ifdef CONFIG_NETFILTER
	const struct netns_nf *nf = &net->nf;
	struct nf_hook_entries __rcu * const *hooks = ipv6 ? nf->hooks_ipv6 : nf->hooks_ipv4;

	if (rcu_access_pointer(hooks[NF_INET_PRE_ROUTING]) ||
	    rcu_access_pointer(hooks[NF_INET_LOCAL_IN]))
		return true;
#endif
#ifdef CONFIG_XFRM
	return net->xfrm.policy_count[XFRM_POLICY_IN];
#else
	return false;
#endif
}

/* Those on the interface; modules are not told of captures on all interfaces. */
static bool captured(const struct sk_buff *skb)
{
	const struct net_device *dev = skb->dev;
	const struct packet_type *type;

	list_for_each_entry_rcu(type, &dev->ptype_specific, list)
		if (type->type == skb->protocol)
			return true;
	return !list_empty(&dev->ptype_all);
}

/* Would anybody on the way to the socket have seen this packet, or chosen its CPU? */
static bool observed(const struct sk_buff *skb, const struct sock *sk)
{
	const struct net_device *dev = skb->dev;

	return filtered(sock_net(sk), NAPI_GRO_CB(skb)->is_ipv6) || captured(skb) ||
	       rcu_access_pointer(dev->rx_handler) || l2s_compat_dev_classifies(dev) ||
	       l2s_compat_rps_in_use();
}

static bool wanted(const struct l2s_device *device, const struct sk_buff *skb,
		   const struct sock *sk)
{
	switch (READ_ONCE(device->early)) {
	case L2TPSEC_EARLY_AUTO:
		return !observed(skb, sk);
	case L2TPSEC_EARLY_ALWAYS:
		return true;
	default:
		return false;
	}
}

static bool from_endpoint4(const struct l2s_endpoint *endpoint, const struct udphdr *udp)
{
	const struct iphdr *iph = (const struct iphdr *)udp - 1;

	return endpoint->remote.family == AF_INET && endpoint->remote.v4 == iph->saddr &&
	       endpoint->local.v4 == iph->daddr;
}

/* Extension headers are not expected; what they push aside does not look like this. */
static bool from_endpoint6(const struct l2s_endpoint *endpoint, const struct udphdr *udp)
{
	const struct ipv6hdr *ip6h = (const struct ipv6hdr *)udp - 1;

	return endpoint->remote.family == AF_INET6 && ip6h->version == 6 &&
	       ip6h->nexthdr == IPPROTO_UDP &&
	       ipv6_addr_equal(&endpoint->remote.v6, &ip6h->saddr) &&
	       ipv6_addr_equal(&endpoint->local.v6, &ip6h->daddr);
}

static bool from_endpoint(const struct l2s_sa *sa, const struct udphdr *udp, bool ipv6)
{
	const struct l2s_endpoint *endpoint = rcu_dereference(sa->endpoint);

	if (endpoint->remote_port != udp->source || endpoint->local_port != udp->dest)
		return false;
	return ipv6 ? from_endpoint6(endpoint, udp) : from_endpoint4(endpoint, udp);
}

/*
 * The SA of a packet that may be taken, or NULL.  GRO's flush says: a fragment, or
 * not as long as IP has it.  GRO has verified a UDP checksum, if there is one.
 */
static struct l2s_sa *find(struct l2s_device *device, struct sk_buff *skb)
{
	unsigned int offset = skb_gro_offset(skb);
	const struct ip_esp_hdr *esp = skb_gro_header(skb, offset + sizeof(*esp), offset);
	const struct udphdr *udp = (const struct udphdr *)esp - 1;
	struct l2s_sa *sa;

	if (!esp || NAPI_GRO_CB(skb)->flush || skb->pkt_type != PACKET_HOST ||
	    ntohs(udp->len) != sizeof(*udp) + skb_gro_len(skb))
		return NULL;
	sa = l2s_sa_find(device, esp->spi);
	if (!sa || sa->encap != L2TPSEC_ENCAP_UDP ||
	    !from_endpoint(sa, udp, NAPI_GRO_CB(skb)->is_ipv6) ||
	    !pskb_may_pull(skb, offset + sizeof(*esp)))
		return NULL;
	return sa;
}

/* GRO's part of the cb ends here. */
static void take(struct l2s_sa *sa, struct sk_buff *skb)
{
	int headers = sizeof(struct udphdr) + (NAPI_GRO_CB(skb)->is_ipv6 ?
		      sizeof(struct ipv6hdr) : sizeof(struct iphdr));

	__skb_pull(skb, skb_gro_offset(skb));
	skb_set_transport_header(skb, -(int)sizeof(struct udphdr));
	skb_set_network_header(skb, -headers);
	skb_orphan(skb);
	l2s_stats_early(&sa->device->stats);
	l2s_rx_sa(sa, skb);
}

/**
 * l2s_early_gro_receive - a driver offers a datagram for an attached socket to GRO
 * @sk: the socket
 * @head: packets that GRO holds; none of them is ours
 * @skb: GRO's offset is behind its UDP header
 *
 * Context: softirq, RCU read side.
 * Return: ERR_PTR(-EINPROGRESS): @skb is taken; NULL: it goes the long way.
 */
struct sk_buff *l2s_early_gro_receive(struct sock *sk, struct list_head *head,
				      struct sk_buff *skb)
{
	struct l2s_socket *socket = rcu_dereference_sk_user_data(sk);
	struct l2s_sa *sa = NULL;

	if (likely(socket && wanted(socket->device, skb, sk)))
		sa = find(socket->device, skb);
	if (likely(sa)) {
		take(sa, skb);
		return ERR_PTR(-EINPROGRESS);
	}
	NAPI_GRO_CB(skb)->same_flow = 0;
	NAPI_GRO_CB(skb)->flush = 1;
	return NULL;
}
