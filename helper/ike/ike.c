// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "ike/aggressive.h"
#include "ike/exchange.h"
#include "ike/isakmp.h"
#include "ike/peer.h"

/**
 * ike_new - an engine without peers
 * @conf: borrowed until ike_reload() or ike_free()
 * @ops: surroundings, borrowed
 * @ctx: for @ops
 * @workers: where Diffie-Hellman runs; NULL: at once, in the caller's thread
 * Return: the engine; the process ends when there is no memory for it.
 */
struct ike *ike_new(const struct conf_ike *conf, const struct ike_ops *ops, void *ctx,
		    struct worker_pool *workers)
{
	struct ike *ike = calloc(1, sizeof(*ike));

	if (!ike)
		abort();
	ike->conf = conf;
	ike->ops = ops;
	ike->ctx = ctx;
	ike->workers = workers;
	TAILQ_INIT(&ike->peers);
	TAILQ_INIT(&ike->half_opens);
	return ike;
}

/**
 * ike_free - close every peer, then the engine
 * @ike: engine
 */
void ike_free(struct ike *ike)
{
	struct peer *peer;

	ike_enter(ike);
	while ((peer = TAILQ_FIRST(&ike->peers)))
		peer_close(peer, "the gateway stops");
	ike_leave(ike);
	free(ike);
}

/**
 * ike_reload - use another configuration from now on; what is up stays
 * @ike: engine
 * @conf: borrowed; the old one is not touched any more
 */
void ike_reload(struct ike *ike, const struct conf_ike *conf)
{
	ike->conf = conf;
}

/**
 * ike_enter - a call into the engine begins: from here on nothing is freed
 * @ike: engine
 */
void ike_enter(struct ike *ike)
{
	ike->depth++;
}

/**
 * ike_leave - a call into the engine ends; the outermost one frees what was buried
 * @ike: engine
 */
void ike_leave(struct ike *ike)
{
	struct grave *grave;

	if (--ike->depth)
		return;
	while ((grave = ike->graves)) {
		ike->graves = grave->next;
		grave->free(grave->object);
	}
}

/**
 * ike_bury - free an object when nobody can be looking at it any more
 * @ike: engine, inside ike_enter()
 * @grave: inside @object
 * @object: memory
 * @free_object: frees it
 */
void ike_bury(struct ike *ike, struct grave *grave, void *object, void (*free_object)(void *object))
{
	grave->object = object;
	grave->free = free_object;
	grave->next = ike->graves;
	ike->graves = grave;
}

/**
 * ike_send - the one place where messages leave
 * @ike: engine
 * @path: where to
 * @msg: message
 * @len: bytes
 */
void ike_send(struct ike *ike, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	ike->ops->send(ike->ctx, path, msg, len);
}

static void ignore(struct ike *ike, const struct ike_path *path, const char *why)
{
	char from[ENDPOINT_STRLEN];

	log_limited(&ike->noise, LOG_LEVEL_WARNING, "ike: ignored a message from %s: %s",
		    endpoint_print(&path->remote, from), why);
}

/* Message 1: a new peer, unless it is a duplicate. */
static void receive_initial(struct ike *ike, const struct isakmp_header *h, const struct ike_path *path,
			    const uint8_t *msg)
{
	struct isakmp *sa = isakmp_find_initial(ike, path, h);
	struct exchange *x;

	if (sa) {
		x = exchange_find(sa, h->exchange, 0);
		/* A late one tells nothing new. */
		if (x && (x->state == EXCHANGE_MAIN_KE || x->state == EXCHANGE_AGGRESSIVE_HASH ||
			  x->state == EXCHANGE_FAILED))
			exchange_input(x, h, path, msg);
		return;
	}
	sa = peer_embryo_new(ike, path, h);
	if (!sa)
		return;
	x = exchange_new(sa, h->exchange, 0);
	if (x)
		exchange_input(x, h, path, msg);
	if (!x || (!x->job && (x->state == EXCHANGE_MAIN_START || x->state == EXCHANGE_AGGRESSIVE_START)))
		peer_free(sa->peer, "message 1 refused");
}

static unsigned int count_exchanges(const struct isakmp *sa)
{
	const struct exchange *x;
	unsigned int n = 0;

	LIST_FOREACH(x, &sa->exchanges, link)
		n++;
	return n;
}

