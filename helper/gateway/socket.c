// SPDX-License-Identifier: MIT
#include <errno.h>
#include <event2/event.h>
#include <netinet/ip.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "gateway/socket.h"

#define PORT_IKE	500
#define PORT_NATT	4500
#define MARKER_LEN	4
#define DATAGRAM_MAX	65535
#define BURST		64

/**
 * struct udp - one socket
 * @fd: socket
 * @natt: port 4500
 * @local: what it is bound to
 * @readable: its event
 * @owner: all of them
 */
struct udp {
	int fd;
	bool natt;
	struct endpoint local;
	struct event *readable;
	struct sockets *owner;
};

struct sockets {
	struct udp udp[2 * CONF_MAX_LISTEN];
	size_t len;
	socket_receive receive;
	void *arg;
};

/* Where a datagram was sent to; a socket on the wildcard address does not know by itself. */
static void local_from_control(struct msghdr *mh, struct endpoint *local)
{
	struct in6_pktinfo info6;
	struct in_pktinfo info;
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(mh); c; c = CMSG_NXTHDR(mh, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			local->addr = addr_from_ipv4(ntohl(info.ipi_addr.s_addr));
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info6, CMSG_DATA(c), sizeof(info6));
			local->addr.family = AF_INET6;
			memcpy(local->addr.b, &info6.ipi6_addr, 16);
		}
	}
}

/*
 * RFC 3948 2.2, 2.3: on port 4500 IKE stands behind four zero bytes.  Everything
 * else there is ESP or a keepalive and the kernel's; what still comes up is dropped.
 */
static void deliver(struct udp *u, const struct ike_path *path, const uint8_t *data, size_t len)
{
	static const uint8_t marker[MARKER_LEN];

	if (u->natt) {
		if (len <= MARKER_LEN || memcmp(data, marker, MARKER_LEN))
			return;
		data += MARKER_LEN;
		len -= MARKER_LEN;
	}
	u->owner->receive(u->owner->arg, path, data, len);
}

static bool read_one(struct udp *u)
{
	uint8_t control[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	static uint8_t data[DATAGRAM_MAX];
	struct sockaddr_storage from;
	struct iovec iov = { data, sizeof(data) };
	struct msghdr mh = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct ike_path path = { .local = u->local, .natt = u->natt };
	ssize_t n = recvmsg(u->fd, &mh, MSG_DONTWAIT);

	if (n < 0)
		return errno == EINTR;
	local_from_control(&mh, &path.local);
	if (endpoint_from_sockaddr(&path.remote, (struct sockaddr *)&from))
		deliver(u, &path, data, n);
	return true;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	int i;

	(void)fd;
	(void)what;
	for (i = 0; i < BURST && read_one(arg); i++)
		;
}

static int set_options(int fd, int family)
{
	int on = 1, dont = IP_PMTUDISC_DONT;

	if (family == AF_INET6)
		return setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) ||
		       setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
	/* IKE messages with certificates may be longer than the path takes: let them be fragmented. */
	return setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) ||
	       setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &dont, sizeof(dont));
}

static int open_one(struct sockets *s, struct event_base *base, const struct addr *addr, bool natt)
{
	struct udp *u = &s->udp[s->len];
	char text[ENDPOINT_STRLEN];
	struct sockaddr_storage ss;
	socklen_t len;

	*u = (struct udp){ .natt = natt, .owner = s };
	u->local.addr = *addr;
	u->local.port = natt ? PORT_NATT : PORT_IKE;
	endpoint_to_sockaddr(&u->local, &ss, &len);
	u->fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (u->fd < 0)
		goto failed;
	s->len++;
	if (set_options(u->fd, ss.ss_family) || bind(u->fd, (struct sockaddr *)&ss, len))
		goto failed;
	u->readable = event_new(base, u->fd, EV_READ | EV_PERSIST, on_readable, u);
	if (!u->readable || event_add(u->readable, NULL))
		goto failed;
	return 0;
failed:
	log_line(LOG_LEVEL_ERROR, "cannot listen on UDP %s: %s%s", endpoint_print(&u->local, text), strerror(errno),
		 errno == EADDRINUSE ? "; another IKE daemon is running" : "");
	return -errno;
}

