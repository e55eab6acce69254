// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/option.h"
#include "conf/proposal.h"

#define SECRET_MAX	1024

static void *at(const struct option *o, void *base)
{
	return (char *)base + o->offset;
}

static void wrong(struct option_value *v, const char *what, const char *name, const char *why)
{
	snprintf(v->wrong, sizeof(v->wrong), "%s%s: %s", what, name, why);
}

/*
 * For each word of a list; @count counts the elements.  The first line replaces the default,
 * the following ones add to it.
 */
static bool for_each(const struct option *o, void *base, struct option_value *v, size_t *count,
		     bool (*add)(void *base, size_t i, const char *word))
{
	char copy[1024], *next = copy, *word;

	if (!v->append)
		*count = 0;
	snprintf(copy, sizeof(copy), "%s", v->text);
	while ((word = strsep(&next, ", \t"))) {
		if (!*word)
			continue;
		if (*count == o->max) {
			snprintf(v->wrong, sizeof(v->wrong), "has more than %u elements", o->max);
			return false;
		}
		if (!add(base, *count, word)) {
			snprintf(v->wrong, sizeof(v->wrong), "has \"%.64s\"", word);
			return false;
		}
		(*count)++;
	}
	return *count > 0;
}

static bool set_number(const struct option *o, void *base, struct option_value *v)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(v->text, &end, 10);
	if (end == v->text || *end || errno || *v->text == '-' || n < o->min || n > o->max)
		return false;
	*(unsigned int *)at(o, base) = n;
	return true;
}

static bool set_bool(const struct option *o, void *base, struct option_value *v)
{
	bool yes = !strcmp(v->text, "yes");

	if (!yes && strcmp(v->text, "no"))
		return false;
	*(bool *)at(o, base) = yes;
	return true;
}

static bool set_device(const struct option *o, void *base, struct option_value *v)
{
	size_t len = strlen(v->text);

	if (!len || len >= IFNAMSIZ || strpbrk(v->text, "/: \t%") || !strcmp(v->text, ".") ||
	    !strcmp(v->text, ".."))
		return false;
	strcpy(at(o, base), v->text);
	return true;
}

static bool set_host_name(const struct option *o, void *base, struct option_value *v)
{
	size_t len = strlen(v->text);

	if (!len || len >= sizeof(((struct conf_l2tp *)NULL)->host_name))
		return false;
	strcpy(at(o, base), v->text);
	return true;
}

static bool set_log_level(const struct option *o, void *base, struct option_value *v)
{
	static const char *const names[] = {
		[LOG_LEVEL_ERROR] = "error",
		[LOG_LEVEL_WARNING] = "warning",
		[LOG_LEVEL_INFO] = "info",
		[LOG_LEVEL_DEBUG] = "debug",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(names[i], v->text)) {
			*(enum log_level *)at(o, base) = i;
			return true;
		}
	}
	return false;
}

static bool set_early_receive(const struct option *o, void *base, struct option_value *v)
{
	static const char *const names[] = {
		[CONF_EARLY_AUTO] = "auto",
		[CONF_EARLY_NEVER] = "never",
		[CONF_EARLY_ALWAYS] = "always",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(names[i], v->text)) {
			*(enum conf_early_receive *)at(o, base) = i;
			return true;
		}
	}
	return false;
}

static bool set_ipv4(const struct option *o, void *base, struct option_value *v)
{
	struct addr a;

	if (!addr_parse(&a, v->text) || a.family != AF_INET || !addr_to_ipv4(&a))
		return false;
	*(uint32_t *)at(o, base) = addr_to_ipv4(&a);
	return true;
}

static bool set_public_address(const struct option *o, void *base, struct option_value *v)
{
	struct conf *conf = base;

	conf->ike.has_public_address = addr_parse(at(o, base), v->text);
	return conf->ike.has_public_address;
}

/* A path that need not exist, but must be absolute and fit a socket address. */
static bool set_socket_path(const struct option *o, void *base, struct option_value *v)
{
	char **path = at(o, base);

	if (*v->text != '/' || strlen(v->text) >= 108)
		return false;
	free(*path);
	*path = strdup(v->text);
	return *path;
}

static bool set_file(const struct option *o, void *base, struct option_value *v)
{
	char **path = at(o, base);

	if (!*v->text)
		return false;
	free(*path);
	*path = option_path(v->path, v->text);
	return *path;
}

static bool add_listen(void *base, size_t i, const char *word)
{
	return addr_parse(&((struct conf *)base)->gateway.listen[i], word);
}

