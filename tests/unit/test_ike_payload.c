// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ike/payload.h"
#include "ike/vendor.h"
#include "ike_hex.h"

#define WINDOWS	"tests/vectors/ike/windows10-main-mode-1.hex"

static uint8_t *windows_message(size_t *len)
{
	return ike_hex_file(WINDOWS, len);
}

static void header_is_read(void **state)
{
	struct isakmp_header h;
	size_t len;
	uint8_t *msg = windows_message(&len);

	(void)state;
	assert_int_equal(len, 408);
	assert_true(payload_header_parse(&h, msg, len));
	assert_memory_equal(h.icookie, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
	assert_memory_equal(h.rcookie, "\0\0\0\0\0\0\0\0", 8);
	assert_int_equal(h.next, ISAKMP_SA);
	assert_int_equal(h.version, ISAKMP_VERSION);
	assert_int_equal(h.exchange, ISAKMP_EXCHANGE_MAIN);
	assert_int_equal(h.flags, 0);
	assert_int_equal(h.message_id, 0);
	assert_int_equal(h.length, 408);
	free(msg);
}

static void windows_message_has_five_transforms_and_eight_vendor_ids(void **state)
{
	struct payload_offer offers[IKE_OFFERS_MAX];
	struct payload_list list;
	const struct payload *sa;
	size_t len;
	uint8_t *msg = windows_message(&len);
	int i;

	(void)state;
	assert_true(payload_list_parse(&list, ISAKMP_SA, msg + ISAKMP_HEADER_LEN, len - ISAKMP_HEADER_LEN));
	assert_int_equal(list.n, 9);
	assert_int_equal(payload_count(&list, ISAKMP_VID), 8);
	assert_ptr_equal(list.end, msg + len);
	sa = payload_find(&list, ISAKMP_SA, 0);
	assert_int_equal(payload_offers_parse(offers, IKE_OFFERS_MAX, sa->body, sa->len), 5);
	for (i = 0; i < 5; i++) {
		assert_int_equal(offers[i].number, 1);
		assert_int_equal(offers[i].protocol, ISAKMP_PROTO_ISAKMP);
		assert_int_equal(offers[i].spi_len, 0);
		assert_int_equal(offers[i].transform, i + 1);
		assert_int_equal(offers[i].id, TRANSFORM_KEY_IKE);
		assert_false(offers[i].combined);
		assert_int_equal(offers[i].attributes_len, i < 3 ? 32 : 28);
	}
	assert_int_equal(payload_offers_parse(offers, 4, sa->body, sa->len), -1);
	free(msg);
}

static void attributes_are_read_in_both_forms(void **state)
{
	/* basic, and variable with 0, 4, 8 and 9 bytes */
	static const uint8_t bytes[] = {
		0x80, 0x0b, 0x00, 0x01, 0x00, 0x05, 0x00, 0x00, 0x00, 0x0c, 0x00, 0x04, 0x00, 0x00, 0x70, 0x80,
		0x00, 0x0c, 0x00, 0x08, 1, 2, 3, 4, 5, 6, 7, 8, 0x00, 0x0c, 0x00, 0x09, 1, 2, 3, 4, 5, 6, 7, 8, 9,
	};
	static const struct payload_attribute expected[] = {
		{ 11, 1 }, { 5, 0 }, { 12, 28800 }, { 12, 0x0102030405060708 }, { 12, UINT64_MAX },
	};
	struct payload_attribute a;
	struct rbuf r;
	size_t i;

	(void)state;
	rbuf_init(&r, bytes, sizeof(bytes));
	for (i = 0; i < 5; i++) {
		assert_true(payload_attribute_next(&r, &a));
		assert_int_equal(a.type, expected[i].type);
		assert_true(a.value == expected[i].value);
	}
	assert_false(payload_attribute_next(&r, &a));
	assert_false(r.failed);
	assert_true(payload_attributes_check(bytes, sizeof(bytes)));
	assert_false(payload_attributes_check(bytes, sizeof(bytes) - 1));
	assert_false(payload_attributes_check(bytes, 3));
}

/* Take a message apart and put it together again. */
static void message_comes_out_as_it_went_in(void **state)
{
	uint8_t storage[IKE_MESSAGE_MAX];
	struct payload_builder b;
	struct payload_list list;
	struct isakmp_header h;
	size_t len, i;
	uint8_t *msg = windows_message(&len);

	(void)state;
	assert_true(payload_header_parse(&h, msg, len));
	assert_true(payload_list_parse(&list, h.next, msg + ISAKMP_HEADER_LEN, len - ISAKMP_HEADER_LEN));
	payload_message_begin(&b, storage, sizeof(storage), &h);
	for (i = 0; i < list.n; i++)
		payload_put(&b, list.p[i].type, list.p[i].body, list.p[i].len);
	assert_true(payload_message_end(&b));
	assert_int_equal(b.w.len, len);
	assert_memory_equal(storage, msg, len);
	free(msg);
}

/* One proposal with one transform comes out as the peer wrote it, whatever the form of its attributes. */
static void chosen_transform_is_returned_unchanged(void **state)
{
	static const char expected[] =
		"00000044 00000001 00000001 00000038 01030401 a1a2a3a4 0000002c 020c0000 80010001 00020004 00000e10\n"
		"80010002 00020004 0003d090 80040004 80050002 80060100";
	uint8_t sa[128], storage[256];
	struct isakmp_header h = { 0 };
	struct payload_offer offer;
	struct payload_builder b;
	size_t len = ike_hex(sa, sizeof(sa), expected);

	(void)state;
	assert_int_equal(payload_offers_parse(&offer, 1, sa + 4, len - 4), 1);
	assert_int_equal(offer.transform, 2);
	payload_message_begin(&b, storage, sizeof(storage), &h);
	payload_offer_put(&b, &offer);
	assert_true(payload_message_end(&b));
	assert_int_equal(b.w.len, ISAKMP_HEADER_LEN + len);
	assert_memory_equal(storage + ISAKMP_HEADER_LEN, sa, len);
}

static void proposals_with_one_number_go_together(void **state)
{
	/* number 1: AH and ESP; number 2: ESP alone */
	static const char text[] =
		"00000001 00000001\n"
		"02000014 01020401 11111111 00000008 01020000\n"
		"02000014 01030401 22222222 00000008 010c0000\n"
		"00000014 02030401 33333333 00000008 010c0000";
	struct payload_offer offers[4];
	uint8_t sa[128];
	size_t len = ike_hex(sa, sizeof(sa), text);

	(void)state;
	assert_int_equal(payload_offers_parse(offers, 4, sa, len), 3);
	assert_true(offers[0].combined);
	assert_true(offers[1].combined);
	assert_false(offers[2].combined);
}

static void notify_and_delete_come_out_as_they_went_in(void **state)
{
	static const uint8_t cookies[16] = "0123456789abcdef", number[4] = { 0, 0, 1, 2 }, spis[8] = "SPI1SPI2";
	const struct payload_notify n = { ISAKMP_PROTO_ISAKMP, NOTIFY_R_U_THERE, cookies, 16, number, 4 };
	const struct payload_delete d = { ISAKMP_PROTO_ESP, 4, 2, spis };
	struct isakmp_header h = { .exchange = ISAKMP_EXCHANGE_INFO };
	struct payload_notify n2;
	struct payload_delete d2;
	struct payload_builder b;
	struct payload_list list;
	struct payload cut;
	uint8_t storage[256];

	(void)state;
	payload_message_begin(&b, storage, sizeof(storage), &h);
	payload_notify_put(&b, &n);
	payload_delete_put(&b, &d);
	assert_true(payload_message_end(&b));
	assert_true(payload_list_parse(&list, storage[16], storage + 28, b.w.len - 28));
	assert_true(payload_notify_parse(&n2, &list.p[0]));
	assert_int_equal(n2.type, NOTIFY_R_U_THERE);
	assert_int_equal(n2.protocol, ISAKMP_PROTO_ISAKMP);
	assert_int_equal(n2.spi_len, 16);
	assert_memory_equal(n2.spi, cookies, 16);
	assert_int_equal(n2.len, 4);
	assert_memory_equal(n2.data, number, 4);
	assert_true(payload_delete_parse(&d2, &list.p[1]));
	assert_int_equal(d2.count, 2);
	assert_memory_equal(d2.spis, spis, 8);
	cut = list.p[1];
	cut.len--;
	assert_false(payload_delete_parse(&d2, &cut));
}

static void identity_addresses_have_their_size(void **state)
{
	static const uint8_t ip[] = { 1, 17, 0x01, 0xf4, 192, 0, 2, 1 };
	const struct payload good = { ISAKMP_ID, ip, 8 }, cut = { ISAKMP_ID, ip, 7 }, shorter = { ISAKMP_ID, ip, 3 };
	struct payload_id id;

	(void)state;
	assert_true(payload_id_parse(&id, &good));
	assert_int_equal(id.port, 500);
	assert_int_equal(id.protocol, 17);
	assert_false(payload_id_parse(&id, &cut));
	assert_false(payload_id_parse(&id, &shorter));
}

/* Everything that a parser can be asked about a message, on bytes that end where they end. */
static void parse_all(const uint8_t *msg, size_t len)
{
	struct payload_offer offers[IKE_OFFERS_MAX];
	struct payload_list list;
	struct payload_notify n;
	struct payload_delete d;
	struct isakmp_header h;
	struct payload_id id;
	char client[64] = "";
	size_t i;

	if (!payload_header_parse(&h, msg, len) ||
	    !payload_list_parse(&list, h.next, msg + ISAKMP_HEADER_LEN, h.length - ISAKMP_HEADER_LEN))
		return;
	for (i = 0; i < list.n; i++) {
		payload_offers_parse(offers, IKE_OFFERS_MAX, list.p[i].body, list.p[i].len);
		payload_notify_parse(&n, &list.p[i]);
		payload_delete_parse(&d, &list.p[i]);
		payload_id_parse(&id, &list.p[i]);
	}
	vendor_read(&list, client, sizeof(client));
}

static void truncated_anywhere_is_refused(void **state)
{
	struct payload_list list;
	size_t len, cut;
	uint8_t *msg = windows_message(&len), *part;

	(void)state;
	for (cut = 0; cut < len; cut++) {
		part = malloc(cut ? cut : 1);
		memcpy(part, msg, cut);
		parse_all(part, cut);
		if (cut >= ISAKMP_HEADER_LEN)
			assert_false(payload_list_parse(&list, ISAKMP_SA, part + ISAKMP_HEADER_LEN,
							cut - ISAKMP_HEADER_LEN));
		free(part);
	}
	free(msg);
}

/* Any single byte replaced, with the length still fitting: nothing is read beyond the end. */
static void damaged_anywhere_is_survived(void **state)
{
	static const uint8_t values[] = { 0, 1, 3, 4, 7, 8, 0x7f, 0x80, 0xff };
	size_t len, at, v;
	uint8_t *msg = windows_message(&len), saved;

	(void)state;
	for (at = 0; at < len; at++) {
		saved = msg[at];
		for (v = 0; v < sizeof(values); v++) {
			msg[at] = values[v];
			parse_all(msg, len);
		}
		msg[at] = saved;
	}
	free(msg);
}

static void too_many_payloads_are_refused(void **state)
{
	uint8_t chain[(IKE_PAYLOADS_MAX + 1) * 4];
	struct payload_list list;
	size_t i;

	(void)state;
	for (i = 0; i <= IKE_PAYLOADS_MAX; i++)
		memcpy(chain + i * 4, (uint8_t[]){ ISAKMP_VID, 0, 0, 4 }, 4);
	chain[IKE_PAYLOADS_MAX * 4] = ISAKMP_NONE;
	assert_false(payload_list_parse(&list, ISAKMP_VID, chain, sizeof(chain)));
	chain[(IKE_PAYLOADS_MAX - 1) * 4] = ISAKMP_NONE;
	assert_true(payload_list_parse(&list, ISAKMP_VID, chain, sizeof(chain)));
	assert_int_equal(list.n, IKE_PAYLOADS_MAX);
}

static void vendor_ids_tell_the_client(void **state)
{
	struct payload_list list;
	char client[64] = "";
	size_t len;
	uint8_t *msg = windows_message(&len);

	(void)state;
	assert_true(payload_list_parse(&list, ISAKMP_SA, msg + ISAKMP_HEADER_LEN, len - ISAKMP_HEADER_LEN));
	/* Windows knows NAT traversal and fragmentation, not DPD. */
	assert_int_equal(vendor_read(&list, client, sizeof(client)), VENDOR_RFC3947 | VENDOR_FRAGMENTATION);
	assert_string_equal(client, "Windows 8 or later");
	free(msg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_is_read),
		cmocka_unit_test(windows_message_has_five_transforms_and_eight_vendor_ids),
		cmocka_unit_test(attributes_are_read_in_both_forms),
		cmocka_unit_test(message_comes_out_as_it_went_in),
		cmocka_unit_test(chosen_transform_is_returned_unchanged),
		cmocka_unit_test(proposals_with_one_number_go_together),
		cmocka_unit_test(notify_and_delete_come_out_as_they_went_in),
		cmocka_unit_test(identity_addresses_have_their_size),
		cmocka_unit_test(truncated_anywhere_is_refused),
		cmocka_unit_test(damaged_anywhere_is_survived),
		cmocka_unit_test(too_many_payloads_are_refused),
		cmocka_unit_test(vendor_ids_tell_the_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
