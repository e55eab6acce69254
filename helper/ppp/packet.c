// SPDX-License-Identifier: MIT
#include "ppp/packet.h"
#include "ppp/wire.h"

#define LENGTH_OFFSET	2

/**
 * packet_parse - take the header off (RFC 1661 section 5)
 * @p: result, pointing into @frame
 * @frame: information field of a PPP frame, borrowed
 * @len: its length; what exceeds the packet's own length is padding
 * Return: false when it is cut short.
 */
bool packet_parse(struct packet *p, const uint8_t *frame, size_t len)
{
	struct rbuf r;
	size_t total;

	rbuf_init(&r, frame, len);
	p->code = rbuf_u8(&r);
	p->id = rbuf_u8(&r);
	total = rbuf_u16(&r);
	if (r.failed || total < PPP_HEADER_LEN)
		return false;
	p->len = total - PPP_HEADER_LEN;
	p->data = rbuf_bytes(&r, p->len);
	return !r.failed;
}

/**
 * packet_begin - write a header whose length is filled in by packet_end()
 * @w: cursor at the start of its storage
 * @code: what it is
 * @id: identifier
 */
void packet_begin(struct wbuf *w, uint8_t code, uint8_t id)
{
	wbuf_u8(w, code);
	wbuf_u8(w, id);
	wbuf_u16(w, 0);
}

/**
 * packet_end - fill in the length
 * @w: cursor
 * Return: false when the packet did not fit.
 */
bool packet_end(struct wbuf *w)
{
	wbuf_patch_u16(w, LENGTH_OFFSET, (uint16_t)w->len);
	return !w->failed;
}

/**
 * packet_option_next - step through options (RFC 1661 section 6)
 * @r: cursor over them
 * @o: the next one
 * Return: false at the end, and at an option that is cut short: then @r has failed.
 */
bool packet_option_next(struct rbuf *r, struct option *o)
{
	size_t len;

	if (!rbuf_left(r))
		return false;
	o->type = rbuf_u8(r);
	len = rbuf_u8(r);
	if (r->failed || len < PPP_OPTION_HEADER_LEN) {
		r->failed = true;
		return false;
	}
	o->len = len - PPP_OPTION_HEADER_LEN;
	o->value = rbuf_bytes(r, o->len);
	return !r->failed;
}

/**
 * packet_option_u32 - an option's value as a number
 * @o: option
 * Return: its first four bytes, 0 when there are fewer.
 */
uint32_t packet_option_u32(const struct option *o)
{
	struct rbuf r;

	rbuf_init(&r, o->value, o->len);
	return rbuf_u32(&r);
}
