// SPDX-License-Identifier: MIT
#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ike_hex.h"

static unsigned int digit(char c)
{
	return isdigit((unsigned char)c) ? (unsigned int)(c - '0') : (unsigned int)(tolower(c) - 'a' + 10);
}

/**
 * ike_hex - bytes from hex digits; white space between them is left out
 * @out: storage
 * @cap: its size
 * @text: digits
 * Return: bytes.
 */
size_t ike_hex(uint8_t *out, size_t cap, const char *text)
{
	size_t n = 0;

	for (; *text; text++) {
		if (!isxdigit((unsigned char)*text))
			continue;
		assert(n / 2 < cap);
		out[n / 2] = n % 2 ? out[n / 2] << 4 | digit(*text) : digit(*text);
		n++;
	}
	assert(n % 2 == 0);
	return n / 2;
}

/**
 * ike_hex_file - bytes from a file of tests/vectors; lines with # are comments
 * @path: from the top of the tree
 * @len: result: how many
 * Return: the bytes; the caller frees them.
 */
uint8_t *ike_hex_file(const char *path, size_t *len)
{
	char name[512], line[4096];
	uint8_t *out = malloc(65536);
	FILE *f;

	snprintf(name, sizeof(name), "%s/%s", TOP_DIR, path);
	f = fopen(name, "r");
	assert(f && out);
	*len = 0;
	while (fgets(line, sizeof(line), f)) {
		if (*line != '#')
			*len += ike_hex(out + *len, 65536 - *len, line);
	}
	fclose(f);
	return realloc(out, *len);
}
