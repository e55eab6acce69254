// SPDX-License-Identifier: MIT
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "ike/auth.h"
#include "ike/auth_cert.h"
#include "ike/auth_psk.h"
#include "ike/cert.h"
#include "ike/informational.h"
#include "ike/isakmp.h"
#include "ike/natt.h"
#include "ike/peer.h"
#include "ike/phase1.h"
#include "ike/vendor.h"

/**
 * phase1_new - remember what phase 1 needs until it is done
 * @sa: half-open ISAKMP SA, which owns it
 * @sai: SA payload of message 1
 * Return: false without memory.
 */
bool phase1_new(struct isakmp *sa, const struct payload *sai)
{
	struct phase1 *p1 = calloc(1, sizeof(*p1) + sai->len);

	if (!p1)
		return false;
	p1->sai_len = sai->len;
	memcpy(p1->sai, sai->body, sai->len);
	sa->phase1 = p1;
	return true;
}

/**
 * phase1_introduce - tell the surroundings of a new peer
 * @peer: peer; has a story afterwards
 * Return: false when they refuse it: nothing is answered then.
 */
bool phase1_introduce(struct peer *peer)
{
	peer->story = peer->ike->ops->peer_new(peer->ike->ctx, &peer->pub);
	return peer->story && !peer->dead;
}

/**
 * phase1_fail_early - a line about a failure that whoever forges addresses can cause; so many in a second
 * @peer: peer with its story
 * @shown: what a Windows user sees
 * @fmt: text
 */
void phase1_fail_early(struct peer *peer, enum windows_error shown, const char *fmt, ...)
{
	char text[3 * PROPOSAL_TEXT_MAX];
	va_list ap;
	int n;

	n = log_limit_begin(&peer->ike->early, text, sizeof(text));
	if (n < 0)
		return;
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - n, fmt, ap);
	va_end(ap);
	story_fail(peer->story, STAGE_IKE_PHASE1, shown, "%s", text);
}

static bool weak_ones_fit(struct exchange *x, const struct payload_offer *offers, int n)
{
	struct peer *peer = x->sa->peer;
	const struct conf_ike *conf = peer->ike->conf;
	char offered[PROPOSAL_TEXT_MAX], suite[64], option[CONF_PROFILE_HINT_MAX];
	struct proposal_phase1 weak;

	if (!proposal_phase1_match_weak(&weak, conf, offers, n))
		return false;
	proposal_phase1_print_chosen(&weak, suite, sizeof(suite));
	proposal_phase1_print_offers(offers, n, offered, sizeof(offered));
	conf_profile_hint(conf, &peer->pub.path.remote.addr, x->sa->client, option);
	phase1_fail_early(peer, WINDOWS_ERROR_IKE,
			  "only weak algorithms fit: offered %s; %s would allow %s", offered, option, suite);
	return true;
}

/**
 * phase1_refuse_offers - nothing that the peer offers will do: say so, to it and in the log
 * @x: exchange
 * @offers: transforms of message 1
 * @n: how many
 * @b: answer
 * Return: VERDICT_FAIL.
 */
enum exchange_verdict phase1_refuse_offers(struct exchange *x, const struct payload_offer *offers, int n,
					   struct payload_builder *b)
{
	char offered[PROPOSAL_TEXT_MAX], accepted[PROPOSAL_TEXT_MAX];
	struct peer *peer = x->sa->peer;

	if (weak_ones_fit(x, offers, n)) {
		informational_refuse(x->sa, b, NOTIFY_NO_PROPOSAL_CHOSEN);
		return VERDICT_FAIL;
	}
	if (proposal_phase1_method_fits(peer->ike->conf, offers, n, offered, sizeof(offered))) {
		proposal_phase1_print_offers(offers, n, offered, sizeof(offered));
		proposal_phase1_print_accepted(peer->ike->conf, accepted, sizeof(accepted));
		phase1_fail_early(peer, WINDOWS_ERROR_IKE,
				  "no proposal fits: offered %s; accepted %s", offered, accepted);
	} else {
		phase1_fail_early(peer, WINDOWS_ERROR_IKE,
				  "no way to authenticate fits: %s", offered);
	}
	informational_refuse(x->sa, b, NOTIFY_NO_PROPOSAL_CHOSEN);
	return VERDICT_FAIL;
}

