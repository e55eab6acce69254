// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/l2tpsec.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "ike/child.h"
#include "ike/informational.h"
#include "ike/isakmp.h"
#include "ike/peer.h"
#include "ike/vacancy.h"

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

static bool lineage_is_empty(const struct peer *peer, uint32_t lineage)
{
	const struct child *child;

	TAILQ_FOREACH(child, &peer->children, link) {
		if (child->pub.sa.lineage == lineage)
			return false;
	}
	return true;
}

/**
 * child_end - end an SA pair
 * @child: child; may be dead already
 * @reason: for the surroundings
 * @tell: tell the peer through this ISAKMP SA, once the surroundings have let go; NULL: do not
 *
 * The last one of a lineage leaves it vacant for a while, unless the peer ends too.
 */
void child_end(struct child *child, const char *reason, struct isakmp *tell)
{
	struct peer *peer = child->peer;
	struct ike *ike = peer->ike;
	uint32_t lineage = child->pub.sa.lineage;
	bool last;

	if (child->dead)
		return;
	unlink_child(child);
	last = lineage_is_empty(peer, lineage);
	if (last && !peer->dead && child->confirmed)
		vacancy_new(peer, lineage, &child->id, reason);
	else if (last)
		ike->ops->lineage_gone(ike->ctx, lineage, reason);
	ike->ops->child_gone(ike->ctx, &child->pub, reason);
	if (tell && !tell->dead)
		informational_delete_child(tell, child);
}

static void child_lifetime_ended(void *arg)
{
	struct child *child = arg;
	struct peer *peer = child->peer;
	struct ike *ike = peer->ike;

	ike_enter(ike);
	child_end(child, "lifetime ended", isakmp_current(peer));
	peer_free_if_idle(peer, "SA lifetime ended");
	ike_leave(ike);
}

/**
 * child_id_same - do two client identities belong to one lineage?
 * @a: identity
 * @b: identity
 * Return: whether protocol, port and address are equal; a name stands for any address, see Windows XP.
 */
bool child_id_same(const struct child_id *a, const struct child_id *b)
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
		if (child_id_same(&child->id, id))
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

/* A peer that rekeys often and deletes seldom: its oldest SA that has successors goes. */
static bool make_room(struct peer *peer)
{
	struct child *old, *young;

	TAILQ_FOREACH(old, &peer->children, link) {
		for (young = TAILQ_NEXT(old, link); young; young = TAILQ_NEXT(young, link)) {
			if (young->confirmed && young->pub.sa.lineage == old->pub.sa.lineage) {
				child_end(old, "it has too many successors", isakmp_current(peer));
				return !peer->dead;
			}
		}
	}
	return false;
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
	uint32_t lineage;

	if (count_children(peer) < IKE_CHILDREN_MAX || make_room(peer))
		child = calloc(1, sizeof(*child));
	if (!child)
		return NULL;
	old = predecessor(peer, id);
	lineage = old ? old->pub.sa.lineage : vacancy_take(peer, id);
	child->peer = peer;
	child->serial = sa->serial;
	child->id = *id;
	child->pub.peer = &peer->pub;
	child->pub.successor = lineage;
	child->pub.sa.lineage = lineage ? lineage : ++ike->lineage_last;
	child->pub.sa.spi_in = free_spi(ike);
	timer_init(&child->expiry, child_lifetime_ended, child);
	TAILQ_INSERT_TAIL(&peer->children, child, link);
	HASH_ADD(by_spi, ike->by_spi, pub.sa.spi_in, sizeof(child->pub.sa.spi_in), child);
	return child;
}

/**
 * child_name_suite - the text of its suite
 * @child: child whose algorithms are known
 */
