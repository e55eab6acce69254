// SPDX-License-Identifier: GPL-2.0
/* Room in front of a packet: in its own buffer if that may be, in another one if not. */
#include <kunit/test.h>
#include <linux/ip.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include "../room.h"
#include "../wire.h"

#define BUFFER_LEN	1728		/* of 2048 bytes, what is not skb_shared_info */
#define FRONT		78		/* NET_SKB_PAD and an Ethernet header */
#define PACKET_LEN	1400

static u8 byte_at(unsigned int i)
{
	return i * 7 + (i >> 8);
}

/* A packet as a driver's: @len bytes from its IP header on, @front in front of them. */
static struct sk_buff *build(struct kunit *test, unsigned int front, unsigned int len)
{
	struct sk_buff *skb = alloc_skb(BUFFER_LEN, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, front);
	skb_set_mac_header(skb, -ETH_HLEN);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, sizeof(struct iphdr));
	skb_put(skb, len);
	for (i = 0; i < len; i++)
		skb->data[i] = byte_at(i);
	return skb;
}

/* Every byte is where the headers say, and there is room at both ends. */
static void expect_whole(struct kunit *test, const struct sk_buff *skb, unsigned int headroom,
			 unsigned int len)
{
	unsigned int i, wrong = 0;
	u8 byte;

	KUNIT_ASSERT_EQ(test, skb->len, len);
	KUNIT_EXPECT_GE(test, skb_headroom(skb), headroom);
	KUNIT_EXPECT_FALSE(test, skb_header_cloned(skb));
	KUNIT_EXPECT_PTR_EQ(test, skb_network_header(skb), skb->data);
	KUNIT_EXPECT_PTR_EQ(test, skb_transport_header(skb), skb->data + sizeof(struct iphdr));
	KUNIT_EXPECT_PTR_EQ(test, skb_mac_header(skb), skb->data - ETH_HLEN);
	for (i = 0; i < len; i++)
		wrong += skb_copy_bits(skb, i, &byte, 1) || byte != byte_at(i);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static void enough(struct kunit *test)
{
	struct sk_buff *skb = build(test, FRONT, PACKET_LEN);
	const u8 *data = skb->data;

	KUNIT_EXPECT_EQ(test, l2s_room_in_front(skb, FRONT), 0);
	KUNIT_EXPECT_PTR_EQ(test, (const u8 *)skb->data, data);
	expect_whole(test, skb, FRONT, PACKET_LEN);
	kfree_skb(skb);
}

/* Back by as much as is missing, as long as what ESP needs stays behind it. */
static void moved(struct kunit *test)
{
	unsigned int most = BUFFER_LEN - PACKET_LEN - L2S_TAILROOM, headroom;
	struct sk_buff *skb;
	const u8 *head;

	for (headroom = FRONT + 1; headroom <= most; headroom++) {
		skb = build(test, FRONT, PACKET_LEN);
		head = skb->head;
		KUNIT_ASSERT_EQ(test, l2s_room_in_front(skb, headroom), 0);
		KUNIT_EXPECT_PTR_EQ(test, (const u8 *)skb->head, head);
		KUNIT_EXPECT_EQ(test, skb_headroom(skb), headroom);
		KUNIT_EXPECT_GE(test, skb_tailroom(skb), L2S_TAILROOM);
		expect_whole(test, skb, headroom, PACKET_LEN);
		kfree_skb(skb);
	}
}

/* What the kernel's own function does then. */
static void another_buffer(struct kunit *test, struct sk_buff *skb, unsigned int headroom,
			   unsigned int len)
{
	const u8 *head = skb->head;

	KUNIT_ASSERT_EQ(test, l2s_room_in_front(skb, headroom), 0);
	KUNIT_EXPECT_PTR_NE(test, (const u8 *)skb->head, head);
	expect_whole(test, skb, headroom, len);
	kfree_skb(skb);
}

static void no_room_behind(struct kunit *test)
{
	struct sk_buff *skb = build(test, FRONT, PACKET_LEN);
	unsigned int rest = skb_tailroom(skb) - L2S_TAILROOM - 7, i;

	skb_put(skb, rest);			/* one byte too few is left */
	for (i = PACKET_LEN; i < skb->len; i++)
		skb->data[i] = byte_at(i);
	another_buffer(test, skb, FRONT + 8, PACKET_LEN + rest);
}

/* A clone's packet stays as it is. */
static void cloned(struct kunit *test)
{
	struct sk_buff *skb = build(test, FRONT, PACKET_LEN), *clone = skb_clone(skb, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, clone);
	another_buffer(test, clone, FRONT + 8, PACKET_LEN);
	expect_whole(test, skb, FRONT, PACKET_LEN);
	kfree_skb(skb);
}

/* There is enough, but a clone may look at it. */
static void cloned_with_room(struct kunit *test)
{
	struct sk_buff *skb = build(test, FRONT, PACKET_LEN), *clone = skb_clone(skb, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, clone);
	another_buffer(test, clone, FRONT, PACKET_LEN);
	expect_whole(test, skb, FRONT, PACKET_LEN);
	kfree_skb(skb);
}

static void in_pages(struct kunit *test)
{
	struct sk_buff *skb = build(test, FRONT, PACKET_LEN);
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned int i;
	u8 *bytes;

	KUNIT_ASSERT_NOT_NULL(test, page);
	bytes = page_address(page);
	for (i = 0; i < 100; i++)
		bytes[i] = byte_at(PACKET_LEN + i);
	skb_add_rx_frag(skb, 0, page, 0, 100, PAGE_SIZE);
	another_buffer(test, skb, FRONT + 8, PACKET_LEN + 100);
}

/* Its transport checksum is still to be filled in, behind its headers. */
static void checksum_moves(struct kunit *test)
{
	struct sk_buff *skb = build(test, FRONT, PACKET_LEN);

	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct udphdr, check);
	KUNIT_ASSERT_EQ(test, l2s_room_in_front(skb, FRONT + 8), 0);
	KUNIT_EXPECT_EQ(test, skb_checksum_start_offset(skb), (int)sizeof(struct iphdr));
	kfree_skb(skb);
}

static struct kunit_case room_cases[] = {
	KUNIT_CASE(enough),
	KUNIT_CASE(moved),
	KUNIT_CASE(no_room_behind),
	KUNIT_CASE(cloned),
	KUNIT_CASE(cloned_with_room),
	KUNIT_CASE(in_pages),
	KUNIT_CASE(checksum_moves),
	{}
};

static struct kunit_suite room_suite = {
	.name = "l2tpsec_room",
	.test_cases = room_cases,
};

kunit_test_suite(room_suite);
