// SPDX-License-Identifier: MIT
#include <string.h>

#include "ppp/fsm.h"
#include "ppp/wire.h"

#define NO		{ false, FSM_INITIAL, 0 }
#define TO(state)	{ true, state, 0 }
#define DO(state, acts)	{ true, state, acts }

#define S0 FSM_INITIAL
#define S1 FSM_STARTING
#define S2 FSM_CLOSED
#define S3 FSM_STOPPED
#define S4 FSM_CLOSING
#define S5 FSM_STOPPING
#define S6 FSM_REQ_SENT
#define S7 FSM_ACK_RCVD
#define S8 FSM_ACK_SENT
#define S9 FSM_OPENED

#define IRC FSM_IRC
#define SCR FSM_SCR
#define STR FSM_STR
#define SCA FSM_SCA
#define SCN FSM_SCN
#define STA FSM_STA
#define SCJ FSM_SCJ
#define TLU FSM_TLU
#define TLD FSM_TLD
#define TLF FSM_TLF

/* RFC 1661 section 4.1, row by row, states 0 to 9 */
static const struct fsm_cell cells[FSM_EVENT_COUNT][FSM_STATE_COUNT] = {
	[FSM_UP] = {
		TO(S2), DO(S6, IRC | SCR), NO, NO, NO, NO,
		NO, NO, NO, NO,
	},
	[FSM_DOWN] = {
		NO, NO, TO(S0), DO(S1, FSM_TLS), TO(S0), TO(S1),
		TO(S1), TO(S1), TO(S1), DO(S1, TLD),
	},
	[FSM_OPEN] = {
		DO(S1, FSM_TLS), TO(S1), DO(S6, IRC | SCR), TO(S3), TO(S5), TO(S5),
		TO(S6), TO(S7), TO(S8), TO(S9),
	},
	[FSM_CLOSE] = {
		TO(S0), DO(S0, TLF), TO(S2), TO(S2), TO(S4), TO(S4),
		DO(S4, IRC | STR), DO(S4, IRC | STR), DO(S4, IRC | STR), DO(S4, TLD | IRC | STR),
	},
	[FSM_TO_PLUS] = {
		NO, NO, NO, NO, DO(S4, STR), DO(S5, STR),
		DO(S6, SCR), DO(S6, SCR), DO(S8, SCR), NO,
	},
	[FSM_TO_MINUS] = {
		NO, NO, NO, NO, DO(S2, TLF), DO(S3, TLF),
		DO(S3, TLF), DO(S3, TLF), DO(S3, TLF), NO,
	},
	[FSM_RCR_PLUS] = {
		NO, NO, DO(S2, STA), DO(S8, IRC | SCR | SCA), TO(S4), TO(S5),
		DO(S8, SCA), DO(S9, SCA | TLU), DO(S8, SCA), DO(S8, TLD | SCR | SCA),
	},
	[FSM_RCR_MINUS] = {
		NO, NO, DO(S2, STA), DO(S6, IRC | SCR | SCN), TO(S4), TO(S5),
		DO(S6, SCN), DO(S7, SCN), DO(S6, SCN), DO(S6, TLD | SCR | SCN),
	},
	[FSM_RCA] = {
		NO, NO, DO(S2, STA), DO(S3, STA), TO(S4), TO(S5),
		DO(S7, IRC), DO(S6, SCR), DO(S9, IRC | TLU), DO(S6, TLD | SCR),
	},
	[FSM_RCN] = {
		NO, NO, DO(S2, STA), DO(S3, STA), TO(S4), TO(S5),
		DO(S6, IRC | SCR), DO(S6, SCR), DO(S8, IRC | SCR), DO(S6, TLD | SCR),
	},
	[FSM_RTR] = {
		NO, NO, DO(S2, STA), DO(S3, STA), DO(S4, STA), DO(S5, STA),
		DO(S6, STA), DO(S6, STA), DO(S6, STA), DO(S5, TLD | FSM_ZRC | STA),
	},
	[FSM_RTA] = {
		NO, NO, TO(S2), TO(S3), DO(S2, TLF), DO(S3, TLF),
		TO(S6), TO(S6), TO(S8), DO(S6, TLD | SCR),
	},
	[FSM_RUC] = {
		NO, NO, DO(S2, SCJ), DO(S3, SCJ), DO(S4, SCJ), DO(S5, SCJ),
		DO(S6, SCJ), DO(S7, SCJ), DO(S8, SCJ), DO(S9, SCJ),
	},
	[FSM_RXJ_PLUS] = {
		NO, NO, TO(S2), TO(S3), TO(S4), TO(S5),
		TO(S6), TO(S6), TO(S8), TO(S9),
	},
	[FSM_RXJ_MINUS] = {
		NO, NO, DO(S2, TLF), DO(S3, TLF), DO(S2, TLF), DO(S3, TLF),
		DO(S3, TLF), DO(S3, TLF), DO(S3, TLF), DO(S5, TLD | IRC | STR),
	},
	[FSM_RXR] = {
		NO, NO, TO(S2), TO(S3), TO(S4), TO(S5),
		TO(S6), TO(S7), TO(S8), DO(S9, FSM_SER),
	},
};

