/* SPDX-License-Identifier: MIT */
/* Vendor IDs: the few that we act on, and those that tell what a client is. */
#ifndef L2TPSEC_IKE_VENDOR_H
#define L2TPSEC_IKE_VENDOR_H

#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "ike/payload.h"

/** enum vendor_bit - what a peer can do, by its vendor IDs */
enum vendor_bit {
	VENDOR_RFC3947 = 0x1,
	VENDOR_DPD = 0x2,
	VENDOR_FRAGMENTATION = 0x4,
	VENDOR_XAUTH = 0x8,
};

unsigned int vendor_read(const struct payload_list *list, char *client, size_t size);
enum conf_client vendor_client(const struct payload_list *list);
void vendor_put(struct payload_builder *b, unsigned int which);

#endif
