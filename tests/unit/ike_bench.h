/* SPDX-License-Identifier: MIT */
/* The IKE engine on a bench: keeps what it sends, reports and logs. */
#ifndef L2TPSEC_TESTS_UNIT_IKE_BENCH_H
#define L2TPSEC_TESTS_UNIT_IKE_BENCH_H

#include "ike/ike.h"
#include "ike_initiator.h"

#define IKE_BENCH_MAX	256

/**
 * struct ike_bench_message - a message that the engine sent
 * @path: where to
 * @data: bytes
 * @len: how many
 */
struct ike_bench_message {
	struct ike_path path;
	uint8_t data[INITIATOR_MESSAGE_MAX];
	size_t len;
};

/**
 * struct ike_bench_child - a child that the engine reported
 * @sa: with its keys
 * @handle: the engine's own
 * @successor: as reported
 * @lifetime: as reported
 * @suite: as reported
 * @active: ike_ops.child_active was called
 * @gone: ike_ops.child_gone was called, with this reason
 */
struct ike_bench_child {
	struct plane_sa sa;
	struct ike_child *handle;
	bool successor;
	uint32_t lifetime;
	char suite[64];
	bool active;
	char gone[128];
};

/**
 * struct ike_bench_peer - a peer that the engine reported
 * @handle: the engine's own
 * @story: its story
 * @ups: calls of ike_ops.peer_up
 * @gone: ike_ops.peer_gone was called, with this reason
 * @identity: when it came up
 * @vendor: when it came up
 */
struct ike_bench_peer {
	struct ike_peer *handle;
	struct story story;
	unsigned int ups;
	char gone[128];
	char identity[128];
	char vendor[64];
};

/**
 * struct ike_bench - everything
 * @conf: configuration; one PSK "secret" for every address
 * @psks: storage for it
 * @ike: engine
 * @sent: messages not taken yet
 * @sent_len: how many
 * @children: all that ever were
 * @children_len: how many
 * @peers: all that ever were
 * @peers_len: how many
 * @lineages: reasons of ike_ops.lineage_gone, by lineage; "" while it has not come
 * @refuse_children: answer of ike_ops.child_new
 * @close_at_gone: call ike_peer_close() from ike_ops.child_gone
 * @log: all log lines, each ended by a newline
 */
struct ike_bench {
	struct conf_ike conf;
	struct conf_psk psks[4];
	struct ike *ike;
	struct ike_bench_message sent[IKE_BENCH_MAX];
	size_t sent_len;
	struct ike_bench_child children[IKE_BENCH_MAX];
	size_t children_len;
	struct ike_bench_peer peers[IKE_BENCH_MAX];
	size_t peers_len;
	char lineages[IKE_BENCH_MAX][64];
	int refuse_children;
	bool close_at_gone;
	char log[65536];
};

struct worker_pool;

struct ike_bench *ike_bench_new(struct worker_pool *workers);
void ike_bench_free(struct ike_bench *b);
void ike_bench_add_psk(struct ike_bench *b, const char *name, const char *secret, const char *peers);
void ike_bench_receive(struct ike_bench *b, const struct ike_path *path, const uint8_t *msg, size_t len);
bool ike_bench_take(struct ike_bench *b, struct ike_bench_message *m);
size_t ike_bench_log_count(const struct ike_bench *b, const char *text);
bool ike_bench_aggressive(struct ike_bench *b, struct initiator *i);
bool ike_bench_phase1(struct ike_bench *b, struct initiator *i);
struct ike_bench_child *ike_bench_phase2(struct ike_bench *b, struct initiator *i, struct initiator_quick *q);

#endif
