// SPDX-License-Identifier: MIT
/* What the gateway does when the L2TP engine or the data plane reports. */
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>

#include "gateway/subscriber.h"

static void send_message(void *ctx, uint32_t lineage, uint16_t peer_port, const uint8_t *msg, size_t len)
{
	const struct plane_frame frame = {
		.lineage = lineage, .peer_port = peer_port, .data = msg, .len = len,
	};
	struct gateway *gw = ctx;

	gw->plane->ops->frame_send(gw->plane, &frame);
}

static struct story *story_of(void *ctx, void *user)
{
	struct subscriber *sub = user;

	(void)ctx;
	return &sub->story;
}

/* A client that said INITIAL-CONTACT and begins a tunnel has lost the ones it had. */
static void forget_tunnels(struct subscriber *sub, const struct l2tp_tunnel *fresh)
{
	struct gateway *gw = sub->gw;
	struct tunnel *t, *next;

	if (!ike_lineage_anew(gw->ike, sub->peer, fresh->lineage))
		return;
	for (t = LIST_FIRST(&sub->tunnels); t; t = next) {
		next = LIST_NEXT(t, entry);
		if (t->l2tp->lineage == fresh->lineage)
			l2tp_tunnel_forget(gw->l2tp, t->l2tp, "the peer started anew");
	}
}

static int tunnel_up(void *ctx, struct l2tp_tunnel *l2tp)
{
	struct subscriber *sub = l2tp->user;
	const struct plane_tunnel plane = {
		.lineage = l2tp->lineage, .id = l2tp->id, .peer_id = l2tp->peer_id, .peer_port = l2tp->peer_port,
	};
	struct gateway *gw = ctx;
	struct tunnel *t = calloc(1, sizeof(*t));
	int ret;

	if (!t)
		return -ENOMEM;
	forget_tunnels(sub, l2tp);
	ret = gw->plane->ops->tunnel_add(gw->plane, &plane);
	if (ret) {
		free(t);
		return ret;
	}
	t->l2tp = l2tp;
	LIST_INSERT_HEAD(&sub->tunnels, t, entry);
	return 0;
}

static void tunnel_gone(void *ctx, struct l2tp_tunnel *l2tp, const char *reason)
{
	struct subscriber *sub = l2tp->user;
	struct gateway *gw = ctx;
	struct tunnel *t;

	LIST_FOREACH(t, &sub->tunnels, entry) {
		if (t->l2tp == l2tp)
			break;
	}
	if (!t)
		return;
	LIST_REMOVE(t, entry);
	free(t);
	gw->plane->ops->tunnel_del(gw->plane, l2tp->lineage, l2tp->id);
	story_log(&sub->story, LOG_LEVEL_INFO, STAGE_L2TP, "tunnel closed: %s", reason);
	if (l2tp->lost && LIST_EMPTY(&sub->tunnels))
		subscriber_close(sub, "no answer from the client");
}

static int session_add(void *ctx, const struct l2tp_session *l2tp)
{
	const struct plane_session plane = session_plane(l2tp);
	struct gateway *gw = ctx;

	return gw->plane->ops->session_add(gw->plane, &plane);
}

static void session_del(void *ctx, const struct l2tp_session *l2tp)
{
	struct gateway *gw = ctx;

	gw->plane->ops->session_del(gw->plane, l2tp->tunnel->lineage, l2tp->tunnel->id, l2tp->id);
}

/* Whether data is numbered ICCN alone tells, and a session of the plane's is one or the other. */
static int number_data(struct gateway *gw, const struct l2tp_session *l2tp)
{
	session_del(gw, l2tp);
	return session_add(gw, l2tp);
}

static int session_up(void *ctx, struct l2tp_session *l2tp)
{
	int ret = l2tp->sequencing ? number_data(ctx, l2tp) : 0;

	return ret ? ret : session_new(l2tp->tunnel->user, l2tp);
}

static void session_gone(void *ctx, struct l2tp_session *l2tp, const char *reason)
{
	(void)ctx;
	if (l2tp->user)
		session_free(l2tp->user, reason);
}

const struct l2tp_ops gateway_l2tp_ops = {
	.send = send_message,
	.story = story_of,
	.tunnel_up = tunnel_up,
	.tunnel_gone = tunnel_gone,
	.session_add = session_add,
	.session_del = session_del,
	.session_up = session_up,
	.session_gone = session_gone,
};

static void on_frame(void *ctx, const struct plane_frame *frame)
{
	struct gateway *gw = ctx;
	struct lineage *l = lineage_find(gw, frame->lineage);
	struct l2tp_session *l2tp;
	struct session *s;

	if (!l)
		return;
	if (!frame->ppp) {
		subscriber_negotiates(l->sub);
		l2tp_receive(gw->l2tp, l->id, l->sub, frame->peer_port, frame->data, frame->len);
		return;
	}
	l2tp = l2tp_session_find(gw->l2tp, l->id, frame->tunnel_id, frame->session_id);
	s = l2tp ? l2tp->user : NULL;
	if (s)
		ppp_receive(s->ppp, frame->protocol, frame->data, frame->len);
}

static struct lineage *lineage_of_sa(struct gateway *gw, uint32_t spi_in)
{
	const struct sa *sa = sa_find(gw, spi_in);

	return sa ? sa->lineage : NULL;
}

static void on_sa_active(void *ctx, uint32_t spi_in)
{
	struct lineage *l = lineage_of_sa(ctx, spi_in);

	if (l)
		story_log(&l->sub->story, LOG_LEVEL_DEBUG, STAGE_IKE_PHASE2, "SA %08x carries traffic", spi_in);
}

static void on_sa_endpoint(void *ctx, uint32_t spi_in, const struct endpoint *remote)
{
	struct lineage *l = lineage_of_sa(ctx, spi_in);
	struct gateway *gw = ctx;

	if (!l)
		return;
	ike_child_endpoint(gw->ike, spi_in, remote);
	subscriber_set_peer(l->sub, remote);
}

static void on_sa_icv(void *ctx, uint32_t spi_in, unsigned int icv_len)
{
	struct gateway *gw = ctx;
	const char *suite = ike_child_icv(gw->ike, spi_in, icv_len);
	struct sa *sa = sa_find(gw, spi_in);

	if (suite && sa)
		snprintf(sa->suite, sizeof(sa->suite), "%s", suite);
}

static void on_sa_soft(void *ctx, uint32_t spi_in)
{
	struct lineage *l = lineage_of_sa(ctx, spi_in);

	if (l)
		story_log(&l->sub->story, LOG_LEVEL_DEBUG, STAGE_IKE_PHASE2,
			  "SA %08x has carried what the client asked for: it may rekey now", spi_in);
}

static void on_sa_hard(void *ctx, uint32_t spi_in)
{
	struct gateway *gw = ctx;

	ike_child_close(gw->ike, spi_in, "its sequence numbers are used up and the client did not rekey");
}

static void on_lost(void *ctx, const char *why)
{
	struct gateway *gw = ctx;

	log_line(LOG_LEVEL_ERROR, "data plane lost: %s", why);
	gw->failed = true;
	event_base_loopbreak(gw->base);
}

const struct plane_events gateway_plane_events = {
	.frame = on_frame,
	.sa_active = on_sa_active,
	.sa_endpoint = on_sa_endpoint,
	.sa_icv = on_sa_icv,
	.sa_soft = on_sa_soft,
	.sa_hard = on_sa_hard,
	.lost = on_lost,
};
