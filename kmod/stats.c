// SPDX-License-Identifier: GPL-2.0
/* Counters per CPU: of objects, and of dropped packets by reason. */
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include "compat/u64_stats.h"
#include "device.h"
#include "stats.h"
#include "trace.h"

/**
 * l2s_stats_init - allocate counters, all zero
 * @stats: to be initialised; l2s_stats_destroy() ends it
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int l2s_stats_init(struct l2s_stats *stats)
{
	stats->cpu = netdev_alloc_pcpu_stats(struct l2s_stats_cpu);
	return stats->cpu ? 0 : -ENOMEM;
}

/**
 * l2s_stats_destroy - free counters
 * @stats: nobody counts in it any more; initialised, or all zeros
 *
 * Context: any.
 */
void l2s_stats_destroy(struct l2s_stats *stats)
{
	free_percpu(stats->cpu);
	stats->cpu = NULL;
}

/**
 * l2s_stats_rx_drop - count a received packet that the object refused
 * @stats: of the object; the reason is counted by l2s_drop()
 *
 * Context: BH off.
 */
void l2s_stats_rx_drop(struct l2s_stats *stats)
{
	struct l2s_stats_cpu *cpu = this_cpu_ptr(stats->cpu);

	u64_stats_update_begin(&cpu->syncp);
	u64_stats_inc(&cpu->rx_dropped);
	u64_stats_update_end(&cpu->syncp);
}

/**
 * l2s_stats_tx_drop - count a packet that the object could not send
 * @stats: of the object; the reason is counted by l2s_drop()
 *
 * Context: BH off.
 */
void l2s_stats_tx_drop(struct l2s_stats *stats)
{
	struct l2s_stats_cpu *cpu = this_cpu_ptr(stats->cpu);

	u64_stats_update_begin(&cpu->syncp);
	u64_stats_inc(&cpu->tx_dropped);
	u64_stats_update_end(&cpu->syncp);
}

/**
 * l2s_stats_mss - count a TCP SYN whose MSS was lowered
 * @stats: of the object
 *
 * Context: BH off.
 */
void l2s_stats_mss(struct l2s_stats *stats)
{
	struct l2s_stats_cpu *cpu = this_cpu_ptr(stats->cpu);

	u64_stats_update_begin(&cpu->syncp);
	u64_stats_inc(&cpu->mss_clamped);
	u64_stats_update_end(&cpu->syncp);
}

/**
 * l2s_stats_early - count an ESP packet that was taken at GRO
 * @stats: of the device
 *
 * Context: BH off.
 */
void l2s_stats_early(struct l2s_stats *stats)
{
	struct l2s_stats_cpu *cpu = this_cpu_ptr(stats->cpu);

	u64_stats_update_begin(&cpu->syncp);
	u64_stats_inc(&cpu->rx_early);
	u64_stats_update_end(&cpu->syncp);
}

static void read_cpu(const struct l2s_stats_cpu *cpu, struct l2s_stats_sum *one)
{
	unsigned int start;

	do {
		start = l2s_compat_stats_begin(&cpu->syncp);
		one->rx_packets = u64_stats_read(&cpu->rx_packets);
		one->rx_bytes = u64_stats_read(&cpu->rx_bytes);
		one->rx_dropped = u64_stats_read(&cpu->rx_dropped);
		one->tx_packets = u64_stats_read(&cpu->tx_packets);
		one->tx_bytes = u64_stats_read(&cpu->tx_bytes);
		one->tx_dropped = u64_stats_read(&cpu->tx_dropped);
		one->rx_last = u64_stats_read(&cpu->rx_last);
		one->mss_clamped = u64_stats_read(&cpu->mss_clamped);
		one->rx_early = u64_stats_read(&cpu->rx_early);
	} while (l2s_compat_stats_retry(&cpu->syncp, start));
}

/**
 * l2s_stats_read - add up the counters of all CPUs
 * @stats: of the object
 * @sum: result
 */
void l2s_stats_read(const struct l2s_stats *stats, struct l2s_stats_sum *sum)
{
	struct l2s_stats_sum one;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		read_cpu(per_cpu_ptr(stats->cpu, cpu), &one);
		sum->rx_packets += one.rx_packets;
		sum->rx_bytes += one.rx_bytes;
		sum->rx_dropped += one.rx_dropped;
		sum->tx_packets += one.tx_packets;
		sum->tx_bytes += one.tx_bytes;
		sum->tx_dropped += one.tx_dropped;
		sum->rx_last = max(sum->rx_last, one.rx_last);
		sum->mss_clamped += one.mss_clamped;
		sum->rx_early += one.rx_early;
	}
}

/**
 * l2s_drops_alloc - allocate a device's drop counters, all zero
 *
 * Context: process.
 * Return: owned by the caller, free_percpu() ends it; or NULL.
 */
struct l2s_drops __percpu *l2s_drops_alloc(void)
{
	return netdev_alloc_pcpu_stats(struct l2s_drops);
}

/**
 * l2s_drops_read - how many packets were dropped for a reason
 * @device: that dropped them
 * @reason: why
 *
 * Return: packets on all CPUs.
 */
u64 l2s_drops_read(const struct l2s_device *device, enum l2tpsec_drop reason)
{
	const struct l2s_drops *drops;
	unsigned int start;
	u64 sum = 0, one;
	int cpu;

	for_each_possible_cpu(cpu) {
		drops = per_cpu_ptr(device->drops, cpu);
		do {
			start = l2s_compat_stats_begin(&drops->syncp);
			one = u64_stats_read(&drops->count[reason]);
		} while (l2s_compat_stats_retry(&drops->syncp, start));
		sum += one;
	}
	return sum;
}

/**
 * l2s_drops_total - how many packets were dropped in each direction
 * @device: that dropped them
 * @rx: result, received ones
 * @tx: result, to be sent
 */
void l2s_drops_total(const struct l2s_device *device, u64 *rx, u64 *tx)
{
	int reason;

	*rx = 0;
	*tx = 0;
	for (reason = L2TPSEC_DROP_RX_SHORT; reason < L2TPSEC_DROP_TX_NO_SESSION; reason++)
		*rx += l2s_drops_read(device, reason);
	for (; reason <= L2TPSEC_DROP_MAX; reason++)
		*tx += l2s_drops_read(device, reason);
}

/**
 * l2s_drop - drop a packet: count the reason, trace it, free the skb
 * @device: that drops it
 * @skb: owned by the callee
 * @reason: why
 *
 * Context: BH off.
 */
void l2s_drop(struct l2s_device *device, struct sk_buff *skb, enum l2tpsec_drop reason)
{
	struct l2s_drops *drops = this_cpu_ptr(device->drops);

	u64_stats_update_begin(&drops->syncp);
	u64_stats_inc(&drops->count[reason]);
	u64_stats_update_end(&drops->syncp);
	trace_l2tpsec_drop(device->dev, reason, skb->len);
	kfree_skb(skb);
}
