// SPDX-License-Identifier: MIT
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "fake_clock.h"
#include "fake_random.h"
#include "input.h"
#include "ppp/wire.h"
#include "ppp_world.h"

#define USER		"User"
#define PASSWORD	"clientPass"

static struct conf_user users[] = {
	{ .name = (char *)"CORP\\bob", .secret = (char *)"corporate" },
	{ .name = (char *)USER, .secret = (char *)PASSWORD },
	{ .name = (char *)"fixed", .secret = (char *)"secret", .has_address = true, .address = 0x0a000037 },
};

static struct story story = { .id = 7, .peer = "192.0.2.9:4500" };

/* Loading OpenSSL's legacy provider takes long: once. */
static const struct mschapv2 *arithmetic(void)
{
	static struct mschapv2 *m;

	m = m ? m : mschapv2_new();
	return m;
}

static struct auth *logins(void)
{
	static const struct conf conf = { .ppp = { .users = users, .users_len = 3 } };
	static struct auth *auth;

	auth = auth ? auth : auth_local_new(&conf);
	return auth;
}

static void keep_request(struct ppp_world *w, size_t which, const uint8_t *data, size_t len)
{
	if (len > sizeof(w->requests[which]))
		return;
	memcpy(w->requests[which], data, len);
	w->requests[which][0] = PPP_CODE_CONF_ACK;
	w->requests_len[which] = len;
}

static void keep_challenge(struct ppp_world *w, const uint8_t *data, size_t len)
{
	if (len < 5 || data[4] > len - 5 || data[4] > sizeof(w->challenge))
		abort();
	w->challenge_id = data[1];
	w->challenge_len = data[4];
	memcpy(w->challenge, data + 5, data[4]);
}

/* Nothing of the network layer to somebody who is not known yet. */
static void on_send(void *user, uint16_t protocol, const uint8_t *data, size_t len)
{
	struct ppp_world *w = user;

	if (len < 4 || (size_t)(data[2] << 8 | data[3]) != len)
		abort();
	if (protocol == PPP_PROTO_IPCP && !w->answered)
		abort();
	if (protocol == PPP_PROTO_LCP && data[0] == PPP_CODE_CONF_REQ) {
		w->answered = false;	/* all begins anew */
		keep_request(w, 0, data, len);
	}
	if (protocol == PPP_PROTO_IPCP && data[0] == PPP_CODE_CONF_REQ)
		keep_request(w, 1, data, len);
	if (protocol == PPP_PROTO_CHAP && data[0] == CHAP_CODE_CHALLENGE)
		keep_challenge(w, data, len);
}

static void on_checked(void *arg, const struct auth_result *result)
{
	struct ppp_world *w = arg;

	w->ticket = NULL;
	w->answered = result->ok;
	if (w->ppp)
		ppp_auth_result(w->ppp, result);
}

static void on_authenticate(void *user, const struct auth_request *request)
{
	struct ppp_world *w = user;

	if (w->ticket || !memchr(request->user, 0, sizeof(request->user)))
		abort();
	w->ticket = auth_submit(w->auth, request, on_checked, w);
}

static uint32_t on_address(void *user, uint32_t fixed, uint32_t wish)
{
	(void)user;
	return fixed ? fixed : 0x0a000064 + !wish;
}

static void on_up(void *user, const struct ppp_result *result)
{
	struct ppp_world *w = user;

	if (!w->answered || !*result->user || !result->address || result->mtu < 64 || result->mtu > 1400)
		abort();
	w->up++;
}

static void on_down(void *user, const char *reason)
{
	struct ppp_world *w = user;

	if (!*reason || w->down++)
		abort();
}

static const struct ppp_ops ops = {
	.send = on_send, .authenticate = on_authenticate, .address = on_address, .up = on_up, .down = on_down,
};

/**
 * ppp_world_start - a link that has sent its first Configure-Request
 * @w: world
 * @methods: CONF_AUTH_* bits
 */
void ppp_world_start(struct ppp_world *w, unsigned int methods)
{
	/* the numbers of RFC 2759 section 9.2, as in the unit tests' dialogues */
	static const uint8_t bytes[] = {
		0x11, 0x11, 0x11, 0x11,
		0x5b, 0x5d, 0x7c, 0x7d, 0x7b, 0x3f, 0x2f, 0x3e, 0x3c, 0x2c, 0x60, 0x21, 0x32, 0x26, 0x26, 0x28,
	};

	memset(w, 0, sizeof(*w));
	input_quiet();
	fake_random_reset();
	fake_random_set(bytes, sizeof(bytes));
	w->conf.ppp = (struct conf_ppp){
		.auth = methods, .local_address = 0x0a000001, .dns = { 0x08080808 }, .dns_len = 1,
		.wins = { 0x08080809, 0x0808080a }, .wins_len = 2, .mtu = 1400,
		.echo_interval = 30, .echo_failures = 4,
	};
	w->auth = logins();
	w->ppp = ppp_new(&w->conf.ppp, 1400, &ops, w, &story);
	if (!w->auth || !w->ppp)
		abort();
	ppp_start(w->ppp);
}

