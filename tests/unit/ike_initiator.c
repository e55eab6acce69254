// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/pkcs7.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <string.h>

#include "ike_initiator.h"

/* A growing message.  Asserts instead of errors: a test that runs over is wrong. */
struct out {
	uint8_t *p;
	size_t len, next_at;
};

struct in {
	const uint8_t *body[32];
	size_t len[32];
	uint8_t type[32];
	size_t n;
	const uint8_t *end;
};

static void put(struct out *o, const void *data, size_t len)
{
	assert(o->len + len <= INITIATOR_MESSAGE_MAX);
	if (len)
		memcpy(o->p + o->len, data, len);
	o->len += len;
}

static void put8(struct out *o, unsigned int v)
{
	put(o, &(uint8_t){ v }, 1);
}

static void put16(struct out *o, unsigned int v)
{
	put8(o, v >> 8);
	put8(o, v & 0xff);
}

static void put32(struct out *o, uint32_t v)
{
	put16(o, v >> 16);
	put16(o, v & 0xffff);
}

static void set16(struct out *o, size_t at, size_t v)
{
	o->p[at] = v >> 8;
	o->p[at + 1] = v;
}

static struct out begin(const struct initiator *i, uint8_t *p, uint8_t exchange, uint32_t mid)
{
	struct out o = { .p = p, .next_at = 16 };

	put(&o, i->cky_i, 8);
	put(&o, i->cky_r, 8);
	put8(&o, 0);
	put8(&o, 0x10);
	put8(&o, exchange);
	put8(&o, 0);
	put32(&o, mid);
	put32(&o, 0);
	return o;
}

static size_t start(struct out *o, uint8_t type)
{
	size_t at = o->len;

	o->p[o->next_at] = type;
	o->next_at = at;
	put32(o, 0);
	return at;
}

static void finish(struct out *o, size_t at)
{
	set16(o, at + 2, o->len - at);
}

static size_t payload(struct out *o, uint8_t type, const void *data, size_t len)
{
	size_t at = start(o, type);

	put(o, data, len);
	finish(o, at);
	return at + 4;
}

static size_t end(struct out *o)
{
	set16(o, 26, o->len);
	return o->len;
}

static bool parse(struct in *in, uint8_t type, const uint8_t *p, const uint8_t *limit)
{
	size_t len;

	for (in->n = 0; type; in->n++) {
		if (limit - p < 4 || in->n == 32)
			return false;
		len = p[2] << 8 | p[3];
		if (len < 4 || len > (size_t)(limit - p))
			return false;
		in->type[in->n] = type;
		in->body[in->n] = p + 4;
		in->len[in->n] = len - 4;
		type = p[0];
		p += len;
	}
	in->end = p;
	return true;
}

static int find(const struct in *in, uint8_t type, int nth)
{
	size_t k;

	for (k = 0; k < in->n; k++) {
		if (in->type[k] == type && !nth--)
			return (int)k;
	}
	return -1;
}

static const char *md_name(const struct initiator *i)
{
	if (i->md)
		return i->md;
	return i->sha1 ? "SHA1" : "SHA256";
}

static void prf(const struct initiator *i, const uint8_t *key, size_t key_len, const struct out *data, uint8_t *out)
{
	assert(HMAC(EVP_get_digestbyname(md_name(i)), key, (int)key_len, data->p, data->len, out, NULL));
}

static void digest(const struct initiator *i, const struct out *data, uint8_t *out)
{
	size_t len;

	assert(EVP_Q_digest(NULL, md_name(i), NULL, data->p, data->len, out, &len));
}

static const EVP_CIPHER *cipher(const struct initiator *i)
{
	if (i->cipher_len == 24)
		return EVP_des_ede3_cbc();
	return i->cipher_len == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc();
}

static size_t block(const struct initiator *i)
{
	return i->cipher_len == 24 ? 8 : 16;
}

static void crypt_cbc(const struct initiator *i, uint8_t iv[16], uint8_t *p, size_t len, int enc)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t last[16];
	int n;

	memcpy(last, p + len - block(i), block(i));
	assert(EVP_CipherInit_ex(ctx, cipher(i), NULL, i->cipher, iv, enc));
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	assert(EVP_CipherUpdate(ctx, p, &n, p, (int)len) && (size_t)n == len);
	EVP_CIPHER_CTX_free(ctx);
	memcpy(iv, enc ? p + len - block(i) : last, block(i));
}

static size_t seal(const struct initiator *i, struct out *o, uint8_t iv[16])
{
	while ((o->len - 28) % block(i))
		put8(o, 0);
	o->p[19] |= 1;
	crypt_cbc(i, iv, o->p + 28, o->len - 28, 1);
	return end(o);
}

static bool open_message(const struct initiator *i, const uint8_t *msg, size_t len, uint8_t iv[16], uint8_t *plain,
			 struct in *in)
{
	if (len < 28 + 16 || (len - 28) % block(i) || !(msg[19] & 1))
		return false;
	memcpy(plain, msg, len);
	crypt_cbc(i, iv, plain + 28, len - 28, 0);
	return parse(in, plain[16], plain + 28, plain + len);
}

static void phase2_iv(const struct initiator *i, uint32_t mid, uint8_t iv[16])
{
	uint8_t b[64], h[64];
	struct out o = { .p = b };

	put(&o, i->last_iv, block(i));
	put32(&o, mid);
	digest(i, &o, h);
	memcpy(iv, h, 16);
}

/* --- Diffie-Hellman through EVP_PKEY --- */

static EVP_PKEY *dh_new(bool modp, uint8_t *pub, size_t *len)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"modp_2048", 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx;
	uint8_t raw[256];
	BIGNUM *bn = NULL;
	EVP_PKEY *key;

	if (!modp) {
		key = EVP_EC_gen("P-256");
		assert(key && EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, raw,
							      sizeof(raw), len));
		assert(*len == 65 && raw[0] == 4);
		*len = 64;
		memcpy(pub, raw + 1, 64);
		return key;
	}
	ctx = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
	key = NULL;
	assert(EVP_PKEY_keygen_init(ctx) > 0 && EVP_PKEY_CTX_set_params(ctx, params) &&
	       EVP_PKEY_generate(ctx, &key) > 0 && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PUB_KEY, &bn));
	EVP_PKEY_CTX_free(ctx);
	assert(BN_bn2binpad(bn, pub, 256) == 256);
	BN_free(bn);
	*len = 256;
	return key;
}

