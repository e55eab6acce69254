// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#include "ike/keymat.h"

static const char *hash_name(enum conf_ike_hash hash)
{
	switch (hash) {
	case CONF_IKE_HASH_MD5:
		return "MD5";
	case CONF_IKE_HASH_SHA1:
		return "SHA1";
	case CONF_IKE_HASH_SHA2_256:
		return "SHA256";
	case CONF_IKE_HASH_SHA2_384:
		return "SHA384";
	case CONF_IKE_HASH_SHA2_512:
		return "SHA512";
	}
	return NULL;
}

/* These algorithms are always there: only a machine without memory comes here. */
static void must(bool ok)
{
	if (!ok)
		abort();
}

/**
 * keymat_hash_len - output of a hash and of its PRF
 * @hash: hash
 * Return: bytes.
 */
size_t keymat_hash_len(enum conf_ike_hash hash)
{
	switch (hash) {
	case CONF_IKE_HASH_MD5:
		return 16;
	case CONF_IKE_HASH_SHA1:
		return 20;
	case CONF_IKE_HASH_SHA2_256:
		return 32;
	case CONF_IKE_HASH_SHA2_384:
		return 48;
	case CONF_IKE_HASH_SHA2_512:
		return 64;
	}
	return 0;
}

/**
 * keymat_hash - the negotiated hash over several pieces
 * @hash: hash
 * @parts: pieces
 * @n: how many
 * @out: keymat_hash_len() bytes
 */
void keymat_hash(enum conf_ike_hash hash, const struct keymat_part *parts, size_t n, uint8_t *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_MD *md = EVP_MD_fetch(NULL, hash_name(hash), NULL);
	size_t i;

	must(ctx && md && EVP_DigestInit_ex2(ctx, md, NULL));
	for (i = 0; i < n; i++)
		must(EVP_DigestUpdate(ctx, parts[i].data, parts[i].len));
	must(EVP_DigestFinal_ex(ctx, out, NULL));
	EVP_MD_free(md);
	EVP_MD_CTX_free(ctx);
}

/**
 * keymat_prf - the negotiated PRF, HMAC (RFC 2409 4), over several pieces
 * @hash: its hash
 * @key: key
 * @key_len: bytes
 * @parts: pieces
 * @n: how many
 * @out: keymat_hash_len() bytes
 */
void keymat_prf(enum conf_ike_hash hash, const void *key, size_t key_len,
		const struct keymat_part *parts, size_t n, uint8_t *out)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
	OSSL_PARAM params[2];
	size_t i, len;

	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)hash_name(hash), 0);
	params[1] = OSSL_PARAM_construct_end();
	must(ctx && EVP_MAC_init(ctx, key, key_len, params));
	for (i = 0; i < n; i++)
		must(EVP_MAC_update(ctx, parts[i].data, parts[i].len));
	must(EVP_MAC_final(ctx, out, &len, IKE_HASH_MAX));
	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(mac);
}

/* SKEYID_x = prf(SKEYID, [the one before |] g^xy | CKY-I | CKY-R | x) (RFC 2409 5) */
static void skeyid_next(const struct keymat *km, const struct keymat_phase1 *in, const uint8_t *before,
			uint8_t x, uint8_t *out)
{
	const struct keymat_part parts[] = {
		{ before, before ? km->len : 0 }, in->secret, { in->icookie, ISAKMP_COOKIE_LEN },
		{ in->rcookie, ISAKMP_COOKIE_LEN }, { &x, 1 },
	};

	keymat_prf(km->hash, km->skeyid, km->len, parts, 5, out);
}

/* The key is SKEYID_e itself where that is long enough (RFC 2409 appendix B). */
static void cipher_key(struct keymat *km)
{
	uint8_t stream[IKE_HASH_MAX + IKE_KEY_MAX], zero = 0;
	struct keymat_part part = { &zero, 1 };
	size_t have = 0;

	if (km->len >= km->cipher_len) {
		memcpy(km->cipher, km->skeyid_e, km->cipher_len);
		return;
	}
	while (have < km->cipher_len) {
		keymat_prf(km->hash, km->skeyid_e, km->len, &part, 1, stream + have);
		part = (struct keymat_part){ stream + have, km->len };
		have += km->len;
	}
	memcpy(km->cipher, stream, km->cipher_len);
	OPENSSL_cleanse(stream, sizeof(stream));
}

/* The rest follows from SKEYID alike with every method (RFC 2409 5). */
static void from_skeyid(struct keymat *km, const struct keymat_phase1 *in, unsigned int key_bits)
{
	km->cipher_len = key_bits / 8;
	skeyid_next(km, in, NULL, 0, km->skeyid_d);
	skeyid_next(km, in, km->skeyid_d, 1, km->skeyid_a);
	skeyid_next(km, in, km->skeyid_a, 2, km->skeyid_e);
	cipher_key(km);
}

/**
 * keymat_phase1_psk - all keys of an ISAKMP SA from a pre-shared key (RFC 2409 5 and 5.4)
 * @km: result; @km->hash and @km->algorithm are set already
 * @in: what else they depend on
 * @psk: pre-shared key
 * @psk_len: bytes
 * @key_bits: of the cipher
 */
void keymat_phase1_psk(struct keymat *km, const struct keymat_phase1 *in, const void *psk, size_t psk_len,
		       unsigned int key_bits)
{
	const struct keymat_part nonces[] = { in->ni, in->nr };

	km->len = keymat_hash_len(km->hash);
	keymat_prf(km->hash, psk, psk_len, nonces, 2, km->skeyid);
	from_skeyid(km, in, key_bits);
}

