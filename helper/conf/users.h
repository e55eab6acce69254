/* SPDX-License-Identifier: MIT */
/* chap-secrets as pppd has it: client server secret address, one user per line. */
#ifndef L2TPSEC_CONF_USERS_H
#define L2TPSEC_CONF_USERS_H

#include "conf/finding.h"

bool users_read(struct conf *conf, struct findings *f);
void users_free(struct conf_ppp *ppp);

#endif
