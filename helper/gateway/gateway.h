/* SPDX-License-Identifier: MIT */
/* The gateway: engines, data plane, users and addresses joined into one service. */
#ifndef L2TPSEC_GATEWAY_GATEWAY_H
#define L2TPSEC_GATEWAY_GATEWAY_H

#include "conf/conf.h"

struct event_base;
struct gateway;

struct gateway *gateway_new(struct event_base *base, struct conf *conf, const char *conf_path);
bool gateway_reload(struct gateway *gw);
void gateway_shutdown(struct gateway *gw);
void gateway_free(struct gateway *gw);
bool gateway_failed(const struct gateway *gw);

#endif