static bool set_listen(const struct option *o, void *base, struct option_value *v)
{
	return for_each(o, base, v, &((struct conf *)base)->gateway.listen_len, add_listen);
}

static bool add_ike_proposal(void *base, size_t i, const char *word)
{
	return proposal_ike_parse(&((struct conf *)base)->ike.proposals[i], word);
}

static bool set_ike_proposals(const struct option *o, void *base, struct option_value *v)
{
	return for_each(o, base, v, &((struct conf *)base)->ike.proposals_len, add_ike_proposal);
}

static bool add_esp_proposal(void *base, size_t i, const char *word)
{
	return proposal_esp_parse(&((struct conf *)base)->ike.esp[i], word);
}

static bool set_esp_proposals(const struct option *o, void *base, struct option_value *v)
{
	return for_each(o, base, v, &((struct conf *)base)->ike.esp_len, add_esp_proposal);
}

static bool add_ipv4(uint32_t *to, const char *word)
{
	struct addr a;

	if (!addr_parse(&a, word) || a.family != AF_INET)
		return false;
	*to = addr_to_ipv4(&a);
	return *to;
}

static bool add_dns(void *base, size_t i, const char *word)
{
	return add_ipv4(&((struct conf *)base)->ppp.dns[i], word);
}

static bool set_dns(const struct option *o, void *base, struct option_value *v)
{
	return for_each(o, base, v, &((struct conf *)base)->ppp.dns_len, add_dns);
}

static bool add_wins(void *base, size_t i, const char *word)
{
	return add_ipv4(&((struct conf *)base)->ppp.wins[i], word);
}

static bool set_wins(const struct option *o, void *base, struct option_value *v)
{
	return for_each(o, base, v, &((struct conf *)base)->ppp.wins_len, add_wins);
}

static bool add_auth(void *base, size_t i, const char *word)
{
	static const char *const names[] = { "mschapv2", "chap-md5", "pap" };
	static const unsigned int bits[] = { CONF_AUTH_MSCHAPV2, CONF_AUTH_CHAP_MD5, CONF_AUTH_PAP };
	struct conf *conf = base;
	size_t n;

	if (!i)
		conf->ppp.auth = 0;
	for (n = 0; n < sizeof(bits) / sizeof(bits[0]); n++) {
		if (!strcmp(names[n], word)) {
			conf->ppp.auth |= bits[n];
			return true;
		}
	}
	return false;
}

static bool set_auth(const struct option *o, void *base, struct option_value *v)
{
	size_t count = v->append ? 1 : 0;

	return for_each(o, base, v, &count, add_auth);
}

static bool add_prefix(struct prefix **peers, size_t i, const char *word)
{
	struct prefix *grown = reallocarray(*peers, i + 1, sizeof(*grown));

	if (!grown)
		abort();
	*peers = grown;
	return prefix_parse(&grown[i], word);
}

static bool add_peers(void *base, size_t i, const char *word)
{
	return add_prefix(&((struct conf_psk *)base)->peers, i, word);
}

static bool set_peers(const struct option *o, void *base, struct option_value *v)
{
	return for_each(o, base, v, &((struct conf_psk *)base)->peers_len, add_peers);
}

static bool add_profile_peers(void *base, size_t i, const char *word)
{
	return add_prefix(&((struct conf_profile *)base)->peers, i, word);
}

static bool set_profile_peers(const struct option *o, void *base, struct option_value *v)
{
	return for_each(o, base, v, &((struct conf_profile *)base)->peers_len, add_profile_peers);
}

/* One of several words, the number of each being its place in the list. */
static bool set_word(const char *const *words, size_t n, const char *text, unsigned int *number)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!strcmp(words[i], text)) {
			*number = i;
			return true;
		}
	}
	return false;
}

static bool set_client(const struct option *o, void *base, struct option_value *v)
{
	static const char *const words[] = {
		[CONF_CLIENT_ANY] = "any",
		[CONF_CLIENT_WINDOWS] = "windows",
		[CONF_CLIENT_APPLE] = "apple",
		[CONF_CLIENT_ANDROID] = "android",
		[CONF_CLIENT_LINUX] = "linux",
	};

	return set_word(words, sizeof(words) / sizeof(words[0]), v->text, at(o, base));
}

static bool set_sha256_96(const struct option *o, void *base, struct option_value *v)
{
	static const char *const words[] = {
		[CONF_SHA256_96_AUTO] = "auto",
		[CONF_SHA256_96_YES] = "yes",
		[CONF_SHA256_96_NO] = "no",
	};

	return set_word(words, sizeof(words) / sizeof(words[0]), v->text, at(o, base));
}

