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

static void derive(struct isakmp *sa, const struct conf_psk *psk)
{
	const struct keymat_phase1 in = auth_keymat_input(sa);

	sa->km.hash = sa->proposal.hash;
	sa->km.algorithm = sa->proposal.cipher;
	keymat_phase1_psk(&sa->km, &in, psk->secret, psk->secret_len, sa->proposal.key_bits);
}

/* Does the key in @sa make sense of message 5?  @data is decrypted in place. */
static bool key_fits(const struct isakmp *sa, const struct message *m, uint8_t *data, uint8_t iv[IKE_BLOCK])
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
	if (!id || !hash || hash->len != sa->km.len)
		return false;
	auth_hash(sa, true, id->body, id->len, expected);
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
