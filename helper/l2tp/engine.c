// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "core/random.h"
#include "l2tp/session.h"
#include "l2tp/tunnel.h"

#define LINEAGE_TUNNELS_MAX	8	/* in one lineage, closed ones that still acknowledge included */

static void free_dead(void *arg)
{
	struct l2tp *l2tp = arg;
	struct session *s;
	struct tunnel *t;

	while ((s = LIST_FIRST(&l2tp->dead_sessions))) {
		LIST_REMOVE(s, link);
		free(s);
	}
	while ((t = LIST_FIRST(&l2tp->dead_tunnels))) {
		LIST_REMOVE(t, link);
		free(t);
	}
}

/**
 * l2tp_bury_session - free a session once nobody can be using it
 * @l2tp: engine
 * @s: session, in no table any more
 */
void l2tp_bury_session(struct l2tp *l2tp, struct session *s)
{
	LIST_INSERT_HEAD(&l2tp->dead_sessions, s, link);
	timer_start(&l2tp->reaper, 0);
}

/**
 * l2tp_bury_tunnel - take a tunnel out of its lineage and free it once nobody can be using it
 * @t: tunnel, its transport stopped; may be dead already
 */
void l2tp_bury_tunnel(struct tunnel *t)
{
	struct l2tp_lineage *lineage = t->lineage;
	struct l2tp *l2tp = t->l2tp;

	if (!lineage)
		return;
	t->lineage = NULL;
	LIST_REMOVE(t, link);
	LIST_INSERT_HEAD(&l2tp->dead_tunnels, t, link);
	timer_start(&l2tp->reaper, 0);
	if (!LIST_EMPTY(&lineage->tunnels))
		return;
	HASH_DEL(l2tp->lineages, lineage);
	free(lineage);
}

/**
 * l2tp_new - an engine without tunnels
 * @conf: copied
 * @ops: the surroundings', outlive the engine
 * @ctx: for @ops
 * Return: the engine, freed by l2tp_free(); NULL without memory.
 */
struct l2tp *l2tp_new(const struct conf_l2tp *conf, const struct l2tp_ops *ops, void *ctx)
{
	struct l2tp *l2tp = calloc(1, sizeof(*l2tp));

	if (!l2tp)
		return NULL;
	l2tp->conf = *conf;
	l2tp->ops = ops;
	l2tp->ctx = ctx;
	timer_init(&l2tp->reaper, free_dead, l2tp);
	return l2tp;
}

/**
 * l2tp_free - end everything without a word to the peers
 * @l2tp: engine; the _gone calls of what is left are made before this returns
 */
void l2tp_free(struct l2tp *l2tp)
{
	while (l2tp->lineages)
		l2tp_tunnel_end(LIST_FIRST(&l2tp->lineages->tunnels), "the gateway ends");
	timer_stop(&l2tp->reaper);
	free_dead(l2tp);
	free(l2tp);
}

/**
 * l2tp_reload - obey a new configuration, in tunnels that exist too
 * @l2tp: engine
 * @conf: copied
 */
void l2tp_reload(struct l2tp *l2tp, const struct conf_l2tp *conf)
{
	struct l2tp_lineage *lineage;
	struct tunnel *t;

	l2tp->conf = *conf;
	for (lineage = l2tp->lineages; lineage; lineage = lineage->hh.next) {
		LIST_FOREACH(t, &lineage->tunnels, link)
			l2tp_tunnel_configure(t);
	}
}

static struct l2tp_lineage *lineage_find(const struct l2tp *l2tp, uint32_t id)
{
	struct l2tp_lineage *lineage;

	HASH_FIND(hh, l2tp->lineages, &id, sizeof(id), lineage);
	return lineage;
}

static struct l2tp_lineage *lineage_new(struct l2tp *l2tp, uint32_t id)
{
	struct l2tp_lineage *lineage = calloc(1, sizeof(*lineage));

