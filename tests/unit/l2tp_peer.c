// SPDX-License-Identifier: MIT
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "l2tp_peer.h"

/* What mtpd demands of a header, and the one beginning of a body that it understands. */
#define STRICT_MASK	0xcb0f
#define STRICT_FLAGS	0xc802
static const uint8_t strict_avp[] = { 0x80, 0x08, 0, 0, 0, 0 };

/* Bytes from hexadecimal digits; anything else between them is left out. */
size_t l2tp_from_hex(const char *hex, uint8_t *out, size_t cap)
{
	char pair[3] = "", *end;
	size_t len = 0;

	for (; *hex; hex++) {
		if (isspace(*hex))
			continue;
		assert_true(len < cap);
		memcpy(pair, hex++, 2);
		out[len++] = strtoul(pair, &end, 16);
		assert_ptr_equal(end, pair + 2);
	}
	return len;
}

static void judge(const uint8_t *msg, size_t len)
{
	struct l2tp_message m;
	struct l2tp_header h;
	struct rbuf body;

	assert_true(len >= L2TP_HEADER_LEN);
	assert_int_equal((msg[0] << 8 | msg[1]) & STRICT_MASK, STRICT_FLAGS);
	assert_int_equal(msg[2] << 8 | msg[3], len);
	assert_true(l2tp_header_parse(msg, len, &h, &body));
	if (len == L2TP_HEADER_LEN)
		return;
	assert_memory_equal(msg + L2TP_HEADER_LEN, strict_avp, sizeof(strict_avp));
	l2tp_message_parse(body, &m);
	assert_null(l2tp_message_check(&m));
}

static void peer_send_op(void *ctx, uint32_t lineage, uint16_t peer_port, const uint8_t *msg, size_t len)
{
	struct l2tp_peer *p = ctx;
	struct l2tp_datagram *d = &p->sent[(p->first + p->count) % L2TP_PEER_QUEUE];

	assert_int_equal(lineage, p->lineage);
	assert_int_equal(peer_port, p->port);
	assert_true(p->count < L2TP_PEER_QUEUE);
	assert_true(len <= sizeof(d->bytes));
	judge(msg, len);
	memcpy(d->bytes, msg, len);
	d->len = len;
	p->count++;
	if (p->save)
		p->save(p->save_ctx, d);
}

static struct story *peer_story(void *ctx, void *user)
{
	struct l2tp_peer *p = ctx;

	assert_ptr_equal(user, p);
	return &p->story;
}

static int peer_tunnel_up(void *ctx, struct l2tp_tunnel *tunnel)
{
	struct l2tp_peer *p = ctx;

	if (p->tunnel_ret && !p->on_tunnel_up)
		return p->tunnel_ret;
	p->tunnels_up++;
	p->tunnel = tunnel;
	if (p->on_tunnel_up)
		p->on_tunnel_up(p, tunnel);
	return p->tunnel_ret;
}

static void peer_tunnel_gone(void *ctx, struct l2tp_tunnel *tunnel, const char *reason)
{
	struct l2tp_peer *p = ctx;

	assert_ptr_equal(tunnel->user, p);
	assert_int_equal(p->sessions_gone, p->sessions_up);
	assert_int_equal(p->sessions_installed, 0);
	p->tunnels_gone++;
	p->tunnel = NULL;
	/* Whoever asks for its story after this is caught. */
	tunnel->user = NULL;
	snprintf(p->reason, sizeof(p->reason), "%s", reason);
}

static int peer_session_add(void *ctx, const struct l2tp_session *session)
{
	struct l2tp_peer *p = ctx;

	assert_null(session->user);
	if (!p->install_ret)
		p->sessions_installed++;
	return p->install_ret;
}

static void peer_session_del(void *ctx, const struct l2tp_session *session)
{
	struct l2tp_peer *p = ctx;

	assert_ptr_equal(session->tunnel->user, p);
	assert_int_not_equal(p->sessions_installed, 0);
	p->sessions_installed--;
}

static int peer_session_up(void *ctx, struct l2tp_session *session)
{
	struct l2tp_peer *p = ctx;

	assert_int_not_equal(p->sessions_installed, 0);
	if (p->session_ret && !p->on_session_up)
		return p->session_ret;
	p->sessions_up++;
	p->session = session;
	if (p->on_session_up)
		p->on_session_up(p, session);
	return p->session_ret;
}

static void peer_session_gone(void *ctx, struct l2tp_session *session, const char *reason)
{
	struct l2tp_peer *p = ctx;

	assert_ptr_equal(session->tunnel->user, p);
	p->sessions_gone++;
	p->session = NULL;
	snprintf(p->reason, sizeof(p->reason), "%s", reason);
	if (p->on_gone)
		p->on_gone(p);
}

const struct l2tp_ops l2tp_peer_ops = {
	.send = peer_send_op,
	.story = peer_story,
	.tunnel_up = peer_tunnel_up,
	.tunnel_gone = peer_tunnel_gone,
	.session_add = peer_session_add,
	.session_del = peer_session_del,
	.session_up = peer_session_up,
	.session_gone = peer_session_gone,
};

static void drop_line(enum log_level level, const char *line)
{
	(void)level;
	(void)line;
}

