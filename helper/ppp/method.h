/* SPDX-License-Identifier: MIT */
/* Authentication methods as LCP negotiates them: one row each. */
#ifndef L2TPSEC_PPP_METHOD_H
#define L2TPSEC_PPP_METHOD_H

#include "auth/auth.h"
#include "ppp/packet.h"

#define METHOD_TEXT_LEN	64

/**
 * struct method - one method
 * @method: which
 * @conf: its CONF_AUTH_* bit
 * @name: as the configuration and log lines write it
 * @protocol: PPP protocol number
 * @algorithm: CHAP algorithm, 0 with PAP
 */
struct method {
	enum auth_method method;
	unsigned int conf;
	const char *name;
	uint16_t protocol;
	uint8_t algorithm;
};

const struct method *method_best(unsigned int conf);
const struct method *method_find(const struct option *o);
const struct method *method_get(enum auth_method method);
void method_put(const struct method *m, struct wbuf *value);
const char *method_option_print(const struct option *o, char out[METHOD_TEXT_LEN]);
const char *method_list_print(unsigned int conf, char out[METHOD_TEXT_LEN]);

#endif
