/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * The generic netlink contract between the l2tpsec module and its owner.
 * The same contract as a netlink specification: uapi/l2tpsec.yaml.
 *
 * Five nouns: a device carries SAs and tunnels, a tunnel carries sessions, a
 * frame is a control packet between module and owner.  A lineage is an SA and
 * its rekeyed successors: tunnels are bound to the lineage, never to one SA.
 *
 * Names of objects, all chosen by the owner except the ifindex:
 *	device		ifindex
 *	SA		inbound SPI (unique in the device)
 *	lineage		u32, nonzero (unique in the device)
 *	tunnel		lineage + local tunnel id
 *	session		lineage + local tunnel id + local session id
 *
 * Integers are in host byte order unless a comment says "network order".
 * Keys go in and never come out.
 */
#ifndef _UAPI_LINUX_L2TPSEC_H
#define _UAPI_LINUX_L2TPSEC_H

#define L2TPSEC_GENL_NAME		"l2tpsec"
#define L2TPSEC_GENL_VERSION		1
#define L2TPSEC_MCGRP_EVENTS		"events"

/* Every command needs CAP_NET_ADMIN in the user namespace that owns the
 * network namespace, and L2TPSEC_A_IFINDEX unless it is a dump.
 */
enum l2tpsec_cmd {
	L2TPSEC_CMD_UNSPEC,
	L2TPSEC_CMD_DEVICE_GET,		/* do, dump: A_DEVICE with counters */
	L2TPSEC_CMD_DEVICE_CLAIM,	/* the sender becomes the owner: frames are unicast to it */
	L2TPSEC_CMD_SOCKET_ADD,		/* A_SOCKET: attach a bound UDP socket by fd */
	L2TPSEC_CMD_SA_NEW,		/* A_SA */
	L2TPSEC_CMD_SA_GET,		/* do, dump */
	L2TPSEC_CMD_SA_ACTIVATE,	/* A_SA {SPI_IN}: make it its lineage's outbound SA */
	L2TPSEC_CMD_SA_DEL,		/* A_SA {SPI_IN} */
	L2TPSEC_CMD_TUNNEL_NEW,		/* A_TUNNEL */
	L2TPSEC_CMD_TUNNEL_GET,		/* do, dump */
	L2TPSEC_CMD_TUNNEL_DEL,		/* A_TUNNEL {LINEAGE, ID}: its sessions go with it */
	L2TPSEC_CMD_SESSION_NEW,	/* A_SESSION: carries PPP control frames only */
	L2TPSEC_CMD_SESSION_SET,	/* A_SESSION: what PPP negotiated, opens it for IP */
	L2TPSEC_CMD_SESSION_GET,	/* do, dump */
	L2TPSEC_CMD_SESSION_DEL,	/* A_SESSION {LINEAGE, TUNNEL_ID, ID} */
	L2TPSEC_CMD_FRAME,		/* both directions: A_FRAME; up: unicast to the owner, no reply */
	L2TPSEC_CMD_SA_NTF,		/* event: A_EVENT + A_SA */
	L2TPSEC_CMD_DEVICE_NTF,		/* event: A_EVENT + A_DEVICE */
	__L2TPSEC_CMD_MAX,
};
#define L2TPSEC_CMD_MAX (__L2TPSEC_CMD_MAX - 1)

enum l2tpsec_attr {
	L2TPSEC_A_UNSPEC,
	L2TPSEC_A_IFINDEX,		/* u32 */
	L2TPSEC_A_DEVICE,		/* nest: enum l2tpsec_device_attr */
	L2TPSEC_A_SOCKET,		/* nest: enum l2tpsec_socket_attr */
	L2TPSEC_A_SA,			/* nest: enum l2tpsec_sa_attr */
	L2TPSEC_A_TUNNEL,		/* nest: enum l2tpsec_tunnel_attr */
	L2TPSEC_A_SESSION,		/* nest: enum l2tpsec_session_attr */
	L2TPSEC_A_FRAME,		/* nest: enum l2tpsec_frame_attr */
	L2TPSEC_A_EVENT,		/* u32: enum l2tpsec_event */
	__L2TPSEC_A_MAX,
};
#define L2TPSEC_A_MAX (__L2TPSEC_A_MAX - 1)

