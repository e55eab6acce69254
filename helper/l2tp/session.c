// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "l2tp/session.h"

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define SETUP_TIMEOUT_MS	30000	/* for ICCN */
#define SESSIONS_LIMIT		0x8000	/* in one tunnel: free ids must be found quickly */

static struct session *session_of(struct l2tp_session *pub)
{
	return (struct session *)((char *)pub - offsetof(struct session, pub));
}

static const char *state_name(enum session_state state)
{
	switch (state) {
	case SESSION_IDLE:
		return "idle";
	case SESSION_WAIT_CONNECT:
		return "wait-connect";
	case SESSION_ESTABLISHED:
		return "established";
	case SESSION_CLOSED:
		return "closed";
	}
	return "?";
}

static void set_state(struct session *s, enum session_state state)
{
	story_log(l2tp_tunnel_story(s->tunnel), LOG_LEVEL_DEBUG, STAGE_L2TP,
		  "session %u (peer's %u) in tunnel %u: %s -> %s", s->pub.id, s->pub.peer_id, s->tunnel->pub.id,
		  state_name(s->state), state_name(state));
	s->state = state;
}

/**
 * l2tp_session_of_tunnel - find a session by our id
 * @t: tunnel
 * @id: our id
 * Return: the session, or NULL.
 */
struct session *l2tp_session_of_tunnel(struct tunnel *t, uint16_t id)
{
	struct session *s;

	HASH_FIND(hh, t->sessions, &id, sizeof(id), s);
	return s;
}

static struct session *find_by_peer_id(struct tunnel *t, uint16_t peer_id)
{
	struct session *s;

	for (s = t->sessions; s; s = s->hh.next) {
		if (s->pub.peer_id == peer_id)
			return s;
	}
	return NULL;
}

/* 6.12: CDN names the session by both ids; one that we never made gets an id that nobody has. */
static void send_clear(struct tunnel *t, uint16_t id, uint16_t peer_id, const struct l2tp_result *result)
{
	const struct l2tp_message m = {
		.type = L2TP_CDN,
		.present = L2TP_BIT(L2TP_AVP_RESULT_CODE) | L2TP_BIT(L2TP_AVP_ASSIGNED_SESSION_ID),
		.assigned_session = id,
		.result = *result,
	};

	l2tp_tunnel_send(t, peer_id, &m);
}

/**
 * l2tp_session_end - let go of a session without a word to the peer
 * @s: session, not closed; freed from the loop later
 * @reason: what our side is told, one phrase
 */
void l2tp_session_end(struct session *s, const char *reason)
{
	struct tunnel *t = s->tunnel;

	set_state(s, SESSION_CLOSED);
	timer_stop(&s->deadline);
	HASH_DEL(t->sessions, s);
	l2tp_bury_session(t->l2tp, s);
	l2tp_tunnel_session_ended(t);
	if (s->added)
		t->l2tp->ops->session_del(t->l2tp->ctx, &s->pub);
	s->added = false;
	if (!s->up)
		return;
	s->up = false;
	t->l2tp->ops->session_gone(t->l2tp->ctx, &s->pub, reason);
}

/* The result in words, for the administrator and for the peer. */
__attribute__((format(printf, 5, 6)))
static void refuse(struct session *s, enum l2tp_clear_result code, enum l2tp_error error,
		   enum windows_error shown, const char *fmt, ...)
{
	struct l2tp_result result = { .code = code, .error = error };
	char reason[L2TP_PHRASE_LEN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	snprintf(result.text, sizeof(result.text), "%.*s", (int)sizeof(result.text) - 1, reason);
	story_fail(l2tp_tunnel_story(s->tunnel), STAGE_L2TP, shown, "session refused: %s", reason);
	send_clear(s->tunnel, s->pub.id, s->pub.peer_id, &result);
	l2tp_session_end(s, reason);
}

static void refuse_resources(struct session *s, int ret)
{
	refuse(s, L2TP_CLEAR_NO_FACILITIES, L2TP_ERROR_RESOURCES, WINDOWS_ERROR_CLOSED,
	       "it could not be installed: %s", strerror(-ret));
}

static void on_deadline(void *arg)
{
	struct session *s = arg;

	refuse(s, L2TP_CLEAR_TIMEOUT, L2TP_ERROR_NONE, WINDOWS_ERROR_CLOSED, "no ICCN within %u s",
	       SETUP_TIMEOUT_MS / 1000);
}

static uint16_t unused_id(struct tunnel *t)
{
	uint16_t id;

	do
		id = random_u32();
	while (!id || l2tp_session_of_tunnel(t, id));
	return id;
}

static struct session *session_new(struct tunnel *t, uint16_t peer_id)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->tunnel = t;
	s->state = SESSION_IDLE;
	s->pub.tunnel = &t->pub;
	s->pub.id = unused_id(t);
	s->pub.peer_id = peer_id;
	timer_init(&s->deadline, on_deadline, s);
	HASH_ADD(hh, t->sessions, pub.id, sizeof(s->pub.id), s);
	return s;
}

