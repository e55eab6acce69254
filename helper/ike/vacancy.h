/* SPDX-License-Identifier: MIT */
/* Vacancies: lineages that lost their last SA and wait for a successor. */
#ifndef L2TPSEC_IKE_VACANCY_H
#define L2TPSEC_IKE_VACANCY_H

#include "ike/state.h"

void vacancy_new(struct peer *peer, uint32_t lineage, const struct child_id *id, const char *reason);
uint32_t vacancy_take(struct peer *peer, const struct child_id *id);
void vacancies_end(struct peer *peer, const char *reason);

#endif
