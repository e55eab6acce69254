/* SPDX-License-Identifier: MIT */
/*
 * Scripts in fuzzer input: records of an operation, where it has bytes also their number (two bytes), and those.
 * What they mean is the target's business; what stands in no script stands in no heap block either, so that
 * AddressSanitizer notices one byte too many.
 */
#ifndef L2TPSEC_TESTS_FUZZ_INPUT_H
#define L2TPSEC_TESTS_FUZZ_INPUT_H

#include "core/buf.h"

/**
 * struct input_record - one step
 * @op: what to do
 * @data: its bytes, on the heap, of exactly @len; freed by the next input_next()
 * @len: how many
 */
struct input_record {
	uint8_t op;
	uint8_t *data;
	size_t len;
};

bool input_next(struct rbuf *r, struct input_record *rec);
void *input_copy(const void *data, size_t len);
void input_quiet(void);

#endif
