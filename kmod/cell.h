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

struct l2s_cell __percpu *l2s_cell_alloc(struct net_device *dev);
void l2s_cell_free(struct l2s_cell __percpu *cells);
void l2s_cell_receive(struct l2s_cell __percpu *cells, struct sk_buff *skb);

#endif /* _L2S_CELL_H */
