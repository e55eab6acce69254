// SPDX-License-Identifier: MIT
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "auth/mschapv2.h"
#include "fake_clock.h"
#include "gateway_client.h"
#include "l2tp/message.h"
#include "plane/null.h"
#include "ppp/wire.h"

#define OUR_TUNNEL	0x0bad
#define OUR_SESSION	0x0cab

/**
 * gateway_client_init - a client with pre-shared key "secret", behind NAT; what was sent to others is forgotten
 * @c: client
 * @b: bench
 * @address: where the gateway sees it
 */
void gateway_client_init(struct gateway_client *c, struct gateway_bench *b, const char *address)
{
	memset(c, 0, sizeof(*c));
	c->b = b;
	b->sent_len = 0;
	initiator_init(&c->ike, address, 500);
	c->ike.behind_nat = true;
}

/**
 * gateway_client_free - forget its keys
 * @c: client
 */
void gateway_client_free(struct gateway_client *c)
{
	initiator_free(&c->ike);
}

/* The next message to this client; answers to others are passed over. */
static bool take(struct gateway_client *c, struct gateway_bench_message *m)
{
	while (gateway_bench_take(c->b, m)) {
		if (addr_equal(&m->path.remote.addr, &c->ike.path.remote.addr))
			return true;
	}
	return false;
}

/**
 * gateway_client_phase1 - Main Mode
 * @c: client
 * Return: whether both are content.
 */
bool gateway_client_phase1(struct gateway_client *c)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct gateway_bench_message m;
	size_t len;

	gateway_bench_receive(c->b, &c->ike.path, out, initiator_m1(&c->ike, out));
	if (!take(c, &m))
		return false;
	gateway_bench_receive(c->b, &c->ike.path, out, initiator_m3(&c->ike, m.data, m.len, out));
	if (!take(c, &m))
		return false;
	len = initiator_m5(&c->ike, m.data, m.len, out);
	gateway_bench_receive(c->b, &c->ike.path, out, len);
	return take(c, &m) && initiator_m6(&c->ike, m.data, m.len);
}

/**
 * gateway_client_phase2_after - Quick Mode, whose last message is late
 * @c: client
 * @ms: by how much
 * Return: whether the SA is installed.
 */
bool gateway_client_phase2_after(struct gateway_client *c, unsigned int ms)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct gateway_bench_message m;
	const struct plane_sa *sa;

	c->quick.message_id = c->quick.message_id ? c->quick.message_id : 0x1001;
	c->quick.encapsulation = c->ike.path.natt ? 4 : 2;
	c->quick.lifetime = 3600;
	c->quick.port = 1701;
	gateway_bench_receive(c->b, &c->ike.path, out, initiator_q1(&c->ike, &c->quick, out));
	if (!take(c, &m))
		return false;
	fake_clock_advance(ms);
	gateway_bench_receive(c->b, &c->ike.path, out, initiator_q3(&c->ike, &c->quick, m.data, m.len, out));
	c->spi = c->quick.spi_out;
	sa = plane_null_sa(c->b->gw->plane, c->spi);
	c->lineage = sa ? sa->lineage : 0;
	return sa;
}

/**
 * gateway_client_phase2 - Quick Mode
 * @c: client
 * Return: whether the SA is installed.
 */
bool gateway_client_phase2(struct gateway_client *c)
{
	return gateway_client_phase2_after(c, 0);
}

static void read_l2tp(struct gateway_client *c)
{
	struct l2tp_message m;
	struct l2tp_header h;
	struct rbuf body;

	assert(l2tp_header_parse(c->data, c->last.len, &h, &body));
	if (!rbuf_left(&body))
		return;
	l2tp_message_parse(body, &m);
	if (h.ns == c->nr)
		c->nr++;
	if (m.type == L2TP_SCCRP)
		c->tunnel = m.assigned_tunnel;
	if (m.type == L2TP_ICRP)
		c->session = m.assigned_session;
}

/* What the gateway sent through the data plane; of PPP the last frame stays in @c->last. */
static void read_frames(struct gateway_client *c)
{
	while (plane_null_frame_take(c->b->gw->plane, &c->last, c->data, sizeof(c->data))) {
		assert(c->last.len <= sizeof(c->data));
		if (!c->last.ppp)
			read_l2tp(c);
		else
			c->ipcp += c->last.protocol == PPP_PROTO_IPCP;
	}
}

