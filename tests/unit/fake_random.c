// SPDX-License-Identifier: MIT
#include <assert.h>
#include <string.h>

#include "core/random.h"
#include "fake_random.h"

#define SEED	0x9e3779b97f4a7c15ull

static uint8_t queue[8192];
static size_t queue_len;
static uint64_t state = SEED;

/* xorshift64* */
static uint8_t next_byte(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dull) >> 56;
}

/**
 * fake_random_set - say what comes next
 * @bytes: given out first; behind what is still queued
 * @len: how many
 */
void fake_random_set(const void *bytes, size_t len)
{
	assert(len <= sizeof(queue) - queue_len);
	memcpy(queue + queue_len, bytes, len);
	queue_len += len;
}

/**
 * fake_random_reset - forget the queue and start the same sequence again
 */
void fake_random_reset(void)
{
	queue_len = 0;
	state = SEED;
}

void random_bytes(void *out, size_t len)
{
	size_t n = len < queue_len ? len : queue_len;
	uint8_t *p = out;
	size_t i;

	memcpy(p, queue, n);
	memmove(queue, queue + n, queue_len - n);
	queue_len -= n;
	for (i = n; i < len; i++)
		p[i] = next_byte();
}

uint32_t random_u32(void)
{
	uint32_t v;

	random_bytes(&v, sizeof(v));
	return v;
}
