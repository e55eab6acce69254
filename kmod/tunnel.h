/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_TUNNEL_H
#define _L2S_TUNNEL_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/xarray.h>
#include "stats.h"

struct l2s_device;
struct l2s_lineage;
struct l2s_session;
struct netlink_ext_ack;

/**
 * struct l2s_tunnel_config - what the owner says of a new tunnel
 * @lineage: number
 * @id: ours
 * @peer_id: the peer's
 * @peer_port: inner UDP port of the peer
 */
struct l2s_tunnel_config {
	u32 lineage;
	u16 id;
	u16 peer_id;
	u16 peer_port;
};

/**
 * struct l2s_tunnel - an L2TP tunnel, RFC 2661
 * @device: where								[I]
 * @lineage: whose SAs carry it; a reference is held				[I]
 * @id: ours, in the header of what we receive					[I]
 * @peer_id: the peer's, in the header of what we send				[I]
 * @peer_port: inner UDP port of the peer					[I]
 * @sessions: by our session id							[R, d]
 * @newest: one of them, mostly the only one; NULL if that one went		[R, d]
 * @stats: of L2TP messages							[I]
 * @lineage_node: in the lineage's list						[R, d]
 * @device_node: in the device's list						[d]
 * @rcu: frees it
 *
 * A session found under RCU may use its tunnel for as long: sessions are
 * unlinked first, and both are freed after a grace period.
 */
struct l2s_tunnel {
	struct l2s_device *device;
	struct l2s_lineage *lineage;
	u16 id;
	u16 peer_id;
	u16 peer_port;
	struct xarray sessions;
	struct l2s_session __rcu *newest;
	struct l2s_stats stats;
	struct list_head lineage_node;
	struct list_head device_node;
	struct rcu_head rcu;
};

int l2s_tunnel_new(struct l2s_device *device, const struct l2s_tunnel_config *config,
		   struct netlink_ext_ack *extack);
int l2s_tunnel_delete(struct l2s_device *device, u32 lineage, u16 id,
		      struct netlink_ext_ack *extack);
void l2s_tunnel_flush(struct l2s_device *device);
struct l2s_tunnel *l2s_tunnel_find(struct l2s_lineage *lineage, u16 id);
struct l2s_tunnel *l2s_tunnel_lookup(struct l2s_device *device, u32 lineage, u16 id,
				     struct netlink_ext_ack *extack);

#endif /* _L2S_TUNNEL_H */