/* A new engine and one peer of it; fields of @p that are zero get their usual values. */
void l2tp_peer_start(struct l2tp_peer *p)
{
	log_set_sink(drop_line);
	p->lineage = p->lineage ? p->lineage : 7;
	p->port = p->port ? p->port : 1701;
	if (!*p->conf.host_name) {
		p->conf = (struct conf_l2tp){
			.host_name = "gateway", .hello_interval = 60, .retransmit_max = 8, .sessions_max = 4,
		};
	}
	p->l2tp = l2tp_new(&p->conf, &l2tp_peer_ops, p);
	assert_non_null(p->l2tp);
}

/* The LAC begins again with no tunnel. */
void l2tp_peer_restart(struct l2tp_peer *p)
{
	p->ns = 0;
	p->nr = 0;
	p->tunnel_id = 0;
}

void l2tp_peer_stop(struct l2tp_peer *p)
{
	l2tp_free(p->l2tp);
	assert_int_equal(p->sessions_up, p->sessions_gone);
}

void l2tp_peer_raw(struct l2tp_peer *p, const void *msg, size_t len)
{
	/* Of its exact size, so that reading behind it is noticed. */
	uint8_t *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, msg, len);
	l2tp_receive(p->l2tp, p->lineage, p, p->port, copy, len);
	free(copy);
}

void l2tp_peer_raw_hex(struct l2tp_peer *p, const char *hex)
{
	uint8_t msg[1200];
	size_t len = l2tp_from_hex(hex, msg, sizeof(msg));

	l2tp_peer_raw(p, msg, len);
}

static void put(struct l2tp_peer *p, uint16_t session_id, const uint8_t *body, size_t len)
{
	const struct l2tp_header h = {
		.tunnel_id = p->tunnel_id, .session_id = session_id, .ns = p->ns, .nr = p->nr,
	};
	uint8_t storage[1200];
	struct wbuf w;

	wbuf_init(&w, storage, sizeof(storage));
	l2tp_header_put(&w, &h, len);
	wbuf_bytes(&w, body, len);
	assert_false(w.failed);
	l2tp_peer_raw(p, w.data, w.len);
}

/* The next message, with everything taken so far acknowledged in its header. */
void l2tp_peer_send(struct l2tp_peer *p, uint16_t session_id, const char *avps_hex)
{
	uint8_t body[1100];
	size_t len = l2tp_from_hex(avps_hex, body, sizeof(body));

	put(p, session_id, body, len);
	p->ns++;
}

void l2tp_peer_ack(struct l2tp_peer *p)
{
	put(p, 0, NULL, 0);
}

/* The oldest datagram of the engine's; false when there is none. */
bool l2tp_peer_take(struct l2tp_peer *p, struct l2tp_header *h, struct l2tp_message *m)
{
	struct l2tp_datagram *d = &p->sent[p->first];
	struct rbuf body;

	if (!p->count)
		return false;
	p->first = (p->first + 1) % L2TP_PEER_QUEUE;
	p->count--;
	assert_true(l2tp_header_parse(d->bytes, d->len, h, &body));
	memset(m, 0, sizeof(*m));
	if (!rbuf_left(&body))
		return true;
	l2tp_message_parse(body, m);
	if (h->ns == p->nr)
		p->nr++;
	if (m->type == L2TP_SCCRP)
		p->tunnel_id = m->assigned_tunnel;
	if (m->type == L2TP_ICRP)
		p->session_id = m->assigned_session;
	return true;
}

/* The oldest datagram of the engine's is of this type. */
void l2tp_peer_expect(struct l2tp_peer *p, uint16_t type, struct l2tp_message *m)
{
	struct l2tp_message storage;
	struct l2tp_header h;

	m = m ? m : &storage;
	assert_true(l2tp_peer_take(p, &h, m));
	assert_int_equal(m->type, type);
}

void l2tp_peer_expect_nothing(struct l2tp_peer *p)
{
	assert_int_equal(p->count, 0);
}

/* An established tunnel. */
void l2tp_peer_tunnel(struct l2tp_peer *p)
{
	l2tp_peer_send(p, 0, "8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000003\n"
			     "8009 0000 0007 6c6163  8008 0000 0009 0bad  8008 0000 000a 0004");
	l2tp_peer_expect(p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(p, L2TP_SCCRP, NULL);
	l2tp_peer_send(p, 0, "8008 0000 0000 0003");
	l2tp_peer_expect(p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect_nothing(p);
	assert_int_equal(p->tunnels_up, p->tunnels_gone + 1);
}

/* An established session in it, with this id of ours. */
void l2tp_peer_session(struct l2tp_peer *p, uint16_t id)
{
	char icrq[128];

	snprintf(icrq, sizeof(icrq), "8008 0000 0000 000a  8008 0000 000e %04x  800a 0000 000f 00000001", id);
	l2tp_peer_send(p, 0, icrq);
	l2tp_peer_expect(p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(p, L2TP_ICRP, NULL);
	l2tp_peer_send(p, p->session_id,
		       "8008 0000 0000 000c  800a 0000 0018 000f4240  800a 0000 0013 00000003");
	l2tp_peer_expect(p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect_nothing(p);
}