/**
 * phase1_name_suite - the suite that was chosen, for others to see
 * @sa: ISAKMP SA with its proposal
 */
void phase1_name_suite(struct isakmp *sa)
{
	char *suite = sa->peer->pub.suite;

	proposal_phase1_print_chosen(&sa->proposal, suite, sizeof(sa->peer->pub.suite));
	if (sa->proposal.auth == IKE_AUTH_RSA_SIG)
		strncat(suite, "-rsa-signature", sizeof(sa->peer->pub.suite) - strlen(suite) - 1);
}

/**
 * phase1_choose - the transform that it will be: strong before weak, always; weak only where the peer's profile says so
 * @sa: ISAKMP SA that gets its proposal
 * @from: the peer's address
 * @offers: what the peer offers
 * @n: how many
 * Return: false when nothing fits.
 */
bool phase1_choose(struct isakmp *sa, const struct addr *from, const struct payload_offer *offers, int n)
{
	const struct conf_ike *conf = sa->peer->ike->conf;

	sa->peer->pub.legacy = false;
	if (proposal_phase1_match(&sa->proposal, conf, offers, n))
		return true;
	if (!conf_profile_find(conf, from, sa->client)->legacy)
		return false;
	sa->peer->pub.legacy = proposal_phase1_match_weak(&sa->proposal, conf, offers, n);
	return sa->peer->pub.legacy;
}

/**
 * phase1_put_choice - append SA: the transform that was chosen, as it was offered
 * @sa: ISAKMP SA with its proposal
 * @b: answer
 */
void phase1_put_choice(const struct isakmp *sa, struct payload_builder *b)
{
	struct payload_offer ours = sa->proposal.offer;

	ours.spi_len = 0;	/* RFC 2408 3.5: the cookies name an ISAKMP SA */
	payload_offer_put(b, &ours);
}

/* Message 1: HDR, SA, [VID] -> HDR, SA, [VID] */
static enum exchange_verdict take_offer(struct exchange *x, const struct message *m, struct payload_builder *b)
{
	const struct payload *sai = payload_find(&m->list, ISAKMP_SA, 0);
	struct payload_offer offers[IKE_OFFERS_MAX];
	struct isakmp *sa = x->sa;
	struct peer *peer = sa->peer;
	unsigned int known;
	int n;

	n = payload_offers_parse(offers, IKE_OFFERS_MAX, sai->body, sai->len);
	if (n < 0 || !phase1_new(sa, sai))
		return VERDICT_DROP;
	sa->vendor = vendor_read(&m->list, peer->pub.vendor, sizeof(peer->pub.vendor));
	sa->client = vendor_client(&m->list);
	if (!phase1_introduce(peer))
		return VERDICT_DROP;
	if (!phase1_choose(sa, &m->path.remote.addr, offers, n))
		return phase1_refuse_offers(x, offers, n, b);
	phase1_name_suite(sa);
	phase1_put_choice(sa, b);
	/* Only what the peer knows too: some Windows versions fail at unexpected vendor IDs. */
	known = VENDOR_RFC3947 | VENDOR_DPD;
	if (sa->proposal.auth == IKE_AUTH_RSA_SIG)
		known |= VENDOR_FRAGMENTATION;	/* only certificates are that large */
	vendor_put(b, sa->vendor & known);
	return VERDICT_NEXT;
}

static struct natt_cookies cookies_of(const struct isakmp *sa)
{
	return (struct natt_cookies){ sa->proposal.hash, sa->icookie, sa->rcookie };
}

/* A peer that sees NAT at our side gets no further if it is Windows: name the option that helps. */
static void explain_nat(const struct isakmp *sa, const struct endpoint *dialled)
{
	char text[ENDPOINT_STRLEN];

	story_log(sa->peer->story, LOG_LEVEL_INFO, STAGE_IKE_PHASE1,
		  "the peer did not dial %s: behind NAT Windows wants public-address to be what it dials (error 809)",
		  endpoint_print(dialled, text));
}

