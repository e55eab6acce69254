// SPDX-License-Identifier: GPL-2.0
/* L2TP sessions: creation, inner addresses, lookup, end. */
#include <linux/jhash.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/udp.h>
#include <net/ipv6.h>
#include "device.h"
#include "l2tp.h"
#include "ppp.h"
#include "session.h"
#include "tunnel.h"

static __always_inline u32 key_hash(const void *data, u32 len, u32 seed)
{
	const struct l2s_inner_key *key = data;

	if (key->len == 32)
		return jhash_1word((__force u32)key->addr.s6_addr32[0], seed);
	return jhash(key, sizeof(*key), seed);
}

static u32 inner_hash(const void *data, u32 len, u32 seed)
{
	const struct l2s_inner *inner = data;

	return key_hash(&inner->key, len, seed);
}

static __always_inline int inner_differs(struct rhashtable_compare_arg *arg, const void *object)
{
	const struct l2s_inner *inner = object;
	const struct l2s_inner_key *key = arg->key;

	return inner->key.len != key->len || !ipv6_addr_equal(&inner->key.addr, &key->addr);
}

const struct rhashtable_params l2s_session_table_params = {
	.hashfn = key_hash,
	.obj_hashfn = inner_hash,
	.obj_cmpfn = inner_differs,
	.key_len = sizeof_field(struct l2s_inner, key),
	.key_offset = offsetof(struct l2s_inner, key),
	.head_offset = offsetof(struct l2s_inner, table_node),
	.automatic_shrinking = true,
};

static __always_inline struct l2s_inner *inner_find(struct l2s_device *device,
						    const struct l2s_inner_key *key)
{
	return rhashtable_lookup_fast(&device->address_table, key, l2s_session_table_params);
}

/**
 * l2s_session_by_addr4 - the session that an inner IPv4 address belongs to
 * @device: where
 * @addr: network order
 *
 * Context: RCU read side.
 * Return: valid for as long; NULL: there is none.
 */
struct l2s_session *l2s_session_by_addr4(struct l2s_device *device, __be32 addr)
{
	struct l2s_inner_key key = { .len = 32, .addr.s6_addr32[0] = addr };
	struct l2s_inner *inner = inner_find(device, &key);

	return inner ? inner->session : NULL;
}

/**
 * l2s_session_by_addr6 - the session that an inner IPv6 address belongs to
 * @device: where
 * @addr: network order
 *
 * The whole address first, link-local ones too; then its /64.
 *
 * Context: RCU read side.
 * Return: valid for as long; NULL: there is none.
 */
struct l2s_session *l2s_session_by_addr6(struct l2s_device *device, const struct in6_addr *addr)
{
	struct l2s_inner_key key = { .len = 128, .addr = *addr };
	struct l2s_inner *inner = inner_find(device, &key);

	if (!inner && !(ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL)) {
		key.len = 64;
		memset(&key.addr.s6_addr[8], 0, 8);
		inner = inner_find(device, &key);
	}
	return inner ? inner->session : NULL;
}

/**
 * l2s_session_find - look up a session of a tunnel
 * @tunnel: in which
 * @id: ours
 *
 * Context: RCU read side, or device's lock held.
 * Return: valid for as long; NULL: there is none.
 */
struct l2s_session *l2s_session_find(struct l2s_tunnel *tunnel, u16 id)
{
	struct l2s_session *newest;

	newest = rcu_dereference_check(tunnel->newest,
				       lockdep_is_held(&tunnel->device->lock));
	if (likely(newest && newest->id == id))
		return newest;
	return xa_load(&tunnel->sessions, id);
}

/**
 * l2s_session_lookup - look up a session by its full name
 * @device: where
 * @lineage: number
 * @tunnel_id: ours
 * @id: ours
 * @extack: has a sentence if it is not found
 *
 * Context: RCU read side, or device's lock held.
 * Return: valid for as long; NULL: there is none.
 */
struct l2s_session *l2s_session_lookup(struct l2s_device *device, u32 lineage, u16 tunnel_id,
				       u16 id, struct netlink_ext_ack *extack)
{
	struct l2s_tunnel *tunnel = l2s_tunnel_lookup(device, lineage, tunnel_id, extack);
	struct l2s_session *session;

	if (!tunnel)
		return NULL;
	session = l2s_session_find(tunnel, id);
	if (!session)
		NL_SET_ERR_MSG(extack, "the tunnel has no session with this id");
	return session;
}