enum l2tpsec_device_attr {
	L2TPSEC_A_DEVICE_UNSPEC,
	L2TPSEC_A_DEVICE_PAD,
	L2TPSEC_A_DEVICE_OWNER,		/* u32: netlink port of the owner, 0 = none; read only */
	L2TPSEC_A_DEVICE_ORPHAN_TIMEOUT, /* u32 s: how long sessions outlive a dead owner; 0 (default) = not at all */
	L2TPSEC_A_DEVICE_SOCKETS,	/* u32: attached sockets; read only */
	L2TPSEC_A_DEVICE_SAS,		/* u32: count; read only */
	L2TPSEC_A_DEVICE_TUNNELS,	/* u32: count; read only */
	L2TPSEC_A_DEVICE_SESSIONS,	/* u32: count; read only */
	L2TPSEC_A_DEVICE_STATS,		/* nest: enum l2tpsec_stats_attr; read only */
	L2TPSEC_A_DEVICE_DROPS,		/* nest of u64, attribute type = enum l2tpsec_drop, zeros left out; read only */
	L2TPSEC_A_DEVICE_FLUSH,		/* flag: CLAIM: remove what the owner before has left, sockets included */
	L2TPSEC_A_DEVICE_EARLY,		/* u32: enum l2tpsec_early: CLAIM: when to receive at GRO; AUTO at first */
	__L2TPSEC_A_DEVICE_MAX,
};
#define L2TPSEC_A_DEVICE_MAX (__L2TPSEC_A_DEVICE_MAX - 1)

enum l2tpsec_socket_attr {
	L2TPSEC_A_SOCKET_UNSPEC,
	L2TPSEC_A_SOCKET_FD,		/* u32: a bound UDP socket of the sender's */
	__L2TPSEC_A_SOCKET_MAX,
};
#define L2TPSEC_A_SOCKET_MAX (__L2TPSEC_A_SOCKET_MAX - 1)

/* ESP in UDP can be received at GRO, in front of the host's IP and UDP layers: cheaper,
 * but then a capture, XDP, tc, packet filter or xfrm policy on the way does not see it.
 */
enum l2tpsec_early {
	L2TPSEC_EARLY_AUTO,		/* while there is none of them, and no RPS */
	L2TPSEC_EARLY_NEVER,
	L2TPSEC_EARLY_ALWAYS,		/* it does not matter that they miss it */
	__L2TPSEC_EARLY_MAX,
};
#define L2TPSEC_EARLY_MAX (__L2TPSEC_EARLY_MAX - 1)

/* One family of counters, the same for device, SA, tunnel and session.
 * Packets and bytes are those of the object's own layer: SA: ESP payload as
 * it is encrypted (inner UDP on); tunnel: L2TP messages; session: inner IP packets.
 */
enum l2tpsec_stats_attr {
	L2TPSEC_A_STATS_UNSPEC,
	L2TPSEC_A_STATS_PAD,
	L2TPSEC_A_STATS_RX_PACKETS,	/* u64 */
	L2TPSEC_A_STATS_RX_BYTES,	/* u64 */
	L2TPSEC_A_STATS_RX_DROPPED,	/* u64 */
	L2TPSEC_A_STATS_TX_PACKETS,	/* u64 */
	L2TPSEC_A_STATS_TX_BYTES,	/* u64 */
	L2TPSEC_A_STATS_TX_DROPPED,	/* u64 */
	L2TPSEC_A_STATS_RX_IDLE,	/* u64 ms since the last accepted packet; absent = none yet */
	L2TPSEC_A_STATS_MSS_CLAMPED,	/* u64: TCP SYNs whose MSS was lowered; device and session */
	L2TPSEC_A_STATS_RX_EARLY_PACKETS, /* u64: ESP packets received at GRO, before any check; device */
	__L2TPSEC_A_STATS_MAX,
};
#define L2TPSEC_A_STATS_MAX (__L2TPSEC_A_STATS_MAX - 1)

enum l2tpsec_encap {
	L2TPSEC_ENCAP_UDP,		/* RFC 3948: ESP in UDP */
	L2TPSEC_ENCAP_RAW,		/* IP protocol 50; no socket, and the endpoint does not move */
};

