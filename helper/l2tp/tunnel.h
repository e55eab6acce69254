/* SPDX-License-Identifier: MIT */
/* A tunnel: the control connection (RFC 2661 7.2). */
#ifndef L2TPSEC_L2TP_TUNNEL_H
#define L2TPSEC_L2TP_TUNNEL_H

#include "l2tp/engine.h"
#include "l2tp/transport.h"

/** enum tunnel_state - RFC 2661 7.2.1; bits, so that a row can name several */
enum tunnel_state {
	TUNNEL_IDLE = 1 << 0,
	TUNNEL_WAIT_CONNECTED = 1 << 1,		/* SCCRP sent, SCCCN awaited */
	TUNNEL_ESTABLISHED = 1 << 2,
	TUNNEL_CLOSED = 1 << 3,			/* gone for everyone else; still acknowledges (5.8) */
};

/**
 * struct tunnel - a tunnel
 * @link: in @lineage, or among the dead
 * @pub: what others may see
 * @l2tp: the engine
 * @lineage: where it is listed; NULL once dead
 * @state: where it stands
 * @up: ops->tunnel_up was called and ops->tunnel_gone was not
 * @transport: its control channel
 * @established_ms: when SCCCN came
 * @deadline: ends what takes too long: set-up, being without sessions, being closed
 * @sessions: by our id
 */
struct tunnel {
	LIST_ENTRY(tunnel) link;
	struct l2tp_tunnel pub;
	struct l2tp *l2tp;
	struct l2tp_lineage *lineage;
	enum tunnel_state state;
	bool up;
	struct l2tp_transport transport;
	uint64_t established_ms;
	struct timer deadline;
	struct session *sessions;
};

struct tunnel *l2tp_tunnel_new(struct l2tp *l2tp, struct l2tp_lineage *lineage, const struct l2tp_tunnel *pub,
			       uint16_t first_ns);
void l2tp_tunnel_configure(struct tunnel *t);
bool l2tp_tunnel_is_past(const struct tunnel *t);
bool l2tp_tunnel_repeats(const struct tunnel *t, uint16_t peer_id);
struct story *l2tp_tunnel_story(const struct tunnel *t);
void l2tp_tunnel_send(struct tunnel *t, uint16_t session_id, const struct l2tp_message *m);
void l2tp_tunnel_stop(struct tunnel *t, const struct l2tp_result *result, const char *reason);
void l2tp_tunnel_end(struct tunnel *t, const char *reason);
void l2tp_tunnel_session_ended(struct tunnel *t);
const char *l2tp_close_phrase(enum l2tp_close why);

#endif
