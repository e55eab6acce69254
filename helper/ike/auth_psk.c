// SPDX-License-Identifier: MIT
#include <openssl/crypto.h>
#include <string.h>

#include "ike/auth_psk.h"

static bool psk_is_for(const struct conf_psk *psk, const struct addr *peer)
{
	size_t i;

	for (i = 0; i < psk->peers_len; i++) {
		if (prefix_contains(&psk->peers[i], peer))
			return true;
	}
	return false;
}

static void derive(struct isakmp *sa, const struct conf_psk *psk)
{
	const struct phase1 *p1 = sa->phase1;
	const struct keymat_phase1 in = {
		.secret = { p1->dh.secret, dh_secret_len(p1->dh.group) },
		.ni = { p1->ni, p1->ni_len },
		.nr = { p1->nr, sizeof(p1->nr) },
		.icookie = sa->icookie,
		.rcookie = sa->rcookie,
	};

	sa->km.hash = sa->proposal.hash;
	keymat_phase1_psk(&sa->km, &in, psk->secret, psk->secret_len, sa->proposal.key_bits);
}

static void first_iv(const struct isakmp *sa, uint8_t iv[IKE_BLOCK])
{
	const struct dh *dh = &sa->phase1->dh;
	size_t len = dh_public_len(dh->group);

	keymat_phase1_iv(sa->proposal.hash, &(struct keymat_part){ dh->peer, len },
			 &(struct keymat_part){ dh->pub, len }, iv);
}

/* HASH_x = prf(SKEYID, g^x of the sender | the other | its cookie | the other | SAi_b | ID_b) (RFC 2409 5) */
static void hash_x(const struct isakmp *sa, bool initiator, const void *id, size_t id_len, uint8_t *out)
{
	const struct phase1 *p1 = sa->phase1;
	size_t len = dh_public_len(p1->dh.group);
	const struct keymat_part parts[] = {
		{ initiator ? p1->dh.peer : p1->dh.pub, len },
		{ initiator ? p1->dh.pub : p1->dh.peer, len },
		{ initiator ? sa->icookie : sa->rcookie, ISAKMP_COOKIE_LEN },
		{ initiator ? sa->rcookie : sa->icookie, ISAKMP_COOKIE_LEN },
		{ p1->sai, p1->sai_len },
		{ id, id_len },
	};

	keymat_prf(sa->km.hash, sa->km.skeyid, sa->km.len, parts, 6, out);
}

/**
 * auth_psk_hash_i - HASH_I
 * @sa: ISAKMP SA with keys
 * @id: the initiator's ID payload
 * @out: IKE_HASH_MAX bytes
 */
void auth_psk_hash_i(const struct isakmp *sa, const struct payload *id, uint8_t *out)
{
	hash_x(sa, true, id->body, id->len, out);
}

/**
 * auth_psk_hash_r - HASH_R
 * @sa: ISAKMP SA with keys
 * @id: body of our ID payload
 * @id_len: bytes
 * @out: IKE_HASH_MAX bytes
 */
void auth_psk_hash_r(const struct isakmp *sa, const void *id, size_t id_len, uint8_t *out)
{
	hash_x(sa, false, id, id_len, out);
}

/* Does the key in @sa make sense of message 5?  @data is decrypted in place. */
static bool key_fits(const struct isakmp *sa, const struct message *m, uint8_t *data, uint8_t iv[IKE_BLOCK])
{
	size_t len = m->len - ISAKMP_HEADER_LEN;
	const struct payload *id, *hash;
	uint8_t expected[IKE_HASH_MAX];
	struct payload_list list;

	first_iv(sa, iv);
	if (!keymat_decrypt(&sa->km, iv, data, len) || !payload_list_parse(&list, m->h.next, data, len))
		return false;
	id = payload_find(&list, ISAKMP_ID, 0);
	hash = payload_find(&list, ISAKMP_HASH, 0);
	if (!id || !hash || hash->len != sa->km.len)
		return false;
	auth_psk_hash_i(sa, id, expected);
	return !CRYPTO_memcmp(hash->body, expected, hash->len);
}

/**
 * auth_psk_open - find the key that message 5 was made with
 * @sa: ISAKMP SA in Main Mode; its keys are set on success
 * @m: message 5; decrypted and parsed on success
 * @iv: last cipher block, on success
 * @tried: how many keys may be used from the peer's address and were tried
 * Return: the key, NULL when none fits.
 */
const struct conf_psk *auth_psk_open(struct isakmp *sa, struct message *m, uint8_t iv[IKE_BLOCK],
				     unsigned int *tried)
{
	const struct conf_ike *conf = sa->peer->ike->conf;
	size_t len = m->len - ISAKMP_HEADER_LEN, i;
	uint8_t *data = m->data + ISAKMP_HEADER_LEN;
	uint8_t scratch[IKE_MESSAGE_MAX];

	*tried = 0;
	for (i = 0; i < conf->psks_len && *tried < AUTH_PSK_TRIALS_MAX; i++) {
		if (!psk_is_for(&conf->psks[i], &m->path.remote.addr))
			continue;
		++*tried;
		derive(sa, &conf->psks[i]);
		memcpy(scratch, data, len);
		if (!key_fits(sa, m, scratch, iv))
			continue;
		memcpy(data, scratch, len);
		payload_list_parse(&m->list, m->h.next, data, len);
		return &conf->psks[i];
	}
	OPENSSL_cleanse(&sa->km, sizeof(sa->km));
	return NULL;
}
