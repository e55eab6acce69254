/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every format, limit and protocol number of the data path.  No code.
 *
 * A data packet, from the outside in:
 *
 *	IP | UDP | ESP header | IV | UDP | L2TP | PPP | inner IP | padding | ESP trailer | ICV
 *	   `- RFC 3948, absent with raw ESP
 */
#ifndef _L2S_WIRE_H
#define _L2S_WIRE_H

#include <linux/bits.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/udp.h>

/* UDP encapsulation of ESP, RFC 3948 */
#define L2S_UDP_KEEPALIVE	0xff		/* 2.3: the only byte of a NAT-keepalive */
#define L2S_UDP_MARKER_LEN	4		/* 2.2: non-ESP marker, zeros in the SPI's place */

/* ESP, RFC 4303.  The header is struct ip_esp_hdr. */
#define L2S_ESP_HEADER_LEN	8		/* 2: SPI, sequence number */
#define L2S_ESP_TRAILER_LEN	2		/* 2: pad length, next header */
#define L2S_ESP_ALIGN		4		/* 2.4: trailer and ICV end on 4 bytes */
#define L2S_ESP_PAD_MAX		255		/* 2.4 */
#define L2S_ESP_SPI_MIN		256		/* 2.1: 0..255 are reserved */
#define L2S_ESP_DUMMY		59		/* 2.6: next header of a packet to be discarded */
#define L2S_ESP_IV_MAX		16		/* AES-CBC; AES-GCM has 8 */
#define L2S_ESP_ICV_MAX		32		/* HMAC-SHA2-512-256 */
#define L2S_ESP_ICV_SHORT	12		/* HMAC-SHA2-256-96, of drafts before RFC 4868 */

/* Anti-replay window in packets, RFC 4303 3.4.3 */
#define L2S_REPLAY_WINDOW_MIN	32
#define L2S_REPLAY_WINDOW_DEFAULT 1024
#define L2S_REPLAY_WINDOW_MAX	4096

/* L2TP over UDP, RFC 2661 3.1 and 8.1 */
#define L2S_L2TP_PORT		1701
#define L2S_L2TP_T		0x8000		/* control message */
#define L2S_L2TP_L		0x4000		/* Length field */
#define L2S_L2TP_S		0x0800		/* Ns and Nr fields */
#define L2S_L2TP_O		0x0200		/* Offset Size field */
#define L2S_L2TP_P		0x0100		/* priority */
#define L2S_L2TP_VERSION_MASK	0x000f
#define L2S_L2TP_VERSION	2
#define L2S_L2TP_HEADER_MIN	6		/* flags, tunnel id, session id */
#define L2S_L2TP_CONTROL_LEN	12		/* flags, length, ids, Ns, Nr: of all control */
#define L2S_L2TP_HEADER_MAX	14		/* all fields; offset padding comes behind */
#define L2S_L2TP_HEADER_SENT	12		/* the most that we send: no offset */

/* PPP, RFC 1661 2 and RFC 1662 3.1; the numbers are IANA's */
#define L2S_PPP_ADDRESS		0xffU
#define L2S_PPP_CONTROL		0x03
#define L2S_PPP_IP		0x0021
#define L2S_PPP_IPV6		0x0057
#define L2S_PPP_HEADER_MAX	4		/* address, control, two bytes of protocol */

/* Sizes that IP promises: RFC 791 3.2 and 3.1; IPv6's 1280 is IPV6_MIN_MTU */
#define L2S_MTU_MIN_IPV4_LINK	68		/* no link carries less */
#define L2S_MTU_MIN4		576		/* every host takes as much */

/* What we put in front of an inner packet, ... */
#define L2S_INNER_HEADERS	(sizeof(struct udphdr) + L2S_L2TP_HEADER_SENT + L2S_PPP_HEADER_MAX)
#define L2S_OUTER_HEADERS	(sizeof(struct ipv6hdr) + sizeof(struct udphdr) + \
				 L2S_ESP_HEADER_LEN + L2S_ESP_IV_MAX)
#define L2S_LINK_ROOM		16		/* Ethernet, as neighbours keep it */
#define L2S_HEADROOM		(LL_MAX_HEADER + L2S_OUTER_HEADERS + L2S_INNER_HEADERS)

/* What the stack shall leave us.  Common drivers put NET_SKB_PAD in front of a
 * frame: 78 bytes with the Ethernet header, just what AES-GCM in UDP over IPv4
 * needs.  With more than this ip_forward() would copy each of them.
 */
#define L2S_HEADROOM_ASKED	(NET_SKB_PAD - 1)

/* ... and what behind it: padding, trailer, ICV of the widest suite. */
#define L2S_TAILROOM		(15 + L2S_ESP_TRAILER_LEN + L2S_ESP_ICV_MAX)

/* The largest inner packet with which no 16-bit length field overflows. */
#define L2S_INNER_MAX		(65535 - L2S_OUTER_HEADERS - L2S_INNER_HEADERS - L2S_TAILROOM)

#endif /* _L2S_WIRE_H */
