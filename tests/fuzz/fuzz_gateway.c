// SPDX-License-Identifier: MIT
/*
 * libFuzzer target: the whole daemon on the null plane, IKE, L2TP and PPP in one dialogue.  Input: records
 * (input.h).  IKE messages stand there in plaintext, as for fuzz_ike; L2TP and PPP frames come through the newest
 * SA, tunnel and session.  Steps of a good client lead to states that mutations alone would hardly find.
 */
#include <linux/l2tpsec.h>
#include <stdlib.h>
#include <string.h>

#include "fake_clock.h"
#include "fuzz.h"
#include "gateway_client.h"
#include "ike/state.h"
#include "input.h"
#include "plane/null.h"
#include "sealer.h"

/* The first two and OP_WAIT as in fuzz_ike, whose seeds are of use here. */
enum op {
	OP_PORT_500,
	OP_PORT_4500,
	OP_L2TP,		/* a control message */
	OP_PPP,			/* a frame; two bytes of protocol first */
	OP_TUNNEL,		/* the good client: SCCRQ, SCCCN */
	OP_SESSION,		/* ICRQ, ICCN */
	OP_LCP,
	OP_LOGIN,
	OP_WAIT,		/* two bytes: seconds */
	OP_IPCP,
	OP_SHOW,
	OP_DISCONNECT,
	OP_EVENT,		/* a byte: which report of the data plane */
	OP_PLANE_FAILS,		/* the next thing that is to be installed */
	OP_ELSEWHERE,		/* IKE comes from another address from now on */
	OP_COUNT,
};

#define CONF GATEWAY_BENCH_CONF "[psk test]\nsecret = psk\n[ike]\naggressive-mode = yes\n"

/* Loading OpenSSL's legacy provider takes longer than everything else: once. */
struct mschapv2 *__wrap_mschapv2_new(void)
{
	static struct mschapv2 *m;

	m = m ? m : __real_mschapv2_new();
	return m;
}

void __wrap_mschapv2_free(struct mschapv2 *m)
{
	(void)m;
}

static void give_ike(struct gateway_client *c, const struct input_record *rec, bool natt, bool elsewhere)
{
	struct ike_path path = { .natt = natt };
	uint8_t msg[IKE_MESSAGE_MAX + 16];
	size_t len = rec->len < IKE_MESSAGE_MAX ? rec->len : IKE_MESSAGE_MAX;

	addr_parse(&path.local.addr, "10.9.0.1");
	addr_parse(&path.remote.addr, elsewhere ? "10.9.0.3" : "10.9.0.2");
	path.local.port = natt ? 4500 : 500;
	path.remote.port = path.local.port;
	memcpy(msg, rec->data, len);
	c->b->sent_len = 0;
	gateway_bench_receive(c->b, &path, msg, sealer_seal(c->b->gw->ike, msg, len, sizeof(msg), false));
}

/* The newest SA is what frames come through. */
static void look_for_sa(struct gateway_client *c)
{
	const struct sa *sa, *newest = NULL;

	for (sa = c->b->gw->sas; sa; sa = sa->hh.next)
		newest = sa;
	if (!newest || c->spi == newest->spi_in)
		return;
	c->spi = newest->spi_in;
	if (c->lineage == newest->lineage->id)
		return;
	c->lineage = newest->lineage->id;
	c->tunnel = 0;
	c->session = 0;
	c->ns = 0;
	c->nr = 0;
}

static void report(struct gateway_client *c, unsigned int which)
{
	const struct plane_events *events = c->b->gw->plane->events;
	struct endpoint moved = { .port = 4501 };

	addr_parse(&moved.addr, "10.9.0.4");
	switch (which % 5) {
	case 0:
		events->sa_active(c->b->gw, c->spi);
		break;
	case 1:
		events->sa_endpoint(c->b->gw, c->spi, &moved);
		break;
	case 2:
		events->sa_icv(c->b->gw, c->spi, which & 0x80 ? 12 : 16);
		break;
	case 3:
		events->sa_soft(c->b->gw, c->spi);
		break;
	default:
		events->sa_hard(c->b->gw, c->spi);
	}
}

static void play(struct gateway_client *c, const struct input_record *rec, bool *elsewhere)
{
	unsigned int op = rec->op % OP_COUNT, number = rec->len >= 2 ? rec->data[0] << 8 | rec->data[1] : 0;

	look_for_sa(c);
	switch (op) {
	case OP_PORT_500:
	case OP_PORT_4500:
		give_ike(c, rec, op == OP_PORT_4500, *elsewhere);
		break;
	case OP_L2TP:
		gateway_client_l2tp(c, rec->data, rec->len);
		break;
	case OP_PPP:
		if (rec->len >= 2)
			gateway_client_ppp(c, number, rec->data + 2, rec->len - 2);
		break;
	case OP_TUNNEL:
		gateway_client_tunnel(c);
		break;
	case OP_SESSION:
		gateway_client_session(c);
		break;
	case OP_LCP:
		gateway_client_lcp(c);
		break;
	case OP_LOGIN:
		gateway_client_login(c, "alice", "password");
		break;
	case OP_IPCP:
		gateway_client_ipcp(c);
		break;
	case OP_WAIT:
		fake_clock_advance(1000 * (uint64_t)number);
		break;
	case OP_SHOW:
		gateway_bench_ask(c->b, "show");
		break;
	case OP_DISCONNECT:
		if (c->b->gw->subscribers)
			subscriber_close(c->b->gw->subscribers, "disconnected");
		break;
	case OP_EVENT:
		report(c, rec->len ? rec->data[0] : 0);
		break;
	case OP_PLANE_FAILS:
		plane_null_fail_next(c->b->gw->plane, 12);
		break;
	case OP_ELSEWHERE:
		*elsewhere = !*elsewhere;
		break;
	}
}

/* Who is in the data plane has an ISAKMP SA or had one; a session carries IP only when somebody has logged in. */
static void check(const struct gateway *gw)
{
	struct plane_null_counts n = plane_null_count(gw->plane);
	const struct subscriber *sub;
	const struct session *s;
	size_t open = 0;

	for (sub = gw->subscribers; sub; sub = sub->hh.next) {
		LIST_FOREACH(s, &sub->sessions, entry) {
			open += s->open;
			if (s->open && (!*s->story.user || !s->address))
				abort();
		}
	}
	if (n.open > open)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_record rec = { 0 };
	static struct gateway_client c;
	bool elsewhere = false;
	struct rbuf r;

	memset(&c, 0, sizeof(c));
	c.b = gateway_bench_new(CONF, "alice * password *\nbob * password 10.99.0.15\n");
	rbuf_init(&r, data, size);
	while (input_next(&r, &rec)) {
		play(&c, &rec, &elsewhere);
		check(c.b->gw);
	}
	gateway_bench_free(c.b);
	if (fake_clock_pending())
		abort();
	return 0;
}
