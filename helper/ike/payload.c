// SPDX-License-Identifier: MIT
#include <string.h>

#include "ike/payload.h"

#define GENERIC_HEADER_LEN	4
#define TRANSFORM_HEADER_LEN	8
#define ATTRIBUTE_BASIC		0x8000

/**
 * payload_header_parse - read an ISAKMP header
 * @h: result
 * @msg: datagram, without non-ESP marker
 * @len: its size
 * Return: false when it is shorter than a header or than it claims, or has unknown flags.
 */
bool payload_header_parse(struct isakmp_header *h, const uint8_t *msg, size_t len)
{
	struct rbuf r;

	if (len < ISAKMP_HEADER_LEN)
		return false;
	rbuf_init(&r, msg, len);
	memcpy(h->icookie, rbuf_bytes(&r, ISAKMP_COOKIE_LEN), ISAKMP_COOKIE_LEN);
	memcpy(h->rcookie, rbuf_bytes(&r, ISAKMP_COOKIE_LEN), ISAKMP_COOKIE_LEN);
	h->next = rbuf_u8(&r);
	h->version = rbuf_u8(&r);
	h->exchange = rbuf_u8(&r);
	h->flags = rbuf_u8(&r);
	h->message_id = rbuf_u32(&r);
	h->length = rbuf_u32(&r);
	return h->length >= ISAKMP_HEADER_LEN && h->length <= len && !(h->flags & ~ISAKMP_FLAGS);
}

static bool list_add(struct payload_list *list, uint8_t type, const uint8_t *body, size_t len)
{
	if (list->n == IKE_PAYLOADS_MAX)
		return false;
	list->p[list->n++] = (struct payload){ .type = type, .body = body, .len = len };
	if (type < 32)
		list->present |= PAYLOAD_BIT(type);
	return true;
}

/**
 * payload_list_parse - read a chain of payloads (RFC 2408 3.2)
 * @list: result, borrows from @data
 * @first: type of the first payload
 * @data: bytes after the ISAKMP header
 * @len: how many; padding may follow the last payload
 * Return: false when the chain runs over the end.
 */
bool payload_list_parse(struct payload_list *list, uint8_t first, const uint8_t *data, size_t len)
{
	uint8_t type = first, next;
	const uint8_t *body;
	struct rbuf r;
	uint16_t size;

	list->n = 0;
	list->present = 0;
	rbuf_init(&r, data, len);
	while (type != ISAKMP_NONE) {
		next = rbuf_u8(&r);
		rbuf_u8(&r);
		size = rbuf_u16(&r);
		if (r.failed || size < GENERIC_HEADER_LEN)
			return false;
		body = rbuf_bytes(&r, size - GENERIC_HEADER_LEN);
		if (!body || !list_add(list, type, body, size - GENERIC_HEADER_LEN))
			return false;
		type = next;
	}
	list->end = r.pos;
	return true;
}

/**
 * payload_find - one payload of a type
 * @list: message
 * @type: enum isakmp_payload
 * @nth: which of them, from 0
 * Return: the payload, or NULL.
 */
const struct payload *payload_find(const struct payload_list *list, uint8_t type, size_t nth)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (list->p[i].type == type && !nth--)
			return &list->p[i];
	}
	return NULL;
}

/**
 * payload_count - payloads of a type
 * @list: message
 * @type: enum isakmp_payload
 * Return: their number.
 */
size_t payload_count(const struct payload_list *list, uint8_t type)
{
	size_t i, n = 0;

	for (i = 0; i < list->n; i++)
		n += list->p[i].type == type;
	return n;
}

/**
 * payload_id_parse - read an Identification payload (RFC 2407 4.6.2)
 * @id: result, borrows from @p
 * @p: payload
 * Return: false when it is too short, or an address of the wrong size.
 */