/* Which address of ours does the peer know, and who is behind NAT? (RFC 3947 3.2) */
static void discover_nat(struct isakmp *sa, const struct message *m)
{
	const struct endpoint dialled = natt_dialled(sa->peer->ike->conf, &m->path.local);
	const struct natt_cookies c = cookies_of(sa);

	sa->natt = sa->vendor & VENDOR_RFC3947 && payload_count(&m->list, ISAKMP_NATD) >= 2;
	sa->us = dialled.addr;
	if (!sa->natt)
		return;
	sa->we_behind_nat = !natt_is_destination(&c, &m->list, &m->path.local);
	if (!sa->we_behind_nat)
		sa->us = m->path.local.addr;
	else if (!natt_is_destination(&c, &m->list, &dialled))
		explain_nat(sa, &dialled);
	sa->peer_behind_nat = !natt_is_source(&c, &m->list, &m->path.remote);
	sa->peer->pub.behind_nat = sa->peer_behind_nat;
}

/* Message 3: HDR, KE, Ni, [CR], [NAT-D, NAT-D] -> HDR, KE, Nr, [CR], [NAT-D, NAT-D] */
static enum exchange_verdict take_ke(struct exchange *x, const struct message *m, struct payload_builder *b)
{
	const struct payload *ke = payload_find(&m->list, ISAKMP_KE, 0);
	const struct payload *ni = payload_find(&m->list, ISAKMP_NONCE, 0);
	struct isakmp *sa = x->sa;
	struct phase1 *p1 = sa->phase1;

	if (ni->len < IKE_NONCE_MIN || ni->len > IKE_NONCE_MAX)
		return VERDICT_DROP;
	if (ke->len != dh_public_len(sa->proposal.group)) {
		story_fail(sa->peer->story, STAGE_IKE_PHASE1, WINDOWS_ERROR_IKE,
			   "key exchange payload has %zu bytes, its group has %zu", ke->len,
			   dh_public_len(sa->proposal.group));
		informational_refuse(sa, b, NOTIFY_INVALID_KEY_INFORMATION);
		return VERDICT_FAIL;
	}
	sa->vendor |= vendor_read(&m->list, sa->peer->pub.vendor, sizeof(sa->peer->pub.vendor));
	memcpy(p1->ni, ni->body, ni->len);
	p1->ni_len = ni->len;
	discover_nat(sa, m);
	return exchange_dh(x, sa->proposal.group, ke) ? VERDICT_WAIT : VERDICT_DROP;
}

/**
 * phase1_put_nat_discovery - append what we say about the two endpoints
 * @sa: ISAKMP SA
 * @m: message that is answered
 * @b: answer
 *
 * A false word about the peer's makes it encapsulate ESP in UDP: behind NAT
 * ourselves, with an address that hides it, that has to come from there.
 */
void phase1_put_nat_discovery(struct isakmp *sa, const struct message *m, struct payload_builder *b)
{
	const struct conf_ike *conf = sa->peer->ike->conf;
	const struct endpoint us = { sa->us, m->path.local.port };
	const struct natt_cookies c = cookies_of(sa);

	if (conf->force_udp_encapsulation || (sa->we_behind_nat && !addr_equal(&sa->us, &m->path.local.addr)))
		natt_put_false(b, &c);
	else
		natt_put(b, &c, &m->path.remote);
	natt_put(b, &c, &us);
}

/* With signatures the keys depend on nothing else: message 5 is read with them. */
static void expect_signature(struct exchange *x, struct payload_builder *b)
{
	auth_cert_derive(x->sa);
	auth_first_iv(x->sa, x->iv);
	cert_put_requests(b, x->sa->peer->ike->conf->certificate.issuers);
}

static enum exchange_verdict answer_ke(struct exchange *x, const struct message *m, const struct exchange_job *job,
				       struct payload_builder *b)
{
	const struct dh *dh = exchange_dh_result(job);
	struct isakmp *sa = x->sa;
	struct phase1 *p1 = sa->phase1;