/* What an event brought with it. */
struct cause {
	enum fsm_event event;
	const struct packet *packet;	/* NULL unless one was received */
	const struct wbuf *reply;	/* options for scn */
	uint8_t reply_code;		/* Nak or Reject, for scn */
	unsigned int actions;
};

static void send_packet(struct fsm *f, uint8_t code, uint8_t id, const void *data, size_t len)
{
	uint8_t storage[PPP_PACKET_MAX];
	struct wbuf w;

	wbuf_init(&w, storage, sizeof(storage));
	packet_begin(&w, code, id);
	wbuf_bytes(&w, data, len);
	if (packet_end(&w))
		f->ops->send(f->owner, w.data, w.len);
}

static void this_layer_down(struct fsm *f, const struct cause *c)
{
	(void)c;
	if (f->ops->down)
		f->ops->down(f->owner);
}

static void init_restarts(struct fsm *f, const struct cause *c)
{
	f->restarts = c->actions & FSM_STR ? FSM_MAX_TERMINATE : FSM_MAX_CONFIGURE;
}

/* The Terminate-Ack may be lost: stay for one more period, to answer once more. */
static void zero_restarts(struct fsm *f, const struct cause *c)
{
	(void)c;
	f->restarts = 0;
	timer_start(&f->timer, FSM_TERMINATE_MS);
}

static void take_restart(struct fsm *f, uint64_t ms)
{
	if (f->restarts)
		f->restarts--;
	timer_start(&f->timer, ms);
}

/* A retransmission keeps its identifier, so that a slow answer to the first one counts (section 5.1). */
static void send_conf_req(struct fsm *f, const struct cause *c)
{
	struct wbuf w;

	if (c->event != FSM_TO_PLUS || f->answered)
		f->id++;
	f->answered = false;
	wbuf_init(&w, f->request, sizeof(f->request));
	option_build(&f->ops->options, f->owner, &w);
	f->request_len = w.len;
	take_restart(f, FSM_CONFIGURE_MS);
	send_packet(f, PPP_CODE_CONF_REQ, f->id, f->request, f->request_len);
}

static void send_term_req(struct fsm *f, const struct cause *c)
{
	if (c->event != FSM_TO_PLUS)
		f->id++;
	take_restart(f, FSM_TERMINATE_MS);
	send_packet(f, PPP_CODE_TERM_REQ, f->id, NULL, 0);
}

static void send_conf_ack(struct fsm *f, const struct cause *c)
{
	const struct packet *p = c->packet;

	f->naks = 0;
	f->repeats = 0;
	f->acked_id = p->id;
	f->acked_len = p->len;
	if (p->len <= sizeof(f->acked))
		memcpy(f->acked, p->data, p->len);
	send_packet(f, PPP_CODE_CONF_ACK, p->id, p->data, p->len);
}

static void send_conf_nak(struct fsm *f, const struct cause *c)
{
	send_packet(f, c->reply_code, c->packet->id, c->reply->data, c->reply->len);
}

static void send_term_ack(struct fsm *f, const struct cause *c)
{
	send_packet(f, PPP_CODE_TERM_ACK, c->packet->id, NULL, 0);
}

/* The rejected packet is cut so that the Code-Reject fits (section 5.6). */
static void send_code_rej(struct fsm *f, const struct cause *c)
{
	uint8_t storage[PPP_PACKET_MAX - PPP_HEADER_LEN];
	const struct packet *p = c->packet;
	size_t room = sizeof(storage) - PPP_HEADER_LEN;
	struct wbuf w;

	wbuf_init(&w, storage, sizeof(storage));
	wbuf_u8(&w, p->code);
	wbuf_u8(&w, p->id);
	wbuf_u16(&w, (uint16_t)(p->len + PPP_HEADER_LEN));
	wbuf_bytes(&w, p->data, p->len < room ? p->len : room);
	send_packet(f, PPP_CODE_CODE_REJ, ++f->notice_id, w.data, w.len);
}

