/* SPDX-License-Identifier: MIT */
/* Randomness; tests/unit/fake_random.c gives the same calls a fixed sequence. */
#ifndef L2TPSEC_CORE_RANDOM_H
#define L2TPSEC_CORE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void random_bytes(void *out, size_t len);
uint32_t random_u32(void);

#endif
