/* SPDX-License-Identifier: MIT */
/*
 * What the plane of the tests remembers.  It checks what the module checks: names are
 * unique, what is referred to exists; a tunnel takes its sessions along.  A tunnel outlives
 * the last SA of its lineage, but nothing can be sent through it then.
 */
#ifndef L2TPSEC_PLANE_NULL_H
#define L2TPSEC_PLANE_NULL_H

#include "plane/plane.h"

/**
 * struct plane_null_counts - how much there is
 * @sockets: handed over
 * @sas: installed
 * @tunnels: installed
 * @sessions: installed
 * @open: sessions that let IP through
 * @frames: sent and not taken yet
 */
struct plane_null_counts {
	size_t sockets;
	size_t sas;
	size_t tunnels;
	size_t sessions;
	size_t open;
	size_t frames;
};

struct plane_null_counts plane_null_count(const struct plane *p);
const struct plane_sa *plane_null_sa(const struct plane *p, uint32_t spi_in);
const struct plane_sa *plane_null_outbound(const struct plane *p, uint32_t lineage);
const struct plane_tunnel *plane_null_tunnel(const struct plane *p, uint32_t lineage, uint16_t id);
const struct plane_session *plane_null_session(const struct plane *p, uint32_t lineage, uint16_t tunnel_id,
					       uint16_t id, bool *open);
bool plane_null_frame_take(struct plane *p, struct plane_frame *frame, uint8_t *data, size_t cap);
void plane_null_fail_next(struct plane *p, int err);

#endif
