/* SPDX-License-Identifier: GPL-2.0 */
/* Flags of a network device that moved out of its feature mask. */
#ifndef _L2S_COMPAT_NETDEVICE_H
#define _L2S_COMPAT_NETDEVICE_H

#include <linux/netdevice.h>

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

#endif /* _L2S_COMPAT_NETDEVICE_H */
