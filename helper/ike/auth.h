/* SPDX-License-Identifier: MIT */
/* What every way of authentication in Main Mode hashes and derives (RFC 2409 5). */
#ifndef L2TPSEC_IKE_AUTH_H
#define L2TPSEC_IKE_AUTH_H

#include "ike/state.h"

struct keymat_phase1 auth_keymat_input(const struct isakmp *sa);
void auth_first_iv(const struct isakmp *sa, uint8_t iv[IKE_BLOCK]);
void auth_hash(const struct isakmp *sa, bool initiator, const void *id, size_t id_len, uint8_t *out);

#endif
