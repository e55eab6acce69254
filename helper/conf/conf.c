// SPDX-License-Identifier: MIT
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/certificate.h"
#include "conf/option.h"
#include "conf/users.h"

#define OPTIONS_MAX	64
#define SECTIONS_MAX	256
#define CONF_SECTIONS	"gateway, ike, esp, certificate, l2tp, ppp, psk NAME, profile NAME, pool NAME"

/**
 * struct reader - a configuration file while it is read
 * @f: where findings go
 * @path: its name
 * @file: the open file
 * @line: number of the line that inih got last
 * @continued: that line is indented: it continues the one before
 * @conf: result
 * @heading: current section as written, "" before the first
 * @section: its first word
 * @base: where the section's options go, NULL: an unknown section, its options are skipped
 * @seen: options of this section that were set
 * @sections: headings so far, for duplicates
 * @sections_len: how many
 * @psk_lines: where each psk starts, like @conf->ike.psks
 * @pool_lines: where each pool starts, like @conf->pools
 * @certificate_line: where [certificate] starts, 0 = nowhere
 * @cut: a blank and a semicolon follow the value: inih takes that for a comment
 * @secrets: a secret stands in this very file
 */
struct reader {
	struct findings *f;
	const char *path;
	FILE *file;
	unsigned int line;
	bool continued;
	struct conf *conf;
	char heading[64];
	char section[64];
	void *base;
	bool seen[OPTIONS_MAX];
	char *sections[SECTIONS_MAX];
	size_t sections_len;
	unsigned int psk_lines[SECTIONS_MAX];
	unsigned int pool_lines[SECTIONS_MAX];
	unsigned int certificate_line;
	bool cut;
	bool secrets;
};

static void *grow(void *array, size_t len, size_t size)
{
	char *grown = reallocarray(array, len + 1, size);

	if (!grown)
		abort();
	memset(grown + len * size, 0, size);
	return grown;
}

static char *duplicate(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		abort();
	return copy;
}

static struct conf_psk *psk_new(struct reader *r, const char *name)
{
	struct conf_ike *ike = &r->conf->ike;
	struct conf_psk *psk;

	ike->psks = grow(ike->psks, ike->psks_len, sizeof(*psk));
	r->psk_lines[ike->psks_len] = r->line;
	psk = &ike->psks[ike->psks_len++];
	psk->name = duplicate(name);
	return psk;
}

static struct conf_profile *profile_new(struct reader *r, const char *name)
{
	struct conf_ike *ike = &r->conf->ike;
	struct conf_profile *profile;

	ike->profiles = grow(ike->profiles, ike->profiles_len, sizeof(*profile));
	profile = &ike->profiles[ike->profiles_len++];
	profile->name = duplicate(name);
	return profile;
}

static struct conf_pool *pool_new_section(struct reader *r, const char *name)
{
	struct conf *conf = r->conf;
	struct conf_pool *pool;

	conf->pools = grow(conf->pools, conf->pools_len, sizeof(*pool));
	r->pool_lines[conf->pools_len] = r->line;
	pool = &conf->pools[conf->pools_len++];
	pool->name = duplicate(name);
	return pool;
}

static void *plain_section(struct reader *r)
{
	if (!strcmp(r->section, "certificate"))
		r->certificate_line = r->line;
	return r->conf;
}

/* Where a section's options go; NULL: complained about. */
static void *section_base(struct reader *r, const char *name)
{
	bool named = !strcmp(r->section, "psk") || !strcmp(r->section, "profile") || !strcmp(r->section, "pool");
	char keys[512];

	option_names(r->section, keys, sizeof(keys));
	if (!*keys)
		finding_error(r->f, r->path, r->line,
			      "unknown section [%s]; there are %s", r->heading, CONF_SECTIONS);
	else if (named && !*name)
		finding_error(r->f, r->path, r->line, "[%s] has no name; write [%s NAME]", r->heading, r->section);
	else if (!named && *name)
		finding_error(r->f, r->path, r->line, "[%s] has a name; write [%s]", r->heading, r->section);
	else if (!strcmp(r->section, "psk"))
		return psk_new(r, name);
	else if (!strcmp(r->section, "profile"))
		return profile_new(r, name);
	else if (!strcmp(r->section, "pool"))
		return pool_new_section(r, name);
	else
		return plain_section(r);
	return NULL;
}

static bool is_repeated(struct reader *r)
{
	size_t i;

	for (i = 0; i < r->sections_len; i++) {
		if (!strcmp(r->sections[i], r->heading))
			return true;
	}
	if (r->sections_len < SECTIONS_MAX)
		r->sections[r->sections_len++] = duplicate(r->heading);
	return false;
}

static void enter_section(struct reader *r, const char *heading)
{
	const char *name = heading + strcspn(heading, " \t");

	snprintf(r->heading, sizeof(r->heading), "%s", heading);
	snprintf(r->section, sizeof(r->section), "%.*s", (int)(name - heading), heading);
	memset(r->seen, 0, sizeof(r->seen));
	r->base = NULL;
	if (r->sections_len == SECTIONS_MAX) {
		finding_error(r->f, r->path, r->line, "more than %d sections", SECTIONS_MAX);
		return;
	}
	if (is_repeated(r)) {
		finding_error(r->f, r->path, r->line, "[%s] stands here again; put its options together", heading);
		return;
	}
	r->base = section_base(r, name + strspn(name, " \t"));
}

