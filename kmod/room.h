/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_ROOM_H
#define _L2S_ROOM_H

#include <linux/skbuff.h>

int l2s_room_make(struct sk_buff *skb, unsigned int headroom);

/**
 * l2s_room_in_front - have room in front of a packet, and a header of its own
 * @skb: not shared; stays the caller's in each case
 * @headroom: bytes that may be pushed afterwards
 *
 * Context: any.  Pointers into the packet are invalid afterwards.
 * Return: 0, or -ENOMEM.
 */
static inline int l2s_room_in_front(struct sk_buff *skb, unsigned int headroom)
{
	if (likely(skb_headroom(skb) >= headroom && !skb_header_cloned(skb)))
		return 0;
	return l2s_room_make(skb, headroom);
}

#endif /* _L2S_ROOM_H */
