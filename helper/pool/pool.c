// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <uthash.h>

#include "pool/pool.h"

/* Addresses whose last user is remembered, at most; the one left longest ago is forgotten first. */
#define REMEMBERED_MAX	65536

/**
 * struct lease - an address that is or was given to a session
 * @link: in pool.idle when not @live
 * @address: which, host order
 * @live: a session has it now
 * @user: who had it last, and had no other one later; else NULL
 * @by_address: in pool.by_address
 * @by_user: in pool.by_user, when there is @user
 */
struct lease {
	TAILQ_ENTRY(lease) link;
	uint32_t address;
	bool live;
	char *user;
	UT_hash_handle by_address;
	UT_hash_handle by_user;
};

TAILQ_HEAD(lease_list, lease);

struct range {
	uint32_t first;
	uint32_t last;
};

/**
 * struct pool - all leases
 * @ranges: what may be given out, sorted
 * @ranges_len: how many
 * @reserved: our own address and those that belong to users, sorted
 * @reserved_len: how many
 * @by_address: every lease
 * @by_user: the lease that each user had last
 * @idle: leases without a session, left longest ago first
 * @idle_len: how many
 * @next: no address before this one is fresh
 */
struct pool {
	struct range *ranges;
	size_t ranges_len;
	uint32_t *reserved;
	size_t reserved_len;
	struct lease *by_address;
	struct lease *by_user;
	struct lease_list idle;
	size_t idle_len;
	uint32_t next;
};

static int compare(const void *a, const void *b)
{
	uint32_t l = *(const uint32_t *)a, r = *(const uint32_t *)b;

	return (l > r) - (l < r);
}

static int compare_ranges(const void *a, const void *b)
{
	return compare(&((const struct range *)a)->first, &((const struct range *)b)->first);
}

static void *array(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		abort();
	return p;
}

static void take_conf(struct pool *pool, const struct conf *conf)
{
	size_t i;

	free(pool->ranges);
	free(pool->reserved);
	pool->ranges = array(conf->pools_len, sizeof(*pool->ranges));
	pool->ranges_len = conf->pools_len;
	for (i = 0; i < conf->pools_len; i++)
		pool->ranges[i] = (struct range){ conf->pools[i].first, conf->pools[i].last };
	qsort(pool->ranges, pool->ranges_len, sizeof(*pool->ranges), compare_ranges);
	pool->reserved = array(conf->ppp.users_len + 1, sizeof(*pool->reserved));
	pool->reserved_len = 0;
	pool->reserved[pool->reserved_len++] = conf->ppp.local_address;
	for (i = 0; i < conf->ppp.users_len; i++) {
		if (conf->ppp.users[i].has_address)
			pool->reserved[pool->reserved_len++] = conf->ppp.users[i].address;
	}
	qsort(pool->reserved, pool->reserved_len, sizeof(*pool->reserved), compare);
	pool->next = 0;
}

static bool is_reserved(const struct pool *pool, uint32_t address)
{
	return bsearch(&address, pool->reserved, pool->reserved_len, sizeof(address), compare);
}

static const struct range *range_of(const struct pool *pool, uint32_t address)
{
	size_t i;

	for (i = 0; i < pool->ranges_len; i++) {
		if (address >= pool->ranges[i].first && address <= pool->ranges[i].last)
			return &pool->ranges[i];
	}
	return NULL;
}

static struct lease *lease_find(const struct pool *pool, uint32_t address)
{
	struct lease *l;

	HASH_FIND(by_address, pool->by_address, &address, sizeof(address), l);
	return l;
}

static bool is_live(const struct pool *pool, uint32_t address)
{
	const struct lease *l = lease_find(pool, address);

	return l && l->live;
}

static bool may_lease(const struct pool *pool, uint32_t address)
{
	return address && range_of(pool, address) && !is_reserved(pool, address) && !is_live(pool, address);
}

static void forget_name(struct pool *pool, struct lease *l)
{
	if (l->user)
		HASH_DELETE(by_user, pool->by_user, l);
	free(l->user);
	l->user = NULL;
}

static void remember_name(struct pool *pool, struct lease *l, const char *user)
{
	struct lease *other;

	forget_name(pool, l);
	if (!*user)
		return;
	HASH_FIND(by_user, pool->by_user, user, strlen(user), other);
	if (other)
		forget_name(pool, other);
	l->user = strdup(user);
	if (!l->user)
		abort();
	HASH_ADD_KEYPTR(by_user, pool->by_user, l->user, strlen(l->user), l);
}

