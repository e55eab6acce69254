/* SPDX-License-Identifier: MIT */
/*
 * The data plane as the engines see it.  plane/kernel.c is the module behind
 * generic netlink; plane/null.c remembers what it was told, for tests.
 * Nouns, names and meanings are those of <linux/l2tpsec.h>.
 */
#ifndef L2TPSEC_PLANE_PLANE_H
#define L2TPSEC_PLANE_PLANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"

#define PLANE_CIPHER_KEY_MAX	36
#define PLANE_AUTH_KEY_MAX	64

/**
 * struct plane_key - key material of one direction
 * @cipher: cipher key, GCM salt included
 * @cipher_len: bytes
 * @auth: integrity key
 * @auth_len: bytes; 0 with GCM
 */
struct plane_key {
	uint8_t cipher[PLANE_CIPHER_KEY_MAX];
	size_t cipher_len;
	uint8_t auth[PLANE_AUTH_KEY_MAX];
	size_t auth_len;
};

/**
 * struct plane_sa - an SA pair
 * @spi_in: names it
 * @spi_out: the peer's
 * @lineage: see <linux/l2tpsec.h>
 * @encap: enum l2tpsec_encap
 * @cipher: enum l2tpsec_cipher
 * @auth: enum l2tpsec_auth
 * @icv_len: bytes, 0 = the algorithm's own
 * @icv_detect: HMAC-SHA2-256 only: the peer's packets tell; @icv_len is what we begin with
 * @in: keys of what we receive; whoever filled them wipes them
 * @out: keys of what we send
 * @esn: 64-bit sequence numbers
 * @replay_window: packets
 * @keepalive: seconds between NAT-keepalives, 0 = none; UDP only
 * @local: our endpoint; the port is of UDP only
 * @remote: the peer's, likewise
 * @soft_bytes: volume limits, 0 = none
 * @hard_bytes: see @soft_bytes
 */
struct plane_sa {
	uint32_t spi_in;
	uint32_t spi_out;
	uint32_t lineage;
	unsigned int encap;
	unsigned int cipher;
	unsigned int auth;
	unsigned int icv_len;
	bool icv_detect;
	struct plane_key in;
	struct plane_key out;
	bool esn;
	unsigned int replay_window;
	unsigned int keepalive;
	struct endpoint local;
	struct endpoint remote;
	uint64_t soft_bytes;
	uint64_t hard_bytes;
};

/**
 * struct plane_tunnel - an L2TP tunnel
 * @lineage: whose SAs carry it
 * @id: our tunnel id
 * @peer_id: the peer's
 * @peer_port: the peer's inner UDP port
 */
struct plane_tunnel {
	uint32_t lineage;
	uint16_t id;
	uint16_t peer_id;
	uint16_t peer_port;
};

/**
 * struct plane_session - an L2TP session; the first part at session_add(), all of it at session_open()
 * @lineage: names the tunnel, with @tunnel_id
 * @tunnel_id: ours
 * @id: our session id
 * @peer_id: the peer's
 * @length_bit: send the Length field
 * @sequencing: send sequence numbers
 * @tx_acfc: the peer takes PPP without address and control fields
 * @tx_pfc: the peer takes one-byte protocol fields
 * @mtu: largest inner packet that the peer takes; the module looks for what the path takes
 * @clamp_mss: lower the MSS of TCP SYNs to what fits
 * @address: the peer's inner IPv4 address, host order
 */
struct plane_session {
	uint32_t lineage;
	uint16_t tunnel_id;
	uint16_t id;
	uint16_t peer_id;
	bool length_bit;
	bool sequencing;
	bool tx_acfc;
	bool tx_pfc;
	unsigned int mtu;
	bool clamp_mss;
	uint32_t address;
};

/**
 * struct plane_stats - counters of an object
 * @rx_packets: received
 * @rx_bytes: received
 * @tx_packets: sent
 * @tx_bytes: sent
 * @rx_dropped: refused on receive
 * @tx_dropped: refused on transmit
 * @rx_idle_ms: since the last accepted packet; UINT64_MAX = none yet
 * @mss_clamped: TCP SYNs whose MSS was lowered
 * @path_mtu: of a session: largest inner packet that is sent now; before it is open, that
 *	the peer had better send; 0 = not known
 */
struct plane_stats {
	uint64_t rx_packets;
	uint64_t rx_bytes;
	uint64_t tx_packets;
	uint64_t tx_bytes;
	uint64_t rx_dropped;
	uint64_t tx_dropped;
	uint64_t rx_idle_ms;
	uint64_t mss_clamped;
	unsigned int path_mtu;
};