static struct l2s_session *session_create(const struct l2s_session_config *config)
{
	struct l2s_session *session = kzalloc(sizeof(*session), GFP_KERNEL);

	if (!session)
		return NULL;
	if (l2s_stats_init(&session->stats)) {
		kfree(session);
		return NULL;
	}
	session->id = config->id;
	session->peer_id = config->peer_id;
	session->length_bit = config->length_bit;
	session->sequencing = config->sequencing;
	session->mtu = L2S_INNER_MAX;
	spin_lock_init(&session->lock);
	return session;
}

static void session_destroy(struct l2s_session *session)
{
	kfree(rcu_dereference_protected(session->head, true));
	l2s_stats_destroy(&session->stats);
	kfree(session);
}

static void session_free(struct rcu_head *rcu)
{
	session_destroy(container_of(rcu, struct l2s_session, rcu));
}

static int session_link(struct l2s_session *session, struct l2s_tunnel *tunnel,
			struct netlink_ext_ack *extack)
{
	struct l2s_device *device = tunnel->device;
	int err;

	session->tunnel = tunnel;
	err = xa_insert(&tunnel->sessions, session->id, session, GFP_KERNEL);
	if (err == -EBUSY) {
		NL_SET_ERR_MSG(extack, "the tunnel has a session with this id");
		return -EEXIST;
	}
	if (err)
		return err;
	rcu_assign_pointer(tunnel->newest, session);
	list_add_tail(&session->device_node, &device->sessions);
	device->n_sessions++;
	device->generation++;
	return 0;
}

/**
 * l2s_session_new - create a session that carries PPP control frames only
 * @device: its lock is not held
 * @config: borrowed
 * @extack: has a sentence after an error
 *
 * Context: process.
 * Return: 0, -ENOENT, -EEXIST or -ENOMEM.
 */
int l2s_session_new(struct l2s_device *device, const struct l2s_session_config *config,
		    struct netlink_ext_ack *extack)
{
	struct l2s_session *session = session_create(config);
	struct l2s_tunnel *tunnel;
	int err = -ENOENT;

	if (!session)
		return -ENOMEM;
	mutex_lock(&device->lock);
	tunnel = l2s_tunnel_lookup(device, config->lineage, config->tunnel_id, extack);
	if (tunnel)
		err = session_link(session, tunnel, extack);
	mutex_unlock(&device->lock);
	if (err)
		session_destroy(session);
	return err;
}

static struct l2s_inner *inner_locked(struct l2s_session *session, enum l2s_inner_kind kind)
{
	return rcu_dereference_protected(session->inner[kind],
					 lockdep_is_held(&session->tunnel->device->lock));
}

/* Out of the table; readers under RCU may have it still. */
static void inner_free(struct l2s_inner *inner)
{
	rhashtable_remove_fast(&inner->session->tunnel->device->address_table, &inner->table_node,
			       l2s_session_table_params);
	kfree_rcu(inner, rcu);
}

static void inner_replace(struct l2s_session *session, enum l2s_inner_kind kind,
			  struct l2s_inner *new)
{
	struct l2s_inner *old = inner_locked(session, kind);

	rcu_assign_pointer(session->inner[kind], new);
	if (old)
		inner_free(old);
}

static struct l2s_inner *inner_create(struct l2s_session *session,
				      const struct l2s_inner_key *key,
				      struct netlink_ext_ack *extack)
{
	struct l2s_inner *inner = kzalloc(sizeof(*inner), GFP_KERNEL);
	int err;

	if (!inner)
		return ERR_PTR(-ENOMEM);
	inner->key = *key;
	inner->session = session;
	err = rhashtable_lookup_insert_key(&session->tunnel->device->address_table, &inner->key,
					   &inner->table_node, l2s_session_table_params);
	if (err) {
		kfree(inner);
		NL_SET_ERR_MSG(extack, "the address cannot be entered in the table");
		return ERR_PTR(err);
	}
	return inner;
}

/* Refuse before anything is changed. */
static int check_addresses(struct l2s_session *session, const struct l2s_session_params *params,
			   struct netlink_ext_ack *extack)
{
	struct l2s_inner *inner;
	int kind;