/* What inih would report by a bare line number or not at all. */
static void look_at_line(struct reader *r, char *line)
{
	char *text = line + strspn(line, " \t"), *end;
	const char *semicolon = strchr(text, ';');

	r->cut = semicolon && semicolon > line && isblank((unsigned char)semicolon[-1]);
	r->continued = text != line;
	if (r->continued || !*text || strchr(";#\r\n", *text))
		return;
	if (*text == '[') {
		end = strchr(text, ']');
		if (!end) {
			finding_error(r->f, r->path, r->line, "the section has no end; write [NAME]");
			return;
		}
		*end = '\0';
		enter_section(r, text + 1);
		*end = ']';
	} else if (!strpbrk(text, "=:")) {
		finding_error(r->f, r->path, r->line, "neither a section nor an option; write OPTION = VALUE");
	}
}

/* Gives inih a line; called instead of fgets(). */
static char *next_line(char *out, int size, void *arg)
{
	struct reader *r = arg;
	char *end;
	int c;

	if (!fgets(out, size, r->file))
		return NULL;
	r->line++;
	end = strchr(out, '\n');
	if (!end && !feof(r->file)) {
		finding_error(r->f, r->path, r->line, "longer than %d characters; continue lists on indented lines",
			      size - 2);
		while ((c = getc(r->file)) != EOF && c != '\n')
			;
		strcpy(out, "#\n");
	}
	look_at_line(r, out);
	return out;
}

static void refuse(struct reader *r, const struct option *o, const struct option_value *v)
{
	if (*v->wrong)
		finding_error(r->f, r->path, r->line, "%s %s; give %s", o->key, v->wrong, o->right);
	else if (o->secret)
		finding_error(r->f, r->path, r->line, "%s is empty; give %s", o->key, o->right);
	else
		finding_error(r->f, r->path, r->line, "%s is \"%s\"; give %s", o->key, v->text, o->right);
}

static void set_option(struct reader *r, const struct option *o, const char *value)
{
	bool *seen = &r->seen[o - options], append = r->continued && *seen;
	struct option_value v = { .f = r->f, .path = r->path, .text = value, .append = append };

	if (append && !o->list) {
		finding_error(r->f, r->path, r->line, "%s is no list and cannot go on here; write the line unindented",
			      o->key);
		return;
	}
	if (*seen && !append) {
		finding_error(r->f, r->path, r->line, "%s is given twice in [%s]; keep one of them", o->key,
			      r->heading);
		return;
	}
	if (o->secret && r->cut) {
		finding_error(r->f, r->path, r->line,
			      "%s has a blank and a semicolon in it, which begin a comment; use secret-file", o->key);
		return;
	}
	*seen = true;
	r->secrets |= o->secret;
	if (!o->set(o, r->base, &v))
		refuse(r, o, &v);
}

static int take_option(void *arg, const char *section, const char *key, const char *value)
{
	struct reader *r = arg;
	const struct option *o;
	char keys[512];

	(void)section;
	if (!*r->heading)
		finding_error(r->f, r->path, r->line,
			      "%s stands before the first section; write [gateway] or another one above it", key);
	if (!r->base)
		return 1;
	o = option_find(r->section, key);
	if (o) {
		set_option(r, o, value);
		return 1;
	}
	option_names(r->section, keys, sizeof(keys));
	finding_error(r->f, r->path, r->line, "unknown option %s in [%s]; there are %s", key, r->heading, keys);
	return 1;
}

static void set_defaults(struct conf *conf, struct findings *f, const char *path)
{
	struct option_value v = { .f = f, .path = path };
	size_t i;

	for (i = 0; i < options_len; i++) {
		v.text = options[i].preset;
		if (v.text && !options[i].set(&options[i], conf, &v))
			abort();
	}
	if (gethostname(conf->l2tp.host_name, sizeof(conf->l2tp.host_name) - 1) || !*conf->l2tp.host_name)
		strcpy(conf->l2tp.host_name, "l2tpsec");
}

/* Nobody named: everybody. */
static void default_peers(struct prefix **peers, size_t *len)
{
	static const char *const everybody[] = { "0.0.0.0/0", "::/0" };
	size_t n;

	for (n = 0; !*len && n < 2; n++) {
		*peers = grow(*peers, n, sizeof(**peers));
		if (!prefix_parse(&(*peers)[n], everybody[n]))
			abort();
	}
	*len = *len ? *len : n;
}

static void check_psks(struct reader *r)
{
	struct conf_ike *ike = &r->conf->ike;
	struct conf_psk *psk;
	size_t i;

	if (!ike->psks_len && !r->certificate_line)
		finding_error(r->f, r->path, 0,
			      "no pre-shared key; add [psk NAME] with secret-file = FILE, or [certificate]");
	for (i = 0; i < ike->psks_len; i++) {
		psk = &ike->psks[i];
		if (!psk->secret_len)
			finding_error(r->f, r->path, r->psk_lines[i],
				      "[psk %s] has no usable key; add secret-file = FILE or secret = KEY", psk->name);
		default_peers(&psk->peers, &psk->peers_len);
	}
}

