/* SPDX-License-Identifier: MIT */
/* IP addresses, prefixes and endpoints, IPv4 and IPv6 alike. */
#ifndef L2TPSEC_CORE_ADDR_H
#define L2TPSEC_CORE_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDR_STRLEN	INET6_ADDRSTRLEN
#define ENDPOINT_STRLEN	(INET6_ADDRSTRLEN + 8)

/**
 * struct addr - an IP address
 * @family: AF_INET, AF_INET6, or AF_UNSPEC for "none"
 * @b: the bytes in network order; IPv4 uses the first four, the rest is zero
 */
struct addr {
	int family;
	uint8_t b[16];
};

/**
 * struct prefix - an address range
 * @addr: its first address
 * @len: leading bits that count
 */
struct prefix {
	struct addr addr;
	unsigned int len;
};

/**
 * struct endpoint - an address and a UDP port
 * @addr: address
 * @port: port, host order
 */
struct endpoint {
	struct addr addr;
	uint16_t port;
};

size_t addr_len(const struct addr *a);
bool addr_equal(const struct addr *a, const struct addr *b);
bool addr_parse(struct addr *a, const char *text);
const char *addr_print(const struct addr *a, char out[ADDR_STRLEN]);
struct addr addr_from_ipv4(uint32_t host_order);
uint32_t addr_to_ipv4(const struct addr *a);
bool prefix_parse(struct prefix *p, const char *text);
bool prefix_contains(const struct prefix *p, const struct addr *a);
bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);
const char *endpoint_print(const struct endpoint *e, char out[ENDPOINT_STRLEN]);
void endpoint_to_sockaddr(const struct endpoint *e, struct sockaddr_storage *ss, socklen_t *len);
bool endpoint_from_sockaddr(struct endpoint *e, const struct sockaddr *sa);

#endif
