// SPDX-License-Identifier: MIT
#include <assert.h>
#include <linux/l2tpsec.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ike_bench.h"

static struct prefix ranges[4];
static struct ike_bench *current;

static void keep_line(enum log_level level, const char *line)
{
	size_t used = strlen(current->log);

	(void)level;
	snprintf(current->log + used, sizeof(current->log) - used, "%s\n", line);
}

static void on_send(void *ctx, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	struct ike_bench *b = ctx;
	struct ike_bench_message *m = &b->sent[b->sent_len++];

	assert(b->sent_len <= IKE_BENCH_MAX && len <= sizeof(m->data));
	m->path = *path;
	memcpy(m->data, msg, len);
	m->len = len;
}

static struct story *on_peer_new(void *ctx, struct ike_peer *peer)
{
	struct ike_bench *b = ctx;
	struct ike_bench_peer *p = &b->peers[b->peers_len++];

	assert(b->peers_len <= IKE_BENCH_MAX);
	p->handle = peer;
	p->story.id = b->peers_len;
	endpoint_print(&peer->path.remote, p->story.peer);
	peer->user = p;
	return &p->story;
}

static void on_peer_up(void *ctx, struct ike_peer *peer)
{
	struct ike_bench_peer *p = peer->user;

	(void)ctx;
	p->ups++;
	memcpy(p->identity, peer->identity, sizeof(p->identity));
	memcpy(p->vendor, peer->vendor, sizeof(p->vendor));
}

static void on_peer_gone(void *ctx, struct ike_peer *peer, const char *reason)
{
	struct ike_bench_peer *p = peer->user;
	struct ike_bench *b = ctx;
	size_t i;

	/* Its children are gone already. */
	for (i = 0; i < b->children_len; i++)
		assert(*b->children[i].gone || b->children[i].handle->peer != peer);
	assert(!*p->gone);
	snprintf(p->gone, sizeof(p->gone), "%s", reason);
}

static struct ike_bench_child *child_of(struct ike_bench *b, uint32_t spi_in)
{
	size_t i;

	for (i = 0; i < b->children_len; i++) {
		if (b->children[i].sa.spi_in == spi_in)
			return &b->children[i];
	}
	return NULL;
}

static int on_child_new(void *ctx, struct ike_child *child)
{
	struct ike_bench *b = ctx;
	struct ike_bench_child *c = &b->children[b->children_len];

	assert(b->children_len < IKE_BENCH_MAX && !child_of(b, child->sa.spi_in) && child->sa.spi_in >= 256);
	if (b->refuse_children)
		return b->refuse_children;
	b->children_len++;
	c->sa = child->sa;
	c->handle = child;
	c->successor = child->successor;
	c->lifetime = child->lifetime;
	memcpy(c->suite, child->suite, sizeof(c->suite));
	return 0;
}

static void on_child_active(void *ctx, struct ike_child *child)
{
	struct ike_bench_child *c = child_of(ctx, child->sa.spi_in);

	assert(c && !c->active && !*c->gone);
	c->active = true;
}

static void on_child_gone(void *ctx, struct ike_child *child, const char *reason)
{
	struct ike_bench *b = ctx;
	struct ike_bench_child *c = child_of(b, child->sa.spi_in);

	assert(c && !*c->gone);
	snprintf(c->gone, sizeof(c->gone), "%s", reason);
	if (b->close_at_gone)
		ike_peer_close(b->ike, child->peer, "closed from child_gone");
}

