/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_RAWESP_H
#define _L2S_RAWESP_H

#include <linux/in6.h>
#include <linux/rhashtable-types.h>

struct l2s_sa;
struct net;
struct netlink_ext_ack;
struct sk_buff;

/**
 * struct l2s_rawesp_key - what names one direction of a raw SA in a namespace
 * @local: our address, IPv4 as ::ffff:a.b.c.d
 * @remote: the peer's, likewise
 * @spi: network order
 */
struct l2s_rawesp_key {
	struct in6_addr local;
	struct in6_addr remote;
	__be32 spi;
};

/**
 * struct l2s_rawesp - the part of an SA that only raw ones use
 * @in: of what we receive							[I]
 * @out: of what we send							[I]
 * @in_node: in the namespace's table of the same name				[R, d]
 * @out_node: in the namespace's table of the same name				[R, d]
 */
struct l2s_rawesp {
	struct l2s_rawesp_key in;
	struct l2s_rawesp_key out;
	struct rhash_head in_node;
	struct rhlist_head out_node;
};

/**
 * struct l2s_rawesp_net - the raw SAs of a namespace, of whichever device
 * @in: by what we receive; a key names one SA					[R]
 * @out: by what we send, for ICMP errors; the peer chose the SPI, so a key may
 *	name several								[R]
 */
struct l2s_rawesp_net {
	struct rhashtable in;
	struct rhltable out;
};

int l2s_rawesp_add(struct l2s_sa *sa, struct netlink_ext_ack *extack);
void l2s_rawesp_remove(struct l2s_sa *sa);
void l2s_rawesp_refresh(struct l2s_sa *sa);
void l2s_rawesp_send(struct l2s_sa *sa, struct sk_buff *skb);
int l2s_rawesp_net_init(struct l2s_rawesp_net *raw);
void l2s_rawesp_net_exit(struct l2s_rawesp_net *raw);
int l2s_rawesp_module_init(void);
void l2s_rawesp_module_exit(void);

#endif /* _L2S_RAWESP_H */
