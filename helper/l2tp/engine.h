/* SPDX-License-Identifier: MIT */
/* What the files of the L2TP engine share. */
#ifndef L2TPSEC_L2TP_ENGINE_H
#define L2TPSEC_L2TP_ENGINE_H

#include <sys/queue.h>
#include <uthash.h>

#include "core/clock.h"
#include "l2tp/l2tp.h"

struct session;
struct tunnel;

/**
 * struct l2tp_lineage - the tunnels of one lineage; exists while there is one
 * @id: the lineage
 * @tunnels: they, newest first, closed ones that still acknowledge included
 * @hh: in struct l2tp
 */
struct l2tp_lineage {
	uint32_t id;
	LIST_HEAD(, tunnel) tunnels;
	UT_hash_handle hh;
};

/**
 * struct l2tp - the engine
 * @conf: a copy
 * @ops: the surroundings'
 * @ctx: for @ops
 * @lineages: every lineage that has tunnels
 * @dead_tunnels: to be freed by @reaper
 * @dead_sessions: to be freed by @reaper
 * @reaper: frees what is dead from the loop, where nobody can be using it
 * @garbage: limits lines about messages that belong to nothing
 */
struct l2tp {
	struct conf_l2tp conf;
	const struct l2tp_ops *ops;
	void *ctx;
	struct l2tp_lineage *lineages;
	LIST_HEAD(, tunnel) dead_tunnels;
	LIST_HEAD(, session) dead_sessions;
	struct timer reaper;
	struct log_limit garbage;
};

void l2tp_bury_tunnel(struct tunnel *t);
void l2tp_bury_session(struct l2tp *l2tp, struct session *s);

#endif
