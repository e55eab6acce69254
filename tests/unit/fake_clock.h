/* SPDX-License-Identifier: MIT */
/* core/clock.h over a clock that only a test moves. */
#ifndef L2TPSEC_TESTS_UNIT_FAKE_CLOCK_H
#define L2TPSEC_TESTS_UNIT_FAKE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

void fake_clock_advance(uint64_t ms);
uint64_t fake_clock_next_ms(void);
size_t fake_clock_pending(void);

#endif
