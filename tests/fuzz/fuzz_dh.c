// SPDX-License-Identifier: MIT
/* libFuzzer target: a public value of the peer's, for the group that the first byte chooses. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ike/dh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned int groups[] = { 2, 14, 19, 20, 21, 31 };
	static const uint8_t nothing[DH_PUBLIC_MAX];
	struct dh dh = { .peer_len = size - 1 };

	if (!size || size - 1 > sizeof(dh.peer))
		return 0;
	dh.group = groups[data[0] % (sizeof(groups) / sizeof(groups[0]))];
	memset(dh.priv, 0x37, dh_private_len(dh.group));
	memcpy(dh.peer, data + 1, size - 1);
	/* a secret that everybody knows is none */
	if (dh_compute(&dh) && (size - 1 != dh_public_len(dh.group) ||
				!memcmp(dh.secret, nothing, dh_secret_len(dh.group))))
		abort();
	return 0;
}
