/* SPDX-License-Identifier: MIT */
/* ISAKMP SAs: creation, search, lifetime, half-open accounting, message ids. */
#ifndef L2TPSEC_IKE_ISAKMP_H
#define L2TPSEC_IKE_ISAKMP_H

#include "ike/state.h"

struct isakmp *isakmp_new(struct peer *peer, const struct ike_path *path, const struct isakmp_header *h);
struct isakmp *isakmp_find(struct ike *ike, const struct isakmp_header *h);
struct isakmp *isakmp_find_initial(struct ike *ike, const struct ike_path *path, const struct isakmp_header *h);
struct isakmp *isakmp_current(const struct peer *peer);
void isakmp_up(struct isakmp *sa);
void isakmp_free(struct isakmp *sa);
bool isakmp_id_is_new(const struct isakmp *sa, uint32_t message_id);
void isakmp_id_use(struct isakmp *sa, uint32_t message_id);
uint64_t isakmp_lifetime_ms(uint32_t offered, uint32_t grace);

#endif
