// SPDX-License-Identifier: GPL-2.0
/* Attributes out: what a device, SA, tunnel or session looks like to netlink.  No keys. */
#include <linux/jiffies.h>
#include <linux/l2tpsec.h>
#include <net/netlink.h>
#include "attribute.h"
#include "device.h"
#include "lineage.h"
#include "path.h"
#include "sa.h"
#include "session.h"
#include "tunnel.h"
#include "wire.h"

static int put_u64(struct sk_buff *msg, int type, u64 value, int pad)
{
	return nla_put_u64_64bit(msg, type, value, pad);
}

static int put_stats_sum(struct sk_buff *msg, int type, const struct l2s_stats_sum *sum)
{
	const int pad = L2TPSEC_A_STATS_PAD;
	struct nlattr *nest = nla_nest_start(msg, type);
	u64 idle;

	if (!nest ||
	    put_u64(msg, L2TPSEC_A_STATS_RX_PACKETS, sum->rx_packets, pad) ||
	    put_u64(msg, L2TPSEC_A_STATS_RX_BYTES, sum->rx_bytes, pad) ||
	    put_u64(msg, L2TPSEC_A_STATS_RX_DROPPED, sum->rx_dropped, pad) ||
	    put_u64(msg, L2TPSEC_A_STATS_TX_PACKETS, sum->tx_packets, pad) ||
	    put_u64(msg, L2TPSEC_A_STATS_TX_BYTES, sum->tx_bytes, pad) ||
	    put_u64(msg, L2TPSEC_A_STATS_TX_DROPPED, sum->tx_dropped, pad))
		return -EMSGSIZE;
	if (sum->mss_clamped &&
	    put_u64(msg, L2TPSEC_A_STATS_MSS_CLAMPED, sum->mss_clamped, pad))
		return -EMSGSIZE;
	if (sum->rx_early &&
	    put_u64(msg, L2TPSEC_A_STATS_RX_EARLY_PACKETS, sum->rx_early, pad))
		return -EMSGSIZE;
	if (sum->rx_last) {
		idle = jiffies64_to_msecs(get_jiffies_64() - sum->rx_last);
		if (put_u64(msg, L2TPSEC_A_STATS_RX_IDLE, idle, pad))
			return -EMSGSIZE;
	}
	nla_nest_end(msg, nest);
	return 0;
}

static int put_stats(struct sk_buff *msg, int type, const struct l2s_stats *stats)
{
	struct l2s_stats_sum sum;

	l2s_stats_read(stats, &sum);
	return put_stats_sum(msg, type, &sum);
}

/* A device's drops are counted by reason only. */
static int put_device_stats(struct sk_buff *msg, const struct l2s_device *device)
{
	struct l2s_stats_sum sum;

	l2s_stats_read(&device->stats, &sum);
	l2s_drops_total(device, &sum.rx_dropped, &sum.tx_dropped);
	return put_stats_sum(msg, L2TPSEC_A_DEVICE_STATS, &sum);
}

static int put_drops(struct sk_buff *msg, const struct l2s_device *device)
{
	struct nlattr *nest = nla_nest_start(msg, L2TPSEC_A_DEVICE_DROPS);
	int reason;
	u64 count;

	if (!nest)
		return -EMSGSIZE;
	for (reason = 1; reason <= L2TPSEC_DROP_MAX; reason++) {
		count = l2s_drops_read(device, reason);
		if (count && put_u64(msg, reason, count, L2TPSEC_DROP_UNSPEC))
			return -EMSGSIZE;
	}
	nla_nest_end(msg, nest);
	return 0;
}

/**
 * l2s_attribute_device - put L2TPSEC_A_DEVICE into a message
 * @msg: being built
 * @device: its lock is held
 *
 * Return: 0 or -EMSGSIZE.
 */
