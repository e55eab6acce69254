/* SPDX-License-Identifier: MIT */
#ifndef L2TPSEC_TESTS_FUZZ_FUZZ_H
#define L2TPSEC_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* What each target defines and libFuzzer calls; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of fuzz_gateway, put in place of the real ones by the linker. */
struct mschapv2 *__real_mschapv2_new(void);
struct mschapv2 *__wrap_mschapv2_new(void);
void __wrap_mschapv2_free(struct mschapv2 *m);

#endif
