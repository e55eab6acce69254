// SPDX-License-Identifier: GPL-2.0
/* SAs: creation, lookup, limits, endpoint, end. */
#include <linux/hash.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include "compat/timer.h"
#include "device.h"
#include "event.h"
#include "lineage.h"
#include "rawesp.h"
#include "sa.h"
#include "socket.h"
#include "trace.h"
#include "udp.h"

/*
 * The core's own hash and comparison are calls for any length of key.  SPIs of ours are
 * random and nobody else's choice: one multiplication spreads them, its upper half best.
 * In host order it spreads those that count, too.
 */
static __always_inline u32 spi_hash(const void *data, u32 len, u32 seed)
{
	u32 hash = (be32_to_cpup(data) ^ seed) * GOLDEN_RATIO_32;

	return hash ^ hash >> 16;
}

static __always_inline int spi_differs(struct rhashtable_compare_arg *arg, const void *object)
{
	const struct l2s_sa *sa = object;

	return sa->in.spi != *(const __be32 *)arg->key;
}

const struct rhashtable_params l2s_sa_table_params = {
	.hashfn = spi_hash,
	.obj_cmpfn = spi_differs,
	.key_len = sizeof_field(struct l2s_sa, in.spi),
	.key_offset = offsetof(struct l2s_sa, in.spi),
	.head_offset = offsetof(struct l2s_sa, table_node),
	.automatic_shrinking = true,
};

const struct rhashtable_params l2s_sa_peer_params = {
	.key_len = sizeof_field(struct l2s_sa, out.spi),
	.key_offset = offsetof(struct l2s_sa, out.spi),
	.head_offset = offsetof(struct l2s_sa, peer_node),
	.automatic_shrinking = true,
};

static struct workqueue_struct *free_queue;

static void endpoint_free(struct rcu_head *rcu)
{
	struct l2s_endpoint *endpoint = container_of(rcu, struct l2s_endpoint, rcu);

	l2s_udp_route_free(rcu_dereference_protected(endpoint->route, true));
	dst_cache_destroy(&endpoint->dst_cache);
	kfree(endpoint);
}

static struct l2s_endpoint *endpoint_create(const struct l2s_address *local, __be16 local_port,
					    const struct l2s_address *remote, __be16 remote_port,
					    gfp_t gfp)
{
	struct l2s_endpoint *endpoint = kzalloc(sizeof(*endpoint), gfp);

	if (!endpoint)
		return NULL;
	if (dst_cache_init(&endpoint->dst_cache, gfp)) {
		kfree(endpoint);
		return NULL;
	}
	endpoint->local = *local;
	endpoint->local_port = local_port;
	endpoint->remote = *remote;
	endpoint->remote_port = remote_port;
	return endpoint;
}

/* Nothing refers to the SA any more; the keys in the transforms are wiped by their owner. */
static void sa_free(struct l2s_sa *sa)
{
	struct l2s_endpoint *endpoint = rcu_dereference_protected(sa->endpoint, true);

	if (endpoint)
		call_rcu(&endpoint->rcu, endpoint_free);
	l2s_replay_destroy(&sa->replay);
	l2s_esp_destroy(&sa->out_short);
	l2s_esp_destroy(&sa->in_short);
	l2s_esp_destroy(&sa->out);
	l2s_esp_destroy(&sa->in);
	l2s_stats_destroy(&sa->stats);
	percpu_ref_exit(&sa->ref);
	kfree_sensitive(sa);
}

static void free_work(struct work_struct *work)
{
	struct l2s_sa *sa = container_of(work, struct l2s_sa, free_work);
	struct l2s_device *device = sa->device;

	l2s_lineage_put(sa->lineage);
	sa_free(sa);
	dev_put(device->dev);
}

/* Softirq: an AEAD must be freed in process context. */
static void ref_released(struct percpu_ref *ref)
{
	struct l2s_sa *sa = container_of(ref, struct l2s_sa, ref);

	queue_work(free_queue, &sa->free_work);
}

static int esp_pair_init(struct l2s_esp *in, struct l2s_esp *out, u32 icv_len,
			 const struct l2s_sa_config *config, struct netlink_ext_ack *extack)
{
	int err;

	err = l2s_esp_init(in, config->cipher, config->auth, icv_len, &config->key_in,
			   config->esn, htonl(config->spi_in), extack);
	if (err)
		return err;
	return l2s_esp_init(out, config->cipher, config->auth, icv_len, &config->key_out,
			    config->esn, htonl(config->spi_out), extack);
}

