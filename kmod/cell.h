/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_CELL_H
#define _L2S_CELL_H

#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

/**
 * struct l2s_cell - inner packets that one CPU has received and is about to hand up;
 *	touched by this CPU only, with BH off
 * @tcp: to go through GRO; owned
 * @others: linked by skb->list; owned
 * @n_others: length of @others
 * @run: of the receive softirq: what the kernel's count of them was at the last packet
 * @directly: packets of this @run that did not wait
 * @busy: one is being handed up
 * @napi: hands up what waits, in the same softirq
 */
struct l2s_cell {
	struct sk_buff_head tcp;
	struct list_head others;
	unsigned int n_others;
	unsigned int run;
	unsigned int directly;
	bool busy;
	struct napi_struct napi;
};

/**
 * struct l2s_cells - those of an interface
 * @cell: each CPU's
 * @napi_dev: has their NAPIs, so that nobody finds them at the interface: who makes them
 *	threaded, or polls them for a console, would do it on any CPU
 */
struct l2s_cells {
	struct l2s_cell __percpu *cell;
	struct net_device *napi_dev;
};

int l2s_cells_init(struct l2s_cells *cells);
void l2s_cells_destroy(struct l2s_cells *cells);
void l2s_cells_receive(struct l2s_cells *cells, struct sk_buff *skb);

#endif /* _L2S_CELL_H */
