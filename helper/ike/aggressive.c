// SPDX-License-Identifier: MIT
/*
 * The peer says in message 1 who it is, so its key is known before it proves
 * anything, and message 2 proves ours.  Whoever asks gets a hash made with that
 * key and may try passwords on it at leisure: therefore the option, off by default.
 *
 * From outside an identity that nobody has and one with another key look the
 * same: message 2 is made with some key, and message 3 is refused.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "core/random.h"
#include "ike/aggressive.h"
#include "ike/auth.h"
#include "ike/auth_psk.h"
#include "ike/informational.h"
#include "ike/natt.h"
#include "ike/peer.h"
#include "ike/phase1.h"
#include "ike/vendor.h"

#define NOBODYS_KEY_LEN	32

static enum exchange_verdict refuse_mode(struct exchange *x, const struct payload_id *id, struct payload_builder *b)
{
	char name[128];

	phase1_print_identity(id, name, sizeof(name));
	phase1_fail_early(x->sa->peer, WINDOWS_ERROR_NONE,
			  "Aggressive Mode is not allowed (identity \"%s\"): aggressive-mode = yes in [ike] allows it",
			  name);
	informational_refuse(x->sa, b, NOTIFY_UNSUPPORTED_EXCHANGE_TYPE);
	return VERDICT_FAIL;
}

/* Who the peer says it is, and how it was reached; nothing is proved yet. */
static void remember(struct isakmp *sa, const struct message *m, const struct payload *ni, const struct payload *id)
{
	struct phase1 *p1 = sa->phase1;

	p1->initial = m->path;
	memcpy(p1->ni, ni->body, ni->len);
	p1->ni_len = ni->len;
	memcpy(p1->idi, id->body, id->len);
	p1->idi_len = id->len;
	sa->natt = sa->vendor & VENDOR_RFC3947;
	sa->us = natt_dialled(sa->peer->ike->conf, &m->path.local).addr;
	/* A guess: message 3 will tell. */
	sa->we_behind_nat = !addr_equal(&sa->us, &m->path.local.addr);
}

/* Message 1: HDR, SA, KE, Ni, IDii, [VID] */
static enum exchange_verdict take_offer(struct exchange *x, const struct message *m, struct payload_builder *b)
{
	const struct payload *sai = payload_find(&m->list, ISAKMP_SA, 0);
	const struct payload *ke = payload_find(&m->list, ISAKMP_KE, 0);
	const struct payload *ni = payload_find(&m->list, ISAKMP_NONCE, 0);
	const struct payload *idii = payload_find(&m->list, ISAKMP_ID, 0);
	struct payload_offer offers[IKE_OFFERS_MAX], kept[IKE_OFFERS_MAX];
	struct peer *peer = x->sa->peer;
	struct isakmp *sa = x->sa;
	struct payload_id id;
	int n;

	n = payload_offers_parse(offers, IKE_OFFERS_MAX, sai->body, sai->len);
	if (n < 0 || !payload_id_parse(&id, idii) || id.len > IKE_ID_MAX || ni->len < IKE_NONCE_MIN ||
	    ni->len > IKE_NONCE_MAX || !phase1_new(sa, sai))
		return VERDICT_DROP;
	sa->vendor = vendor_read(&m->list, peer->pub.vendor, sizeof(peer->pub.vendor));
	sa->client = vendor_client(&m->list);
	if (!phase1_introduce(peer))
		return VERDICT_DROP;
	if (!peer->ike->conf->aggressive_mode)
		return refuse_mode(x, &id, b);
	if (!phase1_choose(sa, &m->path.remote.addr, kept, proposal_phase1_keep(offers, n, ke->len, kept)))
		return phase1_refuse_offers(x, offers, n, b);
	phase1_name_suite(sa);
	remember(sa, m, ni, idii);
	return exchange_dh(x, sa->proposal.group, ke) ? VERDICT_WAIT : VERDICT_DROP;
}

static void derive(struct isakmp *sa, const struct addr *from)
{
	const struct phase1 *p1 = sa->phase1;
	const struct payload body = { .type = ISAKMP_ID, .body = p1->idi, .len = p1->idi_len };
	uint8_t nobodys[NOBODYS_KEY_LEN];
	const struct conf_psk *psk;
	struct payload_id id;
	char name[128];

	payload_id_parse(&id, &body);
	psk = auth_psk_choose(sa->peer->ike->conf, from, &id);
	if (psk) {
		snprintf(sa->phase1->key_name, sizeof(sa->phase1->key_name), "%s", psk->name);
		auth_psk_derive(sa, psk->secret, psk->secret_len);
		return;
	}
	phase1_print_identity(&id, name, sizeof(name));
	phase1_fail_early(sa->peer, WINDOWS_ERROR_NONE,
			  "no pre-shared key is configured for the identity \"%s\" at this address", name);
	random_bytes(nobodys, sizeof(nobodys));
	auth_psk_derive(sa, nobodys, sizeof(nobodys));
	OPENSSL_cleanse(nobodys, sizeof(nobodys));
}

