/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_TX_H
#define _L2S_TX_H

#include <linux/netdevice.h>

struct l2s_lineage;
struct l2s_session;

netdev_tx_t l2s_tx_start(struct sk_buff *skb, struct net_device *dev);
int l2s_tx_ppp(struct l2s_session *session, struct sk_buff *skb, u16 protocol, u8 tos);
int l2s_tx_l2tp(struct l2s_lineage *lineage, struct sk_buff *skb, u16 peer_port, u8 tos);

#endif /* _L2S_TX_H */