/**
 * ppp_world_receive - the client sends a frame
 * @w: world
 * @protocol: PPP protocol number
 * @data: information field, borrowed
 * @len: bytes
 */
void ppp_world_receive(struct ppp_world *w, uint16_t protocol, const uint8_t *data, size_t len)
{
	uint8_t *copy = input_copy(data, len);

	ppp_receive(w->ppp, protocol, copy, len);
	free(copy);
}

/**
 * ppp_world_ack - the client acknowledges our last Configure-Request
 * @w: world
 * @protocol: PPP_PROTO_LCP or PPP_PROTO_IPCP
 */
void ppp_world_ack(struct ppp_world *w, uint16_t protocol)
{
	size_t which = protocol == PPP_PROTO_IPCP;

	if (w->requests_len[which])
		ppp_world_receive(w, protocol, w->requests[which], w->requests_len[which]);
}

static size_t response_md5(const struct ppp_world *w, const char *password, uint8_t *value)
{
	uint8_t text[1 + 32 + 64];
	size_t len = strlen(password);

	text[0] = w->challenge_id;
	memcpy(text + 1, password, len);
	memcpy(text + 1 + len, w->challenge, w->challenge_len);
	EVP_Q_digest(NULL, "MD5", NULL, text, 1 + len + w->challenge_len, value, NULL);
	return CHAP_MD5_RESPONSE_LEN;
}

static size_t response_mschapv2(const struct ppp_world *w, const char *password, uint8_t *value)
{
	struct mschapv2_login login = { .user = USER };
	uint8_t hash[MSCHAPV2_HASH_LEN];

	memcpy(login.challenge, w->challenge, sizeof(login.challenge));
	memset(login.peer_challenge, 0x42, sizeof(login.peer_challenge));
	memset(value, 0, CHAP_MSCHAPV2_RESPONSE_LEN);
	memcpy(value, login.peer_challenge, sizeof(login.peer_challenge));
	mschapv2_nt_hash(arithmetic(), password, hash);
	mschapv2_nt_response(arithmetic(), &login, hash, value + 24);
	return CHAP_MSCHAPV2_RESPONSE_LEN;
}

static void login_pap(struct ppp_world *w, const char *password)
{
	uint8_t packet[64] = { 1, 1, 0 };
	struct wbuf b;

	wbuf_init(&b, packet, sizeof(packet));
	b.len = 4;
	wbuf_u8(&b, strlen(USER));
	wbuf_bytes(&b, USER, strlen(USER));
	wbuf_u8(&b, strlen(password));
	wbuf_bytes(&b, password, strlen(password));
	packet[3] = b.len;
	ppp_world_receive(w, PPP_PROTO_PAP, packet, b.len);
}

/**
 * ppp_world_login - the client logs in, by CHAP if it was challenged, else by PAP
 * @w: world
 * @right: with the right password
 */
void ppp_world_login(struct ppp_world *w, bool right)
{
	const char *password = right ? PASSWORD : "guess";
	uint8_t packet[128] = { CHAP_CODE_RESPONSE, w->challenge_id };
	size_t len;

	if (!w->challenge_len) {
		login_pap(w, password);
		return;
	}
	len = w->conf.ppp.auth & CONF_AUTH_MSCHAPV2 && w->challenge_len == MSCHAPV2_CHALLENGE_LEN ?
	      response_mschapv2(w, password, packet + 5) : response_md5(w, password, packet + 5);
	packet[4] = len;
	memcpy(packet + 5 + len, USER, strlen(USER));
	packet[3] = 5 + len + strlen(USER);
	ppp_world_receive(w, PPP_PROTO_CHAP, packet, packet[3]);
}

/**
 * ppp_world_end - the link is freed; no timer may be left
 * @w: world
 */
void ppp_world_end(struct ppp_world *w)
{
	ppp_free(w->ppp);
	w->ppp = NULL;
	if (w->ticket)
		auth_cancel(w->ticket);
	if (fake_clock_pending())
		abort();
}
