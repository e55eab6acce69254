// SPDX-License-Identifier: MIT
/*
 * Repeats dialogues of real IKE peers with the engine, byte for byte.  Each tests/replay/ike-*.replay was
 * written by tests/interop/ike_responder -w; its lines:
 *
 *	local ADDRESS			the gateway
 *	ike BITS HASH GROUP		what phase 1 accepts, best first
 *	esp CIPHER BITS AUTH		what phase 2 accepts, best first
 *	psk TEXT			a pre-shared key for everybody
 *	aggressive-mode
 *	force-udp-encapsulation
 *	public-address ADDRESS
 *	advance MS			time goes by
 *	recv PORT REMOTE HEX		the peer's message, to our PORT
 *	close				the engine ends
 *	random HEX			randomness that the step above it used
 *	send PORT REMOTE HEX		what the engine sends then
 *	event TEXT			what the engine reports then
 *	# TEXT
 *
 * The peer's own keys, from its own log, stand in the files as comments "# peer KEY" and are compared too.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_clock.h"
#include "fake_random.h"
#include "ike/ike.h"
#include "ike_hex.h"

#define LINE_MAX_LEN	16384
#define LINES_MAX	1024
#define PENDING_MAX	64

/* A dialogue, and what the engine did that no line has asked for yet. */
struct replay {
	char *lines[LINES_MAX];
	size_t n;
	struct conf_ike conf;
	struct conf_psk psks[4];
	struct addr local;
	struct ike *ike;
	char *pending[PENDING_MAX];
	size_t pending_len;
	uint32_t stories;
	size_t sends;
};

static struct prefix anybody = { .addr.family = AF_INET };

static void did(struct replay *r, const char *line)
{
	assert_true(r->pending_len < PENDING_MAX);
	r->pending[r->pending_len++] = strdup(line);
}

static char *hex_text(char *out, const uint8_t *data, size_t len)
{
	for (; len; len--)
		out += sprintf(out, "%02x", *data++);
	*out = '\0';
	return out;
}

static void on_send(void *ctx, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	char line[LINE_MAX_LEN], remote[ENDPOINT_STRLEN];
	int n;

	n = sprintf(line, "send %u %s ", path->local.port, endpoint_print(&path->remote, remote));
	hex_text(line + n, msg, len);
	did(ctx, line);
}

static struct story *on_peer_new(void *ctx, struct ike_peer *peer)
{
	struct story *story = calloc(1, sizeof(*story));
	struct replay *r = ctx;

	story->id = ++r->stories;
	peer->user = story;
	return story;
}

static void on_peer_up(void *ctx, struct ike_peer *peer)
{
	char line[256];

	snprintf(line, sizeof(line), "event peer-up %s", peer->identity);
	did(ctx, line);
}

static void on_peer_gone(void *ctx, struct ike_peer *peer, const char *reason)
{
	char line[256];

	snprintf(line, sizeof(line), "event peer-gone %s", reason);
	did(ctx, line);
	free(peer->user);
}

static void did_key(struct replay *r, const char *way, const struct plane_key *key)
{
	char line[512];
	char *p = line + sprintf(line, "event key-%s ", way);

	p = hex_text(p, key->cipher, key->cipher_len);
	hex_text(p, key->auth, key->auth_len);
	did(r, line);
}

static int on_child_new(void *ctx, struct ike_child *child)
{
	char line[256];

	snprintf(line, sizeof(line), "event child-new %08x %08x lineage %u %s", child->sa.spi_in,
		 child->sa.spi_out, child->sa.lineage, child->suite);
	did(ctx, line);
	did_key(ctx, "in", &child->sa.in);
	did_key(ctx, "out", &child->sa.out);
	return 0;
}

static void on_child_active(void *ctx, struct ike_child *child)
{
	char line[256];

	snprintf(line, sizeof(line), "event child-active %08x", child->sa.spi_in);
	did(ctx, line);
}

