/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_SOCKET_H
#define _L2S_SOCKET_H

#include <linux/list.h>
#include <linux/types.h>
#include <net/sock.h>

struct l2s_address;
struct l2s_device;
struct netlink_ext_ack;

/**
 * struct l2s_socket - a UDP socket of the owner's that carries our ESP
 * @sock: the socket; a reference to its file is held			[I]
 * @device: whose packets it carries; named in the socket's user data	[I]
 * @node: in the device's list						[d]
 *
 * Found under RCU through an SA or the socket's user data.
 */
struct l2s_socket {
	struct socket *sock;
	struct l2s_device *device;
	struct list_head node;
};

int l2s_socket_add(struct l2s_device *device, u32 fd, struct netlink_ext_ack *extack);
struct l2s_socket *l2s_socket_find(struct l2s_device *device, const struct l2s_address *address,
				   __be16 port);
void l2s_socket_flush(struct l2s_device *device);

#endif /* _L2S_SOCKET_H */
