/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_RX_H
#define _L2S_RX_H

struct l2s_device;
struct l2s_sa;
struct sk_buff;

void l2s_rx_sa(struct l2s_sa *sa, struct sk_buff *skb);
void l2s_rx_esp(struct l2s_device *device, struct sk_buff *skb);

#endif /* _L2S_RX_H */
