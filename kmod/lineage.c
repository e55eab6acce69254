// SPDX-License-Identifier: GPL-2.0
/* Lineages: which of several SAs with one peer sends, and what outlives each of them. */
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include "device.h"
#include "event.h"
#include "lineage.h"
#include "sa.h"

const struct rhashtable_params l2s_lineage_table_params = {
	.key_len = sizeof_field(struct l2s_lineage, id),
	.key_offset = offsetof(struct l2s_lineage, id),
	.head_offset = offsetof(struct l2s_lineage, table_node),
	.automatic_shrinking = true,
};

/**
 * l2s_lineage_find - look up a lineage
 * @device: where
 * @id: its number
 *
 * Context: RCU read side, or device's lock held.
 * Return: valid for as long; NULL: there is none.
 */
struct l2s_lineage *l2s_lineage_find(struct l2s_device *device, u32 id)
{
	return rhashtable_lookup_fast(&device->lineage_table, &id, l2s_lineage_table_params);
}

static struct l2s_lineage *lineage_create(struct l2s_device *device, u32 id)
{
	struct l2s_lineage *lineage = kzalloc(sizeof(*lineage), GFP_KERNEL);
	int err;

	if (!lineage)
		return ERR_PTR(-ENOMEM);
	lineage->device = device;
	lineage->id = id;
	spin_lock_init(&lineage->lock);
	INIT_LIST_HEAD(&lineage->sas);
	INIT_LIST_HEAD(&lineage->tunnels);
	refcount_set(&lineage->refs, 1);
	err = rhashtable_insert_fast(&device->lineage_table, &lineage->table_node,
				     l2s_lineage_table_params);
	if (err) {
		kfree(lineage);
		return ERR_PTR(err);
	}
	return lineage;
}

/**
 * l2s_lineage_get - find a lineage or start it
 * @device: its lock is held
 * @id: its number
 *
 * Context: process.
 * Return: with a reference for the caller, to be passed to the SA; or an error pointer.
 */
struct l2s_lineage *l2s_lineage_get(struct l2s_device *device, u32 id)
{
	struct l2s_lineage *lineage = l2s_lineage_find(device, id);

	lockdep_assert_held(&device->lock);
	if (!lineage)
		return lineage_create(device, id);
	l2s_lineage_hold(lineage);
	return lineage;
}

/**
 * l2s_lineage_hold - take one more reference
 * @lineage: the caller has one, or the device's lock and found it
 */
void l2s_lineage_hold(struct l2s_lineage *lineage)
{
	refcount_inc(&lineage->refs);
}

/**
 * l2s_lineage_put - give a reference back
 * @lineage: may be freed afterwards, after a grace period
 *
 * Context: any.
 */
void l2s_lineage_put(struct l2s_lineage *lineage)
{
	if (refcount_dec_and_test(&lineage->refs))
		kfree_rcu(lineage, rcu);
}

/**
 * l2s_lineage_settle - take a lineage that carries nothing any more out of the table
 * @lineage: the device's lock is held; the caller has a reference
 */
void l2s_lineage_settle(struct l2s_lineage *lineage)
{
	struct l2s_device *device = lineage->device;

	lockdep_assert_held(&device->lock);
	if (list_empty(&lineage->sas) && list_empty(&lineage->tunnels))
		rhashtable_remove_fast(&device->lineage_table, &lineage->table_node,
				       l2s_lineage_table_params);
}

static bool newer(const struct l2s_sa *a, const struct l2s_sa *b)
{
	return (s32)(a->generation - b->generation) > 0;
}

/**
 * l2s_lineage_add_sa - a new SA: it sends only if it is the first
 * @lineage: the device's lock is held
 * @sa: being registered
 *
 * Context: process.
 */
void l2s_lineage_add_sa(struct l2s_lineage *lineage, struct l2s_sa *sa)
{
	sa->generation = ++lineage->generation;
	list_add_tail(&sa->lineage_node, &lineage->sas);
	spin_lock_bh(&lineage->lock);
	if (!rcu_access_pointer(lineage->outbound))
		rcu_assign_pointer(lineage->outbound, sa);
	spin_unlock_bh(&lineage->lock);
}

/**
 * l2s_lineage_remove_sa - an SA goes; if it was the one that sends, the newest left takes over
 * @lineage: the device's lock is held
 * @sa: being unlinked; its own reference to the lineage stays until it is freed
 *
 * Context: process.
 */
void l2s_lineage_remove_sa(struct l2s_lineage *lineage, struct l2s_sa *sa)
{
	struct l2s_sa *heir;

	list_del(&sa->lineage_node);
	heir = list_empty(&lineage->sas) ? NULL :
	       list_last_entry(&lineage->sas, struct l2s_sa, lineage_node);
	spin_lock_bh(&lineage->lock);
	sa->dead = true;
	if (rcu_access_pointer(lineage->outbound) == sa)
		rcu_assign_pointer(lineage->outbound, heir);
	spin_unlock_bh(&lineage->lock);
	l2s_lineage_settle(lineage);
}

/**
 * l2s_lineage_hold_outbound - the SA to send a packet through
 * @lineage: whose
 *
 * An SA that cannot be held has just been unlinked, and its heir named before that
 * (see sa_unlink()): a second look finds that one, or nothing.
 *
 * Context: BH off, RCU read side.
 * Return: held, to be given back by l2s_sa_put(); NULL: there is none.
 */
struct l2s_sa *l2s_lineage_hold_outbound(struct l2s_lineage *lineage)
{
	struct l2s_sa *sa = rcu_dereference(lineage->outbound);

	while (unlikely(sa && !l2s_sa_hold(sa))) {
		smp_rmb();	/* pairs with the lock in percpu_ref_kill() */
		sa = rcu_dereference(lineage->outbound);
	}
	return sa;
}

/**
 * l2s_lineage_activate - make an SA the one that sends, as the owner says
 * @lineage: the device's lock is held
 * @sa: of this lineage, linked
 *
 * Context: process.
 */
void l2s_lineage_activate(struct l2s_lineage *lineage, struct l2s_sa *sa)
{
	spin_lock_bh(&lineage->lock);
	rcu_assign_pointer(lineage->outbound, sa);
	spin_unlock_bh(&lineage->lock);
}

/**
 * l2s_lineage_promote - make an SA the one that sends, because its peer uses it
 * @lineage: the SA's
 * @sa: that has just authenticated a packet; a reference is held
 *
 * Only if it is newer than the one that sends now: late packets of a
 * predecessor change nothing.
 *
 * Context: BH off, RCU read side.
 */
void l2s_lineage_promote(struct l2s_lineage *lineage, struct l2s_sa *sa)
{
	struct l2s_sa *current_sa;
	bool promoted = false;

	spin_lock(&lineage->lock);
	current_sa = rcu_dereference_protected(lineage->outbound,
					       lockdep_is_held(&lineage->lock));
	if (!sa->dead && (!current_sa || newer(sa, current_sa))) {
		rcu_assign_pointer(lineage->outbound, sa);
		promoted = true;
	}
	spin_unlock(&lineage->lock);
	if (promoted)
		l2s_event_sa(sa, L2TPSEC_EVENT_SA_ACTIVE);
}
