// SPDX-License-Identifier: MIT
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#include "ike/dh.h"

/*
 * A group.  MODP: bytes of the prime; private values as long as the larger
 * estimate of RFC 3526 section 8 says.  ECP: bytes of one coordinate.  Curve25519
 * has one only, and is the row with NID_X25519.
 */
struct group {
	unsigned int number;
	size_t len;
	size_t private_len;
	int curve;			/* ECP, Curve25519 */

	BIGNUM *(*prime)(BIGNUM *bn);	/* MODP */
};

static const struct group groups[] = {
	{ 2, 128, 20, 0, BN_get_rfc2409_prime_1024 },	/* RFC 2409 6.2; weak, as is the next */
	{ 5, 192, 30, 0, BN_get_rfc3526_prime_1536 },
	{ 14, 256, 40, 0, BN_get_rfc3526_prime_2048 },
	{ 15, 384, 53, 0, BN_get_rfc3526_prime_3072 },
	{ 16, 512, 60, 0, BN_get_rfc3526_prime_4096 },
	{ 19, 32, 32, NID_X9_62_prime256v1, NULL },	/* RFC 5903 3.1 */
	{ 20, 48, 48, NID_secp384r1, NULL },		/* RFC 5903 3.2 */
	{ 21, 66, 66, NID_secp521r1, NULL },		/* RFC 5903 3.3 */
	{ 31, 32, 32, NID_X25519, NULL },		/* RFC 8031 2 */
};

static const struct group *group_find(unsigned int number)
{
	size_t i;

	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (groups[i].number == number)
			return &groups[i];
	}
	return NULL;
}

/**
 * dh_public_len - size of a KE payload's body
 * @group: number of the group
 * Return: bytes, 0 for a group that we do not have.
 */
size_t dh_public_len(unsigned int group)
{
	const struct group *g = group_find(group);

	if (!g)
		return 0;
	return g->prime || g->curve == NID_X25519 ? g->len : 2 * g->len;	/* RFC 5903 7: x and y */
}

/**
 * dh_secret_len - size of the shared secret
 * @group: number of the group
 * Return: bytes, 0 for a group that we do not have.
 */
size_t dh_secret_len(unsigned int group)
{
	const struct group *g = group_find(group);

	return g ? g->len : 0;			/* RFC 5903 7: x alone */
}

/**
 * dh_private_len - how many random bytes a private value takes
 * @group: number of the group
 * Return: bytes, 0 for a group that we do not have.
 */
size_t dh_private_len(unsigned int group)
{
	const struct group *g = group_find(group);

	return g ? g->private_len : 0;
}

/* 1 < y < p - 1: everything else lies in a subgroup of order 2 at most, the primes being safe. */
static bool modp_public_valid(const BIGNUM *y, const BIGNUM *p, BIGNUM *scratch)
{
	return !BN_is_zero(y) && !BN_is_one(y) && BN_copy(scratch, p) && BN_sub_word(scratch, 1) &&
	       BN_cmp(y, scratch) < 0;
}

static bool modp_compute(struct dh *dh, const struct group *g, BN_CTX *ctx)
{
	BIGNUM *p = g->prime(BN_CTX_get(ctx)), *x = BN_CTX_get(ctx), *y = BN_CTX_get(ctx);
	BIGNUM *two = BN_CTX_get(ctx), *r = BN_CTX_get(ctx);

	if (!p || !r || !BN_bin2bn(dh->priv, (int)g->private_len, x) || !BN_set_word(two, 2) ||
	    !BN_bin2bn(dh->peer, (int)dh->peer_len, y) || !modp_public_valid(y, p, r))
		return false;
	BN_set_flags(x, BN_FLG_CONSTTIME);
	return BN_mod_exp(r, two, x, p, ctx) && BN_bn2binpad(r, dh->pub, (int)g->len) > 0 &&
	       BN_mod_exp(r, y, x, p, ctx) && BN_bn2binpad(r, dh->secret, (int)g->len) > 0;
}

