// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/addr.h"
#include "core/clock.h"
#include "ppp/ccp.h"
#include "ppp/chap.h"
#include "ppp/ending.h"
#include "ppp/ipcp.h"
#include "ppp/lcp.h"
#include "ppp/pap.h"
#include "ppp/phase.h"
#include "ppp/wire.h"

/** enum phase - RFC 1661 section 3.2 */
enum phase {
	PHASE_DEAD,
	PHASE_ESTABLISH,
	PHASE_AUTHENTICATE,
	PHASE_NETWORK,
	PHASE_TERMINATE,
};

/**
 * struct ppp - one link
 * @ops: surroundings
 * @user: for @ops
 * @story: for log lines, borrowed until ppp_free()
 * @last_story: what @story points to after ppp_free() inside a callback
 * @mtu: cap of what we send
 * @echo_interval: milliseconds of silence before an Echo-Request, 0 = never
 * @echo_failures: unanswered ones before the peer counts as dead
 * @phase: where the link is; changed by set_phase() only
 * @stage: how far it came, for ppp_stage(); stays when the link ends
 * @depth: calls into the engine that have not returned; callbacks may call in again
 * @freed: ppp_free() was called meanwhile
 * @ended: ops.down() is due
 * @told_down: ops.down() was called
 * @told_up: ops.up() was called, with @result
 * @result: what was negotiated
 * @reason: for ops.down()
 * @lcp: LCP
 * @chap: CHAP
 * @pap: PAP
 * @ipcp: IPCP
 * @echo_timer: fires after silence
 * @heard: when something last came from the peer, milliseconds
 * @echoes: Echo-Requests sent since
 * @awaiting: ops.authenticate() is not answered yet
 * @stale: that answer belongs to a login which LCP has ended since
 * @login: user name that is being checked
 * @network_heard: the client has sent something that belongs after the login
 * @fixed: that user's own address, host order, 0 = none
 */
struct ppp {
	struct ppp_ops ops;
	void *user;
	struct story *story;
	struct story last_story;
	unsigned int mtu;
	uint64_t echo_interval;
	unsigned int echo_failures;
	enum phase phase;
	enum stage stage;
	unsigned int depth;
	bool freed;
	bool ended;
	bool told_down;
	bool told_up;
	struct ppp_result result;
	char reason[256];
	struct lcp lcp;
	struct chap chap;
	struct pap pap;
	struct ipcp ipcp;
	struct timer echo_timer;
	uint64_t heard;
	unsigned int echoes;
	bool awaiting;
	bool stale;
	char login[256];
	bool network_heard;
	uint32_t fixed;
};

static const char *const phase_names[] = {
	[PHASE_DEAD] = "dead",
	[PHASE_ESTABLISH] = "establish",
	[PHASE_AUTHENTICATE] = "authenticate",
	[PHASE_NETWORK] = "network",
	[PHASE_TERMINATE] = "terminate",
};

static void set_phase(struct ppp *ppp, enum phase phase)
{
	if (phase == ppp->phase)
		return;
	phase_debug(ppp, "phase %s -> %s", phase_names[ppp->phase], phase_names[phase]);
	ppp->phase = phase;
	if (ppp->told_up)
		return;
	if (phase == PHASE_ESTABLISH)
		ppp->stage = STAGE_LCP;
	else if (phase == PHASE_AUTHENTICATE)
		ppp->stage = STAGE_AUTH;
	else if (phase == PHASE_NETWORK)
		ppp->stage = STAGE_IPCP;
}

static void stop_all(struct ppp *ppp)
{
	timer_stop(&ppp->echo_timer);
	chap_stop(&ppp->chap);
	pap_stop(&ppp->pap);
	ipcp_stop(&ppp->ipcp);
	lcp_stop(&ppp->lcp);
}

static void destroy(struct ppp *ppp)
{
	stop_all(ppp);
	free(ppp);
}

/**
 * phase_enter - a call into the engine begins
 * @ppp: link; stays valid until the matching phase_leave()
 */
void phase_enter(struct ppp *ppp)
{
	ppp->depth++;
}

/**
 * phase_leave - the call ends: the outermost one tells that the link ended, and frees it when asked to meanwhile
 * @ppp: link; may be gone afterwards
 */
void phase_leave(struct ppp *ppp)
{
	if (ppp->depth == 1 && ppp->ended && !ppp->told_down && !ppp->freed) {
		ppp->told_down = true;
		stop_all(ppp);
		ppp->ops.down(ppp->user, ppp->reason);
	}
	if (--ppp->depth == 0 && ppp->freed)
		destroy(ppp);
}

