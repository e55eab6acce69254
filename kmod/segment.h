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
 * @headroom: bytes in front of each packet
 * @size: bytes of each packet's buffer, with all that is in front and behind
 * @align: what it begins at a multiple of
 * @left: bytes of payload to come
 * @sent: bytes of payload that segments have
 * @count: segments that have them
 * @frag: which of the fragments is copied from; -1: what is linear
 * @from: in it, the next byte
 */
struct l2s_segments {
	const struct sk_buff *whole;
	unsigned int ip_len;
	unsigned int header_len;
	unsigned int headroom;
	unsigned int size;
	unsigned int align;
	unsigned int left;
	unsigned int sent;
	unsigned int count;
	int frag;
	unsigned int from;
};

bool l2s_segment_begin(struct l2s_segments *segments, struct sk_buff *skb, unsigned int headroom);
struct sk_buff *l2s_segment_next(struct l2s_segments *segments);

#endif /* _L2S_SEGMENT_H */