/* The oldest of those that are done and only remembered for the sake of duplicates. */
static bool forget_exchange(struct isakmp *sa)
{
	struct exchange *x, *oldest = NULL;

	LIST_FOREACH(x, &sa->exchanges, link) {
		if (x->state == EXCHANGE_QUICK_DONE || (x->state == EXCHANGE_FAILED && sa->up))
			oldest = x;
	}
	if (oldest)
		exchange_free(oldest);
	return oldest;
}

static bool may_start(struct isakmp *sa, const struct isakmp_header *h)
{
	return sa->up && h->message_id && isakmp_id_is_new(sa, h->message_id) &&
	       (count_exchanges(sa) < IKE_QUICK_MAX || forget_exchange(sa));
}

/* A first message of Quick Mode or an informational one: the exchange exists only if the message is good. */
static void receive_first(struct isakmp *sa, const struct isakmp_header *h, const struct ike_path *path,
			  const uint8_t *msg)
{
	struct exchange *x = exchange_new(sa, h->exchange, h->message_id);

	if (!x)
		return;
	exchange_input(x, h, path, msg);
	if (!x->job && (x->state == EXCHANGE_QUICK_START || x->state == EXCHANGE_INFO_START))
		exchange_free(x);
}

static void receive_whole(struct isakmp *sa, const struct isakmp_header *h, const struct ike_path *path,
			  const uint8_t *msg)
{
	struct ike *ike = sa->peer->ike;
	struct exchange *x;

	x = exchange_find(sa, h->exchange, h->message_id);
	if (x) {
		exchange_input(x, h, path, msg);
		return;
	}
	if (!sa->up && aggressive_early(sa, h))
		return;
	if (h->exchange != ISAKMP_EXCHANGE_QUICK && h->exchange != ISAKMP_EXCHANGE_INFO)
		ignore(ike, path, "an exchange that we do not know");
	else if (h->exchange == ISAKMP_EXCHANGE_INFO && !(h->flags & ISAKMP_FLAG_ENCRYPTED))
		ignore(ike, path, "an informational message in clear proves nothing");
	else if (may_start(sa, h))
		receive_first(sa, h, path, msg);
}

/* The Encrypted flag of a piece means nothing: some set it, some do not. */
static void receive_fragment(struct isakmp *sa, const struct isakmp_header *h, const struct ike_path *path,
			     const uint8_t *msg)
{
	size_t body = h->length - ISAKMP_HEADER_LEN, len;
	uint8_t *whole = frag_add(&sa->frag, msg + ISAKMP_HEADER_LEN, body, &len);
	struct isakmp_header inner;

	if (!whole)
		return;
	if (payload_header_parse(&inner, whole, len) && isakmp_find(sa->peer->ike, &inner) == sa &&
	    inner.next != ISAKMP_FRAGMENT)
		receive_whole(sa, &inner, path, whole);
	else
		ignore(sa->peer->ike, path, "its fragments make no message");
	free(whole);
}

static void receive(struct ike *ike, const struct isakmp_header *h, const struct ike_path *path, const uint8_t *msg)
{
	struct isakmp *sa = isakmp_find(ike, h);

	if (!sa)
		ignore(ike, path, "no ISAKMP SA has its cookies");
	else if (h->next == ISAKMP_FRAGMENT)
		receive_fragment(sa, h, path, msg);
	else
		receive_whole(sa, h, path, msg);
}

static bool is_zero(const uint8_t cookie[ISAKMP_COOKIE_LEN])
{
	static const uint8_t none[ISAKMP_COOKIE_LEN];

	return !memcmp(cookie, none, ISAKMP_COOKIE_LEN);
}

/**
 * ike_receive - a datagram came in
 * @ike: engine
 * @path: from where, to where
 * @msg: ISAKMP message, without non-ESP marker; borrowed
 * @len: bytes
 */
void ike_receive(struct ike *ike, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	struct isakmp_header h;

	if (!len)
		return;		/* some routers send bare markers */
	if (len > IKE_MESSAGE_MAX || !payload_header_parse(&h, msg, len) || is_zero(h.icookie)) {
		ignore(ike, path, "malformed header");
		return;
	}
	if (h.version >> 4 != ISAKMP_VERSION >> 4) {
		ignore(ike, path, "not IKE version 1");
		return;
	}
	ike_enter(ike);
	if (!is_zero(h.rcookie))
		receive(ike, &h, path, msg);
	else if ((h.exchange == ISAKMP_EXCHANGE_MAIN || h.exchange == ISAKMP_EXCHANGE_AGGRESSIVE) && !h.message_id)
		receive_initial(ike, &h, path, msg);
	else
		ignore(ike, path, "no exchange starts like this");
	ike_leave(ike);
}
