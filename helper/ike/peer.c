// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "ike/child.h"
#include "ike/informational.h"
#include "ike/isakmp.h"
#include "ike/peer.h"
#include "ike/vacancy.h"
#include "ike/vendor.h"

static void dpd_fired(void *arg);

static struct peer *peer_new(struct ike *ike, const struct ike_path *path)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	if (!peer)
		return NULL;
	peer->ike = ike;
	peer->pub.path = *path;
	TAILQ_INIT(&peer->isakmps);
	TAILQ_INIT(&peer->children);
	LIST_INIT(&peer->vacancies);
	timer_init(&peer->dpd_timer, dpd_fired, peer);
	TAILQ_INSERT_TAIL(&ike->peers, peer, link);
	return peer;
}

/**
 * peer_embryo_new - a peer for a message 1
 * @ike: engine
 * @path: where it came from
 * @h: its header
 * Return: the new peer's ISAKMP SA, NULL when there are too many half-open ones.
 */
struct isakmp *peer_embryo_new(struct ike *ike, const struct ike_path *path, const struct isakmp_header *h)
{
	struct peer *peer = peer_new(ike, path);
	char from[ENDPOINT_STRLEN];
	struct isakmp *sa;

	if (!peer)
		return NULL;
	sa = isakmp_new(peer, path, h);
	if (sa)
		return sa;
	peer_free(peer, "refused");
	log_limited(&ike->noise, LOG_LEVEL_WARNING, "ike: %s refused: too many half-open exchanges",
		    endpoint_print(&path->remote, from));
	return NULL;
}

static bool same_identity(const struct peer *a, const struct peer *b)
{
	return a->id_len && a->id_len == b->id_len && !memcmp(a->id, b->id, a->id_len);
}

/* Are they one client?  Behind NAT only the port tells neighbours apart: private addresses repeat. */
static bool same_host(const struct peer *a, const struct peer *b)
{
	const struct endpoint *ea = &a->pub.path.remote, *eb = &b->pub.path.remote;

	if (!same_identity(a, b) || !addr_equal(&ea->addr, &eb->addr))
		return false;
	return ea->port == eb->port || (!a->pub.behind_nat && !b->pub.behind_nat);
}

/**
 * peer_find_same - whom does a freshly authenticated peer continue?
 * @embryo: fresh one
 * Return: the peer with its identity and endpoint, or NULL.
 */
struct peer *peer_find_same(const struct peer *embryo)
{
	struct peer *p;

	TAILQ_FOREACH(p, &embryo->ike->peers, link) {
		if (p != embryo && p->up && same_host(p, embryo))
			return p;
	}
	return NULL;
}

/**
 * peer_join - phase 1 turned out to be a rekey: move it to the peer that it belongs to
 * @peer: old peer
 * @sa: the only ISAKMP SA of the embryo, which ends
 */
void peer_join(struct peer *peer, struct isakmp *sa)
{
	struct peer *embryo = sa->peer;
	struct isakmp *sa_old, *next;
	char reason[64];
	unsigned int n = 0;

	TAILQ_REMOVE(&embryo->isakmps, sa, link);
	sa->peer = peer;
	TAILQ_INSERT_HEAD(&peer->isakmps, sa, link);
	peer->pub.behind_nat = embryo->pub.behind_nat;
	peer->pub.legacy = embryo->pub.legacy;
	memcpy(peer->pub.vendor, embryo->pub.vendor, sizeof(peer->pub.vendor));
	memcpy(peer->pub.suite, embryo->pub.suite, sizeof(peer->pub.suite));
	peer_moved(sa, &sa->path);
	for (sa_old = TAILQ_FIRST(&peer->isakmps); sa_old; sa_old = next) {
		next = TAILQ_NEXT(sa_old, link);
		if (++n <= IKE_ISAKMP_MAX)
			continue;
		informational_delete_isakmp(sa_old);
		isakmp_free(sa_old);
	}
	snprintf(reason, sizeof(reason), "joined #%u as its rekeyed phase 1", peer->story->id);
	peer_free(embryo, reason);
}

/*
 * Libreswan says so whenever it rekeys phase 1, and then its SAs carry traffic.  Racoon says so when it
 * starts, and then nothing hears what we send through them.  What tells is whether a new L2TP tunnel
 * comes: see ike_lineage_anew().  Until then they are in doubt.
 */
static void doubt_older_of(struct peer *peer, const struct isakmp *sa)
{
	struct isakmp *older;
	struct child *child;

	TAILQ_FOREACH(older, &peer->isakmps, link)
		older->doubted = older != sa;
	TAILQ_FOREACH(child, &peer->children, link) {
		if (child->serial != sa->serial)
			child->doubted = true;
	}
}

/**
 * peer_initial_contact - the peer says that it has no other SAs with us (RFC 2407 4.6.3.3)
 * @sa: authenticated ISAKMP SA that said so, joined with what its peer had before
 *
 * Heeded once, and only for what has the same endpoint, or the same identity
 * and address without NAT between: a neighbour behind the same NAT stays.
 */
