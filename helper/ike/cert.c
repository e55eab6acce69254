// SPDX-License-Identifier: MIT
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "conf/certificate.h"
#include "ike/cert.h"

static void take(struct stack_st_X509 *to, X509 *x)
{
	if (!x || sk_X509_num(to) >= CERT_CHAIN_MAX || !sk_X509_push(to, x))
		X509_free(x);
}

/* Windows sends a chain like this. */
static void take_pkcs7(struct stack_st_X509 *to, const uint8_t *data, size_t len)
{
	PKCS7 *p7 = d2i_PKCS7(NULL, &data, (long)len);
	struct stack_st_X509 *list = p7 && PKCS7_type_is_signed(p7) && p7->d.sign ? p7->d.sign->cert : NULL;
	int i;

	for (i = 0; i < sk_X509_num(list); i++) {
		if (X509_up_ref(sk_X509_value(list, i)))
			take(to, sk_X509_value(list, i));
	}
	PKCS7_free(p7);
}

/**
 * cert_read - the certificates of a message (RFC 2408 3.9)
 * @list: message
 * Return: them in their order, the sender's own first, at most CERT_CHAIN_MAX, without what is no X.509; the
 * caller frees it; NULL without memory.
 */
struct stack_st_X509 *cert_read(const struct payload_list *list)
{
	struct stack_st_X509 *certs = sk_X509_new_null();
	const struct payload *p;
	const uint8_t *der;
	size_t i;

	for (i = 0; certs && (p = payload_find(list, ISAKMP_CERT, i)); i++) {
		if (!p->len)
			continue;
		der = p->body + 1;
		if (p->body[0] == CERT_X509_SIGNATURE)
			take(certs, d2i_X509(NULL, &der, (long)p->len - 1));
		else if (p->body[0] == CERT_PKCS7)
			take_pkcs7(certs, der, p->len - 1);
	}
	ERR_clear_error();
	return certs;
}

/* A CERT or CR payload: encoding, then DER that is @len bytes long. */
static uint8_t *put_der(struct payload_builder *b, uint8_t type, int len)
{
	size_t start = payload_begin(b, type);
	uint8_t *room;

	wbuf_u8(&b->w, CERT_X509_SIGNATURE);
	room = len > 0 ? wbuf_reserve(&b->w, len) : NULL;
	payload_end(b, start);
	return room;
}

static bool put_certificate(struct payload_builder *b, X509 *x)
{
	uint8_t *room = put_der(b, ISAKMP_CERT, i2d_X509(x, NULL));

	return room && i2d_X509(x, &room) > 0;
}

/**
 * cert_put - append CERT payloads (RFC 2408 3.9)
 * @b: message
 * @own: our certificate
 * @chain: what leads from it to its CA, may be NULL
 * Return: false when they do not fit.
 */
bool cert_put(struct payload_builder *b, X509 *own, const struct stack_st_X509 *chain)
{
	int i;

	if (!put_certificate(b, own))
		return false;
	for (i = 0; i < sk_X509_num(chain); i++) {
		if (!put_certificate(b, sk_X509_value(chain, i)))
			return false;
	}
	return true;
}

/**
 * cert_put_requests - append a CR payload for each CA (RFC 2408 3.10)
 * @b: message
 * @issuers: CAs
 * Return: false when they do not fit.
 */
bool cert_put_requests(struct payload_builder *b, const struct stack_st_X509 *issuers)
{
	const X509_NAME *name;
	uint8_t *room;
	int i;

	for (i = 0; i < sk_X509_num(issuers); i++) {
		name = X509_get_subject_name(sk_X509_value(issuers, i));
		room = put_der(b, ISAKMP_CR, i2d_X509_NAME(name, NULL));
		if (!room || i2d_X509_NAME(name, &room) <= 0)
			return false;
	}
	return true;
}

static const char *print_time(const ASN1_TIME *t, char out[32])
{
	struct tm tm;

	if (!ASN1_TIME_to_tm(t, &tm) || !strftime(out, 32, "%Y-%m-%d %H:%M:%S UTC", &tm))
		snprintf(out, 32, "an unreadable date");
	return out;
}

/* What the chain fails at, for an administrator. */
static void explain(X509_STORE_CTX *ctx, char *out, size_t size)
{
	const X509 *x = X509_STORE_CTX_get_current_cert(ctx);
	int err = X509_STORE_CTX_get_error(ctx);
	char issuer[CERTIFICATE_NAME_MAX] = "", when[32];
	const char *fmt;

	if (x)
		certificate_name(X509_get_issuer_name(x), issuer);
	switch (err) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		snprintf(out, size, "expired on %s", print_time(X509_get0_notAfter(x), when));
		return;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		snprintf(out, size, "not valid before %s", print_time(X509_get0_notBefore(x), when));
		return;
	case X509_V_ERR_CERT_REVOKED:
		fmt = "revoked by %s";
		break;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		fmt = "issued by %s, which leads to none of our CAs";
		break;
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
		fmt = "its signature was not made by the CA that we know as %s";
		break;
	default:
		snprintf(out, size, "%s", X509_verify_cert_error_string(err));
		return;
	}
	snprintf(out, size, fmt, issuer);
}

/* A list that is not there, or is old, does not lock everybody out: what it says counts all the same. */
static int tolerate(int good, X509_STORE_CTX *ctx)
{
	struct cert_check *c = X509_STORE_CTX_get_app_data(ctx);
	const X509_CRL *crl = X509_STORE_CTX_get0_current_crl(ctx);

	if (good)
		return 1;
	switch (X509_STORE_CTX_get_error(ctx)) {
	case X509_V_ERR_CRL_HAS_EXPIRED:
		certificate_name(X509_CRL_get_issuer(crl), c->stale);
		return 1;
	case X509_V_ERR_UNABLE_TO_GET_CRL:
		return 1;
	default:
		return 0;
	}
}