enum l2tpsec_cipher {
	L2TPSEC_CIPHER_UNSPEC,
	L2TPSEC_CIPHER_AES_GCM_16,	/* RFC 4106; key: AES key + 4 bytes of salt */
	L2TPSEC_CIPHER_AES_CBC,		/* RFC 3602 */
	L2TPSEC_CIPHER_3DES_CBC,	/* RFC 2451; weak */
	__L2TPSEC_CIPHER_MAX,
};
#define L2TPSEC_CIPHER_MAX (__L2TPSEC_CIPHER_MAX - 1)

enum l2tpsec_auth {
	L2TPSEC_AUTH_NONE,		/* with AES_GCM_16 only */
	L2TPSEC_AUTH_HMAC_SHA1,		/* RFC 2404, ICV 12 */
	L2TPSEC_AUTH_HMAC_SHA2_256,	/* RFC 4868, ICV 16 */
	L2TPSEC_AUTH_HMAC_SHA2_384,	/* RFC 4868, ICV 24 */
	L2TPSEC_AUTH_HMAC_SHA2_512,	/* RFC 4868, ICV 32 */
	L2TPSEC_AUTH_HMAC_MD5,		/* RFC 2403, ICV 12; weak */
	__L2TPSEC_AUTH_MAX,
};
#define L2TPSEC_AUTH_MAX (__L2TPSEC_AUTH_MAX - 1)

enum l2tpsec_sa_attr {
	L2TPSEC_A_SA_UNSPEC,
	L2TPSEC_A_SA_PAD,
	L2TPSEC_A_SA_SPI_IN,		/* u32: names the SA */
	L2TPSEC_A_SA_SPI_OUT,		/* u32 */
	L2TPSEC_A_SA_LINEAGE,		/* u32: a new number starts a lineage; in a known one the SA is a successor,
					 * inbound at once, outbound after SA_ACTIVATE or its first authenticated packet
					 */
	L2TPSEC_A_SA_ENCAP,		/* u32: enum l2tpsec_encap; UDP (default) */
	L2TPSEC_A_SA_CIPHER,		/* u32: enum l2tpsec_cipher */
	L2TPSEC_A_SA_AUTH,		/* u32: enum l2tpsec_auth */
	L2TPSEC_A_SA_ICV_LEN,		/* u32 bytes: only where it departs from the algorithm's own */
	L2TPSEC_A_SA_ICV_DETECT,	/* flag: HMAC_SHA2_256 only: the peer's packets tell whether its ICVs have 16
					 * or 12 bytes, and what we send follows; ICV_LEN: what it begins with
					 */
	L2TPSEC_A_SA_CIPHER_KEY_IN,	/* binary; never dumped, like the next three */
	L2TPSEC_A_SA_CIPHER_KEY_OUT,
	L2TPSEC_A_SA_AUTH_KEY_IN,
	L2TPSEC_A_SA_AUTH_KEY_OUT,
	L2TPSEC_A_SA_ESN,		/* flag: 64-bit sequence numbers */
	L2TPSEC_A_SA_REPLAY_WINDOW,	/* u32 packets: 32..4096, default 1024 */
	L2TPSEC_A_SA_LOCAL_ADDR,	/* 4 or 16 bytes, network order */
	L2TPSEC_A_SA_LOCAL_PORT,	/* u16: of an attached socket; UDP only */
	L2TPSEC_A_SA_REMOTE_ADDR,	/* 4 or 16 bytes, network order */
	L2TPSEC_A_SA_REMOTE_PORT,	/* u16: follows authenticated packets, as the address does; UDP only */
	L2TPSEC_A_SA_KEEPALIVE,		/* u32 s: NAT-keepalive when nothing was sent for so long; UDP only; 0 = none */
	L2TPSEC_A_SA_SOFT_BYTES,	/* u64: limits, in either direction; an event each; 0 (default) = none */
	L2TPSEC_A_SA_HARD_BYTES,	/* u64: at a hard limit the SA stops carrying packets */
	L2TPSEC_A_SA_SOFT_PACKETS,	/* u64 */
	L2TPSEC_A_SA_HARD_PACKETS,	/* u64 */
	L2TPSEC_A_SA_OUTBOUND,		/* flag: it is its lineage's outbound SA; read only */
	L2TPSEC_A_SA_STATS,		/* nest; read only */
	__L2TPSEC_A_SA_MAX,
};
#define L2TPSEC_A_SA_MAX (__L2TPSEC_A_SA_MAX - 1)

