/* SPDX-License-Identifier: MIT */
/* Peers: creation, search, end, and whether they are alive. */
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

#endif