static bool chain_holds(struct cert_check *c)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	char why[400], name[CERTIFICATE_NAME_MAX];
	bool good = false;
	int depth = 0;
	X509 *x;

	strcpy(c->refusal, "no memory");
	if (ctx && X509_STORE_CTX_init(ctx, c->trusted, sk_X509_value(c->chain, 0), c->chain)) {
		X509_STORE_CTX_set_app_data(ctx, c);
		X509_STORE_CTX_set_verify_cb(ctx, tolerate);
		good = X509_verify_cert(ctx) == 1;
		depth = X509_STORE_CTX_get_error_depth(ctx);
		x = X509_STORE_CTX_get_current_cert(ctx);
		if (!good)
			explain(ctx, why, sizeof(why));
		if (!good && depth && x)
			snprintf(c->refusal, sizeof(c->refusal), "its issuer %.100s: %s",
				 certificate_name(X509_get_subject_name(x), name), why);
		else
			snprintf(c->refusal, sizeof(c->refusal), "%s", good ? "" : why);
	}
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	return good;
}

/* Who has one of these may be a peer (RFC 4945 5.1.3.12); serverAuth and clientAuth are what machines get. */
static const char *const purposes[] = {
	"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.17", "1.3.6.1.5.5.8.2.2", "2.5.29.37.0",
};

static bool is_purpose(const ASN1_OBJECT *o)
{
	char text[64];
	size_t i;

	OBJ_obj2txt(text, sizeof(text), o, 1);
	for (i = 0; i < sizeof(purposes) / sizeof(purposes[0]); i++) {
		if (!strcmp(purposes[i], text))
			return true;
	}
	return false;
}

/* No extendedKeyUsage at all: for everything. */
static bool purpose_fits(const X509 *x)
{
	EXTENDED_KEY_USAGE *eku;
	bool fits = false;
	int i, critical;

	eku = X509_get_ext_d2i(x, NID_ext_key_usage, &critical, NULL);
	if (!eku)
		return critical == -1;
	for (i = 0; i < sk_ASN1_OBJECT_num(eku) && !fits; i++)
		fits = is_purpose(sk_ASN1_OBJECT_value(eku, i));
	EXTENDED_KEY_USAGE_free(eku);
	return fits;
}

static bool may_sign(struct cert_check *c, X509 *x)
{
	const char *wrong = NULL;

	/* RFC 4945 5.1.3.2; without the extension every usage is right. */
	if (!(X509_get_key_usage(x) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)))
		wrong = "its keyUsage does not allow signatures";
	else if (!purpose_fits(x))
		wrong = "its extendedKeyUsage names neither clientAuth, serverAuth nor IKE";
	else if (!X509_get0_pubkey(x) || !EVP_PKEY_is_a(X509_get0_pubkey(x), "RSA"))
		wrong = "its key is no RSA key";
	if (wrong)
		snprintf(c->refusal, sizeof(c->refusal), "%s", wrong);
	return !wrong;
}

static bool subject_is(X509 *x, const struct payload_id *id)
{
	const uint8_t *der = id->data;
	X509_NAME *name = d2i_X509_NAME(NULL, &der, (long)id->len);
	bool is = name && der == id->data + id->len && !X509_NAME_cmp(name, X509_get_subject_name(x));

	X509_NAME_free(name);
	return is;
}

/* RFC 4945 3.1: the ID has to stand in the certificate. */
static bool is_owner(struct cert_check *c, X509 *x)
{
	const struct payload_id *id = &c->id;
	const char *text = (const char *)id->data;
	bool is = false;

	switch (id->type) {
	case IPSEC_ID_DER_ASN1_DN:
		is = subject_is(x, id);
		break;
	case IPSEC_ID_FQDN:
		is = id->len && X509_check_host(x, text, id->len, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
						X509_CHECK_FLAG_NO_WILDCARDS, NULL) == 1;
		break;
	case IPSEC_ID_USER_FQDN:
		is = id->len && X509_check_email(x, text, id->len, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT) == 1;
		break;
	case IPSEC_ID_IPV4_ADDR:
	case IPSEC_ID_IPV6_ADDR:
		is = X509_check_ip(x, id->data, id->len, 0) == 1;
		break;
	}
	if (!is)
		snprintf(c->refusal, sizeof(c->refusal), "the identity sent with it (type %u) does not stand in it",
			 id->type);
	return is;
}

/**
 * cert_believe - does the peer's certificate come from a CA of ours, is it valid, for this use, and its own?
 * @c: what to examine, and results; any thread
 * Return: whether it does; @c->refusal says why not.
 */
bool cert_believe(struct cert_check *c)
{
	X509 *x = sk_X509_value(c->chain, 0);
	bool good = chain_holds(c) && may_sign(c, x) && is_owner(c, x);

	ERR_clear_error();
	return good;
}

/**
 * cert_print_dn - an identity of type DER_ASN1_DN as text
 * @der: identity
 * @len: bytes
 * @out: storage
 * @size: its size
 */
void cert_print_dn(const uint8_t *der, size_t len, char *out, size_t size)
{
	X509_NAME *name = d2i_X509_NAME(NULL, &der, (long)len);
	char text[CERTIFICATE_NAME_MAX] = "(malformed name)";

	if (name)
		certificate_name(name, text);
	snprintf(out, size, "%s", text);
	X509_NAME_free(name);
	ERR_clear_error();
}