	p1->dh = *dh;
	OPENSSL_cleanse(p1->dh.priv, sizeof(p1->dh.priv));
	random_bytes(p1->nr, sizeof(p1->nr));
	payload_put(b, ISAKMP_KE, dh->pub, dh_public_len(dh->group));
	payload_put(b, ISAKMP_NONCE, p1->nr, sizeof(p1->nr));
	if (sa->proposal.auth == IKE_AUTH_RSA_SIG)
		expect_signature(x, b);
	if (sa->natt)
		phase1_put_nat_discovery(sa, m, b);
	return VERDICT_NEXT;
}

static void refuse_psk(struct exchange *x, const struct auth_psk_search *search, struct payload_builder *b)
{
	struct story *story = x->sa->peer->story;

	if (search->other)
		story_fail(story, STAGE_IKE_PHASE1, WINDOWS_ERROR_IKE,
			   "pre-shared key %s fits, but it is for the identity \"%s\" only", search->other->name,
			   search->other->id);
	else if (search->tried)
		story_fail(story, STAGE_IKE_PHASE1, WINDOWS_ERROR_IKE,
			   "no configured pre-shared key fits (%u tried)", search->tried);
	else
		story_fail(story, STAGE_IKE_PHASE1, WINDOWS_ERROR_IKE,
			   "no pre-shared key is configured for this address");
	informational_refuse(x->sa, b, NOTIFY_AUTHENTICATION_FAILED);
}

/* The exchange goes on after a wrong key: a forged message must not end it. */
static bool open_id(struct exchange *x, struct message *m, struct payload_builder *b)
{
	struct isakmp *sa = x->sa;
	struct auth_psk_search search;
	const struct conf_psk *psk;

	if (m->len > IKE_MESSAGE_MAX || sa->phase1->trials >= IKE_PSK_TRIALS)
		return false;
	psk = auth_psk_open(sa, m, x->iv, &search);
	if (!psk) {
		sa->phase1->trials++;
		sa->path = m->path;	/* half open: nothing of value depends on it */
		refuse_psk(x, &search, b);
		return false;
	}
	story_log(sa->peer->story, LOG_LEVEL_DEBUG, STAGE_IKE_PHASE1, "pre-shared key %s fits", psk->name);
	return true;
}

/**
 * phase1_print_identity - an identity for people
 * @id: identity
 * @out: storage
 * @size: its size
 */
void phase1_print_identity(const struct payload_id *id, char *out, size_t size)
{
	struct addr a = { .family = id->type == IPSEC_ID_IPV4_ADDR ? AF_INET : AF_INET6 };
	char text[ADDR_STRLEN];

	switch (id->type) {
	case IPSEC_ID_IPV4_ADDR:
	case IPSEC_ID_IPV6_ADDR:
		memcpy(a.b, id->data, id->len);
		snprintf(out, size, "%s", addr_print(&a, text));
		break;
	case IPSEC_ID_FQDN:
	case IPSEC_ID_USER_FQDN:
	case IPSEC_ID_KEY_ID:
		snprintf(out, size, "%.*s", (int)id->len, (const char *)id->data);
		break;
	case IPSEC_ID_DER_ASN1_DN:
		cert_print_dn(id->data, id->len, out, size);
		break;
	default:
		snprintf(out, size, "(identity of type %u, %zu bytes)", id->type, id->len);
	}
}

/**
 * phase1_remember_identity - whom the peer proved to be
 * @sa: ISAKMP SA
 * @id: identity
 * Return: false when it is too long.
 *
 * A name that a group's key vouches for is not the same as one in a certificate.
 */
bool phase1_remember_identity(const struct isakmp *sa, const struct payload_id *id)
{
	struct peer *peer = sa->peer;

	if (id->len > IKE_ID_MAX)
		return false;
	peer->id[0] = sa->proposal.auth;
	peer->id[1] = id->type;
	memcpy(peer->id + 2, id->data, id->len);
	peer->id_len = id->len + 2;
	phase1_print_identity(id, peer->pub.identity, sizeof(peer->pub.identity));
	return true;
}

/**
 * phase1_our_identity - body of our ID payload: an address; Apple accepts nothing else with a pre-shared key
 * @sa: ISAKMP SA
 * @out: result
 * Return: bytes.
 */