enum l2tpsec_tunnel_attr {
	L2TPSEC_A_TUNNEL_UNSPEC,
	L2TPSEC_A_TUNNEL_LINEAGE,	/* u32 */
	L2TPSEC_A_TUNNEL_ID,		/* u16: ours, in the header of what we receive */
	L2TPSEC_A_TUNNEL_PEER_ID,	/* u16: the peer's, in the header of what we send */
	L2TPSEC_A_TUNNEL_PEER_PORT,	/* u16: the peer's inner UDP port */
	L2TPSEC_A_TUNNEL_STATS,		/* nest; read only */
	__L2TPSEC_A_TUNNEL_MAX,
};
#define L2TPSEC_A_TUNNEL_MAX (__L2TPSEC_A_TUNNEL_MAX - 1)

enum l2tpsec_session_attr {
	L2TPSEC_A_SESSION_UNSPEC,
	L2TPSEC_A_SESSION_LINEAGE,	/* u32 */
	L2TPSEC_A_SESSION_TUNNEL_ID,	/* u16 */
	L2TPSEC_A_SESSION_ID,		/* u16: ours */
	L2TPSEC_A_SESSION_PEER_ID,	/* u16: the peer's */
	L2TPSEC_A_SESSION_LENGTH_BIT,	/* flag: NEW: send the L2TP Length field */
	L2TPSEC_A_SESSION_SEQUENCING,	/* flag: NEW: send Ns/Nr; a received Ns is always checked */
	L2TPSEC_A_SESSION_TX_ACFC,	/* flag: SET: the peer takes PPP without address and control fields */
	L2TPSEC_A_SESSION_TX_PFC,	/* flag: SET: the peer takes one-byte PPP protocol fields */
	L2TPSEC_A_SESSION_MTU,		/* u32: SET: largest inner packet the peer takes, 68..65535 */
	L2TPSEC_A_SESSION_ADDR4,	/* 4 bytes, network order: SET: the peer's inner address */
	L2TPSEC_A_SESSION_ADDR6,	/* 16 bytes, network order: SET: the peer's inner prefix */
	L2TPSEC_A_SESSION_ADDR6_LEN,	/* u8: SET: 64 or 128 */
	L2TPSEC_A_SESSION_IFID6,	/* 8 bytes, network order: SET: fe80::IFID is the peer's too */
	L2TPSEC_A_SESSION_OPEN,		/* flag: IP passes; read only */
	L2TPSEC_A_SESSION_STATS,	/* nest; read only */
	L2TPSEC_A_SESSION_CLAMP_MSS,	/* flag: SET: lower the MSS of TCP SYNs, both ways, to what fits */
	L2TPSEC_A_SESSION_PATH_MTU,	/* u32: largest inner IPv4 packet sent now, by MTU and outer path; before
					 * SET: that the peer had better send, by the path alone; read only
					 */
	__L2TPSEC_A_SESSION_MAX,
};
#define L2TPSEC_A_SESSION_MAX (__L2TPSEC_A_SESSION_MAX - 1)

enum l2tpsec_frame_kind {
	L2TPSEC_FRAME_L2TP,		/* a whole L2TP control message, header included */
	L2TPSEC_FRAME_PPP,		/* PPP information field, protocol number apart */
};

enum l2tpsec_frame_attr {
	L2TPSEC_A_FRAME_UNSPEC,
	L2TPSEC_A_FRAME_KIND,		/* u32: enum l2tpsec_frame_kind */
	L2TPSEC_A_FRAME_SPI_IN,		/* u32: up only: the SA it came through */
	L2TPSEC_A_FRAME_LINEAGE,	/* u32 */
	L2TPSEC_A_FRAME_PEER_PORT,	/* u16: inner UDP port of the peer; L2TP only */
	L2TPSEC_A_FRAME_TUNNEL_ID,	/* u16: ours; PPP only */
	L2TPSEC_A_FRAME_SESSION_ID,	/* u16: ours; PPP only */
	L2TPSEC_A_FRAME_PROTOCOL,	/* u16: PPP protocol number; PPP only */
	L2TPSEC_A_FRAME_DATA,		/* binary */
	__L2TPSEC_A_FRAME_MAX,
};
#define L2TPSEC_A_FRAME_MAX (__L2TPSEC_A_FRAME_MAX - 1)

