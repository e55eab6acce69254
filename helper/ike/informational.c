// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <string.h>

#include "core/random.h"
#include "ike/child.h"
#include "ike/informational.h"
#include "ike/isakmp.h"
#include "ike/peer.h"
#include "ike/vendor.h"

#define COOKIES_LEN	(2 * ISAKMP_COOKIE_LEN)

/* A message of its own exchange, in the making. */
struct letter {
	struct isakmp *sa;
	struct payload_builder *b;
	uint32_t message_id;
	size_t hash_at;
};

static struct letter letter_begin(struct isakmp *sa, struct payload_builder *b, uint8_t *storage)
{
	struct letter l = { .sa = sa, .b = b, .message_id = random_u32() };
	struct isakmp_header h = { .exchange = ISAKMP_EXCHANGE_INFO };

	if (!l.message_id)
		l.message_id = 1;
	h.message_id = l.message_id;
	memcpy(h.icookie, sa->icookie, ISAKMP_COOKIE_LEN);
	memcpy(h.rcookie, sa->rcookie, ISAKMP_COOKIE_LEN);
	payload_message_begin(b, storage, IKE_MESSAGE_MAX, &h);
	if (sa->up)
		l.hash_at = exchange_hash1_begin(sa, b);
	return l;
}

static bool letter_end(struct letter *l)
{
	uint8_t iv[IKE_BLOCK];

	if (l->sa->up) {
		exchange_hash1_end(l->sa, l->b, l->hash_at, l->message_id, NULL);
		keymat_phase2_iv(&l->sa->km, l->sa->last_iv, l->message_id, iv);
		if (!exchange_seal(l->sa, iv, l->b))
			return false;
	}
	return payload_message_end(l->b);
}

static void cookies_of(const struct isakmp *sa, uint8_t out[COOKIES_LEN])
{
	memcpy(out, sa->icookie, ISAKMP_COOKIE_LEN);
	memcpy(out + ISAKMP_COOKIE_LEN, sa->rcookie, ISAKMP_COOKIE_LEN);
}

/**
 * informational_refuse - say why an exchange goes no further
 * @sa: ISAKMP SA; the message is in clear while it is not up
 * @b: builder; the message replaces what is in it
 * @why: error
 */
void informational_refuse(struct isakmp *sa, struct payload_builder *b, enum isakmp_notify why)
{
	const struct payload_notify n = {
		.protocol = sa->up ? ISAKMP_PROTO_ESP : ISAKMP_PROTO_ISAKMP, .type = why,
	};
	struct letter l = letter_begin(sa, b, b->w.data);

	payload_notify_put(b, &n);
	letter_end(&l);
}

static void notify(struct isakmp *sa, enum isakmp_notify type, const void *data, size_t len)
{
	uint8_t storage[IKE_MESSAGE_MAX], cookies[COOKIES_LEN];
	const struct payload_notify n = {
		.protocol = ISAKMP_PROTO_ISAKMP, .type = type, .spi = cookies, .spi_len = sizeof(cookies),
		.data = data, .len = len,
	};
	struct payload_builder b;
	struct letter l = letter_begin(sa, &b, storage);

	cookies_of(sa, cookies);
	payload_notify_put(&b, &n);
	if (letter_end(&l))
		ike_send(sa->peer->ike, &sa->path, b.w.data, b.w.len);
}

/**
 * informational_r_u_there - ask whether the peer is alive (RFC 3706 5.3)
 * @sa: ISAKMP SA that is up
 * @number: sequence number
 */
void informational_r_u_there(struct isakmp *sa, uint32_t number)
{
	const uint32_t wire = htonl(number);

	notify(sa, NOTIFY_R_U_THERE, &wire, sizeof(wire));
}

static void send_delete(struct isakmp *sa, const struct payload_delete *d)
{
	uint8_t storage[IKE_MESSAGE_MAX];
	struct payload_builder b;
	struct letter l = letter_begin(sa, &b, storage);

	payload_delete_put(&b, d);
	if (letter_end(&l))
		ike_send(sa->peer->ike, &sa->path, b.w.data, b.w.len);
}

/**
 * informational_delete_isakmp - tell the peer that an ISAKMP SA ends
 * @sa: ISAKMP SA that is up
 */
void informational_delete_isakmp(struct isakmp *sa)
{
	uint8_t cookies[COOKIES_LEN];
	const struct payload_delete d = {
		.protocol = ISAKMP_PROTO_ISAKMP, .spi_len = sizeof(cookies), .count = 1, .spis = cookies,
	};

	cookies_of(sa, cookies);
	send_delete(sa, &d);
}

/**
 * informational_delete_child - tell the peer that an SA pair ends
 * @sa: ISAKMP SA that is up
 * @child: SA pair; the message names our inbound SPI
 */
void informational_delete_child(struct isakmp *sa, const struct child *child)
{
	const uint32_t spi = htonl(child->pub.sa.spi_in);
	const struct payload_delete d = {
		.protocol = ISAKMP_PROTO_ESP, .spi_len = sizeof(spi), .count = 1, .spis = (const uint8_t *)&spi,
	};

	send_delete(sa, &d);
}

