/* SPDX-License-Identifier: MIT */
/* core/random.h without chance. */
#ifndef L2TPSEC_TESTS_UNIT_FAKE_RANDOM_H
#define L2TPSEC_TESTS_UNIT_FAKE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void fake_random_set(const void *bytes, size_t len);
void fake_random_reset(void);

#endif