static bool store_secret(struct conf_psk *psk, struct option_value *v, const char *text, size_t len)
{
	if (psk->secret) {
		snprintf(v->wrong, sizeof(v->wrong), "is given twice: secret or secret-file, not both");
		return false;
	}
	if (!len)
		return false;
	psk->secret = malloc(len);
	if (!psk->secret)
		abort();
	memcpy(psk->secret, text, len);
	psk->secret_len = len;
	return true;
}

/* Quotes around it keep blanks at its ends. */
static const char *unquote(const char *text, size_t *len)
{
	*len = strlen(text);
	if (*len < 2 || text[0] != '"' || text[*len - 1] != '"')
		return text;
	*len -= 2;
	return text + 1;
}

static bool set_secret(const struct option *o, void *base, struct option_value *v)
{
	size_t len;
	const char *text = unquote(v->text, &len);

	(void)o;
	return store_secret(base, v, text, len);
}

static bool set_id(const struct option *o, void *base, struct option_value *v)
{
	struct conf_psk *psk = base;
	size_t len;
	const char *text = unquote(v->text, &len);

	(void)o;
	if (!len)
		return false;
	free(psk->id);
	psk->id = strndup(text, len);
	if (!psk->id)
		abort();
	return true;
}

/* Reads a file of at most SECRET_MAX bytes; the end of its last line does not belong to the secret. */
static ssize_t read_secret(struct option_value *v, const char *path, char out[SECRET_MAX + 2])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t len;

	if (fd < 0)
		return -1;
	len = read(fd, out, SECRET_MAX + 2);
	if (len >= 0)
		finding_check_mode(v->f, path, fd);
	close(fd);
	while (len > 0 && (out[len - 1] == '\n' || out[len - 1] == '\r'))
		len--;
	return len;
}

static bool set_secret_file(const struct option *o, void *base, struct option_value *v)
{
	char *path = option_path(v->path, v->text);
	char text[SECRET_MAX + 2];
	bool done = false;
	ssize_t len;

	(void)o;
	len = read_secret(v, path, text);
	if (len < 0)
		wrong(v, "names ", path, strerror(errno));
	else if (!len)
		wrong(v, "names ", path, "the file is empty");
	else if (len > SECRET_MAX)
		wrong(v, "names ", path, "the secret is longer than 1024 bytes");
	else
		done = store_secret(base, v, text, len);
	explicit_bzero(text, sizeof(text));
	free(path);
	return done;
}

static bool add_file(void *base, size_t i, const char *word)
{
	struct conf_files *files = base;

	files->names[i] = strdup(word);
	return files->names[i];
}

/* A list that goes on keeps what it has: only new names are still as written. */
static bool set_files(const struct option *o, void *base, struct option_value *v)
{
	struct conf_files *files = at(o, base);
	size_t i = files->n;
	bool good = for_each(o, files, v, &files->n, add_file);
	char *word;

	for (; i < files->n; i++) {
		word = files->names[i];
		files->names[i] = option_path(v->path, word);
		free(word);
	}
	return good;
}

static bool set_range(const struct option *o, void *base, struct option_value *v)
{
	struct conf_pool *pool = base;
	char copy[64], *last = copy, *first;

	(void)o;
	if (strlen(v->text) >= sizeof(copy))
		return false;
	strcpy(copy, v->text);
	first = strsep(&last, "-");
	if (!last)
		return false;
	first[strcspn(first, " \t")] = '\0';
	last += strspn(last, " \t");
	if (!add_ipv4(&pool->first, first) || !add_ipv4(&pool->last, last) || pool->first > pool->last) {
		pool->first = 0;
		pool->last = 0;
		return false;
	}
	return true;
}

#define AT(field)	offsetof(struct conf, field)
/*
 * Strongest first, and what every native client offers is in it: Windows asks for aes256-sha1-ecp384,
 * Apple for aes256-sha256-modp2048, ChromeOS for aes128-sha256-modp3072.
 */
