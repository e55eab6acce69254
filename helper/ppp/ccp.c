// SPDX-License-Identifier: MIT
#include "ppp/ccp.h"
#include "ppp/wire.h"

/**
 * ccp_refuse - answer a CCP packet without ever opening CCP
 * @p: packet
 * @reply: takes the answer; stays empty where none is due
 * Return: false: nothing but an LCP Protocol-Reject can answer it.
 *
 * Windows offers MPPE; after a Configure-Reject of all its options it ends CCP
 * by itself and goes on with IPCP.  Others then ask without any option, which
 * cannot be rejected as an option.
 */
bool ccp_refuse(const struct packet *p, struct wbuf *reply)
{
	switch (p->code) {
	case PPP_CODE_CONF_REQ:
		if (!p->len)
			return false;
		packet_begin(reply, PPP_CODE_CONF_REJ, p->id);
		wbuf_bytes(reply, p->data, p->len);
		return packet_end(reply);
	case PPP_CODE_TERM_REQ:
		packet_begin(reply, PPP_CODE_TERM_ACK, p->id);
		return packet_end(reply);
	case PPP_CODE_TERM_ACK:
		return true;
	default:
		return false;
	}
}
