/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_FRAME_H
#define _L2S_FRAME_H

#include <linux/types.h>

struct l2s_device;
struct l2s_sa;
struct l2s_session;
struct netlink_ext_ack;
struct sk_buff;

/**
 * struct l2s_frame - a control packet of the owner's, on its way to the peer
 * @kind: enum l2tpsec_frame_kind
 * @lineage: number
 * @peer_port: inner UDP port; L2TP only
 * @tunnel_id: ours; PPP only
 * @session_id: ours; PPP only
 * @protocol: PPP protocol number; PPP only
 * @data: borrowed
 * @len: bytes
 */
struct l2s_frame {
	u32 kind;
	u32 lineage;
	u16 peer_port;
	u16 tunnel_id;
	u16 session_id;
	u16 protocol;
	const void *data;
	unsigned int len;
};

int l2s_frame_send(struct l2s_device *device, const struct l2s_frame *frame,
		   struct netlink_ext_ack *extack);
void l2s_frame_up_l2tp(struct l2s_sa *sa, struct sk_buff *skb, u16 peer_port);
void l2s_frame_up_ppp(struct l2s_sa *sa, struct l2s_session *session, struct sk_buff *skb,
		      u16 protocol);

#endif /* _L2S_FRAME_H */