/**
 * phase_send - send a packet; the only place that does
 * @ppp: link
 * @protocol: PPP protocol number
 * @packet: packet, borrowed
 * @len: its length
 */
void phase_send(struct ppp *ppp, uint16_t protocol, const uint8_t *packet, size_t len)
{
	if (!ppp->told_down && !ppp->freed)
		ppp->ops.send(ppp->user, protocol, packet, len);
}

/**
 * phase_debug - a line for who follows every step
 * @ppp: link
 * @fmt: printf format
 */
void phase_debug(const struct ppp *ppp, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	story_log(ppp->story, LOG_LEVEL_DEBUG, ppp->stage, "%s", text);
}

/* The first reason counts: what follows it are its consequences. */
static void terminate(struct ppp *ppp, const char *reason)
{
	if (ppp->phase == PHASE_TERMINATE || ppp->ended)
		return;
	snprintf(ppp->reason, sizeof(ppp->reason), "%s", reason);
	set_phase(ppp, PHASE_TERMINATE);
	if (ppp->lcp.fsm.state == FSM_INITIAL)
		ppp->ended = true;
	else
		lcp_close(&ppp->lcp);
}

/**
 * phase_fail - the link cannot go on: say why in one line, and end it
 * @ppp: link
 * @stage: where it failed
 * @shown: what a Windows user sees
 * @fmt: one phrase; printf format
 *
 * Once the session is up the reason only goes to ops.down(): that is an end, not a failed set-up.
 */
void phase_fail(struct ppp *ppp, enum stage stage, enum windows_error shown, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (ppp->phase == PHASE_TERMINATE || ppp->ended || ppp->freed)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!ppp->told_up)
		story_fail(ppp->story, stage, shown, "%s", text);
	terminate(ppp, text);
}

/* Silence is measured, not traffic counted: a busy session costs no echoes (RFC 1661 section 5.8). */
static void echo_due(void *arg)
{
	struct ppp *ppp = arg;
	uint64_t silent = clock_now_ms() - ppp->heard;

	phase_enter(ppp);
	if (silent < ppp->echo_interval) {
		timer_start(&ppp->echo_timer, ppp->echo_interval - silent);
	} else if (ppp->echoes >= ppp->echo_failures) {
		phase_fail(ppp, ppp->stage, WINDOWS_ERROR_NONE, "no answer to LCP echo");
	} else {
		ppp->echoes++;
		timer_start(&ppp->echo_timer, ppp->echo_interval);
		lcp_send_echo(&ppp->lcp);
	}
	phase_leave(ppp);
}

static void start_auth(struct ppp *ppp)
{
	if (ppp->lcp.method->protocol == PPP_PROTO_PAP)
		pap_start(&ppp->pap);
	else
		chap_start(&ppp->chap, ppp->lcp.method);
}

/**
 * phase_lcp_up - the link is established: the client has to log in
 * @ppp: link
 */
void phase_lcp_up(struct ppp *ppp)
{
	const struct lcp_peer *peer = &ppp->lcp.peer;

	story_log(ppp->story, LOG_LEVEL_INFO, STAGE_LCP, "link open, client's mru %u%s%s, login with %s",
		  peer->mru, peer->pfc ? ", pcomp" : "", peer->acfc ? ", accomp" : "", ppp->lcp.method->name);
	set_phase(ppp, PHASE_AUTHENTICATE);
	ppp->echoes = 0;
	if (ppp->echo_interval)
		timer_start(&ppp->echo_timer, ppp->echo_interval);
	start_auth(ppp);
}

/**
 * phase_lcp_down - the link is negotiated anew, or ends: login and IPCP are void
 * @ppp: link
 */
void phase_lcp_down(struct ppp *ppp)
{
	timer_stop(&ppp->echo_timer);
	chap_stop(&ppp->chap);
	pap_stop(&ppp->pap);
	ipcp_lower_down(&ppp->ipcp);
	ppp->stale = ppp->awaiting;
	if (ppp->phase != PHASE_TERMINATE && ppp->lcp.fsm.state != FSM_STOPPING)
		set_phase(ppp, PHASE_ESTABLISH);
}

/**
 * phase_lcp_finished - LCP is over: the peer agreed to end, or does not answer
 * @ppp: link
 */
void phase_lcp_finished(struct ppp *ppp)
{
	phase_fail(ppp, STAGE_LCP, WINDOWS_ERROR_NO_ANSWER, "client does not answer LCP");
	ppp->ended = true;
}

