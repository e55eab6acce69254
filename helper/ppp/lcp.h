/* SPDX-License-Identifier: MIT */
/* LCP: the link's options, echoes, rejects (RFC 1661, RFC 1570 Identification). */
#ifndef L2TPSEC_PPP_LCP_H
#define L2TPSEC_PPP_LCP_H

#include "ppp/fsm.h"
#include "ppp/method.h"

struct ppp;

/**
 * struct lcp_peer - what the peer's last Configure-Request asked for
 * @mru: largest packet it takes
 * @magic: its magic number, 0 = none
 * @pfc: it takes one-byte protocol fields
 * @acfc: it takes frames without address and control fields
 */
struct lcp_peer {
	unsigned int mru;
	uint32_t magic;
	bool pfc;
	bool acfc;
};

/**
 * struct lcp - LCP of one link
 * @ppp: the link
 * @fsm: its automaton
 * @methods: CONF_AUTH_* bits that we accept
 * @refused: bits of @methods that the client did not take
 * @method: what we ask for
 * @mru: what we ask for
 * @want_mru: still asking
 * @want_magic: still asking
 * @want_pfc: still asking
 * @want_acfc: still asking
 * @magic: our magic number
 * @loops: times we met it in a request of the peer
 * @peer: the peer's wishes
 * @identified: Identification lines logged
 */
struct lcp {
	struct ppp *ppp;
	struct fsm fsm;
	unsigned int methods;
	unsigned int refused;
	const struct method *method;
	unsigned int mru;
	bool want_mru;
	bool want_magic;
	bool want_pfc;
	bool want_acfc;
	uint32_t magic;
	unsigned int loops;
	struct lcp_peer peer;
	unsigned int identified;
};

void lcp_init(struct lcp *l, struct ppp *ppp, unsigned int methods, unsigned int mru);
void lcp_open(struct lcp *l);
void lcp_close(struct lcp *l);
void lcp_input(struct lcp *l, const struct packet *p);
void lcp_send_echo(struct lcp *l);
void lcp_reject_protocol(struct lcp *l, uint16_t protocol, const uint8_t *data, size_t len);
void lcp_stop(struct lcp *l);

#endif