	for (kind = 0; kind < L2S_INNER_KINDS; kind++) {
		if (!params->has[kind])
			continue;
		inner = inner_find(session->tunnel->device, &params->inner[kind]);
		if (inner && inner->session != session) {
			NL_SET_ERR_MSG(extack, "another session has this inner address");
			return -EADDRINUSE;
		}
	}
	return 0;
}

static bool stays(struct l2s_session *session, const struct l2s_session_params *params, int kind)
{
	struct l2s_inner *inner = inner_locked(session, kind);

	if (!inner || !params->has[kind])
		return !inner && !params->has[kind];
	return !memcmp(&inner->key, &params->inner[kind], sizeof(inner->key));
}

/* All or nothing: the new addresses lead to the session before the old ones go. */
static int set_addresses(struct l2s_session *session, const struct l2s_session_params *params,
			 struct netlink_ext_ack *extack)
{
	struct l2s_inner *new[L2S_INNER_KINDS] = {};
	int kind, err;

	for (kind = 0; kind < L2S_INNER_KINDS; kind++) {
		if (!params->has[kind] || stays(session, params, kind))
			continue;
		new[kind] = inner_create(session, &params->inner[kind], extack);
		if (IS_ERR(new[kind])) {
			err = PTR_ERR(new[kind]);
			goto free_new;
		}
	}
	for (kind = 0; kind < L2S_INNER_KINDS; kind++)
		if (!stays(session, params, kind))
			inner_replace(session, kind, new[kind]);
	return 0;

free_new:
	while (kind--)
		if (new[kind])
			inner_free(new[kind]);
	return err;
}

/* IPv4 and IPv6 have protocol numbers of one length. */
static unsigned int header_len(const struct l2s_session *session,
			       const struct l2s_session_params *params)
{
	return sizeof(struct udphdr) +
	       l2s_l2tp_header_len(session->length_bit, session->sequencing) +
	       l2s_ppp_header_len(L2S_PPP_IP, params->tx_acfc, params->tx_pfc);
}

/*
 * Write all that is the same in each packet.  It ends where the buffer ends, so that
 * copying all of the buffer, a constant, is right for any length.
 */
static void head_fill(struct l2s_head *head, const struct l2s_session *session,
		      const struct l2s_session_params *params)
{
	const struct l2s_tunnel *tunnel = session->tunnel;
	u8 *p = head->bytes + sizeof(head->bytes) - head->len;
	struct udphdr udp = {
		.source = htons(L2S_L2TP_PORT),
		.dest = htons(tunnel->peer_port),
	};

	memcpy(p, &udp, sizeof(udp));
	p += sizeof(udp);
	l2s_l2tp_build(p, session->length_bit, session->sequencing, tunnel->peer_id,
		       session->peer_id, 0, 0, 0);
	p += l2s_l2tp_header_len(session->length_bit, session->sequencing);
	l2s_ppp_build(p, L2S_PPP_IP, params->tx_acfc, params->tx_pfc);
}

static struct l2s_head *head_create(const struct l2s_session *session,
				    const struct l2s_session_params *params)
{
	struct l2s_head *head = kzalloc(sizeof(*head), GFP_KERNEL);

	if (!head)
		return NULL;
	head->len = header_len(session, params);
	head_fill(head, session, params);
	return head;
}

static void set_head(struct l2s_session *session, struct l2s_head *head)
{
	struct l2s_head *old = rcu_replace_pointer(session->head, head,
						   lockdep_is_held(&session->tunnel->device->lock));

	WRITE_ONCE(session->headers, head->len);
	kfree_rcu(old, rcu);
}

/* What can fail comes first. */
static int session_set(struct l2s_session *session, const struct l2s_session_params *params,
		       struct netlink_ext_ack *extack)
{
	struct l2s_head *head;
	int err = check_addresses(session, params, extack);

	if (err)
		return err;
	head = head_create(session, params);
	if (!head)
		return -ENOMEM;
	err = set_addresses(session, params, extack);
	if (err) {
		kfree(head);
		return err;
	}
	WRITE_ONCE(session->mtu, params->mtu);
	WRITE_ONCE(session->tx_acfc, params->tx_acfc);
	WRITE_ONCE(session->tx_pfc, params->tx_pfc);
	WRITE_ONCE(session->clamp_mss, params->clamp_mss);
	set_head(session, head);
	/* Pairs with the acquire in rx.c and tx.c: who sees it open sees all this. */
	smp_store_release(&session->open, true);
	return 0;
}