/**
 * struct plane_frame - a control packet
 * @ppp: PPP of a session; else a whole L2TP control message
 * @spi_in: the SA it came through; 0 on the way down
 * @lineage: whose SAs carry it
 * @peer_port: the peer's inner UDP port; L2TP only
 * @tunnel_id: ours; PPP only
 * @session_id: ours; PPP only
 * @protocol: PPP protocol number; PPP only
 * @data: borrowed bytes
 * @len: how many
 */
struct plane_frame {
	bool ppp;
	uint32_t spi_in;
	uint32_t lineage;
	uint16_t peer_port;
	uint16_t tunnel_id;
	uint16_t session_id;
	uint16_t protocol;
	const uint8_t *data;
	size_t len;
};

/**
 * struct plane_device - what the device says of itself
 * @name: interface
 * @sas: SAs in it
 * @tunnels: tunnels in it
 * @sessions: sessions in it
 * @stats: its counters
 * @drops: packets dropped, by enum l2tpsec_drop
 */
struct plane_device {
	char name[16];
	uint32_t sas;
	uint32_t tunnels;
	uint32_t sessions;
	struct plane_stats stats;
	uint64_t drops[64];
};

/**
 * struct plane_events - what the plane reports; called from the loop, never from inside an operation
 * @frame: a control packet came up
 * @sa_active: the peer sent through this SA: it is outbound now
 * @sa_endpoint: the peer's address or port changed
 * @sa_icv: what we send has ICVs of so many bytes now, as the peer's have
 * @sa_soft: a soft limit was reached
 * @sa_hard: a hard limit was reached: the SA carries nothing any more
 * @lost: the plane is gone (device deleted, module removed, claim lost); nothing works any more
 */
struct plane_events {
	void (*frame)(void *ctx, const struct plane_frame *frame);
	void (*sa_active)(void *ctx, uint32_t spi_in);
	void (*sa_endpoint)(void *ctx, uint32_t spi_in, const struct endpoint *remote);
	void (*sa_icv)(void *ctx, uint32_t spi_in, unsigned int icv_len);
	void (*sa_soft)(void *ctx, uint32_t spi_in);
	void (*sa_hard)(void *ctx, uint32_t spi_in);
	void (*lost)(void *ctx, const char *why);
};

struct plane;

/**
 * struct plane_ops - the operations; each returns 0 or a negative errno and has logged the kernel's own sentence then
 * @socket_add: hand over a bound UDP socket for ESP in UDP
 * @sa_add: install an SA
 * @sa_activate: make it its lineage's outbound SA
 * @sa_del: remove it
 * @tunnel_add: install a tunnel
 * @tunnel_del: remove it and its sessions
 * @session_add: install a session for PPP control frames
 * @session_open: let IP through
 * @session_del: remove it
 * @frame_send: send a control packet; lost ones are the protocols' business
 * @sa_stats: read counters
 * @session_stats: read counters
 * @device_get: read the device
 * @free: let go of the plane and everything in it
 */
struct plane_ops {
	int (*socket_add)(struct plane *p, int fd);
	int (*sa_add)(struct plane *p, const struct plane_sa *sa);
	int (*sa_activate)(struct plane *p, uint32_t spi_in);
	int (*sa_del)(struct plane *p, uint32_t spi_in);
	int (*tunnel_add)(struct plane *p, const struct plane_tunnel *t);
	int (*tunnel_del)(struct plane *p, uint32_t lineage, uint16_t id);
	int (*session_add)(struct plane *p, const struct plane_session *s);
	int (*session_open)(struct plane *p, const struct plane_session *s);
	int (*session_del)(struct plane *p, uint32_t lineage, uint16_t tunnel_id, uint16_t id);
	int (*frame_send)(struct plane *p, const struct plane_frame *frame);
	int (*sa_stats)(struct plane *p, uint32_t spi_in, struct plane_stats *stats);
	int (*session_stats)(struct plane *p, uint32_t lineage, uint16_t tunnel_id, uint16_t id,
			     struct plane_stats *stats);
	int (*device_get)(struct plane *p, struct plane_device *dev);
	void (*free)(struct plane *p);
};

/**
 * struct plane - first member of each implementation's own structure
 * @ops: operations
 * @events: where reports go
 * @ctx: for @events
 */
struct plane {
	const struct plane_ops *ops;
	const struct plane_events *events;
	void *ctx;
};

struct event_base;
struct conf_gateway;

struct plane *plane_kernel_new(struct event_base *base, const struct conf_gateway *conf,
			       const struct plane_events *events, void *ctx);
struct plane *plane_null_new(const struct plane_events *events, void *ctx);

#endif
