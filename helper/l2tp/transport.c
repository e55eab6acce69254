// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "l2tp/transport.h"

/* RFC 2661 5.8: one second at first, doubled, up to a cap of at least eight. */
#define INTERVAL_FIRST_MS	1000
#define INTERVAL_MAX_MS		8000
#define WINDOW_DEFAULT		4	/* 4.4.3 Receive Window Size */
#define TRIES_DEFAULT		8

/**
 * struct l2tp_frame - a message that waits
 * @link: in the queue of what we send
 * @session_id: of its header
 * @len: bytes of its AVPs
 * @body: its AVPs
 */
struct l2tp_frame {
	STAILQ_ENTRY(l2tp_frame) link;
	uint16_t session_id;
	size_t len;
	uint8_t body[];
};

static struct l2tp_frame *frame_new(uint16_t session_id, const void *body, size_t len)
{
	struct l2tp_frame *f = calloc(1, sizeof(*f) + len);

	if (!f)
		return NULL;
	f->session_id = session_id;
	f->len = len;
	memcpy(f->body, body, len);
	return f;
}

/* Every message carries the newest Nr: it is put together when it is sent. */
static void emit(struct l2tp_transport *t, uint16_t ns, uint16_t session_id, const void *body, size_t len)
{
	const struct l2tp_header h = {
		.tunnel_id = t->peer_id, .session_id = session_id, .ns = ns, .nr = t->nr,
	};
	uint8_t storage[L2TP_HEADER_LEN + L2TP_BODY_MAX];
	struct wbuf w;

	wbuf_init(&w, storage, sizeof(storage));
	l2tp_header_put(&w, &h, len);
	wbuf_bytes(&w, body, len);
	if (!w.failed)
		t->ops->send(t->owner, w.data, w.len);
}

/* A ZLB takes the next Ns and does not use it up. */
static void acknowledge(struct l2tp_transport *t)
{
	emit(t, t->una + t->in_flight, 0, NULL, 0);
}

static void emit_oldest(struct l2tp_transport *t)
{
	const struct l2tp_frame *f = STAILQ_FIRST(&t->queue);

	t->tries++;
	timer_start(&t->retransmit, t->interval);
	emit(t, t->una, f->session_id, f->body, f->len);
}

static const struct l2tp_frame *first_unsent(const struct l2tp_transport *t)
{
	const struct l2tp_frame *f = STAILQ_FIRST(&t->queue);
	unsigned int i;

	for (i = 0; f && i < t->in_flight; i++)
		f = STAILQ_NEXT(f, link);
	return f;
}

static void send_what_fits(struct l2tp_transport *t)
{
	const struct l2tp_frame *f;

	while (t->in_flight < t->cwnd && (f = first_unsent(t))) {
		if (!t->in_flight++)
			emit_oldest(t);
		else
			emit(t, t->una + t->in_flight - 1, f->session_id, f->body, f->len);
	}
}

/* Appendix A: slow start up to ssthresh, then one more per window of acknowledgements. */
static void widen(struct l2tp_transport *t)
{
	if (t->cwnd >= t->peer_window)
		return;
	if (t->cwnd < t->ssthresh) {
		t->cwnd++;
	} else if (++t->credit >= t->cwnd) {
		t->credit = 0;
		t->cwnd++;
	}
}

static void narrow(struct l2tp_transport *t)
{
	t->ssthresh = t->cwnd > 2 ? t->cwnd / 2 : 1;
	t->cwnd = 1;
	t->credit = 0;
}

static void set_oldest_fresh(struct l2tp_transport *t)
{
	t->interval = INTERVAL_FIRST_MS;
	t->tries = 0;
	t->alive = false;
}

/* The oldest message was not acknowledged in time. */
static void on_retransmit(void *arg)
{
	struct l2tp_transport *t = arg;

	if (t->tries >= t->tries_max && t->forgiving && t->alive) {
		t->alive = false;
		t->tries = 0;
	}
	if (t->tries >= t->tries_max) {
		l2tp_transport_stop(t);
		t->ops->lost(t->owner);
		return;
	}
	narrow(t);
	t->interval = t->interval * 2 < INTERVAL_MAX_MS ? t->interval * 2 : INTERVAL_MAX_MS;
	emit_oldest(t);
}

/* A message in flight is probe enough. */
static void on_keepalive(void *arg)
{
	struct l2tp_transport *t = arg;
	uint64_t silence = clock_now_ms() - t->heard_at;

	if (silence < t->keepalive_ms) {
		timer_start(&t->keepalive, t->keepalive_ms - silence);
		return;
	}
	timer_start(&t->keepalive, t->keepalive_ms);
	if (STAILQ_EMPTY(&t->queue))
		t->ops->silent(t->owner);
}

/**
 * l2tp_transport_init - begin a control channel
 * @t: transport
 * @ops: the owner's, outlive @t
 * @owner: for @ops
 * @peer_id: tunnel id that the peer assigned
 * @first_ns: Ns of the peer's first message, 0 unless it counts its own way
 */
void l2tp_transport_init(struct l2tp_transport *t, const struct l2tp_transport_ops *ops, void *owner,
			 uint16_t peer_id, uint16_t first_ns)
{
	*t = (struct l2tp_transport){
		.ops = ops, .owner = owner, .peer_id = peer_id, .nr = first_ns,
		.peer_window = WINDOW_DEFAULT, .cwnd = 1, .ssthresh = WINDOW_DEFAULT,
		.tries_max = TRIES_DEFAULT, .heard_at = clock_now_ms(),
	};
	STAILQ_INIT(&t->queue);
	set_oldest_fresh(t);
	timer_init(&t->retransmit, on_retransmit, t);
	timer_init(&t->keepalive, on_keepalive, t);
}

