// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <linux/l2tpsec.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/subscriber.h"

#define IDLE_MS		60000
#define CLOSE_STEP_MS	4000

/* What came through all SAs of the client; returns one of them, or NULL. */
static const struct sa *add_up(const struct subscriber *sub, struct plane_stats *sum)
{
	struct plane *plane = sub->gw->plane;
	const struct sa *sa, *last = NULL;
	struct plane_stats stats;
	struct lineage *l;

	memset(sum, 0, sizeof(*sum));
	for (l = sub->gw->lineages; l; l = l->hh.next) {
		if (l->sub != sub)
			continue;
		TAILQ_FOREACH(sa, &l->sas, entry) {
			last = sa;
			if (plane->ops->sa_stats(plane, sa->spi_in, &stats))
				continue;
			sum->rx_packets += stats.rx_packets;
			sum->rx_dropped += stats.rx_dropped;
		}
	}
	return last;
}

static const char *way_of_esp(const struct sa *sa)
{
	if (sa && sa->encap == L2TPSEC_ENCAP_RAW)
		return "IP protocol 50 reach us? force-udp-encapsulation = yes does without";
	return "all of UDP port 4500 reach us?";
}

/* Nothing was refused and nothing broke, the client only went no further: what did not come? */
static void tell_what_is_missing(struct subscriber *sub)
{
	struct plane_stats sum;
	const struct sa *sa = add_up(sub, &sum);
	const int waited = IDLE_MS / 1000;

	if (sub->stage < STAGE_L2TP)
		story_fail(&sub->story, sub->stage, WINDOWS_ERROR_IKE, "no Quick Mode for %d s", waited);
	else if (sum.rx_packets)
		story_fail(&sub->story, STAGE_L2TP, WINDOWS_ERROR_NONE, "no session was asked for within %d s", waited);
	else if (sum.rx_dropped)
		story_fail(&sub->story, STAGE_L2TP, WINDOWS_ERROR_NO_ANSWER,
			   "none of %" PRIu64 " ESP packets could be used: l2tpsec show counts why", sum.rx_dropped);
	else
		story_fail(&sub->story, STAGE_L2TP, WINDOWS_ERROR_NO_ANSWER, "no ESP came for %d s: does %s",
			   waited, way_of_esp(sa));
}

/* A client that reaches no session, gets stuck in one's set-up or lost its last one does not keep its SAs for ever. */
static void on_idle(void *arg)
{
	struct subscriber *sub = arg;
	struct session *s = LIST_FIRST(&sub->sessions);

	if (s)
		story_fail(&s->story, sub->stage, WINDOWS_ERROR_NONE, "it went no further for %d s", IDLE_MS / 1000);
	else if (sub->had_session || sub->story.failed)
		story_log(&sub->story, LOG_LEVEL_INFO, sub->stage, "no session for %d s", IDLE_MS / 1000);
	else
		tell_what_is_missing(sub);
	ike_peer_close(sub->gw->ike, sub->peer, s ? "set-up took too long" : "no session");
}

static bool is_connected(const struct subscriber *sub)
{
	const struct session *s;

	LIST_FOREACH(s, &sub->sessions, entry) {
		if (s->open)
			return true;
	}
	return false;
}

/*
 * The steps of an orderly end: sessions have their Terminate-Request answered or
 * time out, then the tunnels get StopCCN, then the SAs and the peer DELETE.  Runs
 * from its timer only, so that no engine is further up on the stack.
 */
static void on_close(void *arg)
{
	struct subscriber *sub = arg;
	struct l2tp *l2tp = sub->gw->l2tp;

	while (!LIST_EMPTY(&sub->sessions))
		l2tp_session_close(l2tp, LIST_FIRST(&sub->sessions)->l2tp, L2TP_CLOSE_ADMIN);
	while (!LIST_EMPTY(&sub->tunnels))
		l2tp_tunnel_close(l2tp, LIST_FIRST(&sub->tunnels)->l2tp, L2TP_CLOSE_ADMIN);
	ike_peer_close(sub->gw->ike, sub->peer, sub->close_reason);
}

/**
 * subscriber_new - a client appeared
 * @gw: gateway
 * @peer: its IKE peer, which owns the subscriber until ike_ops.peer_gone
 * Return: the subscriber, NULL without memory.
 */
struct subscriber *subscriber_new(struct gateway *gw, struct ike_peer *peer)
{
	struct subscriber *sub = calloc(1, sizeof(*sub));

	if (!sub)
		return NULL;
	sub->gw = gw;
	sub->peer = peer;
	sub->since = moment_now();
	sub->story.id = ++gw->last_id;
	LIST_INIT(&sub->tunnels);
	LIST_INIT(&sub->sessions);
	timer_init(&sub->idle, on_idle, sub);
	timer_init(&sub->close, on_close, sub);
	endpoint_print(&peer->path.remote, sub->story.peer);
	HASH_ADD(hh, gw->subscribers, story.id, sizeof(sub->story.id), sub);
	timer_start(&sub->idle, IDLE_MS);
	return sub;
}