bool payload_id_parse(struct payload_id *id, const struct payload *p)
{
	struct rbuf r;

	rbuf_init(&r, p->body, p->len);
	id->type = rbuf_u8(&r);
	id->protocol = rbuf_u8(&r);
	id->port = rbuf_u16(&r);
	id->len = rbuf_left(&r);
	id->data = rbuf_bytes(&r, id->len);
	if (r.failed)
		return false;
	if (id->type == IPSEC_ID_IPV4_ADDR)
		return id->len == 4;
	if (id->type == IPSEC_ID_IPV6_ADDR)
		return id->len == 16;
	return true;
}

/**
 * payload_notify_parse - read a Notification payload (RFC 2408 3.14)
 * @n: result, borrows from @p
 * @p: payload
 * Return: false when it is too short or of another DOI.
 */
bool payload_notify_parse(struct payload_notify *n, const struct payload *p)
{
	struct rbuf r;
	uint32_t doi;

	rbuf_init(&r, p->body, p->len);
	doi = rbuf_u32(&r);
	n->protocol = rbuf_u8(&r);
	n->spi_len = rbuf_u8(&r);
	n->type = rbuf_u16(&r);
	n->spi = rbuf_bytes(&r, n->spi_len);
	n->len = rbuf_left(&r);
	n->data = rbuf_bytes(&r, n->len);
	/* RFC 2408 3.14: DOI 0 is a generic ISAKMP notification. */
	return !r.failed && doi <= IPSEC_DOI;
}

/**
 * payload_delete_parse - read a Delete payload (RFC 2408 3.15)
 * @d: result, borrows from @p
 * @p: payload
 * Return: false when the SPIs do not fit, or the DOI is another.
 */
bool payload_delete_parse(struct payload_delete *d, const struct payload *p)
{
	struct rbuf r;
	uint32_t doi;

	rbuf_init(&r, p->body, p->len);
	doi = rbuf_u32(&r);
	d->protocol = rbuf_u8(&r);
	d->spi_len = rbuf_u8(&r);
	d->count = rbuf_u16(&r);
	d->spis = rbuf_bytes(&r, d->spi_len * d->count);
	return !r.failed && doi <= IPSEC_DOI;
}

/* One Transform payload; *next says whether another follows (RFC 2408 3.6). */
static bool transform_parse(struct payload_offer *o, struct rbuf *r, uint8_t *next)
{
	uint16_t size;

	*next = rbuf_u8(r);
	rbuf_u8(r);
	size = rbuf_u16(r);
	o->transform = rbuf_u8(r);
	o->id = rbuf_u8(r);
	rbuf_u16(r);
	if (r->failed || size < TRANSFORM_HEADER_LEN)
		return false;
	o->attributes_len = size - TRANSFORM_HEADER_LEN;
	o->attributes = rbuf_bytes(r, o->attributes_len);
	if (!o->attributes || !payload_attributes_check(o->attributes, o->attributes_len))
		return false;
	return *next == ISAKMP_NONE || *next == ISAKMP_TRANSFORM;
}

/* One Proposal payload with its transforms (RFC 2408 3.5). */
static bool proposal_parse(struct payload_offer *offers, size_t max, int *n, struct rbuf *r, uint8_t *next)
{
	struct payload_offer o = { 0 };
	struct rbuf body;
	uint8_t count, more = ISAKMP_TRANSFORM;
	uint16_t size;

	*next = rbuf_u8(r);
	rbuf_u8(r);
	size = rbuf_u16(r);
	if (r->failed || size < GENERIC_HEADER_LEN)
		return false;
	rbuf_sub(r, size - GENERIC_HEADER_LEN, &body);
	o.number = rbuf_u8(&body);
	o.protocol = rbuf_u8(&body);
	o.spi_len = rbuf_u8(&body);
	count = rbuf_u8(&body);
	o.spi = rbuf_bytes(&body, o.spi_len);
	if (!o.spi || !count)
		return false;
	while (count--) {
		if (more == ISAKMP_NONE || (size_t)*n == max || !transform_parse(&o, &body, &more))
			return false;
		offers[(*n)++] = o;
	}
	return !rbuf_left(&body) && (*next == ISAKMP_NONE || *next == ISAKMP_PROPOSAL);
}

