/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_STATS_H
#define _L2S_STATS_H

#include <linux/jiffies.h>
#include <linux/l2tpsec.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

struct l2s_device;
struct sk_buff;

/**
 * struct l2s_stats_cpu - what one CPU has counted of an object
 * @rx_packets: accepted
 * @rx_bytes: of these, in the object's own layer
 * @rx_dropped: refused
 * @tx_packets: sent
 * @tx_bytes: of these, in the object's own layer
 * @tx_dropped: not sent
 * @rx_last: jiffies (64 bits) of the last accepted packet; 0 = none
 * @mss_clamped: TCP SYNs, in either direction, whose MSS was lowered
 * @rx_early: ESP packets taken at GRO, authentic or not
 * @syncp: makes 64-bit values whole on 32-bit CPUs
 */
struct l2s_stats_cpu {
	u64_stats_t rx_packets;
	u64_stats_t rx_bytes;
	u64_stats_t rx_dropped;
	u64_stats_t tx_packets;
	u64_stats_t tx_bytes;
	u64_stats_t tx_dropped;
	u64_stats_t rx_last;
	u64_stats_t mss_clamped;
	u64_stats_t rx_early;
	struct u64_stats_sync syncp;
};

/**
 * struct l2s_stats - counters of a device, SA, tunnel or session
 * @cpu: one set per CPU; owned.  Written with BH off
 */
struct l2s_stats {
	struct l2s_stats_cpu __percpu *cpu;
};

/**
 * struct l2s_stats_sum - counters added up, meanings as in struct l2s_stats_cpu
 * @rx_packets: see there
 * @rx_bytes: see there
 * @rx_dropped: see there
 * @tx_packets: see there
 * @tx_bytes: see there
 * @tx_dropped: see there
 * @rx_last: the latest of all CPUs
 * @mss_clamped: see there
 * @rx_early: see there
 */
struct l2s_stats_sum {
	u64 rx_packets;
	u64 rx_bytes;
	u64 rx_dropped;
	u64 tx_packets;
	u64 tx_bytes;
	u64 tx_dropped;
	u64 rx_last;
	u64 mss_clamped;
	u64 rx_early;
};

/**
 * struct l2s_drops - one CPU's count of dropped packets by reason
 * @count: index is enum l2tpsec_drop
 * @syncp: as in struct l2s_stats_cpu
 */
struct l2s_drops {
	u64_stats_t count[L2TPSEC_DROP_MAX + 1];
	struct u64_stats_sync syncp;
};

int l2s_stats_init(struct l2s_stats *stats);
void l2s_stats_destroy(struct l2s_stats *stats);
void l2s_stats_rx_drop(struct l2s_stats *stats);
void l2s_stats_tx_drop(struct l2s_stats *stats);
void l2s_stats_early(struct l2s_stats *stats);
void l2s_stats_mss(struct l2s_stats *stats);
void l2s_stats_read(const struct l2s_stats *stats, struct l2s_stats_sum *sum);

struct l2s_drops __percpu *l2s_drops_alloc(void);
u64 l2s_drops_read(const struct l2s_device *device, enum l2tpsec_drop reason);
void l2s_drops_total(const struct l2s_device *device, u64 *rx, u64 *tx);
void l2s_drop(struct l2s_device *device, struct sk_buff *skb, enum l2tpsec_drop reason);

/**
 * l2s_stats_rx - count an accepted packet
 * @stats: of the object
 * @len: bytes
 *
 * Context: BH off.
 */
static inline void l2s_stats_rx(struct l2s_stats *stats, unsigned int len)
{
	struct l2s_stats_cpu *cpu = this_cpu_ptr(stats->cpu);

	u64_stats_update_begin(&cpu->syncp);
	u64_stats_inc(&cpu->rx_packets);
	u64_stats_add(&cpu->rx_bytes, len);
	u64_stats_set(&cpu->rx_last, get_jiffies_64());
	u64_stats_update_end(&cpu->syncp);
}

/**
 * l2s_stats_tx - count a packet that is sent
 * @stats: of the object
 * @len: bytes
 *
 * Context: BH off.
 */
static inline void l2s_stats_tx(struct l2s_stats *stats, unsigned int len)
{
	struct l2s_stats_cpu *cpu = this_cpu_ptr(stats->cpu);

	u64_stats_update_begin(&cpu->syncp);
	u64_stats_inc(&cpu->tx_packets);
	u64_stats_add(&cpu->tx_bytes, len);
	u64_stats_update_end(&cpu->syncp);
}

#endif /* _L2S_STATS_H */
