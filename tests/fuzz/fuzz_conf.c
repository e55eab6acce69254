// SPDX-License-Identifier: MIT
/*
 * libFuzzer target: the configuration file, chap-secrets and a key file, each ended by a zero byte; and the
 * pools that come of them.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "fuzz.h"
#include "input.h"
#include "pool/pool.h"
#include "scratch.h"

#define LEASES	64

static void complain(void *arg, const char *text)
{
	(void)arg;
	if (!*text)
		abort();
}

static bool in_a_pool(const struct conf *conf, uint32_t address)
{
	size_t i;

	for (i = 0; i < conf->pools_len; i++) {
		if (address >= conf->pools[i].first && address <= conf->pools[i].last)
			return true;
	}
	return false;
}

/* Each address goes to one session, lies in a pool, is not ours and comes back. */
static void lease(const struct conf *conf)
{
	struct pool *pool = pool_new(conf);
	uint32_t got[LEASES];
	size_t i, j, n;

	if (!pool)
		abort();
	for (n = 0; n < LEASES && (got[n] = pool_lease(pool, "nobody", 0)); n++) {
		if (!in_a_pool(conf, got[n]) || got[n] == conf->ppp.local_address)
			abort();
		for (j = 0; j < n; j++) {
			if (got[j] == got[n])
				abort();
		}
	}
	for (i = 0; i < conf->ppp.users_len && i < LEASES; i++) {
		if (conf->ppp.users[i].has_address && pool_lease_fixed(pool, conf->ppp.users[i].address))
			pool_release(pool, conf->ppp.users[i].address);
	}
	for (i = 0; i < n; i++)
		pool_release(pool, got[i]);
	pool_free(pool);
}

static void write_part(const char *name, struct rbuf *r)
{
	const uint8_t *from = r->pos, *end = memchr(from, 0, rbuf_left(r));
	size_t len = end ? (size_t)(end - from) : rbuf_left(r);

	scratch_write(name, from, len);
	rbuf_bytes(r, len + !!end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf *conf;
	struct rbuf r;

	input_quiet();
	rbuf_init(&r, data, size);
	write_part("l2tpsec.conf", &r);
	write_part("chap-secrets", &r);
	write_part("everybody.psk", &r);
	conf = conf_read(scratch_path("l2tpsec.conf"), complain, NULL);
	if (conf)
		lease(conf);
	if (conf && conf->ppp.users_len && !conf_user_find(conf, conf->ppp.users[0].name))
		abort();
	conf_free(conf);
	return 0;
}