/* Proposals with equal numbers are to be taken together (RFC 2408 4.2). */
static void mark_combined(struct payload_offer *offers, int n)
{
	int i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < n && !offers[i].combined; j++)
			offers[i].combined = offers[j].number == offers[i].number &&
					     offers[j].protocol != offers[i].protocol;
	}
}

/**
 * payload_offers_parse - read an SA payload, one entry per transform (RFC 2408 3.4 to 3.6)
 * @offers: result, borrows from @sa
 * @max: room in it
 * @sa: body of the SA payload
 * @len: its size
 * Return: the number of transforms, or -1 when malformed, of another DOI or situation, or more than @max.
 */
int payload_offers_parse(struct payload_offer *offers, size_t max, const uint8_t *sa, size_t len)
{
	uint8_t next = ISAKMP_PROPOSAL;
	struct rbuf r;
	int n = 0;

	rbuf_init(&r, sa, len);
	if (rbuf_u32(&r) != IPSEC_DOI || rbuf_u32(&r) != IPSEC_SIT_IDENTITY_ONLY)
		return -1;
	while (next != ISAKMP_NONE) {
		if (!proposal_parse(offers, max, &n, &r, &next))
			return -1;
	}
	if (rbuf_left(&r))
		return -1;
	mark_combined(offers, n);
	return n;
}

/**
 * payload_attribute_next - read one data attribute, in either form (RFC 2408 3.3)
 * @r: cursor over the attributes
 * @a: result
 * Return: false at the end; @r->failed then tells a malformed one from the end.
 */
bool payload_attribute_next(struct rbuf *r, struct payload_attribute *a)
{
	const uint8_t *data;
	uint16_t type, len;
	size_t i;

	if (!rbuf_left(r))
		return false;
	type = rbuf_u16(r);
	len = rbuf_u16(r);
	a->type = type & ~ATTRIBUTE_BASIC;
	if (type & ATTRIBUTE_BASIC) {
		a->value = len;
		return !r->failed;
	}
	data = rbuf_bytes(r, len);
	if (!data)
		return false;
	for (a->value = 0, i = 0; i < len; i++) {
		if (a->value >> 56) {
			a->value = UINT64_MAX;
			break;
		}
		a->value = a->value << 8 | data[i];
	}
	return true;
}

/**
 * payload_attributes_check - do the attributes fill their bytes exactly?
 * @data: attributes
 * @len: bytes
 * Return: whether they do.
 */
bool payload_attributes_check(const uint8_t *data, size_t len)
{
	struct payload_attribute a;
	struct rbuf r;

	rbuf_init(&r, data, len);
	while (payload_attribute_next(&r, &a))
		;
	return !r.failed;
}

/**
 * payload_message_begin - start a message
 * @b: builder
 * @storage: bytes to write into, borrowed
 * @cap: how many
 * @h: its header; next payload and length are filled in later
 */
void payload_message_begin(struct payload_builder *b, void *storage, size_t cap,
			   const struct isakmp_header *h)
{
	wbuf_init(&b->w, storage, cap);
	wbuf_bytes(&b->w, h->icookie, ISAKMP_COOKIE_LEN);
	wbuf_bytes(&b->w, h->rcookie, ISAKMP_COOKIE_LEN);
	b->next_at = b->w.len;
	wbuf_u8(&b->w, ISAKMP_NONE);
	wbuf_u8(&b->w, ISAKMP_VERSION);
	wbuf_u8(&b->w, h->exchange);
	wbuf_u8(&b->w, h->flags);
	wbuf_u32(&b->w, h->message_id);
	wbuf_u32(&b->w, 0);
}

/**
 * payload_message_end - fill in the message's length
 * @b: builder
 * Return: whether all of it fitted.
 */
