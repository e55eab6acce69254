/* SPDX-License-Identifier: MIT */
/* Every option of the configuration file as a table row: where it goes, what is right, what it is by default. */
#ifndef L2TPSEC_CONF_OPTION_H
#define L2TPSEC_CONF_OPTION_H

#include "conf/finding.h"

/**
 * struct option_value - a value that is to be stored
 * @f: where warnings go
 * @path: the configuration file: names of other files are relative to its folder
 * @text: the value
 * @append: it continues the line before
 * @wrong: set by the option when it is refused: what is wrong
 */
struct option_value {
	struct findings *f;
	const char *path;
	const char *text;
	bool append;
	char wrong[320];
};

/**
 * struct option - one option
 * @section: first word of its section
 * @key: its name
 * @preset: its default, NULL = none
 * @set: store a value; false: refused
 * @offset: where, in struct conf; struct conf_psk for [psk]; struct conf_profile for
 *	[profile]; struct conf_pool for [pool]
 * @min: numbers: smallest
 * @max: numbers: largest; lists: most elements
 * @list: elements are separated by commas, indented lines continue it
 * @secret: the value is never printed
 * @right: what may be written
 */
struct option {
	const char *section;
	const char *key;
	const char *preset;
	bool (*set)(const struct option *o, void *base, struct option_value *v);
	size_t offset;
	unsigned int min;
	unsigned int max;
	bool list;
	bool secret;
	const char *right;
};

extern const struct option options[];
extern const size_t options_len;

const struct option *option_find(const char *section, const char *key);
void option_names(const char *section, char *out, size_t size);
char *option_path(const char *conf_path, const char *name);

#endif
