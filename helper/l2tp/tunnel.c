// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "l2tp/session.h"
#include "l2tp/tunnel.h"

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define SETUP_TIMEOUT_MS	30000	/* for SCCCN, and then for the first session */
#define REPEAT_MS		10000	/* so late may a repeated SCCRQ come after SCCCN */
#define UNUSED_TIMEOUT_MS	10000	/* after the last session */
#define LINGER_MS		31000	/* 5.8: one full retransmission interval, 1 + 2 + 4 + 3 * 8 s */
#define FIRMWARE_REVISION	1
#define VENDOR_NAME		"l2tpsec"

static struct tunnel *tunnel_of(struct l2tp_tunnel *pub)
{
	return (struct tunnel *)((char *)pub - offsetof(struct tunnel, pub));
}

static const char *state_name(enum tunnel_state state)
{
	switch (state) {
	case TUNNEL_IDLE:
		return "idle";
	case TUNNEL_WAIT_CONNECTED:
		return "wait-ctl-conn";
	case TUNNEL_ESTABLISHED:
		return "established";
	case TUNNEL_CLOSED:
		return "closed";
	}
	return "?";
}

/**
 * l2tp_tunnel_story - whom log lines of a tunnel are about
 * @t: tunnel, not closed: its user may be gone after that
 * Return: the surroundings' story.
 */
struct story *l2tp_tunnel_story(const struct tunnel *t)
{
	return t->l2tp->ops->story(t->l2tp->ctx, t->pub.user);
}

static void set_state(struct tunnel *t, enum tunnel_state state)
{
	story_log(l2tp_tunnel_story(t), LOG_LEVEL_DEBUG, STAGE_L2TP, "tunnel %u (peer's %u): %s -> %s",
		  t->pub.id, t->pub.peer_id, state_name(t->state), state_name(state));
	t->state = state;
}

/**
 * l2tp_tunnel_send - build a control message and deliver it
 * @t: tunnel
 * @session_id: the peer's id of the session that it is about, or 0
 * @m: message
 */
void l2tp_tunnel_send(struct tunnel *t, uint16_t session_id, const struct l2tp_message *m)
{
	uint8_t storage[L2TP_BODY_MAX];
	struct wbuf w;

	wbuf_init(&w, storage, sizeof(storage));
	l2tp_message_build(&w, m);
	if (w.failed)
		return;
	story_log(l2tp_tunnel_story(t), LOG_LEVEL_DEBUG, STAGE_L2TP, "send %s in tunnel %u to session %u",
		  l2tp_message_name(m->type), t->pub.id, session_id);
	l2tp_transport_send(&t->transport, session_id, w.data, w.len);
}

static void send_stop(struct tunnel *t, const struct l2tp_result *result)
{
	const struct l2tp_message m = {
		.type = L2TP_STOPCCN,
		.present = L2TP_BIT(L2TP_AVP_ASSIGNED_TUNNEL_ID) | L2TP_BIT(L2TP_AVP_RESULT_CODE),
		.assigned_tunnel = t->pub.id,
		.result = *result,
	};

	l2tp_tunnel_send(t, 0, &m);
}

static void send_reply(struct tunnel *t)
{
	struct l2tp_message m = {
		.type = L2TP_SCCRP,
		.present = L2TP_BIT(L2TP_AVP_PROTOCOL_VERSION) | L2TP_BIT(L2TP_AVP_FRAMING_CAPABILITIES) |
			   L2TP_BIT(L2TP_AVP_FIRMWARE_REVISION) | L2TP_BIT(L2TP_AVP_HOST_NAME) |
			   L2TP_BIT(L2TP_AVP_VENDOR_NAME) | L2TP_BIT(L2TP_AVP_ASSIGNED_TUNNEL_ID) |
			   L2TP_BIT(L2TP_AVP_RECEIVE_WINDOW_SIZE),
		.protocol_version = L2TP_PROTOCOL_VERSION,
		.framing_capabilities = L2TP_FRAMING_SYNC | L2TP_FRAMING_ASYNC,
		.firmware_revision = FIRMWARE_REVISION,
		.vendor_name = VENDOR_NAME,
		.assigned_tunnel = t->pub.id,
		.window = L2TP_TRANSPORT_WINDOW,
	};

	snprintf(m.host_name, sizeof(m.host_name), "%s", t->l2tp->conf.host_name);
	l2tp_tunnel_send(t, 0, &m);
}

