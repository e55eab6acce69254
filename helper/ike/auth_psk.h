/* SPDX-License-Identifier: MIT */
/* Authentication by pre-shared key: which of the configured ones is the peer's? (RFC 2409 5.4) */
#ifndef L2TPSEC_IKE_AUTH_PSK_H
#define L2TPSEC_IKE_AUTH_PSK_H

#include "ike/state.h"

#define AUTH_PSK_TRIALS_MAX	64

/**
 * struct auth_psk_search - how a search for the peer's key went
 * @tried: how many keys may be used from the peer's address and were tried
 * @other: fits, but is for another identity; NULL = none; borrows from the configuration
 */
struct auth_psk_search {
	unsigned int tried;
	const struct conf_psk *other;
};

const struct conf_psk *auth_psk_open(struct isakmp *sa, struct message *m, uint8_t iv[IKE_BLOCK],
				     struct auth_psk_search *search);
const struct conf_psk *auth_psk_choose(const struct conf_ike *conf, const struct addr *peer,
				       const struct payload_id *id);
void auth_psk_derive(struct isakmp *sa, const void *secret, size_t len);

#endif