/* Both ways with both lengths: a transform cannot change while packets are in it. */
static int sa_init_detection(struct l2s_sa *sa, const struct l2s_sa_config *config,
			     struct netlink_ext_ack *extack)
{
	int err;

	err = esp_pair_init(&sa->in, &sa->out, 0, config, extack);
	if (err)
		return err;
	err = esp_pair_init(&sa->in_short, &sa->out_short, L2S_ESP_ICV_SHORT, config, extack);
	if (err)
		return err;
	/* They share key and sequence numbers: with one nonce no IV comes twice. */
	memcpy(sa->out_short.nonce, sa->out.nonce, sizeof(sa->out.nonce));
	if (config->icv_len == L2S_ESP_ICV_SHORT)
		sa->sending = &sa->out_short;
	__set_bit(L2S_SA_ICV_OPEN, &sa->flags);
	return 0;
}

static int sa_init_esp(struct l2s_sa *sa, const struct l2s_sa_config *config,
		       struct netlink_ext_ack *extack)
{
	sa->sending = &sa->out;
	if (config->icv_detect)
		return sa_init_detection(sa, config, extack);
	return esp_pair_init(&sa->in, &sa->out, config->icv_len, config, extack);
}

/* The common case to the byte: one more would be a copy of each packet. */
static unsigned int headroom_udp4(const struct l2s_sa *sa)
{
	return L2S_LINK_ROOM + sizeof(struct iphdr) + sizeof(struct udphdr) +
	       L2S_ESP_HEADER_LEN + sa->out.iv_len;
}

static int sa_init(struct l2s_sa *sa, const struct l2s_sa_config *config,
		   struct netlink_ext_ack *extack)
{
	struct l2s_endpoint *endpoint;
	int err;

	err = l2s_stats_init(&sa->stats);
	if (err)
		return err;
	err = sa_init_esp(sa, config, extack);
	if (err)
		return err;
	if (config->encap == L2TPSEC_ENCAP_UDP && config->remote.family == AF_INET)
		sa->headroom = headroom_udp4(sa);
	err = l2s_replay_init(&sa->replay, config->replay_window, config->esn);
	if (err)
		return err;
	endpoint = endpoint_create(&config->local, config->local_port, &config->remote,
				   config->remote_port, GFP_KERNEL);
	if (!endpoint)
		return -ENOMEM;
	RCU_INIT_POINTER(sa->endpoint, endpoint);
	return 0;
}

static struct l2s_sa *sa_create(struct l2s_device *device, const struct l2s_sa_config *config,
				struct netlink_ext_ack *extack)
{
	struct l2s_sa *sa = kzalloc(sizeof(*sa), GFP_KERNEL);
	int err;

	if (!sa)
		return ERR_PTR(-ENOMEM);
	err = percpu_ref_init(&sa->ref, ref_released, 0, GFP_KERNEL);
	if (err) {
		kfree(sa);
		return ERR_PTR(err);
	}
	sa->device = device;
	spin_lock_init(&sa->lock);
	INIT_WORK(&sa->free_work, free_work);
	sa->encap = config->encap;
	sa->cipher = config->cipher;
	sa->auth = config->auth;
	sa->keepalive = config->keepalive;
	sa->limits = config->limits;
	sa->limited = memchr_inv(&sa->limits, 0, sizeof(sa->limits));
	sa->tx_last = jiffies;
	sa->path_seen = jiffies;
	sa->path_len = UINT_MAX;
	sa->headroom = L2S_HEADROOM - L2S_INNER_HEADERS;
	timer_setup(&sa->keepalive_timer, l2s_udp_keepalive_timer, 0);
	err = sa_init(sa, config, extack);
	if (err) {
		sa_free(sa);
		return ERR_PTR(err);
	}
	return sa;
}

/* Device's lock held.  After this the SA can be found. */
static int sa_link(struct l2s_sa *sa, struct l2s_socket *socket, u32 lineage_id,
		   struct netlink_ext_ack *extack)
{
	struct l2s_device *device = sa->device;
	struct l2s_lineage *lineage = l2s_lineage_get(device, lineage_id);
	int err;