/* For everyone else the tunnel is over now.  It stays as long as the peer may repeat itself, or have to be told. */
static void finish(struct tunnel *t, const char *reason)
{
	set_state(t, TUNNEL_CLOSED);
	l2tp_transport_set_keepalive(&t->transport, 0);
	timer_start(&t->deadline, LINGER_MS);
	while (t->sessions)
		l2tp_session_end(t->sessions, reason);
	if (!t->up)
		return;
	t->up = false;
	t->l2tp->ops->tunnel_gone(t->l2tp->ctx, &t->pub, reason);
}

/**
 * l2tp_tunnel_stop - close a tunnel and tell the peer (StopCCN, 5.7)
 * @t: tunnel
 * @result: what the peer is told
 * @reason: what our side is told, one phrase
 */
void l2tp_tunnel_stop(struct tunnel *t, const struct l2tp_result *result, const char *reason)
{
	if (t->state == TUNNEL_CLOSED)
		return;
	send_stop(t, result);
	finish(t, reason);
}

/**
 * l2tp_tunnel_end - close a tunnel without a word to the peer and free it
 * @t: tunnel
 * @reason: what our side is told, one phrase
 */
void l2tp_tunnel_end(struct tunnel *t, const char *reason)
{
	if (t->state != TUNNEL_CLOSED)
		finish(t, reason);
	l2tp_transport_stop(&t->transport);
	timer_stop(&t->deadline);
	l2tp_bury_tunnel(t);
}

/* The peer cannot be served: one line for the administrator, StopCCN for the peer. */
__attribute__((format(printf, 4, 5)))
static void refuse(struct tunnel *t, enum l2tp_stop_result code, enum l2tp_error error, const char *fmt, ...)
{
	struct l2tp_result result = { .code = code, .error = error };
	char reason[L2TP_PHRASE_LEN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	snprintf(result.text, sizeof(result.text), "%.*s", (int)sizeof(result.text) - 1, reason);
	story_fail(l2tp_tunnel_story(t), STAGE_L2TP, WINDOWS_ERROR_NO_ANSWER, "tunnel refused: %s", reason);
	l2tp_tunnel_stop(t, &result, reason);
}

/* The ids of an SCCRQ are known since the tunnel was made. */
static void on_request(struct tunnel *t, const struct l2tp_message *m)
{
	memcpy(t->pub.host_name, m->host_name, sizeof(t->pub.host_name));
	memcpy(t->pub.vendor_name, m->vendor_name, sizeof(t->pub.vendor_name));
	if (m->present & L2TP_BIT(L2TP_AVP_RECEIVE_WINDOW_SIZE))
		l2tp_transport_set_window(&t->transport, m->window);
	if (m->protocol_version >> 8 != L2TP_PROTOCOL_VERSION >> 8) {
		refuse(t, L2TP_STOP_VERSION, L2TP_PROTOCOL_VERSION,
		       "peer '%s' offers L2TP version %u.%u, 1.0 is accepted",
		       m->host_name, m->protocol_version >> 8, m->protocol_version & 0xff);
		return;
	}
	if (m->present & L2TP_BIT(L2TP_AVP_CHALLENGE)) {
		refuse(t, L2TP_STOP_NOT_AUTHORIZED, L2TP_ERROR_NONE,
		       "peer '%s' demands tunnel authentication: remove the L2TP secret on the client", m->host_name);
		return;
	}
	send_reply(t);
	timer_start(&t->deadline, SETUP_TIMEOUT_MS);
}

static void on_connected(struct tunnel *t, const struct l2tp_message *m)
{
	int ret;

	(void)m;
	timer_start(&t->deadline, SETUP_TIMEOUT_MS);
	t->transport.forgiving = true;
	t->established_ms = clock_now_ms();
	l2tp_tunnel_configure(t);
	t->up = true;
	ret = t->l2tp->ops->tunnel_up(t->l2tp->ctx, &t->pub);
	if (t->state != TUNNEL_ESTABLISHED)
		return;
	if (ret) {
		t->up = false;
		refuse(t, L2TP_STOP_ERROR, L2TP_ERROR_RESOURCES, "it could not be installed: %s", strerror(-ret));
		return;
	}
	story_log(l2tp_tunnel_story(t), LOG_LEVEL_INFO, STAGE_L2TP, "tunnel up: host name '%s', vendor '%s'",
		  t->pub.host_name, t->pub.vendor_name);
}

static void on_stop(struct tunnel *t, const struct l2tp_message *m)
{
	char reason[L2TP_PHRASE_LEN];

	l2tp_result_phrase(L2TP_STOPCCN, &m->result, reason);
	if (t->state != TUNNEL_ESTABLISHED)
		story_fail(l2tp_tunnel_story(t), STAGE_L2TP, WINDOWS_ERROR_NONE, "%s during set-up", reason);
	finish(t, reason);
}

/* It was acknowledged already. */
static void on_hello(struct tunnel *t, const struct l2tp_message *m)
{
	(void)t;
	(void)m;
}

/**
 * struct row - what a message does in a state; without a row it is a state machine error
 * @states: in which
 * @type: enum l2tp_message_type
 * @next: state before @action runs, 0 = unchanged
 * @action: what is done
 */
static const struct row {
	unsigned int states;
	uint16_t type;
	enum tunnel_state next;
	void (*action)(struct tunnel *t, const struct l2tp_message *m);
} rows[] = {
	/* 7.2.1 */
	{ TUNNEL_IDLE, L2TP_SCCRQ, TUNNEL_WAIT_CONNECTED, on_request },
	{ TUNNEL_WAIT_CONNECTED, L2TP_SCCCN, TUNNEL_ESTABLISHED, on_connected },
	{ TUNNEL_WAIT_CONNECTED | TUNNEL_ESTABLISHED, L2TP_STOPCCN, 0, on_stop },
	/* 5.5 */
	{ TUNNEL_WAIT_CONNECTED | TUNNEL_ESTABLISHED, L2TP_HELLO, 0, on_hello },
};

static void handle(struct tunnel *t, const struct l2tp_message *m)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].states & t->state && rows[i].type == m->type) {
			if (rows[i].next)
				set_state(t, rows[i].next);
			rows[i].action(t, m);
			return;
		}
	}
	refuse(t, L2TP_STOP_STATE, L2TP_ERROR_NONE, "%s came in state %s", l2tp_message_name(m->type),
	       state_name(t->state));
}

