/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_EARLY_H
#define _L2S_EARLY_H

struct list_head;
struct sk_buff;
struct sock;

struct sk_buff *l2s_early_gro_receive(struct sock *sk, struct list_head *head,
				      struct sk_buff *skb);

#endif /* _L2S_EARLY_H */
