// SPDX-License-Identifier: MIT
#include "l2tp/avp.h"
#include "l2tp/wire.h"

/**
 * l2tp_avp_next - read one AVP
 * @r: body of a control message
 * @avp: filled; its value stays the message's
 * Return: true; false at the end of @r, and when the AVP's length is wrong: @r has failed then.
 */
bool l2tp_avp_next(struct rbuf *r, struct l2tp_avp *avp)
{
	uint16_t bits, len;

	if (!rbuf_left(r))
		return false;
	bits = rbuf_u16(r);
	avp->vendor = rbuf_u16(r);
	avp->type = rbuf_u16(r);
	avp->mandatory = bits & L2TP_AVP_MANDATORY;
	avp->hidden = bits & L2TP_AVP_HIDDEN;
	avp->reserved = bits & L2TP_AVP_RESERVED;
	len = bits & L2TP_AVP_LENGTH_MASK;
	if (len < L2TP_AVP_HEADER_LEN)
		r->failed = true;
	avp->len = r->failed ? 0 : len - L2TP_AVP_HEADER_LEN;
	avp->value = rbuf_bytes(r, avp->len);
	return !r->failed;
}

/**
 * l2tp_avp_put - write one AVP of the IETF's
 * @w: body of a control message
 * @type: attribute type
 * @mandatory: M bit
 * @value: its bytes
 * @len: how many
 */
void l2tp_avp_put(struct wbuf *w, uint16_t type, bool mandatory, const void *value, size_t len)
{
	size_t whole = L2TP_AVP_HEADER_LEN + len;

	if (whole > L2TP_AVP_LENGTH_MASK) {
		w->failed = true;
		return;
	}
	wbuf_u16(w, (mandatory ? L2TP_AVP_MANDATORY : 0) | whole);
	wbuf_u16(w, 0);
	wbuf_u16(w, type);
	wbuf_bytes(w, value, len);
}
