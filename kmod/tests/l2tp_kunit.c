// SPDX-License-Identifier: GPL-2.0
/* The L2TP header: every form, cut at every length, wrong in every field. */
#include <kunit/test.h>
#include <linux/prandom.h>
#include "../compat/unaligned.h"
#include "../l2tp.h"

#define TUNNEL	0x1234
#define SESSION	0x5678
#define NS	0x9abc
#define NR	0xdef0
#define MIXES	32			/* of the bits T, L, S, O, P */

static u16 mix_flags(unsigned int mix)
{
	return L2S_L2TP_VERSION |
	       (mix & 1 ? L2S_L2TP_T : 0) | (mix & 2 ? L2S_L2TP_L : 0) |
	       (mix & 4 ? L2S_L2TP_S : 0) | (mix & 8 ? L2S_L2TP_O : 0) |
	       (mix & 16 ? L2S_L2TP_P : 0);
}

/* RFC 2661 3.1, field by field. */
static bool legal(u16 flags)
{
	if ((flags & 0xf) != 2)
		return false;
	if (!(flags & 0x8000))
		return true;
	return (flags & 0x4000) && (flags & 0x0800) && !(flags & 0x0200) && !(flags & 0x0100);
}

/* Write a header; offset padding is left as it is.  Return: its length with it. */
static unsigned int write_header(u8 *p, u16 flags, u16 length, u16 offset)
{
	u8 *start = p;

	put_unaligned_be16(flags, p);
	p += 2;
	if (flags & 0x4000) {
		put_unaligned_be16(length, p);
		p += 2;
	}
	put_unaligned_be16(TUNNEL, p);
	put_unaligned_be16(SESSION, p + 2);
	p += 4;
	if (flags & 0x0800) {
		put_unaligned_be16(NS, p);
		put_unaligned_be16(NR, p + 2);
		p += 4;
	}
	if (flags & 0x0200) {
		put_unaligned_be16(offset, p);
		p += 2 + offset;
	}
	return p - start;
}

/* Parse a copy that ends where the message ends, so that KASAN sees any overrun. */
static int parse(struct kunit *test, const u8 *data, unsigned int len, struct l2s_l2tp_header *hdr)
{
	u8 *copy = kmalloc(max(len, 1U), GFP_KERNEL);
	int err;

	KUNIT_ASSERT_NOT_NULL(test, copy);
	memcpy(copy, data, len);
	err = l2s_l2tp_parse(copy, len, hdr);
	kfree(copy);
	return err;
}

static void expect_header(struct kunit *test, const struct l2s_l2tp_header *hdr, u16 flags,
			  u16 length, unsigned int header_len, unsigned int payload_len)
{
	KUNIT_EXPECT_EQ(test, hdr->flags, flags);
	KUNIT_EXPECT_EQ(test, hdr->length, flags & L2S_L2TP_L ? length : 0);
	KUNIT_EXPECT_EQ(test, hdr->tunnel_id, TUNNEL);
	KUNIT_EXPECT_EQ(test, hdr->session_id, SESSION);
	KUNIT_EXPECT_EQ(test, hdr->ns, flags & L2S_L2TP_S ? NS : 0);
	KUNIT_EXPECT_EQ(test, hdr->nr, flags & L2S_L2TP_S ? NR : 0);
	KUNIT_EXPECT_EQ(test, hdr->header_len, header_len);
	KUNIT_EXPECT_EQ(test, hdr->payload_len, payload_len);
}

/* All 65536 values of the first field: bits, reserved bits, versions. */
static void every_flag_word(struct kunit *test)
{
	struct l2s_l2tp_header hdr;
	u8 buf[64] = {};
	u32 flags;

	for (flags = 0; flags <= U16_MAX; flags++) {
		unsigned int len = write_header(buf, flags, 40, 5);
		int err = l2s_l2tp_parse(buf, 40, &hdr);

		KUNIT_ASSERT_EQ_MSG(test, err, legal(flags) ? 0 : -EINVAL, "flags %04x", flags);
		if (!err)
			expect_header(test, &hdr, flags, 40, len, 40 - len);
	}
}

static void cut_one(struct kunit *test, const u8 *data, unsigned int total, u16 flags,
		    unsigned int header_len)
{
	struct l2s_l2tp_header hdr;
	unsigned int len;

	for (len = 0; len <= total; len++) {
		bool whole = flags & L2S_L2TP_L ? len == total : len >= header_len;
		int err = parse(test, data, len, &hdr);

		KUNIT_ASSERT_EQ_MSG(test, err, whole && legal(flags) ? 0 : -EINVAL,
				    "flags %04x, %u of %u bytes", flags, len, total);
		if (!err)
			expect_header(test, &hdr, flags, total, header_len, len - header_len);
	}
}

static void cut_at_every_length(struct kunit *test)
{
	static const u16 offsets[] = { 0, 1, 7, 20 };
	unsigned int mix, i;
	u8 buf[64];

	for (mix = 0; mix < MIXES; mix++) {
		for (i = 0; i < ARRAY_SIZE(offsets); i++) {
			u16 flags = mix_flags(mix);
			unsigned int header_len = write_header(buf, flags, 0, offsets[i]);
			unsigned int total = header_len + 11;

			write_header(buf, flags, total, offsets[i]);
			cut_one(test, buf, total, flags, header_len);
		}
	}
}

