// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include <event2/event.h>

#include "core/log.h"
#include "ctl/ctl.h"

static char dir[32];
static char path[64];
static struct event_base *base;
static struct ctl *ctl;
static char last_line[512];

static void sink(enum log_level level, const char *line)
{
	(void)level;
	snprintf(last_line, sizeof(last_line), "%s", line);
}

static json_t *handle(void *arg, const json_t *request)
{
	const char *command = json_string_value(json_object_get(request, "command"));

	assert_ptr_equal(arg, &base);
	if (!strcmp(command, "echo"))
		return json_pack("{s:O}", "got", json_object_get(request, "word"));
	if (!strcmp(command, "nothing"))
		return NULL;
	return json_pack("{s:s}", "error", "unknown command");
}

static int setup(void **state)
{
	(void)state;
	log_set_sink(sink);
	snprintf(path, sizeof(path), "%s/sub/control", dir);
	base = event_base_new();
	ctl = ctl_new(base, path, handle, &base);
	return !ctl;
}

static int teardown(void **state)
{
	(void)state;
	ctl_free(ctl);
	event_base_free(base);
	assert_int_not_equal(access(path, F_OK), 0);
	return 0;
}

static int client_new(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(sun.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	return fd;
}

static void spin(void)
{
	int i;

	for (i = 0; i < 20; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
}

/* What the client can read now; "" at the end, NULL when there is nothing. */
static const char *read_some(int fd)
{
	static char buf[8192];
	ssize_t len;

	spin();
	len = read(fd, buf, sizeof(buf) - 1);
	if (len < 0)
		return NULL;
	buf[len] = '\0';
	return buf;
}

static void say(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void requests_are_answered(void **state)
{
	int fd = client_new();

	(void)state;
	say(fd, "{\"command\":\"echo\",\"word\":\"hi\"}\n");
	assert_string_equal(read_some(fd), "{\"got\":\"hi\",\"ok\":true}\n");
	say(fd, "{\"command\":\"ec");
	assert_null(read_some(fd));
	say(fd, "ho\",\"word\":1}\n{\"command\":\"echo\",\"word\":2}\n");
	assert_string_equal(read_some(fd), "{\"got\":1,\"ok\":true}\n{\"got\":2,\"ok\":true}\n");
	close(fd);
	spin();
}

static void bad_requests_are_refused(void **state)
{
	int fd = client_new();

	(void)state;
	say(fd, "hello\n");
	assert_string_equal(read_some(fd), "{\"error\":\"the request is no JSON object\",\"ok\":false}\n");
	say(fd, "[1]\n");
	assert_string_equal(read_some(fd), "{\"error\":\"the request is no JSON object\",\"ok\":false}\n");
	say(fd, "{\"command\":7}\n");
	assert_string_equal(read_some(fd), "{\"error\":\"the request has no command\",\"ok\":false}\n");
	say(fd, "{\"command\":\"dance\"}\n");
	assert_string_equal(read_some(fd), "{\"error\":\"unknown command\",\"ok\":false}\n");
	say(fd, "{\"command\":\"nothing\"}\n");
	assert_string_equal(read_some(fd), "{\"error\":\"the daemon cannot answer\",\"ok\":false}\n");
	close(fd);
	spin();
}

static void endless_requests_end_the_connection(void **state)
{
	int fd = client_new();
	char text[6000];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	spin();
	assert_int_equal(read(fd, text, sizeof(text)), -1);
	assert_int_equal(errno, ECONNRESET);
	close(fd);
	spin();
}

static void a_closed_half_still_gets_its_answer(void **state)
{
	int fd = client_new();

	(void)state;
	say(fd, "{\"command\":\"echo\",\"word\":1}\n");
	shutdown(fd, SHUT_WR);
	assert_string_equal(read_some(fd), "{\"got\":1,\"ok\":true}\n");
	assert_string_equal(read_some(fd), "");
	close(fd);
}

static void monitors_get_events(void **state)
{
	int quiet = client_new(), fd = client_new();

	(void)state;
	say(fd, "{\"command\":\"monitor\"}\n");
	assert_string_equal(read_some(fd), "{\"ok\":true}\n");
	ctl_publish(ctl, json_pack("{s:s, s:i}", "event", "stage", "id", 1));
	assert_string_equal(read_some(fd), "{\"event\":\"stage\",\"id\":1}\n");
	assert_null(read_some(quiet));
	say(fd, "{\"command\":\"echo\",\"word\":1}\n");
	assert_null(read_some(fd));
	close(fd);
	spin();
	ctl_publish(ctl, json_pack("{s:s}", "event", "stage"));
	close(quiet);
	spin();
}

static void slow_monitors_are_dropped(void **state)
{
	int fd = client_new(), i;
	char text[1024];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	say(fd, "{\"command\":\"monitor\"}\n");
	assert_string_equal(read_some(fd), "{\"ok\":true}\n");
	*last_line = '\0';
	for (i = 0; i < 4096 && !*last_line; i++) {
		ctl_publish(ctl, json_pack("{s:s}", "event", text));
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
	assert_string_equal(last_line, "a monitor does not read and is disconnected");
	close(fd);
}

static void only_the_owner_may_open_the_file(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_live_socket_is_not_taken_away(void **state)
{
	(void)state;
	assert_null(ctl_new(base, path, handle, NULL));
	assert_non_null(strstr(last_line, "Address already in use"));
	spin();
	assert_int_equal(access(path, F_OK), 0);
}

static void a_dead_socket_is_replaced(void **state)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	char other[80];
	struct ctl *second;
	int fd;

	(void)state;
	snprintf(other, sizeof(other), "%s/dead", dir);
	strcpy(sun.sun_path, other);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	close(fd);
	second = ctl_new(base, other, handle, NULL);
	assert_non_null(second);
	ctl_free(second);
}

static int group_setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/l2tpsec-ctl-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int group_teardown(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(requests_are_answered, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_requests_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(endless_requests_end_the_connection, setup, teardown),
		cmocka_unit_test_setup_teardown(a_closed_half_still_gets_its_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(monitors_get_events, setup, teardown),
		cmocka_unit_test_setup_teardown(slow_monitors_are_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(only_the_owner_may_open_the_file, setup, teardown),
		cmocka_unit_test_setup_teardown(a_live_socket_is_not_taken_away, setup, teardown),
		cmocka_unit_test_setup_teardown(a_dead_socket_is_replaced, setup, teardown),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