static void send_echo_reply(struct fsm *f, const struct cause *c)
{
	if (f->ops->echo && c->packet->code == LCP_CODE_ECHO_REQ)
		f->ops->echo(f->owner, c->packet);
}

static void this_layer_up(struct fsm *f, const struct cause *c)
{
	(void)c;
	f->ops->up(f->owner);
}

static void this_layer_finished(struct fsm *f, const struct cause *c)
{
	(void)c;
	f->ops->finished(f->owner);
}

static const struct {
	unsigned int bit;
	void (*act)(struct fsm *f, const struct cause *c);
} steps[] = {
	{ FSM_TLD, this_layer_down },
	{ FSM_IRC, init_restarts },
	{ FSM_ZRC, zero_restarts },
	{ FSM_SCR, send_conf_req },
	{ FSM_STR, send_term_req },
	{ FSM_SCA, send_conf_ack },
	{ FSM_SCN, send_conf_nak },
	{ FSM_STA, send_term_ack },
	{ FSM_SCJ, send_code_rej },
	{ FSM_SER, send_echo_reply },
	{ FSM_TLU, this_layer_up },
	/* tls: the layer below is up for as long as the object lives */
	{ FSM_TLF, this_layer_finished },
};

static bool timer_runs_in(enum fsm_state s)
{
	return s >= FSM_CLOSING && s <= FSM_ACK_SENT;
}

static void set_state(struct fsm *f, enum fsm_state state)
{
	enum fsm_state from = f->state;

	f->state = state;
	if (!timer_runs_in(state))
		timer_stop(&f->timer);
	if (from != state)
		f->ops->moved(f->owner, from, state);
}

static void happen(struct fsm *f, struct cause *c)
{
	const struct fsm_cell *cell = fsm_cell(c->event, f->state);

	if (!cell->legal)
		return;
	c->actions = cell->actions;
	set_state(f, cell->next);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (c->actions & steps[i].bit)
			steps[i].act(f, c);
	}
}

static void happen_packet(struct fsm *f, enum fsm_event event, const struct packet *p)
{
	struct cause c = { .event = event, .packet = p };

	happen(f, &c);
}

static bool negotiating(const struct fsm *f)
{
	return f->state == FSM_STOPPED || f->state >= FSM_REQ_SENT;
}

/*
 * A client that lost our Ack repeats its request when we are Opened.  The RFC
 * starts the layer anew then, and with LCP the login too; another Ack is all
 * that it needs.  One that really began anew does not stop repeating.
 */
static bool is_repeated(const struct fsm *f, const struct packet *p)
{
	return f->state == FSM_OPENED && f->repeats < FSM_MAX_REPEATS && p->id == f->acked_id &&
	       p->len == f->acked_len && p->len <= sizeof(f->acked) && !memcmp(p->data, f->acked, p->len);
}

static void receive_conf_req(struct fsm *f, const struct packet *p)
{
	uint8_t storage[PPP_PACKET_MAX];
	struct cause c = { .packet = p };
	enum option_verdict v;
	struct wbuf reply;

	if (!negotiating(f)) {
		happen_packet(f, FSM_RCR_PLUS, p);
		return;
	}
	if (is_repeated(f, p)) {
		f->repeats++;
		send_packet(f, PPP_CODE_CONF_ACK, p->id, p->data, p->len);
		return;
	}
	if (f->ops->forget)
		f->ops->forget(f->owner);
	wbuf_init(&reply, storage, sizeof(storage) - PPP_HEADER_LEN);
	v = option_check(&f->ops->options, f->owner, p, f->naks >= FSM_MAX_FAILURE, &reply);
	c.event = v == OPTION_ACK ? FSM_RCR_PLUS : FSM_RCR_MINUS;
	c.reply = &reply;
	c.reply_code = v == OPTION_NAK ? PPP_CODE_CONF_NAK : PPP_CODE_CONF_REJ;
	if (v == OPTION_STUCK)
		f->ops->stuck(f->owner, "the client insists on options that cannot be");
	if (v > OPTION_REJECT)
		return;
	if (v == OPTION_NAK)
		f->naks++;
	happen(f, &c);
}

/* Is it an answer to our latest request, and the first one? (sections 5.2 to 5.4) */
static bool is_answer(const struct fsm *f, const struct packet *p)
{
	return p->id == f->id && !f->answered;
}

static void receive_conf_ack(struct fsm *f, const struct packet *p)
{
	if (f->state >= FSM_REQ_SENT) {
		if (!is_answer(f, p) || p->len != f->request_len || memcmp(p->data, f->request, p->len))
			return;
		f->answered = true;
		f->refusals = 0;
	}
	happen_packet(f, FSM_RCA, p);
}

