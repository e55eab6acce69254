// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "l2tp/transport.h"
#include "l2tp_peer.h"

/**
 * struct end - a transport and what it did
 * @t: transport
 * @peer: the other end of the network, NULL = everything sent is only counted
 * @sent: datagrams
 * @last: header of the last one
 * @last_len: its length
 * @high_water: most messages that it ever had in flight
 * @delivered: messages, in the order of their numbers
 * @silences: calls
 * @lost: calls
 * @stop_at: stop the transport inside the delivery of this message
 * @loss: of 100 datagrams sent, dropped on the way
 * @dup: of 100, doubled
 * @delay: longest time on the way, ms
 */
struct end {
	struct l2tp_transport t;
	struct end *peer;
	unsigned int sent;
	struct l2tp_header last;
	size_t last_len;
	unsigned int high_water;
	uint32_t delivered;
	unsigned int silences;
	unsigned int lost;
	uint32_t stop_at;
	int loss;
	int dup;
	int delay;
};

/* A datagram on its way; frees itself when it arrives. */
struct flight {
	struct timer timer;
	struct end *to;
	size_t len;
	uint8_t bytes[64];
};

static unsigned int flying;

static void arrive(void *arg)
{
	struct flight *f = arg;
	struct l2tp_header h;
	struct rbuf body;

	flying--;
	assert_true(l2tp_header_parse(f->bytes, f->len, &h, &body));
	l2tp_transport_receive(&f->to->t, &h, body);
	timer_stop(&f->timer);
	free(f);
}

static void launch(struct end *from, const uint8_t *msg, size_t len)
{
	struct flight *f = calloc(1, sizeof(*f));

	assert_true(len <= sizeof(f->bytes));
	memcpy(f->bytes, msg, len);
	f->len = len;
	f->to = from->peer;
	flying++;
	timer_init(&f->timer, arrive, f);
	timer_start(&f->timer, from->delay ? rand() % from->delay : 0);
}

static void on_send(void *owner, const uint8_t *msg, size_t len)
{
	struct end *e = owner;
	struct rbuf body;

	e->sent++;
	e->last_len = len;
	assert_true(l2tp_header_parse(msg, len, &e->last, &body));
	if (e->t.in_flight > e->high_water)
		e->high_water = e->t.in_flight;
	if (!e->peer)
		return;
	if (rand() % 100 >= e->loss)
		launch(e, msg, len);
	if (rand() % 100 < e->dup)
		launch(e, msg, len);
}

/* Bodies are their own number: each arrives once and in order. */
static void on_deliver(void *owner, uint16_t session_id, struct rbuf body)
{
	struct end *e = owner;
	uint32_t number = rbuf_u32(&body);

	assert_false(body.failed);
	assert_int_equal(number, e->delivered);
	assert_int_equal(session_id, number & 0xff);
	e->delivered++;
	if (e->stop_at && e->delivered == e->stop_at)
		l2tp_transport_stop(&e->t);
}

static void on_silent(void *owner)
{
	struct end *e = owner;

	e->silences++;
}

static void on_lost(void *owner)
{
	struct end *e = owner;

	assert_true(e->t.stopped);
	e->lost++;
}

static const struct l2tp_transport_ops ops = {
	.send = on_send, .deliver = on_deliver, .silent = on_silent, .lost = on_lost,
};

static void end_init(struct end *e)
{
	memset(e, 0, sizeof(*e));
	l2tp_transport_init(&e->t, &ops, e, 1, 0);
}

static void end_send(struct end *e, uint32_t number)
{
	const uint8_t body[] = { number >> 24, number >> 16, number >> 8, number };

	l2tp_transport_send(&e->t, number & 0xff, body, sizeof(body));
}

/* A message, or with @number < 0 a ZLB, from a peer that is only written down here. */
static void inject(struct end *e, uint16_t ns, uint16_t nr, int64_t number)
{
	const uint8_t bytes[] = { number >> 24, number >> 16, number >> 8, number };
	const struct l2tp_header h = { .tunnel_id = 1, .session_id = number & 0xff, .ns = ns, .nr = nr };
	struct rbuf body;

	rbuf_init(&body, bytes, number < 0 ? 0 : sizeof(bytes));
	l2tp_transport_receive(&e->t, &h, body);
}

