// SPDX-License-Identifier: MIT
#include <string.h>

#include "ppp/option.h"
#include "ppp/wire.h"

#define VALUE_MAX	(255 - PPP_OPTION_HEADER_LEN)

static void put_option(struct wbuf *w, uint8_t type, const void *value, size_t len)
{
	wbuf_u8(w, type);
	wbuf_u8(w, (uint8_t)(len + PPP_OPTION_HEADER_LEN));
	wbuf_bytes(w, value, len);
}

static const struct option_row *find_row(const struct option_table *t, uint8_t type)
{
	for (size_t i = 0; i < t->len; i++) {
		if (t->rows[i].type == type)
			return &t->rows[i];
	}
	return NULL;
}

static enum option_verdict judge(const struct option_row *row, void *owner, const struct option *o,
				 bool no_more_naks, struct wbuf *nak)
{
	enum option_verdict v;

	if (!row || !row->check || o->len < row->min || o->len > row->max)
		return OPTION_REJECT;
	v = row->check(owner, o, nak);
	if (v != OPTION_NAK || !no_more_naks)
		return v;
	return row->insist ? OPTION_STUCK : OPTION_REJECT;
}

/* A worse verdict than the one so far empties the reply: a Reject holds rejected options only. */
static void add_to_reply(struct wbuf *reply, enum option_verdict *worst, enum option_verdict v,
			 uint8_t type, const void *value, size_t len)
{
	if (v > *worst) {
		reply->len = 0;
		*worst = v;
	}
	if (v == *worst && v != OPTION_ACK)
		put_option(reply, type, value, len);
}

static void ask_for_missing(const struct option_table *t, void *owner, const bool seen[256],
			    struct wbuf *reply, enum option_verdict *worst)
{
	uint8_t storage[VALUE_MAX];
	struct wbuf nak;

	for (size_t i = 0; i < t->len && *worst <= OPTION_NAK; i++) {
		const struct option_row *row = &t->rows[i];
		enum option_verdict v;

		if (!row->missing || seen[row->type])
			continue;
		wbuf_init(&nak, storage, sizeof(storage));
		v = row->missing(owner, &nak);
		if (v == OPTION_STOP)
			*worst = v;
		else
			add_to_reply(reply, worst, v, row->type, nak.data, nak.len);
	}
}

/**
 * option_check - judge the options of a Configure-Request (RFC 1661 sections 5.2 to 5.4)
 * @t: the protocol's table
 * @owner: for the rows
 * @request: the Configure-Request
 * @no_more_naks: Max-Failure was reached: reject instead of another Nak
 * @reply: takes the options of a Nak or Reject; an Ack repeats the request's own
 * Return: OPTION_ACK, _NAK, _REJECT: answer so; else see enum option_verdict.
 */
enum option_verdict option_check(const struct option_table *t, void *owner, const struct packet *request,
				 bool no_more_naks, struct wbuf *reply)
{
	enum option_verdict v, worst = OPTION_ACK;
	uint8_t storage[VALUE_MAX];
	bool seen[256] = { false };
	struct wbuf nak;
	struct option o;
	struct rbuf r;

	/* the whole packet is sound before any row sees a part of it */
	rbuf_init(&r, request->data, request->len);
	while (packet_option_next(&r, &o))
		;
	if (r.failed)
		return OPTION_MALFORMED;

	rbuf_init(&r, request->data, request->len);
	while (packet_option_next(&r, &o)) {
		seen[o.type] = true;
		wbuf_init(&nak, storage, sizeof(storage));
		v = judge(find_row(t, o.type), owner, &o, no_more_naks, &nak);
		if (v > OPTION_REJECT)
			return v;
		if (v == OPTION_NAK)
			add_to_reply(reply, &worst, v, o.type, nak.data, nak.len);
		else
			add_to_reply(reply, &worst, v, o.type, o.value, o.len);
	}
	if (!no_more_naks)
		ask_for_missing(t, owner, seen, reply, &worst);
	return reply->failed ? OPTION_MALFORMED : worst;
}

/**
 * option_build - write the options of our own Configure-Request
 * @t: the protocol's table
 * @owner: for the rows
 * @request: where to
 */
void option_build(const struct option_table *t, void *owner, struct wbuf *request)
{
	uint8_t storage[VALUE_MAX];
	struct wbuf value;

	for (size_t i = 0; i < t->len; i++) {
		wbuf_init(&value, storage, sizeof(storage));
		if (t->rows[i].build && t->rows[i].build(owner, &value))
			put_option(request, t->rows[i].type, value.data, value.len);
	}
}

/**
 * option_take - learn from a Configure-Nak or -Reject (RFC 1661 sections 5.3, 5.4)
 * @t: the protocol's table
 * @owner: for the rows
 * @refusal: the packet
 * Return: OPTION_ACK: ask again; OPTION_MALFORMED, OPTION_STOP.
 *
 * A Nak may hint at options that we never send: those are passed over.
 */
enum option_verdict option_take(const struct option_table *t, void *owner, const struct packet *refusal)
{
	struct option o;
	struct rbuf r;

	rbuf_init(&r, refusal->data, refusal->len);
	while (packet_option_next(&r, &o))
		;
	if (r.failed)
		return OPTION_MALFORMED;

	rbuf_init(&r, refusal->data, refusal->len);
	while (packet_option_next(&r, &o)) {
		const struct option_row *row = find_row(t, o.type);
		bool go_on = true;

		if (!row || !row->build)
			continue;
		if (refusal->code == PPP_CODE_CONF_REJ)
			go_on = row->reject(owner);
		else if (o.len >= row->min && o.len <= row->max)
			go_on = row->nak(owner, &o);
		if (!go_on)
			return OPTION_STOP;
	}
	return OPTION_ACK;
}
