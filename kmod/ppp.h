/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_PPP_H
#define _L2S_PPP_H

#include <linux/types.h>
#include "wire.h"

/**
 * struct l2s_ppp_header - a parsed PPP header
 * @protocol: host order
 * @header_len: bytes in front of the information field, 1..L2S_PPP_HEADER_MAX
 */
struct l2s_ppp_header {
	u16 protocol;
	unsigned int header_len;
};

int l2s_ppp_parse(const u8 *data, unsigned int len, struct l2s_ppp_header *hdr);
unsigned int l2s_ppp_header_len(u16 protocol, bool acfc, bool pfc);
void l2s_ppp_build(u8 *p, u16 protocol, bool acfc, bool pfc);

#endif /* _L2S_PPP_H */
