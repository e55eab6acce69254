/* SPDX-License-Identifier: MIT */
/* MS-CHAPv2 arithmetic (RFC 2759 section 8).  MD4 and DES come from OpenSSL's legacy provider. */
#ifndef L2TPSEC_AUTH_MSCHAPV2_H
#define L2TPSEC_AUTH_MSCHAPV2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MSCHAPV2_CHALLENGE_LEN	16
#define MSCHAPV2_HASH_LEN	16
#define MSCHAPV2_RESPONSE_LEN	24
#define MSCHAPV2_SUCCESS_LEN	43	/* "S=", 40 hex digits, end */

struct mschapv2;

/**
 * struct mschapv2_login - the public numbers of one login
 * @user: user name without domain
 * @challenge: the server's
 * @peer_challenge: the client's
 */
struct mschapv2_login {
	const char *user;
	uint8_t challenge[MSCHAPV2_CHALLENGE_LEN];
	uint8_t peer_challenge[MSCHAPV2_CHALLENGE_LEN];
};

struct mschapv2 *mschapv2_new(void);
void mschapv2_free(struct mschapv2 *m);
bool mschapv2_nt_hash(const struct mschapv2 *m, const char *password, uint8_t hash[MSCHAPV2_HASH_LEN]);
bool mschapv2_nt_response(const struct mschapv2 *m, const struct mschapv2_login *login,
			  const uint8_t nt_hash[MSCHAPV2_HASH_LEN], uint8_t response[MSCHAPV2_RESPONSE_LEN]);
bool mschapv2_success(const struct mschapv2 *m, const struct mschapv2_login *login,
		      const uint8_t nt_hash[MSCHAPV2_HASH_LEN],
		      const uint8_t response[MSCHAPV2_RESPONSE_LEN], char out[MSCHAPV2_SUCCESS_LEN]);

#endif