	if (IS_ERR(lineage))
		return PTR_ERR(lineage);
	sa->lineage = lineage;
	rcu_assign_pointer(sa->socket, socket);
	err = rhltable_insert(&device->peer_table, &sa->peer_node, l2s_sa_peer_params);
	if (err)
		goto put_lineage;
	err = rhashtable_lookup_insert_fast(&device->sa_table, &sa->table_node,
					    l2s_sa_table_params);
	if (err == -EEXIST)
		NL_SET_ERR_MSG(extack, "the device has an SA with this inbound SPI");
	if (err)
		goto remove_peer;
	dev_hold(device->dev);
	list_add_tail(&sa->device_node, &device->sas);
	device->n_sas++;
	device->generation++;
	l2s_lineage_add_sa(lineage, sa);
	return 0;

remove_peer:
	rhltable_remove(&device->peer_table, &sa->peer_node, l2s_sa_peer_params);
	synchronize_net();	/* an ICMP error may have found it */
put_lineage:
	l2s_lineage_settle(lineage);
	l2s_lineage_put(lineage);
	return err;
}

/* A raw SA has no socket: the namespace's handlers receive for it. */
static int sa_register(struct l2s_sa *sa, const struct l2s_sa_config *config,
		       struct netlink_ext_ack *extack)
{
	struct l2s_device *device = sa->device;
	struct l2s_socket *socket = NULL;

	lockdep_assert_held(&device->lock);
	if (device->dead) {
		NL_SET_ERR_MSG(extack, "the device is being removed");
		return -ENODEV;
	}
	if (config->encap == L2TPSEC_ENCAP_UDP)
		socket = l2s_socket_find(device, &config->local, config->local_port);
	if (config->encap == L2TPSEC_ENCAP_UDP && !socket) {
		NL_SET_ERR_MSG(extack, "no attached socket is bound to the local address and port");
		return -EADDRNOTAVAIL;
	}
	return sa_link(sa, socket, config->lineage, extack);
}

/*
 * The end of an SA, device's lock held.
 *
 * Who may still have a pointer to it, and why each comes to an end:
 *  - lookups by SPI, and by the lineage's outbound pointer, under RCU: all are
 *    cleared here; a reader that was faster fails at l2s_sa_hold() once the
 *    reference is killed, or holds it;
 *  - packets inside the crypto API, receiving or sending: they hold a reference;
 *  - the keepalive timer: shut down here, its function has returned;
 *  - netlink: under the device's lock, which is ours.
 * percpu_ref_kill() lets a grace period pass before the last reference can be
 * dropped, so free_work() runs when the readers under RCU are gone as well.
 */
static void sa_unlink(struct l2s_sa *sa)
{
	struct l2s_device *device = sa->device;

	trace_l2tpsec_sa_del(device->dev, sa);
	if (sa->encap == L2TPSEC_ENCAP_RAW)
		l2s_rawesp_remove(sa);
	rhashtable_remove_fast(&device->sa_table, &sa->table_node, l2s_sa_table_params);
	rhltable_remove(&device->peer_table, &sa->peer_node, l2s_sa_peer_params);
	l2s_lineage_remove_sa(sa->lineage, sa);
	l2s_compat_timer_shutdown(&sa->keepalive_timer);
	list_del(&sa->device_node);
	device->n_sas--;
	device->generation++;
	percpu_ref_kill(&sa->ref);
}

/**
 * l2s_sa_new - create an SA and let it receive
 * @device: its lock is not held
 * @config: borrowed, checked for itself by the caller
 * @extack: has a sentence after an error
 *
 * The first SA of a lineage is its outbound SA at once.
 *
 * Context: process; may load crypto modules, hence first everything outside the lock.
 * Return: 0 or a negative error.
 */
int l2s_sa_new(struct l2s_device *device, const struct l2s_sa_config *config,
	       struct netlink_ext_ack *extack)
{
	struct l2s_sa *sa = sa_create(device, config, extack);
	int err;

