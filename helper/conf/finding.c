// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <sys/stat.h>

#include "conf/finding.h"

static void report(struct findings *f, const char *path, unsigned int line, const char *weight,
		   const char *fmt, va_list ap)
{
	char text[1024], what[768];

	vsnprintf(what, sizeof(what), fmt, ap);
	snprintf(text, sizeof(text), "%s:%u: %s%s", path, line, weight, what);
	if (f->complain)
		f->complain(f->arg, text);
}

/**
 * finding_error - report what makes the configuration unusable
 * @f: where to
 * @path: file
 * @line: line in it, 0 = the file as a whole
 * @fmt: what is wrong; what would be right; printf format
 */
void finding_error(struct findings *f, const char *path, unsigned int line, const char *fmt, ...)
{
	va_list ap;

	f->errors++;
	va_start(ap, fmt);
	report(f, path, line, "", fmt, ap);
	va_end(ap);
}

/**
 * finding_warning - report what is allowed but not wise
 * @f: where to
 * @path: file
 * @line: line in it, 0 = the file as a whole
 * @fmt: what is wrong; what would be right; printf format
 */
void finding_warning(struct findings *f, const char *path, unsigned int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(f, path, line, "warning: ", fmt, ap);
	va_end(ap);
}

/**
 * finding_check_mode - warn when everybody can read a file with secrets
 * @f: where to
 * @path: its name
 * @fd: the open file
 */
void finding_check_mode(struct findings *f, const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || !(st.st_mode & 0004))
		return;
	finding_warning(f, path, 0, "holds secrets and everybody can read it (mode %04o); chmod 600 it",
			st.st_mode & 07777);
}