/* 5.8: 1, 2, 4, 8, 8 ... seconds, then the peer counts as lost. */
static void retransmit_schedule(void **state)
{
	static const unsigned int gaps[] = { 1000, 2000, 4000, 8000, 8000, 8000, 8000 };
	struct end e;
	size_t i;

	(void)state;
	end_init(&e);
	l2tp_transport_set_tries(&e.t, 8);
	end_send(&e, 0);
	assert_int_equal(e.sent, 1);
	for (i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
		assert_int_equal(fake_clock_next_ms(), gaps[i]);
		fake_clock_advance(gaps[i] - 1);
		assert_int_equal(e.sent, i + 1);
		fake_clock_advance(1);
		assert_int_equal(e.sent, i + 2);
		assert_int_equal(e.last.ns, 0);
	}
	fake_clock_advance(7999);
	assert_int_equal(e.lost, 0);
	fake_clock_advance(1);
	assert_int_equal(e.lost, 1);
	assert_int_equal(e.sent, 8);
	assert_int_equal(fake_clock_pending(), 0);
	end_send(&e, 1);
	assert_int_equal(e.sent, 8);
}

/* Being acknowledged ends it; the next message begins with one second again. */
static void acknowledged(void **state)
{
	struct end e;

	(void)state;
	end_init(&e);
	end_send(&e, 0);
	fake_clock_advance(3000);
	assert_int_equal(e.sent, 3);
	inject(&e, 0, 1, -1);
	assert_int_equal(fake_clock_pending(), 0);
	end_send(&e, 1);
	assert_int_equal(e.last.ns, 1);
	assert_int_equal(fake_clock_next_ms(), 1000);
	/* Acknowledgements of what was never sent, or of what is long acknowledged, mean nothing. */
	inject(&e, 0, 5, -1);
	inject(&e, 0, 0, -1);
	inject(&e, 0, 1, -1);
	assert_int_equal(e.t.in_flight, 1);
	inject(&e, 0, 2, -1);
	assert_int_equal(e.t.in_flight, 0);
	/* A ZLB is never answered. */
	assert_int_equal(e.sent, 4);
	l2tp_transport_stop(&e.t);
}

/* With a window of one, the second message leaves when the first is acknowledged. */
static void window_of_one(void **state)
{
	struct end e;
	uint32_t i;

	(void)state;
	end_init(&e);
	l2tp_transport_set_window(&e.t, 1);
	for (i = 0; i < 5; i++)
		end_send(&e, i);
	assert_int_equal(e.sent, 1);
	for (i = 1; i < 5; i++) {
		inject(&e, 0, i, -1);
		assert_int_equal(e.sent, i + 1);
		assert_int_equal(e.last.ns, i);
	}
	assert_int_equal(e.high_water, 1);
	l2tp_transport_stop(&e.t);
	assert_int_equal(fake_clock_pending(), 0);
}

/* A window of zero is not legal; it must not stop the channel. */
static void window_of_zero(void **state)
{
	struct end e;

	(void)state;
	end_init(&e);
	l2tp_transport_set_window(&e.t, 0);
	end_send(&e, 0);
	assert_int_equal(e.sent, 1);
	l2tp_transport_stop(&e.t);
}

/* Appendix A: one at first, doubled per round trip, never beyond the peer's window; back to one after a loss. */
static void slow_start(void **state)
{
	struct end e;
	uint32_t i;

	(void)state;
	end_init(&e);
	l2tp_transport_set_window(&e.t, 4);
	for (i = 0; i < 20; i++)
		end_send(&e, i);
	assert_int_equal(e.t.in_flight, 1);
	inject(&e, 0, 1, -1);
	assert_int_equal(e.t.in_flight, 2);
	inject(&e, 0, 3, -1);
	assert_int_equal(e.t.in_flight, 4);
	inject(&e, 0, 7, -1);
	assert_int_equal(e.t.in_flight, 4);
	fake_clock_advance(1000);
	inject(&e, 0, 8, -1);
	assert_int_equal(e.t.in_flight, 3);	/* what was sent before is still under way, nothing is added */
	assert_int_equal(e.high_water, 4);
	l2tp_transport_stop(&e.t);
}