static void dh_secret(EVP_PKEY *key, bool modp, const uint8_t *pub, size_t len, uint8_t *out, size_t *out_len)
{
	EVP_PKEY *peer = EVP_PKEY_new();
	uint8_t raw[257] = { 4 };
	EVP_PKEY_CTX *ctx;

	memcpy(raw + !modp, pub, len);
	assert(EVP_PKEY_copy_parameters(peer, key) && EVP_PKEY_set1_encoded_public_key(peer, raw, len + !modp));
	ctx = EVP_PKEY_CTX_new(key, NULL);
	assert(EVP_PKEY_derive_init(ctx) > 0);
	if (modp) {
		unsigned int pad = 1;
		OSSL_PARAM params[] = {
			OSSL_PARAM_construct_uint(OSSL_EXCHANGE_PARAM_PAD, &pad), OSSL_PARAM_construct_end(),
		};

		assert(EVP_PKEY_CTX_set_params(ctx, params));
	}
	*out_len = 256;
	assert(EVP_PKEY_derive_set_peer(ctx, peer) > 0 && EVP_PKEY_derive(ctx, out, out_len) > 0);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
}

/* The groups that OpenSSL has no names for, or does not want to: by hand.  Return: bytes of the prime. */
static size_t weak_prime(unsigned int group, BIGNUM *p)
{
	assert(group == 2 ? BN_get_rfc2409_prime_1024(p) : BN_get_rfc3526_prime_1536(p));
	return BN_num_bytes(p);
}

static size_t weak_power(unsigned int group, const BIGNUM *base, const uint8_t x[32], uint8_t *out)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *p = BN_new(), *e = BN_bin2bn(x, 32, NULL), *r = BN_new();
	size_t len = weak_prime(group, p);

	assert(BN_mod_exp(r, base, e, p, ctx) && BN_bn2binpad(r, out, (int)len) == (int)len);
	BN_free(p);
	BN_free(e);
	BN_free(r);
	BN_CTX_free(ctx);
	return len;
}

static void weak_new(struct initiator *i)
{
	BIGNUM *two = BN_new();

	RAND_bytes(i->weak_x, sizeof(i->weak_x));
	BN_set_word(two, 2);
	i->gx_len = weak_power(i->group, two, i->weak_x, i->gxi);
	BN_free(two);
}

static void weak_secret(struct initiator *i)
{
	BIGNUM *theirs = BN_bin2bn(i->gxr, (int)i->gx_len, NULL);

	i->gxy_len = weak_power(i->group, theirs, i->weak_x, i->gxy);
	BN_free(theirs);
}

/* --- Main Mode --- */

/**
 * initiator_init - a client with usual manners; change its fields before message 1
 * @i: client
 * @address: where the gateway sees it
 * @port: the same
 */
void initiator_init(struct initiator *i, const char *address, uint16_t port)
{
	memset(i, 0, sizeof(*i));
	i->psk = "secret";
	addr_parse(&i->path.local.addr, "192.0.2.1");
	i->path.local.port = 500;
	addr_parse(&i->path.remote.addr, address);
	i->path.remote.port = port;
	i->float_port = port == 500 ? 4500 : port + 1;
	i->lifetime = 28800;
	i->ni_len = sizeof(i->ni);
	initiator_set_id(i, i->path.remote.addr.family == AF_INET ? 1 : 5, i->path.remote.addr.b,
			 addr_len(&i->path.remote.addr));
	RAND_bytes(i->cky_i, 8);
	RAND_bytes(i->ni, sizeof(i->ni));
}

/**
 * initiator_set_id - phase 1 identity
 * @i: client
 * @type: RFC 2407 4.6.2.1
 * @data: identity
 * @len: bytes
 */
void initiator_set_id(struct initiator *i, uint8_t type, const void *data, size_t len)
{
	memset(i->id, 0, 4);
	i->id[0] = type;
	memcpy(i->id + 4, data, len);
	i->id_len = 4 + len;
}

/**
 * initiator_set_subject - phase 1 identity: the subject of a certificate
 * @i: client
 * @cert: certificate
 */
void initiator_set_subject(struct initiator *i, X509 *cert)
{
	uint8_t dn[500], *p = dn;
	int len = i2d_X509_NAME(X509_get_subject_name(cert), NULL);

	assert(len > 0 && len <= 500);
	i2d_X509_NAME(X509_get_subject_name(cert), &p);
	initiator_set_id(i, 9, dn, len);
}

/**
 * initiator_set_cert - sign instead of knowing a key
 * @i: client
 * @cert: its certificate, borrowed
 * @key: the certificate's RSA key, borrowed
 */
void initiator_set_cert(struct initiator *i, X509 *cert, EVP_PKEY *key)
{
	i->cert = cert;
	i->cert_key = key;
	initiator_set_subject(i, cert);
}

/**
 * initiator_free - free its keys
 * @i: client
 */
void initiator_free(struct initiator *i)
{
	EVP_PKEY_free(i->key);
	i->key = NULL;
	X509_free(i->gateway_cert);
	i->gateway_cert = NULL;
}

static const uint8_t vid_rfc3947[] = "\x4a\x13\x1c\x81\x07\x03\x58\x45\x5c\x57\x28\xf2\x0e\x95\x45\x2f";
static const uint8_t vid_dpd[] = "\xaf\xca\xd7\x13\x68\xa1\xf1\xc9\x6b\x86\x96\xfc\x77\x57\x01\x00";

/* with the word that Cisco puts behind it */
static const uint8_t vid_frag[] = "\x40\x48\xb7\xd5\x6e\xbc\xe8\x85\x25\xe7\xde\x7f\x00\xd6\xc2\xd3\x80\x00\x00\x00";

