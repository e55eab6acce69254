// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/log.h"
#include "fake_clock.h"

static char last[2048];
static enum log_level last_level;
static unsigned int lines;

static void sink(enum log_level level, const char *line)
{
	snprintf(last, sizeof(last), "%s", line);
	last_level = level;
	lines++;
}

static int setup(void **state)
{
	(void)state;
	log_init(LOG_LEVEL_INFO, false);
	log_set_sink(sink);
	lines = 0;
	return 0;
}

static void level_decides(void **state)
{
	(void)state;
	log_line(LOG_LEVEL_DEBUG, "no");
	assert_int_equal(lines, 0);
	log_line(LOG_LEVEL_INFO, "yes %d", 1);
	assert_int_equal(lines, 1);
	assert_string_equal(last, "yes 1");
	log_init(LOG_LEVEL_ERROR, false);
	log_line(LOG_LEVEL_WARNING, "no");
	assert_int_equal(lines, 1);
}

static void nothing_ends_a_line(void **state)
{
	(void)state;
	log_line(LOG_LEVEL_ERROR, "user \"%s\"", "a\nb\x1b[2J\x7f\xc3\xa4");
	assert_string_equal(last, "user \"a?b?[2J?\xc3\xa4\"");
}

static void long_lines_are_cut(void **state)
{
	char text[4096];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_line(LOG_LEVEL_ERROR, "%s", text);
	assert_int_equal(strlen(last), 1023);
}

static void story_names_subscriber_and_stage(void **state)
{
	struct story s = { .id = 7, .peer = "203.0.113.2:4500" };

	(void)state;
	story_log(&s, LOG_LEVEL_INFO, STAGE_IKE_PHASE1, "up");
	assert_string_equal(last, "#7 203.0.113.2:4500: ike-phase1: up");
	snprintf(s.user, sizeof(s.user), "alice");
	story_fail(&s, STAGE_AUTH, WINDOWS_ERROR_AUTH, "wrong password");
	assert_int_equal(last_level, LOG_LEVEL_WARNING);
	assert_non_null(strstr(last, "alice"));
	assert_non_null(strstr(last, "failed at auth: wrong password"));
	assert_non_null(strstr(last, "691"));
}

static void every_stage_has_a_name(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < STAGE_COUNT; i++)
		assert_string_not_equal(stage_name(i), "?");
	assert_string_equal(stage_name(STAGE_COUNT), "?");
}

static void strangers_get_ten_lines_a_second(void **state)
{
	struct log_limit limit = { 0 };
	int i;

	(void)state;
	fake_clock_advance(1000);
	for (i = 0; i < 25; i++)
		log_limited(&limit, LOG_LEVEL_WARNING, "garbage");
	assert_int_equal(lines, 10);
	fake_clock_advance(1000);
	log_limited(&limit, LOG_LEVEL_WARNING, "garbage");
	assert_int_equal(lines, 11);
	assert_string_equal(last, "(15 like this left out) garbage");
	log_limited(&limit, LOG_LEVEL_WARNING, "garbage");
	assert_string_equal(last, "garbage");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(level_decides, setup),
		cmocka_unit_test_setup(nothing_ends_a_line, setup),
		cmocka_unit_test_setup(long_lines_are_cut, setup),
		cmocka_unit_test_setup(story_names_subscriber_and_stage, setup),
		cmocka_unit_test_setup(every_stage_has_a_name, setup),
		cmocka_unit_test_setup(strangers_get_ten_lines_a_second, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
