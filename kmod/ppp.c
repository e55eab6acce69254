// SPDX-License-Identifier: GPL-2.0
/* The PPP header: RFC 1661 2 and 6.5, 6.6; RFC 1662 3.1.  Pure. */
#include <linux/errno.h>
#include "compat/unaligned.h"
#include "ppp.h"

/* IPv4 without any compression, as most peers send it. */
#define PLAIN_IP	(L2S_PPP_ADDRESS << 24 | L2S_PPP_CONTROL << 16 | L2S_PPP_IP)

/* A compressed protocol field is one odd byte; a full one is even, then odd. */
static int parse_protocol(const u8 *data, unsigned int len, u16 *protocol)
{
	if (len < 1)
		return -EINVAL;
	if (data[0] & 1) {
		*protocol = data[0];
		return 1;
	}
	if (len < 2 || !(data[1] & 1))
		return -EINVAL;
	*protocol = get_unaligned_be16(data);
	return 2;
}

/**
 * l2s_ppp_parse - read the header of a PPP frame as L2TP carries it (no FCS, no flags)
 * @data: the frame; the first min(@len, L2S_PPP_HEADER_MAX) bytes are read
 * @len: bytes in the whole frame
 * @hdr: result; undefined after an error
 *
 * Both compressions are accepted whether negotiated or not.  A frame that begins
 * with 0xff has address and control fields: 0x00ff is no protocol (RFC 1661 6.6).
 *
 * Return: 0, or -EINVAL: truncated, unknown address or control, or even protocol.
 */
int l2s_ppp_parse(const u8 *data, unsigned int len, struct l2s_ppp_header *hdr)
{
	unsigned int pos = 0;
	int n;

	if (likely(len >= 4 && get_unaligned_be32(data) == PLAIN_IP)) {
		hdr->protocol = L2S_PPP_IP;
		hdr->header_len = 4;
		return 0;
	}
	if (len && data[0] == L2S_PPP_ADDRESS) {
		if (len < 2 || data[1] != L2S_PPP_CONTROL)
			return -EINVAL;
		pos = 2;
	}
	n = parse_protocol(data + pos, len - pos, &hdr->protocol);
	if (n < 0 || hdr->protocol == L2S_PPP_ADDRESS)
		return -EINVAL;
	hdr->header_len = pos + n;
	return 0;
}

static bool short_protocol(u16 protocol, bool pfc)
{
	return pfc && protocol <= 0xff;
}

/**
 * l2s_ppp_header_len - size of the header that l2s_ppp_build() writes
 * @protocol: host order
 * @acfc: leave out address and control fields
 * @pfc: one byte of protocol where it suffices
 *
 * Return: bytes, 1..L2S_PPP_HEADER_MAX.
 */
unsigned int l2s_ppp_header_len(u16 protocol, bool acfc, bool pfc)
{
	return (acfc ? 0 : 2) + (short_protocol(protocol, pfc) ? 1 : 2);
}

/**
 * l2s_ppp_build - write a PPP header
 * @p: l2s_ppp_header_len() bytes to fill
 * @protocol: host order
 * @acfc: leave out address and control fields; never for LCP (RFC 1661 6.6)
 * @pfc: one byte of protocol where it suffices; never for LCP (RFC 1661 6.5)
 */
void l2s_ppp_build(u8 *p, u16 protocol, bool acfc, bool pfc)
{
	if (!acfc) {
		*p++ = L2S_PPP_ADDRESS;
		*p++ = L2S_PPP_CONTROL;
	}
	if (!short_protocol(protocol, pfc))
		*p++ = protocol >> 8;
	*p = protocol;
}
