/* SPDX-License-Identifier: MIT */
/* A client for the gateway on the bench: IKE, L2TP and PPP, one step at a time. */
#ifndef L2TPSEC_TESTS_GATEWAY_GATEWAY_CLIENT_H
#define L2TPSEC_TESTS_GATEWAY_GATEWAY_CLIENT_H

#include "gateway_bench.h"
#include "ike_initiator.h"

/**
 * struct gateway_client - a client
 * @b: bench
 * @ike: its IKE
 * @quick: its Quick Mode
 * @lineage: of its SAs
 * @spi: of the gateway's inbound SA
 * @tunnel: the gateway's tunnel id
 * @session: the gateway's session id
 * @ns: of its next L2TP message
 * @nr: of the gateway's next one
 * @last: last frame of the gateway's
 * @data: its bytes
 * @ipcp: frames of IPCP that the gateway sent
 */
struct gateway_client {
	struct gateway_bench *b;
	struct initiator ike;
	struct initiator_quick quick;
	uint32_t lineage;
	uint32_t spi;
	uint16_t tunnel;
	uint16_t session;
	uint16_t ns;
	uint16_t nr;
	struct plane_frame last;
	uint8_t data[2048];
	unsigned int ipcp;
};

void gateway_client_init(struct gateway_client *c, struct gateway_bench *b, const char *address);
bool gateway_client_phase1(struct gateway_client *c);
bool gateway_client_phase2(struct gateway_client *c);
bool gateway_client_phase2_after(struct gateway_client *c, unsigned int ms);
void gateway_client_l2tp(struct gateway_client *c, const void *msg, size_t len);
bool gateway_client_tunnel(struct gateway_client *c);
bool gateway_client_session(struct gateway_client *c);
void gateway_client_ppp(struct gateway_client *c, uint16_t protocol, const void *data, size_t len);
bool gateway_client_lcp(struct gateway_client *c);
bool gateway_client_login(struct gateway_client *c, const char *user, const char *password);
bool gateway_client_ipcp(struct gateway_client *c);
bool gateway_client_connect(struct gateway_client *c, const char *user, const char *password);
void gateway_client_free(struct gateway_client *c);

#endif