	if (!lineage)
		return NULL;
	lineage->id = id;
	LIST_INIT(&lineage->tunnels);
	HASH_ADD(hh, l2tp->lineages, id, sizeof(lineage->id), lineage);
	return lineage;
}

static struct tunnel *tunnel_find(const struct l2tp *l2tp, uint32_t lineage_id, uint16_t id)
{
	struct l2tp_lineage *lineage = lineage_find(l2tp, lineage_id);
	struct tunnel *t;

	if (!lineage)
		return NULL;
	LIST_FOREACH(t, &lineage->tunnels, link) {
		if (t->pub.id == id)
			return t;
	}
	return NULL;
}

/* The tunnel that the peer names by its own id, because it does not know ours yet. */
static struct tunnel *tunnel_find_by_peer_id(const struct l2tp *l2tp, uint32_t lineage_id, uint16_t peer_id)
{
	struct l2tp_lineage *lineage = lineage_find(l2tp, lineage_id);
	struct tunnel *t;

	if (!lineage)
		return NULL;
	LIST_FOREACH(t, &lineage->tunnels, link) {
		if (l2tp_tunnel_repeats(t, peer_id))
			return t;
	}
	return NULL;
}

static uint16_t unused_id(const struct l2tp *l2tp, uint32_t lineage)
{
	uint16_t id;

	do
		id = random_u32();
	while (!id || tunnel_find(l2tp, lineage, id));
	return id;
}

/* Lingering tunnels give way; live ones are a limit. */
static bool has_room(struct l2tp_lineage *lineage)
{
	struct tunnel *t, *oldest_closed = NULL;
	unsigned int count = 0;

	LIST_FOREACH(t, &lineage->tunnels, link) {
		count++;
		if (t->state == TUNNEL_CLOSED)
			oldest_closed = t;
	}
	if (count < LINEAGE_TUNNELS_MAX)
		return true;
	if (!oldest_closed)
		return false;
	l2tp_tunnel_end(oldest_closed, "");
	return true;
}

static struct tunnel *tunnel_open(struct l2tp *l2tp, struct l2tp_tunnel *pub, uint16_t first_ns)
{
	struct l2tp_lineage *lineage = lineage_find(l2tp, pub->lineage);
	struct tunnel *t;

	if (lineage && !has_room(lineage)) {
		log_limited(&l2tp->garbage, LOG_LEVEL_WARNING,
			    "#%u: failed at l2tp: SCCRQ dropped: the client has %u tunnels already",
			    l2tp->ops->story(l2tp->ctx, pub->user)->id, LINEAGE_TUNNELS_MAX);
		return NULL;
	}
	if (!lineage)
		lineage = lineage_new(l2tp, pub->lineage);
	if (!lineage)
		return NULL;
	pub->id = unused_id(l2tp, pub->lineage);
	t = l2tp_tunnel_new(l2tp, lineage, pub, first_ns);
	if (!t && LIST_EMPTY(&lineage->tunnels)) {
		HASH_DEL(l2tp->lineages, lineage);
		free(lineage);
	}
	return t;
}

/*
 * A message for no tunnel: SCCRQ, a repeated one, or StopCCN of a peer that did not hear our SCCRP.
 * Anything else has nothing to hold on to; Apple sends HELLOs first to wake IPsec up.
 */
static struct tunnel *tunnel_of_nameless(struct l2tp *l2tp, struct l2tp_tunnel *pub, const struct l2tp_header *h,
					 struct rbuf body)
{
	struct l2tp_message m;
	struct tunnel *t;

