// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/users.h"

#define WORD_LEN	256

/* struct conf_user and the line it stands on, while duplicates are looked for */
struct entry {
	struct conf_user user;
	unsigned int line;
};

/**
 * struct source - a file that is read
 * @f: where findings go
 * @conf: what it is for
 * @path: its name
 * @line: current line
 * @entries: good lines so far
 * @len: how many
 * @cap: room
 */
struct source {
	struct findings *f;
	const struct conf *conf;
	const char *path;
	unsigned int line;
	struct entry *entries;
	size_t len;
	size_t cap;
};

/* What pppd makes of a backslash and a letter. */
static char unescape(char c)
{
	static const char from[] = "abfnrst", to[] = "\a\b\f\n\r \t";
	const char *at = c ? strchr(from, c) : NULL;

	return at ? to[at - from] : c;
}

/**
 * next_word - cut the next word off a line
 * @pos: moved behind it
 * @word: its text: quotes and backslashes undone
 * Return: 1, 0 at the end of the line, -1 when it is too long or a quote is not closed
 */
static int next_word(const char **pos, char word[WORD_LEN])
{
	const char *p = *pos + strspn(*pos, " \t\r\n");
	size_t len = 0;
	char quote = 0;

	if (!*p || *p == '#')
		return 0;
	for (; *p && (quote || !strchr(" \t\r\n", *p)); p++) {
		if (*p == quote) {
			quote = 0;
			continue;
		}
		if (!quote && (*p == '"' || *p == '\'')) {
			quote = *p;
			continue;
		}
		if (len == WORD_LEN - 1 || *p == '\n' || (*p == '\\' && !p[1]))
			return -1;
		word[len++] = *p == '\\' ? unescape(*++p) : *p;
	}
	word[len] = '\0';
	*pos = p;
	return quote ? -1 : 1;
}

/* The second column is the name of the server that the line is for. */
static bool for_us(const struct source *s, const char *server)
{
	return !strcmp(server, "*") || !strcmp(server, "l2tpd") || !strcmp(server, "l2tpsec") ||
	       !strcasecmp(server, s->conf->l2tp.host_name);
}

static bool set_address(struct source *s, struct conf_user *user, const char *word)
{
	struct addr a;

	if (!strcmp(word, "*"))
		return true;
	if (!addr_parse(&a, word) || a.family != AF_INET || !addr_to_ipv4(&a)) {
		finding_error(s->f, s->path, s->line,
			      "user %s: the fourth column is \"%s\"; write an IPv4 address, or * for one from a pool",
			      user->name, word);
		return false;
	}
	user->address = addr_to_ipv4(&a);
	user->has_address = true;
	if (user->address != s->conf->ppp.local_address)
		return true;
	finding_error(s->f, s->path, s->line, "user %s has our own local-address; give another one", user->name);
	return false;
}

static void append(struct source *s, const struct conf_user *user)
{
	struct entry *grown;

	if (s->len == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		grown = calloc(s->cap, sizeof(*grown));
		if (!grown)
			abort();
		if (s->len)
			memcpy(grown, s->entries, s->len * sizeof(*grown));
		free(s->entries);
		s->entries = grown;
	}
	s->entries[s->len++] = (struct entry){ .user = *user, .line = s->line };
}

static void user_wipe(struct conf_user *user)
{
	if (user->secret)
		explicit_bzero(user->secret, strlen(user->secret));
	free(user->secret);
	free(user->name);
}

static void read_user(struct source *s, const char *name, const char *secret, const char *address)
{
	struct conf_user user = { .name = strdup(name), .secret = strdup(secret) };

	if (!user.name || !user.secret)
		abort();
	if (!set_address(s, &user, address)) {
		user_wipe(&user);
		return;
	}
	append(s, &user);
}

/* Why a line with enough words is no user; NULL: it is one. */
static const char *refuse(const char *name, const char *secret)
{
	if (!*name || !strcmp(name, "*"))
		return "the first column must name one user";
	if (!*secret)
		return "the password is empty; write one, in quotes if it has blanks";
	if (secret[0] == '@' && secret[1] == '/')
		return "passwords in files of their own are not supported; write the password itself";
	return NULL;
}