static void on_call(struct session *s, const struct l2tp_message *m)
{
	const struct l2tp_message reply = {
		.type = L2TP_ICRP,
		.present = L2TP_BIT(L2TP_AVP_ASSIGNED_SESSION_ID),
		.assigned_session = s->pub.id,
	};
	struct l2tp *l2tp = s->tunnel->l2tp;
	unsigned int max = l2tp->conf.sessions_max;
	int ret;

	(void)m;
	if (max > SESSIONS_LIMIT)
		max = SESSIONS_LIMIT;
	if (HASH_COUNT(s->tunnel->sessions) > max) {
		refuse(s, L2TP_CLEAR_NO_FACILITIES, L2TP_ERROR_NONE, WINDOWS_ERROR_CLOSED,
		       "the tunnel has %u sessions already, sessions-max is %u", max, max);
		return;
	}
	ret = l2tp->ops->session_add(l2tp->ctx, &s->pub);
	if (ret) {
		refuse_resources(s, ret);
		return;
	}
	s->added = true;
	timer_start(&s->deadline, SETUP_TIMEOUT_MS);
	l2tp_tunnel_send(s->tunnel, s->pub.peer_id, &reply);
}

static void on_connected(struct session *s, const struct l2tp_message *m)
{
	struct l2tp *l2tp = s->tunnel->l2tp;
	int ret;

	timer_stop(&s->deadline);
	s->pub.sequencing = m->present & L2TP_BIT(L2TP_AVP_SEQUENCING_REQUIRED);
	s->up = true;
	ret = l2tp->ops->session_up(l2tp->ctx, &s->pub);
	if (!ret || s->state != SESSION_ESTABLISHED)
		return;
	s->up = false;
	refuse_resources(s, ret);
}

static void on_cleared(struct session *s, const struct l2tp_message *m)
{
	char reason[L2TP_PHRASE_LEN];

	l2tp_result_phrase(L2TP_CDN, &m->result, reason);
	if (s->state != SESSION_ESTABLISHED)
		story_fail(l2tp_tunnel_story(s->tunnel), STAGE_L2TP, WINDOWS_ERROR_NONE, "%s during set-up", reason);
	l2tp_session_end(s, reason);
}

/* Line errors of a modem, and its character map: nothing that an LNS over IPsec could use. */
static void on_notice(struct session *s, const struct l2tp_message *m)
{
	(void)s;
	(void)m;
}

/**
 * struct row - what a message does in a state; without a row it is an error that ends the session
 * @states: in which
 * @type: enum l2tp_message_type
 * @next: state before @action runs, 0 = unchanged
 * @action: what is done
 */
static const struct row {
	unsigned int states;
	uint16_t type;
	enum session_state next;
	void (*action)(struct session *s, const struct l2tp_message *m);
} rows[] = {
	/* 7.4.2 */
	{ SESSION_IDLE, L2TP_ICRQ, SESSION_WAIT_CONNECT, on_call },
	{ SESSION_WAIT_CONNECT, L2TP_ICCN, SESSION_ESTABLISHED, on_connected },
	{ SESSION_WAIT_CONNECT | SESSION_ESTABLISHED, L2TP_CDN, 0, on_cleared },
	/* 6.13, 6.14 */
	{ SESSION_WAIT_CONNECT | SESSION_ESTABLISHED, L2TP_WEN, 0, on_notice },
	{ SESSION_WAIT_CONNECT | SESSION_ESTABLISHED, L2TP_SLI, 0, on_notice },
};

