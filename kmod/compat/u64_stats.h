/* SPDX-License-Identifier: GPL-2.0 */
/* While there are _irq variants, only these keep softirqs out on 32-bit kernels. */
#ifndef _L2S_COMPAT_U64_STATS_H
#define _L2S_COMPAT_U64_STATS_H

#include <linux/u64_stats_sync.h>

#ifdef L2S_HAVE_U64_STATS_IRQ
#define l2s_compat_stats_begin u64_stats_fetch_begin_irq
#define l2s_compat_stats_retry u64_stats_fetch_retry_irq
#else
#define l2s_compat_stats_begin u64_stats_fetch_begin
#define l2s_compat_stats_retry u64_stats_fetch_retry
#endif

#endif /* _L2S_COMPAT_U64_STATS_H */
