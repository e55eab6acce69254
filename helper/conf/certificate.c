// SPDX-License-Identifier: MIT
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/certificate.h"

#define KEY_BITS_MIN	2048
#define KEY_BITS_MAX	8192
#define PASSWORD_MAX	1024
#define AUTH_LEVEL	2	/* of OpenSSL: RSA from 2048 bits, no SHA-1 */

/**
 * struct loader - the section while its files are read
 * @c: result
 * @f: where findings go
 * @path: the configuration file
 * @line: where the section starts
 * @password: from password-file, wiped afterwards
 */
struct loader {
	struct conf_certificate *c;
	struct findings *f;
	const char *path;
	unsigned int line;
	char password[PASSWORD_MAX];
};

/* Why OpenSSL failed; its queue is empty afterwards. */
static const char *reason(void)
{
	const char *text = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return text ? text : "unknown format";
}

static FILE *open_file(struct loader *l, const char *key, const char *path, bool secret)
{
	FILE *file = fopen(path, "re");

	if (!file)
		finding_error(l->f, path, 0, "cannot read it: %s; create it or name another one in [certificate] %s =",
			      strerror(errno), key);
	else if (secret)
		finding_check_mode(l->f, path, fileno(file));
	return file;
}

static void read_password(struct loader *l)
{
	const char *path = l->c->password_file;
	FILE *file;

	if (!path)
		return;
	file = open_file(l, "password-file", path, true);
	if (!file)
		return;
	if (!fgets(l->password, sizeof(l->password), file))
		finding_error(l->f, path, 0, "it is empty; write the password into it");
	l->password[strcspn(l->password, "\r\n")] = '\0';
	fclose(file);
}

/* Without a password-file nobody is asked on a terminal. */
static int give_password(char *out, int size, int writing, void *arg)
{
	(void)writing;
	snprintf(out, size, "%s", (const char *)arg);
	return (int)strlen(out);
}

/**
 * certificate_name - a distinguished name as text, "CN=alice,O=Example"
 * @name: name
 * @out: storage; what does not fit is left out
 * Return: @out.
 */
const char *certificate_name(const X509_NAME *name, char out[CERTIFICATE_NAME_MAX])
{
	BIO *bio = BIO_new(BIO_s_mem());
	int n;

	if (!bio || X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) < 0)
		abort();
	n = BIO_read(bio, out, CERTIFICATE_NAME_MAX - 1);
	out[n > 0 ? n : 0] = '\0';
	BIO_free(bio);
	return out;
}

/* All certificates of a PEM file, or the one of a DER file. */
static struct stack_st_X509 *read_certificates(FILE *file)
{
	struct stack_st_X509 *list = sk_X509_new_null();
	X509 *x;

	if (!list)
		abort();
	while ((x = PEM_read_X509(file, NULL, give_password, (void *)"")))
		sk_X509_push(list, x);
	if (!sk_X509_num(list)) {
		rewind(file);
		x = d2i_X509_fp(file, NULL);
		if (x)
			sk_X509_push(list, x);
	}
	return list;
}

static void read_own(struct loader *l)
{
	const char *path = l->c->file;
	FILE *file = open_file(l, "certificate", path, false);

	if (!file)
		return;
	l->c->chain = read_certificates(file);
	l->c->own = sk_X509_shift(l->c->chain);
	if (!l->c->own)
		finding_error(l->f, path, 0, "holds no certificate (%s); give one in PEM form", reason());
	ERR_clear_error();
	fclose(file);
}

static void read_key(struct loader *l)
{
	const char *path = l->c->key_file;
	FILE *file = open_file(l, "key", path, true);

	if (!file)
		return;
	l->c->key = PEM_read_PrivateKey(file, NULL, give_password, l->password);
	if (!l->c->key)
		finding_error(l->f, path, 0,
			      "holds no usable key (%s); give one in PEM form, and password-file = if it is encrypted",
			      reason());
	fclose(file);
}

static void read_pkcs12(struct loader *l)
{
	struct conf_certificate *c = l->c;
	const char *path = c->pkcs12_file;
	FILE *file = open_file(l, "pkcs12", path, true);
	PKCS12 *p12;

	if (!file)
		return;
	p12 = d2i_PKCS12_fp(file, NULL);
	if (!p12 || !PKCS12_parse(p12, l->password, &c->key, &c->own, &c->chain) || !c->key || !c->own)
		finding_error(l->f, path, 0,
			      "holds no usable key with its certificate (%s); give one with a modern encryption, and its password-file =",
			      p12 ? reason() : "not PKCS#12");
	ERR_clear_error();
	PKCS12_free(p12);
	fclose(file);
}

