/* SPDX-License-Identifier: MIT */
/*
 * The phases of a link (RFC 1661 section 3): what LCP, authentication and IPCP
 * tell ppp.c, and what they ask it for.
 */
#ifndef L2TPSEC_PPP_PHASE_H
#define L2TPSEC_PPP_PHASE_H

#include <stdarg.h>

#include "ppp/fsm.h"
#include "ppp/ppp.h"

void phase_enter(struct ppp *ppp);
void phase_leave(struct ppp *ppp);

void phase_send(struct ppp *ppp, uint16_t protocol, const uint8_t *packet, size_t len);
void phase_debug(const struct ppp *ppp, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void phase_fail(struct ppp *ppp, enum stage stage, enum windows_error shown, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

void phase_lcp_up(struct ppp *ppp);
void phase_lcp_down(struct ppp *ppp);
void phase_lcp_finished(struct ppp *ppp);
void phase_lcp_terminated(struct ppp *ppp, const uint8_t *data, size_t len);
void phase_protocol_rejected(struct ppp *ppp, uint16_t protocol);

bool phase_auth_busy(const struct ppp *ppp);
void phase_authenticate(struct ppp *ppp, const struct auth_request *request);

uint32_t phase_address(struct ppp *ppp, uint32_t wish);
void phase_ipcp_up(struct ppp *ppp);
void phase_ipcp_unanswered(struct ppp *ppp);
void phase_ipcp_finished(struct ppp *ppp);
void phase_ipcp_terminated(struct ppp *ppp, const uint8_t *data, size_t len);

#endif