static void transform1(struct out *o, const struct initiator *i, uint8_t number, bool last, bool acceptable)
{
	put8(o, last ? 0 : 3);
	put8(o, 0);
	put16(o, 40);
	put8(o, number);
	put8(o, 1);
	put16(o, 0);
	put32(o, acceptable ? 0x80010007 : 0x80010005);
	put32(o, 0x800e0100);
	put32(o, i->sha1 ? 0x80020002 : 0x80020004);
	put32(o, i->modp ? 0x8004000e : 0x80040013);
	put32(o, i->cert ? 0x80030003 : 0x80030001);
	put32(o, 0x800b0001);
	put32(o, 0x000c0004);
	put32(o, i->lifetime);
}

/**
 * initiator_m1 - HDR, SA, VID: two transforms, the second one to be taken
 * @i: client
 * @out: INITIATOR_MESSAGE_MAX bytes
 * Return: length.
 */
size_t initiator_m1(struct initiator *i, uint8_t *out)
{
	struct out o = begin(i, out, 2, 0);
	size_t at;

	if (i->offers) {
		o.p[16] = i->offers[0];
		put(&o, i->offers + 1, i->offers_len - 1);
		i->sai_len = (i->offers[3] << 8 | i->offers[4]) - 4;
		assert(i->sai_len <= sizeof(i->sai));
		memcpy(i->sai, i->offers + 5, i->sai_len);
		return end(&o);
	}
	at = start(&o, 1);
	put32(&o, 1);
	put32(&o, 1);
	put32(&o, 8 + 80);
	put32(&o, 0x01010002);
	transform1(&o, i, 1, false, false);
	transform1(&o, i, 2, true, true);
	finish(&o, at);
	i->sai_len = o.len - at - 4;
	memcpy(i->sai, o.p + at + 4, i->sai_len);
	if (!i->no_natt)
		payload(&o, 13, vid_rfc3947, 16);
	if (i->dpd)
		payload(&o, 13, vid_dpd, 16);
	if (i->frag)
		payload(&o, 13, vid_frag, 20);
	return end(&o);
}

static void nat_hash(const struct initiator *i, const struct endpoint *e, uint8_t *h)
{
	uint8_t b[64];
	struct out o = { .p = b };

	put(&o, i->cky_i, 8);
	put(&o, i->cky_r, 8);
	put(&o, e->addr.b, addr_len(&e->addr));
	put16(&o, e->port);
	digest(i, &o, h);
}

/* The one that was to be taken, as it was offered but for the link to the next one. */
static void check_transform(const struct initiator *i, const uint8_t *t, size_t len)
{
	const uint8_t *p = i->sai + 16;
	size_t size;

	for (; p[4] != i->chosen; p += size) {
		size = p[2] << 8 | p[3];
		assert(p[0] == 3 && p + size < i->sai + i->sai_len);
	}
	size = p[2] << 8 | p[3];
	assert(len == size && !memcmp(t + 2, p + 2, size - 2));
}

/* The gateway as we know it. */
static struct endpoint dialled(const struct initiator *i)
{
	struct endpoint e = i->path.local;

	if (i->dialled.family)
		e.addr = i->dialled;
	return e;
}

/* Ourselves as we know us. */
static struct endpoint self(const struct initiator *i)
{
	struct endpoint e = i->path.remote;

	if (i->behind_nat)
		addr_parse(&e.addr, e.addr.family == AF_INET ? "192.168.1.2" : "fd00:1::2");
	return e;
}

static void check_m2(struct initiator *i, const uint8_t *m2, size_t len)
{
	struct in in;
	int sa;

	assert(len > 28 && m2[18] == 2 && !m2[19] && !memcmp(m2, i->cky_i, 8));
	assert(parse(&in, m2[16], m2 + 28, m2 + len) && in.end == m2 + len);
	memcpy(i->cky_r, m2 + 8, 8);
	sa = find(&in, 1, 0);
	assert(sa == 0 && in.body[0][15] == 1);
	if (i->offers) {
		check_transform(i, in.body[0] + 16, in.len[0] - 16);
	} else {
		/* one proposal, one transform: the second of ours, byte for byte */
		assert(in.len[0] == 56 && !memcmp(in.body[0] + 16 + 4, i->sai + 16 + 40 + 4, 36));
	}
	i->has_dpd = false;
	i->has_frag = false;
	for (sa = 0; find(&in, 13, sa) >= 0; sa++) {
		i->has_dpd |= !memcmp(in.body[find(&in, 13, sa)], vid_dpd, 16);
		i->has_frag |= in.len[find(&in, 13, sa)] == 20 && !memcmp(in.body[find(&in, 13, sa)], vid_frag, 20);
	}
}

/**
 * initiator_m3 - HDR, KE, Ni, NAT-D, NAT-D
 * @i: client
 * @m2: the gateway's message 2
 * @len: bytes
 * @out: INITIATOR_MESSAGE_MAX bytes
 * Return: length.
 */
size_t initiator_m3(struct initiator *i, const uint8_t *m2, size_t len, uint8_t *out)
{
	const struct endpoint gateway = dialled(i), us = self(i);
	uint8_t h[64];
	struct out o;

	check_m2(i, m2, len);
	i->hash_len = EVP_MD_get_size(EVP_get_digestbyname(md_name(i)));
	o = begin(i, out, 2, 0);
	EVP_PKEY_free(i->key);
	i->key = NULL;
	if (i->group)
		weak_new(i);
	else
		i->key = dh_new(i->modp, i->gxi, &i->gx_len);
	payload(&o, 4, i->gxi, i->gx_len);
	payload(&o, 10, i->ni, i->ni_len);
	if (!i->no_natt) {
		nat_hash(i, &gateway, h);
		payload(&o, 20, h, i->hash_len);
		nat_hash(i, &us, h);
		payload(&o, 20, h, i->hash_len);
	}
	return end(&o);
}

static void skeyid_x(struct initiator *i, const uint8_t *before, uint8_t x, uint8_t *to)
{
	uint8_t b[512];
	struct out o = { .p = b };

	if (before)
		put(&o, before, i->hash_len);
	put(&o, i->gxy, i->gxy_len);
	put(&o, i->cky_i, 8);
	put(&o, i->cky_r, 8);
	put8(&o, x);
	prf(i, i->skeyid, i->hash_len, &o, to);
}

