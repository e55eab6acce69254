// SPDX-License-Identifier: GPL-2.0
/* L2TP tunnels: creation, lookup, end. */
#include <linux/netlink.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include "device.h"
#include "lineage.h"
#include "session.h"
#include "tunnel.h"

/**
 * l2s_tunnel_find - look up a tunnel of a lineage
 * @lineage: through whose SA the packet came
 * @id: ours
 *
 * Context: RCU read side, or device's lock held.
 * Return: valid for as long; NULL: there is none.
 */
struct l2s_tunnel *l2s_tunnel_find(struct l2s_lineage *lineage, u16 id)
{
	struct l2s_tunnel *tunnel;

	list_for_each_entry_rcu(tunnel, &lineage->tunnels, lineage_node,
				lockdep_is_held(&lineage->device->lock))
		if (tunnel->id == id)
			return tunnel;
	return NULL;
}

/**
 * l2s_tunnel_lookup - look up a tunnel by its full name
 * @device: where
 * @lineage: number
 * @id: ours
 * @extack: has a sentence if it is not found
 *
 * Context: RCU read side, or device's lock held.
 * Return: valid for as long; NULL: there is none.
 */
struct l2s_tunnel *l2s_tunnel_lookup(struct l2s_device *device, u32 lineage, u16 id,
				     struct netlink_ext_ack *extack)
{
	struct l2s_lineage *found = l2s_lineage_find(device, lineage);
	struct l2s_tunnel *tunnel;

	if (!found) {
		NL_SET_ERR_MSG(extack, "the device has no such lineage");
		return NULL;
	}
	tunnel = l2s_tunnel_find(found, id);
	if (!tunnel)
		NL_SET_ERR_MSG(extack, "the lineage has no tunnel with this id");
	return tunnel;
}

static struct l2s_tunnel *tunnel_create(struct l2s_device *device,
					const struct l2s_tunnel_config *config)
{
	struct l2s_tunnel *tunnel = kzalloc(sizeof(*tunnel), GFP_KERNEL);

	if (!tunnel)
		return NULL;
	if (l2s_stats_init(&tunnel->stats)) {
		kfree(tunnel);
		return NULL;
	}
	tunnel->device = device;
	tunnel->id = config->id;
	tunnel->peer_id = config->peer_id;
	tunnel->peer_port = config->peer_port;
	xa_init(&tunnel->sessions);
	return tunnel;
}

/* No session is left: an empty xarray needs no end, and its lock is not for softirq. */
static void tunnel_destroy(struct l2s_tunnel *tunnel)
{
	l2s_stats_destroy(&tunnel->stats);
	kfree(tunnel);
}

static void tunnel_free(struct rcu_head *rcu)
{
	struct l2s_tunnel *tunnel = container_of(rcu, struct l2s_tunnel, rcu);

	l2s_lineage_put(tunnel->lineage);
	tunnel_destroy(tunnel);
}

static int tunnel_link(struct l2s_tunnel *tunnel, u32 lineage_id,
		       struct netlink_ext_ack *extack)
{
	struct l2s_device *device = tunnel->device;
	struct l2s_lineage *lineage;

	lockdep_assert_held(&device->lock);
	lineage = l2s_lineage_find(device, lineage_id);
	if (!lineage) {
		NL_SET_ERR_MSG(extack, "the device has no such lineage: its SA comes first");
		return -ENOENT;
	}
	if (l2s_tunnel_find(lineage, tunnel->id)) {
		NL_SET_ERR_MSG(extack, "the lineage has a tunnel with this id");
		return -EEXIST;
	}
	l2s_lineage_hold(lineage);
	tunnel->lineage = lineage;
	list_add_tail_rcu(&tunnel->lineage_node, &lineage->tunnels);
	list_add_tail(&tunnel->device_node, &device->tunnels);
	device->n_tunnels++;
	device->generation++;
	return 0;
}

/**
 * l2s_tunnel_new - create a tunnel
 * @device: its lock is not held
 * @config: borrowed
 * @extack: has a sentence after an error
 *
 * Context: process.
 * Return: 0, -ENOENT, -EEXIST or -ENOMEM.
 */
int l2s_tunnel_new(struct l2s_device *device, const struct l2s_tunnel_config *config,
		   struct netlink_ext_ack *extack)
{
	struct l2s_tunnel *tunnel = tunnel_create(device, config);
	int err;

	if (!tunnel)
		return -ENOMEM;
	mutex_lock(&device->lock);
	err = tunnel_link(tunnel, config->lineage, extack);
	mutex_unlock(&device->lock);
	if (err)
		tunnel_destroy(tunnel);
	return err;
}

/*
 * Device's lock held.  Readers under RCU may have the tunnel until the grace
 * period is over; its sessions went before it, so none is left behind them.
 */
static void tunnel_unlink(struct l2s_tunnel *tunnel)
{
	struct l2s_device *device = tunnel->device;

	l2s_session_flush(tunnel);
	list_del_rcu(&tunnel->lineage_node);
	list_del(&tunnel->device_node);
	device->n_tunnels--;
	device->generation++;
	l2s_lineage_settle(tunnel->lineage);
	call_rcu(&tunnel->rcu, tunnel_free);
}

/**
 * l2s_tunnel_delete - remove a tunnel and its sessions
 * @device: its lock is not held
 * @lineage: number
 * @id: ours
 * @extack: has a sentence after an error
 *
 * Context: process.
 * Return: 0 or -ENOENT.
 */
int l2s_tunnel_delete(struct l2s_device *device, u32 lineage, u16 id,
		      struct netlink_ext_ack *extack)
{
	struct l2s_tunnel *tunnel;

	mutex_lock(&device->lock);
	tunnel = l2s_tunnel_lookup(device, lineage, id, extack);
	if (tunnel)
		tunnel_unlink(tunnel);
	mutex_unlock(&device->lock);
	return tunnel ? 0 : -ENOENT;
}

/**
 * l2s_tunnel_flush - remove all tunnels and sessions
 * @device: its lock is held
 *
 * Context: process.
 */
void l2s_tunnel_flush(struct l2s_device *device)
{
	struct l2s_tunnel *tunnel, *next;

	list_for_each_entry_safe(tunnel, next, &device->tunnels, device_node)
		tunnel_unlink(tunnel);
}
