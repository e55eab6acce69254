/* SPDX-License-Identifier: MIT */
/* NAT traversal: discovery and original addresses (RFC 3947). */
#ifndef L2TPSEC_IKE_NATT_H
#define L2TPSEC_IKE_NATT_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"
#include "core/addr.h"
#include "ike/payload.h"

/**
 * struct natt_cookies - what NAT-D hashes depend on besides the endpoint
 * @hash: the negotiated hash
 * @icookie: initiator's cookie
 * @rcookie: responder's cookie
 */
struct natt_cookies {
	enum conf_ike_hash hash;
	const uint8_t *icookie;
	const uint8_t *rcookie;
};

void natt_hash(const struct natt_cookies *c, const struct endpoint *e, uint8_t *out);
bool natt_is_destination(const struct natt_cookies *c, const struct payload_list *list, const struct endpoint *e);
bool natt_is_source(const struct natt_cookies *c, const struct payload_list *list, const struct endpoint *e);
struct endpoint natt_dialled(const struct conf_ike *conf, const struct endpoint *local);
void natt_put(struct payload_builder *b, const struct natt_cookies *c, const struct endpoint *e);
void natt_put_false(struct payload_builder *b, const struct natt_cookies *c);
void natt_put_original(struct payload_builder *b, const struct addr *a);

#endif
