/* SPDX-License-Identifier: MIT */
/*
 * The L2TP engine (RFC 2661): an LNS control channel.  Control messages go in and
 * out through struct l2tp_ops, always inside a lineage's SAs; it knows no kernel.
 */
#ifndef L2TPSEC_L2TP_L2TP_H
#define L2TPSEC_L2TP_L2TP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "core/log.h"

struct l2tp;

/**
 * struct l2tp_tunnel - a tunnel, as others may see it; allocated by the engine inside its own structure
 * @lineage: whose SAs carry it
 * @id: our tunnel id, unique in its lineage
 * @peer_id: the peer's
 * @peer_port: the peer's inner UDP port
 * @host_name: the peer's Host Name AVP, printable
 * @vendor_name: the peer's Vendor Name AVP, printable, "" if none
 * @lost: it ends because the peer does not answer
 * @user: the surroundings' own, as given to l2tp_receive()
 */
struct l2tp_tunnel {
	uint32_t lineage;
	uint16_t id;
	uint16_t peer_id;
	uint16_t peer_port;
	char host_name[64];
	char vendor_name[64];
	bool lost;
	void *user;
};

/**
 * struct l2tp_session - a session, as others may see it
 * @tunnel: its tunnel
 * @id: our session id, unique in its tunnel
 * @peer_id: the peer's
 * @sequencing: the peer demands data sequence numbers (Sequencing Required AVP)
 * @user: the surroundings' own, set by l2tp_ops.session_up, NULL before
 */
struct l2tp_session {
	struct l2tp_tunnel *tunnel;
	uint16_t id;
	uint16_t peer_id;
	bool sequencing;
	void *user;
};

/**
 * struct l2tp_ops - what the engine asks of its surroundings
 * @send: send one control message; @msg is borrowed
 * @story: whom log lines of this lineage are about; @user as given to l2tp_receive()
 * @tunnel_up: SCCCN came: install the tunnel; 0, or a negative errno to refuse
 * @tunnel_gone: the tunnel is about to be freed, its sessions are gone already; @reason is one phrase
 * @session_add: ICRQ came: install the session, for the peer's PPP follows its ICCN at once;
 *	0, or a negative errno to refuse
 * @session_del: remove what session_add installed; comes before session_gone
 * @session_up: ICCN came: start PPP; 0, or a negative errno to refuse
 * @session_gone: the session is about to be freed; @reason is one phrase
 *
 * session_del comes once for each session_add that returned 0.  The _gone calls come once for
 * each _up that returned 0, or that closed its own object before it returned.  Neither the
 * object nor its user is touched after them.  Each may call back into the engine, but for
 * l2tp_free().
 */
struct l2tp_ops {
	void (*send)(void *ctx, uint32_t lineage, uint16_t peer_port, const uint8_t *msg, size_t len);
	struct story *(*story)(void *ctx, void *user);
	int (*tunnel_up)(void *ctx, struct l2tp_tunnel *tunnel);
	void (*tunnel_gone)(void *ctx, struct l2tp_tunnel *tunnel, const char *reason);
	int (*session_add)(void *ctx, const struct l2tp_session *session);
	void (*session_del)(void *ctx, const struct l2tp_session *session);
	int (*session_up)(void *ctx, struct l2tp_session *session);
	void (*session_gone)(void *ctx, struct l2tp_session *session, const char *reason);
};

/** enum l2tp_close - why we end a session or tunnel (RFC 2661 4.4.2 result codes are chosen from it) */
enum l2tp_close {
	L2TP_CLOSE_ADMIN,	/* an administrator asked for it */
	L2TP_CLOSE_PPP,		/* PPP ended */
	L2TP_CLOSE_LOST,	/* the peer does not answer */
	L2TP_CLOSE_SHUTDOWN,	/* the daemon ends */
};

struct l2tp *l2tp_new(const struct conf_l2tp *conf, const struct l2tp_ops *ops, void *ctx);
void l2tp_free(struct l2tp *l2tp);
void l2tp_reload(struct l2tp *l2tp, const struct conf_l2tp *conf);
void l2tp_receive(struct l2tp *l2tp, uint32_t lineage, void *user, uint16_t peer_port,
		  const uint8_t *msg, size_t len);
struct l2tp_session *l2tp_session_find(struct l2tp *l2tp, uint32_t lineage, uint16_t tunnel_id, uint16_t id);
void l2tp_session_close(struct l2tp *l2tp, struct l2tp_session *session, enum l2tp_close why);
void l2tp_tunnel_close(struct l2tp *l2tp, struct l2tp_tunnel *tunnel, enum l2tp_close why);
void l2tp_tunnel_forget(struct l2tp *l2tp, struct l2tp_tunnel *tunnel, const char *reason);
void l2tp_lineage_alive(struct l2tp *l2tp, uint32_t lineage);
void l2tp_lineage_gone(struct l2tp *l2tp, uint32_t lineage, const char *reason);

#endif