static void lease_free(struct pool *pool, struct lease *l)
{
	forget_name(pool, l);
	if (!l->live) {
		TAILQ_REMOVE(&pool->idle, l, link);
		pool->idle_len--;
	}
	HASH_DELETE(by_address, pool->by_address, l);
	free(l);
}

/* The address is not live. */
static uint32_t lease_take(struct pool *pool, uint32_t address, const char *user)
{
	struct lease *l = lease_find(pool, address);

	if (l) {
		TAILQ_REMOVE(&pool->idle, l, link);
		pool->idle_len--;
	} else {
		l = array(1, sizeof(*l));
		l->address = address;
		HASH_ADD(by_address, pool->by_address, address, sizeof(l->address), l);
	}
	l->live = true;
	remember_name(pool, l, user);
	return address;
}

/* The next address after pool->next that no session ever had; 0: all were used. */
static uint32_t find_fresh(struct pool *pool)
{
	uint64_t a;
	size_t i;

	for (i = 0; i < pool->ranges_len; i++) {
		a = pool->ranges[i].first;
		if (pool->next > pool->ranges[i].last)
			continue;
		if (pool->next > a)
			a = pool->next;
		for (; a <= pool->ranges[i].last; a++) {
			if (!is_reserved(pool, a) && !lease_find(pool, a))
				return a;
		}
	}
	return 0;
}

/* The address whose last session ended longest ago; 0: none is free. */
static uint32_t find_idle(const struct pool *pool)
{
	const struct lease *l;

	TAILQ_FOREACH(l, &pool->idle, link) {
		if (may_lease(pool, l->address))
			return l->address;
	}
	return 0;
}

/**
 * pool_new - start with nothing given out
 * @conf: pools, our own address and users' fixed addresses; not kept
 * Return: the leases.
 */
struct pool *pool_new(const struct conf *conf)
{
	struct pool *pool = array(1, sizeof(*pool));

	TAILQ_INIT(&pool->idle);
	take_conf(pool, conf);
	return pool;
}

/**
 * pool_reload - give out from other ranges from now on
 * @pool: leases; live ones stay as they are, wherever they lie
 * @conf: the new configuration; not kept
 */
void pool_reload(struct pool *pool, const struct conf *conf)
{
	take_conf(pool, conf);
}

/**
 * pool_free - forget all leases
 * @pool: leases, or NULL
 */
void pool_free(struct pool *pool)
{
	struct lease *l, *next;

	if (!pool)
		return;
	HASH_ITER(by_address, pool->by_address, l, next)
		lease_free(pool, l);
	free(pool->ranges);
	free(pool->reserved);
	free(pool);
}

/**
 * pool_lease - an address for a session
 * @pool: leases
 * @user: who; gets the address it had last if that is free
 * @wish: what the client asks for, 0 = nothing; counts after the former address
 * Return: the address, host order; 0 when all are taken.
 */
uint32_t pool_lease(struct pool *pool, const char *user, uint32_t wish)
{
	uint32_t address = 0;
	struct lease *former;

	HASH_FIND(by_user, pool->by_user, user, strlen(user), former);
	if (former && may_lease(pool, former->address))
		address = former->address;
	else if (may_lease(pool, wish))
		address = wish;
	if (!address) {
		address = find_fresh(pool);
		pool->next = address ? address + 1 : UINT32_MAX;
	}
	if (!address)
		address = find_idle(pool);
	return address ? lease_take(pool, address, user) : 0;
}

/**
 * pool_lease_fixed - a certain address for a session, inside or outside of the ranges
 * @pool: leases
 * @address: which, host order
 * Return: false when another session has it.
 */
bool pool_lease_fixed(struct pool *pool, uint32_t address)
{
	if (!address || is_live(pool, address))
		return false;
	lease_take(pool, address, "");
	return true;
}

/* Its address is fresh again. */
static void forget_oldest(struct pool *pool)
{
	struct lease *l = TAILQ_FIRST(&pool->idle);

	if (l->address < pool->next)
		pool->next = l->address;
	lease_free(pool, l);
}

/**
 * pool_release - the session is over
 * @pool: leases
 * @address: its address
 */
void pool_release(struct pool *pool, uint32_t address)
{
	struct lease *l = lease_find(pool, address);

	if (!l || !l->live)
		return;
	l->live = false;
	TAILQ_INSERT_TAIL(&pool->idle, l, link);
	pool->idle_len++;
	if (!l->user && !range_of(pool, address))
		lease_free(pool, l);
	else if (pool->idle_len > REMEMBERED_MAX)
		forget_oldest(pool);
}