/* Length from nothing to far beyond; the data behind it is no part of the message. */
static void every_length_field(struct kunit *test)
{
	struct l2s_l2tp_header hdr;
	unsigned int mix, length;
	u8 buf[64] = {};

	for (mix = 0; mix < MIXES; mix++) {
		u16 flags = mix_flags(mix) | L2S_L2TP_L;
		unsigned int header_len = write_header(buf, flags, 0, 3);

		if (!legal(flags))
			continue;
		for (length = 0; length <= U16_MAX; length += length < 80 ? 1 : 997) {
			bool good = length >= header_len && length <= 50;
			int err;

			write_header(buf, flags, length, 3);
			err = parse(test, buf, 50, &hdr);
			KUNIT_ASSERT_EQ_MSG(test, err, good ? 0 : -EINVAL, "flags %04x, Length %u",
					    flags, length);
			if (good)
				expect_header(test, &hdr, flags, length, header_len,
					      length - header_len);
		}
	}
}

static void every_offset(struct kunit *test)
{
	u16 flags = L2S_L2TP_VERSION | L2S_L2TP_O;
	struct l2s_l2tp_header hdr;
	u8 buf[60] = {};
	u32 offset;

	for (offset = 0; offset <= U16_MAX; offset++) {
		int err;

		put_unaligned_be16(flags, buf);
		put_unaligned_be16(offset, buf + 6);
		err = l2s_l2tp_parse(buf, sizeof(buf), &hdr);
		KUNIT_ASSERT_EQ_MSG(test, err, offset <= 52 ? 0 : -EINVAL, "offset %u", offset);
		if (!err)
			KUNIT_ASSERT_EQ(test, hdr.payload_len, 52 - offset);
	}
}

/* Sums that do not fit 16 bits must not come out small. */
static void parse_u16_limits(struct kunit *test)
{
	const unsigned int size = 3 * 65536;
	struct l2s_l2tp_header hdr;
	u8 *buf = kvzalloc(size, GFP_KERNEL);
	unsigned int len;

	KUNIT_ASSERT_NOT_NULL(test, buf);

	len = write_header(buf, 0x4002, U16_MAX, 0);
	KUNIT_EXPECT_EQ(test, l2s_l2tp_parse(buf, U16_MAX, &hdr), 0);
	KUNIT_EXPECT_EQ(test, hdr.payload_len, U16_MAX - len);
	KUNIT_EXPECT_EQ(test, l2s_l2tp_parse(buf, U16_MAX - 1, &hdr), -EINVAL);
	KUNIT_EXPECT_EQ(test, l2s_l2tp_parse(buf, size, &hdr), 0);
	KUNIT_EXPECT_EQ(test, hdr.payload_len, U16_MAX - len);

	len = write_header(buf, 0x0002, 0, 0);
	KUNIT_EXPECT_EQ(test, l2s_l2tp_parse(buf, size, &hdr), 0);
	KUNIT_EXPECT_EQ(test, hdr.payload_len, size - len);

	len = write_header(buf, 0x0202, 0, U16_MAX);
	KUNIT_EXPECT_EQ(test, len, 8U + U16_MAX);
	KUNIT_EXPECT_EQ(test, l2s_l2tp_parse(buf, len - 1, &hdr), -EINVAL);
	KUNIT_EXPECT_EQ(test, l2s_l2tp_parse(buf, len, &hdr), 0);
	KUNIT_EXPECT_EQ(test, hdr.header_len, len);
	KUNIT_EXPECT_EQ(test, hdr.payload_len, 0U);

	write_header(buf, 0x4202, U16_MAX, U16_MAX);
	KUNIT_EXPECT_EQ(test, l2s_l2tp_parse(buf, size, &hdr), -EINVAL);
	kvfree(buf);
}

