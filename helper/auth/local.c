// SPDX-License-Identifier: MIT
/* Users of the chap-secrets file. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "auth/backend.h"
#include "auth/mschapv2.h"
#include "core/log.h"

#define MD5_LEN	16

/**
 * struct local - the back end
 * @conf: where the users are, borrowed
 * @mschapv2: its algorithms; NULL when OpenSSL lacks them
 */
struct local {
	const struct conf *conf;
	struct mschapv2 *mschapv2;
};

static const char wrong_password[] = "wrong password";

/* Windows may send DOMAIN\user. */
static const char *without_domain(const char *name)
{
	const char *backslash = strrchr(name, '\\');

	return backslash ? backslash + 1 : name;
}

static const struct conf_user *find_user(const struct conf *conf, const char *name)
{
	const struct conf_user *user = conf_user_find(conf, name);

	return user || without_domain(name) == name ? user : conf_user_find(conf, without_domain(name));
}

/* Digests are compared, so that the time tells nothing about where or how long the password is. */
static bool same_bytes(const void *a, size_t a_len, const void *b, size_t b_len)
{
	uint8_t da[SHA256_DIGEST_LENGTH], db[SHA256_DIGEST_LENGTH];
	bool same;

	same = EVP_Digest(a, a_len, da, NULL, EVP_sha256(), NULL) &&
	       EVP_Digest(b, b_len, db, NULL, EVP_sha256(), NULL) &&
	       !CRYPTO_memcmp(da, db, sizeof(da));
	OPENSSL_cleanse(da, sizeof(da));
	OPENSSL_cleanse(db, sizeof(db));
	return same;
}

/* RFC 1334 section 2.2.1 */
static const char *check_pap(const struct conf_user *user, const struct auth_request *q)
{
	if (!same_bytes(q->password, q->password_len, user->secret, strlen(user->secret)))
		return wrong_password;
	return NULL;
}

/* RFC 1994 section 4.1: MD5 over identifier, secret and challenge */
static const char *check_chap_md5(const struct conf_user *user, const struct auth_request *q)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t want[MD5_LEN];
	bool ok;

	ok = ctx && EVP_DigestInit_ex(ctx, EVP_md5(), NULL) && EVP_DigestUpdate(ctx, &q->chap_id, 1) &&
	     EVP_DigestUpdate(ctx, user->secret, strlen(user->secret)) &&
	     EVP_DigestUpdate(ctx, q->challenge, q->challenge_len) && EVP_DigestFinal_ex(ctx, want, NULL);
	EVP_MD_CTX_free(ctx);
	if (!ok)
		return "MD5 is not available (OpenSSL)";
	ok = !CRYPTO_memcmp(want, q->response, sizeof(want));
	OPENSSL_cleanse(want, sizeof(want));
	return ok ? NULL : wrong_password;
}

static const char *check_mschapv2_as(const struct mschapv2 *m, const char *name, const uint8_t *nt_hash,
				     const struct auth_request *q, struct auth_result *result)
{
	struct mschapv2_login login = { .user = name };
	uint8_t want[MSCHAPV2_RESPONSE_LEN];
	bool same;

	memcpy(login.challenge, q->challenge, sizeof(login.challenge));
	memcpy(login.peer_challenge, q->peer_challenge, sizeof(login.peer_challenge));
	if (!mschapv2_nt_response(m, &login, nt_hash, want))
		return "MS-CHAPv2 could not be computed (OpenSSL)";
	same = !CRYPTO_memcmp(want, q->response, sizeof(want));
	OPENSSL_cleanse(want, sizeof(want));
	if (!same)
		return wrong_password;
	if (!mschapv2_success(m, &login, nt_hash, q->response, result->mschapv2_success))
		return "MS-CHAPv2 could not be computed (OpenSSL)";
	return NULL;
}

/* RFC 2759 section 8.2 leaves the domain out of the hash; some clients do not. */
static const char *check_mschapv2(const struct local *local, const struct conf_user *user,
				  const struct auth_request *q, struct auth_result *result)
{
	uint8_t nt_hash[MSCHAPV2_HASH_LEN];
	const char *short_name = without_domain(q->user);
	const char *reason;

	if (!local->mschapv2)
		return "MS-CHAPv2 is not available (OpenSSL's legacy provider)";
	if (q->challenge_len != MSCHAPV2_CHALLENGE_LEN)
		return "challenge of another length";
	if (!mschapv2_nt_hash(local->mschapv2, user->secret, nt_hash))
		return "password in the users file is no UTF-8 text of 255 characters";
	reason = check_mschapv2_as(local->mschapv2, short_name, nt_hash, q, result);
	if (reason == wrong_password && short_name != q->user)
		reason = check_mschapv2_as(local->mschapv2, q->user, nt_hash, q, result);
	OPENSSL_cleanse(nt_hash, sizeof(nt_hash));
	return reason;
}

static const char *check_login(const struct local *local, const struct conf_user *user,
			       const struct auth_request *q, struct auth_result *result)
{
	switch (q->method) {
	case AUTH_METHOD_MSCHAPV2:
		return check_mschapv2(local, user, q, result);
	case AUTH_METHOD_CHAP_MD5:
		return check_chap_md5(user, q);
	case AUTH_METHOD_PAP:
		return check_pap(user, q);
	}
	return "unknown method";
}

static void check(void *impl, const struct auth_request *q, struct auth_ticket *ticket)
{
	const struct local *local = impl;
	const struct conf_user *user = find_user(local->conf, q->user);
	struct auth_result result = { 0 };

	result.reason = user ? check_login(local, user, q, &result) : "unknown user";
	result.ok = !result.reason;
	if (result.ok) {
		result.has_address = user->has_address;
		result.address = user->address;
	}
	auth_answer(ticket, &result);
}

static void reload(void *impl, const struct conf *conf)
{
	((struct local *)impl)->conf = conf;
}

static void free_local(void *impl)
{
	struct local *local = impl;

	mschapv2_free(local->mschapv2);
	free(local);
}

static const struct auth_backend backend = {
	.check = check,
	.reload = reload,
	.free = free_local,
};

/**
 * auth_local_new - check logins against the users of the configuration
 * @conf: configuration, borrowed until auth_reload()
 * Return: logins, NULL without memory.
 */
struct auth *auth_local_new(const struct conf *conf)
{
	struct local *local = calloc(1, sizeof(*local));
	struct auth *auth;

	if (!local)
		return NULL;
	local->conf = conf;
	local->mschapv2 = mschapv2_new();
	if (!local->mschapv2)
		log_line(LOG_LEVEL_ERROR, "OpenSSL's legacy provider (MD4, DES) cannot be loaded: no MS-CHAPv2 logins");
	auth = auth_new(&backend, local);
	if (!auth)
		free_local(local);
	return auth;
}
