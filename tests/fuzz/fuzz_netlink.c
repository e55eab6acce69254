// SPDX-License-Identifier: MIT
/* libFuzzer target: what comes from a netlink socket, read as every kind of message that we wait for. */
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "input.h"
#include "plane/message.h"

static void look(const struct nlmsghdr *nlh)
{
	const uint8_t *end = (const uint8_t *)nlh + nlh->nlmsg_len;
	struct message_family family;
	struct message_event event;
	struct plane_device dev;
	struct plane_stats stats;
	struct plane_frame frame;
	const char *sentence;
	int err;

	message_command(nlh);
	message_ifindex(nlh);
	message_get_family(nlh, "events", &family);
	message_get_device(nlh, &dev);
	message_get_sa_stats(nlh, &stats);
	message_get_session_stats(nlh, &stats);
	message_get_event(nlh, &event);
	if (message_get_frame(nlh, &frame) && frame.data + frame.len > end)
		abort();
	if (message_get_error(nlh, &err, &sentence) && sentence && (const uint8_t *)sentence + strlen(sentence) >= end)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nlmsghdr *nlh;
	const uint8_t *at;
	uint8_t *copy;

	if (!size || size > 65536)
		return 0;
	/* aligned, as the socket's buffer is */
	copy = input_copy(data, size);
	at = copy;
	while ((nlh = message_cut(&at, &size)))
		look(nlh);
	free(copy);
	return 0;
}