static bool names(const struct isakmp *sa, const struct payload_notify *n)
{
	uint8_t cookies[COOKIES_LEN];

	cookies_of(sa, cookies);
	return n->spi_len == sizeof(cookies) && !memcmp(n->spi, cookies, sizeof(cookies));
}

static void read_notify(struct isakmp *sa, const struct payload_notify *n)
{
	struct peer *peer = sa->peer;
	uint32_t number;

	if (n->type == NOTIFY_INITIAL_CONTACT) {
		sa->initial_contact = true;
	} else if (n->type == NOTIFY_R_U_THERE && names(sa, n) && n->len == sizeof(number)) {
		notify(sa, NOTIFY_R_U_THERE_ACK, n->data, n->len);
	} else if (n->type == NOTIFY_R_U_THERE_ACK && names(sa, n) && n->len == sizeof(number)) {
		memcpy(&number, n->data, sizeof(number));
		story_log(peer->story, LOG_LEVEL_DEBUG, STAGE_IKE_PHASE1, "peer is alive, answers R-U-THERE %u",
			  ntohl(number));
	} else if (n->type <= NOTIFY_ERROR_MAX) {
		story_log(peer->story, LOG_LEVEL_INFO, STAGE_IKE_PHASE2, "peer reports error %u (RFC 2408 3.14.1)",
			  n->type);
	}
}

/**
 * informational_read_notifies - act on the notifications of an authenticated message
 * @sa: ISAKMP SA
 * @list: message
 */
void informational_read_notifies(struct isakmp *sa, const struct payload_list *list)
{
	struct payload_notify n;
	const struct payload *p;
	size_t i;

	for (i = 0; !sa->dead && (p = payload_find(list, ISAKMP_NOTIFY, i)); i++) {
		if (payload_notify_parse(&n, p))
			read_notify(sa, &n);
	}
}

static void delete_children(struct isakmp *sa, const struct payload_delete *d)
{
	struct peer *peer = sa->peer;
	struct child *child;
	struct rbuf r;

	rbuf_init(&r, d->spis, d->count * d->spi_len);
	while (rbuf_left(&r) && !peer->dead) {
		child = child_find_outbound(peer, rbuf_u32(&r));
		if (child)
			child_free(child, "deleted by the peer");
	}
}

/* An ISAKMP SA is deleted by its cookies, through itself or through a sibling. */
static void delete_isakmps(struct isakmp *sa, const struct payload_delete *d)
{
	struct peer *peer = sa->peer;
	struct isakmp_header h;
	struct isakmp *named;
	struct rbuf r;

	rbuf_init(&r, d->spis, d->count * d->spi_len);
	while (rbuf_left(&r) && !peer->dead) {
		memcpy(h.icookie, rbuf_bytes(&r, ISAKMP_COOKIE_LEN), ISAKMP_COOKIE_LEN);
		memcpy(h.rcookie, rbuf_bytes(&r, ISAKMP_COOKIE_LEN), ISAKMP_COOKIE_LEN);
		named = isakmp_find(peer->ike, &h);
		if (!named || named->peer != peer)
			continue;
		isakmp_free(named);
		/*
		 * Its SAs live on: they are deleted by themselves, or expire.  With neither
		 * left the client has gone, whatever it might have wanted to negotiate.
		 */
		if (TAILQ_EMPTY(&peer->isakmps) && TAILQ_EMPTY(&peer->children))
			peer_free(peer, "deleted by the peer");
	}
}

static enum exchange_verdict read_message(struct exchange *x, const struct message *m, struct payload_builder *b)
{
	struct isakmp *sa = x->sa;
	const struct payload *p;
	struct payload_delete d;
	size_t i;

	(void)b;
	isakmp_id_use(sa, x->message_id);
	informational_read_notifies(sa, &m->list);
	if (sa->initial_contact && !sa->dead)
		peer_initial_contact(sa);
	for (i = 0; !sa->dead && (p = payload_find(&m->list, ISAKMP_DELETE, i)); i++) {
		if (!payload_delete_parse(&d, p))
			continue;
		if (d.protocol == ISAKMP_PROTO_ESP && d.spi_len == 4)
			delete_children(sa, &d);
		else if (d.protocol == ISAKMP_PROTO_ISAKMP && d.spi_len == COOKIES_LEN)
			delete_isakmps(sa, &d);
	}
	return VERDICT_NEXT;
}

static void forget(struct exchange *x, const struct message *m)
{
	(void)m;
	exchange_free(x);
}

/* RFC 2409 5.7: HDR*, HASH(1), N/D */
const struct exchange_row informational_row = {
	.state = EXCHANGE_INFO_START,
	.exchange = ISAKMP_EXCHANGE_INFO,
	.seal = SEAL_SA,
	.hash = HASH_1,
	.required = PAYLOAD_BIT(ISAKMP_HASH),
	.optional = PAYLOAD_BIT(ISAKMP_NOTIFY) | PAYLOAD_BIT(ISAKMP_DELETE) | PAYLOAD_BIT(ISAKMP_VID),
	.action = read_message,
	.finish = forget,
	.next = EXCHANGE_INFO_DONE,
};
