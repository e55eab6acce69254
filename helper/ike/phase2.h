/* SPDX-License-Identifier: MIT */
/* Quick Mode (RFC 2409 5.5). */
#ifndef L2TPSEC_IKE_PHASE2_H
#define L2TPSEC_IKE_PHASE2_H

#include "ike/exchange.h"

extern const struct exchange_row phase2_rows[];
extern const size_t phase2_rows_len;

#endif
