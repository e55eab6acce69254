/* SPDX-License-Identifier: MIT */
/* A certification authority for tests. */
#ifndef L2TPSEC_TESTS_UNIT_IKE_CA_H
#define L2TPSEC_TESTS_UNIT_IKE_CA_H

#include <openssl/x509.h>
#include <stdbool.h>

/**
 * struct ca - a certificate with its key: an authority, or what one has issued
 * @cert: certificate
 * @key: RSA key
 */
struct ca {
	X509 *cert;
	EVP_PKEY *key;
};

/**
 * struct ca_request - what a certificate shall say
 * @name: CN, below O=Test
 * @issuer: who signs; NULL: itself
 * @authority: it may issue others
 * @from: days from now, begin of validity
 * @until: days from now, end; 0 = 365
 * @san: subjectAltName in OpenSSL's words, or NULL
 * @eku: extendedKeyUsage, or NULL
 * @ku: keyUsage, or NULL
 * @key: instead of a new one, or NULL; it gets a reference
 * @sha1: signed with SHA-1
 */
struct ca_request {
	const char *name;
	const struct ca *issuer;
	bool authority;
	int from;
	int until;
	const char *san;
	const char *eku;
	const char *ku;
	EVP_PKEY *key;
	bool sha1;
};

struct ca ca_issue(const struct ca_request *r);
X509_CRL *ca_revoke(const struct ca *issuer, const X509 *revoked, int until);
void ca_free(struct ca *ca);
void ca_write_cert(const char *path, const X509 *first, const X509 *second);
void ca_write_key(const char *path, const EVP_PKEY *key, const char *password);
void ca_write_crl(const char *path, const X509_CRL *crl);
void ca_write_pkcs12(const char *path, const struct ca *own, X509 *issuer, const char *password);

#endif
