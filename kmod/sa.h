/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_SA_H
#define _L2S_SA_H

#include <linux/in6.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <net/dst_cache.h>
#include "esp.h"
#include "rawesp.h"
#include "replay.h"
#include "stats.h"

struct l2s_device;
struct l2s_lineage;
struct l2s_socket;
struct netlink_ext_ack;
struct rtable;

/**
 * struct l2s_address - an IP address
 * @family: AF_INET or AF_INET6
 * @v4: network order
 * @v6: network order
 */
struct l2s_address {
	u16 family;
	union {
		__be32 v4;
		struct in6_addr v6;
	};
};

/**
 * struct l2s_route - a route over IPv4; constant, replaced as a whole
 * @rt: a reference is held; packets go without one, under RCU
 * @source: the address to send from
 * @rcu: frees it
 */
struct l2s_route {
	struct rtable *rt;
	__be32 source;
	struct rcu_head rcu;
};

/**
 * struct l2s_endpoint - where the packets of an SA go; addresses and ports are
 *	constant, it is replaced as a whole
 * @local: our address
 * @remote: the peer's address, of the same family
 * @local_port: our UDP port, network order; 0 if raw
 * @remote_port: the peer's UDP port, network order; 0 if raw
 * @route: to @remote, over UDP and IPv4; NULL until it is used		[R]
 * @dst_cache: route to @remote otherwise; written with BH off
 * @probed: jiffies of the last packet with DF; 0 = none, see path.c
 * @rcu: frees it
 */
struct l2s_endpoint {
	struct l2s_address local;
	struct l2s_address remote;
	__be16 local_port;
	__be16 remote_port;
	struct l2s_route __rcu *route;
	struct dst_cache dst_cache;
	unsigned long probed;
	struct rcu_head rcu;
};

/**
 * struct l2s_limits - how much an SA may carry in each direction; 0 = no limit
 * @soft_bytes: event beyond
 * @hard_bytes: nothing beyond
 * @soft_packets: event beyond
 * @hard_packets: nothing beyond
 */
struct l2s_limits {
	u64 soft_bytes;
	u64 hard_bytes;
	u64 soft_packets;
	u64 hard_packets;
};

/**
 * struct l2s_sa_config - what the owner says of a new SA
 * @spi_in: names it, host order
 * @spi_out: host order
 * @lineage: number
 * @encap: enum l2tpsec_encap
 * @cipher: enum l2tpsec_cipher
 * @auth: enum l2tpsec_auth
 * @icv_len: bytes, 0 = the algorithm's own
 * @icv_detect: the peer's packets tell; @icv_len is what we begin with
 * @key_in: borrowed, wiped by the caller
 * @key_out: borrowed, wiped by the caller
 * @esn: 64-bit sequence numbers
 * @replay_window: packets
 * @local: our address
 * @remote: the peer's address
 * @local_port: network order; 0 if raw
 * @remote_port: network order; 0 if raw
 * @keepalive: seconds, 0 = none
 * @limits: see there
 */
struct l2s_sa_config {
	u32 spi_in;
	u32 spi_out;
	u32 lineage;
	u32 encap;
	u32 cipher;
	u32 auth;
	u32 icv_len;
	bool icv_detect;
	struct l2s_esp_key key_in;
	struct l2s_esp_key key_out;
	bool esn;
	u32 replay_window;
	struct l2s_address local;
	struct l2s_address remote;
	__be16 local_port;
	__be16 remote_port;
	u32 keepalive;
	struct l2s_limits limits;
};

/**
 * enum l2s_sa_flag - what happened to an SA, once
 * @L2S_SA_SOFT: the soft limit's event was sent
 * @L2S_SA_HARD: the hard limit's event was sent; it carries nothing more
 * @L2S_SA_EXHAUSTED: the event of the used up sequence numbers was sent
 * @L2S_SA_ICV_OPEN: whether the peer's ICVs are short is not certain
 */
enum l2s_sa_flag {
	L2S_SA_SOFT,
	L2S_SA_HARD,
	L2S_SA_EXHAUSTED,
	L2S_SA_ICV_OPEN,
};