bool payload_message_end(struct payload_builder *b)
{
	/* The upper half of the length stays zero: IKE_MESSAGE_MAX is far below. */
	wbuf_patch_u16(&b->w, ISAKMP_HEADER_LEN - 2, (uint16_t)b->w.len);
	return !b->w.failed;
}

/**
 * payload_begin - start a payload and chain it to the one before
 * @b: builder
 * @type: enum isakmp_payload
 * Return: its position, for payload_end().
 */
size_t payload_begin(struct payload_builder *b, uint8_t type)
{
	size_t start = b->w.len;

	wbuf_patch_u8(&b->w, b->next_at, type);
	b->next_at = start;
	wbuf_u32(&b->w, 0);
	return start;
}

/**
 * payload_end - fill in a payload's length
 * @b: builder
 * @start: what payload_begin() said
 */
void payload_end(struct payload_builder *b, size_t start)
{
	wbuf_patch_u16(&b->w, start + 2, (uint16_t)(b->w.len - start));
}

/**
 * payload_put - append a payload whose body is at hand
 * @b: builder
 * @type: enum isakmp_payload
 * @body: bytes
 * @len: how many
 */
void payload_put(struct payload_builder *b, uint8_t type, const void *body, size_t len)
{
	size_t start = payload_begin(b, type);

	wbuf_bytes(&b->w, body, len);
	payload_end(b, start);
}

/**
 * payload_notify_put - append a Notification payload
 * @b: builder
 * @n: what it says
 */
void payload_notify_put(struct payload_builder *b, const struct payload_notify *n)
{
	size_t start = payload_begin(b, ISAKMP_NOTIFY);

	wbuf_u32(&b->w, IPSEC_DOI);
	wbuf_u8(&b->w, n->protocol);
	wbuf_u8(&b->w, (uint8_t)n->spi_len);
	wbuf_u16(&b->w, n->type);
	wbuf_bytes(&b->w, n->spi, n->spi_len);
	wbuf_bytes(&b->w, n->data, n->len);
	payload_end(b, start);
}

/**
 * payload_delete_put - append a Delete payload
 * @b: builder
 * @d: what it says
 */
void payload_delete_put(struct payload_builder *b, const struct payload_delete *d)
{
	size_t start = payload_begin(b, ISAKMP_DELETE);

	wbuf_u32(&b->w, IPSEC_DOI);
	wbuf_u8(&b->w, d->protocol);
	wbuf_u8(&b->w, (uint8_t)d->spi_len);
	wbuf_u16(&b->w, (uint16_t)d->count);
	wbuf_bytes(&b->w, d->spis, d->spi_len * d->count);
	payload_end(b, start);
}

/**
 * payload_offer_put - append an SA payload with one proposal and one transform (RFC 2408 4.2)
 * @b: builder
 * @offer: them; the attributes go out as they are
 */
void payload_offer_put(struct payload_builder *b, const struct payload_offer *offer)
{
	size_t transform_len = TRANSFORM_HEADER_LEN + offer->attributes_len;
	size_t start = payload_begin(b, ISAKMP_SA);

	wbuf_u32(&b->w, IPSEC_DOI);
	wbuf_u32(&b->w, IPSEC_SIT_IDENTITY_ONLY);
	wbuf_u16(&b->w, ISAKMP_NONE);
	wbuf_u16(&b->w, (uint16_t)(8 + offer->spi_len + transform_len));
	wbuf_u8(&b->w, offer->number);
	wbuf_u8(&b->w, offer->protocol);
	wbuf_u8(&b->w, (uint8_t)offer->spi_len);
	wbuf_u8(&b->w, 1);
	wbuf_bytes(&b->w, offer->spi, offer->spi_len);
	wbuf_u16(&b->w, ISAKMP_NONE);
	wbuf_u16(&b->w, (uint16_t)transform_len);
	wbuf_u8(&b->w, offer->transform);
	wbuf_u8(&b->w, offer->id);
	wbuf_u16(&b->w, 0);
	wbuf_bytes(&b->w, offer->attributes, offer->attributes_len);
	payload_end(b, start);
}
