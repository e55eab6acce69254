// SPDX-License-Identifier: MIT
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/mschapv2.h"

#define PASSWORD_MAX		256	/* UTF-16 units, RFC 2759 section 8.1 */
#define CHALLENGE_HASH_LEN	8
#define SHA1_LEN		20
#define DES_KEY_LEN		8
#define DES_KEYS		3

/**
 * struct mschapv2 - the algorithms, in a library context of their own
 * @ctx: so that nothing else in the process sees the legacy provider
 * @base: OpenSSL's default provider
 * @legacy: OpenSSL's legacy provider
 * @md4: digest
 * @sha1: digest
 * @des: single DES, ECB
 */
struct mschapv2 {
	OSSL_LIB_CTX *ctx;
	OSSL_PROVIDER *base;
	OSSL_PROVIDER *legacy;
	EVP_MD *md4;
	EVP_MD *sha1;
	EVP_CIPHER *des;
};

/**
 * struct part - a run of bytes to be hashed
 * @data: bytes
 * @len: how many
 */
struct part {
	const void *data;
	size_t len;
};

/**
 * mschapv2_new - load the algorithms
 * Return: a context, NULL when OpenSSL has no legacy provider.
 */
struct mschapv2 *mschapv2_new(void)
{
	struct mschapv2 *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->ctx = OSSL_LIB_CTX_new();
	if (m->ctx) {
		m->base = OSSL_PROVIDER_load(m->ctx, "default");
		m->legacy = OSSL_PROVIDER_load(m->ctx, "legacy");
		m->md4 = EVP_MD_fetch(m->ctx, "MD4", NULL);
		m->sha1 = EVP_MD_fetch(m->ctx, "SHA1", NULL);
		m->des = EVP_CIPHER_fetch(m->ctx, "DES-ECB", NULL);
	}
	if (m->md4 && m->sha1 && m->des)
		return m;
	mschapv2_free(m);
	return NULL;
}

/**
 * mschapv2_free - unload them
 * @m: context, or NULL
 */
void mschapv2_free(struct mschapv2 *m)
{
	if (!m)
		return;
	EVP_CIPHER_free(m->des);
	EVP_MD_free(m->sha1);
	EVP_MD_free(m->md4);
	if (m->legacy)
		OSSL_PROVIDER_unload(m->legacy);
	if (m->base)
		OSSL_PROVIDER_unload(m->base);
	OSSL_LIB_CTX_free(m->ctx);
	free(m);
}

static bool digest(const EVP_MD *md, const struct part *parts, size_t n, uint8_t *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx && EVP_DigestInit_ex2(ctx, md, NULL);

	for (size_t i = 0; ok && i < n; i++)
		ok = EVP_DigestUpdate(ctx, parts[i].data, parts[i].len);
	ok = ok && EVP_DigestFinal_ex(ctx, out, NULL);
	EVP_MD_CTX_free(ctx);
	return ok;
}

/* Seven key bytes become eight; the parity bits mean nothing (RFC 2759 section 8.6). */
static void spread_key(const uint8_t in[7], uint8_t out[DES_KEY_LEN])
{
	uint64_t bits = 0;

	for (int i = 0; i < 7; i++)
		bits = bits << 8 | in[i];
	for (int i = 0; i < DES_KEY_LEN; i++)
		out[i] = (uint8_t)((bits >> (49 - 7 * i) & 0x7f) << 1);
	OPENSSL_cleanse(&bits, sizeof(bits));
}

static bool des_encrypt(const struct mschapv2 *m, const uint8_t clear[8], const uint8_t key7[7], uint8_t out[8])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t key[DES_KEY_LEN];
	int len = 0;
	bool ok;

	spread_key(key7, key);
	ok = ctx && EVP_EncryptInit_ex2(ctx, m->des, key, NULL, NULL) &&
	     EVP_CIPHER_CTX_set_padding(ctx, 0) && EVP_EncryptUpdate(ctx, out, &len, clear, 8) && len == 8;
	OPENSSL_cleanse(key, sizeof(key));
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