static void build_u16_limits(struct kunit *test)
{
	struct l2s_l2tp_header hdr;
	u8 *buf = kvzalloc(U16_MAX, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	l2s_l2tp_build(buf, true, true, U16_MAX, U16_MAX, U16_MAX, U16_MAX, U16_MAX - 12);
	KUNIT_EXPECT_EQ(test, l2s_l2tp_parse(buf, U16_MAX, &hdr), 0);
	KUNIT_EXPECT_EQ(test, hdr.length, U16_MAX);
	KUNIT_EXPECT_EQ(test, hdr.payload_len, U16_MAX - 12U);
	KUNIT_EXPECT_EQ(test, hdr.tunnel_id, U16_MAX);
	KUNIT_EXPECT_EQ(test, hdr.session_id, U16_MAX);
	KUNIT_EXPECT_EQ(test, hdr.ns, U16_MAX);
	KUNIT_EXPECT_EQ(test, hdr.nr, U16_MAX);
	KUNIT_EXPECT_EQ(test, l2s_l2tp_parse(buf, U16_MAX - 1, &hdr), -EINVAL);
	kvfree(buf);

	/* The largest inner packet fits every length field on its way. */
	KUNIT_EXPECT_LE(test, L2S_INNER_MAX + L2S_INNER_HEADERS + L2S_OUTER_HEADERS +
			L2S_TAILROOM, (size_t)U16_MAX);
}

/* The bytes that RFC 2661 3.1 draws. */
static void build_bytes(struct kunit *test)
{
	static const struct {
		bool length_bit, seq;
		unsigned int len;
		u8 bytes[L2S_L2TP_HEADER_SENT];
	} rows[] = {
		{ false, false, 6, { 0x00, 0x02, 0x12, 0x34, 0x56, 0x78 } },
		{ true, false, 8, { 0x40, 0x02, 0x01, 0x08, 0x12, 0x34, 0x56, 0x78 } },
		{ false, true, 10, { 0x08, 0x02, 0x12, 0x34, 0x56, 0x78,
				     0x9a, 0xbc, 0xde, 0xf0 } },
		{ true, true, 12, { 0x48, 0x02, 0x01, 0x0c, 0x12, 0x34, 0x56, 0x78,
				    0x9a, 0xbc, 0xde, 0xf0 } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u8 buf[16];

		memset(buf, 0x55, sizeof(buf));
		l2s_l2tp_build(buf, rows[i].length_bit, rows[i].seq, TUNNEL, SESSION, NS, NR, 256);
		KUNIT_EXPECT_EQ(test, l2s_l2tp_header_len(rows[i].length_bit, rows[i].seq),
				rows[i].len);
		KUNIT_EXPECT_EQ(test, memcmp(buf, rows[i].bytes, rows[i].len), 0);
		KUNIT_EXPECT_EQ(test, buf[rows[i].len], 0x55);
	}
}

/* What clients send: an SCCRQ's header, a ZLB, data with Length. */
static void client_headers(struct kunit *test)
{
	static const u8 sccrq[20] = { 0xc8, 0x02, 0x00, 0x14 };
	static const u8 zlb[12] = { 0xc8, 0x02, 0x00, 0x0c, 0x00, 0x07, 0x00, 0x00, 0, 2, 0, 3 };
	static const u8 data[12] = { 0x40, 0x02, 0x00, 0x0c, 0x00, 0x07, 0x00, 0x01,
				     0xff, 0x03, 0xc0, 0x21 };
	struct l2s_l2tp_header hdr;

	KUNIT_EXPECT_EQ(test, parse(test, sccrq, sizeof(sccrq), &hdr), 0);
	KUNIT_EXPECT_EQ(test, hdr.payload_len, 8U);
	KUNIT_EXPECT_EQ(test, parse(test, zlb, sizeof(zlb), &hdr), 0);
	KUNIT_EXPECT_EQ(test, hdr.payload_len, 0U);
	KUNIT_EXPECT_EQ(test, hdr.nr, 3);
	KUNIT_EXPECT_EQ(test, parse(test, data, sizeof(data), &hdr), 0);
	KUNIT_EXPECT_EQ(test, hdr.session_id, 1);
	KUNIT_EXPECT_EQ(test, hdr.header_len, 8U);
}

/* RFC 2661 5.8: old are the last one received and the 32767 before it. */
static void sequence_order(struct kunit *test)
{
	static const u16 expected[] = { 0, 1, 0x7fff, 0x8000, 0xffff };
	unsigned int i, back;

	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		u16 last = expected[i] - 1;

		for (back = 0; back <= U16_MAX; back++)
			KUNIT_ASSERT_EQ(test, l2s_l2tp_seq_newer(last - back, expected[i]),
					back > 32767);
	}
}

static void random_bytes(struct kunit *test)
{
	struct l2s_l2tp_header hdr;
	struct rnd_state rnd;
	unsigned int i, good = 0;
	u8 buf[40];

	prandom_seed_state(&rnd, 2661);
	for (i = 0; i < 20000; i++) {
		unsigned int len = prandom_u32_state(&rnd) % sizeof(buf);

		prandom_bytes_state(&rnd, buf, sizeof(buf));
		buf[1] = 2;
		if (parse(test, buf, len, &hdr))
			continue;
		good++;
		KUNIT_ASSERT_LE(test, hdr.header_len + hdr.payload_len, len);
	}
	KUNIT_EXPECT_GT(test, good, 100U);
}

static struct kunit_case l2tp_cases[] = {
	KUNIT_CASE(every_flag_word),
	KUNIT_CASE(cut_at_every_length),
	KUNIT_CASE(every_length_field),
	KUNIT_CASE(every_offset),
	KUNIT_CASE(parse_u16_limits),
	KUNIT_CASE(build_u16_limits),
	KUNIT_CASE(build_bytes),
	KUNIT_CASE(client_headers),
	KUNIT_CASE(sequence_order),
	KUNIT_CASE(random_bytes),
	{}
};

static struct kunit_suite l2tp_suite = {
	.name = "l2tpsec_l2tp",
	.test_cases = l2tp_cases,
};

kunit_test_suite(l2tp_suite);
