/* SPDX-License-Identifier: MIT */
/* Attribute-value pairs (RFC 2661 4.1): cutting them out of a message and writing them. */
#ifndef L2TPSEC_L2TP_AVP_H
#define L2TPSEC_L2TP_AVP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

/**
 * struct l2tp_avp - one AVP as it stands on the wire
 * @mandatory: M bit
 * @hidden: H bit: @value is encrypted (4.3)
 * @reserved: a reserved bit is set: to be treated as unrecognized (4.1)
 * @vendor: SMI vendor, 0 = the IETF's; @type means nothing without it
 * @type: attribute type
 * @value: borrowed bytes
 * @len: how many
 */
struct l2tp_avp {
	bool mandatory;
	bool hidden;
	bool reserved;
	uint16_t vendor;
	uint16_t type;
	const uint8_t *value;
	size_t len;
};

bool l2tp_avp_next(struct rbuf *r, struct l2tp_avp *avp);
void l2tp_avp_put(struct wbuf *w, uint16_t type, bool mandatory, const void *value, size_t len);

#endif
