// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/client.h"

static FILE *fail(const char *path, int fd)
{
	fprintf(stderr, "l2tpsec: cannot reach the daemon at %s: %s%s\n", path, strerror(errno),
		errno == ENOENT || errno == ECONNREFUSED ? "; is l2tpsecd running?" : "");
	if (fd >= 0)
		close(fd);
	return NULL;
}

/**
 * client_connect - reach the daemon
 * @path: of its control socket
 * Return: a stream, the caller closes it; NULL: said why on standard error.
 */
FILE *client_connect(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	FILE *daemon;
	int fd;

	if (strlen(path) >= sizeof(sun.sun_path)) {
		errno = ENAMETOOLONG;
		return fail(path, -1);
	}
	strcpy(sun.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sun, sizeof(sun)))
		return fail(path, fd);
	daemon = fdopen(fd, "r+");
	return daemon ? daemon : fail(path, fd);
}

/**
 * client_read - take the next line of the daemon's
 * @daemon: stream
 * Return: a new object; NULL at the end or when it is none.
 */
json_t *client_read(FILE *daemon)
{
	json_t *object;
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	len = getline(&line, &cap, daemon);
	object = len > 0 ? json_loadb(line, len, 0, NULL) : NULL;
	free(line);
	if (!json_is_object(object)) {
		json_decref(object);
		return NULL;
	}
	return object;
}

/**
 * client_request - ask the daemon
 * @daemon: stream
 * @request: the request; the reference is taken
 * Return: the answer, a new object; NULL: said why on standard error.
 */
json_t *client_request(FILE *daemon, json_t *request)
{
	int failed = !request || json_dumpf(request, daemon, JSON_COMPACT) || fputc('\n', daemon) == EOF ||
		     fflush(daemon);
	json_t *answer = NULL;

	json_decref(request);
	if (!failed)
		answer = client_read(daemon);
	if (!answer)
		fprintf(stderr, "l2tpsec: the daemon does not answer; only root may ask it\n");
	return answer;
}
