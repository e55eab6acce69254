/* SPDX-License-Identifier: MIT */
/* The surroundings of a PPP link for fuzz targets: real local logins, and what must hold whatever comes in. */
#ifndef L2TPSEC_TESTS_FUZZ_PPP_WORLD_H
#define L2TPSEC_TESTS_FUZZ_PPP_WORLD_H

#include "auth/auth.h"
#include "auth/mschapv2.h"
#include "ppp/ppp.h"

/**
 * struct ppp_world - one link and what it has done
 * @conf: configuration
 * @ppp: link
 * @auth: logins
 * @ticket: the one that is being checked
 * @answered: the link knows that the last login was right
 * @up: ops.up() came
 * @down: ops.down() came
 * @requests: our last Configure-Request of LCP and IPCP, Acks in the making
 * @requests_len: bytes
 * @challenge: our last CHAP Challenge
 * @challenge_id: its identifier
 * @challenge_len: bytes of @challenge
 */
struct ppp_world {
	struct conf conf;
	struct ppp *ppp;
	struct auth *auth;
	struct auth_ticket *ticket;
	bool answered;
	unsigned int up;
	unsigned int down;
	uint8_t requests[2][512];
	size_t requests_len[2];
	uint8_t challenge[64];
	uint8_t challenge_id;
	size_t challenge_len;
};

void ppp_world_start(struct ppp_world *w, unsigned int methods);
void ppp_world_receive(struct ppp_world *w, uint16_t protocol, const uint8_t *data, size_t len);
void ppp_world_ack(struct ppp_world *w, uint16_t protocol);
void ppp_world_login(struct ppp_world *w, bool right);
void ppp_world_end(struct ppp_world *w);

#endif