int l2s_attribute_device(struct sk_buff *msg, const struct l2s_device *device)
{
	struct nlattr *nest = nla_nest_start(msg, L2TPSEC_A_DEVICE);

	if (!nest ||
	    nla_put_u32(msg, L2TPSEC_A_DEVICE_OWNER, device->owner) ||
	    nla_put_u32(msg, L2TPSEC_A_DEVICE_ORPHAN_TIMEOUT, device->orphan_timeout) ||
	    nla_put_u32(msg, L2TPSEC_A_DEVICE_EARLY, device->early) ||
	    nla_put_u32(msg, L2TPSEC_A_DEVICE_SOCKETS, device->n_sockets) ||
	    nla_put_u32(msg, L2TPSEC_A_DEVICE_SAS, device->n_sas) ||
	    nla_put_u32(msg, L2TPSEC_A_DEVICE_TUNNELS, device->n_tunnels) ||
	    nla_put_u32(msg, L2TPSEC_A_DEVICE_SESSIONS, device->n_sessions) ||
	    put_device_stats(msg, device) || put_drops(msg, device))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_address(struct sk_buff *msg, int type, const struct l2s_address *address)
{
	if (address->family == AF_INET)
		return nla_put_in_addr(msg, type, address->v4);
	return nla_put_in6_addr(msg, type, &address->v6);
}

static int put_ports(struct sk_buff *msg, const struct l2s_endpoint *endpoint)
{
	return nla_put_u16(msg, L2TPSEC_A_SA_LOCAL_PORT, ntohs(endpoint->local_port)) ||
	       nla_put_u16(msg, L2TPSEC_A_SA_REMOTE_PORT, ntohs(endpoint->remote_port));
}

static int put_endpoint(struct sk_buff *msg, const struct l2s_sa *sa)
{
	const struct l2s_endpoint *endpoint;
	int err;

	rcu_read_lock();
	endpoint = rcu_dereference(sa->endpoint);
	err = put_address(msg, L2TPSEC_A_SA_LOCAL_ADDR, &endpoint->local) ||
	      put_address(msg, L2TPSEC_A_SA_REMOTE_ADDR, &endpoint->remote) ||
	      (sa->encap == L2TPSEC_ENCAP_UDP && put_ports(msg, endpoint));
	rcu_read_unlock();
	return err ? -EMSGSIZE : 0;
}

static int put_limits(struct sk_buff *msg, const struct l2s_limits *limits)
{
	const int pad = L2TPSEC_A_SA_PAD;

	return put_u64(msg, L2TPSEC_A_SA_SOFT_BYTES, limits->soft_bytes, pad) ||
	       put_u64(msg, L2TPSEC_A_SA_HARD_BYTES, limits->hard_bytes, pad) ||
	       put_u64(msg, L2TPSEC_A_SA_SOFT_PACKETS, limits->soft_packets, pad) ||
	       put_u64(msg, L2TPSEC_A_SA_HARD_PACKETS, limits->hard_packets, pad);
}

static int put_suite(struct sk_buff *msg, const struct l2s_sa *sa)
{
	return nla_put_u32(msg, L2TPSEC_A_SA_ENCAP, sa->encap) ||
	       nla_put_u32(msg, L2TPSEC_A_SA_CIPHER, sa->cipher) ||
	       nla_put_u32(msg, L2TPSEC_A_SA_AUTH, sa->auth) ||
	       nla_put_u32(msg, L2TPSEC_A_SA_ICV_LEN, READ_ONCE(sa->sending)->icv_len) ||
	       (sa->in_short.aead && nla_put_flag(msg, L2TPSEC_A_SA_ICV_DETECT)) ||
	       nla_put_u32(msg, L2TPSEC_A_SA_REPLAY_WINDOW, sa->replay.window) ||
	       nla_put_u32(msg, L2TPSEC_A_SA_KEEPALIVE, sa->keepalive) ||
	       (sa->in.esn && nla_put_flag(msg, L2TPSEC_A_SA_ESN));
}

/**
 * l2s_attribute_sa - put L2TPSEC_A_SA into a message
 * @msg: being built
 * @sa: held, or the device's lock
 *
 * Return: 0 or -EMSGSIZE.
 */
int l2s_attribute_sa(struct sk_buff *msg, const struct l2s_sa *sa)
{
	struct nlattr *nest = nla_nest_start(msg, L2TPSEC_A_SA);

	if (!nest ||
	    nla_put_u32(msg, L2TPSEC_A_SA_SPI_IN, ntohl(sa->in.spi)) ||
	    nla_put_u32(msg, L2TPSEC_A_SA_SPI_OUT, ntohl(sa->out.spi)) ||
	    nla_put_u32(msg, L2TPSEC_A_SA_LINEAGE, sa->lineage->id) ||
	    put_suite(msg, sa) || put_endpoint(msg, sa) || put_limits(msg, &sa->limits) ||
	    (rcu_access_pointer(sa->lineage->outbound) == sa &&
	     nla_put_flag(msg, L2TPSEC_A_SA_OUTBOUND)) ||
	    put_stats(msg, L2TPSEC_A_SA_STATS, &sa->stats))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/**
 * l2s_attribute_tunnel - put L2TPSEC_A_TUNNEL into a message
 * @msg: being built
 * @tunnel: the device's lock is held
 *
 * Return: 0 or -EMSGSIZE.
 */
int l2s_attribute_tunnel(struct sk_buff *msg, const struct l2s_tunnel *tunnel)
{
	struct nlattr *nest = nla_nest_start(msg, L2TPSEC_A_TUNNEL);

	if (!nest ||
	    nla_put_u32(msg, L2TPSEC_A_TUNNEL_LINEAGE, tunnel->lineage->id) ||
	    nla_put_u16(msg, L2TPSEC_A_TUNNEL_ID, tunnel->id) ||
	    nla_put_u16(msg, L2TPSEC_A_TUNNEL_PEER_ID, tunnel->peer_id) ||
	    nla_put_u16(msg, L2TPSEC_A_TUNNEL_PEER_PORT, tunnel->peer_port) ||
	    put_stats(msg, L2TPSEC_A_TUNNEL_STATS, &tunnel->stats))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_inner(struct sk_buff *msg, enum l2s_inner_kind kind,
		     const struct l2s_inner_key *key)
{
	switch (kind) {
	case L2S_INNER_ADDR4:
		return nla_put_in_addr(msg, L2TPSEC_A_SESSION_ADDR4,
				       (__force __be32)key->addr.s6_addr32[0]);
	case L2S_INNER_ADDR6:
		return nla_put_in6_addr(msg, L2TPSEC_A_SESSION_ADDR6, &key->addr) ||
		       nla_put_u8(msg, L2TPSEC_A_SESSION_ADDR6_LEN, key->len);
	default:
		return nla_put(msg, L2TPSEC_A_SESSION_IFID6, 8, &key->addr.s6_addr[8]);
	}
}

static int put_inners(struct sk_buff *msg, const struct l2s_session *session)
{
	const struct l2s_inner *inner;
	int kind, err = 0;

	rcu_read_lock();
	for (kind = 0; kind < L2S_INNER_KINDS && !err; kind++) {
		inner = rcu_dereference(session->inner[kind]);
		if (inner)
			err = put_inner(msg, kind, &inner->key);
	}
	rcu_read_unlock();
	return err;
}

static int put_flags(struct sk_buff *msg, const struct l2s_session *session)
{
	return (session->length_bit && nla_put_flag(msg, L2TPSEC_A_SESSION_LENGTH_BIT)) ||
	       (session->sequencing && nla_put_flag(msg, L2TPSEC_A_SESSION_SEQUENCING)) ||
	       (session->tx_acfc && nla_put_flag(msg, L2TPSEC_A_SESSION_TX_ACFC)) ||
	       (session->tx_pfc && nla_put_flag(msg, L2TPSEC_A_SESSION_TX_PFC)) ||
	       (session->clamp_mss && nla_put_flag(msg, L2TPSEC_A_SESSION_CLAMP_MSS)) ||
	       (session->open && nla_put_flag(msg, L2TPSEC_A_SESSION_OPEN));
}

static int put_mtu(struct sk_buff *msg, const struct l2s_session *session)
{
	unsigned int path_mtu;

	rcu_read_lock();
	path_mtu = session->open ? l2s_path_mtu(session, L2S_PPP_IP) :
				   l2s_path_mtu_peer(session, L2S_PPP_IP);
	rcu_read_unlock();
	return (session->open && nla_put_u32(msg, L2TPSEC_A_SESSION_MTU, session->mtu)) ||
	       nla_put_u32(msg, L2TPSEC_A_SESSION_PATH_MTU, path_mtu);
}

/**
 * l2s_attribute_session - put L2TPSEC_A_SESSION into a message
 * @msg: being built
 * @session: the device's lock is held
 *
 * Return: 0 or -EMSGSIZE.
 */
int l2s_attribute_session(struct sk_buff *msg, const struct l2s_session *session)
{
	struct nlattr *nest = nla_nest_start(msg, L2TPSEC_A_SESSION);

	if (!nest ||
	    nla_put_u32(msg, L2TPSEC_A_SESSION_LINEAGE, session->tunnel->lineage->id) ||
	    nla_put_u16(msg, L2TPSEC_A_SESSION_TUNNEL_ID, session->tunnel->id) ||
	    nla_put_u16(msg, L2TPSEC_A_SESSION_ID, session->id) ||
	    nla_put_u16(msg, L2TPSEC_A_SESSION_PEER_ID, session->peer_id) ||
	    put_flags(msg, session) ||
	    put_mtu(msg, session) || put_inners(msg, session) ||
	    put_stats(msg, L2TPSEC_A_SESSION_STATS, &session->stats))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}
