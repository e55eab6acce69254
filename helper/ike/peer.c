// SPDX-License-Identifier: MIT
#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "ike/exchange.h"
#include "ike/informational.h"
#include "ike/peer.h"
#include "ike/vendor.h"

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
	isakmp_free(sa);
	peer_free_if_idle(peer, "ISAKMP SA lifetime ended");
	ike_leave(ike);
}

static struct isakmp *isakmp_new(struct peer *peer, const struct ike_path *path, const struct isakmp_header *h)
{
	struct isakmp *sa = calloc(1, sizeof(*sa));
	struct ike *ike = peer->ike;

	if (!sa)
		return NULL;
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
	struct source *source = source_take(ike, &path->remote.addr);
	char from[ENDPOINT_STRLEN];
	struct isakmp *sa = NULL;
	struct peer *peer;

	if (!source) {
		log_limited(&ike->noise, LOG_LEVEL_WARNING, "ike: %s refused: too many half-open exchanges",
			    endpoint_print(&path->remote, from));
		return NULL;
	}
	peer = peer_new(ike, path);
	if (peer)
		sa = isakmp_new(peer, path, h);
	if (!sa)
		abort();	/* no memory for a few hundred bytes */
	sa->source = source;
	return sa;
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
	memcpy(peer->pub.vendor, embryo->pub.vendor, sizeof(peer->pub.vendor));
	memcpy(peer->pub.suite, embryo->pub.suite, sizeof(peer->pub.suite));
	peer_moved(sa, &sa->path);
	for (sa_old = TAILQ_FIRST(&peer->isakmps); sa_old; sa_old = next) {
		next = TAILQ_NEXT(sa_old, link);
		if (++n > IKE_ISAKMP_MAX)
			isakmp_free(sa_old);
	}
	snprintf(reason, sizeof(reason), "joined #%u as its rekeyed phase 1", peer->story->id);
	peer_free(embryo, reason);
}

static void forget_older_of(struct peer *peer, const struct isakmp *sa)
{
	struct child *child, *child_next;
	struct isakmp *old, *next;

	for (old = TAILQ_FIRST(&peer->isakmps); old; old = next) {
		next = TAILQ_NEXT(old, link);
		if (old != sa)
			isakmp_free(old);
	}
	for (child = TAILQ_FIRST(&peer->children); child && !peer->dead; child = child_next) {
		child_next = TAILQ_NEXT(child, link);
		if (child->serial != sa->serial)
			child_free(child, "the peer started anew");
	}
}

