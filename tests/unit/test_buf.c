// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/buf.h"

static void read_straight_down(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct rbuf r;

	(void)state;
	rbuf_init(&r, bytes, sizeof(bytes));
	assert_int_equal(rbuf_u8(&r), 1);
	assert_int_equal(rbuf_u16(&r), 0x0203);
	assert_int_equal(rbuf_u32(&r), 0x04050607);
	assert_int_equal(rbuf_left(&r), 2);
	assert_ptr_equal(rbuf_bytes(&r, 2), bytes + 7);
	assert_int_equal(rbuf_left(&r), 0);
	assert_false(r.failed);
}

static void read_past_end_sticks(void **state)
{
	static const uint8_t bytes[] = { 0xff, 0xff, 0xff };
	struct rbuf r;

	(void)state;
	rbuf_init(&r, bytes, sizeof(bytes));
	assert_int_equal(rbuf_u32(&r), 0);
	assert_true(r.failed);
	assert_int_equal(rbuf_left(&r), 0);
	assert_int_equal(rbuf_u8(&r), 0);
	assert_null(rbuf_bytes(&r, 0));
}

static void read_huge_length(void **state)
{
	static const uint8_t byte = 1;
	struct rbuf r;

	(void)state;
	rbuf_init(&r, &byte, 1);
	assert_null(rbuf_bytes(&r, SIZE_MAX));
	assert_true(r.failed);
}

static void read_high_bit_u32(void **state)
{
	static const uint8_t bytes[] = { 0xff, 0xfe, 0xfd, 0xfc };
	struct rbuf r;

	(void)state;
	rbuf_init(&r, bytes, sizeof(bytes));
	assert_int_equal(rbuf_u32(&r), 0xfffefdfcu);
}

static void sub_cursor_is_bounded(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4 };
	struct rbuf r, sub;

	(void)state;
	rbuf_init(&r, bytes, sizeof(bytes));
	rbuf_sub(&r, 2, &sub);
	assert_int_equal(rbuf_u16(&sub), 0x0102);
	assert_int_equal(rbuf_u8(&sub), 0);
	assert_true(sub.failed);
	assert_false(r.failed);
	rbuf_sub(&r, 3, &sub);
	assert_true(r.failed);
	assert_true(sub.failed);
	assert_int_equal(rbuf_left(&sub), 0);
}

static void write_and_patch(void **state)
{
	static const uint8_t want[] = { 1, 0, 10, 0xde, 0xad, 0xbe, 0xef, 7, 8, 0 };
	uint8_t out[10];
	struct wbuf w;

	(void)state;
	wbuf_init(&w, out, sizeof(out));
	wbuf_u8(&w, 0);
	wbuf_u16(&w, 0);
	wbuf_u32(&w, 0xdeadbeef);
	wbuf_bytes(&w, "\x07\x08", 2);
	assert_non_null(wbuf_reserve(&w, 1));
	wbuf_patch_u8(&w, 0, 1);
	wbuf_patch_u16(&w, 1, w.len);
	assert_false(w.failed);
	assert_memory_equal(out, want, sizeof(want));
}

static void write_past_end_sticks(void **state)
{
	uint8_t out[4] = { 9, 9, 9, 9 };
	struct wbuf w;

	(void)state;
	wbuf_init(&w, out, 3);
	wbuf_u32(&w, 1);
	assert_true(w.failed);
	wbuf_u8(&w, 1);
	assert_true(w.failed);
	assert_int_equal(w.len, 0);
	assert_int_equal(out[0], 9);
	assert_int_equal(out[3], 9);
}

static void patch_outside_fails(void **state)
{
	uint8_t out[4];
	struct wbuf w;

	(void)state;
	wbuf_init(&w, out, sizeof(out));
	wbuf_u8(&w, 1);
	wbuf_patch_u16(&w, 0, 5);
	assert_true(w.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_straight_down),
		cmocka_unit_test(read_past_end_sticks),
		cmocka_unit_test(read_huge_length),
		cmocka_unit_test(read_high_bit_u32),
		cmocka_unit_test(sub_cursor_is_bounded),
		cmocka_unit_test(write_and_patch),
		cmocka_unit_test(write_past_end_sticks),
		cmocka_unit_test(patch_outside_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
