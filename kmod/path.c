// SPDX-License-Identifier: GPL-2.0
/*
 * Sizes: what fits the outer path, and how that is learned.
 *
 * The host's routing knows the path's MTU: the link's, the route's, or what ICMP
 * has said.  The packets sent compare it with what their SA has noted, over UDP
 * and IPv4 the first in each tick, so a change is followed with no lookup of our
 * own.  A SYN, which fixes the sizes of a connection, looks at once.
 *
 * Outer IPv4 packets go without DF: on a path that is narrower than anybody
 * knows they cost fragments, not connections, even where ICMP is blocked.  But
 * without DF no router ever says so.  Hence the probes: now and then a packet as
 * large as any, whose inner sender copes with loss (it has set DF itself), goes
 * with DF.  Only an answer to a probe is believed (RFC 4301 8.2.1).  Over IPv6
 * routers do not fragment, so every packet is a probe there.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include "esp.h"
#include "l2tp.h"
#include "lineage.h"
#include "path.h"
#include "rawesp.h"
#include "sa.h"
#include "session.h"
#include "tunnel.h"
#include "udp.h"
#include "wire.h"

#define PROBE_INTERVAL	(30 * HZ)
#define PROBE_ANSWER	(10 * HZ)	/* how long after a probe ICMP may refer to it */

/*
 * A path too narrow for what IP promises above it costs fragments outside, not
 * the promise: RFC 791 3.1, RFC 8200 5.  What the peer can take is never exceeded.
 */
static unsigned int inner_mtu(const struct l2s_session *session, unsigned int headers,
			      u16 protocol)
{
	unsigned int least = protocol == L2S_PPP_IP ? L2S_MTU_MIN4 : IPV6_MIN_MTU;
	const struct l2s_sa *sa = rcu_dereference(session->tunnel->lineage->outbound);
	unsigned int cap = READ_ONCE(session->mtu), room;

	if (unlikely(!sa))
		return cap;
	room = l2s_esp_room(READ_ONCE(sa->sending), READ_ONCE(sa->path_len));
	return min(cap, max(room > headers ? room - headers : 0, least));
}

/**
 * l2s_path_mtu - the largest inner packet to be sent in a session
 * @session: which
 * @protocol: PPP protocol number, IPv4 or IPv6
 *
 * Context: RCU read side.
 * Return: bytes: what fits the outer path in one piece, but no more than the
 * peer takes and no less than the protocol needs.
 */
unsigned int l2s_path_mtu(const struct l2s_session *session, u16 protocol)
{
	return inner_mtu(session, READ_ONCE(session->headers), protocol);
}

/**
 * l2s_path_mtu_peer - the largest inner packet that the peer had better send
 * @session: in which
 * @protocol: PPP protocol number, IPv4 or IPv6
 *
 * Its path and suite are ours; its headers may be as long as they get, but it
 * numbers its packets only where it has asked us to.
 *
 * Context: RCU read side.
 * Return: bytes.
 */
unsigned int l2s_path_mtu_peer(const struct l2s_session *session, u16 protocol)
{
	unsigned int headers = sizeof(struct udphdr) + L2S_PPP_HEADER_MAX +
			       l2s_l2tp_header_len(true, session->sequencing);

	return inner_mtu(session, headers, protocol);
}

/**
 * l2s_path_note - remember what fits the path that a packet is about to take
 * @sa: whose
 * @header_len: bytes in front of the ESP header
 * @mtu: of the route
 *
 * Context: BH off.
 */
void l2s_path_note(struct l2s_sa *sa, unsigned int header_len, unsigned int mtu)
{
	unsigned int len = mtu > header_len ? mtu - header_len : 0;

	if (unlikely(READ_ONCE(sa->path_len) != len))
		WRITE_ONCE(sa->path_len, len);
}

static bool probe_due(const struct l2s_endpoint *endpoint)
{
	unsigned long probed = READ_ONCE(endpoint->probed);

	return !probed || time_after_eq(jiffies, probed + PROBE_INTERVAL);
}

/**
 * l2s_path_refresh - see what the path carries now
 * @session: whose
 *
 * For a SYN: its connection will keep to what it says.
 *
 * Context: BH off, RCU read side.
 */
void l2s_path_refresh(const struct l2s_session *session)
{
	struct l2s_sa *sa = rcu_dereference(session->tunnel->lineage->outbound);

	if (!sa)
		return;
	if (sa->encap == L2TPSEC_ENCAP_UDP)
		l2s_udp_refresh(sa);
	else
		l2s_rawesp_refresh(sa);
}

/**
 * l2s_path_df - does an outer IPv4 packet go with DF?
 * @sa: whose; its path has just been noted
 * @endpoint: where to
 * @skb: at the ESP header; its cb says whether it may be a probe
 *
 * Context: BH off.
 * Return: IP_DF in network order if it is a probe, else 0.
 */
__be16 l2s_path_df(const struct l2s_sa *sa, struct l2s_endpoint *endpoint,
		   const struct sk_buff *skb)
{
	if (!L2S_CB(skb)->probe || likely(!probe_due(endpoint)) ||
	    skb->len > READ_ONCE(sa->path_len))
		return 0;
	WRITE_ONCE(endpoint->probed, jiffies | 1);
	return htons(IP_DF);
}

/**
 * l2s_path_believe4 - can an ICMP error "fragmentation needed" be about a probe?
 * @endpoint: where the packet went to: its addresses and SPI were compared
 * @quoted: header of the packet, as the error has it
 * @mtu: what the error says
 *
 * Context: RCU read side.
 * Return: true if a probe was sent just now and is longer than @mtu.
 */
bool l2s_path_believe4(const struct l2s_endpoint *endpoint, const struct iphdr *quoted, u32 mtu)
{
	unsigned long probed = READ_ONCE(endpoint->probed);

	return probed && time_before(jiffies, probed + PROBE_ANSWER) &&
	       quoted->frag_off & htons(IP_DF) &&
	       mtu >= L2S_MTU_MIN_IPV4_LINK && mtu < ntohs(quoted->tot_len);
}

/**
 * l2s_path_believe6 - can an ICMPv6 error "packet too big" be about a packet of ours?
 * @quoted: header of the packet, as the error has it
 * @mtu: what the error says
 *
 * Return: true if the packet is longer than @mtu and @mtu legal.
 */
bool l2s_path_believe6(const struct ipv6hdr *quoted, u32 mtu)
{
	return mtu >= IPV6_MIN_MTU && mtu < sizeof(*quoted) + ntohs(quoted->payload_len);
}
