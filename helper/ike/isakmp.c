// SPDX-License-Identifier: MIT
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "ike/exchange.h"
#include "ike/informational.h"
#include "ike/isakmp.h"
#include "ike/peer.h"

/*
 * Message 1 may come from a forged address: until a message with our cookie comes back its sender has proved
 * nothing.  In Aggressive Mode it has cost us Diffie-Hellman.
 */
static bool is_unproved(const struct isakmp *sa, bool aggressive_too)
{
	const struct exchange *x = LIST_FIRST(&sa->exchanges);

	if (!x || x->job)
		return false;
	if (x->state == EXCHANGE_FAILED)
		return !sa->phase1 || !sa->phase1->dh.group;	/* whoever tries keys does not end his own tries */
	return x->state == EXCHANGE_MAIN_KE || (aggressive_too && x->state == EXCHANGE_AGGRESSIVE_HASH);
}

/* The oldest that has proved nothing; of this address, if one is given. */
static struct isakmp *find_unproved(const struct ike *ike, const struct addr *addr, bool aggressive_too)
{
	struct isakmp *sa;

	TAILQ_FOREACH(sa, &ike->half_opens, half_open) {
		if (is_unproved(sa, aggressive_too) && (!addr || addr_equal(&sa->source->addr, addr)))
			return sa;
	}
	return NULL;
}

/*
 * At the limit the oldest exchange that has proved nothing gives way: a flood of first messages ends its own,
 * while a client that is there answers in time.  Aggressive Mode pushes nobody out but Main Mode's first messages.
 * Where all have answered, the oldest goes for the sake of those that are still to come, within a source nobody.
 */
static void make_room(struct ike *ike, const struct addr *addr, bool aggressive)
{
	struct isakmp *sa;
	struct source *s;

	HASH_FIND(hh, ike->sources, addr, sizeof(*addr), s);
	if (s && s->half_open >= ike->conf->half_open_per_source) {
		sa = find_unproved(ike, addr, !aggressive);
	} else if (ike->half_open >= ike->conf->half_open_max) {
		sa = find_unproved(ike, NULL, !aggressive);
		if (!sa && !aggressive)
			sa = TAILQ_FIRST(&ike->half_opens);
	} else {
		return;
	}
	if (!sa)
		return;
	log_limited(&ike->noise, LOG_LEVEL_WARNING, "ike: too many half-open exchanges: the oldest gives way");
	peer_free(sa->peer, "gave way: too many half-open exchanges");
}

/* Count a half-open exchange of this address, or refuse it. */
static struct source *source_take(struct ike *ike, const struct addr *addr)
{
	struct source *s;

	HASH_FIND(hh, ike->sources, addr, sizeof(*addr), s);
	if (ike->half_open >= ike->conf->half_open_max || (s && s->half_open >= ike->conf->half_open_per_source))
		return NULL;
	if (!s) {
		s = calloc(1, sizeof(*s));
		if (!s)
			return NULL;
		s->addr = *addr;
		HASH_ADD(hh, ike->sources, addr, sizeof(s->addr), s);
	}
	s->half_open++;
	ike->half_open++;
	return s;
}

static void source_release(struct ike *ike, struct isakmp *sa)
{
	struct source *s = sa->source;

	if (!s)
		return;
	sa->source = NULL;
	TAILQ_REMOVE(&ike->half_opens, sa, half_open);
	ike->half_open--;
	if (--s->half_open)
		return;
	HASH_DEL(ike->sources, s);
	free(s);
}

static void initial_key(struct initial_key *key, const struct ike_path *path, const struct isakmp_header *h)
{
	memset(key, 0, sizeof(*key));
	memcpy(key->icookie, h->icookie, ISAKMP_COOKIE_LEN);
	key->family = path->remote.addr.family;
	key->port = path->remote.port;
	memcpy(key->addr, path->remote.addr.b, sizeof(key->addr));
}

static void lifetime_ended(void *arg)
{
	struct isakmp *sa = arg;
	struct peer *peer = sa->peer;
	struct ike *ike = peer->ike;

	ike_enter(ike);
	story_log(peer->story, LOG_LEVEL_DEBUG, STAGE_IKE_PHASE1, "ISAKMP SA %u: lifetime ended", sa->serial);
	informational_delete_isakmp(sa);
	isakmp_free(sa);
	peer_free_if_idle(peer, "ISAKMP SA lifetime ended");
	ike_leave(ike);
}

/**
 * isakmp_new - a half-open ISAKMP SA
 * @peer: whose
 * @path: where message 1 came from
 * @h: its header
 * Return: the SA, counted as half open; NULL when there are too many of them, or no memory.
 */
struct isakmp *isakmp_new(struct peer *peer, const struct ike_path *path, const struct isakmp_header *h)
{
	struct isakmp *sa = calloc(1, sizeof(*sa));
	struct ike *ike = peer->ike;

