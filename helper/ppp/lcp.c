// SPDX-License-Identifier: MIT
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/random.h"
#include "ppp/lcp.h"
#include "ppp/phase.h"
#include "ppp/wire.h"

#define MAGIC_LEN		4
#define IDENTIFICATIONS_LOGGED	4

static uint32_t new_magic(const struct lcp *l)
{
	uint32_t m;

	do
		m = random_u32();
	while (!m || m == l->magic || m == l->peer.magic);
	return m;
}

static void fail_looped(struct lcp *l)
{
	phase_fail(l->ppp, STAGE_LCP, WINDOWS_ERROR_NONE, "link is looped: our own packets come back");
}

/* Maximum-Receive-Unit, RFC 1661 section 6.1 */

static enum option_verdict mru_check(void *owner, const struct option *o, struct wbuf *nak)
{
	uint16_t mru = (uint16_t)(o->value[0] << 8 | o->value[1]);
	struct lcp *l = owner;

	if (mru < PPP_MIN_MRU) {
		wbuf_u16(nak, PPP_MIN_MRU);
		return OPTION_NAK;
	}
	l->peer.mru = mru;
	return OPTION_ACK;
}

static bool mru_build(void *owner, struct wbuf *value)
{
	struct lcp *l = owner;

	wbuf_u16(value, (uint16_t)l->mru);
	return l->want_mru;
}

/* A smaller one is granted; a larger one is the default, which we can receive. */
static bool mru_nak(void *owner, const struct option *o)
{
	uint16_t mru = (uint16_t)(o->value[0] << 8 | o->value[1]);
	struct lcp *l = owner;

	if (mru >= PPP_MIN_MRU && mru < l->mru)
		l->mru = mru;
	else
		l->want_mru = false;
	return true;
}

static bool mru_reject(void *owner)
{
	((struct lcp *)owner)->want_mru = false;
	return true;
}

/* Async-Control-Character-Map, RFC 1662 section 7.1: without meaning on this link, so any will do */

static enum option_verdict asyncmap_check(void *owner, const struct option *o, struct wbuf *nak)
{
	(void)owner;
	(void)o;
	(void)nak;
	return OPTION_ACK;
}

/* Authentication-Protocol, RFC 1661 section 6.2: we ask, the peer may not */

static bool auth_build(void *owner, struct wbuf *value)
{
	struct lcp *l = owner;

	if (!l->method)
		return false;
	method_put(l->method, value);
	return true;
}

/* The client's own wish if it is accepted here, else the next weaker method that it has not refused. */
static bool auth_nak(void *owner, const struct option *o)
{
	char wanted[METHOD_TEXT_LEN], accepted[METHOD_TEXT_LEN];
	const struct method *m = method_find(o);
	struct lcp *l = owner;
	unsigned int left;

	l->refused |= l->method->conf;
	left = l->methods & ~l->refused;
	if (!m || !(m->conf & left))
		m = method_best(left);
	if (m) {
		phase_debug(l->ppp, "client does not take %s, asking for %s", l->method->name, m->name);
		l->method = m;
		return true;
	}
	phase_fail(l->ppp, STAGE_LCP, WINDOWS_ERROR_PPP_TERMINATED,
		   "client wants to log in with %s; accepted here: %s",
		   method_option_print(o, wanted), method_list_print(l->methods, accepted));
	return false;
}

static bool auth_reject(void *owner)
{
	char accepted[METHOD_TEXT_LEN];
	struct lcp *l = owner;

	if (l->loops)
		fail_looped(l);
	else
		phase_fail(l->ppp, STAGE_LCP, WINDOWS_ERROR_PPP_TERMINATED,
			   "client refuses to log in; accepted here: %s", method_list_print(l->methods, accepted));
	return false;
}

/* Magic-Number, RFC 1661 section 6.4 */

static enum option_verdict magic_check(void *owner, const struct option *o, struct wbuf *nak)
{
	uint32_t magic = packet_option_u32(o);
	struct lcp *l = owner;

	if (magic && (magic != l->magic || !l->want_magic)) {
		l->peer.magic = magic;
		return OPTION_ACK;
	}
	if (magic && ++l->loops > LCP_MAX_LOOPS) {
		fail_looped(l);
		return OPTION_STOP;
	}
	wbuf_u32(nak, new_magic(l));
	return OPTION_NAK;
}

static bool magic_build(void *owner, struct wbuf *value)
{
	struct lcp *l = owner;

	wbuf_u32(value, l->magic);
	return l->want_magic;
}

static bool magic_nak(void *owner, const struct option *o)
{
	struct lcp *l = owner;

	(void)o;
	l->magic = new_magic(l);
	return true;
}

static bool magic_reject(void *owner)
{
	struct lcp *l = owner;

	l->want_magic = false;
	l->magic = 0;
	return true;
}

/* Protocol- and Address-and-Control-Field-Compression, RFC 1661 sections 6.5, 6.6 */

static enum option_verdict pfc_check(void *owner, const struct option *o, struct wbuf *nak)
{
	(void)o;
	(void)nak;
	((struct lcp *)owner)->peer.pfc = true;
	return OPTION_ACK;
}