static void complete_profiles(struct conf_ike *ike)
{
	size_t i;

	for (i = 0; i < ike->profiles_len; i++)
		default_peers(&ike->profiles[i].peers, &ike->profiles[i].peers_len);
}

static void check_pools(struct reader *r)
{
	const struct conf_pool *a, *b;
	size_t i, k;

	for (i = 0; i < r->conf->pools_len; i++) {
		a = &r->conf->pools[i];
		if (!a->first)
			finding_error(r->f, r->path, r->pool_lines[i],
				      "[pool %s] has no usable range; add range = FIRST-LAST", a->name);
		if (a->last - a->first >= 1u << 24)
			finding_error(r->f, r->path, r->pool_lines[i],
				      "[pool %s] is larger than a /8; give a smaller range", a->name);
		for (k = 0; a->first && k < i; k++) {
			b = &r->conf->pools[k];
			if (a->first <= b->last && b->first <= a->last)
				finding_error(r->f, r->path, r->pool_lines[i],
					      "[pool %s] overlaps [pool %s] (line %u); give ranges that do not",
					      a->name, b->name, r->pool_lines[k]);
		}
	}
}

/* Users come last: their lines are checked against what the other sections say. */
static void check_users(struct reader *r)
{
	const struct conf_ppp *ppp = &r->conf->ppp;
	size_t i;

	if (!ppp->local_address)
		finding_error(r->f, r->path, 0, "no local-address; add one to [ppp], like 10.99.0.1");
	if (!users_read(r->conf, r->f)) {
		finding_error(r->f, r->path, 0,
			      "cannot read the users' file %s: %s; create it or name it in [ppp] users =",
			      ppp->users_file, strerror(errno));
		return;
	}
	for (i = 0; !r->conf->pools_len && i < ppp->users_len; i++) {
		if (ppp->users[i].has_address)
			continue;
		finding_error(r->f, r->path, 0, "user %s has no address and there is no pool; add [pool NAME]",
			      ppp->users[i].name);
		return;
	}
}

static void read_file(struct reader *r)
{
	size_t i;
	int line;

	set_defaults(r->conf, r->f, r->path);
	line = ini_parse_stream(next_line, r, take_option, r);
	if (line && !r->f->errors)
		finding_error(r->f, r->path, line > 0 ? line : 0, "cannot be understood; write OPTION = VALUE");
	if (r->secrets)
		finding_check_mode(r->f, r->path, fileno(r->file));
	check_psks(r);
	complete_profiles(&r->conf->ike);
	if (r->certificate_line)
		certificate_read(&r->conf->ike.certificate, r->f, r->path, r->certificate_line);
	check_pools(r);
	check_users(r);
	for (i = 0; i < r->sections_len; i++)
		free(r->sections[i]);
}

/**
 * conf_read - read and check a configuration file and the files that it names
 * @path: file
 * @complain: takes each finding, "FILE:LINE: what is wrong; what would be right"; warnings say so; may be NULL
 * @arg: for @complain
 * Return: the configuration, conf_free() it; NULL when there was an error.
 */
struct conf *conf_read(const char *path, conf_complain complain, void *arg)
{
	struct findings f = { .complain = complain, .arg = arg };
	struct reader r = { .f = &f, .path = path };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char buffer[BUFSIZ];

	r.file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!r.file) {
		finding_error(&f, path, 0, "cannot read it: %s; create it or name another one", strerror(errno));
		return NULL;
	}
	r.conf = calloc(1, sizeof(*r.conf));
	if (!r.conf)
		abort();
	setvbuf(r.file, buffer, _IOFBF, sizeof(buffer));
	read_file(&r);
	fclose(r.file);
	explicit_bzero(buffer, sizeof(buffer));
	if (!f.errors)
		return r.conf;
	conf_free(r.conf);
	return NULL;
}

/**
 * conf_free - wipe and free a configuration
 * @conf: configuration, or NULL
 */
void conf_free(struct conf *conf)
{
	struct conf_psk *psk;
	size_t i;

	if (!conf)
		return;
	for (i = 0; i < conf->ike.psks_len; i++) {
		psk = &conf->ike.psks[i];
		if (psk->secret)
			explicit_bzero(psk->secret, psk->secret_len);
		free(psk->secret);
		free(psk->peers);
		free(psk->id);
		free(psk->name);
	}
	free(conf->ike.psks);
	for (i = 0; i < conf->ike.profiles_len; i++) {
		free(conf->ike.profiles[i].peers);
		free(conf->ike.profiles[i].name);
	}
	free(conf->ike.profiles);
	certificate_free(&conf->ike.certificate);
	for (i = 0; i < conf->pools_len; i++)
		free(conf->pools[i].name);
	free(conf->pools);
	users_free(&conf->ppp);
	free(conf->ppp.users_file);
	free(conf->gateway.control_socket);
	free(conf);
}