/**
 * peer_initial_contact - the peer says that it has no other SAs with us (RFC 2407 4.6.3.3)
 * @sa: authenticated ISAKMP SA that said so; may be dead afterwards
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
		forget_older_of(peer, sa);
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

static void unlink_child(struct child *child)
{
	child->dead = true;
	timer_stop(&child->expiry);
	TAILQ_REMOVE(&child->peer->children, child, link);
	HASH_DELETE(by_spi, child->peer->ike->by_spi, child);
	if (child->exchange)
		child->exchange->quick->child = NULL;
	child->exchange = NULL;
	ike_bury(child->peer->ike, &child->grave, child, free);
}

/* @tell: announce it to the peer through this ISAKMP SA, when the surroundings have let go of it */
static void end_child(struct child *child, const char *reason, struct isakmp *tell)
{
	struct ike *ike = child->peer->ike;

	if (child->dead)
		return;
	unlink_child(child);
	ike->ops->child_gone(ike->ctx, &child->pub, reason);
	if (tell && !tell->dead)
		informational_delete_child(tell, child);
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
	while ((child = TAILQ_FIRST(&peer->children)))
		end_child(child, reason, tell ? isakmp_current(peer) : NULL);
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
 * peer_free_if_idle - end a peer that has neither ISAKMP SA nor children any more
 * @peer: peer; may be dead already
 * @reason: for the surroundings
 */
void peer_free_if_idle(struct peer *peer, const char *reason)
{
	if (!peer->dead && TAILQ_EMPTY(&peer->isakmps) && TAILQ_EMPTY(&peer->children))
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

static uint64_t lifetime_ms(uint32_t offered, uint32_t grace)
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
	timer_start(&sa->expiry, lifetime_ms(sa->proposal.lifetime, IKE_ISAKMP_GRACE));
}

static void isakmp_release(void *object)
{
	struct isakmp *sa = object;

	OPENSSL_cleanse(&sa->km, sizeof(sa->km));
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

static void child_lifetime_ended(void *arg)
{
	struct child *child = arg;
	struct peer *peer = child->peer;
	struct ike *ike = peer->ike;

	ike_enter(ike);
	end_child(child, "lifetime ended", isakmp_current(peer));
	peer_free_if_idle(peer, "SA lifetime ended");
	ike_leave(ike);
}

/* Equal protocol and port; a name stands for any address, see Windows XP. */
static bool same_client(const struct child_id *a, const struct child_id *b)
{
	if (a->protocol != b->protocol || a->port != b->port)
		return false;
	if (a->type == IPSEC_ID_FQDN || b->type == IPSEC_ID_FQDN)
		return true;
	return a->type == b->type && a->len == b->len && !memcmp(a->data, b->data, a->len);
}

static struct child *predecessor(const struct peer *peer, const struct child_id *id)
{
	struct child *child;

	TAILQ_FOREACH(child, &peer->children, link) {
		if (same_client(&child->id, id))
			return child;
	}
	return NULL;
}

static struct child *find_inbound(struct ike *ike, uint32_t spi)
{
	struct child *child;

	HASH_FIND(by_spi, ike->by_spi, &spi, sizeof(spi), child);
	return child;
}

static uint32_t free_spi(struct ike *ike)
{
	uint32_t spi;

	do {
		spi = random_u32();
	} while (spi < IKE_SPI_MIN || find_inbound(ike, spi));
	return spi;
}

static unsigned int count_children(const struct peer *peer)
{
	const struct child *child;
	unsigned int n = 0;

	TAILQ_FOREACH(child, &peer->children, link)
		n++;
	return n;
}

/**
 * child_new - an SA pair with an inbound SPI and a lineage
 * @sa: ISAKMP SA that negotiates it
 * @id: client identity
 * Return: the child, not installed yet; NULL when the peer has too many.
 */
struct child *child_new(struct isakmp *sa, const struct child_id *id)
{
	struct child *old, *child = NULL;
	struct peer *peer = sa->peer;
	struct ike *ike = peer->ike;

	if (count_children(peer) < IKE_CHILDREN_MAX)
		child = calloc(1, sizeof(*child));
	if (!child)
		return NULL;
	old = predecessor(peer, id);
	child->peer = peer;
	child->serial = sa->serial;
	child->id = *id;
	child->pub.peer = &peer->pub;
	child->pub.successor = old;
	child->pub.sa.lineage = old ? old->pub.sa.lineage : ++ike->lineage_last;
	child->pub.sa.spi_in = free_spi(ike);
	timer_init(&child->expiry, child_lifetime_ended, child);
	TAILQ_INSERT_TAIL(&peer->children, child, link);
	HASH_ADD(by_spi, ike->by_spi, pub.sa.spi_in, sizeof(child->pub.sa.spi_in), child);
	return child;
}

/**
 * child_install - hand an SA pair to the surroundings; its keys are wiped here
 * @child: child, freed when they refuse it
 * Return: 0, or a negative errno.
 */
int child_install(struct child *child)
{
	struct ike *ike = child->peer->ike;
	int ret = ike->ops->child_new(ike->ctx, &child->pub);

	OPENSSL_cleanse(&child->pub.sa.in, sizeof(child->pub.sa.in));
	OPENSSL_cleanse(&child->pub.sa.out, sizeof(child->pub.sa.out));
	if (child->dead)
		return -ECANCELED;
	if (ret)
		unlink_child(child);
	else
		timer_start(&child->expiry, lifetime_ms(child->pub.lifetime, IKE_CHILD_GRACE));
	return ret;
}

/**
 * child_find_outbound - a peer's child by the SPI that the peer knows as its own
 * @peer: peer
 * @spi_out: SPI
 * Return: the child, or NULL.
 */
struct child *child_find_outbound(const struct peer *peer, uint32_t spi_out)
{
	struct child *child;

	TAILQ_FOREACH(child, &peer->children, link) {
		if (child->pub.sa.spi_out == spi_out)
			return child;
	}
	return NULL;
}

/**
 * child_free - end an SA pair without a word to the peer
 * @child: child; may be dead already
 * @reason: for the surroundings
 */
void child_free(struct child *child, const char *reason)
{
	struct peer *peer = child->peer;

	end_child(child, reason, NULL);
	peer_free_if_idle(peer, reason);
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

/**
 * ike_child_close - end an SA pair; the client is told
 * @ike: engine
 * @spi_in: names it; unknown ones are ignored
 * @reason: one phrase, handed on to ike_ops
 */
void ike_child_close(struct ike *ike, uint32_t spi_in, const char *reason)
{
	struct child *child = find_inbound(ike, spi_in);
	struct peer *peer;

	if (!child)
		return;
	peer = child->peer;
	ike_enter(ike);
	end_child(child, reason, isakmp_current(peer));
	peer_free_if_idle(peer, reason);
	ike_leave(ike);
}

/**
 * ike_child_endpoint - authenticated ESP came from elsewhere: IKE goes there too
 * @ike: engine
 * @spi_in: names the SA pair; unknown ones are ignored
 * @remote: new endpoint
 */
void ike_child_endpoint(struct ike *ike, uint32_t spi_in, const struct endpoint *remote)
{
	struct child *child = find_inbound(ike, spi_in);
	struct isakmp *sa;

	if (!child)
		return;
	child->pub.sa.remote = *remote;
	sa = isakmp_current(child->peer);
	if (child->peer->pub.path.natt)
		child->peer->pub.path.remote = *remote;
	if (sa && sa->path.natt)
		sa->path.remote = *remote;
}
