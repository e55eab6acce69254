/* SPDX-License-Identifier: MIT */
/*
 * The PPP engine: one struct ppp per session; LCP, authentication of the peer, IPCP,
 * and a polite refusal of everything else (RFC 1661, 1994, 1334, 2759, 1332, 1877).
 * It knows no L2TP: frames go in and out through struct ppp_ops.
 */
#ifndef L2TPSEC_PPP_PPP_H
#define L2TPSEC_PPP_PPP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"
#include "conf/conf.h"
#include "core/log.h"

struct ppp;

/**
 * struct ppp_result - what was negotiated
 * @user: user name
 * @address: the peer's address, host order
 * @tx_acfc: the peer takes frames without address and control fields
 * @tx_pfc: the peer takes one-byte protocol fields
 * @mtu: largest inner packet that we send: the smaller of the peer's MRU and our own cap
 * @method: how the peer proved who it is
 */
struct ppp_result {
	char user[256];
	uint32_t address;
	bool tx_acfc;
	bool tx_pfc;
	unsigned int mtu;
	enum auth_method method;
};

/**
 * struct ppp_ops - what the engine asks of its surroundings; @user as given to ppp_new()
 * @send: send one PPP frame; @data is the information field, borrowed
 * @authenticate: check a login; answer with ppp_auth_result(), in the call or later
 * @address: an address for this user, host order, 0 = none is free; @fixed is the user's own or 0,
 *	     @wish is what the peer asked for or 0; asked once
 * @up: IPCP opened
 * @down: PPP ended; @reason is one phrase; called once; ppp_free() may be called inside
 */
struct ppp_ops {
	void (*send)(void *user, uint16_t protocol, const uint8_t *data, size_t len);
	void (*authenticate)(void *user, const struct auth_request *request);
	uint32_t (*address)(void *user, uint32_t fixed, uint32_t wish);
	void (*up)(void *user, const struct ppp_result *result);
	void (*down)(void *user, const char *reason);
};

struct ppp *ppp_new(const struct conf_ppp *conf, unsigned int mru, const struct ppp_ops *ops, void *user,
		    struct story *story);
void ppp_start(struct ppp *ppp);
void ppp_receive(struct ppp *ppp, uint16_t protocol, const uint8_t *data, size_t len);
void ppp_auth_result(struct ppp *ppp, const struct auth_result *result);
void ppp_close(struct ppp *ppp, const char *reason);
void ppp_traffic(struct ppp *ppp);
enum stage ppp_stage(const struct ppp *ppp);
const char *ppp_reason(const struct ppp *ppp);
void ppp_free(struct ppp *ppp);

#endif
