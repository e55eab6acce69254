/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_L2TP_H
#define _L2S_L2TP_H

#include <linux/types.h>
#include "wire.h"

/**
 * struct l2s_l2tp_header - a parsed L2TP header, RFC 2661 3.1; all in host order
 * @flags: the first 16 bits, version included
 * @length: Length field; 0 if absent
 * @tunnel_id: the receiver's
 * @session_id: the receiver's
 * @ns: valid with L2S_L2TP_S
 * @nr: valid with L2S_L2TP_S
 * @header_len: bytes in front of the payload, offset padding included
 * @payload_len: bytes of payload; what lies behind is no part of the message
 */
struct l2s_l2tp_header {
	u16 flags;
	u16 length;
	u16 tunnel_id;
	u16 session_id;
	u16 ns;
	u16 nr;
	unsigned int header_len;
	unsigned int payload_len;
};

int l2s_l2tp_parse(const u8 *data, unsigned int len, struct l2s_l2tp_header *hdr);
unsigned int l2s_l2tp_header_len(bool length_bit, bool seq);
void l2s_l2tp_build(u8 *p, bool length_bit, bool seq, u16 peer_tunnel, u16 peer_session,
		    u16 ns, u16 nr, unsigned int payload_len);
bool l2s_l2tp_seq_newer(u16 ns, u16 expected);

#endif /* _L2S_L2TP_H */