void peer_initial_contact(struct isakmp *sa)
{
	struct peer *peer = sa->peer, *p, *next;

	if (sa->contact_heeded)
		return;
	sa->contact_heeded = true;
	for (p = TAILQ_FIRST(&peer->ike->peers); p; p = next) {
		next = TAILQ_NEXT(p, link);
		if (p == peer || !p->up)
			continue;
		if (same_host(p, peer) || endpoint_equal(&p->pub.path.remote, &peer->pub.path.remote)) {
			peer_free(p, "the peer started anew");
			next = TAILQ_FIRST(&peer->ike->peers);
		}
	}
	if (!peer->dead)
		doubt_older_of(peer, sa);
}

/**
 * peer_moved - a good message came: answer there from now on
 * @sa: ISAKMP SA that it belongs to
 * @path: where it came from
 */
void peer_moved(struct isakmp *sa, const struct ike_path *path)
{
	struct peer *peer = sa->peer;

	sa->path = *path;
	peer->pub.path = *path;
	peer->seen_ms = clock_now_ms();
	peer->dpd_unanswered = 0;
}

static void end_peer(struct peer *peer, const char *reason, bool tell)
{
	struct ike *ike = peer->ike;
	struct child *child;
	struct isakmp *sa;

	if (peer->dead)
		return;
	peer->dead = true;
	TAILQ_REMOVE(&ike->peers, peer, link);
	timer_stop(&peer->dpd_timer);
	vacancies_end(peer, reason);
	while ((child = TAILQ_FIRST(&peer->children)))
		child_end(child, reason, tell ? isakmp_current(peer) : NULL);
	while ((sa = TAILQ_FIRST(&peer->isakmps))) {
		if (tell && sa->up)
			informational_delete_isakmp(sa);
		isakmp_free(sa);
	}
	if (peer->story)
		ike->ops->peer_gone(ike->ctx, &peer->pub, reason);
	ike_bury(ike, &peer->grave, peer, free);
}

/**
 * peer_free - end a peer and all that it has, without a word to it
 * @peer: peer; may be dead already
 * @reason: for the surroundings
 */
void peer_free(struct peer *peer, const char *reason)
{
	end_peer(peer, reason, false);
}

/**
 * peer_close - end a peer and all that it has, and tell it
 * @peer: peer; may be dead already
 * @reason: for the surroundings
 */
void peer_close(struct peer *peer, const char *reason)
{
	end_peer(peer, reason, true);
}

/**
 * peer_free_if_idle - end a peer that has neither ISAKMP SA nor children any more, nor waits for some
 * @peer: peer; may be dead already
 * @reason: for the surroundings
 */
void peer_free_if_idle(struct peer *peer, const char *reason)
{
	if (!peer->dead && TAILQ_EMPTY(&peer->isakmps) && TAILQ_EMPTY(&peer->children) &&
	    LIST_EMPTY(&peer->vacancies))
		peer_free(peer, reason);
}

static void dpd_probe(struct peer *peer, struct isakmp *sa, uint64_t interval)
{
	if (peer->dpd_unanswered >= peer->ike->conf->dpd_failures) {
		story_log(peer->story, LOG_LEVEL_INFO, STAGE_IKE_PHASE1, "peer is dead: %u R-U-THERE unanswered",
			  peer->dpd_unanswered);
		peer_free(peer, "dead peer");
		return;
	}
	peer->dpd_unanswered++;
	timer_start(&peer->dpd_timer, interval);
	informational_r_u_there(sa, ++peer->dpd_number);
}

static void dpd_fired(void *arg)
{
	struct peer *peer = arg;
	struct ike *ike = peer->ike;
	uint64_t interval = (uint64_t)ike->conf->dpd_interval * 1000;
	uint64_t silent = clock_now_ms() - peer->seen_ms;
	struct isakmp *sa = isakmp_current(peer);

	if (!interval)
		return;
	ike_enter(ike);
	if (!peer->dpd_unanswered && silent < interval)
		timer_start(&peer->dpd_timer, interval - silent);
	else if (!sa || !(sa->vendor & VENDOR_DPD))
		timer_start(&peer->dpd_timer, interval);
	else
		dpd_probe(peer, sa, interval);
	ike_leave(ike);
}

/**
 * peer_dpd_start - watch a peer that knows dead peer detection (RFC 3706)
 * @peer: authenticated peer
 */
void peer_dpd_start(struct peer *peer)
{
	const struct isakmp *sa = isakmp_current(peer);
	unsigned int interval = peer->ike->conf->dpd_interval;

	if (!peer->dpd_number)
		peer->dpd_number = random_u32() >> 1;	/* RFC 3706 6.2: it must not wrap */
	if (interval && sa && sa->vendor & VENDOR_DPD && !peer->dpd_timer.pending)
		timer_start(&peer->dpd_timer, (uint64_t)interval * 1000);
}

/**
 * ike_peer_alive - authenticated ESP came: no need to ask whether the peer is there (RFC 3706 5.5)
 * @ike: engine
 * @peer: client
 */
void ike_peer_alive(struct ike *ike, struct ike_peer *peer)
{
	struct peer *p = (struct peer *)peer;

	(void)ike;
	p->seen_ms = clock_now_ms();
	p->dpd_unanswered = 0;
}

/**
 * ike_peer_close - end a client: its SAs, its ISAKMP SAs, itself; it is told
 * @ike: engine
 * @peer: client
 * @reason: one phrase, handed on to ike_ops
 */
void ike_peer_close(struct ike *ike, struct ike_peer *peer, const char *reason)
{
	ike_enter(ike);
	peer_close((struct peer *)peer, reason);
	ike_leave(ike);
}

