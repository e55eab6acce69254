// SPDX-License-Identifier: MIT
#include <string.h>

#include "core/addr.h"
#include "ppp/ipcp.h"
#include "ppp/phase.h"
#include "ppp/wire.h"

/* IP-Address, RFC 1332 section 3.3: never rejected, or Windows gives up with error 738 */

static bool assign(struct ipcp *c, uint32_t wish)
{
	if (!c->peer)
		c->peer = phase_address(c->ppp, wish);
	if (!c->peer)
		phase_fail(c->ppp, STAGE_IPCP, WINDOWS_ERROR_NO_ADDRESS, "no address is free for this client");
	return c->peer;
}

static enum option_verdict address_check(void *owner, const struct option *o, struct wbuf *nak)
{
	uint32_t wish = packet_option_u32(o);
	struct ipcp *c = owner;

	if (!assign(c, wish))
		return OPTION_STOP;
	if (wish == c->peer)
		return OPTION_ACK;
	wbuf_u32(nak, c->peer);
	return OPTION_NAK;
}

static enum option_verdict address_missing(void *owner, struct wbuf *nak)
{
	struct ipcp *c = owner;

	if (!assign(c, 0))
		return OPTION_STOP;
	wbuf_u32(nak, c->peer);
	return OPTION_NAK;
}

static bool address_build(void *owner, struct wbuf *value)
{
	struct ipcp *c = owner;

	wbuf_u32(value, c->local);
	return c->local;
}

/* What our address is, we know; a client that does not agree meets Max-Failure. */
static bool address_nak(void *owner, const struct option *o)
{
	(void)owner;
	(void)o;
	return true;
}

static bool address_reject(void *owner)
{
	((struct ipcp *)owner)->local = 0;
	return true;
}

/* Name servers, RFC 1877 section 1 */

static enum option_verdict check_server(const uint32_t *servers, size_t len, size_t index,
					const struct option *o, struct wbuf *nak)
{
	if (index >= len)
		return OPTION_REJECT;
	if (packet_option_u32(o) == servers[index])
		return OPTION_ACK;
	wbuf_u32(nak, servers[index]);
	return OPTION_NAK;
}

static enum option_verdict dns1_check(void *owner, const struct option *o, struct wbuf *nak)
{
	struct ipcp *c = owner;

	return check_server(c->dns, c->dns_len, 0, o, nak);
}

static enum option_verdict dns2_check(void *owner, const struct option *o, struct wbuf *nak)
{
	struct ipcp *c = owner;

	return check_server(c->dns, c->dns_len, 1, o, nak);
}

static enum option_verdict wins1_check(void *owner, const struct option *o, struct wbuf *nak)
{
	struct ipcp *c = owner;

	return check_server(c->wins, c->wins_len, 0, o, nak);
}

static enum option_verdict wins2_check(void *owner, const struct option *o, struct wbuf *nak)
{
	struct ipcp *c = owner;

	return check_server(c->wins, c->wins_len, 1, o, nak);
}

/* Everything else is rejected: VJ compression (RFC 1332 section 4), IP-Addresses, Mobile IPv4. */
static const struct option_row rows[] = {
	{ .type = IPCP_OPT_ADDRESS, .name = "address", .min = 4, .max = 4, .insist = true,
	  .check = address_check, .missing = address_missing,
	  .build = address_build, .nak = address_nak, .reject = address_reject },
	{ .type = IPCP_OPT_DNS1, .name = "dns 1", .min = 4, .max = 4, .check = dns1_check },
	{ .type = IPCP_OPT_WINS1, .name = "wins 1", .min = 4, .max = 4, .check = wins1_check },
	{ .type = IPCP_OPT_DNS2, .name = "dns 2", .min = 4, .max = 4, .check = dns2_check },
	{ .type = IPCP_OPT_WINS2, .name = "wins 2", .min = 4, .max = 4, .check = wins2_check },
};

static void send_packet(void *owner, const uint8_t *packet, size_t len)
{
	phase_send(((struct ipcp *)owner)->ppp, PPP_PROTO_IPCP, packet, len);
}

static void up(void *owner)
{
	phase_ipcp_up(((struct ipcp *)owner)->ppp);
}

static void finished(void *owner)
{
	phase_ipcp_finished(((struct ipcp *)owner)->ppp);
}

static void moved(void *owner, enum fsm_state from, enum fsm_state to)
{
	phase_debug(((struct ipcp *)owner)->ppp, "IPCP %s -> %s", fsm_state_name(from), fsm_state_name(to));
}

static void expired(void *owner)
{
	struct ipcp *c = owner;

	phase_enter(c->ppp);
	phase_ipcp_unanswered(c->ppp);
	fsm_expired(&c->fsm);
	phase_leave(c->ppp);
}

static void terminated(void *owner, const uint8_t *data, size_t len)
{
	phase_ipcp_terminated(((struct ipcp *)owner)->ppp, data, len);
}

static void stuck(void *owner, const char *why)
{
	char address[ADDR_STRLEN];
	struct ipcp *c = owner;
	struct addr a = addr_from_ipv4(c->peer);

	phase_fail(c->ppp, STAGE_IPCP, WINDOWS_ERROR_NO_ADDRESS, "%s; its address here is %s", why,
		   addr_print(&a, address));
}

static const struct fsm_ops ops = {
	.name = "IPCP",
	.options = { rows, sizeof(rows) / sizeof(rows[0]) },
	.send = send_packet,
	.up = up,
	.finished = finished,
	.moved = moved,
	.expired = expired,
	.terminated = terminated,
	.stuck = stuck,
};

/**
 * ipcp_init - set up, silent
 * @c: IPCP
 * @ppp: its link
 * @conf: addresses to tell, copied
 */
void ipcp_init(struct ipcp *c, struct ppp *ppp, const struct conf_ppp *conf)
{
	memset(c, 0, sizeof(*c));
	c->ppp = ppp;
	c->local = conf->local_address;
	c->dns_len = conf->dns_len;
	c->wins_len = conf->wins_len;
	memcpy(c->dns, conf->dns, sizeof(c->dns));
	memcpy(c->wins, conf->wins, sizeof(c->wins));
	fsm_init(&c->fsm, &ops, c);
}

/**
 * ipcp_open - begin to negotiate: the client has logged in
 * @c: IPCP
 */
void ipcp_open(struct ipcp *c)
{
	fsm_event(&c->fsm, FSM_OPEN);
	fsm_event(&c->fsm, FSM_UP);
}

/**
 * ipcp_lower_down - LCP went down: wait for the next ipcp_open()
 * @c: IPCP
 */
void ipcp_lower_down(struct ipcp *c)
{
	fsm_event(&c->fsm, FSM_DOWN);
}

/**
 * ipcp_rejected - the client speaks no IPCP (RFC 1661 section 5.7)
 * @c: IPCP
 */
void ipcp_rejected(struct ipcp *c)
{
	fsm_event(&c->fsm, FSM_RXJ_MINUS);
}

/**
 * ipcp_input - an IPCP packet came
 * @c: IPCP
 * @p: packet; dropped before the client has logged in
 */
void ipcp_input(struct ipcp *c, const struct packet *p)
{
	fsm_input(&c->fsm, p);
}

/**
 * ipcp_stop - fall silent at once
 * @c: IPCP
 */
void ipcp_stop(struct ipcp *c)
{
	fsm_stop(&c->fsm);
}