/**
 * gateway_client_l2tp - an L2TP control message through its SA
 * @c: client
 * @msg: message
 * @len: bytes
 */
void gateway_client_l2tp(struct gateway_client *c, const void *msg, size_t len)
{
	const struct plane_frame frame = {
		.spi_in = c->spi, .lineage = c->lineage, .peer_port = 1701, .data = msg, .len = len,
	};

	gateway_bench_frame(c->b, &frame);
	read_frames(c);
}

static void say_l2tp(struct gateway_client *c, uint16_t session, const void *avps, size_t len)
{
	const struct l2tp_header h = { .tunnel_id = c->tunnel, .session_id = session, .ns = c->ns++, .nr = c->nr };
	uint8_t storage[512];
	struct wbuf w;

	wbuf_init(&w, storage, sizeof(storage));
	l2tp_header_put(&w, &h, len);
	wbuf_bytes(&w, avps, len);
	assert(!w.failed);
	gateway_client_l2tp(c, w.data, w.len);
}

/**
 * gateway_client_tunnel - SCCRQ, SCCCN
 * @c: client
 * Return: whether the gateway has a tunnel.
 */
bool gateway_client_tunnel(struct gateway_client *c)
{
	static const uint8_t sccrq[] = {
		0x80, 8, 0, 0, 0, 0, 0, 1, 0x80, 8, 0, 0, 0, 2, 1, 0, 0x80, 10, 0, 0, 0, 3, 0, 0, 0, 3,
		0x80, 9, 0, 0, 0, 7, 'l', 'a', 'c', 0x80, 8, 0, 0, 0, 9, OUR_TUNNEL >> 8, OUR_TUNNEL & 0xff,
		0x80, 8, 0, 0, 0, 10, 0, 4,
	};
	static const uint8_t scccn[] = { 0x80, 8, 0, 0, 0, 0, 0, 3 };

	say_l2tp(c, 0, sccrq, sizeof(sccrq));
	if (!c->tunnel)
		return false;
	say_l2tp(c, 0, scccn, sizeof(scccn));
	return plane_null_tunnel(c->b->gw->plane, c->lineage, c->tunnel);
}

/**
 * gateway_client_session - ICRQ, ICCN
 * @c: client
 * Return: whether the gateway has a session.
 */
bool gateway_client_session(struct gateway_client *c)
{
	static const uint8_t icrq[] = {
		0x80, 8, 0, 0, 0, 0, 0, 10, 0x80, 8, 0, 0, 0, 14, OUR_SESSION >> 8, OUR_SESSION & 0xff,
		0x80, 10, 0, 0, 0, 15, 0, 0, 0, 1,
	};
	static const uint8_t iccn[] = {
		0x80, 8, 0, 0, 0, 0, 0, 12, 0x80, 10, 0, 0, 0, 24, 0, 0x0f, 0x42, 0x40,
		0x80, 10, 0, 0, 0, 19, 0, 0, 0, 3,
	};

	say_l2tp(c, 0, icrq, sizeof(icrq));
	if (!c->session)
		return false;
	say_l2tp(c, c->session, iccn, sizeof(iccn));
	return plane_null_session(c->b->gw->plane, c->lineage, c->tunnel, c->session, NULL);
}

/**
 * gateway_client_ppp - a PPP frame in its session
 * @c: client
 * @protocol: PPP protocol
 * @data: information field
 * @len: bytes
 */
void gateway_client_ppp(struct gateway_client *c, uint16_t protocol, const void *data, size_t len)
{
	const struct plane_frame frame = {
		.ppp = true, .spi_in = c->spi, .lineage = c->lineage, .tunnel_id = c->tunnel,
		.session_id = c->session, .protocol = protocol, .data = data, .len = len,
	};

	gateway_bench_frame(c->b, &frame);
	fake_clock_advance(0);
	read_frames(c);
}

