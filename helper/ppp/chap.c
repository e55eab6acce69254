// SPDX-License-Identifier: MIT
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "core/random.h"
#include "ppp/chap.h"
#include "ppp/phase.h"

#define OUR_NAME	"l2tpsec"

/* offsets in an MS-CHAPv2 Response value (RFC 2759 section 4) */
#define PEER_CHALLENGE_LEN	16
#define RESERVED_LEN		8
#define NT_RESPONSE_LEN		24

static void send_challenge(struct chap *c)
{
	uint8_t storage[PPP_HEADER_LEN + 1 + CHAP_CHALLENGE_LEN + sizeof(OUR_NAME)];
	struct wbuf w;

	c->tries++;
	timer_start(&c->timer, AUTH_RETRY_MS);
	wbuf_init(&w, storage, sizeof(storage));
	packet_begin(&w, CHAP_CODE_CHALLENGE, c->id);
	wbuf_u8(&w, CHAP_CHALLENGE_LEN);
	wbuf_bytes(&w, c->challenge, CHAP_CHALLENGE_LEN);
	wbuf_bytes(&w, OUR_NAME, strlen(OUR_NAME));
	if (packet_end(&w))
		phase_send(c->ppp, PPP_PROTO_CHAP, w.data, w.len);
}

static void expired(void *arg)
{
	struct chap *c = arg;

	phase_enter(c->ppp);
	if (c->tries < AUTH_MAX_TRIES)
		send_challenge(c);
	else
		phase_fail(c->ppp, STAGE_AUTH, WINDOWS_ERROR_NO_ANSWER, "no answer to the %s challenge",
			   c->method->name);
	phase_leave(c->ppp);
}

/* The value of a Response, by method. */
static bool parse_value(const struct chap *c, struct rbuf *value, struct auth_request *q)
{
	const uint8_t *peer_challenge, *response;

	if (c->method->method == AUTH_METHOD_CHAP_MD5) {
		response = rbuf_bytes(value, CHAP_MD5_RESPONSE_LEN);
		if (!response || rbuf_left(value))
			return false;
		memcpy(q->response, response, CHAP_MD5_RESPONSE_LEN);
		return true;
	}
	if (rbuf_left(value) != CHAP_MSCHAPV2_RESPONSE_LEN)
		return false;
	peer_challenge = rbuf_bytes(value, PEER_CHALLENGE_LEN);
	rbuf_bytes(value, RESERVED_LEN);
	response = rbuf_bytes(value, NT_RESPONSE_LEN);
	memcpy(q->peer_challenge, peer_challenge, PEER_CHALLENGE_LEN);
	memcpy(q->response, response, NT_RESPONSE_LEN);
	return true;
}

static bool parse_response(const struct chap *c, const struct packet *p, struct auth_request *q)
{
	struct rbuf r, value;
	const uint8_t *name;
	size_t name_len;

	rbuf_init(&r, p->data, p->len);
	rbuf_sub(&r, rbuf_u8(&r), &value);
	if (value.failed || !parse_value(c, &value, q))
		return false;
	name_len = rbuf_left(&r);
	if (name_len >= sizeof(q->user))
		return false;
	name = rbuf_bytes(&r, name_len);
	if (memchr(name, '\0', name_len))
		return false;
	memcpy(q->user, name, name_len);
	return true;
}

static void send_reply(struct chap *c)
{
	phase_send(c->ppp, PPP_PROTO_CHAP, c->reply, c->reply_len);
}

static void receive_response(struct chap *c, const struct packet *p)
{
	struct auth_request q = {
		.method = c->method->method,
		.chap_id = c->id,
		.challenge_len = CHAP_CHALLENGE_LEN,
	};

	if (p->id != c->id)
		return;
	if (c->state == CHAP_ANSWERED) {
		send_reply(c);
		return;
	}
	if (c->state != CHAP_CHALLENGED || phase_auth_busy(c->ppp))
		return;
	if (!parse_response(c, p, &q)) {
		phase_debug(c->ppp, "malformed %s response dropped", c->method->name);
		return;
	}
	memcpy(q.challenge, c->challenge, CHAP_CHALLENGE_LEN);
	timer_stop(&c->timer);
	c->state = CHAP_CHECKING;
	phase_authenticate(c->ppp, &q);
	OPENSSL_cleanse(&q, sizeof(q));
}

/* RFC 2759 sections 5 and 6: the space before M= is there, and no retry is offered. */
static void put_message(const struct chap *c, struct wbuf *w, const struct auth_result *result)
{
	char text[112];
	int n;

	if (c->method->method == AUTH_METHOD_CHAP_MD5) {
		n = snprintf(text, sizeof(text), "%s", result->ok ? "Access granted" : "Access denied");
	} else if (result->ok) {
		n = snprintf(text, sizeof(text), "%s M=Access granted", result->mschapv2_success);
	} else {
		n = snprintf(text, sizeof(text), "E=691 R=0 C=");
		for (size_t i = 0; i < CHAP_CHALLENGE_LEN; i++)
			n += snprintf(text + n, sizeof(text) - n, "%02X", c->challenge[i]);
		n += snprintf(text + n, sizeof(text) - n, " V=3 M=Access denied");
	}
	wbuf_bytes(w, text, n);
}

/**
 * chap_init - set up, silent
 * @c: CHAP
 * @ppp: its link
 */
void chap_init(struct chap *c, struct ppp *ppp)
{
	memset(c, 0, sizeof(*c));
	c->ppp = ppp;
	timer_init(&c->timer, expired, c);
}

/**
 * chap_start - challenge the client, again until it responds (RFC 1994 section 4.1)
 * @c: CHAP
 * @method: MD5 or MS-CHAPv2
 */
void chap_start(struct chap *c, const struct method *method)
{
	c->method = method;
	c->state = CHAP_CHALLENGED;
	c->tries = 0;
	c->id++;
	random_bytes(c->challenge, sizeof(c->challenge));
	send_challenge(c);
}

/**
 * chap_input - a CHAP packet came
 * @c: CHAP
 * @p: packet; dropped unless it is a Response that we wait for or have answered
 */
void chap_input(struct chap *c, const struct packet *p)
{
	if (c->state != CHAP_IDLE && p->code == CHAP_CODE_RESPONSE)
		receive_response(c, p);
}

/**
 * chap_answer - tell the client what the back end decided
 * @c: CHAP, which waits for it
 * @result: the decision
 */
void chap_answer(struct chap *c, const struct auth_result *result)
{
	struct wbuf w;

	wbuf_init(&w, c->reply, sizeof(c->reply));
	packet_begin(&w, result->ok ? CHAP_CODE_SUCCESS : CHAP_CODE_FAILURE, c->id);
	put_message(c, &w, result);
	packet_end(&w);
	c->reply_len = w.len;
	c->state = CHAP_ANSWERED;
	send_reply(c);
}

/**
 * chap_repeat - tell it again, in case it was lost
 * @c: CHAP
 */
void chap_repeat(struct chap *c)
{
	if (c->state == CHAP_ANSWERED)
		send_reply(c);
}

/**
 * chap_stop - forget the login
 * @c: CHAP
 */
void chap_stop(struct chap *c)
{
	timer_stop(&c->timer);
	c->state = CHAP_IDLE;
}
