// SPDX-License-Identifier: MIT
/*
 * Secrets are wiped before their memory is freed: everything that the daemon's own code frees, from the start to
 * the end, is kept and searched for every 8 bytes in a row of every secret.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "auth/mschapv2.h"
#include "fake_clock.h"
#include "gateway_client.h"
#include "grave.h"

#define PSK		"one key for all of them"
#define PASSWORD	"open, says me, now"
#define RUN		8
#define CONF		GATEWAY_BENCH_CONF "[psk all]\nsecret = \"" PSK "\"\n"
#define USERS		"alice * \"" PASSWORD "\" *\n"

static unsigned int searched;

static void gone(const char *what, const void *secret, size_t len)
{
	const uint8_t *p = secret;
	size_t i;

	assert_true(len >= RUN);
	for (i = 0; i + RUN <= len; i++) {
		if (grave_holds(p + i, RUN))
			fail_msg("memory with %s was freed as it was", what);
	}
	searched++;
}

static void what_is_not_wiped_is_found(void **state)
{
	char *p = strdup(PASSWORD);

	(void)state;
	grave_open();
	free(p);
	assert_true(grave_holds(PASSWORD, RUN));
	grave_close();
}

static void session_keys_gone(const struct gateway_client *c)
{
	const struct initiator *i = &c->ike;

	gone("the secret of Diffie-Hellman", i->gxy, i->gxy_len);
	gone("SKEYID", i->skeyid, i->hash_len);
	gone("SKEYID_d", i->skeyid_d, i->hash_len);
	gone("SKEYID_a", i->skeyid_a, i->hash_len);
	gone("SKEYID_e", i->skeyid_e, i->hash_len);
	gone("the cipher key of phase 1", i->cipher, i->cipher_len);
	gone("inbound keys of ESP", c->quick.key_out, c->quick.key_len);
	gone("outbound keys of ESP", c->quick.key_in, c->quick.key_len);
}

static void everything_is_wiped(void **state)
{
	struct gateway_client c[2];
	struct gateway_bench *b;
	uint8_t hash[MSCHAPV2_HASH_LEN];
	struct mschapv2 *m = mschapv2_new();
	unsigned int n;

	(void)state;
	assert_true(mschapv2_nt_hash(m, PASSWORD, hash));
	mschapv2_free(m);
	grave_open();
	b = gateway_bench_new(CONF, USERS);
	for (n = 0; n < 2; n++) {
		gateway_client_init(&c[n], b, n ? "198.51.100.7" : "198.51.100.8");
		c[n].ike.psk = PSK;
		c[n].quick.gcm = n;
		c[n].quick.pfs = n;
		assert_true(gateway_client_connect(&c[n], "alice", PASSWORD));
	}
	gateway_bench_ask(b, "show");
	fake_clock_advance(200000);
	gateway_bench_free(b);
	for (n = 0; n < 2; n++) {
		session_keys_gone(&c[n]);
		gateway_client_free(&c[n]);
	}
	gone("the pre-shared key", PSK, strlen(PSK));
	gone("the password", PASSWORD, strlen(PASSWORD));
	gone("the hash of the password", hash, sizeof(hash));
	assert_true(grave_size() > 10000);
	print_message("%zu bytes were freed, %u secrets are not among them\n", grave_size(), searched);
	grave_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_wiped_is_found),
		cmocka_unit_test(everything_is_wiped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
