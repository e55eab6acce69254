// SPDX-License-Identifier: GPL-2.0
/* The L2TPv2 header, RFC 2661 3.1.  Pure. */
#include <linux/errno.h>
#include "compat/unaligned.h"
#include "l2tp.h"

#define CONTROL_BITS	(L2S_L2TP_T | L2S_L2TP_L | L2S_L2TP_S | L2S_L2TP_O | L2S_L2TP_P)
#define CONTROL_VALUE	(L2S_L2TP_T | L2S_L2TP_L | L2S_L2TP_S)

static bool flags_legal(u16 flags)
{
	if ((flags & L2S_L2TP_VERSION_MASK) != L2S_L2TP_VERSION)
		return false;
	return !(flags & L2S_L2TP_T) || (flags & CONTROL_BITS) == CONTROL_VALUE;
}

/* Bytes of header that the flags announce, offset padding apart. */
static unsigned int fields_len(u16 flags)
{
	return L2S_L2TP_HEADER_MIN +
	       (flags & L2S_L2TP_L ? 2 : 0) +
	       (flags & L2S_L2TP_S ? 4 : 0) +
	       (flags & L2S_L2TP_O ? 2 : 0);
}

/**
 * l2s_l2tp_parse - read the header of an L2TP message
 * @data: the message; the first min(@len, L2S_L2TP_HEADER_MAX) bytes are read
 * @len: bytes in the whole message
 * @hdr: result; undefined after an error
 *
 * Reserved bits are ignored; a control message has T, L and S and neither O
 * nor P (RFC 2661 3.1).  Bytes beyond the Length field are ignored.
 *
 * Return: 0, or -EINVAL: not version 2, illegal bits, or fields, offset padding
 * or Length beyond the end.
 */
int l2s_l2tp_parse(const u8 *data, unsigned int len, struct l2s_l2tp_header *hdr)
{
	unsigned int total = len;

	if (len < L2S_L2TP_HEADER_MIN)
		return -EINVAL;
	hdr->flags = get_unaligned_be16(data);
	if (likely(hdr->flags == L2S_L2TP_VERSION)) {	/* as most peers send data */
		hdr->header_len = L2S_L2TP_HEADER_MIN;
		hdr->payload_len = len - L2S_L2TP_HEADER_MIN;
		hdr->length = 0;
		hdr->tunnel_id = get_unaligned_be16(data + 2);
		hdr->session_id = get_unaligned_be16(data + 4);
		hdr->ns = 0;
		hdr->nr = 0;
		return 0;
	}
	hdr->header_len = fields_len(hdr->flags);
	if (!flags_legal(hdr->flags) || len < hdr->header_len)
		return -EINVAL;
	data += 2;

	hdr->length = 0;
	if (hdr->flags & L2S_L2TP_L) {
		hdr->length = get_unaligned_be16(data);
		total = hdr->length;
		data += 2;
	}
	hdr->tunnel_id = get_unaligned_be16(data);
	hdr->session_id = get_unaligned_be16(data + 2);
	data += 4;

	hdr->ns = 0;
	hdr->nr = 0;
	if (hdr->flags & L2S_L2TP_S) {
		hdr->ns = get_unaligned_be16(data);
		hdr->nr = get_unaligned_be16(data + 2);
		data += 4;
	}
	if (hdr->flags & L2S_L2TP_O)
		hdr->header_len += get_unaligned_be16(data);

	if (total > len || hdr->header_len > total)
		return -EINVAL;
	hdr->payload_len = total - hdr->header_len;
	return 0;
}

/**
 * l2s_l2tp_header_len - size of a data message's header as we send it
 * @length_bit: with Length field
 * @seq: with Ns and Nr fields
 *
 * Return: bytes, at most L2S_L2TP_HEADER_SENT.
 */
unsigned int l2s_l2tp_header_len(bool length_bit, bool seq)
{
	return fields_len((length_bit ? L2S_L2TP_L : 0) | (seq ? L2S_L2TP_S : 0));
}

/**
 * l2s_l2tp_build - write the header of a data message
 * @p: l2s_l2tp_header_len(@length_bit, @seq) bytes to fill
 * @length_bit: with Length field
 * @seq: with Ns and Nr fields
 * @peer_tunnel: tunnel id the peer has assigned
 * @peer_session: session id the peer has assigned
 * @ns: number of this message, if @seq
 * @nr: reserved in data messages (RFC 2661 5.4), if @seq
 * @payload_len: bytes that follow; with the header at most U16_MAX
 */
void l2s_l2tp_build(u8 *p, bool length_bit, bool seq, u16 peer_tunnel, u16 peer_session,
		    u16 ns, u16 nr, unsigned int payload_len)
{
	u16 flags = L2S_L2TP_VERSION | (length_bit ? L2S_L2TP_L : 0) | (seq ? L2S_L2TP_S : 0);

	put_unaligned_be16(flags, p);
	p += 2;
	if (length_bit) {
		put_unaligned_be16(fields_len(flags) + payload_len, p);
		p += 2;
	}
	put_unaligned_be16(peer_tunnel, p);
	put_unaligned_be16(peer_session, p + 2);
	p += 4;
	if (seq) {
		put_unaligned_be16(ns, p);
		put_unaligned_be16(nr, p + 2);
	}
}

/**
 * l2s_l2tp_seq_newer - compare L2TP sequence numbers, RFC 2661 5.8
 * @ns: received
 * @expected: next in order
 *
 * Return: true if @ns is @expected or one of the 32767 numbers after it; false
 * if it is old: one of the 32768 before.
 */
bool l2s_l2tp_seq_newer(u16 ns, u16 expected)
{
	return (u16)(ns - expected) < 0x8000;
}
