// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/errno.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/inet6.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <netlink/socket.h>
#include <string.h>

#include "core/log.h"
#include "net/link.h"

#define KIND	"l2tpsec"
/* The alias of an interface that no administrator made: it goes when the daemon ends. */
#define MADE_BY_US "made by l2tpsecd"

/* libnl's numbers as errno; what has no errno is an input/output error. */
static int errno_of(int nl)
{
	switch (nl < 0 ? -nl : nl) {
	case 0:
		return 0;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_EXIST:
		return -EEXIST;
	case NLE_NODEV:
	case NLE_OBJ_NOTFOUND:
		return -ENODEV;
	case NLE_OPNOTSUPP:
		return -EOPNOTSUPP;
	case NLE_INVAL:
	case NLE_RANGE:
		return -EINVAL;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_BUSY:
		return -EBUSY;
	case NLE_NOADDR:
		return -EADDRNOTAVAIL;
	default:
		return -EIO;
	}
}

static struct nl_sock *route_socket(void)
{
	struct nl_sock *sk = nl_socket_alloc();

	if (!sk)
		return NULL;
	if (nl_connect(sk, NETLINK_ROUTE) < 0) {
		nl_socket_free(sk);
		return NULL;
	}
	return sk;
}

static int complain(const char *name, const char *what, int nl)
{
	log_line(LOG_LEVEL_ERROR, "%s: cannot %s: %s", name, what, nl_geterror(nl));
	return errno_of(nl);
}

/* What the interface is now; NULL: there is none of that name. */
static struct rtnl_link *link_get(struct nl_sock *sk, const char *name)
{
	struct rtnl_link *link;

	return rtnl_link_get_kernel(sk, 0, name, &link) < 0 ? NULL : link;
}

static bool made_by_us(struct rtnl_link *link)
{
	const char *alias = rtnl_link_get_ifalias(link);

	return alias && !strcmp(alias, MADE_BY_US);
}

static int accept_existing(const char *name, struct rtnl_link *link)
{
	const char *kind = rtnl_link_get_type(link);

	if (kind && !strcmp(kind, KIND))
		return made_by_us(link) ? 0 : -EEXIST;
	log_line(LOG_LEVEL_ERROR, "%s: there is an interface of that name and it is no " KIND
		 " device; set another device in [gateway]", name);
	return -EINVAL;
}

/* Only a name for people and for the next daemon: the interface works without it. */
static void set_alias(struct nl_sock *sk, const char *name)
{
	struct rtnl_link *now = link_get(sk, name), *want = rtnl_link_alloc();

	if (now && want) {
		rtnl_link_set_ifalias(want, MADE_BY_US);
		rtnl_link_change(sk, now, want, 0);
	}
	if (now)
		rtnl_link_put(now);
	if (want)
		rtnl_link_put(want);
}

static int add_link(struct nl_sock *sk, const char *name)
{
	struct rtnl_link *link = rtnl_link_alloc();
	int err;

	if (!link)
		return -ENOMEM;
	rtnl_link_set_name(link, name);
	err = rtnl_link_set_type(link, KIND);
	if (!err)
		err = rtnl_link_add(sk, link, NLM_F_CREATE | NLM_F_EXCL);
	rtnl_link_put(link);
	if (err == -NLE_OPNOTSUPP) {
		log_line(LOG_LEVEL_ERROR, "%s: the kernel module " KIND " is not loaded; run modprobe " KIND, name);
		return -EOPNOTSUPP;
	}
	if (err)
		return complain(name, "create the interface", err);
	set_alias(sk, name);
	return 0;
}

/**
 * link_create - make sure that the device exists; the kernel loads the module for it
 * @name: interface
 * Return: 0 when a daemon made it, this one or one that died; -EEXIST when somebody else did,
 * whose it stays; else a negative errno and a line in the log.
 */
int link_create(const char *name)
{
	struct nl_sock *sk = route_socket();
	struct rtnl_link *link;
	int err;

	if (!sk)
		return complain(name, "open a netlink socket", -NLE_FAILURE);
	link = link_get(sk, name);
	if (link) {
		err = accept_existing(name, link);
		rtnl_link_put(link);
	} else {
		err = add_link(sk, name);
	}
	nl_socket_free(sk);
	return err;
}

/*
 * No link-local address of the kernel's own making: what goes out with it (router
 * solicitations) has no session to go to.  Where IPv6 is off this is refused, rightly.
 */
static void no_automatic_ipv6(struct nl_sock *sk, struct rtnl_link *now)
{
	struct rtnl_link *want = rtnl_link_alloc();

	if (!want)
		return;
	if (!rtnl_link_inet6_set_addr_gen_mode(want, rtnl_link_inet6_str2addrgenmode("none")))
		rtnl_link_change(sk, now, want, 0);
	rtnl_link_put(want);
}