/* Message 2: HDR, SA, KE, Nr, IDir, HASH_R, [VID], [NAT-D, NAT-D]; racoon wants VID before NAT-D */
static enum exchange_verdict answer_offer(struct exchange *x, const struct message *m,
					  const struct exchange_job *job, struct payload_builder *b)
{
	const struct dh *dh = exchange_dh_result(job);
	uint8_t hash[IKE_HASH_MAX], ours[20];
	struct isakmp *sa = x->sa;
	struct phase1 *p1 = sa->phase1;
	size_t len;

	p1->dh = *dh;
	OPENSSL_cleanse(p1->dh.priv, sizeof(p1->dh.priv));
	random_bytes(p1->nr, sizeof(p1->nr));
	derive(sa, &m->path.remote.addr);
	len = phase1_our_identity(sa, ours);
	auth_hash(sa, false, ours, len, hash);
	phase1_put_choice(sa, b);
	payload_put(b, ISAKMP_KE, dh->pub, dh_public_len(dh->group));
	payload_put(b, ISAKMP_NONCE, p1->nr, sizeof(p1->nr));
	payload_put(b, ISAKMP_ID, ours, len);
	payload_put(b, ISAKMP_HASH, hash, sa->km.len);
	vendor_put(b, sa->vendor & (VENDOR_RFC3947 | VENDOR_DPD));
	if (sa->natt)
		phase1_put_nat_discovery(sa, m, b);
	return VERDICT_NEXT;
}

static void refuse_hash(struct exchange *x, struct payload_builder *b)
{
	struct phase1 *p1 = x->sa->phase1;

	if (*p1->key_name && !p1->trials && !p1->refused)
		story_fail(x->sa->peer->story, STAGE_IKE_PHASE1, WINDOWS_ERROR_NONE,
			   "the peer's pre-shared key is not that of [psk %s]", p1->key_name);
	p1->trials++;
	informational_refuse(x->sa, b, NOTIFY_AUTHENTICATION_FAILED);
}

static bool hash_fits(const struct isakmp *sa, const struct payload_list *list)
{
	const struct payload *hash = payload_find(list, ISAKMP_HASH, 0);
	uint8_t expected[IKE_HASH_MAX];

	if (!hash || hash->len != sa->km.len)
		return false;
	auth_hash(sa, true, sa->phase1->idi, sa->phase1->idi_len, expected);
	return !CRYPTO_memcmp(hash->body, expected, hash->len);
}

/*
 * RFC 2409 sends HASH_I in clear (Apple, Android), RFC 3947 encrypted (strongSwan, Libreswan).
 * The exchange goes on after a wrong one: a forged message must not end it.
 */
static bool open_hash(struct exchange *x, struct message *m, struct payload_builder *b)
{
	uint8_t *data = m->data + ISAKMP_HEADER_LEN, iv[IKE_BLOCK];
	size_t len = m->len - ISAKMP_HEADER_LEN;
	struct isakmp *sa = x->sa;

	if (sa->phase1->trials >= IKE_PSK_TRIALS)
		return false;
	auth_first_iv(sa, iv);
	if ((!(m->h.flags & ISAKMP_FLAG_ENCRYPTED) || keymat_decrypt(&sa->km, iv, data, len)) &&
	    payload_list_parse(&m->list, m->h.next, data, len) && hash_fits(sa, &m->list)) {
		memcpy(x->iv, iv, IKE_BLOCK);
		return true;
	}
	sa->path = m->path;	/* half open: nothing of value depends on it */
	refuse_hash(x, b);
	return false;
}

/* Which endpoint the hashes are made for, before or after the change of ports, is the sender's choice. */
static void discover_nat(struct isakmp *sa, const struct message *m)
{
	const struct natt_cookies c = { sa->proposal.hash, sa->icookie, sa->rcookie };
	const struct ike_path *first = &sa->phase1->initial;

	sa->natt = sa->natt && payload_count(&m->list, ISAKMP_NATD) >= 2;
	if (!sa->natt)
		return;
	sa->we_behind_nat = !natt_is_destination(&c, &m->list, &m->path.local) &&
			    !natt_is_destination(&c, &m->list, &first->local);
	sa->peer_behind_nat = !natt_is_source(&c, &m->list, &m->path.remote) &&
			      !natt_is_source(&c, &m->list, &first->remote);
	sa->peer->pub.behind_nat = sa->peer_behind_nat;
}

