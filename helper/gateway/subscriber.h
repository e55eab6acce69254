/* SPDX-License-Identifier: MIT */
/*
 * A subscriber is one client: its IKE peer, the SA lineages of that peer, the L2TP
 * tunnels in them and the sessions in those.
 *
 *	subscriber --- ike_peer
 *	    |-- lineages --- SAs (current and successors)
 *	    |-- tunnels
 *	    `-- sessions --- PPP, user, address
 *
 * Teardown has one order, from the inside out: session, tunnel, SA, peer.  Each
 * engine announces its object before it frees it, and announces inner objects
 * first; the subscriber goes when its peer is announced gone.
 */
#ifndef L2TPSEC_GATEWAY_SUBSCRIBER_H
#define L2TPSEC_GATEWAY_SUBSCRIBER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <uthash.h>

#include "auth/auth.h"
#include "conf/conf.h"
#include "core/clock.h"
#include "core/log.h"
#include "ctl/ctl.h"
#include "gateway/socket.h"
#include "ike/ike.h"
#include "l2tp/l2tp.h"
#include "plane/plane.h"
#include "pool/pool.h"
#include "ppp/ppp.h"

struct worker_pool;

/**
 * struct sa - an installed SA
 * @spi_in: its name
 * @lineage: which it belongs to
 * @suite: as text
 * @encap: enum l2tpsec_encap
 * @legacy: something in @suite is weak
 * @entry: in lineage.sas
 * @hh: in gateway.sas, by @spi_in
 */
struct sa {
	uint32_t spi_in;
	struct lineage *lineage;
	char suite[64];
	unsigned int encap;
	bool legacy;

	TAILQ_ENTRY(sa) entry;
	UT_hash_handle hh;
};

/**
 * struct lineage - an SA and its successors
 * @id: its number
 * @sub: whose
 * @sas: installed ones, the newest last; the client may be about to negotiate one when there is none
 * @hh: in gateway.lineages, by @id
 */
struct lineage {
	uint32_t id;
	struct subscriber *sub;

	TAILQ_HEAD(sa_list, sa) sas;
	UT_hash_handle hh;
};

/**
 * struct tunnel - an installed L2TP tunnel
 * @l2tp: the engine's
 * @entry: in subscriber.tunnels
 */
struct tunnel {
	struct l2tp_tunnel *l2tp;

	LIST_ENTRY(tunnel) entry;
};

/**
 * struct session - one connected or connecting user
 * @sub: whose
 * @l2tp: the engine's
 * @ppp: its PPP
 * @ticket: a login that is being checked, or NULL
 * @story: the subscriber's, with this session's user
 * @address: leased, host order, 0 = none
 * @result: what PPP negotiated, once @open
 * @open: IP passes
 * @since: when it opened
 * @ended: why PPP ended, "" if it did not
 * @watch: looks whether data comes
 * @rx_packets: how many had come when it last looked
 * @entry: in subscriber.sessions
 * @by_address: in gateway.addresses, while @address is not 0
 */
struct session {
	struct subscriber *sub;
	struct l2tp_session *l2tp;
	struct ppp *ppp;
	struct auth_ticket *ticket;
	struct story story;
	uint32_t address;
	struct ppp_result result;
	bool open;
	struct moment since;
	char ended[128];
	struct timer watch;
	uint64_t rx_packets;

	LIST_ENTRY(session) entry;
	UT_hash_handle by_address;
};

/**
 * struct subscriber - one client
 * @gw: gateway
 * @story: for log lines
 * @peer: its IKE peer
 * @stage: how far it has come
 * @since: when it appeared
 * @tunnels: installed tunnels
 * @sessions: sessions
 * @had_session: PPP began once
 * @idle: ends a subscriber that is not connected and gets no further
 * @close: one step of an orderly end, outside of any engine's call
 * @close_reason: why, while @closing
 * @closing: an orderly end is under way
 * @hh: in gateway.subscribers, by story.id
 */
struct subscriber {
	struct gateway *gw;
	struct story story;
	struct ike_peer *peer;
	enum stage stage;
	struct moment since;

	LIST_HEAD(, tunnel) tunnels;
	LIST_HEAD(, session) sessions;
	bool had_session;
	struct timer idle;
	struct timer close;
	const char *close_reason;
	bool closing;
	UT_hash_handle hh;
};

/**
 * struct gateway - everything
 * @base: loop
 * @conf: configuration in force
 * @conf_path: where it came from
 * @created_link: the network interface is ours to delete
 * @failed: the loop was left because of a fault
 * @stopping: the daemon ends
 * @stop_deadline: ends it at the latest
 * @workers: threads for long computations
 * @sockets: UDP 500 and 4500
 * @plane: data plane
 * @ike: engine
 * @l2tp: engine
 * @auth: logins
 * @pool: addresses
 * @ctl: control socket
 * @subscribers: by id
 * @lineages: by number
 * @sas: by inbound SPI
 * @addresses: sessions by their address
 * @last_id: of a subscriber
 */
struct gateway {
	struct event_base *base;
	struct conf *conf;
	char *conf_path;
	bool created_link;
	bool failed;
	bool stopping;
	struct timer stop_deadline;
	struct worker_pool *workers;
	struct sockets *sockets;
	struct plane *plane;
	struct ike *ike;
	struct l2tp *l2tp;
	struct auth *auth;
	struct pool *pool;
	struct ctl *ctl;
	struct subscriber *subscribers;
	struct lineage *lineages;
	struct sa *sas;
	struct session *addresses;
	uint32_t last_id;
};

struct subscriber *subscriber_new(struct gateway *gw, struct ike_peer *peer);
void subscriber_free(struct subscriber *sub, const char *reason);
void subscriber_set_stage(struct subscriber *sub, const struct story *story, enum stage stage);
void subscriber_set_peer(struct subscriber *sub, const struct endpoint *remote);
void subscriber_negotiates(struct subscriber *sub);
void subscriber_session_gone(struct subscriber *sub);
void subscriber_close(struct subscriber *sub, const char *reason);
struct lineage *lineage_find(struct gateway *gw, uint32_t id);
struct sa *lineage_current(const struct lineage *l);
struct sa *sa_find(struct gateway *gw, uint32_t spi_in);

extern const struct ike_ops gateway_ike_ops;
extern const struct l2tp_ops gateway_l2tp_ops;
extern const struct plane_events gateway_plane_events;

int session_new(struct subscriber *sub, struct l2tp_session *l2tp);
struct plane_session session_plane(const struct l2tp_session *l2tp);
void session_free(struct session *s, const char *reason);

json_t *status_handle(void *arg, const json_t *request);
void status_publish_stage(struct gateway *gw, const struct story *story, enum stage stage);
void status_publish_gone(struct gateway *gw, const struct story *story, const char *reason);

#endif