static bool pfc_build(void *owner, struct wbuf *value)
{
	(void)value;
	return ((struct lcp *)owner)->want_pfc;
}

static bool pfc_reject(void *owner)
{
	((struct lcp *)owner)->want_pfc = false;
	return true;
}

static bool pfc_nak(void *owner, const struct option *o)
{
	(void)o;
	return pfc_reject(owner);
}

static enum option_verdict acfc_check(void *owner, const struct option *o, struct wbuf *nak)
{
	(void)o;
	(void)nak;
	((struct lcp *)owner)->peer.acfc = true;
	return OPTION_ACK;
}

static bool acfc_build(void *owner, struct wbuf *value)
{
	(void)value;
	return ((struct lcp *)owner)->want_acfc;
}

static bool acfc_reject(void *owner)
{
	((struct lcp *)owner)->want_acfc = false;
	return true;
}

static bool acfc_nak(void *owner, const struct option *o)
{
	(void)o;
	return acfc_reject(owner);
}

static const struct option_row rows[] = {
	{ .type = LCP_OPT_MRU, .name = "mru", .min = 2, .max = 2,
	  .check = mru_check, .build = mru_build, .nak = mru_nak, .reject = mru_reject },
	{ .type = LCP_OPT_ASYNCMAP, .name = "asyncmap", .min = 4, .max = 4, .check = asyncmap_check },
	{ .type = LCP_OPT_AUTH, .name = "auth", .min = 2, .max = 253,
	  .build = auth_build, .nak = auth_nak, .reject = auth_reject },
	{ .type = LCP_OPT_MAGIC, .name = "magic", .min = 4, .max = 4,
	  .check = magic_check, .build = magic_build, .nak = magic_nak, .reject = magic_reject },
	{ .type = LCP_OPT_PFC, .name = "pcomp", .min = 0, .max = 0,
	  .check = pfc_check, .build = pfc_build, .nak = pfc_nak, .reject = pfc_reject },
	{ .type = LCP_OPT_ACFC, .name = "accomp", .min = 0, .max = 0,
	  .check = acfc_check, .build = acfc_build, .nak = acfc_nak, .reject = acfc_reject },
};

static void send_packet(void *owner, const uint8_t *packet, size_t len)
{
	phase_send(((struct lcp *)owner)->ppp, PPP_PROTO_LCP, packet, len);
}

static void forget(void *owner)
{
	((struct lcp *)owner)->peer = (struct lcp_peer){ .mru = PPP_DEFAULT_MRU };
}

static void up(void *owner)
{
	phase_lcp_up(((struct lcp *)owner)->ppp);
}

static void down(void *owner)
{
	phase_lcp_down(((struct lcp *)owner)->ppp);
}

static void finished(void *owner)
{
	phase_lcp_finished(((struct lcp *)owner)->ppp);
}

static void moved(void *owner, enum fsm_state from, enum fsm_state to)
{
	phase_debug(((struct lcp *)owner)->ppp, "LCP %s -> %s", fsm_state_name(from), fsm_state_name(to));
}

static void expired(void *owner)
{
	struct lcp *l = owner;

	phase_enter(l->ppp);
	fsm_expired(&l->fsm);
	phase_leave(l->ppp);
}

static void terminated(void *owner, const uint8_t *data, size_t len)
{
	phase_lcp_terminated(((struct lcp *)owner)->ppp, data, len);
}

static void stuck(void *owner, const char *why)
{
	phase_fail(((struct lcp *)owner)->ppp, STAGE_LCP, WINDOWS_ERROR_PPP_TERMINATED, "%s", why);
}

/* Our magic number and the data of the request, cut to what the peer can take (RFC 1661 section 5.8). */
static void send_echo_reply(void *owner, const struct packet *p)
{
	uint8_t storage[PPP_PACKET_MAX];
	size_t room, data_len;
	struct lcp *l = owner;
	struct wbuf w;

	if (p->len < MAGIC_LEN)
		return;
	room = (l->peer.mru < sizeof(storage) ? l->peer.mru : sizeof(storage)) - PPP_HEADER_LEN - MAGIC_LEN;
	data_len = p->len - MAGIC_LEN;
	wbuf_init(&w, storage, sizeof(storage));
	packet_begin(&w, LCP_CODE_ECHO_REPLY, p->id);
	wbuf_u32(&w, l->magic);
	wbuf_bytes(&w, p->data + MAGIC_LEN, data_len < room ? data_len : room);
	if (packet_end(&w))
		phase_send(l->ppp, PPP_PROTO_LCP, w.data, w.len);
}

static void receive_proto_rej(struct lcp *l, const struct packet *p)
{
	struct rbuf r;
	uint16_t protocol;

	rbuf_init(&r, p->data, p->len);
	protocol = rbuf_u16(&r);
	if (r.failed || l->fsm.state != FSM_OPENED)
		return;
	if (protocol == PPP_PROTO_LCP)
		fsm_event(&l->fsm, FSM_RXJ_MINUS);
	else
		phase_protocol_rejected(l->ppp, protocol);
}

