// SPDX-License-Identifier: GPL-2.0
/* The network interface: its life, its operations, and what is per namespace. */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/rhashtable.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/rtnetlink.h>
#include "compat/netdevice.h"
#include "device.h"
#include "lineage.h"
#include "owner.h"
#include "sa.h"
#include "session.h"
#include "socket.h"
#include "tunnel.h"
#include "tx.h"
#include "wire.h"

#define MTU_DEFAULT	1400	/* fits ESP in UDP over 1500 with every suite */

static unsigned int net_id __read_mostly;
static const struct net_device_ops device_ops;

/**
 * l2s_device_net - the module's part of a network namespace
 * @net: the namespace
 *
 * Return: valid as long as @net.
 */
struct l2s_net *l2s_device_net(struct net *net)
{
	return net_generic(net, net_id);
}

/**
 * l2s_device_find - find one of our interfaces and hold it
 * @net: where
 * @ifindex: which
 *
 * Context: any.
 * Return: to be given to l2s_device_put(); NULL if it is none of ours.
 */
struct l2s_device *l2s_device_find(struct net *net, u32 ifindex)
{
	struct net_device *dev = dev_get_by_index(net, ifindex);

	if (!dev)
		return NULL;
	if (l2s_device_is_ours(dev))
		return netdev_priv(dev);
	dev_put(dev);
	return NULL;
}

/**
 * l2s_device_is_ours - is this one of our interfaces?
 * @dev: any
 *
 * Context: any.
 * Return: true if it is.
 */
bool l2s_device_is_ours(const struct net_device *dev)
{
	return dev->netdev_ops == &device_ops;
}

/**
 * l2s_device_put - end what l2s_device_find() began
 * @device: may be freed afterwards
 */
void l2s_device_put(struct l2s_device *device)
{
	dev_put(device->dev);
}

/**
 * l2s_device_flush - remove everything that the device carries
 * @device: its lock is held
 *
 * From the outside in.  First the sockets: when l2s_socket_flush() returns, no
 * CPU is inside encap_rcv any more and none will enter.  Then sessions and
 * tunnels, which the transmit path finds under RCU only.  Last the SAs: a packet
 * inside the crypto API holds its SA by reference and finds, when it comes out,
 * neither socket nor session and is dropped, or if its SA is raw it still goes
 * out; then its SA frees itself and lets go of the interface.  So unregistering
 * the interface waits for all of them.
 *
 * Context: process.
 */
void l2s_device_flush(struct l2s_device *device)
{
	lockdep_assert_held(&device->lock);
	l2s_socket_flush(device);
	l2s_tunnel_flush(device);
	l2s_sa_flush(device);
}

static int tables_init(struct l2s_device *device)
{
	int err;

	err = rhashtable_init(&device->sa_table, &l2s_sa_table_params);
	if (err)
		return err;
	err = rhltable_init(&device->peer_table, &l2s_sa_peer_params);
	if (err)
		goto destroy_sa_table;
	err = rhashtable_init(&device->lineage_table, &l2s_lineage_table_params);
	if (err)
		goto destroy_peer_table;
	err = rhashtable_init(&device->address_table, &l2s_session_table_params);
	if (err)
		goto destroy_lineage_table;
	return 0;

destroy_lineage_table:
	rhashtable_destroy(&device->lineage_table);
destroy_peer_table:
	rhltable_destroy(&device->peer_table);
destroy_sa_table:
	rhashtable_destroy(&device->sa_table);
	return err;
}

static void tables_destroy(struct l2s_device *device)
{
	rhashtable_destroy(&device->address_table);
	rhashtable_destroy(&device->lineage_table);
	rhltable_destroy(&device->peer_table);
	rhashtable_destroy(&device->sa_table);
}

static void lists_init(struct l2s_device *device)
{
	mutex_init(&device->lock);
	INIT_LIST_HEAD(&device->sockets);
	INIT_LIST_HEAD(&device->sas);
	INIT_LIST_HEAD(&device->tunnels);
	INIT_LIST_HEAD(&device->sessions);
	l2s_owner_init(device);
}

static int device_init(struct net_device *dev)
{
	struct l2s_device *device = netdev_priv(dev);
	struct l2s_net *l2s_net = l2s_device_net(dev_net(dev));
	int err;

	device->dev = dev;
	lists_init(device);
	err = l2s_stats_init(&device->stats);
	if (err)
		return err;
	err = -ENOMEM;
	device->drops = l2s_drops_alloc();
	if (!device->drops)
		goto destroy_stats;
	err = tables_init(device);
	if (err)
		goto free_drops;
	err = l2s_cells_init(&device->cells);
	if (err)
		goto destroy_tables;

	mutex_lock(&l2s_net->lock);
	list_add_tail(&device->node, &l2s_net->devices);
	mutex_unlock(&l2s_net->lock);
	return 0;

destroy_tables:
	tables_destroy(device);
free_drops:
	free_percpu(device->drops);
destroy_stats:
	l2s_stats_destroy(&device->stats);
	return err;
}

