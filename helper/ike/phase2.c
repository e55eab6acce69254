// SPDX-License-Identifier: MIT
#include <linux/l2tpsec.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "ike/child.h"
#include "ike/informational.h"
#include "ike/isakmp.h"
#include "ike/natt.h"
#include "ike/peer.h"
#include "ike/phase2.h"

#define GCM_SALT_LEN	4

static enum exchange_verdict refuse(struct exchange *x, struct payload_builder *b, enum isakmp_notify why)
{
	informational_refuse(x->sa, b, why);
	return VERDICT_FAIL;
}

static const struct conf_profile *profile_of(const struct exchange *x, const struct message *m)
{
	return conf_profile_find(x->sa->peer->ike->conf, &m->path.remote.addr, x->sa->client);
}

static bool weak_ones_fit(struct exchange *x, const struct payload_offer *offers, int n,
			  const struct proposal_limits *limits, const char *offered)
{
	const struct proposal_limits weak = {
		.encapsulation = limits->encapsulation, .ke_len = limits->ke_len, .weak = true,
	};
	const struct peer *peer = x->sa->peer;
	char suite[64], option[CONF_PROFILE_HINT_MAX];
	struct proposal_phase2 chosen;

	if (!proposal_phase2_match(&chosen, peer->ike->conf, &weak, offers, n))
		return false;
	proposal_phase2_print(&chosen.esp, suite, sizeof(suite));
	conf_profile_hint(peer->ike->conf, &peer->pub.path.remote.addr, x->sa->client, option);
	story_fail(peer->story, STAGE_IKE_PHASE2, WINDOWS_ERROR_IKE,
		   "only weak algorithms fit: offered %s; %s would allow %s", offered, option, suite);
	return true;
}

static enum exchange_verdict refuse_offers(struct exchange *x, const struct payload_offer *offers, int n,
					   const struct proposal_limits *limits, struct payload_builder *b)
{
	char offered[PROPOSAL_TEXT_MAX], accepted[PROPOSAL_TEXT_MAX], groups[PROPOSAL_TEXT_MAX] = "";
	struct peer *peer = x->sa->peer;

	proposal_phase2_print_offers(offers, n, offered, sizeof(offered));
	if (weak_ones_fit(x, offers, n, limits, offered))
		return refuse(x, b, NOTIFY_NO_PROPOSAL_CHOSEN);
	proposal_phase2_print_accepted(peer->ike->conf, accepted, sizeof(accepted));
	if (limits->ke_len)
		proposal_groups_print_accepted(peer->ike->conf, groups, sizeof(groups));
	story_fail(peer->story, STAGE_IKE_PHASE2, WINDOWS_ERROR_IKE,
		   "no proposal fits: offered %s; accepted %s, all with %s%s%s", offered, accepted,
		   limits->encapsulation == ENCAPSULATION_TRANSPORT ? "transport" : "udp-transport",
		   limits->ke_len ? ", without PFS or with " : "", groups);
	return refuse(x, b, NOTIFY_NO_PROPOSAL_CHOSEN);
}

/* One host, UDP or anything, any port but for ours: 1701 or any (RFC 3193 3.1). */
static bool id_fits(const struct payload_id *id, bool ours)
{
	static const uint8_t host_mask[4] = { 0xff, 0xff, 0xff, 0xff };

	if (id->protocol && id->protocol != IPPROTO_UDP)
		return false;
	if (ours && id->port && id->port != L2TP_PORT)
		return false;
	switch (id->type) {
	case IPSEC_ID_IPV4_ADDR:
	case IPSEC_ID_IPV6_ADDR:
	case IPSEC_ID_FQDN:	/* Windows XP, after a rekey behind NAT */
		return id->len <= IKE_ID_MAX;
	case IPSEC_ID_IPV4_SUBNET:
		return id->len == 8 && !memcmp(id->data + 4, host_mask, 4);
	default:
		return false;
	}
}

static const char *id_text(const struct payload_id *id, char out[64])
{
	snprintf(out, 64, "protocol %u port %u (identity type %u)", id->protocol, id->port, id->type);
	return out;
}