/* Once, and for lineages that were made known only. */
static void on_lineage_gone(void *ctx, uint32_t lineage, const char *reason)
{
	struct ike_bench *b = ctx;
	bool known = false;
	size_t i;

	for (i = 0; i < b->children_len; i++)
		known |= b->children[i].sa.lineage == lineage;
	assert(known && lineage < IKE_BENCH_MAX && !*b->lineages[lineage]);
	snprintf(b->lineages[lineage], sizeof(b->lineages[lineage]), "%s", reason);
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

/**
 * ike_bench_new - an engine with usual settings
 * @workers: for Diffie-Hellman; NULL = at once
 * Return: bench.
 */
struct ike_bench *ike_bench_new(struct worker_pool *workers)
{
	static const struct conf_ike usual = {
		.proposals = {
			{ 256, CONF_IKE_HASH_SHA2_256, 19 }, { 256, CONF_IKE_HASH_SHA1, 19 },
			{ 256, CONF_IKE_HASH_SHA2_256, 14 }, { 256, CONF_IKE_HASH_SHA1, 14 },
		},
		.proposals_len = 4,
		.half_open_max = 20,
		.half_open_per_source = 5,
		.dpd_interval = 30,
		.dpd_failures = 3,
		.esp = {
			{ L2TPSEC_CIPHER_AES_GCM_16, 256, L2TPSEC_AUTH_NONE },
			{ L2TPSEC_CIPHER_AES_CBC, 256, L2TPSEC_AUTH_HMAC_SHA1 },
		},
		.esp_len = 2,
		.replay_window = 1024,
	};
	struct ike_bench *b = calloc(1, sizeof(*b));

	assert(b);
	current = b;
	log_init(LOG_LEVEL_DEBUG, false);
	log_set_sink(keep_line);
	b->conf = usual;
	b->conf.psks = b->psks;
	ike_bench_add_psk(b, "main", "secret", "0.0.0.0/0");
	b->ike = ike_new(&b->conf, &ops, b, workers);
	return b;
}

/**
 * ike_bench_free - end the engine; nothing may be left of what it reported
 * @b: bench
 */
void ike_bench_free(struct ike_bench *b)
{
	size_t i;

	ike_free(b->ike);
	for (i = 0; i < b->children_len; i++)
		assert(*b->children[i].gone && *b->lineages[b->children[i].sa.lineage]);
	for (i = 0; i < b->peers_len; i++)
		assert(*b->peers[i].gone);
	log_set_sink(NULL);
	free(b);
}

/**
 * ike_bench_add_psk - one more pre-shared key
 * @b: bench
 * @name: its name
 * @secret: the key
 * @peers: who may use it
 */
void ike_bench_add_psk(struct ike_bench *b, const char *name, const char *secret, const char *peers)
{
	size_t n = b->conf.psks_len++;

	assert(n < 4 && prefix_parse(&ranges[n], peers));
	b->psks[n] = (struct conf_psk){
		.name = (char *)name, .peers = &ranges[n], .peers_len = 1, .secret = (uint8_t *)secret,
		.secret_len = strlen(secret),
	};
}

/**
 * ike_bench_receive - hand a message to the engine, in memory of exactly its size
 * @b: bench
 * @path: where it comes from
 * @msg: message
 * @len: bytes
 */
void ike_bench_receive(struct ike_bench *b, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	memcpy(copy, msg, len);
	ike_receive(b->ike, path, copy, len);
	free(copy);
}

/**
 * ike_bench_take - the oldest message that the engine sent
 * @b: bench
 * @m: result
 * Return: false when there is none.
 */
bool ike_bench_take(struct ike_bench *b, struct ike_bench_message *m)
{
	if (!b->sent_len)
		return false;
	*m = b->sent[0];
	memmove(b->sent, b->sent + 1, --b->sent_len * sizeof(b->sent[0]));
	return true;
}

/**
 * ike_bench_log_count - how many log lines hold a text
 * @b: bench
 * @text: text
 * Return: their number.
 */
size_t ike_bench_log_count(const struct ike_bench *b, const char *text)
{
	const char *p = b->log;
	size_t n = 0;

	while ((p = strstr(p, text))) {
		n++;
		p += strcspn(p, "\n");
	}
	return n;
}

/**
 * ike_bench_aggressive - a whole Aggressive Mode
 * @b: bench
 * @i: client
 * Return: whether the client is content with message 2 and the engine with its message 3.
 */
bool ike_bench_aggressive(struct ike_bench *b, struct initiator *i)
{
	size_t up = ike_bench_log_count(b, "ISAKMP SA is up"), len;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench_message m;

	ike_bench_receive(b, &i->path, out, initiator_a1(i, out));
	if (!ike_bench_take(b, &m) || !endpoint_equal(&m.path.remote, &i->path.remote))
		return false;
	len = initiator_a3(i, m.data, m.len, out);
	if (!i->believes)
		return false;
	ike_bench_receive(b, &i->path, out, len);
	return !b->sent_len && ike_bench_log_count(b, "ISAKMP SA is up") == up + 1;
}

/**
 * ike_bench_phase1 - a whole Main Mode
 * @b: bench
 * @i: client
 * Return: whether the client is content.
 */
bool ike_bench_phase1(struct ike_bench *b, struct initiator *i)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench_message m;

	ike_bench_receive(b, &i->path, out, initiator_m1(i, out));
	if (!ike_bench_take(b, &m))
		return false;
	ike_bench_receive(b, &i->path, out, initiator_m3(i, m.data, m.len, out));
	if (!ike_bench_take(b, &m))
		return false;
	size_t len = initiator_m5(i, m.data, m.len, out);

	ike_bench_receive(b, &i->path, out, len);
	return ike_bench_take(b, &m) && endpoint_equal(&m.path.remote, &i->path.remote) &&
	       m.path.natt == i->path.natt && initiator_m6(i, m.data, m.len);
}

/**
 * ike_bench_phase2 - a whole Quick Mode
 * @b: bench
 * @i: client
 * @q: Quick Mode; defaults are filled in
 * Return: the child that came of it, NULL when none did.
 */
struct ike_bench_child *ike_bench_phase2(struct ike_bench *b, struct initiator *i, struct initiator_quick *q)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench_message m;
	size_t len;

	if (!q->encapsulation)
		q->encapsulation = i->path.natt ? 4 : 2;
	if (!q->lifetime)
		q->lifetime = 3600;
	if (!q->port && !q->offers)
		q->port = 1701;
	ike_bench_receive(b, &i->path, out, initiator_q1(i, q, out));
	if (!ike_bench_take(b, &m))
		return NULL;
	/* the end of an older SA may have been told first */
	if (b->sent_len && m.data[18] == 5)
		ike_bench_take(b, &m);
	len = initiator_q3(i, q, m.data, m.len, out);
	if (!len)
		return NULL;
	ike_bench_receive(b, &i->path, out, len);
	return child_of(b, q->spi_out);
}
