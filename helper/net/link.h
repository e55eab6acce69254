/* SPDX-License-Identifier: MIT */
/* The module's network interface and its addresses (rtnetlink). */
#ifndef L2TPSEC_NET_LINK_H
#define L2TPSEC_NET_LINK_H

#include <stdint.h>

int link_create(const char *name);
int link_set_up(const char *name, uint32_t local_address, unsigned int mtu);
int link_delete(const char *name);
int link_route_add(const char *name, uint32_t first, uint32_t last);
unsigned int link_prefix_len(uint32_t first, uint32_t last);

#endif