	if (IS_ERR(sa))
		return PTR_ERR(sa);
	mutex_lock(&device->lock);
	err = sa_register(sa, config, extack);
	if (err) {
		sa_free(sa);
		goto unlock;
	}
	trace_l2tpsec_sa_new(device->dev, sa);
	/* From sa_register() on it may be in use, so it can only end as every SA does. */
	if (sa->encap == L2TPSEC_ENCAP_RAW)
		err = l2s_rawesp_add(sa, extack);
	if (err)
		sa_unlink(sa);
	else if (sa->keepalive)
		mod_timer(&sa->keepalive_timer, jiffies + sa->keepalive * HZ);
unlock:
	mutex_unlock(&device->lock);
	return err;
}

/**
 * l2s_sa_find - look up an SA by its inbound SPI
 * @device: where
 * @spi_in: network order
 *
 * Context: RCU read side, or device's lock held.
 * Return: valid for as long; NULL: there is none.
 */
struct l2s_sa *l2s_sa_find(struct l2s_device *device, __be32 spi_in)
{
	return rhashtable_lookup_fast(&device->sa_table, &spi_in, l2s_sa_table_params);
}

static struct l2s_sa *find_locked(struct l2s_device *device, u32 spi_in,
				  struct netlink_ext_ack *extack)
{
	struct l2s_sa *sa;

	lockdep_assert_held(&device->lock);
	sa = l2s_sa_find(device, htonl(spi_in));
	if (!sa)
		NL_SET_ERR_MSG(extack, "the device has no SA with this inbound SPI");
	return sa;
}

/**
 * l2s_sa_activate - make an SA its lineage's outbound SA
 * @device: its lock is not held
 * @spi_in: host order
 * @extack: has a sentence after an error
 *
 * Context: process.
 * Return: 0 or -ENOENT.
 */
int l2s_sa_activate(struct l2s_device *device, u32 spi_in, struct netlink_ext_ack *extack)
{
	struct l2s_sa *sa;

	mutex_lock(&device->lock);
	sa = find_locked(device, spi_in, extack);
	if (sa)
		l2s_lineage_activate(sa->lineage, sa);
	mutex_unlock(&device->lock);
	return sa ? 0 : -ENOENT;
}

/**
 * l2s_sa_delete - remove an SA
 * @device: its lock is not held
 * @spi_in: host order
 * @extack: has a sentence after an error
 *
 * If it was the outbound SA, the newest that remains takes over.
 *
 * Context: process.
 * Return: 0 or -ENOENT.
 */
int l2s_sa_delete(struct l2s_device *device, u32 spi_in, struct netlink_ext_ack *extack)
{
	struct l2s_sa *sa;

	mutex_lock(&device->lock);
	sa = find_locked(device, spi_in, extack);
	if (sa)
		sa_unlink(sa);
	mutex_unlock(&device->lock);
	return sa ? 0 : -ENOENT;
}

/**
 * l2s_sa_flush - remove all SAs
 * @device: its lock is held
 *
 * Context: process.
 */
void l2s_sa_flush(struct l2s_device *device)
{
	struct l2s_sa *sa, *next;

	list_for_each_entry_safe(sa, next, &device->sas, device_node)
		sa_unlink(sa);
}

static bool beyond(u64 value, u64 limit)
{
	return limit && value >= limit;
}

/**
 * l2s_sa_limit - see whether a packet reached a limit, and say so once
 * @sa: that carries it; its @limited is set
 * @packets: of this direction, this one included
 * @bytes: of this direction, this one included
 *
 * The packet that reaches a hard limit is the last one carried.
 *
 * Context: BH off.
 */
void l2s_sa_limit(struct l2s_sa *sa, u64 packets, u64 bytes)
{
	const struct l2s_limits *limits = &sa->limits;

	if ((beyond(packets, limits->soft_packets) || beyond(bytes, limits->soft_bytes)) &&
	    !test_and_set_bit(L2S_SA_SOFT, &sa->flags))
		l2s_event_sa(sa, L2TPSEC_EVENT_SA_SOFT);
	if ((beyond(packets, limits->hard_packets) || beyond(bytes, limits->hard_bytes)) &&
	    !test_and_set_bit(L2S_SA_HARD, &sa->flags))
		l2s_event_sa(sa, L2TPSEC_EVENT_SA_HARD);
}

/**
 * l2s_sa_exhausted - the outbound sequence numbers are used up: say so once
 * @sa: whose
 *
 * Context: BH off.
 */