	if (!rbuf_left(&body))
		return NULL;
	l2tp_message_parse(body, &m);
	if (m.type != L2TP_SCCRQ && m.type != L2TP_STOPCCN) {
		story_log(l2tp->ops->story(l2tp->ctx, pub->user), LOG_LEVEL_DEBUG, STAGE_L2TP,
			  "%s without a tunnel dropped", l2tp_message_name(m.type));
		return NULL;
	}
	t = tunnel_find_by_peer_id(l2tp, pub->lineage, m.assigned_tunnel);
	if (t && m.type == L2TP_SCCRQ && l2tp_tunnel_is_past(t)) {
		l2tp_tunnel_end(t, "the client started anew");
		t = NULL;
	}
	if (t || m.type == L2TP_STOPCCN)
		return t;
	if (!m.assigned_tunnel) {
		log_limited(&l2tp->garbage, LOG_LEVEL_WARNING,
			    "#%u: failed at l2tp: SCCRQ without a legal Assigned Tunnel ID AVP dropped",
			    l2tp->ops->story(l2tp->ctx, pub->user)->id);
		return NULL;
	}
	pub->peer_id = m.assigned_tunnel;
	return tunnel_open(l2tp, pub, h->ns);
}

/**
 * l2tp_receive - take an L2TP control message
 * @l2tp: engine
 * @lineage: whose SAs it came through
 * @user: the surroundings' own, kept in a tunnel that begins with it
 * @peer_port: the peer's inner UDP port
 * @msg: the message, borrowed
 * @len: its length
 */
void l2tp_receive(struct l2tp *l2tp, uint32_t lineage, void *user, uint16_t peer_port, const uint8_t *msg, size_t len)
{
	struct l2tp_tunnel pub = { .lineage = lineage, .peer_port = peer_port, .user = user };
	struct l2tp_header h;
	struct rbuf body;
	struct tunnel *t;

	if (!l2tp_header_parse(msg, len, &h, &body)) {
		log_limited(&l2tp->garbage, LOG_LEVEL_DEBUG, "#%u: l2tp: malformed control header dropped",
			    l2tp->ops->story(l2tp->ctx, user)->id);
		return;
	}
	if (h.tunnel_id)
		t = tunnel_find(l2tp, lineage, h.tunnel_id);
	else
		t = tunnel_of_nameless(l2tp, &pub, &h, body);
	if (t)
		l2tp_transport_receive(&t->transport, &h, body);
	else if (h.tunnel_id)
		log_limited(&l2tp->garbage, LOG_LEVEL_DEBUG, "#%u: l2tp: message for unknown tunnel %u dropped",
			    l2tp->ops->story(l2tp->ctx, user)->id, h.tunnel_id);
}

/**
 * l2tp_session_find - find an established session
 * @l2tp: engine
 * @lineage: of its tunnel
 * @tunnel_id: our id of its tunnel
 * @id: our id
 * Return: the session, or NULL.
 */
struct l2tp_session *l2tp_session_find(struct l2tp *l2tp, uint32_t lineage, uint16_t tunnel_id, uint16_t id)
{
	struct tunnel *t = tunnel_find(l2tp, lineage, tunnel_id);
	struct session *s = t ? l2tp_session_of_tunnel(t, id) : NULL;

	return s && s->state == SESSION_ESTABLISHED ? &s->pub : NULL;
}

/**
 * l2tp_lineage_alive - something authenticated was heard through a lineage's SAs
 * @l2tp: engine
 * @lineage: which
 *
 * Puts off HELLOs, and keeps a tunnel whose peer passes data but does not answer them.
 */
void l2tp_lineage_alive(struct l2tp *l2tp, uint32_t lineage)
{
	struct l2tp_lineage *l = lineage_find(l2tp, lineage);
	struct tunnel *t;

	if (!l)
		return;
	LIST_FOREACH(t, &l->tunnels, link)
		l2tp_transport_alive(&t->transport);
}

/**
 * l2tp_lineage_gone - the SAs of a lineage are gone: drop its tunnels, there is no way to tell the peer
 * @l2tp: engine
 * @lineage: which
 * @reason: for the _gone calls, one phrase
 */
void l2tp_lineage_gone(struct l2tp *l2tp, uint32_t lineage, const char *reason)
{
	struct l2tp_lineage *l;

	while ((l = lineage_find(l2tp, lineage)))
		l2tp_tunnel_end(LIST_FIRST(&l->tunnels), reason);
}
