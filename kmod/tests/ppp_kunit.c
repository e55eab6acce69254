// SPDX-License-Identifier: GPL-2.0
/* The PPP header: every protocol number in every form, cut at every length. */
#include <kunit/test.h>
#include "../ppp.h"

/* Parse a copy that ends where the frame ends, so that KASAN sees any overrun. */
static int parse(struct kunit *test, const u8 *data, unsigned int len, struct l2s_ppp_header *hdr)
{
	u8 *copy = kmalloc(max(len, 1U), GFP_KERNEL);
	int err;

	KUNIT_ASSERT_NOT_NULL(test, copy);
	memcpy(copy, data, len);
	err = l2s_ppp_parse(copy, len, hdr);
	kfree(copy);
	return err;
}

/* RFC 1661 2: the low bit of the last byte is 1, that of the first is 0; 6.6: no 0x00ff. */
static bool legal(u16 protocol)
{
	return (protocol & 0x0101) == 0x0001 && protocol != 0x00ff;
}

static void expect(struct kunit *test, const u8 *data, unsigned int len, u16 protocol,
		   unsigned int header_len)
{
	struct l2s_ppp_header hdr;

	KUNIT_ASSERT_EQ_MSG(test, l2s_ppp_parse(data, len, &hdr), 0, "%*ph", len, data);
	KUNIT_ASSERT_EQ(test, hdr.protocol, protocol);
	KUNIT_ASSERT_EQ(test, hdr.header_len, header_len);
}

/* What we build is what RFC 1661 6.5 and 6.6 say, and is read back. */
static void every_protocol(struct kunit *test)
{
	struct l2s_ppp_header hdr;
	u32 protocol, form;

	for (protocol = 0; protocol <= U16_MAX; protocol++) {
		for (form = 0; form < 4; form++) {
			bool acfc = form & 1, pfc = form & 2;
			unsigned int len = l2s_ppp_header_len(protocol, acfc, pfc);
			u8 buf[8];

			memset(buf, 0x55, sizeof(buf));
			l2s_ppp_build(buf, protocol, acfc, pfc);
			KUNIT_ASSERT_EQ(test, len, (acfc ? 0U : 2U) +
					(pfc && protocol < 0x100 ? 1U : 2U));
			KUNIT_ASSERT_EQ(test, buf[len], 0x55);
			KUNIT_ASSERT_EQ(test, buf[len - 1], protocol & 0xff);
			if (legal(protocol))
				expect(test, buf, sizeof(buf), protocol, len);
			else if (!pfc)
				KUNIT_ASSERT_TRUE(test, l2s_ppp_parse(buf, len, &hdr) ||
						  hdr.protocol != protocol);
		}
	}
}

/* The four ways to say IPv4, and LCP as it must be sent. */
static void build_bytes(struct kunit *test)
{
	u8 buf[4];

	l2s_ppp_build(buf, L2S_PPP_IP, false, false);
	KUNIT_EXPECT_EQ(test, memcmp(buf, "\xff\x03\x00\x21", 4), 0);
	l2s_ppp_build(buf, L2S_PPP_IP, true, false);
	KUNIT_EXPECT_EQ(test, memcmp(buf, "\x00\x21", 2), 0);
	l2s_ppp_build(buf, L2S_PPP_IP, false, true);
	KUNIT_EXPECT_EQ(test, memcmp(buf, "\xff\x03\x21", 3), 0);
	l2s_ppp_build(buf, L2S_PPP_IP, true, true);
	KUNIT_EXPECT_EQ(test, memcmp(buf, "\x21", 1), 0);
	l2s_ppp_build(buf, 0xc021, false, true);
	KUNIT_EXPECT_EQ(test, memcmp(buf, "\xff\x03\xc0\x21", 4), 0);
}

/* All pairs of first bytes, followed by an odd one, as RFC 1661 reads them. */
static void every_beginning(struct kunit *test)
{
	struct l2s_ppp_header hdr;
	u32 word;

	for (word = 0; word <= U16_MAX; word++) {
		u8 buf[4] = { word >> 8, word, 0x00, 0x57 };

		if (word == 0xff03)
			expect(test, buf, 4, L2S_PPP_IPV6, 4);
		else if (buf[0] == 0xff)
			KUNIT_ASSERT_EQ(test, l2s_ppp_parse(buf, 4, &hdr), -EINVAL);
		else if (buf[0] & 1)
			expect(test, buf, 4, buf[0], 1);
		else if (legal(word))
			expect(test, buf, 4, word, 2);
		else
			KUNIT_ASSERT_EQ(test, l2s_ppp_parse(buf, 4, &hdr), -EINVAL);
	}
}

static void cut_at_every_length(struct kunit *test)
{
	static const struct {
		u8 bytes[6];
		unsigned int header_len;
		u16 protocol;
	} rows[] = {
		{ { 0xff, 0x03, 0x00, 0x21, 0x45, 0x00 }, 4, L2S_PPP_IP },
		{ { 0xff, 0x03, 0x21, 0x45, 0x00, 0x00 }, 3, L2S_PPP_IP },
		{ { 0x00, 0x57, 0x60, 0x00, 0x00, 0x00 }, 2, L2S_PPP_IPV6 },
		{ { 0x57, 0x60, 0x00, 0x00, 0x00, 0x00 }, 1, L2S_PPP_IPV6 },
		{ { 0xff, 0x03, 0xc0, 0x21, 0x01, 0x01 }, 4, 0xc021 },
		{ { 0xc2, 0x23, 0x01, 0x01, 0x00, 0x00 }, 2, 0xc223 },
	};
	struct l2s_ppp_header hdr;
	unsigned int i, len;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (len = 0; len <= sizeof(rows[i].bytes); len++) {
			int err = parse(test, rows[i].bytes, len, &hdr);

			KUNIT_EXPECT_EQ_MSG(test, err, len < rows[i].header_len ? -EINVAL : 0,
					    "row %u, %u bytes", i, len);
			if (err)
				continue;
			KUNIT_EXPECT_EQ(test, hdr.protocol, rows[i].protocol);
			KUNIT_EXPECT_EQ(test, hdr.header_len, rows[i].header_len);
		}
	}
}

static void wrong_headers(struct kunit *test)
{
	static const u8 rows[][4] = {
		{ 0xff, 0x13, 0x00, 0x21 },	/* control field is not UI */
		{ 0xff, 0x00, 0x00, 0x21 },
		{ 0xff, 0x03, 0x00, 0x20 },	/* even protocol */
		{ 0xff, 0x03, 0xff, 0x03 },	/* address field twice */
		{ 0x00, 0xff, 0x00, 0x21 },	/* 0x00ff is reserved */
		{ 0x00, 0x00, 0x00, 0x00 },
		{ 0xc0, 0x22, 0x00, 0x00 },
	};
	struct l2s_ppp_header hdr;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, l2s_ppp_parse(rows[i], 4, &hdr), -EINVAL, "row %u", i);
}

static struct kunit_case ppp_cases[] = {
	KUNIT_CASE(every_protocol),
	KUNIT_CASE(build_bytes),
	KUNIT_CASE(every_beginning),
	KUNIT_CASE(cut_at_every_length),
	KUNIT_CASE(wrong_headers),
	{}
};

static struct kunit_suite ppp_suite = {
	.name = "l2tpsec_ppp",
	.test_cases = ppp_cases,
};

kunit_test_suite(ppp_suite);
