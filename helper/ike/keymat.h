/* SPDX-License-Identifier: MIT */
/* Key material of both phases, IVs and the cipher (RFC 2409 5, 5.5 and appendix B). */
#ifndef L2TPSEC_IKE_KEYMAT_H
#define L2TPSEC_IKE_KEYMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "ike/wire.h"

/**
 * struct keymat_part - a piece of what is hashed
 * @data: bytes
 * @len: how many
 */
struct keymat_part {
	const void *data;
	size_t len;
};

/**
 * struct keymat - keys of an ISAKMP SA; wiped by its owner
 * @hash: hash and PRF
 * @algorithm: what @cipher is a key of
 * @len: bytes of its output, and of each SKEYID
 * @skeyid: authenticates phase 1
 * @skeyid_d: derives phase 2 keys
 * @skeyid_a: authenticates what comes after phase 1
 * @skeyid_e: derives @cipher
 * @cipher: the cipher's key
 * @cipher_len: bytes
 */
struct keymat {
	enum conf_ike_hash hash;
	enum conf_ike_cipher algorithm;
	size_t len;
	uint8_t skeyid[IKE_HASH_MAX];
	uint8_t skeyid_d[IKE_HASH_MAX];
	uint8_t skeyid_a[IKE_HASH_MAX];
	uint8_t skeyid_e[IKE_HASH_MAX];
	uint8_t cipher[IKE_KEY_MAX];
	size_t cipher_len;
};

/**
 * struct keymat_phase1 - what phase 1 keys are made of
 * @secret: g^xy
 * @ni: initiator's nonce, body
 * @nr: responder's nonce, body
 * @icookie: initiator's cookie
 * @rcookie: responder's cookie
 */
struct keymat_phase1 {
	struct keymat_part secret;
	struct keymat_part ni;
	struct keymat_part nr;
	const uint8_t *icookie;
	const uint8_t *rcookie;
};

/**
 * struct keymat_phase2 - what phase 2 keys are made of
 * @secret: g(qm)^xy, empty without PFS
 * @ni: initiator's nonce, body
 * @nr: responder's nonce, body
 * @protocol: enum isakmp_protocol
 */
struct keymat_phase2 {
	struct keymat_part secret;
	struct keymat_part ni;
	struct keymat_part nr;
	uint8_t protocol;
};

size_t keymat_hash_len(enum conf_ike_hash hash);
void keymat_hash(enum conf_ike_hash hash, const struct keymat_part *parts, size_t n, uint8_t *out);
void keymat_prf(enum conf_ike_hash hash, const void *key, size_t key_len,
		const struct keymat_part *parts, size_t n, uint8_t *out);
void keymat_phase1_psk(struct keymat *km, const struct keymat_phase1 *in, const void *psk, size_t psk_len,
		       unsigned int key_bits);
void keymat_phase1_signature(struct keymat *km, const struct keymat_phase1 *in, unsigned int key_bits);
void keymat_phase2(const struct keymat *km, const struct keymat_phase2 *in, uint32_t spi,
		   uint8_t *out, size_t len);
void keymat_phase1_iv(enum conf_ike_hash hash, const struct keymat_part *gxi, const struct keymat_part *gxr,
		      uint8_t iv[IKE_BLOCK]);
size_t keymat_block(const struct keymat *km);
void keymat_phase2_iv(const struct keymat *km, const uint8_t last[IKE_BLOCK], uint32_t message_id,
		      uint8_t iv[IKE_BLOCK]);
bool keymat_encrypt(const struct keymat *km, uint8_t iv[IKE_BLOCK], uint8_t *data, size_t len);
bool keymat_decrypt(const struct keymat *km, uint8_t iv[IKE_BLOCK], uint8_t *data, size_t len);

#endif
