/* SPDX-License-Identifier: MIT */
/* Authentication by pre-shared key: which of the configured ones is the peer's? (RFC 2409 5.4) */
#ifndef L2TPSEC_IKE_AUTH_PSK_H
#define L2TPSEC_IKE_AUTH_PSK_H

#include "ike/state.h"

#define AUTH_PSK_TRIALS_MAX	64

const struct conf_psk *auth_psk_open(struct isakmp *sa, struct message *m, uint8_t iv[IKE_BLOCK],
				     unsigned int *tried);

#endif
