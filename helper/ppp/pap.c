// SPDX-License-Identifier: MIT
#include <openssl/crypto.h>
#include <string.h>

#include "ppp/pap.h"
#include "ppp/phase.h"
#include "ppp/wire.h"

static void expired(void *arg)
{
	struct pap *a = arg;

	phase_enter(a->ppp);
	phase_fail(a->ppp, STAGE_AUTH, WINDOWS_ERROR_NO_ANSWER, "client sent no PAP login");
	phase_leave(a->ppp);
}

/* RFC 1334 section 2.2.1: Peer-ID and Password, each with its length before it */
static bool parse_request(const struct packet *p, struct auth_request *q)
{
	const uint8_t *name, *password;
	size_t name_len;
	struct rbuf r;

	rbuf_init(&r, p->data, p->len);
	name_len = rbuf_u8(&r);
	name = rbuf_bytes(&r, name_len);
	q->password_len = rbuf_u8(&r);
	password = rbuf_bytes(&r, q->password_len);
	if (r.failed || memchr(name, '\0', name_len))
		return false;
	memcpy(q->user, name, name_len);
	memcpy(q->password, password, q->password_len);
	return true;
}

/* RFC 1334 section 2.2.2 */
static void send_reply(struct pap *a)
{
	const char *text = a->ok ? "Access granted" : "Access denied";
	uint8_t storage[64];
	struct wbuf w;

	wbuf_init(&w, storage, sizeof(storage));
	packet_begin(&w, a->ok ? PAP_CODE_AUTH_ACK : PAP_CODE_AUTH_NAK, a->id);
	wbuf_u8(&w, (uint8_t)strlen(text));
	wbuf_bytes(&w, text, strlen(text));
	if (packet_end(&w))
		phase_send(a->ppp, PPP_PROTO_PAP, w.data, w.len);
}

static void receive_request(struct pap *a, const struct packet *p)
{
	struct auth_request q = { .method = AUTH_METHOD_PAP };

	if (phase_auth_busy(a->ppp))
		return;
	if (!parse_request(p, &q)) {
		phase_debug(a->ppp, "malformed PAP request dropped");
		return;
	}
	timer_stop(&a->timer);
	a->state = PAP_CHECKING;
	a->id = p->id;
	phase_authenticate(a->ppp, &q);
	OPENSSL_cleanse(&q, sizeof(q));
}

/**
 * pap_init - set up, silent
 * @a: PAP
 * @ppp: its link
 */
void pap_init(struct pap *a, struct ppp *ppp)
{
	memset(a, 0, sizeof(*a));
	a->ppp = ppp;
	timer_init(&a->timer, expired, a);
}

/**
 * pap_start - wait for a login
 * @a: PAP
 */
void pap_start(struct pap *a)
{
	a->state = PAP_LISTENING;
	timer_start(&a->timer, AUTH_RETRY_MS * AUTH_MAX_TRIES);
}

/**
 * pap_input - a PAP packet came
 * @a: PAP
 * @p: packet; a repeated request gets the answer again, with its own identifier
 */
void pap_input(struct pap *a, const struct packet *p)
{
	if (p->code != PAP_CODE_AUTH_REQ)
		return;
	switch (a->state) {
	case PAP_LISTENING:
		receive_request(a, p);
		break;
	case PAP_CHECKING:
		a->id = p->id;
		break;
	case PAP_ANSWERED:
		a->id = p->id;
		send_reply(a);
		break;
	case PAP_IDLE:
		break;
	}
}

/**
 * pap_answer - tell the client what the back end decided
 * @a: PAP, which waits for it
 * @result: the decision
 */
void pap_answer(struct pap *a, const struct auth_result *result)
{
	a->ok = result->ok;
	a->state = PAP_ANSWERED;
	send_reply(a);
}

/**
 * pap_stop - forget the login
 * @a: PAP
 */
void pap_stop(struct pap *a)
{
	timer_stop(&a->timer);
	a->state = PAP_IDLE;
}