/* SKEYID = prf(Ni_b | Nr_b, g^xy) */
static void skeyid_signature(struct initiator *i, const struct out *nonces)
{
	const struct out gxy = { .p = i->gxy, .len = i->gxy_len };

	prf(i, nonces->p, nonces->len, &gxy, i->skeyid);
}

static void derive(struct initiator *i)
{
	uint8_t b[1024], k[64];
	struct out o = { .p = b };

	put(&o, i->ni, i->ni_len);
	put(&o, i->nr, i->nr_len);
	if (i->cert)
		skeyid_signature(i, &o);
	else
		prf(i, (const uint8_t *)i->psk, strlen(i->psk), &o, i->skeyid);
	skeyid_x(i, NULL, 0, i->skeyid_d);
	skeyid_x(i, i->skeyid_d, 1, i->skeyid_a);
	skeyid_x(i, i->skeyid_a, 2, i->skeyid_e);
	i->cipher_len = i->cipher_len ? i->cipher_len : 32;
	memcpy(i->cipher, i->skeyid_e, i->cipher_len);
	if (i->hash_len < i->cipher_len) {
		/* 256 bits out of 160: K1 | K2 (appendix B) */
		o = (struct out){ .p = b };
		put8(&o, 0);
		prf(i, i->skeyid_e, i->hash_len, &o, k);
		o = (struct out){ .p = b };
		put(&o, k, i->hash_len);
		prf(i, i->skeyid_e, i->hash_len, &o, k + i->hash_len);
		memcpy(i->cipher, k, i->cipher_len);
	}
	o = (struct out){ .p = b };
	put(&o, i->gxi, i->gx_len);
	put(&o, i->gxr, i->gx_len);
	digest(i, &o, k);
	memcpy(i->iv, k, 16);
}

/* RFC 3947 3.2: the first hash is the destination's, ours; one of the others must be the source's. */
static void read_nat(struct initiator *i, const struct in *in)
{
	const struct endpoint gateway = dialled(i), us = self(i);
	int d = find(in, 20, 0), n;
	uint8_t h[64];

	if (i->no_natt) {
		assert(d < 0);
		return;
	}
	assert(d >= 0 && find(in, 20, 1) >= 0);
	nat_hash(i, &us, h);
	i->found_nat = memcmp(h, in->body[d], i->hash_len);
	nat_hash(i, &gateway, h);
	i->found_gateway_nat = true;
	for (n = 1; (d = find(in, 20, n)) >= 0; n++)
		i->found_gateway_nat &= in->len[d] != i->hash_len || memcmp(h, in->body[d], i->hash_len);
	if (i->found_nat || i->found_gateway_nat) {
		i->path.natt = true;
		i->path.local.port = 4500;
		i->path.remote.port = i->float_port;
	}
}

static void hash_x(struct initiator *i, bool initiator, const uint8_t *id, size_t id_len, uint8_t *h)
{
	uint8_t b[2048];
	struct out o = { .p = b };

	put(&o, initiator ? i->gxi : i->gxr, i->gx_len);
	put(&o, initiator ? i->gxr : i->gxi, i->gx_len);
	put(&o, initiator ? i->cky_i : i->cky_r, 8);
	put(&o, initiator ? i->cky_r : i->cky_i, 8);
	put(&o, i->sai, i->sai_len);
	put(&o, id, id_len);
	prf(i, i->skeyid, i->hash_len, &o, h);
}

/* --- signatures --- */

/* Padding by hand, RSA without any: 00 01 ff .. ff 00 hash (PKCS #1 block type 1) */
static size_t pad(const struct initiator *i, const uint8_t *h, size_t size, uint8_t *to)
{
	static const uint8_t sha256_info[] = "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
					     "\x05\x00\x04\x20";
	size_t info = i->digest_info ? sizeof(sha256_info) - 1 : 0, len = info + i->hash_len;

	memset(to, 0xff, size);
	to[0] = 0;
	to[1] = 1;
	to[size - len - 1] = 0;
	memcpy(to + size - len, sha256_info, info);
	memcpy(to + size - i->hash_len, h, i->hash_len);
	return size;
}

static void put_sig(struct out *o, const struct initiator *i, const uint8_t *h)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(i->cert_key, NULL);
	uint8_t padded[512], sig[512];
	size_t size = EVP_PKEY_get_size(i->cert_key), len = sizeof(sig);

	pad(i, h, size, padded);
	assert(EVP_PKEY_sign_init(ctx) > 0 && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) > 0 &&
	       EVP_PKEY_sign(ctx, sig, &len, padded, size) > 0 && len == size);
	EVP_PKEY_CTX_free(ctx);
	payload(o, 9, sig, len);
}

static bool sig_good(const struct initiator *i, const uint8_t *sig, size_t len, const uint8_t *h)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(X509_get0_pubkey(i->gateway_cert), NULL);
	uint8_t padded[512], got[512];
	size_t got_len = sizeof(got);
	bool good;

	good = EVP_PKEY_verify_recover_init(ctx) > 0 && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) > 0 &&
	       EVP_PKEY_verify_recover(ctx, got, &got_len, sig, len) > 0 && got_len == len &&
	       pad(i, h, len, padded) && !memcmp(padded, got, len);
	EVP_PKEY_CTX_free(ctx);
	return good;
}

static void put_cert(struct out *o, X509 *x)
{
	uint8_t b[2048] = { 4 }, *p = b + 1;
	int len = i2d_X509(x, &p);

	assert(len > 0 && len < 2047);
	payload(o, 6, b, len + 1);
}