void l2s_sa_exhausted(struct l2s_sa *sa)
{
	if (!test_and_set_bit(L2S_SA_EXHAUSTED, &sa->flags))
		l2s_event_sa(sa, L2TPSEC_EVENT_SA_HARD);
}

/**
 * l2s_sa_icv_is_short - has this packet an ICV of 96 bits instead of 128?
 * @sa: whose
 * @len: bytes from the ESP header to the ICV
 *
 * Its length tells: the text is a multiple of a block of 8 or 16 bytes, and the
 * two ICVs differ by 4.
 *
 * Return: true only while L2S_SA_ICV_OPEN.
 */
bool l2s_sa_icv_is_short(const struct l2s_sa *sa, unsigned int len)
{
	return unlikely(test_bit(L2S_SA_ICV_OPEN, &sa->flags)) &&
	       l2s_esp_length_valid(&sa->in_short, len);
}

/**
 * l2s_sa_follow_icv - send ICVs as long as the peer's
 * @sa: that has authenticated a fresh packet; L2S_SA_ICV_OPEN was set before
 * @icv_short: it was one with a short ICV
 *
 * A whole ICV settles it, because nobody else can make one.  Whoever sees such
 * a packet can cut its ICV, though: a short one counts until a whole one comes.
 *
 * Context: BH off.
 */
void l2s_sa_follow_icv(struct l2s_sa *sa, bool icv_short)
{
	struct l2s_esp *esp = icv_short ? &sa->out_short : &sa->out;
	bool changed = false;

	/* A peer of short ICVs never settles it: no lock for each of its packets. */
	if (icv_short && READ_ONCE(sa->sending) == esp)
		return;
	spin_lock(&sa->lock);
	if (test_bit(L2S_SA_ICV_OPEN, &sa->flags)) {
		changed = sa->sending != esp;
		WRITE_ONCE(sa->sending, esp);
		if (!icv_short)
			clear_bit(L2S_SA_ICV_OPEN, &sa->flags);
	}
	spin_unlock(&sa->lock);
	if (changed)
		l2s_event_sa(sa, L2TPSEC_EVENT_SA_ICV);
}

/**
 * l2s_sa_move - the peer has a new address or port
 * @sa: whose newest authenticated packet came from there
 * @remote: the address
 * @port: network order
 *
 * The endpoint is replaced as a whole, with a fresh route cache.  Without
 * memory it stays as it is; the next packet tries again.
 *
 * Context: BH off, RCU read side.
 */
void l2s_sa_move(struct l2s_sa *sa, const struct l2s_address *remote, __be16 port)
{
	struct l2s_endpoint *old, *new;

	spin_lock(&sa->lock);
	old = rcu_dereference_protected(sa->endpoint, lockdep_is_held(&sa->lock));
	new = endpoint_create(&old->local, old->local_port, remote, port, GFP_ATOMIC);
	if (new)
		rcu_assign_pointer(sa->endpoint, new);
	spin_unlock(&sa->lock);
	if (!new)
		return;
	call_rcu(&old->rcu, endpoint_free);
	trace_l2tpsec_sa_endpoint(sa->device->dev, sa, port);
	l2s_event_sa(sa, L2TPSEC_EVENT_SA_ENDPOINT);
}

/**
 * l2s_sa_replace_socket - give SAs another socket
 * @device: its lock is held
 * @old: of these SAs; NULL: of all
 * @new: or NULL: they cannot send any more
 *
 * Context: process; @old may be in use under RCU still.
 */
void l2s_sa_replace_socket(struct l2s_device *device, struct l2s_socket *old,
			   struct l2s_socket *new)
{
	struct l2s_sa *sa;

	list_for_each_entry(sa, &device->sas, device_node)
		if (!old || rcu_access_pointer(sa->socket) == old)
			rcu_assign_pointer(sa->socket, new);
}

/**
 * l2s_sa_module_init - prepare to free SAs
 *
 * Return: 0 or -ENOMEM.
 */
int l2s_sa_module_init(void)
{
	free_queue = alloc_workqueue("l2tpsec", 0, 0);
	return free_queue ? 0 : -ENOMEM;
}

/**
 * l2s_sa_module_exit - wait for the last SAs to be freed
 *
 * Context: process; there is no device any more.
 */
void l2s_sa_module_exit(void)
{
	destroy_workqueue(free_queue);
}
