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

/**
 * child_end - end an SA pair
 * @child: child; may be dead already
 * @reason: for the surroundings
 * @tell: tell the peer through this ISAKMP SA, once the surroundings have let go; NULL: do not
 */
void child_end(struct child *child, const char *reason, struct isakmp *tell)
{
	struct ike *ike = child->peer->ike;

	if (child->dead)
		return;
	unlink_child(child);
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
	if (ret)
		unlink_child(child);
	else
		timer_start(&child->expiry, isakmp_lifetime_ms(child->pub.lifetime, IKE_CHILD_GRACE));
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