static void handle(struct session *s, const struct l2tp_message *m)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].states & s->state && rows[i].type == m->type) {
			if (rows[i].next)
				set_state(s, rows[i].next);
			rows[i].action(s, m);
			return;
		}
	}
	refuse(s, L2TP_CLEAR_ERROR, L2TP_ERROR_VALUE, WINDOWS_ERROR_CLOSED, "%s came in state %s",
	       l2tp_message_name(m->type), state_name(s->state));
}

/* A request that names no session of the peer's cannot even be refused: nothing but the tunnel is left to end (7.1). */
static void stop_nameless(struct tunnel *t, const struct l2tp_message *m)
{
	const struct l2tp_result result = {
		.code = L2TP_STOP_ERROR, .error = L2TP_ERROR_VALUE, .text = "no Assigned Session ID",
	};

	story_fail(l2tp_tunnel_story(t), STAGE_L2TP, WINDOWS_ERROR_NO_ANSWER,
		   "%s without a legal Assigned Session ID AVP", l2tp_message_name(m->type));
	l2tp_tunnel_stop(t, &result, "request without a session id");
}

/* We are no LAC: nobody can be called through us. */
static void refuse_outgoing(struct tunnel *t, const struct l2tp_message *m)
{
	const struct l2tp_result result = { .code = L2TP_CLEAR_NEVER_FACILITIES, .text = "no outgoing calls" };

	story_fail(l2tp_tunnel_story(t), STAGE_L2TP, WINDOWS_ERROR_NONE,
		   "the peer asks for an outgoing call (OCRQ); only incoming calls are accepted");
	send_clear(t, unused_id(t), m->assigned_session, &result);
}

static struct session *find(struct tunnel *t, uint16_t session_id, const struct l2tp_message *m)
{
	struct session *s = l2tp_session_of_tunnel(t, session_id);

	/* 4.4.4: who does not know our id yet names his own in the AVP. */
	if (!s && m->assigned_session && (m->type == L2TP_CDN || m->type == L2TP_ICRQ))
		s = find_by_peer_id(t, m->assigned_session);
	return s;
}

/**
 * l2tp_session_deliver - take a message that is about a session
 * @t: its tunnel, established
 * @session_id: of the header: our id, 0 in a request
 * @m: message; @m->error ends the session, whatever else it says (4.1)
 */
void l2tp_session_deliver(struct tunnel *t, uint16_t session_id, const struct l2tp_message *m)
{
	bool request = m->type == L2TP_ICRQ || m->type == L2TP_OCRQ;
	struct session *s = find(t, session_id, m);

	if (request && !m->assigned_session) {
		stop_nameless(t, m);
		return;
	}
	if (m->type == L2TP_OCRQ) {
		refuse_outgoing(t, m);
		return;
	}
	if (!s && m->type == L2TP_ICRQ)
		s = session_new(t, m->assigned_session);
	if (!s) {
		story_log(l2tp_tunnel_story(t), LOG_LEVEL_DEBUG, STAGE_L2TP, "%s for unknown session %u",
			  l2tp_message_name(m->type), session_id);
		return;
	}
	if (m->error && m->type != L2TP_CDN)
		refuse(s, L2TP_CLEAR_ERROR, m->error, WINDOWS_ERROR_CLOSED, "%s with %s", l2tp_message_name(m->type),
		       m->complaint);
	else
		handle(s, m);
}

/**
 * l2tp_session_close - end a session; session_gone is called before this returns
 * @l2tp: engine
 * @session: not to be used afterwards
 * @why: reason
 */
void l2tp_session_close(struct l2tp *l2tp, struct l2tp_session *session, enum l2tp_close why)
{
	struct session *s = session_of(session);
	struct l2tp_result result = {
		.code = why == L2TP_CLOSE_LOST ? L2TP_CLEAR_CARRIER : L2TP_CLEAR_ADMIN,
	};

	(void)l2tp;
	if (s->state == SESSION_CLOSED)
		return;
	snprintf(result.text, sizeof(result.text), "%s", l2tp_close_phrase(why));
	send_clear(s->tunnel, s->pub.id, s->pub.peer_id, &result);
	l2tp_session_end(s, l2tp_close_phrase(why));
}
