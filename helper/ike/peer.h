/* SPDX-License-Identifier: MIT */
/* Peers, their ISAKMP SAs and children: creation, search, end. */
#ifndef L2TPSEC_IKE_PEER_H
#define L2TPSEC_IKE_PEER_H

#include "ike/state.h"

struct isakmp *peer_embryo_new(struct ike *ike, const struct ike_path *path, const struct isakmp_header *h);
struct peer *peer_find_same(const struct peer *embryo);
void peer_join(struct peer *peer, struct isakmp *sa);
void peer_initial_contact(struct isakmp *sa);
void peer_moved(struct isakmp *sa, const struct ike_path *path);
void peer_free(struct peer *peer, const char *reason);
void peer_close(struct peer *peer, const char *reason);
void peer_free_if_idle(struct peer *peer, const char *reason);
void peer_dpd_start(struct peer *peer);

struct isakmp *isakmp_find(struct ike *ike, const struct isakmp_header *h);
struct isakmp *isakmp_find_initial(struct ike *ike, const struct ike_path *path, const struct isakmp_header *h);
struct isakmp *isakmp_current(const struct peer *peer);
void isakmp_up(struct isakmp *sa);
void isakmp_free(struct isakmp *sa);
bool isakmp_id_is_new(const struct isakmp *sa, uint32_t message_id);
void isakmp_id_use(struct isakmp *sa, uint32_t message_id);

struct child *child_new(struct isakmp *sa, const struct child_id *id);
struct child *child_find_outbound(const struct peer *peer, uint32_t spi_out);
int child_install(struct child *child);
void child_free(struct child *child, const char *reason);

#endif
