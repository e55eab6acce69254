/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_SEGMENT_H
#define _L2S_SEGMENT_H

#include <linux/types.h>

struct sk_buff;

/**
 * struct l2s_segments - a TCP super-packet that is being cut into packets
 * @whole: at its IP header; borrowed
 * @ip_len: bytes of IP header
 * @header_len: with that of TCP
 * @left: bytes of payload to come
 * @sent: bytes of payload that segments have
 * @frag: which of the fragments is copied from; -1: what is linear
 * @from: in it, the next byte
 */
struct l2s_segments {
	const struct sk_buff *whole;
	unsigned int ip_len;
	unsigned int header_len;
	unsigned int left;
	unsigned int sent;
	int frag;
	unsigned int from;
};

bool l2s_segment_begin(struct l2s_segments *segments, struct sk_buff *skb);
struct sk_buff *l2s_segment_next(struct l2s_segments *segments, unsigned int headroom);

#endif /* _L2S_SEGMENT_H */