static void put_wrapped(struct out *o, const struct initiator *i)
{
	uint8_t b[4096] = { 1 }, *p = b + 1;
	PKCS7 *p7 = PKCS7_new();
	int len;

	assert(PKCS7_set_type(p7, NID_pkcs7_signed) && PKCS7_content_new(p7, NID_pkcs7_data) &&
	       PKCS7_add_certificate(p7, i->cert));
	assert(!i->intermediate || PKCS7_add_certificate(p7, i->intermediate));
	len = i2d_PKCS7(p7, NULL);
	assert(len > 0 && len < 4095);
	i2d_PKCS7(p7, &p);
	PKCS7_free(p7);
	payload(o, 6, b, len + 1);
}

static void put_proof(struct out *o, const struct initiator *i, const uint8_t *h)
{
	if (i->wrap) {
		put_wrapped(o, i);
	} else if (!i->no_cert) {
		put_cert(o, i->cert);
		if (i->intermediate)
			put_cert(o, i->intermediate);
	}
	payload(o, 7, "\x04", 1);	/* of any CA */
	put_sig(o, i, h);
}

static void read_requests(struct initiator *i, const struct in *in)
{
	int cr;

	for (i->requests = 0; (cr = find(in, 7, (int)i->requests)) >= 0; i->requests++) {
		assert(in->len[cr] <= sizeof(i->request));
		i->request_len = in->len[cr];
		memcpy(i->request, in->body[cr], in->len[cr]);
	}
}

static bool proof_good(struct initiator *i, const struct in *in, const uint8_t *h)
{
	int cert = find(in, 6, 0), sig = find(in, 9, 0);
	const uint8_t *der;

	if (cert < 0 || sig < 0 || in->len[cert] < 2 || in->body[cert][0] != 4)
		return false;
	for (i->gateway_certs = 0; find(in, 6, (int)i->gateway_certs) >= 0; i->gateway_certs++)
		;
	der = in->body[cert] + 1;
	X509_free(i->gateway_cert);
	i->gateway_cert = d2i_X509(NULL, &der, (long)in->len[cert] - 1);
	return i->gateway_cert && sig_good(i, in->body[sig], in->len[sig], h);
}

static void put_notify(struct out *o, const struct initiator *i, uint16_t type, const void *data, size_t len)
{
	size_t at = start(o, 11);

	put32(o, 1);
	put8(o, 1);
	put8(o, 16);
	put16(o, type);
	put(o, i->cky_i, 8);
	put(o, i->cky_r, 8);
	put(o, data, len);
	finish(o, at);
}

/**
 * initiator_m5 - HDR*, IDii, HASH_I; or HDR*, IDii, CERT, CR, SIG_I
 * @i: client
 * @m4: the gateway's message 4
 * @len: bytes
 * @out: INITIATOR_MESSAGE_MAX bytes
 * Return: length.
 */
size_t initiator_m5(struct initiator *i, const uint8_t *m4, size_t len, uint8_t *out)
{
	struct out o = begin(i, out, 2, 0);
	uint8_t h[64];
	struct in in;
	int ke, nr;

	assert(parse(&in, m4[16], m4 + 28, m4 + len));
	ke = find(&in, 4, 0);
	nr = find(&in, 10, 0);
	assert(ke >= 0 && nr >= 0 && in.len[ke] == i->gx_len && in.len[nr] >= 8);
	memcpy(i->gxr, in.body[ke], i->gx_len);
	i->nr_len = in.len[nr];
	memcpy(i->nr, in.body[nr], i->nr_len);
	if (i->group)
		weak_secret(i);
	else
		dh_secret(i->key, i->modp, i->gxr, i->gx_len, i->gxy, &i->gxy_len);
	derive(i);
	read_nat(i, &in);
	payload(&o, 5, i->id, i->id_len);
	hash_x(i, true, i->id, i->id_len, h);
	read_requests(i, &in);
	if (i->cert)
		put_proof(&o, i, h);
	else
		payload(&o, 8, h, i->hash_len);
	if (i->initial_contact)
		put_notify(&o, i, 24578, NULL, 0);
	return seal(i, &o, i->iv);
}

/**
 * initiator_m6 - check HDR*, IDir, HASH_R; or HDR*, IDir, CERT, SIG_R
 * @i: client
 * @m6: the gateway's message 6
 * @len: bytes
 * Return: whether it is good.
 */
bool initiator_m6(struct initiator *i, const uint8_t *m6, size_t len)
{
	uint8_t plain[INITIATOR_MESSAGE_MAX], h[64];
	struct in in;
	int id, hash;

	if (!open_message(i, m6, len, i->iv, plain, &in))
		return false;
	id = find(&in, 5, 0);
	hash = find(&in, 8, 0);
	if (id < 0 || (!i->cert && (hash < 0 || in.len[hash] != i->hash_len)) || in.len[id] > sizeof(i->peer_id))
		return false;
	hash_x(i, false, in.body[id], in.len[id], h);
	i->peer_id_len = in.len[id];
	memcpy(i->peer_id, in.body[id], in.len[id]);
	memcpy(i->last_iv, i->iv, 16);
	if (i->cert)
		return proof_good(i, &in, h);
	return !memcmp(h, in.body[hash], i->hash_len);
}

/* --- Aggressive Mode --- */

static void put_vids(struct out *o, const struct initiator *i)
{
	const uint8_t *vid;

	for (vid = i->vids; vid && *vid; vid += 1 + *vid)
		payload(o, 13, vid + 1, *vid);
	if (i->vids)
		return;
	if (!i->no_natt)
		payload(o, 13, vid_rfc3947, 16);
	if (i->dpd)
		payload(o, 13, vid_dpd, 16);
}

/**
 * initiator_a1 - HDR, SA, KE, Ni, IDii, VID
 * @i: client
 * @out: INITIATOR_MESSAGE_MAX bytes
 * Return: length.
 */
size_t initiator_a1(struct initiator *i, uint8_t *out)
{
	struct out o = begin(i, out, 4, 0);
	size_t at = start(&o, 1);

	if (i->offer) {
		put(&o, i->offer, i->offer_len);
	} else {
		put32(&o, 1);
		put32(&o, 1);
		put32(&o, 8 + 80);
		put32(&o, 0x01010002);
		transform1(&o, i, 1, false, false);
		transform1(&o, i, 2, true, true);
	}
	finish(&o, at);
	i->sai_len = o.len - at - 4;
	memcpy(i->sai, o.p + at + 4, i->sai_len);
	EVP_PKEY_free(i->key);
	i->key = NULL;
	if (i->group)
		weak_new(i);
	else
		i->key = dh_new(i->modp, i->gxi, &i->gx_len);
	payload(&o, 4, i->gxi, i->gx_len);
	payload(&o, 10, i->ni, i->ni_len);
	payload(&o, 5, i->id, i->id_len);
	put_vids(&o, i);
	return end(&o);
}