/**
 * l2tp_transport_stop - send and deliver nothing any more, and free what waits
 * @t: transport; may be stopped already
 */
void l2tp_transport_stop(struct l2tp_transport *t)
{
	struct l2tp_frame *f;
	size_t i;

	t->stopped = true;
	timer_stop(&t->retransmit);
	timer_stop(&t->keepalive);
	while ((f = STAILQ_FIRST(&t->queue))) {
		STAILQ_REMOVE_HEAD(&t->queue, link);
		free(f);
	}
	t->in_flight = 0;
	for (i = 0; i < L2TP_TRANSPORT_WINDOW; i++) {
		free(t->early[i]);
		t->early[i] = NULL;
	}
}

/**
 * l2tp_transport_set_window - respect the peer's Receive Window Size
 * @t: transport
 * @size: messages; 0 is not legal and taken as 1
 */
void l2tp_transport_set_window(struct l2tp_transport *t, unsigned int size)
{
	t->peer_window = size ? size : 1;
	t->ssthresh = t->peer_window;
	t->cwnd = 1;
}

/**
 * l2tp_transport_set_tries - when to give up
 * @t: transport
 * @tries: how often one message is sent, at least once
 */
void l2tp_transport_set_tries(struct l2tp_transport *t, unsigned int tries)
{
	t->tries_max = tries ? tries : 1;
}

/**
 * l2tp_transport_set_keepalive - probe a silent peer (5.5)
 * @t: transport
 * @ms: silence before ops->silent, 0 = never
 */
void l2tp_transport_set_keepalive(struct l2tp_transport *t, uint64_t ms)
{
	if (t->stopped)
		return;
	t->keepalive_ms = ms;
	if (ms)
		timer_start(&t->keepalive, ms);
	else
		timer_stop(&t->keepalive);
}

/**
 * l2tp_transport_alive - the peer was heard outside the control channel
 * @t: transport
 */
void l2tp_transport_alive(struct l2tp_transport *t)
{
	t->heard_at = clock_now_ms();
	t->alive = true;
}

/**
 * l2tp_transport_send - deliver a message to the peer
 * @t: transport; when stopped, nothing happens
 * @session_id: of the header
 * @body: AVPs, copied
 * @len: their length, up to L2TP_BODY_MAX
 */
void l2tp_transport_send(struct l2tp_transport *t, uint16_t session_id, const void *body, size_t len)
{
	struct l2tp_frame *f;

	if (t->stopped || len > L2TP_BODY_MAX)
		return;
	f = frame_new(session_id, body, len);
	if (!f)
		return;
	STAILQ_INSERT_TAIL(&t->queue, f, link);
	send_what_fits(t);
}

/* Numbers outside of what is in flight are old news, or nonsense. */
static void take_acknowledgement(struct l2tp_transport *t, uint16_t nr)
{
	uint16_t count = nr - t->una;
	struct l2tp_frame *f;

	if (!count || count > t->in_flight)
		return;
	t->una = nr;
	t->in_flight -= count;
	for (; count; count--) {
		f = STAILQ_FIRST(&t->queue);
		STAILQ_REMOVE_HEAD(&t->queue, link);
		free(f);
		widen(t);
	}
	set_oldest_fresh(t);
	timer_stop(&t->retransmit);
	if (t->in_flight) {
		t->tries = 1;
		timer_start(&t->retransmit, t->interval);
	}
	send_what_fits(t);
}

/* Acknowledge first: Android goes on only after a ZLB of its own. */
static void hand_over(struct l2tp_transport *t, uint16_t session_id, struct rbuf body)
{
	t->nr++;
	acknowledge(t);
	t->ops->deliver(t->owner, session_id, body);
}

static void hand_over_early(struct l2tp_transport *t)
{
	struct l2tp_frame *f;
	struct rbuf body;

	while ((f = t->early[t->nr % L2TP_TRANSPORT_WINDOW])) {
		t->early[t->nr % L2TP_TRANSPORT_WINDOW] = NULL;
		rbuf_init(&body, f->body, f->len);
		hand_over(t, f->session_id, body);
		free(f);
	}
}

static void keep_early(struct l2tp_transport *t, const struct l2tp_header *h, struct rbuf body)
{
	struct l2tp_frame **slot = &t->early[h->ns % L2TP_TRANSPORT_WINDOW];

	if (!*slot)
		*slot = frame_new(h->session_id, body.pos, rbuf_left(&body));
	acknowledge(t);
}

/**
 * l2tp_transport_receive - take a control message
 * @t: transport
 * @h: its header
 * @body: its AVPs, none in a ZLB
 *
 * Messages are delivered in order and once.  Each is acknowledged at once, duplicates
 * too; what comes early waits for its turn within our window.
 */
void l2tp_transport_receive(struct l2tp_transport *t, const struct l2tp_header *h, struct rbuf body)
{
	uint16_t ahead = h->ns - t->nr;

	if (t->stopped)
		return;
	t->heard_at = clock_now_ms();
	take_acknowledgement(t, h->nr);
	if (!rbuf_left(&body) || t->stopped)
		return;
	if (!ahead) {
		hand_over(t, h->session_id, body);
		hand_over_early(t);
	} else if (ahead < L2TP_TRANSPORT_WINDOW) {
		keep_early(t, h, body);
	} else {
		acknowledge(t);
	}
}