static void on_child_gone(void *ctx, struct ike_child *child, const char *reason)
{
	char line[256];

	snprintf(line, sizeof(line), "event child-gone %08x %s", child->sa.spi_in, reason);
	did(ctx, line);
}

static void on_lineage_gone(void *ctx, uint32_t lineage, const char *reason)
{
	char line[256];

	snprintf(line, sizeof(line), "event lineage-gone %u %s", lineage, reason);
	did(ctx, line);
}

static const struct ike_ops ops = {
	.send = on_send,
	.peer_new = on_peer_new,
	.peer_up = on_peer_up,
	.peer_gone = on_peer_gone,
	.child_new = on_child_new,
	.child_active = on_child_active,
	.child_gone = on_child_gone,
	.lineage_gone = on_lineage_gone,
};

static const char *after(const char *line, const char *word)
{
	size_t len = strlen(word);

	return strncmp(line, word, len) || (line[len] && line[len] != ' ') ? NULL : line + len + !!line[len];
}

static void read_lines(struct replay *r, const char *path)
{
	char line[LINE_MAX_LEN];
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		assert_true(r->n < LINES_MAX);
		r->lines[r->n++] = strdup(line);
	}
	fclose(f);
}

static void set_local(struct replay *r, const char *arg)
{
	assert_true(addr_parse(&r->local, arg));
}

static void set_ike(struct replay *r, const char *arg)
{
	struct conf_ike_proposal *p = &r->conf.proposals[r->conf.proposals_len++];
	unsigned int hash = 0;
	int n;

	n = sscanf(arg, "%u %u %u", &p->key_bits, &hash, &p->group);
	assert_int_equal(n, 3);
	p->hash = hash;
}

static void set_esp(struct replay *r, const char *arg)
{
	struct conf_esp_proposal *e = &r->conf.esp[r->conf.esp_len++];
	int n;

	n = sscanf(arg, "%u %u %u", &e->cipher, &e->key_bits, &e->auth);
	assert_int_equal(n, 3);
}

static void set_psk(struct replay *r, const char *arg)
{
	r->psks[r->conf.psks_len++] = (struct conf_psk){
		.name = (char *)arg, .peers = &anybody, .peers_len = 1, .secret = (uint8_t *)arg,
		.secret_len = strlen(arg),
	};
}

static void set_aggressive(struct replay *r, const char *arg)
{
	(void)arg;
	r->conf.aggressive_mode = true;
}

static void set_force(struct replay *r, const char *arg)
{
	(void)arg;
	r->conf.force_udp_encapsulation = true;
}

static void set_public(struct replay *r, const char *arg)
{
	r->conf.has_public_address = addr_parse(&r->conf.public_address, arg);
	assert_true(r->conf.has_public_address);
}

static const struct {
	const char *word;
	void (*set)(struct replay *r, const char *arg);
} settings[] = {
	{ "local", set_local }, { "ike", set_ike }, { "esp", set_esp }, { "psk", set_psk },
	{ "aggressive-mode", set_aggressive }, { "force-udp-encapsulation", set_force },
	{ "public-address", set_public },
};

/* A setting; the engine starts with the first line that is none. */
static bool set(struct replay *r, const char *line)
{
	const char *arg;
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		arg = after(line, settings[i].word);
		if (arg) {
			settings[i].set(r, arg);
			return true;
		}
	}
	return *line == '#';
}

static bool is_step(const char *line)
{
	return after(line, "recv") || after(line, "advance") || after(line, "close");
}

/* Queue what the step at @at used, up to the next step. */
static void prepare_random(const struct replay *r, size_t at)
{
	uint8_t bytes[4096];
	const char *arg;

	for (at++; at < r->n && !is_step(r->lines[at]); at++) {
		arg = after(r->lines[at], "random");
		if (arg)
			fake_random_set(bytes, ike_hex(bytes, sizeof(bytes), arg));
	}
}