static void deliver(void *owner, uint16_t session_id, struct rbuf body)
{
	struct l2tp_message m;
	struct tunnel *t = owner;

	if (t->state == TUNNEL_CLOSED)
		return;
	l2tp_message_parse(body, &m);
	story_log(l2tp_tunnel_story(t), LOG_LEVEL_DEBUG, STAGE_L2TP, "received %s (%u) in tunnel %u for session %u",
		  l2tp_message_name(m.type), m.type, t->pub.id, session_id);
	if (m.ignore)
		return;
	if (m.type == L2TP_STOPCCN)
		handle(t, &m);
	else if (t->state == TUNNEL_ESTABLISHED && l2tp_message_of_session(m.type))
		l2tp_session_deliver(t, session_id, &m);
	else if (m.error)
		refuse(t, L2TP_STOP_ERROR, m.error, "%s with %s", l2tp_message_name(m.type), m.complaint);
	else
		handle(t, &m);
}

static void send_bytes(void *owner, const uint8_t *msg, size_t len)
{
	struct tunnel *t = owner;

	t->l2tp->ops->send(t->l2tp->ctx, t->pub.lineage, t->pub.peer_port, msg, len);
}

static void on_silent(void *owner)
{
	const struct l2tp_message m = { .type = L2TP_HELLO };

	l2tp_tunnel_send(owner, 0, &m);
}

static void on_lost(void *owner)
{
	struct tunnel *t = owner;
	bool probing = t->state == TUNNEL_ESTABLISHED;

	if (t->state == TUNNEL_CLOSED)
		return;
	if (!probing)
		story_fail(l2tp_tunnel_story(t), STAGE_L2TP, WINDOWS_ERROR_NO_ANSWER,
			   "the peer does not acknowledge our SCCRP");
	t->pub.lost = true;
	l2tp_tunnel_end(t, probing ? "no answer to HELLO" : "no answer to SCCRP");
}

static const struct l2tp_transport_ops transport_ops = {
	.send = send_bytes,
	.deliver = deliver,
	.silent = on_silent,
	.lost = on_lost,
};

static void on_deadline(void *arg)
{
	const struct l2tp_result unused = { .code = L2TP_STOP_REQUEST };
	struct tunnel *t = arg;

	if (t->state == TUNNEL_CLOSED)
		l2tp_tunnel_end(t, "");
	else if (t->state != TUNNEL_ESTABLISHED)
		refuse(t, L2TP_STOP_ERROR, L2TP_ERROR_NONE, "no SCCCN within %u s", SETUP_TIMEOUT_MS / 1000);
	else if (!t->sessions)
		l2tp_tunnel_stop(t, &unused, "no sessions in it");
}

/**
 * l2tp_tunnel_new - a peer wants a tunnel: make one that can take its SCCRQ
 * @l2tp: engine
 * @lineage: where it is listed
 * @pub: ids, port and user; copied
 * @first_ns: Ns of the SCCRQ
 * Return: the tunnel; NULL without memory.
 */
