// SPDX-License-Identifier: MIT
#include "ike/auth.h"

/**
 * auth_keymat_input - what the keys of phase 1 are made of
 * @sa: ISAKMP SA with a shared secret
 * Return: pieces that borrow from @sa.
 */
struct keymat_phase1 auth_keymat_input(const struct isakmp *sa)
{
	const struct phase1 *p1 = sa->phase1;

	return (struct keymat_phase1){
		.secret = { p1->dh.secret, dh_secret_len(p1->dh.group) },
		.ni = { p1->ni, p1->ni_len },
		.nr = { p1->nr, sizeof(p1->nr) },
		.icookie = sa->icookie,
		.rcookie = sa->rcookie,
	};
}

/**
 * auth_first_iv - IV of message 5, or 3 of Aggressive Mode
 * @sa: ISAKMP SA with both public values
 * @iv: result
 */
void auth_first_iv(const struct isakmp *sa, uint8_t iv[IKE_BLOCK])
{
	const struct dh *dh = &sa->phase1->dh;
	size_t len = dh_public_len(dh->group);

	keymat_phase1_iv(sa->proposal.hash, &(struct keymat_part){ dh->peer, len },
			 &(struct keymat_part){ dh->pub, len }, iv);
}

/**
 * auth_hash - HASH_I or HASH_R: prf(SKEYID, g^x of the sender | the other | its cookie | the other | SAi_b | ID_b)
 * @sa: ISAKMP SA with keys
 * @initiator: HASH_I
 * @id: body of the sender's ID payload
 * @id_len: bytes
 * @out: IKE_HASH_MAX bytes
 */
void auth_hash(const struct isakmp *sa, bool initiator, const void *id, size_t id_len, uint8_t *out)
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