/* IDci and IDcr: both or none, none meaning the two hosts with any protocol (RFC 2409 5.5). */
static bool ids_fit(struct exchange *x, const struct message *m)
{
	const struct payload *ci = payload_find(&m->list, ISAKMP_ID, 0);
	const struct payload *cr = payload_find(&m->list, ISAKMP_ID, 1);
	struct payload_id theirs, ours;
	char a[64], b[64];

	if (!ci && !cr)
		return true;
	if (!cr || payload_count(&m->list, ISAKMP_ID) != 2 || !payload_id_parse(&theirs, ci) ||
	    !payload_id_parse(&ours, cr)) {
		story_fail(x->sa->peer->story, STAGE_IKE_PHASE2, WINDOWS_ERROR_IKE,
			   "client identities malformed: two are needed");
		return false;
	}
	if (id_fits(&theirs, false) && id_fits(&ours, true))
		return true;
	story_fail(x->sa->peer->story, STAGE_IKE_PHASE2, WINDOWS_ERROR_IKE,
		   "traffic asked for: %s <-> %s; accepted: UDP of one host <-> UDP port %u", id_text(&theirs, a),
		   id_text(&ours, b), L2TP_PORT);
	return false;
}

static struct child_id child_id_of(const struct message *m)
{
	const struct payload *ci = payload_find(&m->list, ISAKMP_ID, 0);
	struct child_id out = { 0 };
	struct payload_id id;

	if (!ci || !payload_id_parse(&id, ci))
		return out;
	out.type = id.type;
	out.protocol = id.protocol;
	out.port = id.port;
	out.len = id.len;
	memcpy(out.data, id.data, id.len);
	return out;
}

static bool quick_new(struct exchange *x, const struct payload *ni)
{
	struct quick *q;

	if (ni->len < IKE_NONCE_MIN || ni->len > IKE_NONCE_MAX)
		return false;
	q = calloc(1, sizeof(*q));
	if (!q)
		return false;
	q->ni_len = ni->len;
	memcpy(q->ni, ni->body, ni->len);
	random_bytes(q->nr, sizeof(q->nr));
	x->quick = q;
	return true;
}

/* Strong before weak, always; HMAC-SHA2-256 last where it may be cut to 96 bits. */
static bool choose(struct exchange *x, const struct message *m, struct proposal_limits *limits,
		   const struct payload_offer *offers, int n)
{
	const struct conf_profile *profile = profile_of(x, m);
	const struct conf_ike *conf = x->sa->peer->ike->conf;
	struct proposal_phase2 *chosen = &x->quick->chosen;

	limits->no_sha256 = x->sa->client == CONF_CLIENT_ANDROID && profile->sha256_96 == CONF_SHA256_96_AUTO;
	if (proposal_phase2_match(chosen, conf, limits, offers, n))
		return true;
	limits->no_sha256 = false;
	if (proposal_phase2_match(chosen, conf, limits, offers, n))
		return true;
	if (!profile->legacy)
		return false;
	limits->weak = true;
	x->quick->weak = proposal_phase2_match(chosen, conf, limits, offers, n);
	return x->quick->weak;
}

/* Message 1: HDR*, HASH(1), SA, Ni, [KE], [IDci, IDcr], [NAT-OA, NAT-OA]; the driver has checked HASH(1) */
static enum exchange_verdict take_offer(struct exchange *x, const struct message *m, struct payload_builder *b)
{
	const struct payload *sa = payload_find(&m->list, ISAKMP_SA, 0);
	const struct payload *ke = payload_find(&m->list, ISAKMP_KE, 0);
	struct proposal_limits limits = {
		.encapsulation = m->path.natt ? ENCAPSULATION_UDP_TRANSPORT : ENCAPSULATION_TRANSPORT,
		.ke_len = ke ? ke->len : 0,
	};
	struct payload_offer offers[IKE_OFFERS_MAX];
	int n;

	isakmp_id_use(x->sa, x->message_id);
	informational_read_notifies(x->sa, &m->list);
	if (x->sa->initial_contact)
		peer_initial_contact(x->sa);
	n = payload_offers_parse(offers, IKE_OFFERS_MAX, sa->body, sa->len);
	if (n < 0 || x->dead || !quick_new(x, payload_find(&m->list, ISAKMP_NONCE, 0)))
		return VERDICT_DROP;
	if (!ids_fit(x, m))
		return refuse(x, b, NOTIFY_INVALID_ID_INFORMATION);
	if (!choose(x, m, &limits, offers, n))
		return refuse_offers(x, offers, n, &limits, b);
	if (!x->quick->chosen.group)
		return VERDICT_RESUME;
	return exchange_dh(x, x->quick->chosen.group, ke) ? VERDICT_WAIT : VERDICT_DROP;
}

static size_t auth_key_len(unsigned int auth)
{
	switch (auth) {
	case L2TPSEC_AUTH_HMAC_MD5:
		return 16;	/* RFC 2403 3 */
	case L2TPSEC_AUTH_HMAC_SHA1:
		return 20;	/* RFC 2404 3 */
	case L2TPSEC_AUTH_HMAC_SHA2_256:
		return 32;	/* RFC 4868 2.1.1 */
	case L2TPSEC_AUTH_HMAC_SHA2_384:
		return 48;
	case L2TPSEC_AUTH_HMAC_SHA2_512:
		return 64;
	default:
		return 0;
	}
}