/**
 * sockets_new - listen for IKE
 * @base: loop
 * @conf: says where
 * @receive: takes the messages
 * @arg: for @receive
 * Return: the sockets, NULL when one could not be opened (a log line says which).
 */
struct sockets *
sockets_new(struct event_base *base, const struct conf_gateway *conf, socket_receive receive, void *arg)
{
	struct sockets *s = calloc(1, sizeof(*s));
	size_t i;

	if (!s)
		return NULL;
	s->receive = receive;
	s->arg = arg;
	for (i = 0; i < conf->listen_len; i++) {
		if (open_one(s, base, &conf->listen[i], false) || open_one(s, base, &conf->listen[i], true)) {
			sockets_free(s);
			return NULL;
		}
	}
	return s;
}

/**
 * sockets_visit_natt - visit the sockets that carry ESP in UDP
 * @s: sockets
 * @visit: called with each; a nonzero return ends the walk
 * @arg: for @visit
 * Return: 0, or what @visit returned.
 */
int sockets_visit_natt(struct sockets *s, socket_visit visit, void *arg)
{
	size_t i;
	int ret;

	for (i = 0; i < s->len; i++) {
		ret = s->udp[i].natt ? visit(arg, s->udp[i].fd) : 0;
		if (ret)
			return ret;
	}
	return 0;
}

static bool bound_for(const struct udp *u, const struct ike_path *path)
{
	static const struct addr any4 = { .family = AF_INET }, any6 = { .family = AF_INET6 };

	if (u->local.port != path->local.port)
		return false;
	return addr_equal(&u->local.addr, &path->local.addr) ||
	       addr_equal(&u->local.addr, path->local.addr.family == AF_INET6 ? &any6 : &any4);
}

static const struct udp *udp_for(const struct sockets *s, const struct ike_path *path)
{
	size_t i;

	for (i = 0; i < s->len; i++) {
		if (bound_for(&s->udp[i], path))
			return &s->udp[i];
	}
	return NULL;
}

/* The source address of an answer is the one that was asked. */
static void control_from_local(struct msghdr *mh, const struct addr *local)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(mh);
	struct in6_pktinfo info6 = { 0 };
	struct in_pktinfo info = { 0 };

	if (local->family == AF_INET6) {
		memcpy(&info6.ipi6_addr, local->b, 16);
		c->cmsg_level = IPPROTO_IPV6;
		c->cmsg_type = IPV6_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(info6));
		memcpy(CMSG_DATA(c), &info6, sizeof(info6));
		mh->msg_controllen = CMSG_SPACE(sizeof(info6));
		return;
	}
	memcpy(&info.ipi_spec_dst, local->b, 4);
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	mh->msg_controllen = CMSG_SPACE(sizeof(info));
}

/**
 * sockets_send - send one IKE message
 * @s: sockets
 * @path: from where to where; @path->natt puts the non-ESP marker in front
 * @msg: the message, borrowed
 * @len: its length
 *
 * A message that cannot be sent is lost like any other: the peer asks again.
 */
void sockets_send(struct sockets *s, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	uint8_t control[CMSG_SPACE(sizeof(struct in6_pktinfo))] = { 0 };
	static const uint8_t marker[MARKER_LEN];
	static struct log_limit limit;
	char text[ENDPOINT_STRLEN];
	struct iovec iov[2] = { { (void *)marker, path->natt ? MARKER_LEN : 0 }, { (void *)msg, len } };
	struct sockaddr_storage to;
	struct msghdr mh = { .msg_name = &to, .msg_iov = iov, .msg_iovlen = 2, .msg_control = control,
			     .msg_controllen = sizeof(control) };
	const struct udp *u = udp_for(s, path);

	endpoint_to_sockaddr(&path->remote, &to, &mh.msg_namelen);
	control_from_local(&mh, &path->local.addr);
	if (u && sendmsg(u->fd, &mh, MSG_DONTWAIT) >= 0)
		return;
	log_limited(&limit, LOG_LEVEL_WARNING, "cannot send to %s: %s", endpoint_print(&path->remote, text),
		    u ? strerror(errno) : "no socket");
}

/**
 * sockets_free - close them
 * @s: sockets, may be NULL
 */
void sockets_free(struct sockets *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->len; i++) {
		if (s->udp[i].readable)
			event_free(s->udp[i].readable);
		close(s->udp[i].fd);
	}
	free(s);
}