static void take_attribute(struct initiator *i, unsigned int type, unsigned int value)
{
	static const char *const hashes[] = { NULL, "MD5", "SHA1", NULL, "SHA256", "SHA384", "SHA512" };

	if (type == 1 && value == 5)
		i->cipher_len = 24;
	else if (type == 14)
		i->cipher_len = value / 8;
	else if (type == 2)
		i->md = hashes[value];
}

/* The one transform that came back is one of ours, byte for byte: then its cipher and hash are the SA's. */
static void read_choice(struct initiator *i, const struct in *in)
{
	const uint8_t *t = in->body[0] + 16, *ours;
	size_t len = t[2] << 8 | t[3];

	assert(in->type[0] == 1 && in->body[0][15] == 1 && in->len[0] == 16 + len);
	for (ours = i->sai + 16; ours < i->sai + i->sai_len; ours += ours[2] << 8 | ours[3]) {
		if (ours[4] == t[4])
			break;
	}
	assert(ours < i->sai + i->sai_len && !memcmp(t + 4, ours + 4, len - 4));
	for (t += 8; t < in->body[0] + in->len[0]; t += 4) {
		if (t[0] & 0x80)
			take_attribute(i, t[1], t[2] << 8 | t[3]);
		else
			t += t[3];
	}
}

static void put_nat(struct out *o, const struct initiator *i)
{
	struct endpoint self = i->path.remote, peer = i->path.local;
	uint8_t h[64];

	if (i->old_ports) {
		self.port = 500;
		peer.port = 500;
	}
	nat_hash(i, &peer, h);
	payload(o, 20, h, i->hash_len);
	if (i->behind_nat)
		addr_parse(&self.addr, "192.168.1.2");
	nat_hash(i, &self, h);
	payload(o, 20, h, i->hash_len);
}

static void describe(struct initiator *i, const struct in *in)
{
	size_t k, used = 0;

	for (k = 0; k < in->n; k++)
		used += snprintf(i->peer_shape + used, sizeof(i->peer_shape) - used, "%u:%zu ", in->type[k],
				 in->len[k]);
	assert(used < sizeof(i->peer_shape));
}

/**
 * initiator_a3 - check HDR, SA, KE, Nr, IDir, HASH_R, VID, NAT-D, NAT-D; make HDR, HASH_I, NAT-D, NAT-D
 * @i: client; switched to port 4500 with NAT
 * @m2: the gateway's message 2
 * @len: bytes
 * @out: INITIATOR_MESSAGE_MAX bytes
 * Return: length; the message is made even if HASH_R is wrong.
 */
size_t initiator_a3(struct initiator *i, const uint8_t *m2, size_t len, uint8_t *out)
{
	int ke, nr, id, hash;
	struct out o;
	struct in in;
	uint8_t h[64];
	size_t made;

	assert(len > 28 && m2[18] == 4 && !m2[19] && !memcmp(m2, i->cky_i, 8));
	assert(parse(&in, m2[16], m2 + 28, m2 + len) && in.end == m2 + len);
	memcpy(i->cky_r, m2 + 8, 8);
	describe(i, &in);
	read_choice(i, &in);
	i->hash_len = EVP_MD_get_size(EVP_get_digestbyname(md_name(i)));
	ke = find(&in, 4, 0);
	nr = find(&in, 10, 0);
	id = find(&in, 5, 0);
	hash = find(&in, 8, 0);
	assert(ke > 0 && nr > 0 && id > 0 && hash > 0 && in.len[ke] == i->gx_len && in.len[hash] == i->hash_len);
	assert(i->no_natt || find(&in, 13, 0) < find(&in, 20, 0));
	memcpy(i->gxr, in.body[ke], i->gx_len);
	i->nr_len = in.len[nr];
	memcpy(i->nr, in.body[nr], i->nr_len);
	i->peer_id_len = in.len[id];
	memcpy(i->peer_id, in.body[id], in.len[id]);
	if (i->group)
		weak_secret(i);
	else
		dh_secret(i->key, i->modp, i->gxr, i->gx_len, i->gxy, &i->gxy_len);
	derive(i);
	hash_x(i, false, in.body[id], in.len[id], h);
	i->believes = !memcmp(h, in.body[hash], i->hash_len);
	read_nat(i, &in);
	o = begin(i, out, 4, 0);
	hash_x(i, true, i->id, i->id_len, h);
	payload(&o, 8, h, i->hash_len);
	if (!i->no_natt)
		put_nat(&o, i);
	if (i->initial_contact)
		put_notify(&o, i, 24578, NULL, 0);
	made = i->clear ? end(&o) : seal(i, &o, i->iv);
	memcpy(i->last_iv, i->iv, 16);
	return made;
}

/* --- after phase 1 --- */

static size_t hash_start(const struct initiator *i, struct out *o)
{
	static const uint8_t zero[64];

	return payload(o, 8, zero, i->hash_len);
}

static void hash_fill(struct initiator *i, struct out *o, size_t at, uint32_t mid)
{
	uint8_t b[INITIATOR_MESSAGE_MAX];
	struct out d = { .p = b };

	put32(&d, mid);
	put(&d, o->p + at + i->hash_len, o->len - at - i->hash_len);
	prf(i, i->skeyid_a, i->hash_len, &d, o->p + at);
}

