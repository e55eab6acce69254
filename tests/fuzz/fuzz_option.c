// SPDX-License-Identifier: MIT
/* libFuzzer target: one packet of a PPP control protocol and its options, judged by rows of every kind. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ppp/ccp.h"
#include "ppp/option.h"
#include "ppp/method.h"

static enum option_verdict check_ack(void *owner, const struct option *o, struct wbuf *nak)
{
	(void)owner;
	(void)o;
	(void)nak;
	return OPTION_ACK;
}

static enum option_verdict check_nak(void *owner, const struct option *o, struct wbuf *nak)
{
	(void)owner;
	wbuf_bytes(nak, o->value, o->len);
	return packet_option_u32(o) ? OPTION_NAK : OPTION_ACK;
}

static enum option_verdict check_method(void *owner, const struct option *o, struct wbuf *nak)
{
	char text[METHOD_TEXT_LEN];

	(void)owner;
	method_option_print(o, text);
	method_put(method_get(AUTH_METHOD_MSCHAPV2), nak);
	return method_find(o) ? OPTION_ACK : OPTION_NAK;
}

static enum option_verdict missing(void *owner, struct wbuf *nak)
{
	(void)owner;
	wbuf_u32(nak, 0x0a000001);
	return OPTION_NAK;
}

static bool build(void *owner, struct wbuf *value)
{
	(void)owner;
	wbuf_u16(value, 1400);
	return true;
}

static bool take_nak(void *owner, const struct option *o)
{
	(void)owner;
	return o->len < 200;
}

static bool take_reject(void *owner)
{
	(void)owner;
	return true;
}

static const struct option_row rows[] = {
	{ .type = 1, .name = "two", .min = 2, .max = 2, .check = check_ack, .build = build, .nak = take_nak,
	  .reject = take_reject },
	{ .type = 3, .name = "method", .min = 2, .max = 253, .insist = true, .check = check_method, .nak = take_nak,
	  .reject = take_reject },
	{ .type = 5, .name = "four", .min = 4, .max = 4, .check = check_nak, .missing = missing, .nak = take_nak,
	  .reject = take_reject },
	{ .type = 7, .name = "none", .min = 0, .max = 0, .check = check_ack, .nak = take_nak, .reject = take_reject },
	{ .type = 13, .name = "refused", .min = 0, .max = 253 },
};

static const struct option_table table = { rows, sizeof(rows) / sizeof(rows[0]) };

/* What we answer is made of whole options again. */
static void check_reply(const struct wbuf *reply)
{
	struct option o;
	struct rbuf r;

	rbuf_init(&r, reply->data, reply->len);
	while (rbuf_left(&r)) {
		if (!packet_option_next(&r, &o))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t out[2048];
	struct packet p;
	struct wbuf w;
	int last;

	if (!packet_parse(&p, data, size))
		return 0;
	if (p.data + p.len > data + size)
		abort();
	for (last = 0; last < 2; last++) {
		wbuf_init(&w, out, sizeof(out));
		if (option_check(&table, NULL, &p, last, &w) < OPTION_MALFORMED && !w.failed)
			check_reply(&w);
	}
	option_take(&table, NULL, &p);
	wbuf_init(&w, out, sizeof(out));
	ccp_refuse(&p, &w);
	return 0;
}
