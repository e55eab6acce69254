// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/link.h"

/* Walks the blocks of a range: they are aligned, follow each other and end where it ends. */
static unsigned int blocks(uint32_t first, uint32_t last)
{
	uint64_t at = first, size;
	unsigned int n = 0, len;

	for (; at <= last; at += size, n++) {
		len = link_prefix_len(at, last);
		size = 1ull << (32 - len);
		assert_int_equal(at % size, 0);
		assert_true(at + size - 1 <= last);
	}
	assert_int_equal(at, (uint64_t)last + 1);
	return n;
}

static void ranges_become_few_routes(void **state)
{
	(void)state;
	assert_int_equal(link_prefix_len(0x0a630000, 0x0a6300ff), 24);
	assert_int_equal(link_prefix_len(0x0a63000a, 0x0a63000a), 32);
	assert_int_equal(link_prefix_len(0, UINT32_MAX), 0);
	assert_int_equal(blocks(0x0a630000, 0x0a6300ff), 1);
	assert_int_equal(blocks(0x0a63000a, 0x0a6300fa), 11);
	assert_int_equal(blocks(0x0a630001, 0x0a6300fe), 14);
	assert_int_equal(blocks(0xffffff00, UINT32_MAX), 1);
	assert_int_equal(blocks(0, UINT32_MAX), 1);
	assert_int_equal(blocks(1, UINT32_MAX), 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_become_few_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
