/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_SESSION_H
#define _L2S_SESSION_H

#include <linux/in6.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include "stats.h"
#include "wire.h"

struct l2s_device;
struct l2s_tunnel;
struct netlink_ext_ack;
struct sk_buff;

/**
 * enum l2s_inner_kind - how an inner address belongs to a session
 * @L2S_INNER_ADDR4: IPv4 address
 * @L2S_INNER_ADDR6: IPv6 address or /64 prefix
 * @L2S_INNER_IFID6: link-local IPv6 address, by its interface identifier
 * @L2S_INNER_KINDS: how many kinds
 */
enum l2s_inner_kind {
	L2S_INNER_ADDR4,
	L2S_INNER_ADDR6,
	L2S_INNER_IFID6,
	L2S_INNER_KINDS,
};

/**
 * struct l2s_inner_key - an inner address as it is looked up
 * @len: bits that count: 32, 64 or 128; the interface identifier of a
 *	link-local address is looked up as the whole address, 128
 * @addr: network order; bits that do not count and bytes that are not used are zero
 */
struct l2s_inner_key {
	u32 len;
	struct in6_addr addr;
};

/**
 * struct l2s_inner - an inner address of a session; constant, replaced as a whole
 * @key: the address
 * @session: whose
 * @table_node: in the device's address_table
 * @rcu: frees it
 */
struct l2s_inner {
	struct l2s_inner_key key;
	struct l2s_session *session;
	struct rhash_head table_node;
	struct rcu_head rcu;
};

/**
 * struct l2s_session_config - what the owner says of a new session
 * @lineage: number
 * @tunnel_id: ours
 * @id: ours
 * @peer_id: the peer's
 * @length_bit: send the Length field
 * @sequencing: send Ns and Nr
 */
struct l2s_session_config {
	u32 lineage;
	u16 tunnel_id;
	u16 id;
	u16 peer_id;
	bool length_bit;
	bool sequencing;
};

/**
 * struct l2s_session_params - what PPP has negotiated
 * @tx_acfc: send PPP without address and control fields
 * @tx_pfc: send one-byte PPP protocol fields
 * @mtu: largest inner packet that the peer takes
 * @clamp_mss: lower the MSS of TCP SYNs
 * @has: which of @inner are given
 * @inner: addresses of the peer
 */
struct l2s_session_params {
	bool tx_acfc;
	bool tx_pfc;
	u32 mtu;
	bool clamp_mss;
	bool has[L2S_INNER_KINDS];
	struct l2s_inner_key inner[L2S_INNER_KINDS];
};

/**
 * struct l2s_head - what goes in front of an inner packet inside ESP; constant, replaced as a whole
 * @len: bytes
 * @bytes: UDP, L2TP and PPP header, ending with @bytes; their lengths, Ns, Nr and the
 *	last byte, by which the protocols of IPv4 and IPv6 differ, are to be filled in
 * @rcu: frees it
 */
struct l2s_head {
	unsigned int len;
	u8 bytes[L2S_INNER_HEADERS];
	struct rcu_head rcu;
};

/**
 * struct l2s_session - an L2TP session with its PPP parameters: one connected user
 * @tunnel: in which								[I]
 * @id: ours									[I]
 * @peer_id: the peer's								[I]
 * @length_bit: send the Length field						[I]
 * @sequencing: send Ns and Nr							[I]
 * @open: IP passes; read without the lock					[d]
 * @tx_acfc: see struct l2s_session_params; read without the lock		[d]
 * @tx_pfc: see there; read without the lock					[d]
 * @mtu: see there; read without the lock					[d]
 * @headers: bytes in front of an inner packet inside ESP; read without the lock [d]
 * @head: these bytes; there as soon as it is open				[R, d]
 * @clamp_mss: see there; read without the lock					[d]
 * @inner: addresses of the peer; NULL where there is none			[R, d]
 * @ns: sequence numbers sent so far
 * @lock: for @nr
 * @nr: the Ns expected next, RFC 2661 5.4					[s]
 * @stats: of inner IP packets							[I]
 * @device_node: in the device's list						[d]
 * @rcu: frees it
 */
struct l2s_session {
	struct l2s_tunnel *tunnel;
	u16 id;
	u16 peer_id;
	bool length_bit;
	bool sequencing;
	bool open;
	bool tx_acfc;
	bool tx_pfc;
	bool clamp_mss;
	u32 mtu;
	u32 headers;
	struct l2s_head __rcu *head;
	struct l2s_inner __rcu *inner[L2S_INNER_KINDS];
	atomic_t ns;
	spinlock_t lock;	/* see above: [s] */
	u16 nr;
	struct l2s_stats stats;
	struct list_head device_node;
	struct rcu_head rcu;
};

extern const struct rhashtable_params l2s_session_table_params;

int l2s_session_new(struct l2s_device *device, const struct l2s_session_config *config,
		    struct netlink_ext_ack *extack);
int l2s_session_set(struct l2s_device *device, u32 lineage, u16 tunnel_id, u16 id,
		    const struct l2s_session_params *params, struct netlink_ext_ack *extack);
int l2s_session_delete(struct l2s_device *device, u32 lineage, u16 tunnel_id, u16 id,
		       struct netlink_ext_ack *extack);
void l2s_session_flush(struct l2s_tunnel *tunnel);
struct l2s_session *l2s_session_find(struct l2s_tunnel *tunnel, u16 id);
struct l2s_session *l2s_session_lookup(struct l2s_device *device, u32 lineage, u16 tunnel_id,
				       u16 id, struct netlink_ext_ack *extack);
struct l2s_session *l2s_session_by_addr4(struct l2s_device *device, __be32 addr);
struct l2s_session *l2s_session_by_addr6(struct l2s_device *device, const struct in6_addr *addr);
void l2s_session_push_l2tp(struct l2s_session *session, u8 *p, unsigned int payload_len);
bool l2s_session_in_order(struct l2s_session *session, u16 ns);

#endif /* _L2S_SESSION_H */