/* Each message is acknowledged at once and alone, duplicates and early ones too. */
static void immediate_acknowledgements(void **state)
{
	struct end e;
	uint32_t i;

	(void)state;
	end_init(&e);
	inject(&e, 0, 0, 0);
	assert_int_equal(e.sent, 1);
	assert_int_equal(e.last_len, L2TP_HEADER_LEN);
	assert_int_equal(e.last.nr, 1);
	assert_int_equal(e.delivered, 1);
	inject(&e, 0, 0, 0);
	assert_int_equal(e.sent, 2);
	assert_int_equal(e.last.nr, 1);
	assert_int_equal(e.delivered, 1);
	inject(&e, 2, 0, 2);
	assert_int_equal(e.sent, 3);
	assert_int_equal(e.last.nr, 1);
	assert_int_equal(e.delivered, 1);
	inject(&e, 1 + L2TP_TRANSPORT_WINDOW, 0, 99);	/* beyond the window: dropped */
	assert_int_equal(e.last.nr, 1);
	inject(&e, 1, 0, 1);
	assert_int_equal(e.last.nr, 3);
	assert_int_equal(e.delivered, 3);
	inject(&e, 0xfff0, 0, 77);			/* very old */
	assert_int_equal(e.last.nr, 3);
	assert_int_equal(e.delivered, 3);
	for (i = 3; i < 1 + L2TP_TRANSPORT_WINDOW; i++)
		inject(&e, i, 0, i);
	assert_int_equal(e.delivered, 1 + L2TP_TRANSPORT_WINDOW);
	l2tp_transport_stop(&e.t);
}

/* Sequence numbers go round. */
static void numbers_wrap(void **state)
{
	struct end e;
	uint32_t i;

	(void)state;
	end_init(&e);
	for (i = 0; i < 65536 + 10; i++) {
		end_send(&e, i);
		assert_int_equal(e.last.ns, (uint16_t)i);
		inject(&e, i, i + 1, i);
		assert_int_equal(e.last.nr, (uint16_t)(i + 1));
		assert_int_equal(e.last.ns, (uint16_t)(i + 1));
		assert_int_equal(e.t.in_flight, 0);
	}
	assert_int_equal(e.delivered, i);
	/* Early ones across the edge. */
	e.t.nr = 0xffff;
	e.delivered = 0;
	inject(&e, 1, i, 2);
	inject(&e, 0, i, 1);
	inject(&e, 0xffff, i, 0);
	assert_int_equal(e.delivered, 3);
	assert_int_equal(e.t.nr, 2);
	l2tp_transport_stop(&e.t);
}

/* A message sent again carries the newest Nr. */
static void retransmission_acknowledges(void **state)
{
	struct end e;

	(void)state;
	end_init(&e);
	end_send(&e, 0);
	assert_int_equal(e.last.nr, 0);
	inject(&e, 0, 0, 0);
	fake_clock_advance(1000);
	assert_true(e.last_len > L2TP_HEADER_LEN);
	assert_int_equal(e.last.nr, 1);
	l2tp_transport_stop(&e.t);
}

static void silence(void **state)
{
	struct end e;

	(void)state;
	end_init(&e);
	l2tp_transport_set_keepalive(&e.t, 60000);
	fake_clock_advance(59000);
	inject(&e, 0, 0, -1);
	fake_clock_advance(59999);
	assert_int_equal(e.silences, 0);
	fake_clock_advance(1);
	assert_int_equal(e.silences, 1);
	fake_clock_advance(30000);
	l2tp_transport_alive(&e.t);
	fake_clock_advance(59999);
	assert_int_equal(e.silences, 1);
	fake_clock_advance(1);
	assert_int_equal(e.silences, 2);
	/* Something is in flight: that is probe enough. */
	l2tp_transport_set_tries(&e.t, 100);
	end_send(&e, 0);
	fake_clock_advance(300000);
	assert_int_equal(e.silences, 2);
	inject(&e, 0, 1, -1);
	l2tp_transport_set_keepalive(&e.t, 0);
	assert_int_equal(fake_clock_pending(), 0);
	l2tp_transport_stop(&e.t);
}

