// SPDX-License-Identifier: MIT
/*
 * libFuzzer target: a whole PPP link.  Input: a byte that chooses the methods of authentication, then
 * records (input.h).
 */
#include "fake_clock.h"
#include "fuzz.h"
#include "input.h"
#include "ppp/wire.h"
#include "ppp_world.h"

enum op {
	OP_LCP,			/* a frame of this protocol */
	OP_IPCP,
	OP_CCP,
	OP_CHAP,
	OP_PAP,
	OP_OTHER,		/* two bytes of protocol first */
	OP_ACK_LCP,		/* our last Configure-Request is acknowledged */
	OP_ACK_IPCP,
	OP_LOGIN,		/* with the right password */
	OP_WRONG_LOGIN,
	OP_WAIT,		/* two bytes: tenths of a second */
	OP_TRAFFIC,
	OP_CLOSE,
	OP_COUNT,
};

static void play(struct ppp_world *w, const struct input_record *rec)
{
	static const uint16_t protocols[] = {
		[OP_LCP] = PPP_PROTO_LCP, [OP_IPCP] = PPP_PROTO_IPCP, [OP_CCP] = PPP_PROTO_CCP,
		[OP_CHAP] = PPP_PROTO_CHAP, [OP_PAP] = PPP_PROTO_PAP,
	};
	unsigned int op = rec->op % OP_COUNT;
	unsigned int number = rec->len >= 2 ? rec->data[0] << 8 | rec->data[1] : 0;

	switch (op) {
	case OP_OTHER:
		if (rec->len >= 2)
			ppp_world_receive(w, number, rec->data + 2, rec->len - 2);
		break;
	case OP_ACK_LCP:
		ppp_world_ack(w, PPP_PROTO_LCP);
		break;
	case OP_ACK_IPCP:
		ppp_world_ack(w, PPP_PROTO_IPCP);
		break;
	case OP_LOGIN:
	case OP_WRONG_LOGIN:
		ppp_world_login(w, op == OP_LOGIN);
		break;
	case OP_WAIT:
		fake_clock_advance(100 * number);
		break;
	case OP_TRAFFIC:
		ppp_traffic(w->ppp);
		break;
	case OP_CLOSE:
		ppp_close(w->ppp, "closed");
		break;
	default:
		ppp_world_receive(w, protocols[op], rec->data, rec->len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ppp_world w;
	struct input_record rec = { 0 };
	struct rbuf r;

	rbuf_init(&r, data, size);
	ppp_world_start(&w, rbuf_left(&r) ? 1 + rbuf_u8(&r) % 7 : 1);
	while (input_next(&r, &rec))
		play(&w, &rec);
	ppp_world_end(&w);
	return 0;
}