#define DEFAULT_IKE \
	"aes256-sha512-ecp521 " \
	"aes256-sha512-ecp384 aes256-sha384-ecp384 aes256-sha256-ecp384 aes256-sha1-ecp384 " \
	"aes256-sha512-curve25519 aes256-sha256-curve25519 aes128-sha256-curve25519 " \
	"aes256-sha512-ecp256 aes256-sha384-ecp256 aes256-sha256-ecp256 aes256-sha1-ecp256 " \
	"aes128-sha256-ecp256 aes128-sha1-ecp256 " \
	"aes256-sha512-modp4096 aes256-sha384-modp4096 aes256-sha256-modp4096 aes256-sha1-modp4096 " \
	"aes256-sha512-modp3072 aes256-sha384-modp3072 aes256-sha256-modp3072 aes256-sha1-modp3072 " \
	"aes128-sha256-modp3072 aes128-sha1-modp3072 " \
	"aes256-sha512-modp2048 aes256-sha384-modp2048 aes256-sha256-modp2048 aes256-sha1-modp2048 " \
	"aes128-sha256-modp2048 aes128-sha1-modp2048"
#define DEFAULT_ESP \
	"aes256gcm16 aes128gcm16 aes256-sha512 aes256-sha384 aes256-sha256 aes128-sha256 aes256-sha1 aes128-sha1"
#define SECONDS		"seconds, 0 = never, at most 86400"

const struct option options[] = {
	{ "gateway", "device", "l2s0", set_device, AT(gateway.device),
	  .right = "an interface name of at most 15 characters" },
	{ "gateway", "listen", "0.0.0.0", set_listen, .max = CONF_MAX_LISTEN, .list = true,
	  .right = "local addresses, at most 8" },
	{ "gateway", "public-address", NULL, set_public_address, AT(ike.public_address),
	  .right = "the address that clients dial" },
	{ "gateway", "control-socket", "/run/l2tpsec/control", set_socket_path, AT(gateway.control_socket),
	  .right = "an absolute path of at most 107 characters" },
	{ "gateway", "orphan-timeout", "0", set_number, AT(gateway.orphan_timeout), 0, 86400,
	  .right = "seconds from 0 to 86400" },
	{ "gateway", "early-receive", "auto", set_early_receive, AT(gateway.early_receive),
	  .right = "auto, never or always" },
	{ "gateway", "log-level", "info", set_log_level, AT(gateway.log_level),
	  .right = "error, warning, info or debug" },
	{ "ike", "proposals", DEFAULT_IKE, set_ike_proposals, .max = CONF_MAX_PROPOSALS, .list = true,
	  .right = PROPOSAL_IKE_GRAMMAR PROPOSAL_WEAK },
	{ "ike", "half-open-max", "1000", set_number, AT(ike.half_open_max), 1, 1000000,
	  .right = "a number from 1 to 1000000" },
	{ "ike", "half-open-per-source", "50", set_number, AT(ike.half_open_per_source), 1, 1000000,
	  .right = "a number from 1 to 1000000" },
	{ "ike", "dpd-interval", "30", set_number, AT(ike.dpd_interval), 0, 86400, .right = SECONDS },
	{ "ike", "dpd-failures", "5", set_number, AT(ike.dpd_failures), 1, 100,
	  .right = "a number from 1 to 100" },
	{ "ike", "force-udp-encapsulation", "no", set_bool, AT(ike.force_udp_encapsulation),
	  .right = "yes or no" },
	{ "ike", "aggressive-mode", "no", set_bool, AT(ike.aggressive_mode), .right = "yes or no" },
	{ "esp", "proposals", DEFAULT_ESP, set_esp_proposals, .max = CONF_MAX_PROPOSALS, .list = true,
	  .right = PROPOSAL_ESP_GRAMMAR PROPOSAL_WEAK },
	{ "esp", "replay-window", "1024", set_number, AT(ike.replay_window), 32, 4096,
	  .right = "packets from 32 to 4096" },
	{ "l2tp", "host-name", NULL, set_host_name, AT(l2tp.host_name),
	  .right = "a name of at most 63 characters" },
	{ "l2tp", "hello-interval", "60", set_number, AT(l2tp.hello_interval), 0, 86400, .right = SECONDS },
	{ "l2tp", "retransmit-max", "8", set_number, AT(l2tp.retransmit_max), 1, 30,
	  .right = "a number from 1 to 30" },
	{ "l2tp", "sessions-max", "64", set_number, AT(l2tp.sessions_max), 1, 65535,
	  .right = "a number from 1 to 65535" },
	{ "ppp", "auth", "mschapv2", set_auth, .max = 8, .list = true,
	  .right = "mschapv2, chap-md5 and pap, those that clients may use" },
	{ "ppp", "local-address", NULL, set_ipv4, AT(ppp.local_address),
	  .right = "the gateway's own IPv4 address inside" },
	{ "ppp", "dns", NULL, set_dns, .max = CONF_MAX_DNS, .list = true, .right = "one or two IPv4 addresses" },
	{ "ppp", "wins", NULL, set_wins, .max = CONF_MAX_DNS, .list = true, .right = "one or two IPv4 addresses" },
	{ "ppp", "mtu", "1400", set_number, AT(ppp.mtu), 576, 1500, .right = "bytes from 576 to 1500" },
	{ "ppp", "clamp-mss", "yes", set_bool, AT(ppp.clamp_mss), .right = "yes or no" },
	{ "ppp", "lcp-echo-interval", "30", set_number, AT(ppp.echo_interval), 0, 86400, .right = SECONDS },
	{ "ppp", "lcp-echo-failures", "4", set_number, AT(ppp.echo_failures), 1, 100,
	  .right = "a number from 1 to 100" },
	{ "ppp", "users", "chap-secrets", set_file, AT(ppp.users_file), .right = "the name of a file" },
	{ "psk", "peers", NULL, set_peers, .max = 1000, .list = true,
	  .right = "addresses or ranges like 203.0.113.0/24" },
	{ "psk", "id", NULL, set_id, .right = "the identity that clients send: a group name, a host name, an address" },
	{ "psk", "secret", NULL, set_secret, .secret = true, .right = "the pre-shared key" },
	{ "psk", "secret-file", NULL, set_secret_file, .right = "the name of a file with the pre-shared key in it" },
	{ "certificate", "certificate", NULL, set_file, AT(ike.certificate.file),
	  .right = "the name of a file with the gateway's certificate and what leads to its CA" },
	{ "certificate", "key", NULL, set_file, AT(ike.certificate.key_file),
	  .right = "the name of a file with the certificate's RSA key" },
	{ "certificate", "pkcs12", NULL, set_file, AT(ike.certificate.pkcs12_file),
	  .right = "the name of a PKCS#12 file" },
	{ "certificate", "password-file", NULL, set_file, AT(ike.certificate.password_file),
	  .right = "the name of a file with the password of key or pkcs12 in it" },
	{ "certificate", "ca", NULL, set_files, AT(ike.certificate.cas), .max = CONF_MAX_FILES, .list = true,
	  .right = "files with certificates of CAs, at most 16" },
	{ "certificate", "crl", NULL, set_files, AT(ike.certificate.crls), .max = CONF_MAX_FILES, .list = true,
	  .right = "files with certificate revocation lists, at most 16" },
	{ "profile", "peers", NULL, set_profile_peers, .max = 1000, .list = true,
	  .right = "addresses or ranges like 203.0.113.0/24" },
	{ "profile", "client", NULL, set_client, offsetof(struct conf_profile, client),
	  .right = "any, windows, apple, android or linux" },
	{ "profile", "legacy", NULL, set_bool, offsetof(struct conf_profile, legacy), .right = "yes or no" },
	{ "profile", "sha256-96", NULL, set_sha256_96, offsetof(struct conf_profile, sha256_96),
	  .right = "auto, yes or no" },
	{ "pool", "range", NULL, set_range, .right = "FIRST-LAST, like 10.99.0.10-10.99.0.250" },
};

