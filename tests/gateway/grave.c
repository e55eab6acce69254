// SPDX-License-Identifier: MIT
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "grave.h"

#define GRAVE_MAX	(64 * 1024 * 1024)

static char *grave;
static size_t grave_len;

/* What our own code frees; that of libraries is not linked through here. */
void __wrap_free(void *p)
{
	size_t len = p ? malloc_usable_size(p) : 0;

	if (grave && p && len <= GRAVE_MAX - grave_len) {
		memcpy(grave + grave_len, p, len);
		grave_len += len;
	}
	__real_free(p);
}

/**
 * grave_open - from now on
 */
void grave_open(void)
{
	grave_close();
	grave = malloc(GRAVE_MAX);
}

/**
 * grave_close - no more; what was kept is forgotten
 */
void grave_close(void)
{
	__real_free(grave);
	grave = NULL;
	grave_len = 0;
}

/**
 * grave_holds - was this in memory that was freed?
 * @bytes: it
 * @len: how many
 * Return: whether it was.
 */
bool grave_holds(const void *bytes, size_t len)
{
	return grave && memmem(grave, grave_len, bytes, len);
}

/**
 * grave_size - how much was freed
 * Return: bytes.
 */
size_t grave_size(void)
{
	return grave_len;
}