/**
 * l2s_session_set - take over what PPP has negotiated, and let IP pass
 * @device: its lock is not held
 * @lineage: number
 * @tunnel_id: ours
 * @id: ours
 * @params: complete; replaces what was set before
 * @extack: has a sentence after an error
 *
 * Context: process.
 * Return: 0; -ENOENT, -EADDRINUSE or -ENOMEM: the session is as it was.
 */
int l2s_session_set(struct l2s_device *device, u32 lineage, u16 tunnel_id, u16 id,
		    const struct l2s_session_params *params, struct netlink_ext_ack *extack)
{
	struct l2s_session *session;
	int err = -ENOENT;

	mutex_lock(&device->lock);
	session = l2s_session_lookup(device, lineage, tunnel_id, id, extack);
	if (session)
		err = session_set(session, params, extack);
	mutex_unlock(&device->lock);
	return err;
}

/*
 * Device's lock held.  The session is reached through its tunnel and through its
 * inner addresses, both under RCU; when the grace period is over
 * nobody has it, for no packet keeps a session while it is inside the crypto API.
 */
static void session_unlink(struct l2s_session *session)
{
	struct l2s_device *device = session->tunnel->device;
	int kind;

	if (rcu_access_pointer(session->tunnel->newest) == session)
		RCU_INIT_POINTER(session->tunnel->newest, NULL);
	xa_erase(&session->tunnel->sessions, session->id);
	/* Pairs with source_fault() in rx.c: who misses an address misses the session, too. */
	smp_wmb();
	for (kind = 0; kind < L2S_INNER_KINDS; kind++)
		inner_replace(session, kind, NULL);
	list_del(&session->device_node);
	device->n_sessions--;
	device->generation++;
	call_rcu(&session->rcu, session_free);
}

/**
 * l2s_session_delete - remove a session
 * @device: its lock is not held
 * @lineage: number
 * @tunnel_id: ours
 * @id: ours
 * @extack: has a sentence after an error
 *
 * Context: process.
 * Return: 0 or -ENOENT.
 */
int l2s_session_delete(struct l2s_device *device, u32 lineage, u16 tunnel_id, u16 id,
		       struct netlink_ext_ack *extack)
{
	struct l2s_session *session;

	mutex_lock(&device->lock);
	session = l2s_session_lookup(device, lineage, tunnel_id, id, extack);
	if (session)
		session_unlink(session);
	mutex_unlock(&device->lock);
	return session ? 0 : -ENOENT;
}

/**
 * l2s_session_flush - remove all sessions of a tunnel
 * @tunnel: the device's lock is held
 *
 * Context: process.
 */
void l2s_session_flush(struct l2s_tunnel *tunnel)
{
	struct l2s_session *session;
	unsigned long id;

	xa_for_each(&tunnel->sessions, id, session)
		session_unlink(session);
}

/**
 * l2s_session_push_l2tp - write the L2TP header of a packet, numbered if that was negotiated
 * @session: which
 * @p: room for it
 * @payload_len: bytes that follow
 *
 * Context: BH off, RCU read side.
 */
void l2s_session_push_l2tp(struct l2s_session *session, u8 *p, unsigned int payload_len)
{
	u16 ns = 0, nr = 0;

	if (session->sequencing) {
		ns = atomic_fetch_inc(&session->ns);
		nr = READ_ONCE(session->nr);
	}
	l2s_l2tp_build(p, session->length_bit, session->sequencing, session->tunnel->peer_id,
		       session->peer_id, ns, nr, payload_len);
}

/**
 * l2s_session_in_order - check a received Ns and remember it, RFC 2661 5.4
 * @session: that received it
 * @ns: of the data message
 *
 * Gaps are accepted: a lost message is not waited for.
 *
 * Context: BH off.
 * Return: false: the number was seen or passed by.
 */
bool l2s_session_in_order(struct l2s_session *session, u16 ns)
{
	bool in_order;

	spin_lock(&session->lock);
	in_order = l2s_l2tp_seq_newer(ns, session->nr);
	if (in_order)
		WRITE_ONCE(session->nr, ns + 1);
	spin_unlock(&session->lock);
	return in_order;
}
