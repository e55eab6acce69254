// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/log.h"

#define LINE_MAX_LEN	1024
#define LIMIT_LINES	10

static const char *const stage_names[STAGE_COUNT] = {
	[STAGE_IKE_PHASE1] = "ike-phase1",
	[STAGE_IKE_PHASE2] = "ike-phase2",
	[STAGE_L2TP] = "l2tp",
	[STAGE_LCP] = "lcp",
	[STAGE_AUTH] = "auth",
	[STAGE_IPCP] = "ipcp",
	[STAGE_UP] = "up",
};

/* sd-daemon(3) prefixes: journald reads the level from them. */
static const char *const level_marks[] = {
	[LOG_LEVEL_ERROR] = "<3>",
	[LOG_LEVEL_WARNING] = "<4>",
	[LOG_LEVEL_INFO] = "<6>",
	[LOG_LEVEL_DEBUG] = "<7>",
};

static enum log_level max_level = LOG_LEVEL_INFO;
static bool with_time;
static void (*line_sink)(enum log_level level, const char *line);

/**
 * log_init - choose what is written, and how
 * @max: the least important level that is written
 * @timestamps: begin lines with the time (a terminal) or with the journal's level mark
 */
void log_init(enum log_level max, bool timestamps)
{
	max_level = max;
	with_time = timestamps;
}

/**
 * log_has_timestamps - as chosen at log_init()
 * Return: whether lines begin with the time.
 */
bool log_has_timestamps(void)
{
	return with_time;
}

/**
 * log_set_sink - send lines elsewhere than to standard error
 * @sink: takes each line without its end; NULL: standard error again
 */
void log_set_sink(void (*sink)(enum log_level level, const char *line))
{
	line_sink = sink;
}

/* What a peer sent may stand in a line: nothing of it may end the line or drive a terminal. */
static void make_printable(char *line)
{
	for (; *line; line++) {
		if ((unsigned char)*line < ' ' || *line == 0x7f)
			*line = '?';
	}
}

static void emit(enum log_level level, char *line)
{
	char stamp[32];
	struct tm tm;
	time_t now;

	make_printable(line);
	if (line_sink) {
		line_sink(level, line);
		return;
	}
	if (!with_time) {
		fprintf(stderr, "%s%s\n", level_marks[level], line);
		return;
	}
	now = time(NULL);
	strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M:%S", localtime_r(&now, &tm));
	fprintf(stderr, "%s %s\n", stamp, line);
}

/**
 * log_line - one line about the daemon itself
 * @level: its weight
 * @fmt: printf format, without a newline
 */
void log_line(enum log_level level, const char *fmt, ...)
{
	char line[LINE_MAX_LEN];
	va_list ap;

	if (level > max_level)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	emit(level, line);
}

/**
 * stage_name - as log lines and `l2tpsec show` print it
 * @s: stage
 * Return: a constant string.
 */
const char *stage_name(enum stage s)
{
	return s < STAGE_COUNT ? stage_names[s] : "?";
}

static void vstory(const struct story *s, enum log_level level, enum stage at, const char *mark,
		   enum windows_error shown, const char *fmt, va_list ap)
{
	char line[LINE_MAX_LEN], text[LINE_MAX_LEN - 400];
	char windows[40] = "";

	if (level > max_level)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	if (shown)
		snprintf(windows, sizeof(windows), " (Windows shows error %d)", shown);
	snprintf(line, sizeof(line), "#%u %s%s%s: %s%s: %s%s", s->id, s->peer, *s->user ? " " : "", s->user,
		 mark, stage_name(at), text, windows);
	emit(level, line);
}

/**
 * story_log - one line of a subscriber's story
 * @s: whose
 * @level: its weight
 * @at: what it is about
 * @fmt: printf format, without a newline
 */
void story_log(const struct story *s, enum log_level level, enum stage at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vstory(s, level, at, "", WINDOWS_ERROR_NONE, fmt, ap);
	va_end(ap);
}

/**
 * story_fail - the one line that says why a subscriber could not connect
 * @s: whose
 * @at: where it failed
 * @shown: what a Windows user sees
 * @fmt: what was offered, what is accepted, what to do; printf format, without a newline
 */
void story_fail(struct story *s, enum stage at, enum windows_error shown, const char *fmt, ...)
{
	va_list ap;

	s->failed = true;
	va_start(ap, fmt);
	vstory(s, LOG_LEVEL_WARNING, at, "failed at ", shown, fmt, ap);
	va_end(ap);
}

/**
 * log_limit_begin - may a line go out in this second?
 * @limit: counts it
 * @line: begins with how many were left out since the last one, if any were
 * @size: room
 * Return: bytes that @line has now; -1: leave it out, the next one will tell.
 */
int log_limit_begin(struct log_limit *limit, char *line, size_t size)
{
	uint64_t second = clock_now_ms() / 1000;
	int n = 0;

	if (limit->second != second) {
		limit->second = second;
		limit->lines = 0;
	}
	if (limit->lines++ >= LIMIT_LINES) {
		limit->suppressed++;
		return -1;
	}
	if (limit->suppressed)
		n = snprintf(line, size, "(%u like this left out) ", limit->suppressed);
	limit->suppressed = 0;
	return n;
}

/**
 * log_limited - one line, unless there were too many in this second
 * @limit: the counter of this kind of line
 * @level: its weight
 * @fmt: printf format, without a newline
 */
void log_limited(struct log_limit *limit, enum log_level level, const char *fmt, ...)
{
	char line[LINE_MAX_LEN];
	va_list ap;
	int n;

	if (level > max_level)
		return;
	n = log_limit_begin(limit, line, sizeof(line));
	if (n < 0)
		return;
	va_start(ap, fmt);
	vsnprintf(line + n, sizeof(line) - n, fmt, ap);
	va_end(ap);
	emit(level, line);
}