static int change_link(struct nl_sock *sk, const char *name, unsigned int mtu)
{
	struct rtnl_link *now = link_get(sk, name), *want;
	int err;

	if (!now)
		return complain(name, "find the interface", -NLE_NODEV);
	want = rtnl_link_alloc();
	if (!want) {
		rtnl_link_put(now);
		return -ENOMEM;
	}
	no_automatic_ipv6(sk, now);
	rtnl_link_set_mtu(want, mtu);
	rtnl_link_set_flags(want, IFF_UP);
	err = rtnl_link_change(sk, now, want, 0);
	rtnl_link_put(want);
	rtnl_link_put(now);
	return err ? complain(name, "set the interface up", err) : 0;
}

static struct nl_addr *ipv4_addr(uint32_t host_order, unsigned int prefix_len)
{
	uint32_t n = htonl(host_order);
	struct nl_addr *a = nl_addr_build(AF_INET, &n, sizeof(n));

	if (a)
		nl_addr_set_prefixlen(a, prefix_len);
	return a;
}

static int add_address(struct nl_sock *sk, const char *name, uint32_t local_address)
{
	struct nl_addr *local = ipv4_addr(local_address, 32);
	struct rtnl_addr *addr = rtnl_addr_alloc();
	int err = -NLE_NOMEM;

	if (local && addr) {
		rtnl_addr_set_ifindex(addr, if_nametoindex(name));
		rtnl_addr_set_local(addr, local);
		err = rtnl_addr_add(sk, addr, 0);
	}
	if (addr)
		rtnl_addr_put(addr);
	nl_addr_put(local);
	return err && err != -NLE_EXIST ? complain(name, "add our inner address", err) : 0;
}

/**
 * link_set_up - give the device our address and set it up
 * @name: interface, exists
 * @local_address: our inner address, host order; added as /32, may be there already
 * @mtu: of the interface
 * Return: 0, or a negative errno and a line in the log.
 */
int link_set_up(const char *name, uint32_t local_address, unsigned int mtu)
{
	struct nl_sock *sk = route_socket();
	int err;

	if (!sk)
		return complain(name, "open a netlink socket", -NLE_FAILURE);
	err = change_link(sk, name, mtu);
	if (!err)
		err = add_address(sk, name, local_address);
	nl_socket_free(sk);
	return err;
}

/**
 * link_delete - delete the device; its addresses and routes go with it
 * @name: interface
 * Return: 0, also when there is none; else a negative errno and a line in the log.
 */
int link_delete(const char *name)
{
	struct nl_sock *sk = route_socket();
	struct rtnl_link *link;
	int err = 0;

	if (!sk)
		return complain(name, "open a netlink socket", -NLE_FAILURE);
	link = link_get(sk, name);
	if (link) {
		err = rtnl_link_delete(sk, link);
		rtnl_link_put(link);
	}
	nl_socket_free(sk);
	return err ? complain(name, "delete the interface", err) : 0;
}

static struct rtnl_route *route_to(uint32_t first, unsigned int prefix_len, unsigned int ifindex)
{
	struct rtnl_route *route = rtnl_route_alloc();
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
	struct nl_addr *dst = ipv4_addr(first, prefix_len);

	if (!route || !hop || !dst) {
		rtnl_route_put(route);
		if (hop)
			rtnl_route_nh_free(hop);
		nl_addr_put(dst);
		return NULL;
	}
	rtnl_route_nh_set_ifindex(hop, ifindex);
	rtnl_route_add_nexthop(route, hop);
	rtnl_route_set_dst(route, dst);
	rtnl_route_set_family(route, AF_INET);
	rtnl_route_set_scope(route, RT_SCOPE_LINK);
	rtnl_route_set_protocol(route, RTPROT_STATIC);
	nl_addr_put(dst);
	return route;
}

static int add_route(struct nl_sock *sk, const char *name, uint32_t first, unsigned int prefix_len)
{
	struct rtnl_route *route = route_to(first, prefix_len, if_nametoindex(name));
	int err;

	if (!route)
		return -ENOMEM;
	err = rtnl_route_add(sk, route, NLM_F_CREATE | NLM_F_REPLACE);
	rtnl_route_put(route);
	return err ? complain(name, "add a route to the pool", err) : 0;
}

/**
 * link_prefix_len - the largest block that starts a range
 * @first: first address, host order
 * @last: last address, inclusive, not before @first
 * Return: its prefix length; it covers 2^(32 - length) addresses, none after @last.
 */
unsigned int link_prefix_len(uint32_t first, uint32_t last)
{
	uint64_t size = 1, count = (uint64_t)last - first + 1;
	unsigned int len = 32;

	while (len && !(first & size) && size * 2 <= count) {
		size *= 2;
		len--;
	}
	return len;
}

/**
 * link_route_add - send a range of addresses to the device, in as few routes as it takes
 * @name: interface, up
 * @first: first address, host order
 * @last: last address, inclusive
 * Return: 0, or a negative errno and a line in the log.
 */
int link_route_add(const char *name, uint32_t first, uint32_t last)
{
	struct nl_sock *sk = route_socket();
	uint64_t at = first;
	unsigned int len;
	int err = 0;

	if (!sk)
		return complain(name, "open a netlink socket", -NLE_FAILURE);
	while (at <= last && !err) {
		len = link_prefix_len(at, last);
		err = add_route(sk, name, at, len);
		at += 1ull << (32 - len);
	}
	nl_socket_free(sk);
	return err;
}
