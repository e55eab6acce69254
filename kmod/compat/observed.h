/* SPDX-License-Identifier: GPL-2.0 */
/* Who looks at what an interface receives: the fields have moved from kernel to kernel. */
#ifndef _L2S_COMPAT_OBSERVED_H
#define _L2S_COMPAT_OBSERVED_H

#include <linux/netdevice.h>
#ifdef L2S_HAVE_NET_RPS_H
#include <net/rps.h>
#endif

/**
 * l2s_compat_dev_classifies - has a device classifiers or filters at its ingress?
 * @dev: any
 *
 * Context: RCU read side.
 * Return: true: tc, BPF or netfilter is called for each packet that it receives.
 */
static inline bool l2s_compat_dev_classifies(const struct net_device *dev)
{
#if defined(L2S_HAVE_TCX_INGRESS) && defined(CONFIG_NET_XGRESS)
	if (rcu_access_pointer(dev->tcx_ingress))
		return true;
#elif !defined(L2S_HAVE_TCX_INGRESS) && defined(CONFIG_NET_CLS_ACT)
	if (rcu_access_pointer(dev->miniq_ingress))
		return true;
#endif
#ifdef CONFIG_NETFILTER_INGRESS
	if (rcu_access_pointer(dev->nf_hooks_ingress))
		return true;
#endif
	return rcu_access_pointer(dev->xdp_prog);
}

/**
 * l2s_compat_rps_in_use - does the host spread received packets over CPUs?
 *
 * Return: true if any queue of any device is told to.
 */
static inline bool l2s_compat_rps_in_use(void)
{
#ifdef CONFIG_RPS
	return static_branch_unlikely(&rps_needed);
#else
	return false;
#endif
}

#endif /* _L2S_COMPAT_OBSERVED_H */
