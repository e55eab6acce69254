// SPDX-License-Identifier: MIT
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "conf/certificate.h"
#include "ike/auth.h"
#include "ike/auth_cert.h"
#include "ike/cert.h"

#define SIGNATURE_MAX	1024	/* RSA with 8192 bits */
#define ID_HEADER_LEN	4

/**
 * struct auth_cert_job - one peer's proof, and ours; holds all that it needs: a reload may come meanwhile
 * @base: for the driver
 * @check: the peer's certificate; its ID borrows from @id
 * @id: the peer's identity
 * @own: our certificate
 * @key: its key
 * @chain: what leads to its CA
 * @our_id: body of our ID payload, malloc'd
 * @our_id_len: bytes
 * @hash_i: HASH_I
 * @hash_r: HASH_R
 * @hash_len: bytes of each
 * @sig: SIG_I
 * @sig_len: bytes
 * @our_sig: SIG_R, result
 * @our_sig_len: bytes, 0 when it failed
 */
struct auth_cert_job {
	struct exchange_job base;
	struct cert_check check;
	uint8_t id[IKE_ID_MAX];
	X509 *own;
	EVP_PKEY *key;
	struct stack_st_X509 *chain;
	uint8_t *our_id;
	size_t our_id_len;
	uint8_t hash_i[IKE_HASH_MAX];
	uint8_t hash_r[IKE_HASH_MAX];
	size_t hash_len;
	uint8_t sig[SIGNATURE_MAX];
	size_t sig_len;
	uint8_t our_sig[SIGNATURE_MAX];
	size_t our_sig_len;
};

/* RFC 2409 5.1: PKCS #1 over the bare hash, no DigestInfo around it. */
static EVP_PKEY_CTX *rsa_context(EVP_PKEY *key, int (*init)(EVP_PKEY_CTX *))
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

	if (ctx && init(ctx) > 0 && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0)
		return ctx;
	EVP_PKEY_CTX_free(ctx);
	return NULL;
}

static bool verify(struct auth_cert_job *j)
{
	EVP_PKEY *key = X509_get0_pubkey(sk_X509_value(j->check.chain, 0));
	EVP_PKEY_CTX *ctx = rsa_context(key, EVP_PKEY_verify_init);
	bool good = ctx && EVP_PKEY_verify(ctx, j->sig, j->sig_len, j->hash_i, j->hash_len) == 1;

	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	if (!good)
		strcpy(j->check.refusal, "the signature was not made with its key");
	return good;
}

static void sign(struct auth_cert_job *j)
{
	EVP_PKEY_CTX *ctx = rsa_context(j->key, EVP_PKEY_sign_init);
	size_t len = sizeof(j->our_sig);

	if (ctx && EVP_PKEY_sign(ctx, j->our_sig, &len, j->hash_r, j->hash_len) > 0)
		j->our_sig_len = len;
	else
		strcpy(j->check.refusal, "our own key makes no signature");
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
}

static bool job_run(struct exchange_job *job)
{
	struct auth_cert_job *j = (struct auth_cert_job *)job;

	if (cert_believe(&j->check) && verify(j))
		sign(j);
	return true;
}

static void job_free(struct exchange_job *job)
{
	struct auth_cert_job *j = (struct auth_cert_job *)job;

	X509_STORE_free(j->check.trusted);
	sk_X509_pop_free(j->check.chain, X509_free);
	sk_X509_pop_free(j->chain, X509_free);
	X509_free(j->own);
	EVP_PKEY_free(j->key);
	free(j->our_id);
	OPENSSL_cleanse(j, sizeof(*j));
	free(j);
}

/* Ours is the subject of our certificate, as Windows and Apple send theirs. */
static bool take_our_id(struct auth_cert_job *j)
{
	const X509_NAME *subject = X509_get_subject_name(j->own);
	int len = i2d_X509_NAME(subject, NULL);
	uint8_t *der;

	if (len <= 0)
		return false;
	j->our_id = calloc(1, ID_HEADER_LEN + len);
	if (!j->our_id)
		return false;
	j->our_id[0] = IPSEC_ID_DER_ASN1_DN;
	j->our_id_len = ID_HEADER_LEN + len;
	der = j->our_id + ID_HEADER_LEN;
	return i2d_X509_NAME(subject, &der) == len;
}