/**
 * keymat_phase1_signature - all keys of an ISAKMP SA whose peers sign (RFC 2409 5 and 5.1)
 * @km: result; @km->hash and @km->algorithm are set already
 * @in: what they depend on; nonces of at most IKE_NONCE_MAX bytes
 * @key_bits: of the cipher
 */
void keymat_phase1_signature(struct keymat *km, const struct keymat_phase1 *in, unsigned int key_bits)
{
	uint8_t nonces[2 * IKE_NONCE_MAX];

	memcpy(nonces, in->ni.data, in->ni.len);
	memcpy(nonces + in->ni.len, in->nr.data, in->nr.len);
	km->len = keymat_hash_len(km->hash);
	keymat_prf(km->hash, nonces, in->ni.len + in->nr.len, &in->secret, 1, km->skeyid);
	from_skeyid(km, in, key_bits);
}

/**
 * keymat_phase2 - KEYMAT of one direction (RFC 2409 5.5)
 * @km: keys of the ISAKMP SA
 * @in: what Quick Mode brought
 * @spi: SPI of the receiver of this direction
 * @out: result
 * @len: bytes wanted
 */
void keymat_phase2(const struct keymat *km, const struct keymat_phase2 *in, uint32_t spi,
		   uint8_t *out, size_t len)
{
	const uint32_t wire_spi = htonl(spi);
	uint8_t block[IKE_HASH_MAX];
	struct keymat_part parts[] = {
		{ block, 0 }, in->secret, { &in->protocol, 1 }, { &wire_spi, 4 }, in->ni, in->nr,
	};
	size_t n;

	while (len) {
		keymat_prf(km->hash, km->skeyid_d, km->len, parts, 6, block);
		parts[0].len = km->len;
		n = len < km->len ? len : km->len;
		memcpy(out, block, n);
		out += n;
		len -= n;
	}
	OPENSSL_cleanse(block, sizeof(block));
}

static void iv_of(enum conf_ike_hash hash, const struct keymat_part *parts, uint8_t iv[IKE_BLOCK])
{
	uint8_t full[IKE_HASH_MAX];

	keymat_hash(hash, parts, 2, full);
	memcpy(iv, full, IKE_BLOCK);
}

/**
 * keymat_phase1_iv - IV of the first encrypted message (RFC 2409 appendix B)
 * @hash: hash
 * @gxi: initiator's public value
 * @gxr: responder's public value
 * @iv: result
 */
void keymat_phase1_iv(enum conf_ike_hash hash, const struct keymat_part *gxi, const struct keymat_part *gxr,
		      uint8_t iv[IKE_BLOCK])
{
	const struct keymat_part parts[] = { *gxi, *gxr };

	iv_of(hash, parts, iv);
}

/**
 * keymat_block - how many bytes the cipher takes at once: those of an IV that count
 * @km: keys
 * Return: bytes.
 */
size_t keymat_block(const struct keymat *km)
{
	return km->algorithm == CONF_IKE_CIPHER_3DES ? IKE_BLOCK_3DES : IKE_BLOCK;
}

/**
 * keymat_phase2_iv - IV of the first message of an exchange after phase 1 (RFC 2409 appendix B)
 * @km: keys
 * @last: last cipher block of phase 1
 * @message_id: the exchange's, host order
 * @iv: result
 */
void keymat_phase2_iv(const struct keymat *km, const uint8_t last[IKE_BLOCK], uint32_t message_id,
		      uint8_t iv[IKE_BLOCK])
{
	const uint32_t wire_id = htonl(message_id);
	const struct keymat_part parts[] = { { last, keymat_block(km) }, { &wire_id, 4 } };

	iv_of(km->hash, parts, iv);
}

static const EVP_CIPHER *cipher_of(const struct keymat *km)
{
	if (km->algorithm == CONF_IKE_CIPHER_3DES)
		return EVP_des_ede3_cbc();
	switch (km->cipher_len) {
	case 16:
		return EVP_aes_128_cbc();
	case 24:
		return EVP_aes_192_cbc();
	default:
		return EVP_aes_256_cbc();
	}
}

static void crypt_blocks(const struct keymat *km, const uint8_t *iv, uint8_t *data, size_t len, int encrypt)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n;

	must(ctx && EVP_CipherInit_ex2(ctx, cipher_of(km), km->cipher, iv, encrypt, NULL));
	must(EVP_CIPHER_CTX_set_padding(ctx, 0));
	must(EVP_CipherUpdate(ctx, data, &n, data, (int)len) && (size_t)n == len);
	EVP_CIPHER_CTX_free(ctx);
}

/**
 * keymat_encrypt - encrypt in place
 * @km: keys
 * @iv: IV; the last cipher block afterwards
 * @data: whole blocks
 * @len: bytes
 * Return: false unless @len is a whole number of blocks.
 */
bool keymat_encrypt(const struct keymat *km, uint8_t iv[IKE_BLOCK], uint8_t *data, size_t len)
{
	size_t block = keymat_block(km);

	if (!len || len % block)
		return false;
	crypt_blocks(km, iv, data, len, 1);
	memcpy(iv, data + len - block, block);
	return true;
}

/**
 * keymat_decrypt - decrypt in place
 * @km: keys
 * @iv: IV; the last cipher block afterwards
 * @data: whole blocks
 * @len: bytes
 * Return: false unless @len is a whole number of blocks.
 */
bool keymat_decrypt(const struct keymat *km, uint8_t iv[IKE_BLOCK], uint8_t *data, size_t len)
{
	size_t block = keymat_block(km);
	uint8_t last[IKE_BLOCK];

	if (!len || len % block)
		return false;
	memcpy(last, data + len - block, block);
	crypt_blocks(km, iv, data, len, 0);
	memcpy(iv, last, block);
	return true;
}