/**
 * struct l2s_sa - a pair of ESP security associations with one peer
 * @device: an interface reference is held					[I]
 * @lineage: a reference is held						[I]
 * @table_node: in the device's sa_table, by the SPI in @in			[R, d]
 * @peer_node: in the device's peer_table, by the SPI in @out			[R, d]
 * @in: what we receive								[I]
 * @out: what we send								[I]
 * @in_short: what we receive if ICVs are short; of use while L2S_SA_ICV_OPEN	[I]
 * @out_short: what we send then							[I]
 * @sending: @out or @out_short; read at any time				[s]
 * @ref: held by every packet inside the crypto API; killed at unlink
 * @flags: enum l2s_sa_flag, atomic bits
 * @lock: for @replay and what we received
 * @replay: inbound window							[s]
 * @rx_packets: authenticated							[s]
 * @rx_bytes: authenticated							[s]
 * @seq: last sequence number sent
 * @tx_bytes: sent; counted only if there is a limit
 * @tx_last: jiffies of the last packet sent
 * @path_len: longest ESP packet that the outer path carries in one piece, as the
 *	last one sent found it; UINT_MAX = none was
 * @path_seen: jiffies of the last time that a packet sent over IPv4 looked
 * @headroom: bytes of all that goes in front of the encrypted text		[I]
 * @endpoint: where to							[R, written under s]
 * @socket: sends and receives; NULL when detached, or if raw		[R, d]
 * @raw: used if raw
 * @stats: of ESP payload							[I]
 * @limits: see there								[I]
 * @limited: any of them is set							[I]
 * @encap: enum l2tpsec_encap							[I]
 * @cipher: enum l2tpsec_cipher							[I]
 * @auth: enum l2tpsec_auth							[I]
 * @keepalive: seconds, 0 = none						[I]
 * @keepalive_timer: fires when nothing may have been sent for so long
 * @generation: of its lineage: a successor has a greater one			[I]
 * @dead: unlinked, never to become outbound					[l]
 * @device_node: in the device's list						[d]
 * @lineage_node: in the lineage's list, the newest last			[d]
 * @free_work: ends it when the last packet has let go
 */
struct l2s_sa {
	struct l2s_device *device;
	struct l2s_lineage *lineage;
	struct rhash_head table_node;
	struct rhlist_head peer_node;
	struct l2s_esp in;
	struct l2s_esp out;
	struct l2s_esp in_short;
	struct l2s_esp out_short;
	struct l2s_esp *sending;
	struct percpu_ref ref;
	unsigned long flags;

	spinlock_t lock;	/* see above: [s] */
	struct l2s_replay replay;
	u64 rx_packets;
	u64 rx_bytes;

	atomic64_t seq ____cacheline_aligned_in_smp;
	atomic64_t tx_bytes;
	unsigned long tx_last;
	unsigned long path_seen;
	unsigned int headroom;

	unsigned int path_len ____cacheline_aligned_in_smp;
	struct l2s_endpoint __rcu *endpoint;
	struct l2s_socket __rcu *socket;
	struct l2s_rawesp raw;
	struct l2s_stats stats;
	struct l2s_limits limits;
	bool limited;
	u32 encap;
	u32 cipher;
	u32 auth;
	u32 keepalive;
	struct timer_list keepalive_timer;
	u32 generation;
	bool dead;
	struct list_head device_node;
	struct list_head lineage_node;
	struct work_struct free_work;
};

/**
 * struct l2s_cb - skb->cb while a packet is inside the crypto API
 * @esp: belongs to esp.c
 * @sa: a reference is held
 * @tos: sending: the outer header's DSCP
 * @probe: sending: as large as any, and its sender copes with loss: see path.c
 * @ce: receiving: the outer header said "congestion experienced" (RFC 3168)
 * @icv_short: receiving: taken for one with a short ICV
 * @id: sending: what identifies the datagram if it is fragmented
 */
struct l2s_cb {
	struct l2s_esp_cb esp;
	struct l2s_sa *sa;
	u8 tos;
	bool probe;
	bool ce;
	bool icv_short;
	u16 id;
};

#define L2S_CB(skb) ((struct l2s_cb *)(skb)->cb)

extern const struct rhashtable_params l2s_sa_table_params;
extern const struct rhashtable_params l2s_sa_peer_params;

int l2s_sa_new(struct l2s_device *device, const struct l2s_sa_config *config,
	       struct netlink_ext_ack *extack);
int l2s_sa_activate(struct l2s_device *device, u32 spi_in, struct netlink_ext_ack *extack);
int l2s_sa_delete(struct l2s_device *device, u32 spi_in, struct netlink_ext_ack *extack);
void l2s_sa_flush(struct l2s_device *device);
struct l2s_sa *l2s_sa_find(struct l2s_device *device, __be32 spi_in);
void l2s_sa_limit(struct l2s_sa *sa, u64 packets, u64 bytes);
void l2s_sa_exhausted(struct l2s_sa *sa);
bool l2s_sa_icv_is_short(const struct l2s_sa *sa, unsigned int len);
void l2s_sa_follow_icv(struct l2s_sa *sa, bool icv_short);
void l2s_sa_move(struct l2s_sa *sa, const struct l2s_address *remote, __be16 port);
void l2s_sa_replace_socket(struct l2s_device *device, struct l2s_socket *old,
			   struct l2s_socket *new);
int l2s_sa_module_init(void);
void l2s_sa_module_exit(void);

/**
 * l2s_sa_hold - keep an SA for the time a packet spends in the crypto API
 * @sa: found under RCU
 *
 * Context: RCU read side.
 * Return: true: l2s_sa_put() is due; false: it is going.
 */
static inline bool l2s_sa_hold(struct l2s_sa *sa)
{
	return percpu_ref_tryget_live_rcu(&sa->ref);
}

/**
 * l2s_sa_put - end what l2s_sa_hold() began
 * @sa: may be freed afterwards
 */
static inline void l2s_sa_put(struct l2s_sa *sa)
{
	percpu_ref_put(&sa->ref);
}

#endif /* _L2S_SA_H */