/* What the configuration holds now, for as long as the job lives. */
static bool take_conf(struct auth_cert_job *j, const struct conf_certificate *conf)
{
	if (!X509_STORE_up_ref(conf->trusted))
		return false;
	j->check.trusted = conf->trusted;
	if (!X509_up_ref(conf->own))
		return false;
	j->own = conf->own;
	if (!EVP_PKEY_up_ref(conf->key))
		return false;
	j->key = conf->key;
	if (conf->chain)
		j->chain = X509_chain_up_ref(conf->chain);
	return (j->chain || !conf->chain) && take_our_id(j);
}

static void take_message(struct auth_cert_job *j, const struct isakmp *sa, const struct message *m,
			 const struct payload_id *id)
{
	const struct payload *body = payload_find(&m->list, ISAKMP_ID, 0);
	const struct payload *sig = payload_find(&m->list, ISAKMP_SIG, 0);

	memcpy(j->id, id->data, id->len);
	j->check.id = *id;
	j->check.id.data = j->id;
	memcpy(j->sig, sig->body, sig->len);
	j->sig_len = sig->len;
	j->hash_len = sa->km.len;
	auth_hash(sa, true, body->body, body->len, j->hash_i);
	auth_hash(sa, false, j->our_id, j->our_id_len, j->hash_r);
}

/**
 * auth_cert_derive - derive the keys, which depend on no certificate; message 5 is encrypted with them
 * @sa: ISAKMP SA with a shared secret
 */
void auth_cert_derive(struct isakmp *sa)
{
	const struct keymat_phase1 in = auth_keymat_input(sa);

	sa->km.hash = sa->proposal.hash;
	sa->km.algorithm = sa->proposal.cipher;
	keymat_phase1_signature(&sa->km, &in, sa->proposal.key_bits);
}

/**
 * auth_cert_start - have a worker check message 5 and sign message 6
 * @x: Main Mode
 * @m: message 5
 * @id: its ID payload
 * Return: NULL, and the exchange waits; or why it cannot be, one phrase.
 */
const char *auth_cert_start(struct exchange *x, const struct message *m, const struct payload_id *id)
{
	const struct conf_certificate *conf = &x->sa->peer->ike->conf->certificate;
	const char *wrong = NULL;
	struct auth_cert_job *j;

	if (!conf->own)
		return "certificates are not configured any more";
	if (id->len > IKE_ID_MAX || payload_find(&m->list, ISAKMP_SIG, 0)->len > SIGNATURE_MAX)
		return "the peer's identity or signature is too long";
	j = calloc(1, sizeof(*j));
	if (!j)
		return "no memory";
	j->base.run = job_run;
	j->base.free = job_free;
	j->check.chain = cert_read(&m->list);
	if (!j->check.chain || !take_conf(j, conf))
		wrong = "no memory";
	else if (!sk_X509_num(j->check.chain))
		wrong = "the peer sent no certificate";
	if (wrong) {
		job_free(&j->base);
		return wrong;
	}
	take_message(j, x->sa, m, id);
	exchange_wait(x, &j->base);
	return NULL;
}

static void refuse(struct story *story, const struct auth_cert_job *j)
{
	const X509 *x = sk_X509_value(j->check.chain, 0);
	char subject[CERTIFICATE_NAME_MAX];

	story_fail(story, STAGE_IKE_PHASE1, WINDOWS_ERROR_IKE, "certificate of %.200s refused: %s",
		   certificate_name(X509_get_subject_name(x), subject), j->check.refusal);
}

/**
 * auth_cert_accept - what came of auth_cert_start()
 * @x: Main Mode
 * @job: as handed to the row's resume
 * @b: message 6; gets IDir, CERT, SIG_R
 * Return: whether the peer is who it says; the log says why not.
 */
bool auth_cert_accept(struct exchange *x, const struct exchange_job *job, struct payload_builder *b)
{
	const struct auth_cert_job *j = (const struct auth_cert_job *)job;
	struct story *story = x->sa->peer->story;

	if (!j->our_sig_len) {
		refuse(story, j);
		return false;
	}
	if (*j->check.stale)
		story_log(story, LOG_LEVEL_WARNING, STAGE_IKE_PHASE1,
			  "the revocation list of %s has expired: used all the same, fetch a new one", j->check.stale);
	payload_put(b, ISAKMP_ID, j->our_id, j->our_id_len);
	if (!cert_put(b, j->own, j->chain)) {
		story_fail(story, STAGE_IKE_PHASE1, WINDOWS_ERROR_IKE, "our certificates do not fit a message");
		return false;
	}
	payload_put(b, ISAKMP_SIG, j->our_sig, j->our_sig_len);
	return true;
}
