/* SPDX-License-Identifier: GPL-2.0 */
/* Network devices: flags that moved out of the feature mask, and ones that are none. */
#ifndef _L2S_COMPAT_NETDEVICE_H
#define _L2S_COMPAT_NETDEVICE_H

#include <linux/netdevice.h>
#include <linux/slab.h>

/**
 * l2s_compat_netdev_lltx - the device's transmit function needs no lock
 * @dev: in its setup function
 */
static inline void l2s_compat_netdev_lltx(struct net_device *dev)
{
#ifdef L2S_HAVE_LLTX
	dev->lltx = true;
#else
	dev->features |= NETIF_F_LLTX;
#endif
}

/**
 * l2s_compat_netdev_stay - the device stays in its network namespace
 * @dev: in its setup function
 */
static inline void l2s_compat_netdev_stay(struct net_device *dev)
{
#if defined(L2S_HAVE_NETNS_IMMUTABLE)
	dev->netns_immutable = true;
#elif defined(L2S_HAVE_NETNS_LOCAL)
	dev->netns_local = true;
#else
	dev->features |= NETIF_F_NETNS_LOCAL;
#endif
}

/**
 * l2s_compat_netdev_dummy_alloc - a device that is only there to have NAPIs
 *
 * Context: process.
 * Return: to be freed by l2s_compat_netdev_dummy_free(); NULL without memory.
 */
static inline struct net_device *l2s_compat_netdev_dummy_alloc(void)
{
#ifdef L2S_HAVE_NETDEV_DUMMY
	return alloc_netdev_dummy(0);
#else
	struct net_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (dev)
		init_dummy_netdev(dev);
	return dev;
#endif
}

/**
 * l2s_compat_netdev_dummy_free - end what l2s_compat_netdev_dummy_alloc() made
 * @dev: without a NAPI; NULL is allowed
 */
static inline void l2s_compat_netdev_dummy_free(struct net_device *dev)
{
#ifdef L2S_HAVE_NETDEV_DUMMY
	if (dev)
		free_netdev(dev);
#else
	kfree(dev);
#endif
}

#endif /* _L2S_COMPAT_NETDEVICE_H */
