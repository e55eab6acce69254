// SPDX-License-Identifier: MIT
/* What the gateway does when the IKE engine reports: peers come and go, SAs are installed and removed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/subscriber.h"

static void send_message(void *ctx, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	struct gateway *gw = ctx;

	sockets_send(gw->sockets, path, msg, len);
}

static struct story *peer_new(void *ctx, struct ike_peer *peer)
{
	struct gateway *gw = ctx;
	struct subscriber *sub = gw->stopping ? NULL : subscriber_new(gw, peer);

	peer->user = sub;
	return sub ? &sub->story : NULL;
}

static void peer_up(void *ctx, struct ike_peer *peer)
{
	struct subscriber *sub = peer->user;

	(void)ctx;
	subscriber_set_peer(sub, &peer->path.remote);
	if (sub->stage == STAGE_IKE_PHASE1)
		subscriber_set_stage(sub, &sub->story, STAGE_IKE_PHASE2);
}

static void peer_gone(void *ctx, struct ike_peer *peer, const char *reason)
{
	(void)ctx;
	subscriber_free(peer->user, reason);
}

static struct lineage *lineage_of(struct subscriber *sub, uint32_t id)
{
	struct lineage *l = lineage_find(sub->gw, id);

	if (l)
		return l;
	l = calloc(1, sizeof(*l));
	if (!l)
		return NULL;
	l->id = id;
	l->sub = sub;
	TAILQ_INIT(&l->sas);
	HASH_ADD(hh, sub->gw->lineages, id, sizeof(l->id), l);
	return l;
}

/* L2TP and PPP go with it; the SA, if there is one, is still there for their last words. */
static void lineage_free(struct gateway *gw, struct lineage *l, const char *reason)
{
	struct sa *sa;

	l2tp_lineage_gone(gw->l2tp, l->id, reason);
	TAILQ_FOREACH(sa, &l->sas, entry)
		sa->lineage = NULL;
	HASH_DEL(gw->lineages, l);
	free(l);
}

static void lineage_gone(void *ctx, uint32_t lineage, const char *reason)
{
	struct gateway *gw = ctx;
	struct lineage *l = lineage_find(gw, lineage);

	if (l)
		lineage_free(gw, l, reason);
}

static int child_new(void *ctx, struct ike_child *child)
{
	struct subscriber *sub = child->peer->user;
	struct gateway *gw = ctx;
	struct lineage *l;
	struct sa *sa;
	int ret;

	sa = calloc(1, sizeof(*sa));
	l = sa ? lineage_of(sub, child->sa.lineage) : NULL;
	if (!l) {
		free(sa);
		return -ENOMEM;
	}
	ret = gw->plane->ops->sa_add(gw->plane, &child->sa);
	if (ret) {
		story_fail(&sub->story, STAGE_IKE_PHASE2, WINDOWS_ERROR_IKE, "the kernel refused the SA: %s",
			   strerror(-ret));
		if (!child->successor)
			lineage_free(gw, l, "no SA");
		free(sa);
		return ret;
	}
	sa->spi_in = child->sa.spi_in;
	sa->lineage = l;
	sa->encap = child->sa.encap;
	sa->legacy = child->legacy;
	memcpy(sa->suite, child->suite, sizeof(sa->suite));
	HASH_ADD(hh, gw->sas, spi_in, sizeof(sa->spi_in), sa);
	if (TAILQ_EMPTY(&l->sas))
		subscriber_negotiates(sub);
	TAILQ_INSERT_TAIL(&l->sas, sa, entry);
	if (sub->stage == STAGE_IKE_PHASE2)
		subscriber_set_stage(sub, &sub->story, STAGE_L2TP);
	return 0;
}

static void child_active(void *ctx, struct ike_child *child)
{
	struct gateway *gw = ctx;

	gw->plane->ops->sa_activate(gw->plane, child->sa.spi_in);
	if (!child->successor)
		subscriber_negotiates(child->peer->user);
}

static void child_gone(void *ctx, struct ike_child *child, const char *reason)
{
	struct gateway *gw = ctx;
	struct sa *sa = sa_find(gw, child->sa.spi_in);

	(void)reason;
	if (!sa)
		return;
	if (sa->lineage)
		TAILQ_REMOVE(&sa->lineage->sas, sa, entry);
	HASH_DEL(gw->sas, sa);
	free(sa);
	gw->plane->ops->sa_del(gw->plane, child->sa.spi_in);
}

const struct ike_ops gateway_ike_ops = {
	.send = send_message,
	.peer_new = peer_new,
	.peer_up = peer_up,
	.peer_gone = peer_gone,
	.child_new = child_new,
	.child_active = child_active,
	.child_gone = child_gone,
	.lineage_gone = lineage_gone,
};