/* Message 3: HDR, HASH_I, [NAT-D, NAT-D]; open_hash() has checked HASH_I */
static enum exchange_verdict take_hash(struct exchange *x, const struct message *m, struct payload_builder *b)
{
	struct isakmp *sa = x->sa;
	const struct phase1 *p1 = sa->phase1;
	const struct payload body = { .type = ISAKMP_ID, .body = p1->idi, .len = p1->idi_len };
	struct payload_id id;

	(void)b;
	if (!payload_id_parse(&id, &body) || !phase1_remember_identity(sa, &id))
		return VERDICT_DROP;
	sa->vendor |= vendor_read(&m->list, sa->peer->pub.vendor, sizeof(sa->peer->pub.vendor));
	discover_nat(sa, m);
	story_log(sa->peer->story, LOG_LEVEL_DEBUG, STAGE_IKE_PHASE1, "Aggressive Mode: pre-shared key %s fits",
		  p1->key_name);
	return VERDICT_NEXT;
}

static void late_hash(struct exchange *x)
{
	const struct phase1 *p1 = x->sa->phase1;
	struct peer *peer = x->sa->peer;

	/* After a refusal, of whatever side, the reason stands in the log already. */
	if (*p1->key_name && !p1->trials && !p1->refused)
		phase1_fail_early(peer, WINDOWS_ERROR_NONE,
				  "message 3 never came: is the peer's pre-shared key that of [psk %s], is UDP port 4500 open?",
				  p1->key_name);
	peer_free(peer, "phase 1 timed out");
}

static void call_for_hash(struct exchange *x)
{
	struct phase1 *p1 = x->sa->phase1;

	if (clock_now_ms() < p1->next_call_ms)
		return;
	p1->next_call_ms = clock_now_ms() + IKE_RESEND_MS;
	exchange_duplicate(x);
}

/* A hint that proves nothing: good for a line, not for an end. */
static void note_refusal(const struct isakmp *sa)
{
	struct phase1 *p1 = sa->phase1;

	if (*p1->key_name && !p1->trials && !p1->refused)
		story_fail(sa->peer->story, STAGE_IKE_PHASE1, WINDOWS_ERROR_NONE,
			   "the peer does not believe message 2: is its pre-shared key that of [psk %s]?",
			   p1->key_name);
	p1->refused = true;
}

/**
 * aggressive_early - a message of another exchange while message 3 is still to come
 * @sa: ISAKMP SA that is not up
 * @h: header of the message; nothing vouches for it
 * Return: whether that is so and is dealt with.
 *
 * After message 3 the peer takes itself for connected and never sends it again
 * by itself: Quick Mode tells that it was lost.  A second message 2 calls for it;
 * not too often: strongSwan answers that with Quick Mode once more.
 */
bool aggressive_early(struct isakmp *sa, const struct isakmp_header *h)
{
	struct exchange *x = exchange_find(sa, ISAKMP_EXCHANGE_AGGRESSIVE, 0);

	if (!x || x->state != EXCHANGE_AGGRESSIVE_HASH)
		return false;
	if (h->exchange == ISAKMP_EXCHANGE_QUICK)
		call_for_hash(x);
	else if (h->exchange == ISAKMP_EXCHANGE_INFO)
		note_refusal(sa);
	return true;
}

/* RFC 2409 5.4 */
const struct exchange_row aggressive_rows[] = {
	{
		.state = EXCHANGE_AGGRESSIVE_START,
		.exchange = ISAKMP_EXCHANGE_AGGRESSIVE,
		.required = PAYLOAD_BIT(ISAKMP_SA) | PAYLOAD_BIT(ISAKMP_KE) | PAYLOAD_BIT(ISAKMP_NONCE) |
			    PAYLOAD_BIT(ISAKMP_ID),
		.optional = PAYLOAD_BIT(ISAKMP_VID) | PAYLOAD_BIT(ISAKMP_CR),
		.action = take_offer,
		.resume = answer_offer,
		.next = EXCHANGE_AGGRESSIVE_HASH,
		.timeout_ms = IKE_HALF_OPEN_MS,
		.late = late_hash,
	}, {
		.state = EXCHANGE_AGGRESSIVE_HASH,
		.exchange = ISAKMP_EXCHANGE_AGGRESSIVE,
		.seal = SEAL_EITHER,
		.open = open_hash,
		.required = PAYLOAD_BIT(ISAKMP_HASH),
		.optional = PAYLOAD_BIT(ISAKMP_NATD) | PAYLOAD_BIT(ISAKMP_NOTIFY) | PAYLOAD_BIT(ISAKMP_VID),
		.action = take_hash,
		.finish = phase1_finish,
		.next = EXCHANGE_AGGRESSIVE_DONE,
	},
};

const size_t aggressive_rows_len = sizeof(aggressive_rows) / sizeof(aggressive_rows[0]);