static void read_line(struct source *s, const char *line)
{
	char words[5][WORD_LEN] = { "", "", "", "*", "" };
	const char *wrong = NULL;
	unsigned int n = 0;
	int more;

	while ((more = next_word(&line, words[n])) > 0 && n < 4)
		n++;
	if (!n && !more)
		return;
	if (more < 0)
		wrong = "a quote is not closed, or a word is longer than 255 characters";
	else if (n < 3 || more > 0)
		wrong = "not three or four words; write: user server password [address]";
	else
		wrong = refuse(words[0], words[2]);
	if (wrong)
		finding_error(s->f, s->path, s->line, "%s", wrong);
	else if (!for_us(s, words[1]))
		finding_warning(s->f, s->path, s->line,
				"user %s is for the server \"%s\" and cannot log in here; write * instead",
				words[0], words[1]);
	else
		read_user(s, words[0], words[2], words[3]);
	explicit_bzero(words, sizeof(words));
}

static int compare_names(const void *a, const void *b)
{
	const struct entry *l = a, *r = b;
	int c = strcmp(l->user.name, r->user.name);

	return c ? c : (int)l->line - (int)r->line;
}

static int compare_addresses(const void *a, const void *b)
{
	const struct entry *l = a, *r = b;

	if (l->user.address != r->user.address)
		return l->user.address < r->user.address ? -1 : 1;
	return (int)l->line - (int)r->line;
}

static void complain_about_addresses(struct source *s)
{
	const struct entry *e;
	size_t i;

	qsort(s->entries, s->len, sizeof(*s->entries), compare_addresses);
	for (i = 1; i < s->len; i++) {
		e = &s->entries[i];
		if (e->user.has_address && e[-1].user.address == e->user.address)
			finding_error(s->f, s->path, e->line,
				      "user %s has the address of %s (line %u); give another one",
				      e->user.name, e[-1].user.name, e[-1].line);
	}
}

static void complain_about_names(struct source *s)
{
	const struct entry *e;
	size_t i;

	qsort(s->entries, s->len, sizeof(*s->entries), compare_names);
	for (i = 1; i < s->len; i++) {
		e = &s->entries[i];
		if (!strcmp(e[-1].user.name, e->user.name))
			finding_error(s->f, s->path, e->line, "user %s stands on line %u already; keep one of them",
				      e->user.name, e[-1].line);
	}
}

static void hand_over(struct source *s, struct conf_ppp *ppp)
{
	size_t i;

	ppp->users = calloc(s->len + 1, sizeof(*ppp->users));
	if (!ppp->users)
		abort();
	for (i = 0; i < s->len; i++)
		ppp->users[i] = s->entries[i].user;
	ppp->users_len = s->len;
	free(s->entries);
}

static FILE *open_for_reading(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? NULL : fdopen(fd, "r");
}

/**
 * users_read - read conf->ppp.users_file into conf->ppp.users, sorted by name
 * @conf: result; l2tp.host_name and ppp.local_address are set already
 * @f: where findings go
 * Return: whether the file could be read at all.
 */
bool users_read(struct conf *conf, struct findings *f)
{
	struct source s = { .f = f, .conf = conf, .path = conf->ppp.users_file };
	FILE *file = open_for_reading(s.path);
	char buffer[BUFSIZ], *line = NULL;
	size_t cap = 0;

	if (!file)
		return false;
	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	finding_check_mode(f, s.path, fileno(file));
	while (getline(&line, &cap, file) >= 0) {
		s.line++;
		read_line(&s, line);
	}
	if (line)
		explicit_bzero(line, cap);
	free(line);
	fclose(file);
	explicit_bzero(buffer, sizeof(buffer));
	if (s.len) {
		complain_about_addresses(&s);
		complain_about_names(&s);
	}
	hand_over(&s, &conf->ppp);
	return true;
}

/**
 * users_free - wipe and free the users
 * @ppp: whose
 */
void users_free(struct conf_ppp *ppp)
{
	size_t i;

	for (i = 0; i < ppp->users_len; i++)
		user_wipe(&ppp->users[i]);
	free(ppp->users);
	ppp->users = NULL;
	ppp->users_len = 0;
}

static int compare_name(const void *key, const void *user)
{
	return strcmp(key, ((const struct conf_user *)user)->name);
}

/**
 * conf_user_find - look up a user
 * @conf: configuration
 * @name: exact name
 * Return: borrowed from @conf; NULL when there is none.
 */
const struct conf_user *conf_user_find(const struct conf *conf, const char *name)
{
	if (!conf->ppp.users_len)
		return NULL;
	return bsearch(name, conf->ppp.users, conf->ppp.users_len, sizeof(*conf->ppp.users), compare_name);
}
