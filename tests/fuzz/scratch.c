// SPDX-License-Identifier: MIT
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scratch.h"

static char folder[64];

static void clean_up(void)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d && (e = readdir(d)))
		unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	rmdir(folder);
}

static void make_folder(void)
{
	strcpy(folder, access("/dev/shm", W_OK) ? "/tmp/l2tpsec-fuzz-XXXXXX" : "/dev/shm/l2tpsec-fuzz-XXXXXX");
	if (!mkdtemp(folder))
		abort();
	atexit(clean_up);
}

/**
 * scratch_path - where a file lies
 * @name: file
 * Return: its path, until the next call.
 */
const char *scratch_path(const char *name)
{
	static char path[128];

	if (!*folder)
		make_folder();
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/**
 * scratch_write - write a file anew
 * @name: file
 * @data: what it holds
 * @len: bytes
 */
void scratch_write(const char *name, const void *data, size_t len)
{
	int fd = open(scratch_path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		abort();
	close(fd);
}