size_t phase1_our_identity(const struct isakmp *sa, uint8_t out[20])
{
	size_t len = addr_len(&sa->us);

	out[0] = sa->us.family == AF_INET ? IPSEC_ID_IPV4_ADDR : IPSEC_ID_IPV6_ADDR;
	out[1] = 0;
	out[2] = 0;
	out[3] = 0;
	memcpy(out + 4, sa->us.b, len);
	return 4 + len;
}

/* Message 5: HDR*, IDii, HASH_I -> HDR*, IDir, HASH_R; open_id() has checked HASH_I */
static enum exchange_verdict take_id(struct exchange *x, const struct message *m, struct payload_builder *b)
{
	uint8_t hash[IKE_HASH_MAX], ours[20];
	struct isakmp *sa = x->sa;
	struct payload_id id;
	size_t len;

	if (!payload_id_parse(&id, payload_find(&m->list, ISAKMP_ID, 0)) || !phase1_remember_identity(sa, &id))
		return VERDICT_DROP;
	sa->vendor |= vendor_read(&m->list, sa->peer->pub.vendor, sizeof(sa->peer->pub.vendor));
	len = phase1_our_identity(sa, ours);
	auth_hash(sa, false, ours, len, hash);
	payload_put(b, ISAKMP_ID, ours, len);
	payload_put(b, ISAKMP_HASH, hash, sa->km.len);
	return VERDICT_NEXT;
}

static enum exchange_verdict refuse_signature(struct exchange *x, struct payload_builder *b)
{
	informational_refuse(x->sa, b, NOTIFY_AUTHENTICATION_FAILED);
	return VERDICT_FAIL;
}

/* Message 5: HDR*, IDii, [CERT...], [CR], SIG_I -> HDR*, IDir, CERT, SIG_R (RFC 2409 5.1) */
static enum exchange_verdict take_signature(struct exchange *x, const struct message *m, struct payload_builder *b)
{
	const char *wrong = "the peer's identity is malformed";
	struct payload_id id;

	if (payload_id_parse(&id, payload_find(&m->list, ISAKMP_ID, 0)))
		wrong = auth_cert_start(x, m, &id);
	if (!wrong)
		return VERDICT_WAIT;
	story_fail(x->sa->peer->story, STAGE_IKE_PHASE1, WINDOWS_ERROR_IKE, "%s", wrong);
	return refuse_signature(x, b);
}

static enum exchange_verdict answer_signature(struct exchange *x, const struct message *m,
					      const struct exchange_job *job, struct payload_builder *b)
{
	struct isakmp *sa = x->sa;
	struct payload_id id;

	if (!auth_cert_accept(x, job, b) || !payload_id_parse(&id, payload_find(&m->list, ISAKMP_ID, 0)) ||
	    !phase1_remember_identity(sa, &id))
		return refuse_signature(x, b);
	sa->vendor |= vendor_read(&m->list, sa->peer->pub.vendor, sizeof(sa->peer->pub.vendor));
	return VERDICT_NEXT;
}

static const char *nat_text(const struct isakmp *sa)
{
	if (!sa->natt)
		return "no NAT traversal";
	if (sa->peer_behind_nat)
		return sa->we_behind_nat ? "NAT on both sides" : "peer behind NAT";
	return sa->we_behind_nat ? "we are behind NAT" : "no NAT";
}

static void log_up(const struct isakmp *sa)
{
	const struct ike_peer *pub = &sa->peer->pub;

	story_log(sa->peer->story, LOG_LEVEL_INFO, STAGE_IKE_PHASE1, "%s is up: %s%s, identity %s, %s%s%s",
		  TAILQ_NEXT(sa, link) ? "rekeyed ISAKMP SA" : "ISAKMP SA", pub->suite,
		  pub->legacy ? " (legacy)" : "", pub->identity,
		  nat_text(sa), *pub->vendor ? ", " : "", pub->vendor);
}

/**
 * phase1_finish - the peer is authenticated, and our last message is out
 * @x: exchange; may be dead afterwards
 * @m: the peer's last message
 */