/* One character of UTF-8; false at what is not UTF-8 (RFC 3629 section 4). */
static bool next_character(const uint8_t **pos, uint32_t *c)
{
	static const uint32_t smallest[] = { 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = *pos;
	unsigned int more;

	more = *p < 0x80 ? 0 : *p >> 5 == 6 ? 1 : *p >> 4 == 14 ? 2 : *p >> 3 == 30 ? 3 : 4;
	if (more == 4)
		return false;
	*c = more ? *p & (0x3f >> more) : *p;
	for (unsigned int i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return false;
		*c = *c << 6 | (p[i] & 0x3f);
	}
	*pos = p + 1 + more;
	return *c >= smallest[more] && *c <= 0x10ffff && (*c < 0xd800 || *c > 0xdfff);
}

static void put_unit(uint8_t *out, size_t *units, uint16_t unit)
{
	out[*units * 2] = unit & 0xff;
	out[*units * 2 + 1] = unit >> 8;
	(*units)++;
}

/* To UTF-16LE, as Windows stores passwords. */
static bool to_utf16(const char *text, uint8_t out[PASSWORD_MAX * 2], size_t *units)
{
	const uint8_t *p = (const uint8_t *)text;
	uint32_t c;

	*units = 0;
	while (*p) {
		if (!next_character(&p, &c) || *units + 2 > PASSWORD_MAX)
			return false;
		if (c >= 0x10000) {
			put_unit(out, units, (uint16_t)(0xd800 + ((c - 0x10000) >> 10)));
			put_unit(out, units, (uint16_t)(0xdc00 + (c & 0x3ff)));
		} else {
			put_unit(out, units, (uint16_t)c);
		}
	}
	return true;
}

/**
 * mschapv2_nt_hash - NtPasswordHash (RFC 2759 section 8.3)
 * @m: context
 * @password: UTF-8, terminated
 * @hash: result; whoever keeps it wipes it
 * Return: false when the password is no UTF-8 or longer than 255 characters.
 */
bool mschapv2_nt_hash(const struct mschapv2 *m, const char *password, uint8_t hash[MSCHAPV2_HASH_LEN])
{
	uint8_t unicode[PASSWORD_MAX * 2];
	struct part part = { unicode, 0 };
	size_t units;
	bool ok;

	ok = to_utf16(password, unicode, &units);
	part.len = units * 2;
	ok = ok && digest(m->md4, &part, 1, hash);
	OPENSSL_cleanse(unicode, sizeof(unicode));
	return ok;
}

/* ChallengeHash, RFC 2759 section 8.2 */
static bool challenge_hash(const struct mschapv2 *m, const struct mschapv2_login *login,
			   uint8_t out[CHALLENGE_HASH_LEN])
{
	const struct part parts[] = {
		{ login->peer_challenge, MSCHAPV2_CHALLENGE_LEN },
		{ login->challenge, MSCHAPV2_CHALLENGE_LEN },
		{ login->user, strlen(login->user) },
	};
	uint8_t sha1[SHA1_LEN];

	if (!digest(m->sha1, parts, 3, sha1))
		return false;
	memcpy(out, sha1, CHALLENGE_HASH_LEN);
	return true;
}

/**
 * mschapv2_nt_response - GenerateNTResponse (RFC 2759 sections 8.1, 8.5)
 * @m: context
 * @login: numbers of this login
 * @nt_hash: of the password
 * @response: what a client that knows the password sends
 * Return: false when the library failed.
 */
bool mschapv2_nt_response(const struct mschapv2 *m, const struct mschapv2_login *login,
			  const uint8_t nt_hash[MSCHAPV2_HASH_LEN], uint8_t response[MSCHAPV2_RESPONSE_LEN])
{
	uint8_t keys[DES_KEYS * 7] = { 0 };
	uint8_t challenge[CHALLENGE_HASH_LEN];
	bool ok;

	memcpy(keys, nt_hash, MSCHAPV2_HASH_LEN);
	ok = challenge_hash(m, login, challenge);
	for (int i = 0; ok && i < DES_KEYS; i++)
		ok = des_encrypt(m, challenge, keys + 7 * i, response + 8 * i);
	OPENSSL_cleanse(keys, sizeof(keys));
	return ok;
}

/**
 * mschapv2_success - GenerateAuthenticatorResponse (RFC 2759 section 8.7)
 * @m: context
 * @login: numbers of this login
 * @nt_hash: of the password
 * @response: the client's
 * @out: "S=" and 40 hex digits: proof that we know the password too
 * Return: false when the library failed.
 */
bool mschapv2_success(const struct mschapv2 *m, const struct mschapv2_login *login,
		      const uint8_t nt_hash[MSCHAPV2_HASH_LEN],
		      const uint8_t response[MSCHAPV2_RESPONSE_LEN], char out[MSCHAPV2_SUCCESS_LEN])
{
	static const char magic1[] = "Magic server to client signing constant";
	static const char magic2[] = "Pad to make it do more than one iteration";
	uint8_t hash_hash[MSCHAPV2_HASH_LEN], challenge[CHALLENGE_HASH_LEN], sha1[SHA1_LEN];
	const struct part hash = { nt_hash, MSCHAPV2_HASH_LEN };
	const struct part first[] = {
		{ hash_hash, sizeof(hash_hash) },
		{ response, MSCHAPV2_RESPONSE_LEN },
		{ magic1, sizeof(magic1) - 1 },
	};
	const struct part second[] = {
		{ sha1, sizeof(sha1) },
		{ challenge, sizeof(challenge) },
		{ magic2, sizeof(magic2) - 1 },
	};
	bool ok;

	ok = digest(m->md4, &hash, 1, hash_hash) && digest(m->sha1, first, 3, sha1) &&
	     challenge_hash(m, login, challenge) && digest(m->sha1, second, 3, sha1);
	OPENSSL_cleanse(hash_hash, sizeof(hash_hash));
	if (!ok)
		return false;
	memcpy(out, "S=", 3);
	for (size_t i = 0; i < sizeof(sha1); i++)
		snprintf(out + 2 + 2 * i, 3, "%02X", sha1[i]);
	return true;
}
