// SPDX-License-Identifier: MIT
/*
 * libFuzzer target: requests on the control socket.  Input: records; with an odd operation the answer is awaited
 * before the next one is written, with bit 1 something happens that is published.
 */
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "fuzz.h"
#include "input.h"
#include "scratch.h"

#define SPINS	4

static json_t *answer(void *arg, const json_t *request)
{
	const char *text = json_string_value(json_object_get(request, "user"));

	(void)arg;
	if (!text)
		return NULL;
	return *text ? json_pack("{s:s}", "user", text) : json_pack("{s:s}", "error", "nobody");
}

static int client_new(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	strcpy(sun.sun_path, path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sun, sizeof(sun)))
		abort();
	return fd;
}

static void spin(struct event_base *base, int fd)
{
	char line[4096];
	int i;

	for (i = 0; i < SPINS; i++) {
		event_base_loop(base, EVLOOP_NONBLOCK);
		while (read(fd, line, sizeof(line)) > 0)
			;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct event_base *base;
	struct input_record rec = { 0 };
	struct ctl *ctl;
	struct rbuf r;
	int fd;

	input_quiet();
	if (!base)
		base = event_base_new();
	ctl = ctl_new(base, scratch_path("control"), answer, NULL);
	if (!ctl)
		abort();
	fd = client_new(scratch_path("control"));
	rbuf_init(&r, data, size);
	while (input_next(&r, &rec)) {
		if (send(fd, rec.data, rec.len, MSG_NOSIGNAL) >= 0 && rec.op & 1)
			spin(base, fd);
		if (rec.op & 2)
			ctl_publish(ctl, json_pack("{s:s}", "event", "gone"));
	}
	shutdown(fd, SHUT_WR);
	spin(base, fd);
	close(fd);
	event_base_loop(base, EVLOOP_NONBLOCK);
	ctl_free(ctl);
	return 0;
}
