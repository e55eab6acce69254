// SPDX-License-Identifier: GPL-2.0
/*
 * UDP sockets that the owner binds and attaches by file descriptor.
 *
 * The device holds the socket's file, so that sessions outlive their owner for
 * the orphan timeout.  A socket keeps its network namespace alive: a namespace
 * whose device has sockets ends only when these are let go, that is when the
 * owner dies and the timeout is over, or when the interface is deleted.  A
 * socket can be attached by an owner only, and an owner has a netlink socket in
 * that namespace anyway; so nothing is pinned for ever.
 */
#include <linux/file.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/udp_tunnel.h>
#include "device.h"
#include "early.h"
#include "sa.h"
#include "socket.h"
#include "udp.h"

#define ENCAP_TYPE	1	/* any but 0: encap_rcv is called, and nobody else's code */

static bool address_matches(const struct sock *sk, const struct l2s_address *address)
{
	if (sk->sk_family != address->family)
		return false;
	if (sk->sk_family == AF_INET)
		return !inet_sk(sk)->inet_rcv_saddr ||
		       inet_sk(sk)->inet_rcv_saddr == address->v4;
#if IS_ENABLED(CONFIG_IPV6)
	return ipv6_addr_any(&sk->sk_v6_rcv_saddr) ||
	       ipv6_addr_equal(&sk->sk_v6_rcv_saddr, &address->v6);
#else
	return false;
#endif
}

/**
 * l2s_socket_find - the attached socket that sends from an address and port
 * @device: its lock is held
 * @address: local
 * @port: local, network order
 *
 * Return: valid as long as the lock is held; NULL: there is none.
 */
struct l2s_socket *l2s_socket_find(struct l2s_device *device, const struct l2s_address *address,
				   __be16 port)
{
	struct l2s_socket *socket;

	lockdep_assert_held(&device->lock);
	list_for_each_entry(socket, &device->sockets, node)
		if (inet_sk(socket->sock->sk)->inet_sport == port &&
		    address_matches(socket->sock->sk, address))
			return socket;
	return NULL;
}

static struct l2s_socket *find_same_binding(struct l2s_device *device, const struct sock *sk)
{
	struct l2s_address address = { .family = sk->sk_family };

	if (sk->sk_family == AF_INET)
		address.v4 = inet_sk(sk)->inet_rcv_saddr;
#if IS_ENABLED(CONFIG_IPV6)
	else
		address.v6 = sk->sk_v6_rcv_saddr;
#endif
	return l2s_socket_find(device, &address, inet_sk(sk)->inet_sport);
}

static void set_encap(struct l2s_socket *socket, bool on)
{
	struct udp_tunnel_sock_cfg cfg = {};

	if (on) {
		cfg.sk_user_data = socket;
		cfg.encap_type = ENCAP_TYPE;
		cfg.encap_rcv = l2s_udp_encap_rcv;
		cfg.encap_err_lookup = l2s_udp_err_lookup;
		/* Without this option GRO goes on with a packet that was taken from it. */
		if (IS_ENABLED(CONFIG_XFRM_OFFLOAD))
			cfg.gro_receive = l2s_early_gro_receive;
	}
	setup_udp_tunnel_sock(sock_net(socket->sock->sk), socket->sock, &cfg);
}

/*
 * Take sockets off their device.  When the grace period is over, no packet is
 * between encap_rcv and the end of its synchronous way, and no SA's pointer to
 * the socket is in use.
 */
static void detach_list(struct list_head *list)
{
	struct l2s_socket *socket, *next;

	if (list_empty(list))
		return;
	list_for_each_entry(socket, list, node) {
		lock_sock(socket->sock->sk);
		set_encap(socket, false);
		release_sock(socket->sock->sk);
	}
	synchronize_net();
	list_for_each_entry_safe(socket, next, list, node) {
		sockfd_put(socket->sock);
		kfree(socket);
	}
}

static int check_socket(const struct sock *sk, struct netlink_ext_ack *extack)
{
	if ((sk->sk_family != AF_INET && sk->sk_family != AF_INET6) ||
	    sk->sk_type != SOCK_DGRAM || sk->sk_protocol != IPPROTO_UDP) {
		NL_SET_ERR_MSG(extack, "the file descriptor is not a UDP socket");
		return -EPROTONOSUPPORT;
	}
	if (!inet_sk(sk)->inet_num) {
		NL_SET_ERR_MSG(extack, "the socket is not bound");
		return -EDESTADDRREQ;
	}
	if (rcu_access_pointer(__sk_user_data((sk))) || READ_ONCE(udp_sk(sk)->encap_type)) {
		NL_SET_ERR_MSG(extack, "the socket is attached already or has other encapsulation");
		return -EBUSY;
	}
	return 0;
}

/* Device's lock held.  A socket with the same binding, left by a former owner, is replaced. */
static int attach(struct l2s_device *device, struct l2s_socket *socket,
		  struct netlink_ext_ack *extack)
{
	struct sock *sk = socket->sock->sk;
	struct l2s_socket *old;
	LIST_HEAD(replaced);
	int err;

	if (device->dead) {
		NL_SET_ERR_MSG(extack, "the device is being removed");
		return -ENODEV;
	}
	lock_sock(sk);
	err = check_socket(sk, extack);
	if (!err)
		set_encap(socket, true);
	release_sock(sk);
	if (err)
		return err;

	old = find_same_binding(device, sk);
	list_add_tail(&socket->node, &device->sockets);
	device->n_sockets++;
	if (old) {
		l2s_sa_replace_socket(device, old, socket);
		list_move(&old->node, &replaced);
		device->n_sockets--;
		detach_list(&replaced);
	}
	return 0;
}

/**
 * l2s_socket_add - attach a bound UDP socket
 * @device: its lock is not held
 * @fd: of the calling process
 * @extack: has a sentence after an error
 *
 * Context: process, the owner's.
 * Return: 0 or a negative error.
 */
int l2s_socket_add(struct l2s_device *device, u32 fd, struct netlink_ext_ack *extack)
{
	struct l2s_socket *socket;
	int err;

	socket = kzalloc(sizeof(*socket), GFP_KERNEL);
	if (!socket)
		return -ENOMEM;
	socket->device = device;
	socket->sock = sockfd_lookup(fd, &err);
	if (!socket->sock) {
		NL_SET_ERR_MSG(extack, "the file descriptor is not a socket");
		goto free_socket;
	}
	mutex_lock(&device->lock);
	err = attach(device, socket, extack);
	mutex_unlock(&device->lock);
	if (err)
		goto put_sock;
	return 0;

put_sock:
	sockfd_put(socket->sock);
free_socket:
	kfree(socket);
	return err;
}

/**
 * l2s_socket_flush - let go of all sockets
 * @device: its lock is held
 *
 * Context: process.  No received packet enters the device afterwards.
 */
void l2s_socket_flush(struct l2s_device *device)
{
	LIST_HEAD(list);

	lockdep_assert_held(&device->lock);
	l2s_sa_replace_socket(device, NULL, NULL);
	list_splice_init(&device->sockets, &list);
	device->n_sockets = 0;
	detach_list(&list);
}
