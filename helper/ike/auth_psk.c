// SPDX-License-Identifier: MIT
#include <openssl/crypto.h>
#include <string.h>

#include "ike/auth.h"
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

/* Names compare byte by byte, as clients send them; addresses as addresses. */
static bool id_fits(const struct conf_psk *psk, const struct payload_id *id)
{
	struct addr a;

	if (id->type == IPSEC_ID_IPV4_ADDR || id->type == IPSEC_ID_IPV6_ADDR)
		return addr_parse(&a, psk->id) && addr_len(&a) == id->len && !memcmp(a.b, id->data, id->len);
	return (id->type == IPSEC_ID_KEY_ID || id->type == IPSEC_ID_FQDN || id->type == IPSEC_ID_USER_FQDN) &&
	       strlen(psk->id) == id->len && !memcmp(psk->id, id->data, id->len);
}

/**
 * auth_psk_choose - the key of a peer that says who it is before it proves it (Aggressive Mode)
 * @conf: configuration
 * @peer: its address
 * @id: its identity
 * Return: the first key for this identity, or else the first for any; NULL when there is none.
 */
const struct conf_psk *auth_psk_choose(const struct conf_ike *conf, const struct addr *peer,
				       const struct payload_id *id)
{
	const struct conf_psk *psk, *any = NULL;

	for (psk = conf->psks; psk < conf->psks + conf->psks_len; psk++) {
		if (!psk_is_for(psk, peer))
			continue;
		if (psk->id && id_fits(psk, id))
			return psk;
		if (!psk->id && !any)
			any = psk;
	}
	return any;
}

/**
 * auth_psk_derive - the keys of phase 1
 * @sa: ISAKMP SA with both nonces and the shared secret; its keys are set
 * @secret: pre-shared key
 * @len: bytes
 */
void auth_psk_derive(struct isakmp *sa, const void *secret, size_t len)
{
	const struct keymat_phase1 in = auth_keymat_input(sa);

	sa->km.hash = sa->proposal.hash;
	sa->km.algorithm = sa->proposal.cipher;
	keymat_phase1_psk(&sa->km, &in, secret, len, sa->proposal.key_bits);
}

/* Does the key in @sa make sense of message 5?  @data is decrypted in place, @who borrows from it. */
static bool key_fits(const struct isakmp *sa, const struct message *m, uint8_t *data, uint8_t iv[IKE_BLOCK],
		     struct payload_id *who)
{
	size_t len = m->len - ISAKMP_HEADER_LEN;
	const struct payload *id, *hash;
	uint8_t expected[IKE_HASH_MAX];
	struct payload_list list;

	auth_first_iv(sa, iv);
	if (!keymat_decrypt(&sa->km, iv, data, len) || !payload_list_parse(&list, m->h.next, data, len))
		return false;
	id = payload_find(&list, ISAKMP_ID, 0);
	hash = payload_find(&list, ISAKMP_HASH, 0);
	if (!id || !hash || hash->len != sa->km.len || !payload_id_parse(who, id))
		return false;
	auth_hash(sa, true, id->body, id->len, expected);
	return !CRYPTO_memcmp(hash->body, expected, hash->len);
}

/**
 * auth_psk_open - find the key that message 5 was made with
 * @sa: ISAKMP SA in Main Mode; its keys are set on success
 * @m: message 5; decrypted and parsed on success
 * @iv: last cipher block, on success
 * @search: how that went
 * Return: the key, NULL when none fits.
 */
const struct conf_psk *auth_psk_open(struct isakmp *sa, struct message *m, uint8_t iv[IKE_BLOCK],
				     struct auth_psk_search *search)
{
	const struct conf_ike *conf = sa->peer->ike->conf;
	size_t len = m->len - ISAKMP_HEADER_LEN, i;
	uint8_t *data = m->data + ISAKMP_HEADER_LEN;
	uint8_t scratch[IKE_MESSAGE_MAX];
	const struct conf_psk *psk;
	struct payload_id who;

	*search = (struct auth_psk_search){ 0 };
	for (i = 0; i < conf->psks_len && search->tried < AUTH_PSK_TRIALS_MAX; i++) {
		psk = &conf->psks[i];
		if (!psk_is_for(psk, &m->path.remote.addr))
			continue;
		search->tried++;
		auth_psk_derive(sa, psk->secret, psk->secret_len);
		memcpy(scratch, data, len);
		if (!key_fits(sa, m, scratch, iv, &who))
			continue;
		if (psk->id && !id_fits(psk, &who)) {
			search->other = psk;
			continue;
		}
		memcpy(data, scratch, len);
		payload_list_parse(&m->list, m->h.next, data, len);
		return psk;
	}
	OPENSSL_cleanse(&sa->km, sizeof(sa->km));
	return NULL;
}
