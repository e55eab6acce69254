/* SPDX-License-Identifier: MIT */
/* Aggressive Mode with a pre-shared key (RFC 2409 5.4), with NAT traversal (RFC 3947 3). */
#ifndef L2TPSEC_IKE_AGGRESSIVE_H
#define L2TPSEC_IKE_AGGRESSIVE_H

#include "ike/exchange.h"

extern const struct exchange_row aggressive_rows[];
extern const size_t aggressive_rows_len;

bool aggressive_early(struct isakmp *sa, const struct isakmp_header *h);

#endif
