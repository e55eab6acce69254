// SPDX-License-Identifier: MIT
/* What the gateway does when PPP reports: check logins, lease addresses, open and end sessions. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/subscriber.h"

#define WATCH_MS		10000

/**
 * session_plane - a session of L2TP's as the data plane is to have it before PPP is up
 * @l2tp: the engine's
 * Return: its names, and what L2TP has agreed on.
 */
struct plane_session session_plane(const struct l2tp_session *l2tp)
{
	return (struct plane_session){
		.lineage = l2tp->tunnel->lineage,
		.tunnel_id = l2tp->tunnel->id,
		.id = l2tp->id,
		.peer_id = l2tp->peer_id,
		.sequencing = l2tp->sequencing,
	};
}

static void send_frame(void *user, uint16_t protocol, const uint8_t *data, size_t len)
{
	struct session *s = user;
	const struct plane_frame frame = {
		.ppp = true,
		.lineage = s->l2tp->tunnel->lineage,
		.tunnel_id = s->l2tp->tunnel->id,
		.session_id = s->l2tp->id,
		.protocol = protocol,
		.data = data,
		.len = len,
	};
	struct plane *plane = s->sub->gw->plane;

	plane->ops->frame_send(plane, &frame);
}

static void on_login_checked(void *arg, const struct auth_result *result)
{
	struct session *s = arg;

	s->ticket = NULL;
	ppp_auth_result(s->ppp, result);
}

static void authenticate(void *user, const struct auth_request *request)
{
	struct session *s = user;

	snprintf(s->story.user, sizeof(s->story.user), "%s", request->user);
	subscriber_set_stage(s->sub, &s->story, STAGE_AUTH);
	s->ticket = auth_submit(s->sub->gw->auth, request, on_login_checked, s);
	if (!s->ticket)
		ppp_close(s->ppp, "no memory to check the login");
}

static struct session *session_with(const struct gateway *gw, uint32_t address)
{
	struct session *s;

	HASH_FIND(by_address, gw->addresses, &address, sizeof(address), s);
	return s;
}

/* The one place where an address comes and goes; 0 = none. */
static void set_address(struct session *s, uint32_t address)
{
	struct gateway *gw = s->sub->gw;

	if (s->address)
		HASH_DELETE(by_address, gw->addresses, s);
	s->address = address;
	if (address)
		HASH_ADD(by_address, gw->addresses, address, sizeof(s->address), s);
}

/* A user who comes back before the old session was noticed dead gets the address, not a refusal. */
static uint32_t take_over(struct session *s, uint32_t address)
{
	struct gateway *gw = s->sub->gw;
	struct session *old = session_with(gw, address);

	if (!old || strcmp(old->story.user, s->story.user)) {
		story_log(&s->story, LOG_LEVEL_WARNING, STAGE_IPCP, "the user's fixed address is in use by #%u %s",
			  old ? old->story.id : 0, old ? old->story.user : "");
		return 0;
	}
	story_log(&old->story, LOG_LEVEL_INFO, STAGE_UP, "the user's fixed address goes to the newer session #%u",
		  s->story.id);
	l2tp_session_close(gw->l2tp, old->l2tp, L2TP_CLOSE_ADMIN);
	return pool_lease_fixed(gw->pool, address) ? address : 0;
}

static uint32_t choose_address(void *user, uint32_t fixed, uint32_t wish)
{
	struct session *s = user;
	struct pool *pool = s->sub->gw->pool;

	subscriber_set_stage(s->sub, &s->story, STAGE_IPCP);
	if (!fixed)
		set_address(s, pool_lease(pool, s->story.user, wish));
	else if (pool_lease_fixed(pool, fixed))
		set_address(s, fixed);
	else
		set_address(s, take_over(s, fixed));
	return s->address;
}

/* What the path carries in one piece now; the module follows it as it changes. */
static unsigned int path_mtu(const struct session *s)
{
	const struct l2tp_tunnel *t = s->l2tp->tunnel;
	struct gateway *gw = s->sub->gw;
	unsigned int cap = gw->conf->ppp.mtu;
	struct plane_stats stats;

	if (gw->plane->ops->session_stats(gw->plane, t->lineage, t->id, s->l2tp->id, &stats) || !stats.path_mtu)
		return cap;
	return stats.path_mtu < cap ? stats.path_mtu : cap;
}

