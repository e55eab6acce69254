/* SPDX-License-Identifier: MIT */
/* Leases of inner addresses: one address, one session. */
#ifndef L2TPSEC_POOL_POOL_H
#define L2TPSEC_POOL_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"

struct pool;

struct pool *pool_new(const struct conf *conf);
void pool_reload(struct pool *pool, const struct conf *conf);
void pool_free(struct pool *pool);
uint32_t pool_lease(struct pool *pool, const char *user, uint32_t wish);
bool pool_lease_fixed(struct pool *pool, uint32_t address);
void pool_release(struct pool *pool, uint32_t address);

#endif