	if (!sa)
		return NULL;
	make_room(ike, &path->remote.addr, h->exchange == ISAKMP_EXCHANGE_AGGRESSIVE);
	sa->source = source_take(ike, &path->remote.addr);
	if (!sa->source) {
		free(sa);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&ike->half_opens, sa, half_open);
	sa->peer = peer;
	sa->serial = ++ike->serial_last;
	sa->path = *path;
	LIST_INIT(&sa->exchanges);
	memcpy(sa->icookie, h->icookie, ISAKMP_COOKIE_LEN);
	random_bytes(sa->rcookie, ISAKMP_COOKIE_LEN);
	initial_key(&sa->initial, path, h);
	timer_init(&sa->expiry, lifetime_ended, sa);
	TAILQ_INSERT_HEAD(&peer->isakmps, sa, link);
	HASH_ADD(by_cookie, ike->by_cookie, rcookie, ISAKMP_COOKIE_LEN, sa);
	HASH_ADD(by_initial, ike->by_initial, initial, sizeof(sa->initial), sa);
	return sa;
}

/**
 * isakmp_find - the ISAKMP SA that a message belongs to
 * @ike: engine
 * @h: header of the message
 * Return: the SA with both cookies, or NULL.
 */
struct isakmp *isakmp_find(struct ike *ike, const struct isakmp_header *h)
{
	struct isakmp *sa;

	HASH_FIND(by_cookie, ike->by_cookie, h->rcookie, ISAKMP_COOKIE_LEN, sa);
	return sa && !memcmp(sa->icookie, h->icookie, ISAKMP_COOKIE_LEN) ? sa : NULL;
}

/**
 * isakmp_find_initial - the ISAKMP SA that a message 1 started already
 * @ike: engine
 * @path: where the message came from
 * @h: its header
 * Return: the SA, or NULL.
 */
struct isakmp *isakmp_find_initial(struct ike *ike, const struct ike_path *path, const struct isakmp_header *h)
{
	struct initial_key key;
	struct isakmp *sa;

	initial_key(&key, path, h);
	HASH_FIND(by_initial, ike->by_initial, &key, sizeof(key), sa);
	return sa;
}

/**
 * isakmp_current - the ISAKMP SA to speak through
 * @peer: peer
 * Return: the newest one that is up, or NULL.
 */
struct isakmp *isakmp_current(const struct peer *peer)
{
	struct isakmp *sa;

	TAILQ_FOREACH(sa, &peer->isakmps, link) {
		if (sa->up)
			return sa;
	}
	return NULL;
}

static void phase1_release(void *object)
{
	struct phase1 *p1 = object;

	OPENSSL_cleanse(p1, sizeof(*p1));
	free(p1);
}

static void phase1_drop(struct isakmp *sa)
{
	if (sa->phase1)
		ike_bury(sa->peer->ike, &sa->phase1->grave, sa->phase1, phase1_release);
	sa->phase1 = NULL;
}

/**
 * isakmp_lifetime_ms - how long an offered lifetime is, taken with a grain of salt
 * @offered: seconds, 0 = none
 * @grace: seconds more
 * Return: milliseconds.
 */
uint64_t isakmp_lifetime_ms(uint32_t offered, uint32_t grace)
{
	uint64_t s = offered ? offered : IKE_LIFETIME_DEFAULT;

	if (s < IKE_LIFETIME_MIN)
		s = IKE_LIFETIME_MIN;
	if (s > IKE_LIFETIME_MAX)
		s = IKE_LIFETIME_MAX;
	return (s + grace) * 1000;
}

/**
 * isakmp_up - phase 1 is done
 * @sa: ISAKMP SA; it is not half open any more and lives for the lifetime offered
 */
void isakmp_up(struct isakmp *sa)
{
	sa->up = true;
	sa->peer->up = true;
	source_release(sa->peer->ike, sa);
	phase1_drop(sa);
	timer_start(&sa->expiry, isakmp_lifetime_ms(sa->proposal.lifetime, IKE_ISAKMP_GRACE));
}

static void isakmp_release(void *object)
{
	struct isakmp *sa = object;

	OPENSSL_cleanse(&sa->km, sizeof(sa->km));
	frag_clear(&sa->frag);
	free(sa);
}

/**
 * isakmp_free - end an ISAKMP SA and its exchanges; finished children live on
 * @sa: ISAKMP SA; may be dead already
 */
void isakmp_free(struct isakmp *sa)
{
	struct ike *ike = sa->peer->ike;
	struct exchange *x;

	if (sa->dead)
		return;
	sa->dead = true;
	timer_stop(&sa->expiry);
	TAILQ_REMOVE(&sa->peer->isakmps, sa, link);
	HASH_DELETE(by_cookie, ike->by_cookie, sa);
	HASH_DELETE(by_initial, ike->by_initial, sa);
	source_release(ike, sa);
	while ((x = LIST_FIRST(&sa->exchanges)))
		exchange_free(x);
	phase1_drop(sa);
	ike_bury(ike, &sa->grave, sa, isakmp_release);
}

/**
 * isakmp_id_is_new - may an exchange with this message id start?
 * @sa: ISAKMP SA
 * @message_id: id
 * Return: false when it was used lately: a replay.
 */
bool isakmp_id_is_new(const struct isakmp *sa, uint32_t message_id)
{
	unsigned int i, n = sa->ids_used < IKE_IDS_REMEMBERED ? sa->ids_used : IKE_IDS_REMEMBERED;

	for (i = 0; i < n; i++) {
		if (sa->ids[i] == message_id)
			return false;
	}
	return true;
}

/**
 * isakmp_id_use - an authenticated exchange with this message id started
 * @sa: ISAKMP SA
 * @message_id: id
 */
void isakmp_id_use(struct isakmp *sa, uint32_t message_id)
{
	sa->ids[sa->ids_used++ % IKE_IDS_REMEMBERED] = message_id;
}
