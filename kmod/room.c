// SPDX-License-Identifier: GPL-2.0
/*
 * Room in front of a packet that is about to be encapsulated.
 *
 * Common drivers leave NET_SKB_PAD and what they received the Ethernet header in: 78 bytes,
 * enough for AES-GCM in UDP over IPv4, but not for the longer IV of AES-CBC, nor for an outer
 * IPv6 header.  A buffer that ends well behind its packet has that room at the other end: the
 * packet moves back in it, which is cheaper than another buffer, a copy, and the old one's end.
 */
#include <linux/skbuff.h>
#include "room.h"
#include "wire.h"

/* Nobody else looks at the bytes, and what the packet leaves behind itself is enough for ESP. */
static bool may_move(const struct sk_buff *skb, unsigned int by)
{
	return !skb_cloned(skb) && skb_tailroom(skb) >= (int)(by + L2S_TAILROOM);
}

static void move_back(struct sk_buff *skb, unsigned int by)
{
	memmove(skb->data + by, skb->data, skb->len);
	skb_reserve(skb, by);
	skb_headers_offset_update(skb, by);
}

/**
 * l2s_room_make - make room in front of a packet that has too little
 * @skb: not shared; stays the caller's in each case
 * @headroom: bytes that may be pushed afterwards
 *
 * l2s_room_in_front() is what others call.  The packet is moved back in its buffer if that has
 * the room behind it and is nobody else's; otherwise it gets another buffer.
 *
 * Context: any.  Pointers into the packet are invalid afterwards.
 * Return: 0, or -ENOMEM.
 */
int l2s_room_make(struct sk_buff *skb, unsigned int headroom)
{
	unsigned int by = headroom - min(headroom, skb_headroom(skb));

	if (!may_move(skb, by))
		return skb_cow_head(skb, headroom);
	move_back(skb, by);
	return 0;
}