/* A peer that passes data and acknowledges nothing is kept; when the data ends too, it is lost. */
static void forgiving(void **state)
{
	struct end e;
	unsigned int s;

	(void)state;
	end_init(&e);
	l2tp_transport_set_tries(&e.t, 3);
	e.t.forgiving = true;
	end_send(&e, 0);
	for (s = 0; s < 600; s++) {
		l2tp_transport_alive(&e.t);
		fake_clock_advance(1000);
	}
	assert_int_equal(e.lost, 0);
	fake_clock_advance(60000);
	assert_int_equal(e.lost, 1);
}

/* Stopped from inside a delivery, with more waiting behind it. */
static void stopped_in_delivery(void **state)
{
	struct end e;

	(void)state;
	end_init(&e);
	e.stop_at = 1;
	inject(&e, 2, 0, 2);
	inject(&e, 1, 0, 1);
	inject(&e, 0, 0, 0);
	assert_int_equal(e.delivered, 1);
	inject(&e, 1, 0, 1);
	assert_int_equal(e.delivered, 1);
	assert_int_equal(fake_clock_pending(), 0);
}

/*
 * Two ends and a bad network: loss, duplication, reordering.  The model is the list of numbers
 * sent: each arrives once and in order (on_deliver), all arrive, and no window is exceeded.
 */
static void bad_network_run(unsigned int seed, int loss, int dup, int delay, unsigned int size)
{
	const uint32_t count = 300;
	struct end a, b;
	uint32_t i;

	srand(seed);
	end_init(&a);
	end_init(&b);
	a.peer = &b;
	b.peer = &a;
	a.loss = loss;
	b.loss = loss;
	a.dup = dup;
	b.dup = dup;
	a.delay = delay;
	b.delay = delay;
	l2tp_transport_set_window(&a.t, size);
	l2tp_transport_set_window(&b.t, size);
	l2tp_transport_set_tries(&a.t, 50);
	l2tp_transport_set_tries(&b.t, 50);
	for (i = 0; i < count; i++) {
		end_send(&a, i);
		end_send(&b, i);
		if (!(rand() % 4))
			fake_clock_advance(rand() % 500);
	}
	for (i = 0; i < 100000 && (a.delivered < count || b.delivered < count || a.t.in_flight || b.t.in_flight); i++)
		fake_clock_advance(100);
	assert_int_equal(a.delivered, count);
	assert_int_equal(b.delivered, count);
	assert_int_equal(a.lost + b.lost, 0);
	assert_true(a.high_water <= size && b.high_water <= size);
	fake_clock_advance(10000);
	assert_int_equal(flying, 0);
	assert_int_equal(fake_clock_pending(), 0);
	l2tp_transport_stop(&a.t);
	l2tp_transport_stop(&b.t);
}

static void bad_network(void **state)
{
	static const int losses[] = { 0, 5, 30, 60 };
	static const int delays[] = { 0, 50, 1500 };
	static const unsigned int windows[] = { 1, 4, 8 };
	unsigned int l, d, w, seed = 1;

	(void)state;
	for (l = 0; l < 4; l++) {
		for (d = 0; d < 3; d++) {
			for (w = 0; w < 3; w++)
				bad_network_run(seed++, losses[l], 20, delays[d], windows[w]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retransmit_schedule),
		cmocka_unit_test(acknowledged),
		cmocka_unit_test(window_of_one),
		cmocka_unit_test(window_of_zero),
		cmocka_unit_test(slow_start),
		cmocka_unit_test(immediate_acknowledgements),
		cmocka_unit_test(numbers_wrap),
		cmocka_unit_test(retransmission_acknowledges),
		cmocka_unit_test(silence),
		cmocka_unit_test(forgiving),
		cmocka_unit_test(stopped_in_delivery),
		cmocka_unit_test(bad_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
