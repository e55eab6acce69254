/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_LINEAGE_H
#define _L2S_LINEAGE_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

struct l2s_device;
struct l2s_sa;

/**
 * struct l2s_lineage - an SA and its rekeyed successors, and the tunnels they carry
 * @device: where								[I]
 * @id: number, chosen by the owner						[I]
 * @table_node: in the device's lineage_table					[R, d]
 * @lock: for @outbound
 * @outbound: the SA that sends; NULL = none					[R, l]
 * @sas: the newest last							[d]
 * @tunnels: few								[R, d]
 * @generation: of the newest SA						[d]
 * @refs: SAs until they are freed, tunnels until they are, and whoever is about
 *	to add one
 * @rcu: frees it
 *
 * It is in the table while it has an SA or a tunnel.
 */
struct l2s_lineage {
	struct l2s_device *device;
	u32 id;
	struct rhash_head table_node;
	spinlock_t lock;	/* see above: [l] */
	struct l2s_sa __rcu *outbound;
	struct list_head sas;
	struct list_head tunnels;
	u32 generation;
	refcount_t refs;
	struct rcu_head rcu;
};

extern const struct rhashtable_params l2s_lineage_table_params;

struct l2s_lineage *l2s_lineage_find(struct l2s_device *device, u32 id);
struct l2s_lineage *l2s_lineage_get(struct l2s_device *device, u32 id);
void l2s_lineage_hold(struct l2s_lineage *lineage);
void l2s_lineage_put(struct l2s_lineage *lineage);
void l2s_lineage_settle(struct l2s_lineage *lineage);
void l2s_lineage_add_sa(struct l2s_lineage *lineage, struct l2s_sa *sa);
void l2s_lineage_remove_sa(struct l2s_lineage *lineage, struct l2s_sa *sa);
struct l2s_sa *l2s_lineage_hold_outbound(struct l2s_lineage *lineage);
void l2s_lineage_activate(struct l2s_lineage *lineage, struct l2s_sa *sa);
void l2s_lineage_promote(struct l2s_lineage *lineage, struct l2s_sa *sa);

#endif /* _L2S_LINEAGE_H */