/**
 * subscriber_free - a client is gone; its sessions, tunnels and SAs went before
 * @sub: freed
 * @reason: one phrase
 */
void subscriber_free(struct subscriber *sub, const char *reason)
{
	struct gateway *gw = sub->gw;

	timer_stop(&sub->idle);
	timer_stop(&sub->close);
	status_publish_gone(gw, &sub->story, reason);
	HASH_DEL(gw->subscribers, sub);
	free(sub);
	if (gw->stopping && !gw->subscribers)
		timer_start(&gw->stop_deadline, 0);
}

/**
 * subscriber_set_stage - the one place where a stage changes
 * @sub: client
 * @story: for the event: the client's or its session's
 * @stage: reached; a step further gives a client that is not connected its time anew
 */
void subscriber_set_stage(struct subscriber *sub, const struct story *story, enum stage stage)
{
	bool further = stage > sub->stage;

	if (stage == sub->stage)
		return;
	sub->stage = stage;
	status_publish_stage(sub->gw, story, stage);
	if (stage == STAGE_UP)
		timer_stop(&sub->idle);
	else if (further && !is_connected(sub) && !sub->closing)
		timer_start(&sub->idle, IDLE_MS);
}

/**
 * subscriber_set_peer - its outer endpoint changed
 * @sub: client
 * @remote: the new one
 */
void subscriber_set_peer(struct subscriber *sub, const struct endpoint *remote)
{
	char before[sizeof(sub->story.peer)];
	struct session *s;

	memcpy(before, sub->story.peer, sizeof(before));
	endpoint_print(remote, sub->story.peer);
	if (!strcmp(before, sub->story.peer))
		return;
	LIST_FOREACH(s, &sub->sessions, entry)
		memcpy(s->story.peer, sub->story.peer, sizeof(s->story.peer));
	/* Every client behind NAT moves from port 500 to 4500 while it connects (RFC 3947 4). */
	story_log(&sub->story, sub->stage < STAGE_UP ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, sub->stage,
		  "peer moved here from %s", before);
}

/**
 * subscriber_negotiates - an SA for a new tunnel, or a message of L2TP's: the time without a session begins anew
 * @sub: client
 *
 * The SA counts when it is installed and when it is up: a client on a slow machine needs a while for message 3.
 * A client that vanished and came back is the same subscriber, and its time may be almost over.  One whose
 * server lost its tunnel goes through its retransmissions twice before it begins another, with the message
 * that was due and with StopCCN: 31 s each (RFC 2661 5.8).
 */
void subscriber_negotiates(struct subscriber *sub)
{
	if (LIST_EMPTY(&sub->sessions) && !sub->closing)
		timer_start(&sub->idle, IDLE_MS);
}

/**
 * subscriber_session_gone - one of its sessions went
 * @sub: client
 */
void subscriber_session_gone(struct subscriber *sub)
{
	if (!sub->closing && !is_connected(sub))
		timer_start(&sub->idle, IDLE_MS);
	else if (sub->closing && LIST_EMPTY(&sub->sessions))
		timer_start(&sub->close, 0);
}

/**
 * subscriber_close - end a client in order, beginning with its sessions
 * @sub: client; freed later, from the loop
 * @reason: one constant phrase
 */
void subscriber_close(struct subscriber *sub, const char *reason)
{
	struct session *s, *next;

	if (sub->closing)
		return;
	sub->closing = true;
	sub->close_reason = reason;
	timer_start(&sub->close, LIST_EMPTY(&sub->sessions) ? 0 : CLOSE_STEP_MS);
	for (s = LIST_FIRST(&sub->sessions); s; s = next) {
		next = LIST_NEXT(s, entry);
		ppp_close(s->ppp, reason);
	}
}

/**
 * lineage_find - by number
 * @gw: gateway
 * @id: number
 * Return: the lineage or NULL.
 */
struct lineage *lineage_find(struct gateway *gw, uint32_t id)
{
	struct lineage *l;

	HASH_FIND(hh, gw->lineages, &id, sizeof(id), l);
	return l;
}

/**
 * lineage_current - the SA that is sent through, or soon will be
 * @l: lineage
 * Return: its newest SA; NULL: it has none now.
 */
struct sa *lineage_current(const struct lineage *l)
{
	return TAILQ_LAST(&l->sas, sa_list);
}

/**
 * sa_find - by inbound SPI
 * @gw: gateway
 * @spi_in: SPI
 * Return: the SA or NULL.
 */
struct sa *sa_find(struct gateway *gw, uint32_t spi_in)
{
	struct sa *sa;

	HASH_FIND(hh, gw->sas, &spi_in, sizeof(spi_in), sa);
	return sa;
}
