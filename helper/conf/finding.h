/* SPDX-License-Identifier: MIT */
/* What is wrong with the configuration: reported one by one, counted. */
#ifndef L2TPSEC_CONF_FINDING_H
#define L2TPSEC_CONF_FINDING_H

#include "conf/conf.h"

/**
 * struct findings - where findings go
 * @complain: takes each, may be NULL
 * @arg: for @complain
 * @errors: how many were errors
 */
struct findings {
	conf_complain complain;
	void *arg;
	unsigned int errors;
};

void finding_error(struct findings *f, const char *path, unsigned int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void finding_warning(struct findings *f, const char *path, unsigned int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void finding_check_mode(struct findings *f, const char *path, int fd);

#endif
