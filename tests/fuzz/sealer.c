// SPDX-License-Identifier: MIT
#include <string.h>

#include "ike/auth.h"
#include "ike/auth_cert.h"
#include "ike/auth_psk.h"
#include "ike/exchange.h"
#include "sealer.h"

#define FLAGS_AT	19
#define LENGTH_AT	24

/**
 * struct seal - what one message is protected with
 * @sa: a copy of the ISAKMP SA, with keys
 * @x: its exchange, NULL before the first message
 * @iv: first IV
 */
struct seal {
	struct isakmp sa;
	const struct exchange *x;
	uint8_t iv[IKE_BLOCK];
};

/**
 * sealer_find - the ISAKMP SA that a message belongs to
 * @ike: engine
 * @msg: message
 * @len: bytes
 * Return: the newest one with its initiator cookie, or else the newest of all; NULL when there is none.
 */
struct isakmp *sealer_find(struct ike *ike, const uint8_t *msg, size_t len)
{
	struct isakmp *sa, *found = NULL, *newest = NULL;
	struct peer *peer;

	TAILQ_FOREACH(peer, &ike->peers, link) {
		TAILQ_FOREACH(sa, &peer->isakmps, link) {
			if (!newest || sa->serial > newest->serial)
				newest = sa;
			if (len >= ISAKMP_COOKIE_LEN && !memcmp(sa->icookie, msg, ISAKMP_COOKIE_LEN) &&
			    (!found || sa->serial > found->serial))
				found = sa;
		}
	}
	return found ? found : newest;
}

/* The keys of phase 1 while the engine has none yet: with this pre-shared key. */
static bool derive(struct seal *s, const struct conf_ike *conf, size_t key)
{
	if (s->sa.km.len)
		return true;
	if (!s->sa.phase1 || !s->sa.phase1->dh.group || key >= conf->psks_len)
		return false;
	if (s->sa.proposal.auth == IKE_AUTH_RSA_SIG)
		auth_cert_derive(&s->sa);
	else
		auth_psk_derive(&s->sa, conf->psks[key].secret, conf->psks[key].secret_len);
	return s->sa.km.len;
}

static bool begin(struct seal *s, struct ike *ike, const struct isakmp_header *h, const uint8_t *msg, size_t key)
{
	struct isakmp *sa = sealer_find(ike, msg, ISAKMP_HEADER_LEN);

	if (!sa)
		return false;
	s->sa = *sa;
	if (!derive(s, ike->conf, key))
		return false;
	s->x = exchange_find(sa, h->exchange, h->message_id);
	if (s->x && (s->x->state == EXCHANGE_MAIN_ID || s->x->state == EXCHANGE_AGGRESSIVE_HASH)) {
		if (!sa->phase1)
			return false;
		auth_first_iv(&s->sa, s->iv);
	} else if (s->x) {
		memcpy(s->iv, s->x->iv, IKE_BLOCK);
	} else {
		keymat_phase2_iv(&s->sa.km, sa->last_iv, h->message_id, s->iv);
	}
	return true;
}

static void hash_phase1(const struct seal *s, const struct payload_list *list, uint8_t *out)
{
	const struct payload *id = payload_find(list, ISAKMP_ID, 0);
	const struct phase1 *p1 = s->sa.phase1;

	if (id)
		auth_hash(&s->sa, true, id->body, id->len, out);
	else
		auth_hash(&s->sa, true, p1->idi, p1->idi_len, out);
}

static void hash_phase2(const struct seal *s, const struct isakmp_header *h, const uint8_t *rest, size_t len,
			uint8_t *out)
{
	const uint8_t id[5] = { 0, h->message_id >> 24, h->message_id >> 16, h->message_id >> 8, h->message_id };
	const struct quick *q = s->x && s->x->state == EXCHANGE_QUICK_HASH ? s->x->quick : NULL;
	const struct keymat_part one[] = { { id + 1, 4 }, { rest, len } };
	const struct keymat_part three[] = {
		{ id, 5 }, { q ? q->ni : NULL, q ? q->ni_len : 0 }, { q ? q->nr : NULL, q ? sizeof(q->nr) : 0 },
	};

	if (q)
		keymat_prf(s->sa.km.hash, s->sa.km.skeyid_a, s->sa.km.len, three, 3, out);
	else
		keymat_prf(s->sa.km.hash, s->sa.km.skeyid_a, s->sa.km.len, one, 2, out);
}

