/* SPDX-License-Identifier: GPL-2.0 */
/* skb_gso_segment() and its like moved out of netdevice.h. */
#ifndef _L2S_COMPAT_GSO_H
#define _L2S_COMPAT_GSO_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#ifdef L2S_HAVE_NET_GSO_H
#include <net/gso.h>
#endif

#endif /* _L2S_COMPAT_GSO_H */
