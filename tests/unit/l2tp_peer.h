/* SPDX-License-Identifier: MIT */
/*
 * A LAC for the tests: speaks to an engine, and judges each message of the engine's as
 * the strictest client does.
 */
#ifndef L2TPSEC_TESTS_UNIT_L2TP_PEER_H
#define L2TPSEC_TESTS_UNIT_L2TP_PEER_H

#include "l2tp/l2tp.h"
#include "l2tp/message.h"

#define L2TP_PEER_QUEUE		64
#define L2TP_PEER_ZLB		0	/* the type of a message without AVPs */

/**
 * struct l2tp_datagram - bytes on their way
 * @len: how many
 * @bytes: they
 */
struct l2tp_datagram {
	size_t len;
	uint8_t bytes[1200];
};

/**
 * struct l2tp_peer - a LAC, and the surroundings of the engine that it speaks to
 * @l2tp: engine; may be shared by several peers that copy it from the first
 * @conf: of the engine
 * @story: whom its lines are about
 * @lineage: ours
 * @port: our inner UDP port
 * @sent: what the engine sent and nobody took yet
 * @first: oldest of them
 * @count: how many
 * @ns: of our next message
 * @nr: of the engine's next message
 * @tunnel_id: the engine's id of the tunnel, from SCCRP
 * @session_id: the engine's id of the newest session, from ICRP
 * @tunnel: newest that came up
 * @session: newest that came up
 * @tunnels_up: calls
 * @tunnels_gone: calls
 * @sessions_installed: calls of session_add that returned 0, less those of session_del
 * @sessions_up: calls
 * @sessions_gone: calls
 * @reason: of the last _gone call
 * @tunnel_ret: what tunnel_up returns
 * @install_ret: what session_add returns
 * @session_ret: what session_up returns
 * @on_tunnel_up: does something else inside tunnel_up
 * @on_session_up: does something else inside session_up
 * @on_gone: does something else inside session_gone
 * @save: every datagram of the engine goes there too
 * @save_ctx: for @save
 */
struct l2tp_peer {
	struct l2tp *l2tp;
	struct conf_l2tp conf;
	struct story story;
	uint32_t lineage;
	uint16_t port;
	struct l2tp_datagram sent[L2TP_PEER_QUEUE];
	unsigned int first;
	unsigned int count;
	uint16_t ns;
	uint16_t nr;
	uint16_t tunnel_id;
	uint16_t session_id;
	struct l2tp_tunnel *tunnel;
	struct l2tp_session *session;
	unsigned int tunnels_up;
	unsigned int tunnels_gone;
	unsigned int sessions_installed;
	unsigned int sessions_up;
	unsigned int sessions_gone;
	char reason[256];
	int tunnel_ret;
	int install_ret;
	int session_ret;
	void (*on_tunnel_up)(struct l2tp_peer *p, struct l2tp_tunnel *tunnel);
	void (*on_session_up)(struct l2tp_peer *p, struct l2tp_session *session);
	void (*on_gone)(struct l2tp_peer *p);
	void (*save)(void *ctx, const struct l2tp_datagram *d);
	void *save_ctx;
};

extern const struct l2tp_ops l2tp_peer_ops;

void l2tp_peer_start(struct l2tp_peer *p);
void l2tp_peer_restart(struct l2tp_peer *p);
void l2tp_peer_stop(struct l2tp_peer *p);
void l2tp_peer_raw(struct l2tp_peer *p, const void *msg, size_t len);
void l2tp_peer_raw_hex(struct l2tp_peer *p, const char *hex);
void l2tp_peer_send(struct l2tp_peer *p, uint16_t session_id, const char *avps_hex);
void l2tp_peer_ack(struct l2tp_peer *p);
bool l2tp_peer_take(struct l2tp_peer *p, struct l2tp_header *h, struct l2tp_message *m);
void l2tp_peer_expect(struct l2tp_peer *p, uint16_t type, struct l2tp_message *m);
void l2tp_peer_expect_nothing(struct l2tp_peer *p);
void l2tp_peer_tunnel(struct l2tp_peer *p);
void l2tp_peer_session(struct l2tp_peer *p, uint16_t id);
size_t l2tp_from_hex(const char *hex, uint8_t *out, size_t cap);

#endif
