// SPDX-License-Identifier: MIT
/* Stands in for libFuzzer: gives each file named on the command line to the target once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static int replay(const char *path)
{
	static uint8_t data[1 << 20];
	FILE *f = fopen(path, "rb");
	uint8_t *copy;
	size_t len;

	if (!f) {
		perror(path);
		return 1;
	}
	len = fread(data, 1, sizeof(data), f);
	fclose(f);
	/* Of its exact size, so that reading behind it is noticed. */
	copy = malloc(len ? len : 1);
	if (!copy)
		return 1;
	memcpy(copy, data, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
	return 0;
}

int main(int argc, char **argv)
{
	int i, failed = argc < 2;

	for (i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	return failed;
}
