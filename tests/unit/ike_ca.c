// SPDX-License-Identifier: MIT
#include <assert.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "ike_ca.h"

static void extend(X509 *x, const X509 *issuer, int nid, const char *text)
{
	X509_EXTENSION *e;
	X509V3_CTX ctx;

	if (!text)
		return;
	X509V3_set_ctx(&ctx, (X509 *)issuer, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, text);
	assert(e && X509_add_ext(x, e, -1));
	X509_EXTENSION_free(e);
}

static void name_it(X509 *x, const char *cn)
{
	X509_NAME *name = X509_NAME_new();

	assert(X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, (const uint8_t *)"Test", -1, -1, 0));
	assert(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)cn, -1, -1, 0));
	X509_set_subject_name(x, name);
	X509_NAME_free(name);
}

/**
 * ca_issue - make a certificate
 * @r: what it shall say
 * Return: it, and its key; ca_free() them.
 */
struct ca ca_issue(const struct ca_request *r)
{
	static long serial;
	struct ca made = { .cert = X509_new(), .key = r->key };
	const struct ca *issuer = r->issuer ? r->issuer : &made;

	if (made.key)
		EVP_PKEY_up_ref(made.key);
	else
		made.key = EVP_RSA_gen(2048);
	assert(made.cert && made.key);
	X509_set_version(made.cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(made.cert), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(made.cert), r->from * 86400L - 60);
	X509_gmtime_adj(X509_getm_notAfter(made.cert), (r->until ? r->until : 365) * 86400L);
	name_it(made.cert, r->name);
	X509_set_issuer_name(made.cert, X509_get_subject_name(issuer->cert));
	X509_set_pubkey(made.cert, made.key);
	extend(made.cert, issuer->cert, NID_basic_constraints, r->authority ? "critical,CA:TRUE" : NULL);
	extend(made.cert, issuer->cert, NID_subject_alt_name, r->san);
	extend(made.cert, issuer->cert, NID_ext_key_usage, r->eku);
	extend(made.cert, issuer->cert, NID_key_usage, r->ku);
	assert(X509_sign(made.cert, issuer->key, r->sha1 ? EVP_sha1() : EVP_sha256()));
	return made;
}

/**
 * ca_revoke - make a revocation list
 * @issuer: whose
 * @revoked: what is on it, or NULL
 * @until: days from now, when the next one is due
 * Return: list, the caller frees it.
 */
X509_CRL *ca_revoke(const struct ca *issuer, const X509 *revoked, int until)
{
	X509_CRL *crl = X509_CRL_new();
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *t = X509_gmtime_adj(NULL, -10 * 86400L);

	assert(crl && entry && X509_CRL_set_version(crl, 1));
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->cert));
	X509_CRL_set1_lastUpdate(crl, t);
	if (revoked) {
		X509_REVOKED_set_serialNumber(entry, (ASN1_INTEGER *)X509_get0_serialNumber(revoked));
		X509_REVOKED_set_revocationDate(entry, t);
		assert(X509_CRL_add0_revoked(crl, entry));
	} else {
		X509_REVOKED_free(entry);
	}
	X509_gmtime_adj(t, until * 86400L);
	X509_CRL_set1_nextUpdate(crl, t);
	ASN1_TIME_free(t);
	assert(X509_CRL_sign(crl, issuer->key, EVP_sha256()));
	return crl;
}

/**
 * ca_free - free what ca_issue() made
 * @ca: certificate and key
 */
void ca_free(struct ca *ca)
{
	X509_free(ca->cert);
	EVP_PKEY_free(ca->key);
}

static BIO *file(const char *path)
{
	BIO *bio = BIO_new_file(path, "w");

	assert(bio);
	return bio;
}

/**
 * ca_write_cert - write certificates in PEM form
 * @path: file
 * @first: certificate
 * @second: another one, or NULL
 */
void ca_write_cert(const char *path, const X509 *first, const X509 *second)
{
	BIO *bio = file(path);

	assert(PEM_write_bio_X509(bio, (X509 *)first));
	assert(!second || PEM_write_bio_X509(bio, (X509 *)second));
	BIO_free(bio);
}

/**
 * ca_write_key - write a key in PEM form
 * @path: file
 * @key: key
 * @password: encrypts it; NULL: not encrypted
 */
void ca_write_key(const char *path, const EVP_PKEY *key, const char *password)
{
	BIO *bio = file(path);

	assert(PEM_write_bio_PrivateKey(bio, key, password ? EVP_aes_128_cbc() : NULL, NULL, 0, NULL,
					(void *)password));
	BIO_free(bio);
}

/**
 * ca_write_crl - write a revocation list in DER form
 * @path: file
 * @crl: list
 */
void ca_write_crl(const char *path, const X509_CRL *crl)
{
	BIO *bio = file(path);

	assert(i2d_X509_CRL_bio(bio, crl));
	BIO_free(bio);
}

/**
 * ca_write_pkcs12 - write a certificate with key and issuer into one file
 * @path: file
 * @own: certificate and key
 * @issuer: of it
 * @password: encrypts all
 */
void ca_write_pkcs12(const char *path, const struct ca *own, X509 *issuer, const char *password)
{
	struct stack_st_X509 *chain = sk_X509_new_null();
	BIO *bio = file(path);
	PKCS12 *p12;

	sk_X509_push(chain, issuer);
	p12 = PKCS12_create(password, "gateway", own->key, own->cert, chain, 0, 0, 2048, 2048, 0);
	assert(p12 && i2d_PKCS12_bio(bio, p12));
	PKCS12_free(p12);
	sk_X509_free(chain);
	BIO_free(bio);
}