/* A number between 1 and the order of the curve minus 1. */
static bool ecp_private(BIGNUM *x, const struct dh *dh, const struct group *g, const BIGNUM *order, BN_CTX *ctx)
{
	BIGNUM *top = BN_CTX_get(ctx), *raw = BN_CTX_get(ctx);

	return raw && BN_bin2bn(dh->priv, (int)g->private_len, raw) && BN_copy(top, order) &&
	       BN_sub_word(top, 1) && BN_nnmod(x, raw, top, ctx) && BN_add_word(x, 1);
}

static bool ecp_put(uint8_t *out, const EC_GROUP *curve, const EC_POINT *point, size_t len, bool both, BN_CTX *ctx)
{
	BIGNUM *px = BN_CTX_get(ctx), *py = BN_CTX_get(ctx);

	return py && EC_POINT_get_affine_coordinates(curve, point, px, py, ctx) &&
	       BN_bn2binpad(px, out, (int)len) > 0 && (!both || BN_bn2binpad(py, out + len, (int)len) > 0);
}

/* EC_POINT_set_affine_coordinates() refuses points that are not on the curve. */
static bool ecp_get(const struct dh *dh, const EC_GROUP *curve, EC_POINT *point, size_t len, BN_CTX *ctx)
{
	BIGNUM *px = BN_CTX_get(ctx), *py = BN_CTX_get(ctx);

	return py && BN_bin2bn(dh->peer, (int)len, px) && BN_bin2bn(dh->peer + len, (int)len, py) &&
	       EC_POINT_set_affine_coordinates(curve, point, px, py, ctx);
}

static bool ecp_compute(struct dh *dh, const struct group *g, BN_CTX *ctx)
{
	EC_GROUP *curve = EC_GROUP_new_by_curve_name(g->curve);
	EC_POINT *point = curve ? EC_POINT_new(curve) : NULL;
	BIGNUM *x = BN_CTX_get(ctx);
	bool ok;

	ok = point && x && ecp_private(x, dh, g, EC_GROUP_get0_order(curve), ctx) &&
	     EC_POINT_mul(curve, point, x, NULL, NULL, ctx) && ecp_put(dh->pub, curve, point, g->len, true, ctx) &&
	     ecp_get(dh, curve, point, g->len, ctx) && EC_POINT_mul(curve, point, NULL, point, x, ctx) &&
	     ecp_put(dh->secret, curve, point, g->len, false, ctx);
	EC_POINT_free(point);
	EC_GROUP_free(curve);
	return ok;
}

/* EVP_PKEY_derive() refuses a secret of nothing but zeros (RFC 7748 6.1). */
static bool x25519_compute(struct dh *dh, const struct group *g)
{
	EVP_PKEY *own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, dh->priv, g->private_len);
	EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, dh->peer, g->len);
	EVP_PKEY_CTX *ctx = own ? EVP_PKEY_CTX_new(own, NULL) : NULL;
	size_t pub_len = g->len, secret_len = g->len;
	bool ok;

	ok = ctx && peer && EVP_PKEY_get_raw_public_key(own, dh->pub, &pub_len) > 0 &&
	     EVP_PKEY_derive_init(ctx) > 0 && EVP_PKEY_derive_set_peer(ctx, peer) > 0 &&
	     EVP_PKEY_derive(ctx, dh->secret, &secret_len) > 0 && secret_len == g->len;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	EVP_PKEY_free(own);
	return ok;
}

/**
 * dh_compute - our public value and the shared secret
 * @dh: @group, @priv, @peer and @peer_len in; @pub and @secret out
 * Return: false when the peer's value is not one of the group, or memory is short.
 */
bool dh_compute(struct dh *dh)
{
	const struct group *g = group_find(dh->group);
	BN_CTX *ctx;
	bool ok;

	if (!g || dh->peer_len != dh_public_len(dh->group))
		return false;
	if (g->curve == NID_X25519)
		return x25519_compute(dh, g);
	ctx = BN_CTX_secure_new();
	if (!ctx)
		return false;
	BN_CTX_start(ctx);
	ok = g->prime ? modp_compute(dh, g, ctx) : ecp_compute(dh, g, ctx);
	BN_CTX_end(ctx);
	BN_CTX_free(ctx);
	return ok;
}
