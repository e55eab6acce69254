// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ppp/ending.h"
#include "ppp/packet.h"

static void padding_is_left_out(void **state)
{
	static const uint8_t frame[] = { 1, 7, 0, 6, 0xaa, 0xbb, 0, 0, 0 };
	struct packet p;

	(void)state;
	assert_true(packet_parse(&p, frame, sizeof(frame)));
	assert_int_equal(p.code, 1);
	assert_int_equal(p.id, 7);
	assert_int_equal(p.len, 2);
	assert_ptr_equal(p.data, frame + 4);
}

static void every_shorter_frame_is_refused(void **state)
{
	static const uint8_t frame[] = { 1, 7, 0, 8, 1, 4, 5, 6 };
	struct packet p;

	(void)state;
	for (size_t len = 0; len < sizeof(frame); len++) {
		uint8_t *copy = malloc(len ? len : 1);

		memcpy(copy, frame, len);
		assert_false(packet_parse(&p, copy, len));
		free(copy);
	}
	assert_true(packet_parse(&p, frame, sizeof(frame)));
}

static void length_below_the_header_is_refused(void **state)
{
	uint8_t frame[] = { 1, 7, 0, 0 };
	struct packet p;

	(void)state;
	for (frame[3] = 0; frame[3] < 4; frame[3]++)
		assert_false(packet_parse(&p, frame, sizeof(frame)));
	assert_true(packet_parse(&p, frame, sizeof(frame)));
	assert_int_equal(p.len, 0);
}

static void options_one_by_one(void **state)
{
	static const uint8_t bytes[] = { 1, 4, 5, 120, 7, 2, 5, 6, 1, 2, 3, 4 };
	struct option o;
	struct rbuf r;

	(void)state;
	rbuf_init(&r, bytes, sizeof(bytes));
	assert_true(packet_option_next(&r, &o));
	assert_int_equal(o.type, 1);
	assert_int_equal(o.len, 2);
	assert_int_equal(packet_option_u32(&o), 0);
	assert_true(packet_option_next(&r, &o));
	assert_int_equal(o.type, 7);
	assert_int_equal(o.len, 0);
	assert_true(packet_option_next(&r, &o));
	assert_int_equal(packet_option_u32(&o), 0x01020304);
	assert_false(packet_option_next(&r, &o));
	assert_false(r.failed);
}

static void cut_options_fail(void **state)
{
	static const uint8_t bytes[] = { 5, 6, 1, 2, 3, 4 };
	struct option o;
	struct rbuf r;

	(void)state;
	for (size_t len = 1; len < sizeof(bytes); len++) {
		rbuf_init(&r, bytes, len);
		assert_false(packet_option_next(&r, &o));
		assert_true(r.failed);
	}
}

static void build_and_overflow(void **state)
{
	uint8_t storage[8];
	struct wbuf w;

	(void)state;
	wbuf_init(&w, storage, sizeof(storage));
	packet_begin(&w, 2, 9);
	wbuf_u32(&w, 0x01020304);
	assert_true(packet_end(&w));
	assert_memory_equal(storage, "\x02\x09\x00\x08\x01\x02\x03\x04", 8);
	wbuf_u8(&w, 0);
	assert_false(packet_end(&w));
}

/* The bytes of the Windows 7 log: CCP 0x2dc, IPCP 0x2e2, LCP 0. */
static void windows_endings(void **state)
{
	static const uint8_t ccp[] = { 0x41, 0x13, 0x12, 0x44, 0x00, 0x3c, 0xcd, 0x74, 0, 0, 0x02, 0xdc };
	static const uint8_t ipcp[] = { 0x41, 0x13, 0x12, 0x44, 0x00, 0x3c, 0xcd, 0x74, 0, 0, 0x02, 0xe2 };
	static const uint8_t lcp[] = { 0x41, 0x13, 0x12, 0x44, 0x00, 0x3c, 0xcd, 0x74, 0, 0, 0, 0 };
	static const uint8_t other[] = { 0x41, 0x13, 0x12, 0x44, 0x00, 0x3c, 0xcd, 0x74, 0, 1, 0, 0 };
	char text[ENDING_TEXT_LEN];

	(void)state;
	assert_string_equal(ending_print(ccp, 12, text),
			    "client ended: Windows error 732, could not agree on PPP control protocols");
	assert_string_equal(ending_print(ipcp, 12, text), "client ended: Windows error 738, no address assigned");
	assert_string_equal(ending_print(lcp, 12, text), "client ended");
	assert_string_equal(ending_print(other, 12, text), "client ended: Windows error 65536, not a known one");
	for (size_t len = 2; len < 12; len++)
		assert_string_equal(ending_print(ipcp, len, text), "client ended");
}

static void text_endings(void **state)
{
	char text[ENDING_TEXT_LEN];
	uint8_t longest[300];

	(void)state;
	assert_string_equal(ending_print((const uint8_t *)"User request", 12, text), "client ended: \"User request\"");
	assert_string_equal(ending_print((const uint8_t *)"User\nrequest", 12, text), "client ended");
	memset(longest, 'x', sizeof(longest));
	assert_true(strlen(ending_print(longest, sizeof(longest), text)) < ENDING_TEXT_LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(padding_is_left_out),
		cmocka_unit_test(every_shorter_frame_is_refused),
		cmocka_unit_test(length_below_the_header_is_refused),
		cmocka_unit_test(options_one_by_one),
		cmocka_unit_test(cut_options_fail),
		cmocka_unit_test(build_and_overflow),
		cmocka_unit_test(windows_endings),
		cmocka_unit_test(text_endings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