/* The gateway's last frame, a Configure-Request, is acknowledged. */
static bool acknowledge(struct gateway_client *c)
{
	uint8_t ack[2048];
	size_t len = c->last.len;

	if (!c->last.ppp || c->data[0] != PPP_CODE_CONF_REQ)
		return false;
	memcpy(ack, c->data, len);
	ack[0] = PPP_CODE_CONF_ACK;
	gateway_client_ppp(c, c->last.protocol, ack, len);
	return true;
}

/**
 * gateway_client_lcp - LCP
 * @c: client, whose session has just begun
 * Return: whether the gateway asks for a login.
 */
bool gateway_client_lcp(struct gateway_client *c)
{
	static const uint8_t request[] = { PPP_CODE_CONF_REQ, 1, 0, 8, LCP_OPT_MRU, 4, 5, 0x78 };

	if (!acknowledge(c))
		return false;
	gateway_client_ppp(c, PPP_PROTO_LCP, request, sizeof(request));
	return c->last.protocol == PPP_PROTO_CHAP && c->data[0] == CHAP_CODE_CHALLENGE;
}

/**
 * gateway_client_login - MS-CHAPv2
 * @c: client that has been challenged
 * @user: name
 * @password: password
 * Return: whether the gateway lets it in.
 */
bool gateway_client_login(struct gateway_client *c, const char *user, const char *password)
{
	static struct mschapv2 *m;
	struct mschapv2_login login = { .user = user };
	uint8_t packet[512] = { CHAP_CODE_RESPONSE, c->data[1], 0, 0, CHAP_MSCHAPV2_RESPONSE_LEN };
	uint8_t hash[MSCHAPV2_HASH_LEN];
	size_t len = 5 + CHAP_MSCHAPV2_RESPONSE_LEN + strlen(user);
	unsigned int before = c->ipcp;

	if (c->last.protocol != PPP_PROTO_CHAP || c->last.len < 5 + MSCHAPV2_CHALLENGE_LEN ||
	    c->data[4] != MSCHAPV2_CHALLENGE_LEN)
		return false;
	m = m ? m : mschapv2_new();	/* it takes long: once */
	assert(m);
	memcpy(login.challenge, c->data + 5, MSCHAPV2_CHALLENGE_LEN);
	memset(login.peer_challenge, 0x42, sizeof(login.peer_challenge));
	memcpy(packet + 5, login.peer_challenge, sizeof(login.peer_challenge));
	assert(mschapv2_nt_hash(m, password, hash) && mschapv2_nt_response(m, &login, hash, packet + 5 + 24));
	memcpy(packet + 5 + CHAP_MSCHAPV2_RESPONSE_LEN, user, strlen(user));
	packet[2] = len >> 8;
	packet[3] = len;
	gateway_client_ppp(c, PPP_PROTO_CHAP, packet, len);
	return c->ipcp > before;
}

/**
 * gateway_client_ipcp - IPCP
 * @c: client that has logged in
 * Return: whether the session carries IP.
 */
bool gateway_client_ipcp(struct gateway_client *c)
{
	uint8_t request[] = { PPP_CODE_CONF_REQ, 1, 0, 10, IPCP_OPT_ADDRESS, 6, 0, 0, 0, 0 };
	bool open;

	if (!acknowledge(c))
		return false;
	gateway_client_ppp(c, PPP_PROTO_IPCP, request, sizeof(request));
	if (c->data[0] != PPP_CODE_CONF_NAK || c->last.len != sizeof(request))
		return false;
	memcpy(request + 6, c->data + 6, 4);
	request[1]++;
	gateway_client_ppp(c, PPP_PROTO_IPCP, request, sizeof(request));
	plane_null_session(c->b->gw->plane, c->lineage, c->tunnel, c->session, &open);
	return open;
}

/**
 * gateway_client_connect - everything
 * @c: client
 * @user: name
 * @password: password
 * Return: whether its session carries IP.
 */
bool gateway_client_connect(struct gateway_client *c, const char *user, const char *password)
{
	return gateway_client_phase1(c) && gateway_client_phase2(c) && gateway_client_tunnel(c) &&
	       gateway_client_session(c) && gateway_client_lcp(c) && gateway_client_login(c, user, password) &&
	       gateway_client_ipcp(c);
}