static void transform2(struct out *o, const struct initiator_quick *q)
{
	size_t at = o->len;

	put32(o, 0);
	put8(o, 1);
	put8(o, q->gcm ? 20 : 12);
	put16(o, 0);
	put32(o, 0x80010001);
	put32(o, 0x00020004);
	put32(o, q->lifetime);
	if (q->kilobytes) {
		put32(o, 0x80010002);
		put32(o, 0x00020004);
		put32(o, q->kilobytes);
	}
	put32(o, 0x80040000 | q->encapsulation);
	if (!q->gcm)
		put32(o, 0x80050002);
	put32(o, 0x80060100);
	if (q->pfs)
		put32(o, 0x80030013);
	set16(o, at + 2, o->len - at);
}

static void put_sa2(struct out *o, const struct initiator_quick *q)
{
	size_t at = start(o, 1), prop;

	if (q->offers) {
		put(o, q->offers, q->offers_len);
		finish(o, at);
		return;
	}
	put32(o, 1);
	put32(o, 1);
	prop = o->len;
	put32(o, 0);
	put32(o, 0x01030401);
	put32(o, q->spi_in);
	transform2(o, q);
	set16(o, prop + 2, o->len - prop);
	finish(o, at);
}

static void put_id2(struct out *o, const struct addr *a, uint16_t port)
{
	size_t at = start(o, 5);

	put8(o, a->family == AF_INET ? 1 : 5);
	put8(o, 17);
	put16(o, port);
	put(o, a->b, addr_len(a));
	finish(o, at);
}

static void put_natoa(struct out *o, const struct addr *a)
{
	size_t at = start(o, 21);

	put32(o, a->family == AF_INET ? 0x01000000 : 0x05000000);
	put(o, a->b, addr_len(a));
	finish(o, at);
}

static void read_natoa(struct initiator_quick *q, const struct in *in)
{
	int n, oa;

	for (n = 0; n < 2 && (oa = find(in, 21, n)) >= 0; n++) {
		q->original[n].family = in->body[oa][0] == 1 ? AF_INET : AF_INET6;
		assert(in->len[oa] == 4 + addr_len(&q->original[n]));
		memcpy(q->original[n].b, in->body[oa] + 4, in->len[oa] - 4);
	}
}

/**
 * initiator_q1 - HDR*, HASH(1), SA, Ni, [KE], IDci, IDcr, [NAT-OA, NAT-OA]
 * @i: client
 * @q: Quick Mode
 * @out: INITIATOR_MESSAGE_MAX bytes
 * Return: length.
 */
size_t initiator_q1(struct initiator *i, struct initiator_quick *q, uint8_t *out)
{
	struct out o = begin(i, out, 32, q->message_id);
	size_t at = hash_start(i, &o), len;
	const struct endpoint gateway = dialled(i), us = self(i);
	uint8_t pub[64];

	if (!q->spi_in)
		RAND_bytes((uint8_t *)&q->spi_in, 4);
	RAND_bytes(q->ni, sizeof(q->ni));
	put_sa2(&o, q);
	payload(&o, 10, q->ni, sizeof(q->ni));
	if (q->pfs) {
		q->key = dh_new(false, pub, &len);
		payload(&o, 4, pub, len);
	}
	if (q->ke_len)
		payload(&o, 4, q->ke, q->ke_len);
	if (q->ids) {
		payload(&o, 5, q->ids + 1, q->ids[0]);
		payload(&o, 5, q->ids + q->ids[0] + 2, q->ids[q->ids[0] + 1]);
	} else {
		put_id2(&o, &us.addr, q->port);
		put_id2(&o, &gateway.addr, q->our_port ? q->our_port : 1701);
	}
	if (i->natoa && i->path.natt) {
		put_natoa(&o, &us.addr);
		put_natoa(&o, &gateway.addr);
	}
	hash_fill(i, &o, at, q->message_id);
	phase2_iv(i, q->message_id, q->iv);
	return seal(i, &o, q->iv);
}

static void keymat(struct initiator *i, const struct initiator_quick *q, const uint8_t *gxy, size_t gxy_len,
		   uint32_t spi, uint8_t *to)
{
	uint8_t b[1024], k[64];
	size_t have = 0;
	struct out o;

	while (have < q->key_len) {
		o = (struct out){ .p = b };
		if (have)
			put(&o, k, i->hash_len);
		put(&o, gxy, gxy_len);
		put8(&o, 3);
		put32(&o, spi);
		put(&o, q->ni, sizeof(q->ni));
		put(&o, q->nr, q->nr_len);
		prf(i, i->skeyid_d, i->hash_len, &o, k);
		memcpy(to + have, k, i->hash_len);
		have += i->hash_len;
	}
}

static bool hash2_good(struct initiator *i, struct initiator_quick *q, const struct in *in)
{
	uint8_t b[INITIATOR_MESSAGE_MAX], h[64];
	const uint8_t *rest = in->body[0] + in->len[0];
	struct out d = { .p = b };

	put32(&d, q->message_id);
	put(&d, q->ni, sizeof(q->ni));
	put(&d, rest, in->end - rest);
	prf(i, i->skeyid_a, i->hash_len, &d, h);
	return in->type[0] == 8 && in->len[0] == i->hash_len && !memcmp(h, in->body[0], i->hash_len);
}

/**
 * initiator_q3 - check HDR*, HASH(2), SA, Nr ...; derive keys; make HDR*, HASH(3)
 * @i: client
 * @q: Quick Mode
 * @q2: the gateway's message
 * @len: bytes
 * @out: INITIATOR_MESSAGE_MAX bytes
 * Return: length, 0 when message 2 is not good.
 */
