// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include "ike/child.h"
#include "ike/peer.h"
#include "ike/vacancy.h"

static void vacancy_free(struct vacancy *v)
{
	timer_stop(&v->timer);
	LIST_REMOVE(v, link);
	ike_bury(v->peer->ike, &v->grave, v, free);
}

static void end(struct vacancy *v, const char *reason)
{
	struct ike *ike = v->peer->ike;

	vacancy_free(v);
	ike->ops->lineage_gone(ike->ctx, v->lineage, reason);
}

static void nobody_came(void *arg)
{
	struct vacancy *v = arg;
	struct ike *ike = v->peer->ike;

	ike_enter(ike);
	end(v, v->reason);
	peer_free_if_idle(v->peer, v->reason);
	ike_leave(ike);
}

/**
 * vacancy_new - a lineage lost its last SA: give the peer time to negotiate the next one
 * @peer: whose
 * @lineage: number
 * @id: what the successor has in common with what went
 * @reason: why it went; given to ike_ops.lineage_gone if none comes
 */
void vacancy_new(struct peer *peer, uint32_t lineage, const struct child_id *id, const char *reason)
{
	struct vacancy *v = calloc(1, sizeof(*v));

	if (!v) {
		peer->ike->ops->lineage_gone(peer->ike->ctx, lineage, reason);
		return;
	}
	v->peer = peer;
	v->lineage = lineage;
	v->id = *id;
	snprintf(v->reason, sizeof(v->reason), "%s", reason);
	timer_init(&v->timer, nobody_came, v);
	timer_start(&v->timer, IKE_VACANCY_MS);
	LIST_INSERT_HEAD(&peer->vacancies, v, link);
	story_log(peer->story, LOG_LEVEL_DEBUG, STAGE_IKE_PHASE2, "no SA left: %s; waiting %u s for the next one",
		  reason, IKE_VACANCY_MS / 1000);
}

/**
 * vacancy_take - the successor comes
 * @peer: whose
 * @id: its client identity
 * Return: the lineage that it continues, 0 = none.
 */
uint32_t vacancy_take(struct peer *peer, const struct child_id *id)
{
	struct vacancy *v;

	LIST_FOREACH(v, &peer->vacancies, link) {
		if (child_id_same(&v->id, id)) {
			vacancy_free(v);
			return v->lineage;
		}
	}
	return 0;
}

/**
 * vacancies_end - nobody will come any more
 * @peer: whose
 * @reason: for the surroundings
 */
void vacancies_end(struct peer *peer, const char *reason)
{
	struct vacancy *v;

	while ((v = LIST_FIRST(&peer->vacancies)))
		end(v, reason);
}