enum l2tpsec_event {
	L2TPSEC_EVENT_UNSPEC,
	L2TPSEC_EVENT_SA_ACTIVE,	/* became its lineage's outbound SA by a packet of the peer's */
	L2TPSEC_EVENT_SA_ENDPOINT,	/* remote address or port changed; A_SA has the new one */
	L2TPSEC_EVENT_SA_SOFT,		/* a soft limit was reached */
	L2TPSEC_EVENT_SA_HARD,		/* a hard limit was reached or the sequence numbers are used up */
	L2TPSEC_EVENT_SA_ICV,		/* ICV_DETECT: what we send has ICVs of another length now; A_SA has it */
	L2TPSEC_EVENT_DEVICE_ORPHAN,	/* the owner died */
	L2TPSEC_EVENT_DEVICE_FLUSH,	/* nobody claimed the device in time: SAs, tunnels, sessions are gone */
	__L2TPSEC_EVENT_MAX,
};
#define L2TPSEC_EVENT_MAX (__L2TPSEC_EVENT_MAX - 1)

/* One reason for every packet that is dropped. */
enum l2tpsec_drop {
	L2TPSEC_DROP_UNSPEC,
	L2TPSEC_DROP_RX_SHORT,		/* too short for its headers */
	L2TPSEC_DROP_RX_NO_SA,		/* unknown SPI; with raw ESP it is xfrm's packet, not a drop of ours */
	L2TPSEC_DROP_RX_EXPIRED,	/* SA beyond a hard limit */
	L2TPSEC_DROP_RX_REPLAY,		/* seen before, or left of the window */
	L2TPSEC_DROP_RX_AUTH,		/* ICV wrong */
	L2TPSEC_DROP_RX_CRYPTO,		/* crypto API failed otherwise */
	L2TPSEC_DROP_RX_TRAILER,	/* ESP padding or next header wrong */
	L2TPSEC_DROP_RX_NOT_L2TP,	/* inner packet is not UDP to port 1701 */
	L2TPSEC_DROP_RX_L2TP_HEADER,	/* malformed L2TP header */
	L2TPSEC_DROP_RX_NO_TUNNEL,	/* tunnel id unknown in this lineage */
	L2TPSEC_DROP_RX_NO_SESSION,	/* session id unknown in this tunnel */
	L2TPSEC_DROP_RX_SEQUENCE,	/* L2TP Ns seen before or late */
	L2TPSEC_DROP_RX_PPP_HEADER,	/* malformed PPP header */
	L2TPSEC_DROP_RX_NOT_OPEN,	/* IP before the session is open */
	L2TPSEC_DROP_RX_INNER_HEADER,	/* inner IP header malformed */
	L2TPSEC_DROP_RX_SOURCE,		/* inner source address is not the session's */
	L2TPSEC_DROP_RX_NO_OWNER,	/* control frame and nobody owns the device */
	L2TPSEC_DROP_RX_OWNER_BUSY,	/* control frame and the owner's queue is full */
	L2TPSEC_DROP_RX_NO_MEMORY,
	L2TPSEC_DROP_TX_NO_SESSION,	/* destination belongs to no session */
	L2TPSEC_DROP_TX_NO_SA,		/* lineage without outbound SA */
	L2TPSEC_DROP_TX_EXPIRED,	/* SA beyond a hard limit */
	L2TPSEC_DROP_TX_SEQUENCE,	/* ESP sequence numbers used up */
	L2TPSEC_DROP_TX_TOO_BIG,	/* larger than the session's MTU and not to be fragmented */
	L2TPSEC_DROP_TX_NOT_IP,
	L2TPSEC_DROP_TX_CRYPTO,
	L2TPSEC_DROP_TX_NO_ROUTE,	/* no route to the endpoint, or only through an l2tpsec device */
	L2TPSEC_DROP_TX_NO_SOCKET,	/* no attached socket for the SA's local address and port */
	L2TPSEC_DROP_TX_NO_MEMORY,
	__L2TPSEC_DROP_MAX,
};
#define L2TPSEC_DROP_MAX (__L2TPSEC_DROP_MAX - 1)

#endif /* _UAPI_LINUX_L2TPSEC_H */
