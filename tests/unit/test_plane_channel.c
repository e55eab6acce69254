// SPDX-License-Identifier: MIT
/* Against the running kernel: its generic netlink controller is a family that is always there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/genetlink.h>

#include "conf/conf.h"
#include "core/log.h"
#include "plane/channel.h"
#include "plane/message.h"

static uint8_t buf[MESSAGE_MAX] __attribute__((aligned(8)));
static char lines[4096];
static struct channel *channel;

static void sink(enum log_level level, const char *line)
{
	(void)level;
	strncat(lines, line, sizeof(lines) - strlen(lines) - 1);
}

static int setup(void **state)
{
	(void)state;
	*lines = '\0';
	log_set_sink(sink);
	channel = channel_open();
	return !channel;
}

static int teardown(void **state)
{
	(void)state;
	channel_close(channel);
	return 0;
}

static bool take_family(const struct nlmsghdr *nlh, void *arg)
{
	return message_get_family(nlh, "notify", arg);
}

static int ask(const char *name, channel_take take, struct message_family *family)
{
	struct nlmsghdr *nlh = message_start(buf, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 2);

	message_put_family(nlh, name);
	return channel_exchange(channel, nlh, take, family);
}

static void a_family_is_found(void **state)
{
	struct message_family f;

	(void)state;
	assert_int_equal(ask("nlctrl", take_family, &f), 0);
	assert_int_equal(f.id, GENL_ID_CTRL);
	assert_true(f.events);
	assert_int_equal(channel_join(channel, f.events), 0);
	assert_false(channel_waiting(channel));
}

static void an_unknown_family_is_refused(void **state)
{
	struct message_family f;

	(void)state;
	assert_int_equal(ask("no-such-family", take_family, &f), -ENOENT);
}

static bool take_nothing(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	(void)arg;
	return false;
}

static void an_answer_that_is_not_understood_fails(void **state)
{
	(void)state;
	assert_int_equal(ask("nlctrl", take_nothing, NULL), -EPROTO);
}

/* What nobody waits for stays in the queue: here the refusal of a request sent without waiting. */
static void unasked_messages_are_queued(void **state)
{
	struct nlmsghdr *nlh = message_start(buf, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 2), *got;
	struct message_family f;
	const char *sentence;
	int err;

	(void)state;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	message_put_family(nlh, "no-such-family");
	assert_int_equal(channel_send(channel, nlh), 0);
	assert_int_equal(ask("nlctrl", take_family, &f), 0);
	assert_true(channel_waiting(channel));
	got = channel_next(channel);
	assert_non_null(got);
	assert_true(message_get_error(got, &err, &sentence));
	assert_int_equal(err, -ENOENT);
	free(got);
	assert_null(channel_next(channel));
}

/* A request whose attribute the kernel's policy refuses: its own sentence is in the log. */
static void the_kernels_sentence_is_logged(void **state)
{
	struct nlmsghdr *nlh = message_start(buf, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 2);

	(void)state;
	mnl_attr_put_u8(nlh, CTRL_ATTR_FAMILY_ID, 1);
	assert_int_not_equal(channel_exchange(channel, nlh, NULL, NULL), 0);
	assert_non_null(strstr(lines, "the module says: "));
}

static void without_the_module_the_plane_says_so(void **state)
{
	struct conf_gateway conf = { .device = "l2s0" };
	struct message_family f;

	(void)state;
	if (!ask("l2tpsec", take_family, &f))
		skip();
	assert_null(plane_kernel_new(NULL, &conf, NULL, NULL));
	assert_non_null(strstr(lines, "the kernel module l2tpsec is not loaded; run modprobe l2tpsec"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_family_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(an_unknown_family_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(an_answer_that_is_not_understood_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(unasked_messages_are_queued, setup, teardown),
		cmocka_unit_test_setup_teardown(the_kernels_sentence_is_logged, setup, teardown),
		cmocka_unit_test_setup_teardown(without_the_module_the_plane_says_so, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