/*
 * The interface is down and unlisted, so no transmit is running; netlink may
 * still hold it, hence the mark.  What frees itself later keeps a reference to
 * the interface, and device_free() runs after the last one.
 */
static void device_uninit(struct net_device *dev)
{
	struct l2s_device *device = netdev_priv(dev);
	struct l2s_net *l2s_net = l2s_device_net(dev_net(dev));

	mutex_lock(&l2s_net->lock);
	list_del(&device->node);
	mutex_unlock(&l2s_net->lock);

	mutex_lock(&device->lock);
	device->dead = true;
	l2s_device_flush(device);
	mutex_unlock(&device->lock);
	cancel_delayed_work_sync(&device->orphan_work);
}

static void device_free(struct net_device *dev)
{
	struct l2s_device *device = netdev_priv(dev);

	l2s_cells_destroy(&device->cells);
	tables_destroy(device);
	free_percpu(device->drops);
	l2s_stats_destroy(&device->stats);
}

static void device_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	struct l2s_device *device = netdev_priv(dev);
	struct l2s_stats_sum sum;

	l2s_stats_read(&device->stats, &sum);
	stats->rx_packets = sum.rx_packets;
	stats->rx_bytes = sum.rx_bytes;
	stats->tx_packets = sum.tx_packets;
	stats->tx_bytes = sum.tx_bytes;
	l2s_drops_total(device, &stats->rx_dropped, &stats->tx_dropped);
}

static const struct net_device_ops device_ops = {
	.ndo_init = device_init,
	.ndo_uninit = device_uninit,
	.ndo_start_xmit = l2s_tx_start,
	.ndo_get_stats64 = device_get_stats64,
};

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
}

static const struct ethtool_ops device_ethtool_ops = {
	.get_drvinfo = get_drvinfo,
	.get_link = ethtool_op_get_link,
};

static const struct device_type device_type = { .name = KBUILD_MODNAME };

static void device_setup(struct net_device *dev)
{
	const netdev_features_t features = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_GSO |
					   NETIF_F_GSO_SOFTWARE | NETIF_F_HIGHDMA;

	dev->netdev_ops = &device_ops;
	dev->ethtool_ops = &device_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = device_free;
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_POINTOPOINT | IFF_NOARP;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->features |= features;
	dev->hw_features |= features;
	dev->hw_enc_features |= features;
	l2s_compat_netdev_lltx(dev);
	l2s_compat_netdev_stay(dev);
	dev->needed_headroom = L2S_HEADROOM_ASKED;
	dev->needed_tailroom = L2S_TAILROOM;
	dev->mtu = MTU_DEFAULT;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = L2S_INNER_MAX;
	SET_NETDEV_DEVTYPE(dev, &device_type);
	/* The route's gateway names the session of a network behind a client. */
	netif_keep_dst(dev);
}

static struct rtnl_link_ops link_ops __read_mostly = {
	.kind = KBUILD_MODNAME,
	.priv_size = sizeof(struct l2s_device),
	.setup = device_setup,
};

static int __net_init net_init(struct net *net)
{
	struct l2s_net *l2s_net = l2s_device_net(net);

	mutex_init(&l2s_net->lock);
	INIT_LIST_HEAD(&l2s_net->devices);
	return l2s_rawesp_net_init(&l2s_net->raw);
}

/* The core has deleted the interfaces: its own exit runs before a subsystem's. */
static void __net_exit net_exit(struct net *net)
{
	WARN_ON_ONCE(!list_empty(&l2s_device_net(net)->devices));
	l2s_rawesp_net_exit(&l2s_device_net(net)->raw);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.exit = net_exit,
	.id = &net_id,
	.size = sizeof(struct l2s_net),
};

/**
 * l2s_device_module_init - offer the link kind "l2tpsec"
 *
 * Context: process.
 * Return: 0 or the core's error.
 */
int l2s_device_module_init(void)
{
	int err = register_pernet_subsys(&net_ops);

	if (err)
		return err;
	err = rtnl_link_register(&link_ops);
	if (err)
		unregister_pernet_subsys(&net_ops);
	return err;
}

/**
 * l2s_device_module_exit - delete every device and withdraw the link kind
 *
 * Context: process.
 */
void l2s_device_module_exit(void)
{
	rtnl_link_unregister(&link_ops);
	unregister_pernet_subsys(&net_ops);
}
