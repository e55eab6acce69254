/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_DEVICE_H
#define _L2S_DEVICE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/rhashtable-types.h>
#include <linux/workqueue.h>
#include "cell.h"
#include "rawesp.h"
#include "stats.h"

/**
 * struct l2s_device - a network interface and everything that it carries
 * @dev: the interface; this structure is its private part
 * @cells: delivery of inner packets						[I]
 * @stats: of inner IP packets							[I]
 * @drops: one counter per reason and CPU					[I]
 * @sa_table: SAs by inbound SPI						[R, d]
 * @peer_table: SAs by outbound SPI; the peers chose them, so there may be several	[R, d]
 * @lineage_table: lineages by number						[R, d]
 * @address_table: sessions by inner address					[R, d]
 * @lock: serialises every change of what the device carries
 * @dead: the interface is going: nothing may be added				[d]
 * @sockets: attached UDP sockets						[d]
 * @sas: every SA, in order of creation						[d]
 * @tunnels: every tunnel							[d]
 * @sessions: every session							[d]
 * @n_sockets: length of @sockets						[d]
 * @n_sas: length of @sas							[d]
 * @n_tunnels: length of @tunnels						[d]
 * @n_sessions: length of @sessions						[d]
 * @generation: changes with every list, so that a dump notices			[d]
 * @owner: netlink port of the owner, 0 = none; read without the lock		[d]
 * @orphan_timeout: seconds that sessions outlive a dead owner			[d]
 * @early: enum l2tpsec_early; read without the lock				[d]
 * @orphan_work: flushes the device when nobody claims it in time
 * @node: in the namespace's list of devices					[n]
 *
 * Letters, here and in the other objects:
 *	[I] set at creation, constant until the object is freed
 *	[d] written under the device's @lock
 *	[n] under the namespace's lock
 *	[R] read under RCU
 *	[l] under the lineage's lock (BH off)
 *	[s] under the SA's or session's own lock (BH off)
 *
 * Order: RTNL, namespace's lock, @lock, lineage's lock.  @lock is taken under
 * RTNL when the interface goes, so nothing may take RTNL under it.
 */
struct l2s_device {
	struct net_device *dev;
	struct l2s_cells cells;
	struct l2s_stats stats;
	struct l2s_drops __percpu *drops;
	struct rhashtable sa_table;
	struct rhltable peer_table;
	struct rhashtable lineage_table;
	struct rhashtable address_table;

	struct mutex lock;	/* see above: [d] */
	bool dead;
	struct list_head sockets;
	struct list_head sas;
	struct list_head tunnels;
	struct list_head sessions;
	u32 n_sockets;
	u32 n_sas;
	u32 n_tunnels;
	u32 n_sessions;
	u32 generation;

	u32 owner;
	u32 orphan_timeout;
	u32 early;
	struct delayed_work orphan_work;
	struct list_head node;
};

/**
 * struct l2s_net - what the module keeps per network namespace
 * @lock: for @devices
 * @devices: every device of the namespace	[n]
 * @raw: their raw SAs
 */
struct l2s_net {
	struct mutex lock;	/* see above: [n] */
	struct list_head devices;
	struct l2s_rawesp_net raw;
};

struct l2s_device *l2s_device_find(struct net *net, u32 ifindex);
bool l2s_device_is_ours(const struct net_device *dev);
void l2s_device_put(struct l2s_device *device);
void l2s_device_flush(struct l2s_device *device);
struct l2s_net *l2s_device_net(struct net *net);
int l2s_device_module_init(void);
void l2s_device_module_exit(void);

#endif /* _L2S_DEVICE_H */