struct tunnel *l2tp_tunnel_new(struct l2tp *l2tp, struct l2tp_lineage *lineage, const struct l2tp_tunnel *pub,
			       uint16_t first_ns)
{
	struct tunnel *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->l2tp = l2tp;
	t->lineage = lineage;
	t->pub = *pub;
	t->state = TUNNEL_IDLE;
	timer_init(&t->deadline, on_deadline, t);
	l2tp_transport_init(&t->transport, &transport_ops, t, pub->peer_id, first_ns);
	l2tp_tunnel_configure(t);
	LIST_INSERT_HEAD(&lineage->tunnels, t, link);
	return t;
}

/**
 * l2tp_tunnel_configure - obey the engine's configuration
 * @t: tunnel
 */
void l2tp_tunnel_configure(struct tunnel *t)
{
	const struct conf_l2tp *conf = &t->l2tp->conf;

	l2tp_transport_set_tries(&t->transport, conf->retransmit_max);
	if (t->state == TUNNEL_ESTABLISHED)
		l2tp_transport_set_keepalive(&t->transport, conf->hello_interval * 1000ULL);
}

/**
 * l2tp_tunnel_repeats - is an SCCRQ the one that this tunnel came from?
 * @t: tunnel of the same lineage
 * @peer_id: Assigned Tunnel ID of the SCCRQ
 * Return: true: a retransmission; false: the peer wants another tunnel.  A closed tunnel whose
 *	StopCCN the peer has acknowledged, or has sent itself, is history: its id may be used anew.
 */
bool l2tp_tunnel_repeats(const struct tunnel *t, uint16_t peer_id)
{
	if (t->pub.peer_id != peer_id)
		return false;
	return t->state != TUNNEL_CLOSED || !STAILQ_EMPTY(&t->transport.queue);
}

/**
 * l2tp_tunnel_is_past - does a repeated SCCRQ mean that the peer has lost this tunnel?
 * @t: tunnel that the SCCRQ names
 * Return: true: it sent SCCCN long ago, so it knew our SCCRP and has no reason to ask again.  A
 *	client that died and came back counts its ids from the same start, as Windows does.
 */
bool l2tp_tunnel_is_past(const struct tunnel *t)
{
	return t->state == TUNNEL_ESTABLISHED && clock_now_ms() - t->established_ms > REPEAT_MS;
}

/**
 * l2tp_tunnel_session_ended - a session left: the tunnel may be without any now
 * @t: tunnel
 */
void l2tp_tunnel_session_ended(struct tunnel *t)
{
	if (t->state == TUNNEL_ESTABLISHED && !t->sessions)
		timer_start(&t->deadline, UNUSED_TIMEOUT_MS);
}

/**
 * l2tp_close_phrase - why we close something
 * @why: reason
 * Return: a constant phrase.
 */
const char *l2tp_close_phrase(enum l2tp_close why)
{
	switch (why) {
	case L2TP_CLOSE_ADMIN:
		return "closed by the administrator";
	case L2TP_CLOSE_PPP:
		return "PPP ended";
	case L2TP_CLOSE_LOST:
		return "the peer does not answer";
	case L2TP_CLOSE_SHUTDOWN:
		return "the gateway is shutting down";
	}
	return "closed";
}

/**
 * l2tp_tunnel_close - end a tunnel and its sessions; tunnel_gone is called before this returns
 * @l2tp: engine
 * @tunnel: not to be used afterwards
 * @why: reason
 */
void l2tp_tunnel_close(struct l2tp *l2tp, struct l2tp_tunnel *tunnel, enum l2tp_close why)
{
	struct tunnel *t = tunnel_of(tunnel);
	struct l2tp_result result = {
		.code = why == L2TP_CLOSE_SHUTDOWN ? L2TP_STOP_SHUTDOWN : L2TP_STOP_REQUEST,
	};

	(void)l2tp;
	snprintf(result.text, sizeof(result.text), "%s", l2tp_close_phrase(why));
	l2tp_tunnel_stop(t, &result, l2tp_close_phrase(why));
}

/**
 * l2tp_tunnel_forget - end a tunnel that its peer has lost, without a word; tunnel_gone is called before this returns
 * @l2tp: engine
 * @tunnel: not to be used afterwards
 * @reason: what our side is told, one phrase
 */
void l2tp_tunnel_forget(struct l2tp *l2tp, struct l2tp_tunnel *tunnel, const char *reason)
{
	(void)l2tp;
	l2tp_tunnel_end(tunnel_of(tunnel), reason);
}