/**
 * phase_lcp_terminated - the client ends the link
 * @ppp: link
 * @data: data of its Terminate-Request
 * @len: its length
 */
void phase_lcp_terminated(struct ppp *ppp, const uint8_t *data, size_t len)
{
	char text[ENDING_TEXT_LEN];
	uint32_t error = 0;

	ending_windows_error(data, len, &error);
	phase_fail(ppp, ppp->stage, (enum windows_error)error, "%s", ending_print(data, len, text));
}

/**
 * phase_protocol_rejected - the client does not speak one of our protocols (RFC 1661 section 5.7)
 * @ppp: link
 * @protocol: which
 */
void phase_protocol_rejected(struct ppp *ppp, uint16_t protocol)
{
	if (protocol == PPP_PROTO_IPCP) {
		phase_fail(ppp, STAGE_IPCP, WINDOWS_ERROR_NO_PPP_PROTOCOL, "client refuses IPv4 (IPCP)");
		ipcp_rejected(&ppp->ipcp);
	} else if (protocol == ppp->lcp.method->protocol) {
		phase_fail(ppp, STAGE_AUTH, WINDOWS_ERROR_NO_PPP_PROTOCOL, "client refuses %s after agreeing to it",
			   ppp->lcp.method->name);
	}
}

/**
 * phase_auth_busy - may a login be checked now?
 * @ppp: link
 * Return: true while the back end owes the answer to an earlier one.
 */
bool phase_auth_busy(const struct ppp *ppp)
{
	return ppp->awaiting;
}

/**
 * phase_authenticate - have a login checked; ppp_auth_result() follows, in the call or later
 * @ppp: link, not busy
 * @request: what the client sent, borrowed
 */
void phase_authenticate(struct ppp *ppp, const struct auth_request *request)
{
	ppp->awaiting = true;
	ppp->stale = false;
	memcpy(ppp->login, request->user, sizeof(ppp->login));
	if (!ppp->freed)
		ppp->ops.authenticate(ppp->user, request);
}

static void logged_in(struct ppp *ppp, const struct auth_result *result)
{
	const struct method *m = ppp->lcp.method;

	if (ppp->told_up && strcmp(ppp->login, ppp->result.user)) {
		phase_fail(ppp, STAGE_AUTH, WINDOWS_ERROR_NONE, "client logged in anew as another user");
		return;
	}
	story_log(ppp->story, LOG_LEVEL_INFO, STAGE_AUTH, "logged in as \"%s\" with %s", ppp->login, m->name);
	ppp->fixed = result->has_address ? result->address : 0;
	ppp->network_heard = false;
	set_phase(ppp, PHASE_NETWORK);
	ipcp_open(&ppp->ipcp);
}

static void login_refused(struct ppp *ppp, const struct auth_result *result)
{
	const char *reason = result->reason ? result->reason : "login refused";
	bool names_user = strlen(reason) >= 4 && !strcmp(reason + strlen(reason) - 4, "user");

	phase_fail(ppp, STAGE_AUTH, WINDOWS_ERROR_AUTH, "%s%s \"%s\"", reason, names_user ? "" : " for user",
		   ppp->login);
}

/**
 * phase_address - an address for the client
 * @ppp: link, logged in
 * @wish: what the client asked for, host order, 0 = any
 * Return: the address, host order; 0 = none is free.
 */
uint32_t phase_address(struct ppp *ppp, uint32_t wish)
{
	return ppp->freed ? 0 : ppp->ops.address(ppp->user, ppp->fixed, wish);
}

static struct ppp_result negotiated(const struct ppp *ppp)
{
	const struct lcp_peer *peer = &ppp->lcp.peer;
	struct ppp_result r;

	memset(&r, 0, sizeof(r));
	memcpy(r.user, ppp->login, sizeof(r.user));
	r.address = ppp->ipcp.peer;
	r.tx_acfc = peer->acfc;
	r.tx_pfc = peer->pfc;
	r.mtu = peer->mru < ppp->mtu ? peer->mru : ppp->mtu;
	r.method = ppp->lcp.method->method;
	return r;
}

static bool same_result(const struct ppp_result *a, const struct ppp_result *b)
{
	return a->address == b->address && a->tx_acfc == b->tx_acfc && a->tx_pfc == b->tx_pfc && a->mtu == b->mtu;
}

/**
 * phase_ipcp_up - everything is negotiated: the session can carry data
 * @ppp: link
 *
 * A link that was negotiated anew while it was up goes on if nothing changed:
 * the session in the module is what it was.
 */
