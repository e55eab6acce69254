// SPDX-License-Identifier: MIT
/* libFuzzer target: fragments in any order; and every message that is cut comes together again. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ike/frag.h"
#include "input.h"

static void join_again(const uint8_t *msg, size_t len)
{
	uint8_t piece[FRAG_DATAGRAM_MAX], *whole = NULL;
	size_t i, n, whole_len = 0;
	struct frag f = { 0 };

	for (i = 0; (n = frag_cut(msg, len, i, piece)); i++) {
		if (whole || n > sizeof(piece))
			abort();
		whole = frag_add(&f, piece + ISAKMP_HEADER_LEN, n - ISAKMP_HEADER_LEN, &whole_len);
	}
	if (!whole || whole_len != len || memcmp(whole, msg, len))
		abort();
	free(whole);
}

/* A message is cut and joined by the first byte, which says so; else each record is the body of a fragment. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_record rec = { 0 };
	struct frag f = { 0 };
	uint8_t *whole;
	struct rbuf r;
	size_t len;

	if (size > ISAKMP_HEADER_LEN && size <= IKE_MESSAGE_MAX && data[0] == 0xff) {
		join_again(data, size);
		return 0;
	}
	rbuf_init(&r, data, size);
	while (input_next(&r, &rec)) {
		whole = frag_add(&f, rec.data, rec.len, &len);
		if (whole && len > IKE_MESSAGE_MAX)
			abort();
		free(whole);
	}
	frag_clear(&f);
	return 0;
}