static void check_dates(struct loader *l, const char *path, const X509 *x)
{
	char name[CERTIFICATE_NAME_MAX];

	certificate_name(X509_get_subject_name(x), name);
	if (X509_cmp_current_time(X509_get0_notAfter(x)) < 0)
		finding_warning(l->f, path, 0, "the certificate of %s has expired; renew it", name);
	else if (X509_cmp_current_time(X509_get0_notBefore(x)) > 0)
		finding_warning(l->f, path, 0, "the certificate of %s is not valid yet; look at the clock", name);
}

/* What Windows and Apple want to see in the certificate of a gateway. */
static void check_usage(struct loader *l, const char *path)
{
	X509 *own = l->c->own;
	GENERAL_NAMES *names = X509_get_ext_d2i(own, NID_subject_alt_name, NULL, NULL);

	if (!names)
		finding_warning(l->f, path, 0,
				"the certificate has no subjectAltName; Apple wants the name or address that is dialled");
	GENERAL_NAMES_free(names);
	if (X509_get_extension_flags(own) & EXFLAG_XKUSAGE && !(X509_get_extended_key_usage(own) & XKU_SSL_SERVER))
		finding_warning(l->f, path, 0, "the certificate is not for serverAuth; Windows and Apple may refuse it");
}

static bool key_is_usable(struct loader *l, const char *path)
{
	struct conf_certificate *c = l->c;
	int bits = EVP_PKEY_get_bits(c->key);

	if (!EVP_PKEY_is_a(c->key, "RSA"))
		finding_error(l->f, path, 0, "the key is no RSA key; IKEv1 clients sign with nothing else");
	else if (bits < KEY_BITS_MIN || bits > KEY_BITS_MAX)
		finding_error(l->f, path, 0, "the key has %d bits; make one of %d to %d", bits, KEY_BITS_MIN,
			      KEY_BITS_MAX);
	else if (!X509_check_private_key(c->own, c->key))
		finding_error(l->f, path, 0, "the key does not belong to the certificate; name the two that do");
	else
		return true;
	ERR_clear_error();
	return false;
}

/* Who trusts it has it; who does not will not believe it either. */
static void drop_roots(struct stack_st_X509 *chain)
{
	int i;

	for (i = sk_X509_num(chain) - 1; i >= 0; i--) {
		if (X509_self_signed(sk_X509_value(chain, i), 0) == 1)
			X509_free(sk_X509_delete(chain, i));
	}
}

static void check_own(struct loader *l)
{
	struct conf_certificate *c = l->c;
	const char *path = c->pkcs12_file ? c->pkcs12_file : c->file;

	if (!c->own || !c->key)
		return;
	if (key_is_usable(l, path)) {
		check_dates(l, path, c->own);
		check_usage(l, path);
	}
	if (!X509_NAME_entry_count(X509_get_subject_name(c->own)))
		finding_error(l->f, path, 0, "the certificate has no subject; it is what clients see as our identity");
	drop_roots(c->chain);
}

static void add_ca(struct loader *l, const char *path, X509 *x)
{
	char name[CERTIFICATE_NAME_MAX];

	if (!X509_check_ca(x)) {
		finding_error(l->f, path, 0, "%s is no CA; name the certificates of CAs only",
			      certificate_name(X509_get_subject_name(x), name));
		return;
	}
	check_dates(l, path, x);
	if (!X509_up_ref(x) || !sk_X509_push(l->c->issuers, x) || !X509_STORE_add_cert(l->c->trusted, x))
		abort();
}

static void read_ca(struct loader *l, const char *path)
{
	struct stack_st_X509 *list;
	FILE *file;
	int i;

	file = open_file(l, "ca", path, false);
	if (!file)
		return;
	list = read_certificates(file);
	if (!sk_X509_num(list))
		finding_error(l->f, path, 0, "holds no certificate (%s); give one in PEM or DER form", reason());
	for (i = 0; i < sk_X509_num(list); i++)
		add_ca(l, path, sk_X509_value(list, i));
	ERR_clear_error();
	sk_X509_pop_free(list, X509_free);
	fclose(file);
}

static bool is_issued(const struct conf_certificate *c, X509_CRL *crl)
{
	bool issued = false;
	X509 *ca;
	int i;

	for (i = 0; i < sk_X509_num(c->issuers) && !issued; i++) {
		ca = sk_X509_value(c->issuers, i);
		issued = !X509_NAME_cmp(X509_get_subject_name(ca), X509_CRL_get_issuer(crl)) &&
			 X509_CRL_verify(crl, X509_get0_pubkey(ca)) > 0;
	}
	ERR_clear_error();
	return issued;
}