void phase_ipcp_up(struct ppp *ppp)
{
	struct ppp_result r = negotiated(ppp);
	struct addr a = addr_from_ipv4(r.address);
	char address[ADDR_STRLEN];

	if (ppp->freed)
		return;
	if (ppp->told_up) {
		if (!same_result(&r, &ppp->result))
			phase_fail(ppp, STAGE_IPCP, WINDOWS_ERROR_NONE, "client changed the link's options");
		return;
	}
	story_log(ppp->story, LOG_LEVEL_INFO, STAGE_IPCP, "address %s, mtu %u", addr_print(&a, address), r.mtu);
	ppp->result = r;
	ppp->told_up = true;
	ppp->stage = STAGE_UP;
	ppp->ops.up(ppp->user, &ppp->result);
}

/**
 * phase_ipcp_unanswered - a request of IPCP went unanswered
 * @ppp: link
 *
 * A lost CHAP Success may be the reason: many clients do not repeat their
 * Response and drop IPCP until they have seen one (RFC 1994 section 4.2).
 */
void phase_ipcp_unanswered(struct ppp *ppp)
{
	if (!ppp->network_heard)
		chap_repeat(&ppp->chap);
}

/**
 * phase_ipcp_finished - IPCP is over
 * @ppp: link
 */
void phase_ipcp_finished(struct ppp *ppp)
{
	phase_fail(ppp, STAGE_IPCP, WINDOWS_ERROR_NO_ANSWER, "client does not answer IPCP");
}

/**
 * phase_ipcp_terminated - the client ends IPCP, and with it all that the link is for
 * @ppp: link
 * @data: data of its Terminate-Request
 * @len: its length
 */
void phase_ipcp_terminated(struct ppp *ppp, const uint8_t *data, size_t len)
{
	phase_lcp_terminated(ppp, data, len);
}

static void receive_ccp(struct ppp *ppp, const struct packet *p, const uint8_t *data, size_t len)
{
	uint8_t storage[PPP_PACKET_MAX];
	struct wbuf reply;

	wbuf_init(&reply, storage, sizeof(storage));
	if (!ccp_refuse(p, &reply))
		lcp_reject_protocol(&ppp->lcp, PPP_PROTO_CCP, data, len);
	else if (reply.len)
		phase_send(ppp, PPP_PROTO_CCP, reply.data, reply.len);
}

static void receive_auth(struct ppp *ppp, uint16_t protocol, const struct packet *p)
{
	if (protocol != ppp->lcp.method->protocol)
		phase_debug(ppp, "login with a method that was not agreed on dropped");
	else if (protocol == PPP_PROTO_PAP)
		pap_input(&ppp->pap, p);
	else
		chap_input(&ppp->chap, p);
}

/* The client has logged in: what is not IPCP is refused at once, never passed over (RFC 1661 section 3.6). */
static void receive_network(struct ppp *ppp, uint16_t protocol, const struct packet *p,
			    const uint8_t *data, size_t len)
{
	ppp->network_heard = true;
	switch (protocol) {
	case PPP_PROTO_IPCP:
		ipcp_input(&ppp->ipcp, p);
		break;
	case PPP_PROTO_CCP:
		receive_ccp(ppp, p, data, len);
		break;
	case PPP_PROTO_IPV4:
	case PPP_PROTO_IPV6:
		break;
	default:
		phase_debug(ppp, "protocol 0x%04x refused", protocol);
		lcp_reject_protocol(&ppp->lcp, protocol, data, len);
	}
}

static bool has_packets(uint16_t protocol)
{
	return protocol == PPP_PROTO_LCP || protocol == PPP_PROTO_PAP || protocol == PPP_PROTO_CHAP ||
	       protocol == PPP_PROTO_IPCP || protocol == PPP_PROTO_CCP;
}

/* Which protocols are listened to in which phase: RFC 1661 sections 3.4 to 3.7. */
static void dispatch(struct ppp *ppp, uint16_t protocol, const uint8_t *data, size_t len)
{
	struct packet p = { 0 };

	if (has_packets(protocol) && !packet_parse(&p, data, len)) {
		phase_debug(ppp, "packet of protocol 0x%04x is cut short, dropped", protocol);
		return;
	}
	if (protocol == PPP_PROTO_LCP)
		lcp_input(&ppp->lcp, &p);
	else if (ppp->phase != PHASE_AUTHENTICATE && ppp->phase != PHASE_NETWORK)
		return;
	else if (protocol == PPP_PROTO_PAP || protocol == PPP_PROTO_CHAP)
		receive_auth(ppp, protocol, &p);
	else if (ppp->phase == PHASE_NETWORK)
		receive_network(ppp, protocol, &p, data, len);
}

