/* SPDX-License-Identifier: MIT */
/* Vendor IDs: the few that we act on, and those that tell what a client is. */
#ifndef L2TPSEC_IKE_VENDOR_H
#define L2TPSEC_IKE_VENDOR_H

#include <stddef.h>
#include <stdint.h>

#include "ike/payload.h"

/** what a peer can do, by its vendor IDs */
#define VENDOR_RFC3947		(1u << 0)
#define VENDOR_DPD		(1u << 1)
#define VENDOR_FRAGMENTATION	(1u << 2)
#define VENDOR_XAUTH		(1u << 3)

unsigned int vendor_read(const struct payload_list *list, char *client, size_t size);
void vendor_put(struct payload_builder *b, unsigned int which);

#endif