static void receive(struct replay *r, const char *arg)
{
	uint8_t msg[LINE_MAX_LEN / 2];
	struct ike_path path = { 0 };
	char remote[64], *port;
	unsigned int local_port;
	int used = 0, n;

	n = sscanf(arg, "%u %63s %n", &local_port, remote, &used);
	assert_int_equal(n, 2);
	port = strrchr(remote, ':');
	*port++ = '\0';
	path.local = (struct endpoint){ r->local, local_port };
	path.natt = local_port == 4500;
	assert_true(addr_parse(&path.remote.addr, remote));
	path.remote.port = strtoul(port, NULL, 10);
	ike_receive(r->ike, &path, msg, ike_hex(msg, sizeof(msg), arg + used));
}

static void expect(struct replay *r, size_t at)
{
	if (!r->pending_len)
		fail_msg("line %zu: the engine did nothing, expected \"%.60s\"", at + 1, r->lines[at]);
	assert_string_equal(r->pending[0], r->lines[at]);
	free(r->pending[0]);
	memmove(r->pending, r->pending + 1, --r->pending_len * sizeof(r->pending[0]));
	r->sends += !strncmp(r->lines[at], "send", 4);
}

static void step(struct replay *r, size_t at)
{
	const char *line = r->lines[at];
	const char *advance = after(line, "advance"), *message = after(line, "recv");

	if (r->pending_len)
		fail_msg("line %zu: before it the engine did \"%.60s\"", at + 1, r->pending[0]);
	prepare_random(r, at);
	if (advance) {
		fake_clock_advance(strtoull(advance, NULL, 10));
	} else if (message) {
		receive(r, message);
	} else {
		ike_free(r->ike);
		r->ike = NULL;
	}
}

/* The peer logged the keys that it gave its kernel: ours are among them, or the peer's log is not there. */
static void check_peers_keys(const struct replay *r)
{
	size_t i, j, keys = 0, found = 0;
	const char *key, *ours;

	for (i = 0; i < r->n; i++) {
		key = after(r->lines[i], "# peer");
		keys += !!key;
		for (j = 0; key && j < r->n; j++) {
			ours = after(r->lines[j], "event key-in");
			ours = ours ? ours : after(r->lines[j], "event key-out");
			if (ours && strstr(ours, key)) {
				found++;
				break;
			}
		}
	}
	assert_int_equal(found, keys);
}

static void replay(void **state)
{
	struct replay *r = calloc(1, sizeof(*r));
	size_t at = 0;

	log_init(LOG_LEVEL_ERROR, false);
	fake_random_reset();
	r->conf.psks = r->psks;
	r->conf.half_open_max = 100;
	r->conf.half_open_per_source = 50;
	r->conf.dpd_interval = 30;
	r->conf.dpd_failures = 5;
	r->conf.replay_window = 1024;
	read_lines(r, *state);
	while (at < r->n && set(r, r->lines[at]))
		at++;
	r->ike = ike_new(&r->conf, &ops, r, NULL);
	for (; at < r->n; at++) {
		if (is_step(r->lines[at]))
			step(r, at);
		else if (after(r->lines[at], "send") || after(r->lines[at], "event"))
			expect(r, at);
		else
			assert_true(after(r->lines[at], "random") || *r->lines[at] == '#');
	}
	assert_int_equal(r->pending_len, 0);
	assert_null(r->ike);
	assert_true(r->sends > 0);
	assert_int_equal(fake_clock_pending(), 0);
	check_peers_keys(r);
	for (at = 0; at < r->n; at++)
		free(r->lines[at]);
	free(r);
}

int main(void)
{
	struct CMUnitTest tests[64];
	glob_t files;
	size_t i;

	if (glob(TOP_DIR "/tests/replay/ike-*.replay", 0, NULL, &files) || files.gl_pathc > 64)
		return 1;
	for (i = 0; i < files.gl_pathc; i++)
		tests[i] = (struct CMUnitTest){
			.name = strrchr(files.gl_pathv[i], '/') + 1, .test_func = replay,
			.initial_state = files.gl_pathv[i],
		};
	i = _cmocka_run_group_tests("ike replays", tests, files.gl_pathc, NULL, NULL);
	globfree(&files);
	return (int)i;
}
