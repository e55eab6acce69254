/* SPDX-License-Identifier: MIT */
/* PAP, the authenticator's side (RFC 1334). */
#ifndef L2TPSEC_PPP_PAP_H
#define L2TPSEC_PPP_PAP_H

#include "core/clock.h"
#include "ppp/method.h"

struct ppp;

/** enum pap_state - one login */
enum pap_state {
	PAP_IDLE,	/* not started */
	PAP_LISTENING,	/* the client has to send its name and password */
	PAP_CHECKING,	/* the back end has them */
	PAP_ANSWERED,	/* Ack or Nak sent; sent again for a repeated request */
};

/**
 * struct pap - PAP of one link
 * @ppp: the link
 * @state: where it is
 * @timer: ends the wait for a login
 * @id: identifier of the request that is being checked
 * @ok: how it was answered
 */
struct pap {
	struct ppp *ppp;
	enum pap_state state;
	struct timer timer;
	uint8_t id;
	bool ok;
};

void pap_init(struct pap *a, struct ppp *ppp);
void pap_start(struct pap *a);
void pap_input(struct pap *a, const struct packet *p);
void pap_answer(struct pap *a, const struct auth_result *result);
void pap_stop(struct pap *a);

#endif
