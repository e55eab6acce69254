/* SPDX-License-Identifier: MIT */
/* CHAP, the authenticator's side: MD5 (RFC 1994) and MS-CHAPv2 (RFC 2759). */
#ifndef L2TPSEC_PPP_CHAP_H
#define L2TPSEC_PPP_CHAP_H

#include "core/clock.h"
#include "ppp/method.h"
#include "ppp/wire.h"

struct ppp;

/** enum chap_state - one login */
enum chap_state {
	CHAP_IDLE,	/* not started */
	CHAP_CHALLENGED,	/* repeating the challenge until a Response comes */
	CHAP_CHECKING,	/* the back end has the Response */
	CHAP_ANSWERED,	/* Success or Failure sent; sent again for a repeated Response */
};

/**
 * struct chap - CHAP of one link
 * @ppp: the link
 * @state: where it is
 * @method: MD5 or MS-CHAPv2
 * @timer: repeats the challenge
 * @tries: challenges sent
 * @id: identifier of the challenge
 * @challenge: its value
 * @reply: Success or Failure
 * @reply_len: its length
 */
struct chap {
	struct ppp *ppp;
	enum chap_state state;
	const struct method *method;
	struct timer timer;
	unsigned int tries;
	uint8_t id;
	uint8_t challenge[CHAP_CHALLENGE_LEN];
	uint8_t reply[128];
	size_t reply_len;
};

void chap_init(struct chap *c, struct ppp *ppp);
void chap_start(struct chap *c, const struct method *method);
void chap_input(struct chap *c, const struct packet *p);
void chap_answer(struct chap *c, const struct auth_result *result);
void chap_repeat(struct chap *c);
void chap_stop(struct chap *c);

#endif
