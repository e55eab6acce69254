// SPDX-License-Identifier: MIT
/*
 * libFuzzer target: the L2TP engine as a peer inside the SAs reaches it.
 * Input: datagrams, each behind a byte of its length.  Tunnel id 0xffff in a header stands
 * for the newest tunnel's, session id 0xffff for the newest session's, so that inputs reach
 * established states.  A length of 255 lets 35 s pass instead.
 */
#include <stdlib.h>
#include <string.h>

#include "fake_clock.h"
#include "fake_random.h"
#include "fuzz.h"
#include "l2tp/l2tp.h"
#include "l2tp/message.h"

#define NEWEST		0xffff
#define WAIT		0xff
#define WAIT_MS		35000

/**
 * struct seen - what the engine told us
 * @tunnel_id: of its last SCCRP
 * @session_id: of its last ICRP
 * @tunnels: up and not gone
 * @installed: sessions that were added and not removed
 * @sessions: up and not gone
 */
struct seen {
	uint16_t tunnel_id;
	uint16_t session_id;
	int tunnels;
	int installed;
	int sessions;
};

/* What we send is legal, whatever we were sent. */
static void take(void *ctx, uint32_t lineage, uint16_t peer_port, const uint8_t *msg, size_t len)
{
	struct seen *seen = ctx;
	struct l2tp_message m;
	struct l2tp_header h;
	struct rbuf body;

	(void)lineage;
	(void)peer_port;
	if (!l2tp_header_parse(msg, len, &h, &body))
		abort();
	if (!rbuf_left(&body))
		return;
	l2tp_message_parse(body, &m);
	if (l2tp_message_check(&m))
		abort();
	if (m.type == L2TP_SCCRP)
		seen->tunnel_id = m.assigned_tunnel;
	if (m.type == L2TP_ICRP)
		seen->session_id = m.assigned_session;
}

static struct story *story_of(void *ctx, void *user)
{
	static struct story story = { .id = 1 };

	(void)ctx;
	(void)user;
	return &story;
}

static int tunnel_up(void *ctx, struct l2tp_tunnel *tunnel)
{
	struct seen *seen = ctx;

	(void)tunnel;
	seen->tunnels++;
	return 0;
}

static void tunnel_gone(void *ctx, struct l2tp_tunnel *tunnel, const char *reason)
{
	struct seen *seen = ctx;

	(void)tunnel;
	(void)reason;
	seen->tunnels--;
}

static int session_add(void *ctx, const struct l2tp_session *session)
{
	struct seen *seen = ctx;

	(void)session;
	seen->installed++;
	return 0;
}

static void session_del(void *ctx, const struct l2tp_session *session)
{
	struct seen *seen = ctx;

	(void)session;
	seen->installed--;
}

static int session_up(void *ctx, struct l2tp_session *session)
{
	struct seen *seen = ctx;

	(void)session;
	seen->sessions++;
	return 0;
}

static void session_gone(void *ctx, struct l2tp_session *session, const char *reason)
{
	struct seen *seen = ctx;

	(void)session;
	(void)reason;
	seen->sessions--;
}

static const struct l2tp_ops ops = {
	.send = take,
	.story = story_of,
	.tunnel_up = tunnel_up,
	.tunnel_gone = tunnel_gone,
	.session_add = session_add,
	.session_del = session_del,
	.session_up = session_up,
	.session_gone = session_gone,
};

static void drop_line(enum log_level level, const char *line)
{
	(void)level;
	(void)line;
}

static void fill_in(uint8_t *field, uint16_t id)
{
	if ((field[0] << 8 | field[1]) != NEWEST)
		return;
	field[0] = id >> 8;
	field[1] = id & 0xff;
}

/* Of its exact size, so that reading behind it is noticed. */
static void give(struct l2tp *l2tp, const struct seen *seen, const uint8_t *msg, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		abort();
	memcpy(copy, msg, len);
	if (len >= L2TP_HEADER_LEN) {
		fill_in(copy + 4, seen->tunnel_id);
		fill_in(copy + 6, seen->session_id);
	}
	l2tp_receive(l2tp, 1, NULL, 1701, copy, len);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct conf_l2tp conf = {
		.host_name = "gateway", .hello_interval = 60, .retransmit_max = 3, .sessions_max = 4,
	};
	struct seen seen = { 0 };
	const uint8_t *msg;
	struct l2tp *l2tp;
	struct rbuf r;
	size_t len;

	log_set_sink(drop_line);
	log_init(LOG_LEVEL_DEBUG, false);
	fake_random_reset();
	l2tp = l2tp_new(&conf, &ops, &seen);
	rbuf_init(&r, data, size);
	while (rbuf_left(&r)) {
		len = rbuf_u8(&r);
		if (len == WAIT) {
			fake_clock_advance(WAIT_MS);
			continue;
		}
		len = len < rbuf_left(&r) ? len : rbuf_left(&r);
		msg = rbuf_bytes(&r, len);
		give(l2tp, &seen, msg, len);
	}
	l2tp_free(l2tp);
	if (seen.tunnels || seen.installed || seen.sessions || fake_clock_pending())
		abort();
	return 0;
}
