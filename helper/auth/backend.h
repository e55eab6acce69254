/* SPDX-License-Identifier: MIT */
/* What a back end is to auth.c: it takes a ticket and answers it, in the call or any time later. */
#ifndef L2TPSEC_AUTH_BACKEND_H
#define L2TPSEC_AUTH_BACKEND_H

#include "auth/auth.h"

/**
 * struct auth_backend - one kind of back end
 * @check: look at a request; auth_answer() follows, in the call or later, unless @cancel comes first; the request
 *	   is borrowed for the call
 * @cancel: nobody waits for this ticket any more; NULL where every answer is given in the call
 * @reload: the configuration was replaced
 * @free: free @impl
 *
 * @impl is what the back end's constructor gave to auth_new().
 */
struct auth_backend {
	void (*check)(void *impl, const struct auth_request *request, struct auth_ticket *ticket);
	void (*cancel)(void *impl, struct auth_ticket *ticket);
	void (*reload)(void *impl, const struct conf *conf);
	void (*free)(void *impl);
};

struct auth *auth_new(const struct auth_backend *backend, void *impl);
void auth_answer(struct auth_ticket *ticket, const struct auth_result *result);

#endif