/**
 * ppp_new - a link, silent until ppp_start()
 * @conf: copied as far as it is needed
 * @mru: largest inner packet that we ask the client to send
 * @ops: surroundings, copied
 * @user: for @ops
 * @story: for log lines, borrowed until ppp_free()
 * Return: the link, NULL without memory.
 */
struct ppp *ppp_new(const struct conf_ppp *conf, unsigned int mru, const struct ppp_ops *ops, void *user,
		    struct story *story)
{
	struct ppp *ppp = calloc(1, sizeof(*ppp));

	if (!ppp)
		return NULL;
	ppp->ops = *ops;
	ppp->user = user;
	ppp->story = story;
	ppp->mtu = conf->mtu;
	ppp->echo_interval = (uint64_t)conf->echo_interval * 1000;
	ppp->echo_failures = conf->echo_failures;
	ppp->stage = STAGE_LCP;
	timer_init(&ppp->echo_timer, echo_due, ppp);
	lcp_init(&ppp->lcp, ppp, conf->auth ? conf->auth : CONF_AUTH_MSCHAPV2, mru);
	chap_init(&ppp->chap, ppp);
	pap_init(&ppp->pap, ppp);
	ipcp_init(&ppp->ipcp, ppp, conf);
	return ppp;
}

/**
 * ppp_start - the layer below is up: send the first Configure-Request
 * @ppp: link
 */
void ppp_start(struct ppp *ppp)
{
	phase_enter(ppp);
	set_phase(ppp, PHASE_ESTABLISH);
	lcp_open(&ppp->lcp);
	phase_leave(ppp);
}

/**
 * ppp_receive - a frame came
 * @ppp: link
 * @protocol: PPP protocol number
 * @data: information field, borrowed
 * @len: its length
 */
void ppp_receive(struct ppp *ppp, uint16_t protocol, const uint8_t *data, size_t len)
{
	if (ppp->told_down || ppp->phase == PHASE_DEAD)
		return;
	ppp_traffic(ppp);
	phase_enter(ppp);
	dispatch(ppp, protocol, data, len);
	phase_leave(ppp);
}

/**
 * ppp_auth_result - the answer to ops.authenticate()
 * @ppp: link; an answer that nobody waits for any more is passed over
 * @result: the answer, borrowed
 */
void ppp_auth_result(struct ppp *ppp, const struct auth_result *result)
{
	bool wanted = ppp->awaiting && !ppp->stale && ppp->phase == PHASE_AUTHENTICATE;

	ppp->awaiting = false;
	ppp->stale = false;
	if (!wanted)
		return;
	phase_enter(ppp);
	if (ppp->lcp.method->protocol == PPP_PROTO_PAP)
		pap_answer(&ppp->pap, result);
	else
		chap_answer(&ppp->chap, result);
	if (result->ok)
		logged_in(ppp, result);
	else
		login_refused(ppp, result);
	phase_leave(ppp);
}

/**
 * ppp_close - end the link in order: Terminate-Request, and ops.down() within two seconds or in the call
 * @ppp: link
 * @reason: one phrase, copied
 */
void ppp_close(struct ppp *ppp, const char *reason)
{
	phase_enter(ppp);
	terminate(ppp, reason);
	phase_leave(ppp);
}

/**
 * ppp_traffic - data came from the peer: it is alive
 * @ppp: link
 */
void ppp_traffic(struct ppp *ppp)
{
	ppp->heard = clock_now_ms();
	ppp->echoes = 0;
}

/**
 * ppp_stage - how far the link came
 * @ppp: link
 * Return: STAGE_LCP, STAGE_AUTH, STAGE_IPCP or STAGE_UP; stays when the link ends.
 */
enum stage ppp_stage(const struct ppp *ppp)
{
	return ppp->stage;
}

/**
 * ppp_reason - why a link is ending whose ops.down() is still to come
 * @ppp: link
 * Return: one phrase, empty if it is not ending; valid until ppp_free().
 */
const char *ppp_reason(const struct ppp *ppp)
{
	return ppp->phase == PHASE_TERMINATE ? ppp->reason : "";
}

/**
 * ppp_free - forget a link at once: nothing is sent, ops.down() is not called
 * @ppp: link, or NULL; may be called inside any callback
 */
void ppp_free(struct ppp *ppp)
{
	if (!ppp)
		return;
	stop_all(ppp);
	if (!ppp->depth) {
		destroy(ppp);
		return;
	}
	ppp->freed = true;
	ppp->last_story = *ppp->story;
	ppp->story = &ppp->last_story;
}
