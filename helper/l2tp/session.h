/* SPDX-License-Identifier: MIT */
/* A session: an incoming call as the LNS sees it (RFC 2661 7.4.2). */
#ifndef L2TPSEC_L2TP_SESSION_H
#define L2TPSEC_L2TP_SESSION_H

#include "l2tp/tunnel.h"

/** enum session_state - RFC 2661 7.4.2; bits, so that a row can name several */
enum session_state {
	SESSION_IDLE = 1 << 0,
	SESSION_WAIT_CONNECT = 1 << 1,		/* ICRP sent, ICCN awaited */
	SESSION_ESTABLISHED = 1 << 2,
	SESSION_CLOSED = 1 << 3,
};

/**
 * struct session - a session
 * @link: among the dead
 * @pub: what others may see
 * @tunnel: its tunnel
 * @state: where it stands
 * @added: ops->session_add was called and ops->session_del was not
 * @up: ops->session_up was called and ops->session_gone was not
 * @deadline: ends a set-up that takes too long
 * @hh: in its tunnel
 */
struct session {
	LIST_ENTRY(session) link;
	struct l2tp_session pub;
	struct tunnel *tunnel;
	enum session_state state;
	bool added;
	bool up;
	struct timer deadline;
	UT_hash_handle hh;
};

void l2tp_session_deliver(struct tunnel *t, uint16_t session_id, const struct l2tp_message *m);
struct session *l2tp_session_of_tunnel(struct tunnel *t, uint16_t id);
void l2tp_session_end(struct session *s, const char *reason);

#endif