/* KEYMAT gives the cipher key (and salt, RFC 4106 8.1) first, then the integrity key (RFC 2409 5.5). */
static void fill_key(const struct exchange *x, const struct dh *dh, uint32_t spi, struct plane_key *key)
{
	const struct quick *q = x->quick;
	const struct keymat_phase2 in = {
		.secret = { dh ? dh->secret : NULL, dh ? dh_secret_len(dh->group) : 0 },
		.ni = { q->ni, q->ni_len }, .nr = { q->nr, sizeof(q->nr) }, .protocol = ISAKMP_PROTO_ESP,
	};
	uint8_t out[PLANE_CIPHER_KEY_MAX + PLANE_AUTH_KEY_MAX];

	key->cipher_len = q->chosen.esp.key_bits / 8;
	if (q->chosen.esp.cipher == L2TPSEC_CIPHER_AES_GCM_16)
		key->cipher_len += GCM_SALT_LEN;
	key->auth_len = auth_key_len(q->chosen.esp.auth);
	keymat_phase2(&x->sa->km, &in, spi, out, key->cipher_len + key->auth_len);
	memcpy(key->cipher, out, key->cipher_len);
	memcpy(key->auth, out + key->cipher_len, key->auth_len);
	OPENSSL_cleanse(out, sizeof(out));
}

/*
 * The client rekeys at its own limit.  Ours only makes a line in the log: a client that does not
 * rekey by volume would lose its session, and no cipher that we have is worn out by then.
 */
static uint64_t soft_bytes(uint64_t kilobytes)
{
	return kilobytes > UINT64_MAX / 1024 ? 0 : kilobytes * 1024;
}

/* 96 bits of HMAC-SHA2-256: forced, excluded, or told by the peer's packets. */
static void set_truncation(struct plane_sa *sa, const struct exchange *x, const struct message *m)
{
	switch (profile_of(x, m)->sha256_96) {
	case CONF_SHA256_96_YES:
		sa->icv_len = CHILD_ICV_SHORT;
		break;
	case CONF_SHA256_96_AUTO:
		sa->icv_detect = true;
		sa->icv_len = x->sa->peer->icv_short ? CHILD_ICV_SHORT : 0;
		break;
	case CONF_SHA256_96_NO:
		break;
	}
}

static void fill_child(struct child *child, const struct exchange *x, const struct message *m, const struct dh *dh)
{
	const struct proposal_phase2 *chosen = &x->quick->chosen;
	struct plane_sa *sa = &child->pub.sa;

	sa->spi_out = chosen->spi;
	sa->encap = m->path.natt ? L2TPSEC_ENCAP_UDP : L2TPSEC_ENCAP_RAW;
	sa->cipher = chosen->esp.cipher;
	sa->auth = chosen->esp.auth;
	if (sa->auth == L2TPSEC_AUTH_HMAC_SHA2_256)
		set_truncation(sa, x, m);
	sa->esn = chosen->esn;
	sa->replay_window = x->sa->peer->ike->conf->replay_window;
	sa->keepalive = m->path.natt && x->sa->we_behind_nat ? IKE_KEEPALIVE : 0;
	sa->local = m->path.local;
	sa->remote = m->path.remote;
	sa->soft_bytes = soft_bytes(chosen->kilobytes);
	fill_key(x, dh, sa->spi_in, &sa->in);
	fill_key(x, dh, sa->spi_out, &sa->out);
	child->pub.lifetime = chosen->lifetime ? chosen->lifetime : IKE_LIFETIME_DEFAULT;
	child->esp = chosen->esp;
	child->pub.legacy = x->quick->weak;
	child_name_suite(child);
}

static void put_answer(struct exchange *x, const struct message *m, const struct dh *dh, const struct child *child,
		       struct payload_builder *b)
{
	const struct payload *ci = payload_find(&m->list, ISAKMP_ID, 0);
	const struct payload *cr = payload_find(&m->list, ISAKMP_ID, 1);
	const struct keymat_part ni = { x->quick->ni, x->quick->ni_len };
	struct payload_offer ours = x->quick->chosen.offer;
	const uint32_t spi = htonl(child->pub.sa.spi_in);
	size_t hash = exchange_hash1_begin(x->sa, b);

