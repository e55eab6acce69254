// SPDX-License-Identifier: MIT
#include <openssl/rand.h>
#include <stdlib.h>

#include "core/random.h"

/**
 * random_bytes - fill with bytes nobody can foretell
 * @out: storage
 * @len: how many
 *
 * A generator that fails leaves nothing that could be done safely: the process ends.
 */
void random_bytes(void *out, size_t len)
{
	if (RAND_bytes(out, (int)len) != 1)
		abort();
}

/**
 * random_u32 - a random number
 * Return: any of 2^32.
 */
uint32_t random_u32(void)
{
	uint32_t v;

	random_bytes(&v, sizeof(v));
	return v;
}
