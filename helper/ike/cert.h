/* SPDX-License-Identifier: MIT */
/* Certificates in payloads, and whether one may be believed (RFC 2408 3.9 and 3.10, RFC 4945).  Pure. */
#ifndef L2TPSEC_IKE_CERT_H
#define L2TPSEC_IKE_CERT_H

#include <openssl/x509.h>

#include "ike/payload.h"

#define CERT_CHAIN_MAX	10	/* certificates that a peer may send */

/**
 * struct cert_check - a peer's certificate under examination
 * @trusted: CAs and revocation lists
 * @chain: what the peer sent, its own certificate first
 * @id: the peer's ID payload
 * @refusal: result: why it is not believed, one phrase; "" = it is
 * @stale: result: names of CAs whose revocation list has expired, "" = none
 */
struct cert_check {
	X509_STORE *trusted;
	struct stack_st_X509 *chain;
	struct payload_id id;
	char refusal[768];
	char stale[256];
};

struct stack_st_X509 *cert_read(const struct payload_list *list);
bool cert_put(struct payload_builder *b, X509 *own, const struct stack_st_X509 *chain);
bool cert_put_requests(struct payload_builder *b, const struct stack_st_X509 *issuers);
bool cert_believe(struct cert_check *c);
void cert_print_dn(const uint8_t *der, size_t len, char *out, size_t size);

#endif