/* RFC 1570 section 2.1: text for people; Windows sends its version, its name and a GUID. */
static void receive_ident(struct lcp *l, const struct packet *p)
{
	char text[128];
	size_t n = 0;
	bool plain = true;

	if (p->len <= MAGIC_LEN || l->identified++ >= IDENTIFICATIONS_LOGGED)
		return;
	for (size_t i = MAGIC_LEN; i < p->len; i++)
		plain = plain && isprint(p->data[i]);
	for (size_t i = MAGIC_LEN; i < p->len && n + 3 < sizeof(text); i++)
		n += snprintf(text + n, sizeof(text) - n, plain ? "%c" : "%02x", p->data[i]);
	phase_debug(l->ppp, "client identifies itself: %s", text);
}

static bool extra(void *owner, const struct packet *p)
{
	struct lcp *l = owner;

	switch (p->code) {
	case LCP_CODE_PROTO_REJ:
		receive_proto_rej(l, p);
		return true;
	case LCP_CODE_ECHO_REQ:
	case LCP_CODE_ECHO_REPLY:
	case LCP_CODE_DISCARD:
		fsm_receive_echo(&l->fsm, p);
		return true;
	case LCP_CODE_IDENT:
		receive_ident(l, p);
		return true;
	case LCP_CODE_TIME_REMAINING:
		return true;
	default:
		return false;
	}
}

static const struct fsm_ops ops = {
	.name = "LCP",
	.options = { rows, sizeof(rows) / sizeof(rows[0]) },
	.send = send_packet,
	.forget = forget,
	.up = up,
	.down = down,
	.finished = finished,
	.moved = moved,
	.expired = expired,
	.echo = send_echo_reply,
	.extra = extra,
	.terminated = terminated,
	.stuck = stuck,
};

/**
 * lcp_init - set up, silent
 * @l: LCP
 * @ppp: its link
 * @methods: CONF_AUTH_* bits that we accept; the strongest is asked for first
 * @mru: largest packet that we want to receive
 */
void lcp_init(struct lcp *l, struct ppp *ppp, unsigned int methods, unsigned int mru)
{
	memset(l, 0, sizeof(*l));
	l->ppp = ppp;
	l->methods = methods;
	l->method = method_best(methods);
	l->mru = mru;
	l->want_mru = mru != PPP_DEFAULT_MRU;
	l->want_magic = true;
	l->want_pfc = true;
	l->want_acfc = true;
	l->magic = new_magic(l);
	forget(l);
	fsm_init(&l->fsm, &ops, l);
}

/**
 * lcp_open - begin to negotiate
 * @l: LCP
 */
void lcp_open(struct lcp *l)
{
	fsm_event(&l->fsm, FSM_OPEN);
	fsm_event(&l->fsm, FSM_UP);
}

/**
 * lcp_close - end the link; phase_lcp_finished() follows, in the call or when the peer answered or did not
 * @l: LCP
 */
void lcp_close(struct lcp *l)
{
	fsm_event(&l->fsm, FSM_CLOSE);
}

/**
 * lcp_input - an LCP packet came
 * @l: LCP
 * @p: packet
 */
void lcp_input(struct lcp *l, const struct packet *p)
{
	fsm_input(&l->fsm, p);
}

/**
 * lcp_send_echo - ask whether the peer is there (RFC 1661 section 5.8); silent unless Opened
 * @l: LCP
 */
void lcp_send_echo(struct lcp *l)
{
	uint8_t storage[PPP_HEADER_LEN + MAGIC_LEN];
	struct wbuf w;

	if (l->fsm.state != FSM_OPENED)
		return;
	wbuf_init(&w, storage, sizeof(storage));
	packet_begin(&w, LCP_CODE_ECHO_REQ, ++l->fsm.notice_id);
	wbuf_u32(&w, l->magic);
	if (packet_end(&w))
		phase_send(l->ppp, PPP_PROTO_LCP, w.data, w.len);
}

/**
 * lcp_reject_protocol - say that we do not speak a protocol (RFC 1661 section 5.7); silent unless Opened
 * @l: LCP
 * @protocol: which
 * @data: the frame's information field, repeated as far as the peer's MRU allows
 * @len: its length
 */
void lcp_reject_protocol(struct lcp *l, uint16_t protocol, const uint8_t *data, size_t len)
{
	uint8_t storage[PPP_PACKET_MAX];
	size_t room;
	struct wbuf w;

	if (l->fsm.state != FSM_OPENED)
		return;
	room = (l->peer.mru < sizeof(storage) ? l->peer.mru : sizeof(storage)) - PPP_HEADER_LEN - 2;
	wbuf_init(&w, storage, sizeof(storage));
	packet_begin(&w, LCP_CODE_PROTO_REJ, ++l->fsm.notice_id);
	wbuf_u16(&w, protocol);
	wbuf_bytes(&w, data, len < room ? len : room);
	if (packet_end(&w))
		phase_send(l->ppp, PPP_PROTO_LCP, w.data, w.len);
}

/**
 * lcp_stop - fall silent at once
 * @l: LCP
 */
void lcp_stop(struct lcp *l)
{
	fsm_stop(&l->fsm);
}
