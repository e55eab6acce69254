/* SPDX-License-Identifier: MIT */
/* Children: SPIs and lineages, installation, lifetime, end. */
#ifndef L2TPSEC_IKE_CHILD_H
#define L2TPSEC_IKE_CHILD_H

#include "ike/state.h"

#define CHILD_ICV_SHORT	12	/* bytes: HMAC-SHA2-256 cut to 96 bits */

bool child_id_same(const struct child_id *a, const struct child_id *b);
struct child *child_new(struct isakmp *sa, const struct child_id *id);
struct child *child_find_outbound(const struct peer *peer, uint32_t spi_out);
void child_name_suite(struct child *child);
int child_install(struct child *child);
void child_end(struct child *child, const char *reason, struct isakmp *tell);
void child_free(struct child *child, const char *reason);
void child_confirm(struct child *child);

#endif