/* The HASH payload becomes what it has to be, if it has the right size. */
static void fill_hash(const struct seal *s, const struct isakmp_header *h, uint8_t *body, size_t len)
{
	const struct payload *hash;
	uint8_t out[IKE_HASH_MAX];
	struct payload_list list;

	if (!payload_list_parse(&list, h->next, body, len))
		return;
	hash = payload_find(&list, ISAKMP_HASH, 0);
	if (!hash || hash->len != s->sa.km.len)
		return;
	if (h->message_id)
		hash_phase2(s, h, hash->body + hash->len, list.end - hash->body - hash->len, out);
	else if (s->sa.phase1)
		hash_phase1(s, &list, out);
	else
		return;
	memcpy(body + (hash->body - body), out, hash->len);
}

/**
 * sealer_seal - plaintext to what goes over the wire
 * @ike: engine that the message is for
 * @msg: message, header included; the responder's cookie is filled in if there is one; encrypted in place if
 *	its flag says so and there is a key
 * @len: bytes
 * @cap: bytes of storage, 16 more than @len
 * @keep_hash: leave the HASH payload as it is
 * Return: bytes.
 */
size_t sealer_seal(struct ike *ike, uint8_t *msg, size_t len, size_t cap, bool keep_hash)
{
	static const uint8_t none[ISAKMP_COOKIE_LEN];
	struct isakmp *sa = sealer_find(ike, msg, len);
	struct payload_builder b;
	struct isakmp_header h;
	struct seal s;
	size_t block;

	if (len < ISAKMP_HEADER_LEN)
		return len;
	if (sa && memcmp(msg + ISAKMP_COOKIE_LEN, none, ISAKMP_COOKIE_LEN))
		memcpy(msg + ISAKMP_COOKIE_LEN, sa->rcookie, ISAKMP_COOKIE_LEN);
	wbuf_init(&b.w, msg, cap);
	b.w.len = len;
	wbuf_patch_u16(&b.w, LENGTH_AT, 0);
	wbuf_patch_u16(&b.w, LENGTH_AT + 2, len);
	if (!(msg[FLAGS_AT] & ISAKMP_FLAG_ENCRYPTED) || !payload_header_parse(&h, msg, len) ||
	    !begin(&s, ike, &h, msg, 0))
		return len;
	if (!keep_hash)
		fill_hash(&s, &h, msg + ISAKMP_HEADER_LEN, len - ISAKMP_HEADER_LEN);
	if (!exchange_seal(&s.sa, s.iv, &b))
		return len;
	block = keymat_block(&s.sa.km);
	len += (block - (len - ISAKMP_HEADER_LEN) % block) % block;
	wbuf_patch_u16(&b.w, LENGTH_AT + 2, len);
	return len;
}

/* Where its payloads end, once it is decrypted; 0 when this key makes no sense of it. */
static size_t open_with(struct ike *ike, const struct isakmp_header *h, uint8_t *msg, size_t key)
{
	size_t len = h->length - ISAKMP_HEADER_LEN;
	struct payload_list list;
	struct seal s;

	if (!begin(&s, ike, h, msg, key) || !keymat_decrypt(&s.sa.km, s.iv, msg + ISAKMP_HEADER_LEN, len) ||
	    !payload_list_parse(&list, h->next, msg + ISAKMP_HEADER_LEN, len))
		return 0;
	return list.end - msg;
}

/**
 * sealer_open - what goes over the wire to plaintext
 * @ike: engine that the message is for
 * @msg: message, header included; decrypted in place if its flag says so and there is a key
 * @len: bytes
 * Return: bytes, without the padding; the header says so too.
 */
size_t sealer_open(struct ike *ike, uint8_t *msg, size_t len)
{
	uint8_t wire[IKE_MESSAGE_MAX];
	struct isakmp_header h;
	struct wbuf w;
	size_t key, end = 0;

	if (len > sizeof(wire) || !payload_header_parse(&h, msg, len) || !(h.flags & ISAKMP_FLAG_ENCRYPTED))
		return len;
	memcpy(wire, msg, len);
	for (key = 0; !end && key <= ike->conf->psks_len; key++) {
		memcpy(msg, wire, len);
		end = open_with(ike, &h, msg, key);
	}
	if (!end) {
		memcpy(msg, wire, len);
		return len;
	}
	wbuf_init(&w, msg, end);
	w.len = end;
	wbuf_patch_u16(&w, LENGTH_AT, 0);
	wbuf_patch_u16(&w, LENGTH_AT + 2, end);
	return end;
}
