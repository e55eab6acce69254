/* SPDX-License-Identifier: MIT */
/* IPCP: the client's address, name servers and WINS servers (RFC 1332, RFC 1877). */
#ifndef L2TPSEC_PPP_IPCP_H
#define L2TPSEC_PPP_IPCP_H

#include "conf/conf.h"
#include "ppp/fsm.h"

struct ppp;

/**
 * struct ipcp - IPCP of one link
 * @ppp: the link
 * @fsm: its automaton
 * @local: our address, host order, 0 = not told
 * @dns: name servers, host order
 * @dns_len: how many
 * @wins: WINS servers, host order
 * @wins_len: how many
 * @peer: the client's address, host order, 0 = not assigned yet
 */
struct ipcp {
	struct ppp *ppp;
	struct fsm fsm;
	uint32_t local;
	uint32_t dns[CONF_MAX_DNS];
	size_t dns_len;
	uint32_t wins[CONF_MAX_DNS];
	size_t wins_len;
	uint32_t peer;
};

void ipcp_init(struct ipcp *c, struct ppp *ppp, const struct conf_ppp *conf);
void ipcp_open(struct ipcp *c);
void ipcp_lower_down(struct ipcp *c);
void ipcp_rejected(struct ipcp *c);
void ipcp_input(struct ipcp *c, const struct packet *p);
void ipcp_stop(struct ipcp *c);

#endif
