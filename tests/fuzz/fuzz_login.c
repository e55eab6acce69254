// SPDX-License-Identifier: MIT
/*
 * libFuzzer target: CHAP, MS-CHAPv2 and PAP packets of a client, on a link whose LCP is open.  Input: a byte
 * that chooses the method, then records: a packet of CHAP where the operation is even, of PAP where it is odd.
 */
#include "conf/conf.h"
#include "fake_clock.h"
#include "fuzz.h"
#include "input.h"
#include "ppp/wire.h"
#include "ppp_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned int methods[] = { CONF_AUTH_MSCHAPV2, CONF_AUTH_CHAP_MD5, CONF_AUTH_PAP };
	static const uint8_t request[] = { PPP_CODE_CONF_REQ, 1, 0, 8, LCP_OPT_MRU, 4, 5, 0x78 };
	static struct ppp_world w;
	struct input_record rec = { 0 };
	struct rbuf r;

	rbuf_init(&r, data, size);
	ppp_world_start(&w, methods[rbuf_left(&r) ? rbuf_u8(&r) % 3 : 0]);
	ppp_world_receive(&w, PPP_PROTO_LCP, request, sizeof(request));
	ppp_world_ack(&w, PPP_PROTO_LCP);
	while (input_next(&r, &rec)) {
		ppp_world_receive(&w, rec.op & 1 ? PPP_PROTO_PAP : PPP_PROTO_CHAP, rec.data, rec.len);
		fake_clock_advance(rec.op & 2 ? 4000 : 0);
	}
	ppp_world_end(&w);
	return 0;
}
