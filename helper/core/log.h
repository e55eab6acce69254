/* SPDX-License-Identifier: MIT */
/* The log: lines of the daemon, and one story per subscriber. */
#ifndef L2TPSEC_CORE_LOG_H
#define L2TPSEC_CORE_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

/** enum stage - how far a subscriber has come; names its log lines and `l2tpsec show` */
enum stage {
	STAGE_IKE_PHASE1,
	STAGE_IKE_PHASE2,
	STAGE_L2TP,
	STAGE_LCP,
	STAGE_AUTH,
	STAGE_IPCP,
	STAGE_UP,
	STAGE_COUNT,
};

/** enum windows_error - what a Windows user is shown when set-up fails; 0 = nothing fits */
enum windows_error {
	WINDOWS_ERROR_NONE = 0,
	WINDOWS_ERROR_CLOSED = 628,
	WINDOWS_ERROR_AUTH = 691,
	WINDOWS_ERROR_NO_PPP_PROTOCOL = 732,
	WINDOWS_ERROR_PPP_TERMINATED = 734,
	WINDOWS_ERROR_NO_ADDRESS = 738,
	WINDOWS_ERROR_NO_ANSWER = 678,
	WINDOWS_ERROR_IKE = 789,
};

/**
 * struct story - whom a log line is about
 * @id: the subscriber's number, never reused while the daemon runs
 * @peer: its outer endpoint as text
 * @user: its user name once known, else ""
 * @failed: story_fail() has said why
 */
struct story {
	uint32_t id;
	char peer[64];
	char user[256];
	bool failed;
};

void log_init(enum log_level max, bool timestamps);
bool log_has_timestamps(void);
void log_set_sink(void (*sink)(enum log_level level, const char *line));
void log_line(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
const char *stage_name(enum stage s);
void story_log(const struct story *s, enum log_level level, enum stage at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void story_fail(struct story *s, enum stage at, enum windows_error shown, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * struct log_limit - so many lines per second for what strangers can provoke
 * @second: the second that is counted
 * @lines: lines in it
 * @suppressed: lines left out since the last one that was written
 */
struct log_limit {
	uint64_t second;
	unsigned int lines;
	unsigned int suppressed;
};

int log_limit_begin(struct log_limit *limit, char *line, size_t size);
void log_limited(struct log_limit *limit, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