static void on_up(void *user, const struct ppp_result *result)
{
	struct session *s = user;
	struct plane_session plane = session_plane(s->l2tp);
	struct gateway *gw = s->sub->gw;
	struct addr a = addr_from_ipv4(result->address);
	char address[ADDR_STRLEN];

	plane.tx_acfc = result->tx_acfc;
	plane.tx_pfc = result->tx_pfc;
	plane.mtu = result->mtu;
	plane.clamp_mss = gw->conf->ppp.clamp_mss;
	plane.address = result->address;
	if (gw->plane->ops->session_open(gw->plane, &plane)) {
		story_fail(&s->story, STAGE_IPCP, WINDOWS_ERROR_NO_ADDRESS, "the kernel refused the session");
		ppp_close(s->ppp, "kernel refused the session");
		return;
	}
	s->result = *result;
	s->open = true;
	timer_start(&s->watch, WATCH_MS);
	s->since = moment_now();
	story_log(&s->story, LOG_LEVEL_INFO, STAGE_UP, "connected: address %s, mtu %u",
		  addr_print(&a, address), path_mtu(s));
	subscriber_set_stage(s->sub, &s->story, STAGE_UP);
}

static void on_down(void *user, const char *reason)
{
	struct session *s = user;

	snprintf(s->ended, sizeof(s->ended), "%s", reason);
	l2tp_session_close(s->sub->gw->l2tp, s->l2tp, L2TP_CLOSE_PPP);
}

/*
 * Data passes the daemon by, so it asks now and then: a client whose packets come
 * is alive, and needs neither LCP Echo-Requests, R-U-THERE nor an answer to HELLO.
 */
static void on_watch(void *arg)
{
	struct session *s = arg;
	const struct l2tp_tunnel *t = s->l2tp->tunnel;
	struct gateway *gw = s->sub->gw;
	struct plane_stats stats;

	timer_start(&s->watch, WATCH_MS);
	if (gw->plane->ops->session_stats(gw->plane, t->lineage, t->id, s->l2tp->id, &stats) ||
	    stats.rx_packets == s->rx_packets)
		return;
	s->rx_packets = stats.rx_packets;
	ppp_traffic(s->ppp);
	l2tp_lineage_alive(gw->l2tp, t->lineage);
	ike_peer_alive(gw->ike, s->sub->peer);
}

static const struct ppp_ops ppp_ops = {
	.send = send_frame,
	.authenticate = authenticate,
	.address = choose_address,
	.up = on_up,
	.down = on_down,
};

/**
 * session_new - L2TP has a new session, installed already: start PPP in it
 * @sub: whose
 * @l2tp: the engine's; its user field is set
 * Return: 0, or a negative errno and nothing was done.
 */
int session_new(struct subscriber *sub, struct l2tp_session *l2tp)
{
	struct gateway *gw = sub->gw;
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->sub = sub;
	s->l2tp = l2tp;
	s->story = sub->story;
	timer_init(&s->watch, on_watch, s);
	s->ppp = ppp_new(&gw->conf->ppp, path_mtu(s), &ppp_ops, s, &s->story);
	if (!s->ppp) {
		free(s);
		return -ENOMEM;
	}
	l2tp->user = s;
	LIST_INSERT_HEAD(&sub->sessions, s, entry);
	sub->had_session = true;
	subscriber_set_stage(sub, &s->story, STAGE_LCP);
	ppp_start(s->ppp);
	return 0;
}

/**
 * session_free - L2TP lets go of a session, removed from the data plane already: give back what it held
 * @s: freed
 * @reason: one phrase; PPP's own is preferred
 */
void session_free(struct session *s, const char *reason)
{
	struct subscriber *sub = s->sub;
	struct gateway *gw = sub->gw;

	if (*s->ended)
		reason = s->ended;
	else if (*ppp_reason(s->ppp))
		reason = ppp_reason(s->ppp);
	timer_stop(&s->watch);
	if (s->ticket)
		auth_cancel(s->ticket);
	if (s->address)
		pool_release(gw->pool, s->address);
	set_address(s, 0);
	story_log(&s->story, LOG_LEVEL_INFO, s->open ? STAGE_UP : STAGE_L2TP, "session closed: %s", reason);
	status_publish_gone(gw, &s->story, reason);
	s->l2tp->user = NULL;
	LIST_REMOVE(s, entry);
	ppp_free(s->ppp);
	free(s);
	subscriber_session_gone(sub);
}
