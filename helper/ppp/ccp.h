/* SPDX-License-Identifier: MIT */
/* CCP, which is refused: nothing is compressed (RFC 1962). */
#ifndef L2TPSEC_PPP_CCP_H
#define L2TPSEC_PPP_CCP_H

#include <stdbool.h>

#include "ppp/packet.h"

bool ccp_refuse(const struct packet *p, struct wbuf *reply);

#endif
