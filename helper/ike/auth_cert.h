/* SPDX-License-Identifier: MIT */
/* Authentication by RSA signatures with certificates (RFC 2409 5.1). */
#ifndef L2TPSEC_IKE_AUTH_CERT_H
#define L2TPSEC_IKE_AUTH_CERT_H

#include "ike/exchange.h"

void auth_cert_derive(struct isakmp *sa);
const char *auth_cert_start(struct exchange *x, const struct message *m, const struct payload_id *id);
bool auth_cert_accept(struct exchange *x, const struct exchange_job *job, struct payload_builder *b);

#endif