/* A list of an intermediate CA may come with a chain that only clients send: so no error. */
static void add_crl(struct loader *l, const char *path, X509_CRL *crl)
{
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
	char name[CERTIFICATE_NAME_MAX];

	certificate_name(X509_CRL_get_issuer(crl), name);
	if (!is_issued(l->c, crl))
		finding_warning(l->f, path, 0, "the list is of %s, no CA in ca =", name);
	if (next && X509_cmp_current_time(next) < 0)
		finding_warning(l->f, path, 0, "the list of %s has expired and is used all the same; fetch a new one",
				name);
	if (!X509_STORE_add_crl(l->c->trusted, crl))
		abort();
}

static void read_crl(struct loader *l, const char *path)
{
	X509_CRL *crl;
	size_t n = 0;
	FILE *file;

	file = open_file(l, "crl", path, false);
	if (!file)
		return;
	for (; (crl = PEM_read_X509_CRL(file, NULL, give_password, (void *)"")); n++) {
		add_crl(l, path, crl);
		X509_CRL_free(crl);
	}
	if (!n) {
		rewind(file);
		crl = d2i_X509_CRL_fp(file, NULL);
		if (crl)
			add_crl(l, path, crl);
		else
			finding_error(l->f, path, 0, "holds no revocation list (%s); give one in PEM or DER form",
				      reason());
		X509_CRL_free(crl);
	}
	ERR_clear_error();
	fclose(file);
}

static void read_trusted(struct loader *l)
{
	struct conf_certificate *c = l->c;
	X509_VERIFY_PARAM *param;
	size_t i;

	c->issuers = sk_X509_new_null();
	c->trusted = X509_STORE_new();
	if (!c->issuers || !c->trusted)
		abort();
	/* An issuing CA is enough: its root need not be here. */
	X509_STORE_set_flags(c->trusted, X509_V_FLAG_PARTIAL_CHAIN);
	if (c->crls.n)
		X509_STORE_set_flags(c->trusted, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
	param = X509_STORE_get0_param(c->trusted);
	X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
	for (i = 0; i < c->cas.n; i++)
		read_ca(l, c->cas.names[i]);
	for (i = 0; i < c->crls.n; i++)
		read_crl(l, c->crls.names[i]);
}

static bool is_complete(const struct loader *l)
{
	const struct conf_certificate *c = l->c;

	if (c->pkcs12_file && (c->file || c->key_file))
		finding_error(l->f, l->path, l->line, "[certificate] has pkcs12 and certificate or key; keep one kind");
	else if (!c->pkcs12_file && (!c->file || !c->key_file))
		finding_error(l->f, l->path, l->line,
			      "[certificate] lacks our certificate; add certificate = FILE and key = FILE, or pkcs12 = FILE");
	else if (!c->cas.n)
		finding_error(l->f, l->path, l->line,
			      "[certificate] names no CA, so no client could be believed; add ca = FILE");
	else
		return true;
	return false;
}

/**
 * certificate_read - read and check the files of section [certificate]
 * @c: the section with the names of its files; gets what they hold
 * @f: where findings go
 * @path: the configuration file
 * @line: where the section starts
 */
void certificate_read(struct conf_certificate *c, struct findings *f, const char *path, unsigned int line)
{
	struct loader l = { .c = c, .f = f, .path = path, .line = line };

	if (!is_complete(&l))
		return;
	read_password(&l);
	if (c->pkcs12_file) {
		read_pkcs12(&l);
	} else {
		read_own(&l);
		read_key(&l);
	}
	explicit_bzero(l.password, sizeof(l.password));
	check_own(&l);
	read_trusted(&l);
}

static void free_files(struct conf_files *files)
{
	size_t i;

	for (i = 0; i < files->n; i++)
		free(files->names[i]);
}

/**
 * certificate_free - free what the section holds
 * @c: section
 */
void certificate_free(struct conf_certificate *c)
{
	free(c->file);
	free(c->key_file);
	free(c->pkcs12_file);
	free(c->password_file);
	free_files(&c->cas);
	free_files(&c->crls);
	X509_free(c->own);
	EVP_PKEY_free(c->key);
	sk_X509_pop_free(c->chain, X509_free);
	sk_X509_pop_free(c->issuers, X509_free);
	X509_STORE_free(c->trusted);
}
