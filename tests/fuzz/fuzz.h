/* SPDX-License-Identifier: MIT */
#ifndef L2TPSEC_TESTS_FUZZ_FUZZ_H
#define L2TPSEC_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* What each target defines and libFuzzer calls; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