static void receive_conf_refusal(struct fsm *f, const struct packet *p)
{
	if (f->state >= FSM_REQ_SENT) {
		if (!is_answer(f, p))
			return;
		if (++f->refusals > FSM_MAX_REFUSALS) {
			f->ops->stuck(f->owner, "the client refuses our options again and again");
			return;
		}
		if (option_take(&f->ops->options, f->owner, p) != OPTION_ACK)
			return;
		f->answered = true;
	}
	happen_packet(f, FSM_RCN, p);
}

static void receive_term_req(struct fsm *f, const struct packet *p)
{
	happen_packet(f, FSM_RTR, p);
	f->ops->terminated(f->owner, p->data, p->len);
}

/* Rejecting what every implementation must know is catastrophic (section 5.6). */
static void receive_code_rej(struct fsm *f, const struct packet *p)
{
	bool basic = p->len && p->data[0] >= PPP_CODE_CONF_REQ && p->data[0] <= PPP_CODE_CODE_REJ;

	happen_packet(f, basic ? FSM_RXJ_MINUS : FSM_RXJ_PLUS, p);
}

/**
 * fsm_init - set up an automaton in state Initial
 * @f: automaton
 * @ops: the protocol
 * @owner: for @ops
 */
void fsm_init(struct fsm *f, const struct fsm_ops *ops, void *owner)
{
	memset(f, 0, sizeof(*f));
	f->ops = ops;
	f->owner = owner;
	timer_init(&f->timer, ops->expired, owner);
}

/**
 * fsm_cell - look into the table
 * @event: row
 * @state: column
 * Return: the cell, constant.
 */
const struct fsm_cell *fsm_cell(enum fsm_event event, enum fsm_state state)
{
	return &cells[event][state];
}

/**
 * fsm_event - something happened that is no packet
 * @f: automaton
 * @event: FSM_UP, _DOWN, _OPEN, _CLOSE, _TO_PLUS, _TO_MINUS, _RXJ_PLUS, _RXJ_MINUS
 */
void fsm_event(struct fsm *f, enum fsm_event event)
{
	happen_packet(f, event, NULL);
}

/**
 * fsm_input - a packet came
 * @f: automaton
 * @p: the packet, borrowed; dropped in states Initial and Starting
 */
void fsm_input(struct fsm *f, const struct packet *p)
{
	if (f->state <= FSM_STARTING || p->len > PPP_PACKET_MAX - PPP_HEADER_LEN)
		return;
	switch (p->code) {
	case PPP_CODE_CONF_REQ:
		receive_conf_req(f, p);
		break;
	case PPP_CODE_CONF_ACK:
		receive_conf_ack(f, p);
		break;
	case PPP_CODE_CONF_NAK:
	case PPP_CODE_CONF_REJ:
		receive_conf_refusal(f, p);
		break;
	case PPP_CODE_TERM_REQ:
		receive_term_req(f, p);
		break;
	case PPP_CODE_TERM_ACK:
		happen_packet(f, FSM_RTA, p);
		break;
	case PPP_CODE_CODE_REJ:
		receive_code_rej(f, p);
		break;
	default:
		if (!f->ops->extra || !f->ops->extra(f->owner, p))
			happen_packet(f, FSM_RUC, p);
	}
}

/**
 * fsm_receive_echo - an Echo-Request, Echo-Reply or Discard-Request came (event RXR)
 * @f: automaton
 * @p: the packet
 */
void fsm_receive_echo(struct fsm *f, const struct packet *p)
{
	happen_packet(f, FSM_RXR, p);
}

/**
 * fsm_expired - the restart timer fired
 * @f: automaton
 */
void fsm_expired(struct fsm *f)
{
	fsm_event(f, f->restarts ? FSM_TO_PLUS : FSM_TO_MINUS);
}

/**
 * fsm_stop - never act again
 * @f: automaton
 */
void fsm_stop(struct fsm *f)
{
	set_state(f, FSM_INITIAL);
}

/**
 * fsm_state_name - as RFC 1661 writes it
 * @state: state
 * Return: a constant string.
 */
const char *fsm_state_name(enum fsm_state state)
{
	static const char *const names[FSM_STATE_COUNT] = {
		"Initial", "Starting", "Closed", "Stopped", "Closing", "Stopping",
		"Req-Sent", "Ack-Rcvd", "Ack-Sent", "Opened",
	};

	return state < FSM_STATE_COUNT ? names[state] : "?";
}
