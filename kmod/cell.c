// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery: what a CPU decrypts in one poll of a driver goes up together, when that poll is over.
 *
 * TCP goes through GRO.  All else goes as a list: then the IP layer looks up a route once for
 * the packets that share it (ip_extract_route_hint()), and decides itself when it must not, as
 * with policy routing; so there is no cache of routes here that could be wrong.  GRO would give
 * UDP nothing but a lookup of a socket.
 *
 * To wait for others costs a poll of our own, as much as a list of four saves.  So the first
 * few packets of a poll do not wait, and where drivers hand up few at a time none does.
 *
 * What is nested in one of our packets, however often, waits: it finds this CPU's stack as
 * deep as the first.
 */
#include <linux/interrupt.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel_stat.h>
#include <linux/percpu.h>
#include "cell.h"
#include "compat/netdevice.h"

#define LEN_MAX		1000	/* of each kind: the default of net.core.netdev_max_backlog */
#define DIRECTLY	4

static bool is_tcp(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return ((const struct iphdr *)skb->data)->protocol == IPPROTO_TCP;
	return ((const struct ipv6hdr *)skb->data)->nexthdr == IPPROTO_TCP;
}

/* What is handed up here may be received by this module again, and wait in turn. */
static int cell_poll(struct napi_struct *napi, int budget)
{
	struct l2s_cell *cell = container_of(napi, struct l2s_cell, napi);
	struct sk_buff *skb;
	LIST_HEAD(others);
	int done = 0;

	cell->busy = true;
	while (done < budget && (skb = __skb_dequeue(&cell->tcp))) {
		napi_gro_receive(napi, skb);
		done++;
	}
	/* All of them: the polls that have brought them had budgets. */
	list_splice_init(&cell->others, &others);
	cell->n_others = 0;
	netif_receive_skb_list(&others);
	cell->busy = false;
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
}

/**
 * l2s_cells_init - a cell for each CPU
 * @cells: to be ended by l2s_cells_destroy()
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int l2s_cells_init(struct l2s_cells *cells)
{
	struct l2s_cell *cell;
	int cpu;

	cells->cell = alloc_percpu(struct l2s_cell);
	cells->napi_dev = l2s_compat_netdev_dummy_alloc();
	if (!cells->cell || !cells->napi_dev)
		goto free_cells;
	for_each_possible_cpu(cpu) {
		cell = per_cpu_ptr(cells->cell, cpu);
		__skb_queue_head_init(&cell->tcp);
		INIT_LIST_HEAD(&cell->others);
		set_bit(NAPI_STATE_NO_BUSY_POLL, &cell->napi.state);
		netif_napi_add(cells->napi_dev, &cell->napi, cell_poll);
		napi_enable(&cell->napi);
	}
	return 0;

free_cells:
	l2s_compat_netdev_dummy_free(cells->napi_dev);
	free_percpu(cells->cell);
	return -ENOMEM;
}

/**
 * l2s_cells_destroy - end what l2s_cells_init() began
 * @cells: nobody puts anything into them any more
 *
 * Context: process.
 */
void l2s_cells_destroy(struct l2s_cells *cells)
{
	struct sk_buff *skb, *next;
	struct l2s_cell *cell;
	int cpu;

	for_each_possible_cpu(cpu) {
		cell = per_cpu_ptr(cells->cell, cpu);
		napi_disable(&cell->napi);
		__netif_napi_del(&cell->napi);
		__skb_queue_purge(&cell->tcp);
		list_for_each_entry_safe(skb, next, &cell->others, list)
			kfree_skb(skb);
	}
	synchronize_net();	/* as netif_napi_del() does */
	l2s_compat_netdev_dummy_free(cells->napi_dev);
	free_percpu(cells->cell);
}

static bool is_empty(const struct l2s_cell *cell)
{
	return skb_queue_empty(&cell->tcp) && !cell->n_others;
}

static bool is_full(const struct l2s_cell *cell)
{
	return skb_queue_len(&cell->tcp) >= LEN_MAX || cell->n_others >= LEN_MAX;
}

/* Not in front of what waits already. */
static bool may_go_directly(struct l2s_cell *cell)
{
	unsigned int run = __this_cpu_read(kstat.softirqs[NET_RX_SOFTIRQ]);

	if (cell->run != run) {
		cell->run = run;
		cell->directly = 0;
	}
	if (cell->n_others || cell->busy || cell->directly == DIRECTLY)
		return false;
	cell->directly++;
	return true;
}

/**
 * l2s_cells_receive - hand a packet to the stack, in this softirq
 * @cells: of the interface that is skb->dev
 * @skb: as a driver would hand it up, private; owned by the callee
 *
 * Context: BH off.
 */
void l2s_cells_receive(struct l2s_cells *cells, struct sk_buff *skb)
{
	struct l2s_cell *cell = this_cpu_ptr(cells->cell);
	bool tcp = is_tcp(skb);

	if (unlikely(!(skb->dev->flags & IFF_UP) || is_full(cell))) {
		dev_core_stats_rx_dropped_inc(skb->dev);
		kfree_skb(skb);
		return;
	}
	if (!tcp && may_go_directly(cell)) {
		cell->busy = true;
		netif_receive_skb(skb);
		cell->busy = false;
		return;
	}
	if (is_empty(cell))
		napi_schedule(&cell->napi);
	if (tcp) {
		__skb_queue_tail(&cell->tcp, skb);
	} else {
		list_add_tail(&skb->list, &cell->others);
		cell->n_others++;
	}
}
