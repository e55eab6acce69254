// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <linux/l2tpsec.h>

#include "plane/drop.h"

static void every_reason_has_a_name_of_its_own(void **state)
{
	unsigned int i, k;

	(void)state;
	for (i = 0; i <= L2TPSEC_DROP_MAX; i++) {
		if (!drop_name(i))
			fail_msg("reason %u has no name", i);
		for (k = 0; k < i; k++)
			assert_string_not_equal(drop_name(i), drop_name(k));
	}
}

static void unknown_reasons_have_none(void **state)
{
	(void)state;
	assert_null(drop_name(L2TPSEC_DROP_MAX + 1));
	assert_null(drop_name(UINT32_MAX));
}

static void names_say_the_direction(void **state)
{
	unsigned int i;

	(void)state;
	for (i = L2TPSEC_DROP_RX_SHORT; i <= L2TPSEC_DROP_RX_NO_MEMORY; i++)
		assert_memory_equal(drop_name(i), "rx-", 3);
	for (i = L2TPSEC_DROP_TX_NO_SESSION; i <= L2TPSEC_DROP_MAX; i++)
		assert_memory_equal(drop_name(i), "tx-", 3);
	assert_string_equal(drop_name(L2TPSEC_DROP_RX_REPLAY), "rx-replay");
	assert_string_equal(drop_name(L2TPSEC_DROP_TX_NO_MEMORY), "tx-no-memory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_has_a_name_of_its_own),
		cmocka_unit_test(unknown_reasons_have_none),
		cmocka_unit_test(names_say_the_direction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
