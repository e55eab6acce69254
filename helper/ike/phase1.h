/* SPDX-License-Identifier: MIT */
/* Main Mode (RFC 2409 5.1 and 5.4). */
#ifndef L2TPSEC_IKE_PHASE1_H
#define L2TPSEC_IKE_PHASE1_H

#include "ike/exchange.h"

extern const struct exchange_row phase1_rows[];
extern const size_t phase1_rows_len;

#endif