const size_t options_len = sizeof(options) / sizeof(options[0]);

/**
 * option_find - look up an option
 * @section: first word of the section
 * @key: its name
 * Return: its row, NULL when there is none.
 */
const struct option *option_find(const char *section, const char *key)
{
	size_t i;

	for (i = 0; i < options_len; i++) {
		if (!strcmp(options[i].section, section) && !strcmp(options[i].key, key))
			return &options[i];
	}
	return NULL;
}

/**
 * option_names - what a section may hold
 * @section: first word of the section
 * @out: storage for "one, two, three"; "" when there is no such section
 * @size: its size
 */
void option_names(const char *section, char *out, size_t size)
{
	size_t i, n = 0;

	*out = '\0';
	for (i = 0; i < options_len && n < size; i++) {
		if (!strcmp(options[i].section, section))
			n += snprintf(out + n, size - n, "%s%s", n ? ", " : "", options[i].key);
	}
}

/**
 * option_path - a file that the configuration names
 * @conf_path: the configuration file
 * @name: as written; relative names start at the folder of @conf_path
 * Return: the path, the caller frees it.
 */
char *option_path(const char *conf_path, const char *name)
{
	const char *slash = strrchr(conf_path, '/');
	char *path;

	if (*name == '/' || !slash)
		path = strdup(name);
	else if (asprintf(&path, "%.*s/%s", (int)(slash - conf_path), conf_path, name) < 0)
		path = NULL;
	if (!path)
		abort();
	return path;
}
