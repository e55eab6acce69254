/* SPDX-License-Identifier: MIT */
/*
 * The IKEv1 engine (RFC 2407, 2408, 2409, 3947): a responder.  Datagrams go in,
 * datagrams and SAs come out through struct ike_ops; it knows no socket and no kernel.
 *
 * A peer is one client: its ISAKMP SA with the SA's rekeyed successors.  A child is
 * what one Quick Mode negotiated: one SA pair.  Children that succeed each other
 * (same peer, same client identity in Quick Mode) share a lineage number.
 *
 * SAs end one by one, a lineage only when it is empty and stays so: a client may
 * delete its last SA first and negotiate the next one then.  Nor does the end of
 * an ISAKMP SA end what was negotiated under it (RFC 2409 section 5.5 keeps both
 * apart): the client's next Main Mode joins.
 *
 * Whose Main Mode it is shows in its fifth message (of Aggressive Mode: third).  Until then each is
 * a peer of its own, with peer_new.  If it turns out to rekey an older peer (same
 * identity, same address, and same port where NAT is between), its ISAKMP SA moves
 * there: peer_gone for the fresh one ("joined #N as its rekeyed phase 1"; it never
 * was up and has no children), then peer_up for the older one.
 */
#ifndef L2TPSEC_IKE_IKE_H
#define L2TPSEC_IKE_IKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "core/addr.h"
#include "core/log.h"
#include "plane/plane.h"

struct ike;
struct worker_pool;

/**
 * struct ike_path - where a datagram came from or goes to
 * @local: our endpoint
 * @remote: the peer's
 * @natt: on port 4500, behind a non-ESP marker (which the engine never sees)
 */
struct ike_path {
	struct endpoint local;
	struct endpoint remote;
	bool natt;
};

/**
 * struct ike_peer - a client, as others may see it; allocated by the engine inside its own structure
 * @path: where its last authenticated message came from
 * @identity: its phase 1 identity as text, "" until authenticated
 * @vendor: what its vendor IDs say it is ("Windows 8 or later", "strongSwan", ...), "" if nothing
 * @suite: phase 1 suite as text, e.g. "aes256-sha1-modp2048"
 * @legacy: something in it is weak
 * @behind_nat: the peer is behind NAT
 * @user: the surroundings' own, set by ike_ops.peer_new
 */
struct ike_peer {
	struct ike_path path;
	char identity[128];
	char vendor[64];
	char suite[64];
	bool legacy;
	bool behind_nat;
	void *user;
};

/**
 * struct ike_child - an SA pair, as others may see it
 * @peer: whose
 * @sa: ready to be installed; its keys are wiped when ike_ops.child_new has returned
 * @suite: phase 2 suite as text, e.g. "aes256gcm16"
 * @legacy: something in it is weak
 * @successor: @sa.lineage was there before
 * @lifetime: seconds, as negotiated
 */
struct ike_child {
	struct ike_peer *peer;
	struct plane_sa sa;
	char suite[64];
	bool legacy;
	bool successor;
	uint32_t lifetime;
};

/**
 * struct ike_ops - what the engine asks of its surroundings
 * @send: send one message; @msg is borrowed; add the non-ESP marker when @path->natt
 * @peer_new: a phase 1 exchange begins; sets peer->user; returns its story, which lives until
 *	peer_gone, or NULL to refuse (no answer goes out then)
 * @peer_up: phase 1 is authenticated (called again after a phase 1 rekey)
 * @peer_gone: the peer is about to be freed, its children are gone already; @reason is one phrase
 * @child_new: install the SA; 0, or a negative errno to refuse (NO-PROPOSAL-CHOSEN goes out then)
 * @child_active: Quick Mode message 3 came: make it the outbound SA
 * @child_gone: remove the SA; called before the peer hears of it, so last words still arrive; the child
 *	is freed afterwards; @reason is one phrase
 * @lineage_gone: this lineage has no SA and gets none any more; when we end its last SA ourselves this
 *	comes just before that one's child_gone, so last words still arrive; @reason is one phrase
 *
 * Each may call any function of the engine, ike_free() excepted.
 */
struct ike_ops {
	void (*send)(void *ctx, const struct ike_path *path, const uint8_t *msg, size_t len);
	struct story *(*peer_new)(void *ctx, struct ike_peer *peer);
	void (*peer_up)(void *ctx, struct ike_peer *peer);
	void (*peer_gone)(void *ctx, struct ike_peer *peer, const char *reason);
	int (*child_new)(void *ctx, struct ike_child *child);
	void (*child_active)(void *ctx, struct ike_child *child);
	void (*child_gone)(void *ctx, struct ike_child *child, const char *reason);
	void (*lineage_gone)(void *ctx, uint32_t lineage, const char *reason);
};

struct ike *ike_new(const struct conf_ike *conf, const struct ike_ops *ops, void *ctx,
		    struct worker_pool *workers);
void ike_free(struct ike *ike);
void ike_reload(struct ike *ike, const struct conf_ike *conf);
void ike_receive(struct ike *ike, const struct ike_path *path, const uint8_t *msg, size_t len);
void ike_peer_close(struct ike *ike, struct ike_peer *peer, const char *reason);
void ike_peer_alive(struct ike *ike, struct ike_peer *peer);
bool ike_lineage_anew(struct ike *ike, struct ike_peer *peer, uint32_t lineage);
void ike_child_close(struct ike *ike, uint32_t spi_in, const char *reason);
const char *ike_child_icv(struct ike *ike, uint32_t spi_in, unsigned int icv_len);
void ike_child_endpoint(struct ike *ike, uint32_t spi_in, const struct endpoint *remote);

#endif