void phase1_finish(struct exchange *x, const struct message *m)
{
	struct isakmp *sa = x->sa;
	struct peer *same;

	memcpy(sa->last_iv, x->iv, IKE_BLOCK);
	isakmp_up(sa);
	informational_read_notifies(sa, &m->list);
	same = peer_find_same(sa->peer);
	if (same)
		peer_join(same, sa);
	if (sa->initial_contact)
		peer_initial_contact(sa);
	if (sa->dead)
		return;
	log_up(sa);
	peer_dpd_start(sa->peer);
	sa->peer->ike->ops->peer_up(sa->peer->ike->ctx, &sa->peer->pub);
}

static void late_ke(struct exchange *x)
{
	struct peer *peer = x->sa->peer;

	phase1_fail_early(peer, WINDOWS_ERROR_NONE,
			  "message 3 never came: does our answer reach the peer?");
	peer_free(peer, "phase 1 timed out");
}

static void late_id(struct exchange *x)
{
	struct peer *peer = x->sa->peer;

	if (x->sa->proposal.auth == IKE_AUTH_RSA_SIG)
		story_fail(peer->story, STAGE_IKE_PHASE1, WINDOWS_ERROR_NONE,
			   "message 5 never came: is UDP port 4500 open, and do IP fragments pass?");
	/* After a wrong key the reason stands in the log already. */
	else if (!x->sa->phase1->trials)
		story_fail(peer->story, STAGE_IKE_PHASE1, WINDOWS_ERROR_NONE,
			   "message 5 never came: is UDP port 4500 open?");
	peer_free(peer, "phase 1 timed out");
}

/* Main Mode, with a pre-shared key (RFC 2409 5.4) or with signatures (5.1) */
const struct exchange_row phase1_rows[] = {
	{
		.state = EXCHANGE_MAIN_START,
		.exchange = ISAKMP_EXCHANGE_MAIN,
		.required = PAYLOAD_BIT(ISAKMP_SA),
		.optional = PAYLOAD_BIT(ISAKMP_VID) | PAYLOAD_BIT(ISAKMP_CR),
		.action = take_offer,
		.next = EXCHANGE_MAIN_KE,
		.timeout_ms = IKE_HALF_OPEN_MS,
		.late = late_ke,
	}, {
		.state = EXCHANGE_MAIN_KE,
		.exchange = ISAKMP_EXCHANGE_MAIN,
		.required = PAYLOAD_BIT(ISAKMP_KE) | PAYLOAD_BIT(ISAKMP_NONCE),
		.optional = PAYLOAD_BIT(ISAKMP_NATD) | PAYLOAD_BIT(ISAKMP_VID) | PAYLOAD_BIT(ISAKMP_CR),
		.action = take_ke,
		.resume = answer_ke,
		.next = EXCHANGE_MAIN_ID,
		.timeout_ms = IKE_HALF_OPEN_MS,
		.late = late_id,
	}, {
		.state = EXCHANGE_MAIN_ID,
		.auth = IKE_AUTH_PSK,
		.exchange = ISAKMP_EXCHANGE_MAIN,
		.seal = SEAL_TRIAL,
		.open = open_id,
		.required = PAYLOAD_BIT(ISAKMP_ID) | PAYLOAD_BIT(ISAKMP_HASH),
		.optional = PAYLOAD_BIT(ISAKMP_NOTIFY) | PAYLOAD_BIT(ISAKMP_VID),
		.action = take_id,
		.finish = phase1_finish,
		.next = EXCHANGE_MAIN_DONE,
	}, {
		.state = EXCHANGE_MAIN_ID,
		.auth = IKE_AUTH_RSA_SIG,
		.exchange = ISAKMP_EXCHANGE_MAIN,
		.seal = SEAL_SA,
		.required = PAYLOAD_BIT(ISAKMP_ID) | PAYLOAD_BIT(ISAKMP_SIG),
		.optional = PAYLOAD_BIT(ISAKMP_CERT) | PAYLOAD_BIT(ISAKMP_CR) | PAYLOAD_BIT(ISAKMP_NOTIFY) |
			    PAYLOAD_BIT(ISAKMP_VID),
		.action = take_signature,
		.resume = answer_signature,
		.finish = phase1_finish,
		.next = EXCHANGE_MAIN_DONE,
		.late = late_id,	/* while the worker is at it */
	},
};

const size_t phase1_rows_len = sizeof(phase1_rows) / sizeof(phase1_rows[0]);
