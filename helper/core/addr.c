// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/addr.h"

/**
 * addr_len - bytes of an address on the wire
 * @a: address
 * Return: 4, 16, or 0 for none.
 */
size_t addr_len(const struct addr *a)
{
	switch (a->family) {
	case AF_INET:
		return 4;
	case AF_INET6:
		return 16;
	default:
		return 0;
	}
}

/**
 * addr_equal - same family and bytes
 * @a: one
 * @b: other
 * Return: whether they are.
 */
bool addr_equal(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && !memcmp(a->b, b->b, addr_len(a));
}

/**
 * addr_parse - read an address from text
 * @a: result; untouched on failure
 * @text: IPv4 or IPv6 notation
 * Return: whether it was one.
 */
bool addr_parse(struct addr *a, const char *text)
{
	struct addr r = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };

	if (inet_pton(r.family, text, r.b) != 1)
		return false;
	*a = r;
	return true;
}

/**
 * addr_print - write an address as text
 * @a: address
 * @out: storage
 * Return: @out; "none" without an address.
 */
const char *addr_print(const struct addr *a, char out[ADDR_STRLEN])
{
	if (!addr_len(a) || !inet_ntop(a->family, a->b, out, ADDR_STRLEN))
		snprintf(out, ADDR_STRLEN, "none");
	return out;
}

/**
 * addr_from_ipv4 - an IPv4 address from a number
 * @host_order: the number
 * Return: the address.
 */
struct addr addr_from_ipv4(uint32_t host_order)
{
	struct addr a = { .family = AF_INET };
	uint32_t n = htonl(host_order);

	memcpy(a.b, &n, sizeof(n));
	return a;
}

/**
 * addr_to_ipv4 - an IPv4 address as a number
 * @a: address
 * Return: in host order; 0 when it is not IPv4.
 */
uint32_t addr_to_ipv4(const struct addr *a)
{
	uint32_t n;

	if (a->family != AF_INET)
		return 0;
	memcpy(&n, a->b, sizeof(n));
	return ntohl(n);
}

/**
 * prefix_parse - read "address" or "address/length"
 * @p: result; untouched on failure
 * @text: notation
 * Return: whether it was one.
 */
bool prefix_parse(struct prefix *p, const char *text)
{
	char copy[ADDR_STRLEN + 8];
	struct prefix r;
	unsigned long len;
	char *slash, *end;

	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
		return false;
	slash = strchr(copy, '/');
	if (slash)
		*slash++ = '\0';
	if (!addr_parse(&r.addr, copy))
		return false;
	r.len = addr_len(&r.addr) * 8;
	if (slash) {
		len = strtoul(slash, &end, 10);
		if (end == slash || *end || len > r.len)
			return false;
		r.len = len;
	}
	*p = r;
	return true;
}

/**
 * prefix_contains - is an address in a range?
 * @p: range
 * @a: address
 * Return: whether it is; never across families.
 */
bool prefix_contains(const struct prefix *p, const struct addr *a)
{
	unsigned int bytes = p->len / 8, bits = p->len % 8;
	uint8_t mask = bits ? 0xff << (8 - bits) : 0;

	if (p->addr.family != a->family)
		return false;
	if (memcmp(p->addr.b, a->b, bytes))
		return false;
	return !bits || !((p->addr.b[bytes] ^ a->b[bytes]) & mask);
}

/**
 * endpoint_equal - same address and port
 * @a: one
 * @b: other
 * Return: whether they are.
 */
bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && addr_equal(&a->addr, &b->addr);
}

/**
 * endpoint_print - write an endpoint as text
 * @e: endpoint
 * @out: storage
 * Return: @out, "192.0.2.1:500" or "[2001:db8::1]:500".
 */
const char *endpoint_print(const struct endpoint *e, char out[ENDPOINT_STRLEN])
{
	char a[ADDR_STRLEN];

	snprintf(out, ENDPOINT_STRLEN, e->addr.family == AF_INET6 ? "[%s]:%u" : "%s:%u",
		 addr_print(&e->addr, a), e->port);
	return out;
}

/**
 * endpoint_to_sockaddr - for the socket calls
 * @e: endpoint
 * @ss: result
 * @len: its size
 */
void endpoint_to_sockaddr(const struct endpoint *e, struct sockaddr_storage *ss, socklen_t *len)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ss;
	struct sockaddr_in *in = (struct sockaddr_in *)ss;

	memset(ss, 0, sizeof(*ss));
	if (e->addr.family == AF_INET6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(e->port);
		memcpy(&in6->sin6_addr, e->addr.b, 16);
		*len = sizeof(*in6);
		return;
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(e->port);
	memcpy(&in->sin_addr, e->addr.b, 4);
	*len = sizeof(*in);
}

/**
 * endpoint_from_sockaddr - from the socket calls
 * @e: result
 * @sa: address
 * Return: false when it is neither IPv4 nor IPv6.
 */
bool endpoint_from_sockaddr(struct endpoint *e, const struct sockaddr *sa)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sa;
	const struct sockaddr_in *in = (const struct sockaddr_in *)sa;

	memset(e, 0, sizeof(*e));
	e->addr.family = sa->sa_family;
	switch (sa->sa_family) {
	case AF_INET:
		e->port = ntohs(in->sin_port);
		memcpy(e->addr.b, &in->sin_addr, 4);
		return true;
	case AF_INET6:
		e->port = ntohs(in6->sin6_port);
		memcpy(e->addr.b, &in6->sin6_addr, 16);
		return true;
	default:
		return false;
	}
}
