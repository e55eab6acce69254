/* SPDX-License-Identifier: MIT */
/* Reliable delivery of control messages (RFC 2661 5.8 and appendix A).  Knows numbers and bytes, no message types. */
#ifndef L2TPSEC_L2TP_TRANSPORT_H
#define L2TPSEC_L2TP_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "core/clock.h"
#include "l2tp/message.h"

#define L2TP_TRANSPORT_WINDOW	8	/* the receive window that we advertise and keep */

struct l2tp_frame;

/**
 * struct l2tp_transport_ops - what the transport asks of its owner; any of them may stop the transport
 * @send: send these bytes now; borrowed
 * @deliver: a message, in order and once; @body is borrowed
 * @silent: nothing was heard for the keepalive time, nothing of ours is unacknowledged: probe the peer
 * @lost: the peer does not acknowledge; the transport is stopped already
 */
struct l2tp_transport_ops {
	void (*send)(void *owner, const uint8_t *msg, size_t len);
	void (*deliver)(void *owner, uint16_t session_id, struct rbuf body);
	void (*silent)(void *owner);
	void (*lost)(void *owner);
};

/**
 * struct l2tp_transport - one end of a control channel, embedded in its owner
 * @queue: messages not acknowledged yet, oldest first; the first @in_flight of them were sent
 * @ops: the owner's
 * @owner: for @ops
 * @stopped: sends and delivers nothing any more
 * @peer_id: tunnel id in the headers of what we send
 * @in_flight: messages sent and not acknowledged
 * @una: Ns of the oldest message in @queue
 * @nr: Ns that the peer's next message must have
 * @peer_window: the peer's receive window
 * @cwnd: congestion window, messages; never beyond @peer_window
 * @ssthresh: where slow start ends, messages
 * @credit: acknowledgements counted toward the next step of @cwnd
 * @early: received messages beyond @nr, by Ns modulo the window; ours to free
 * @retransmit: fires when the oldest message in flight is due again
 * @interval: milliseconds until then
 * @tries: how often the oldest message was sent
 * @tries_max: how often it may be
 * @keepalive: fires when silence is to be looked at
 * @keepalive_ms: silence before ops->silent, 0 = never
 * @heard_at: when we last heard of the peer
 * @alive: the owner said that the peer lives, since the oldest message was sent first
 * @forgiving: a peer that lives is not lost, though it does not acknowledge
 */
struct l2tp_transport {
	STAILQ_HEAD(, l2tp_frame) queue;
	const struct l2tp_transport_ops *ops;
	void *owner;
	bool stopped;
	uint16_t peer_id;
	unsigned int in_flight;
	uint16_t una;
	uint16_t nr;
	unsigned int peer_window;
	unsigned int cwnd;
	unsigned int ssthresh;
	unsigned int credit;
	struct l2tp_frame *early[L2TP_TRANSPORT_WINDOW];
	struct timer retransmit;
	unsigned int interval;
	unsigned int tries;
	unsigned int tries_max;
	struct timer keepalive;
	uint64_t keepalive_ms;
	uint64_t heard_at;
	bool alive;
	bool forgiving;
};

void l2tp_transport_init(struct l2tp_transport *t, const struct l2tp_transport_ops *ops, void *owner,
			 uint16_t peer_id, uint16_t first_ns);
void l2tp_transport_stop(struct l2tp_transport *t);
void l2tp_transport_set_window(struct l2tp_transport *t, unsigned int window);
void l2tp_transport_set_tries(struct l2tp_transport *t, unsigned int tries);
void l2tp_transport_set_keepalive(struct l2tp_transport *t, uint64_t ms);
void l2tp_transport_alive(struct l2tp_transport *t);
void l2tp_transport_send(struct l2tp_transport *t, uint16_t session_id, const void *body, size_t len);
void l2tp_transport_receive(struct l2tp_transport *t, const struct l2tp_header *h, struct rbuf body);

#endif
