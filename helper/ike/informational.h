/* SPDX-License-Identifier: MIT */
/* Informational exchanges: DELETE, notifications, dead peer detection (RFC 2409 5.7, RFC 3706). */
#ifndef L2TPSEC_IKE_INFORMATIONAL_H
#define L2TPSEC_IKE_INFORMATIONAL_H

#include "ike/exchange.h"

extern const struct exchange_row informational_row;

void informational_refuse(struct isakmp *sa, struct payload_builder *b, enum isakmp_notify why);
void informational_delete_isakmp(struct isakmp *sa);
void informational_delete_child(struct isakmp *sa, const struct child *child);
void informational_r_u_there(struct isakmp *sa, uint32_t number);
void informational_read_notifies(struct isakmp *sa, const struct payload_list *list);

#endif