	ours.spi = (const uint8_t *)&spi;
	payload_offer_put(b, &ours);
	payload_put(b, ISAKMP_NONCE, x->quick->nr, sizeof(x->quick->nr));
	if (dh)
		payload_put(b, ISAKMP_KE, dh->pub, dh_public_len(dh->group));
	if (ci && cr) {
		payload_put(b, ISAKMP_ID, ci->body, ci->len);
		payload_put(b, ISAKMP_ID, cr->body, cr->len);
	}
	if (x->sa->natt && m->path.natt) {
		natt_put_original(b, &m->path.remote.addr);
		natt_put_original(b, &x->sa->us);
	}
	exchange_hash1_end(x->sa, b, hash, x->message_id, &ni);
}

/* Message 2: HDR*, HASH(2), SA, Nr, [KE], [IDci, IDcr], [NAT-OA, NAT-OA] */
static enum exchange_verdict answer_offer(struct exchange *x, const struct message *m,
					  const struct exchange_job *job, struct payload_builder *b)
{
	const struct dh *dh = exchange_dh_result(job);
	struct child_id id = child_id_of(m);
	struct child *child = child_new(x->sa, &id);

	if (!child)
		return refuse(x, b, NOTIFY_NO_PROPOSAL_CHOSEN);
	x->quick->child = child;
	child->exchange = x;
	fill_child(child, x, m, dh);
	put_answer(x, m, dh, child, b);
	if (child_install(child))
		return x->dead ? VERDICT_DROP : refuse(x, b, NOTIFY_NO_PROPOSAL_CHOSEN);
	return VERDICT_NEXT;
}

/* Message 3: HDR*, HASH(3); the driver has checked it */
static enum exchange_verdict take_confirmation(struct exchange *x, const struct message *m,
					       struct payload_builder *b)
{
	(void)x;
	(void)m;
	(void)b;
	return VERDICT_NEXT;
}

static void finish(struct exchange *x, const struct message *m)
{
	struct child *child = x->quick->child;
	unsigned int group = x->quick->chosen.group;
	struct peer *peer = x->sa->peer;
	char name[16];

	(void)m;
	if (!child)
		return;
	story_log(peer->story, LOG_LEVEL_INFO, STAGE_IKE_PHASE2,
		  "%s is up: %s%s, %s%s, %s, SPI %08x in, %08x out, %u s",
		  child->pub.successor ? "rekeyed SA" : "SA", child->pub.suite, child->pub.legacy ? " (legacy)" : "",
		  group ? "PFS with " : "no PFS", group ? proposal_group_print(group, name) : "",
		  child->pub.sa.encap == L2TPSEC_ENCAP_UDP ? "ESP in UDP" : "plain ESP", child->pub.sa.spi_in,
		  child->pub.sa.spi_out, child->pub.lifetime);
	child_confirm(child);
}

static void late_confirmation(struct exchange *x)
{
	story_fail(x->sa->peer->story, STAGE_IKE_PHASE2, WINDOWS_ERROR_IKE,
		   "Quick Mode message 3 never came after our message 2");
	exchange_free(x);
}

/* RFC 2409 5.5 */
const struct exchange_row phase2_rows[] = {
	{
		.state = EXCHANGE_QUICK_START,
		.exchange = ISAKMP_EXCHANGE_QUICK,
		.seal = SEAL_SA,
		.hash = HASH_1,
		.required = PAYLOAD_BIT(ISAKMP_HASH) | PAYLOAD_BIT(ISAKMP_SA) | PAYLOAD_BIT(ISAKMP_NONCE),
		.optional = PAYLOAD_BIT(ISAKMP_KE) | PAYLOAD_BIT(ISAKMP_ID) | PAYLOAD_BIT(ISAKMP_NATOA) |
			    PAYLOAD_BIT(ISAKMP_NOTIFY) | PAYLOAD_BIT(ISAKMP_VID),
		.action = take_offer,
		.resume = answer_offer,
		.next = EXCHANGE_QUICK_HASH,
		.timeout_ms = IKE_RESEND_MS,
		.resend = true,
		.late = late_confirmation,
	}, {
		.state = EXCHANGE_QUICK_HASH,
		.exchange = ISAKMP_EXCHANGE_QUICK,
		.seal = SEAL_SA,
		.hash = HASH_3,
		.required = PAYLOAD_BIT(ISAKMP_HASH),
		.optional = PAYLOAD_BIT(ISAKMP_NOTIFY),
		.action = take_confirmation,
		.finish = finish,
		.next = EXCHANGE_QUICK_DONE,
		.timeout_ms = IKE_FORGET_MS,
		.late = exchange_free,
	},
};

const size_t phase2_rows_len = sizeof(phase2_rows) / sizeof(phase2_rows[0]);