size_t initiator_q3(struct initiator *i, struct initiator_quick *q, const uint8_t *q2, size_t len, uint8_t *out)
{
	uint8_t plain[INITIATOR_MESSAGE_MAX], b[256], h[64], gxy[256];
	struct out o = begin(i, out, 32, q->message_id), d = { .p = b };
	size_t gxy_len = 0;
	struct in in;
	int nr, ke;

	if (!open_message(i, q2, len, q->iv, plain, &in) || q2[18] != 32 || !hash2_good(i, q, &in))
		return 0;
	assert(in.type[1] == 1 && in.len[1] > 24);
	q->spi_out = (uint32_t)in.body[1][16] << 24 | in.body[1][17] << 16 | in.body[1][18] << 8 | in.body[1][19];
	nr = find(&in, 10, 0);
	assert(nr >= 0);
	q->nr_len = in.len[nr];
	memcpy(q->nr, in.body[nr], q->nr_len);
	ke = find(&in, 4, 0);
	assert((ke >= 0) == q->pfs);
	if (q->pfs) {
		dh_secret(q->key, false, in.body[ke], in.len[ke], gxy, &gxy_len);
		EVP_PKEY_free(q->key);
		q->key = NULL;
	}
	read_natoa(q, &in);
	q->key_len = q->gcm ? 36 : 52;
	if (q->offers)
		q->key_len = q->material;
	keymat(i, q, gxy, gxy_len, q->spi_in, q->key_in);
	keymat(i, q, gxy, gxy_len, q->spi_out, q->key_out);
	put8(&d, 0);
	put32(&d, q->message_id);
	put(&d, q->ni, sizeof(q->ni));
	put(&d, q->nr, q->nr_len);
	prf(i, i->skeyid_a, i->hash_len, &d, h);
	payload(&o, 8, h, i->hash_len);
	return seal(i, &o, q->iv);
}

static size_t info_seal(struct initiator *i, struct out *o, size_t hash_at, uint32_t mid)
{
	uint8_t iv[16];

	hash_fill(i, o, hash_at, mid);
	phase2_iv(i, mid, iv);
	return seal(i, o, iv);
}

/**
 * initiator_delete_sas - HDR*, HASH(1), D for SAs of ours
 * @i: client
 * @spis: our inbound SPIs
 * @n: how many
 * @message_id: id
 * @out: INITIATOR_MESSAGE_MAX bytes
 * Return: length.
 */
size_t initiator_delete_sas(struct initiator *i, const uint32_t *spis, size_t n, uint32_t message_id, uint8_t *out)
{
	struct out o = begin(i, out, 5, message_id);
	size_t hash = hash_start(i, &o), at = start(&o, 12), k;

	put32(&o, 1);
	put32(&o, 0x03040000 | n);
	for (k = 0; k < n; k++)
		put32(&o, spis[k]);
	finish(&o, at);
	return info_seal(i, &o, hash, message_id);
}

/**
 * initiator_delete_sa - HDR*, HASH(1), D for an SA of ours
 * @i: client
 * @spi: our inbound SPI
 * @message_id: id
 * @out: INITIATOR_MESSAGE_MAX bytes
 * Return: length.
 */
size_t initiator_delete_sa(struct initiator *i, uint32_t spi, uint32_t message_id, uint8_t *out)
{
	return initiator_delete_sas(i, &spi, 1, message_id, out);
}

/**
 * initiator_delete_isakmp - HDR*, HASH(1), D for the ISAKMP SA
 * @i: client
 * @message_id: id
 * @out: INITIATOR_MESSAGE_MAX bytes
 * Return: length.
 */
size_t initiator_delete_isakmp(struct initiator *i, uint32_t message_id, uint8_t *out)
{
	struct out o = begin(i, out, 5, message_id);
	size_t hash = hash_start(i, &o), at = start(&o, 12);

	put32(&o, 1);
	put32(&o, 0x01100001);
	put(&o, i->cky_i, 8);
	put(&o, i->cky_r, 8);
	finish(&o, at);
	return info_seal(i, &o, hash, message_id);
}

/**
 * initiator_notify - HDR*, HASH(1), N
 * @i: client
 * @type: notification
 * @number: for DPD
 * @message_id: id
 * @out: INITIATOR_MESSAGE_MAX bytes
 * Return: length.
 */
size_t initiator_notify(struct initiator *i, uint16_t type, uint32_t number, uint32_t message_id, uint8_t *out)
{
	struct out o = begin(i, out, 5, message_id);
	size_t hash = hash_start(i, &o);
	const uint32_t wire = htonl(number);

	put_notify(&o, i, type, &wire, type == 24578 ? 0 : 4);
	return info_seal(i, &o, hash, message_id);
}

static void read_info(const struct in *in, struct initiator_info *info)
{
	int d = find(in, 12, 0), n = find(in, 11, 0);
	const uint8_t *p;

	if (d >= 0) {
		p = in->body[d];
		info->deletes = true;
		info->protocol = p[4];
		info->spi_len = p[5];
		memcpy(info->spi, p + 8, info->spi_len);
	}
	if (n >= 0) {
		p = in->body[n];
		info->notifies = true;
		info->protocol = p[4];
		info->spi_len = p[5];
		info->type = p[6] << 8 | p[7];
		memcpy(info->spi, p + 8, info->spi_len);
		if (in->len[n] == 8 + info->spi_len + 4) {
			memcpy(&info->number, p + 8 + info->spi_len, 4);
			info->number = ntohl(info->number);
		}
	}
}

/**
 * initiator_info - read an informational message of the gateway, encrypted or not
 * @i: client
 * @msg: message
 * @len: bytes
 * @info: result
 * Return: whether it is one, with a good HASH if encrypted.
 */
bool initiator_info(struct initiator *i, const uint8_t *msg, size_t len, struct initiator_info *info)
{
	uint32_t mid = (uint32_t)msg[20] << 24 | msg[21] << 16 | msg[22] << 8 | msg[23];
	uint8_t plain[INITIATOR_MESSAGE_MAX], b[INITIATOR_MESSAGE_MAX], h[64], iv[16];
	struct out d = { .p = b };
	struct in in;

	memset(info, 0, sizeof(*info));
	if (len < 28 || msg[18] != 5)
		return false;
	if (!(msg[19] & 1)) {
		if (!parse(&in, msg[16], msg + 28, msg + len))
			return false;
		read_info(&in, info);
		return true;
	}
	phase2_iv(i, mid, iv);
	if (!open_message(i, msg, len, iv, plain, &in) || in.type[0] != 8)
		return false;
	put32(&d, mid);
	put(&d, in.body[0] + in.len[0], in.end - in.body[0] - in.len[0]);
	prf(i, i->skeyid_a, i->hash_len, &d, h);
	read_info(&in, info);
	return in.len[0] == i->hash_len && !memcmp(h, in.body[0], i->hash_len);
}