void child_name_suite(struct child *child)
{
	const struct plane_sa *sa = &child->pub.sa;
	char *suite = child->pub.suite;

	proposal_phase2_print(&child->esp, suite, sizeof(child->pub.suite));
	if (sa->auth == L2TPSEC_AUTH_HMAC_SHA2_256 && sa->icv_len == CHILD_ICV_SHORT)
		strncat(suite, "-96", sizeof(child->pub.suite) - strlen(suite) - 1);
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
	if (!ret) {
		timer_start(&child->expiry, isakmp_lifetime_ms(child->pub.lifetime, IKE_CHILD_GRACE));
		return 0;
	}
	unlink_child(child);
	if (child->pub.successor && lineage_is_empty(child->peer, child->pub.sa.lineage))
		vacancy_new(child->peer, child->pub.sa.lineage, &child->id, "the next SA could not be installed");
	return ret;
}

/* With several Quick Modes under way, a late message 3 of an older one must not turn back the clock. */
static bool is_newest(const struct child *child)
{
	const struct child *next = child;

	while ((next = TAILQ_NEXT(next, link))) {
		if (next->confirmed && next->pub.sa.lineage == child->pub.sa.lineage)
			return false;
	}
	return true;
}

/**
 * child_confirm - Quick Mode message 3 came: this is the SA to send through, unless a younger one is
 * @child: child
 */
void child_confirm(struct child *child)
{
	struct ike *ike = child->peer->ike;

	child->confirmed = true;
	if (is_newest(child))
		ike->ops->child_active(ike->ctx, &child->pub);
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

	child_end(child, reason, NULL);
	peer_free_if_idle(peer, reason);
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
	child_end(child, reason, isakmp_current(peer));
	peer_free_if_idle(peer, reason);
	ike_leave(ike);
}

/**
 * ike_child_icv - the peer's packets have told how long its ICVs of HMAC-SHA2-256 are
 * @ike: engine
 * @spi_in: names the SA pair; unknown ones are ignored
 * @icv_len: bytes
 * Return: the suite's new name, NULL for an unknown SA; valid as long as the child.
 */
const char *ike_child_icv(struct ike *ike, uint32_t spi_in, unsigned int icv_len)
{
	struct child *child = find_inbound(ike, spi_in);
	struct peer *peer;

	if (!child)
		return NULL;
	peer = child->peer;
	peer->icv_short = icv_len == CHILD_ICV_SHORT;
	child->pub.sa.icv_len = icv_len;
	child_name_suite(child);
	story_log(peer->story, LOG_LEVEL_INFO, STAGE_IKE_PHASE2,
		  "the client's ICVs of HMAC-SHA2-256 have %u bits: so have ours now", 8 * icv_len);
	return child->pub.suite;
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

/**
 * ike_lineage_anew - a client began in a lineage as if nothing were there
 * @ike: engine
 * @peer: client
 * @lineage: number
 *
 * If it has negotiated an SA there since its INITIAL-CONTACT, the older ones end, and its older ISAKMP SAs: it has
 * lost them.
 *
 * Return: whether there were any SAs.
 */
bool ike_lineage_anew(struct ike *ike, struct ike_peer *peer, uint32_t lineage)
{
	struct peer *p = (struct peer *)peer;
	struct child *child, *next;
	struct isakmp *sa, *older;
	bool fresh = false, any = false;

	TAILQ_FOREACH(child, &p->children, link)
		fresh |= !child->doubted && child->pub.sa.lineage == lineage;
	if (!fresh)
		return false;
	ike_enter(ike);
	for (child = TAILQ_FIRST(&p->children); child && !p->dead; child = next) {
		next = TAILQ_NEXT(child, link);
		if (child->doubted && child->pub.sa.lineage == lineage) {
			any = true;
			child_end(child, "the peer started anew", NULL);
		}
	}
	for (sa = TAILQ_FIRST(&p->isakmps); sa; sa = older) {
		older = TAILQ_NEXT(sa, link);
		if (sa->doubted)
			isakmp_free(sa);
	}
	ike_leave(ike);
	return any;
}
