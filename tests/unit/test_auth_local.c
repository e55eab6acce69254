// SPDX-License-Identifier: MIT
/* Logins against chap-secrets users; the numbers are those of RFC 2759 section 9.2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "auth/auth.h"
#include "auth/mschapv2.h"
#include "fake_clock.h"

static struct conf_user users[] = {
	{ .name = (char *)"CORP\\ann", .secret = (char *)"ann of corp" },
	{ .name = (char *)"User", .secret = (char *)"clientPass", .has_address = true, .address = 0x0a000063 },
	{ .name = (char *)"ann", .secret = (char *)"other ann" },
};

static struct conf_user new_users[] = {
	{ .name = (char *)"User", .secret = (char *)"newPass" },
};

static struct conf conf = { .ppp = { .users = users, .users_len = 3 } };
static struct conf new_conf = { .ppp = { .users = new_users, .users_len = 1 } };

static struct auth *auth;
static struct auth_result answer;
static unsigned int answers;

static void keep(void *arg, const struct auth_result *result)
{
	assert_ptr_equal(arg, &answers);
	answer = *result;
	answers++;
}

static int setup(void **state)
{
	(void)state;
	answers = 0;
	auth = auth_local_new(&conf);
	return !auth;
}

static int teardown(void **state)
{
	(void)state;
	auth_free(auth);
	return fake_clock_pending() != 0;
}

static const struct auth_request rfc2759 = {
	.method = AUTH_METHOD_MSCHAPV2,
	.user = "User",
	.challenge = {
		0x5b, 0x5d, 0x7c, 0x7d, 0x7b, 0x3f, 0x2f, 0x3e, 0x3c, 0x2c, 0x60, 0x21, 0x32, 0x26, 0x26, 0x28,
	},
	.challenge_len = 16,
	.peer_challenge = {
		0x21, 0x40, 0x23, 0x24, 0x25, 0x5e, 0x26, 0x2a, 0x28, 0x29, 0x5f, 0x2b, 0x3a, 0x33, 0x7c, 0x7e,
	},
	.response = {
		0x82, 0x30, 0x9e, 0xcd, 0x8d, 0x70, 0x8b, 0x5e, 0xa0, 0x8f, 0xaa, 0x39,
		0x81, 0xcd, 0x83, 0x54, 0x42, 0x33, 0x11, 0x4a, 0x3d, 0x85, 0xd6, 0xdf,
	},
};

static void ask(const struct auth_request *q)
{
	unsigned int before = answers;

	assert_non_null(auth_submit(auth, q, keep, &answers));
	assert_int_equal(answers, before);
	fake_clock_advance(0);
	assert_int_equal(answers, before + 1);
}

static void mschapv2_ok(void **state)
{
	(void)state;
	ask(&rfc2759);
	assert_true(answer.ok);
	assert_string_equal(answer.mschapv2_success, "S=407A5589115FD0D6209F510FE9C04566932CDA56");
	assert_true(answer.has_address);
	assert_int_equal(answer.address, 0x0a000063);
}

static void mschapv2_every_bit_counts(void **state)
{
	struct auth_request q;

	(void)state;
	for (size_t bit = 0; bit < 24 * 8; bit++) {
		q = rfc2759;
		q.response[bit / 8] ^= 1 << bit % 8;
		ask(&q);
		assert_false(answer.ok);
		assert_string_equal(answer.reason, "wrong password");
		assert_string_equal(answer.mschapv2_success, "");
		assert_false(answer.has_address);
	}
}

static void unknown_user(void **state)
{
	struct auth_request q = rfc2759;

	(void)state;
	snprintf(q.user, sizeof(q.user), "user");
	ask(&q);
	assert_false(answer.ok);
	assert_string_equal(answer.reason, "unknown user");
}

/* The domain is no part of the hash (RFC 2759 section 8.2). */
static void domain_prefix(void **state)
{
	struct auth_request q = rfc2759;

	(void)state;
	snprintf(q.user, sizeof(q.user), "OFFICE\\User");
	ask(&q);
	assert_true(answer.ok);
	assert_string_equal(answer.mschapv2_success, "S=407A5589115FD0D6209F510FE9C04566932CDA56");
}

static void respond(struct auth_request *q, const char *hashed_name, const char *password)
{
	struct mschapv2_login login = { .user = hashed_name };
	struct mschapv2 *m = mschapv2_new();
	uint8_t hash[MSCHAPV2_HASH_LEN];

	memcpy(login.challenge, q->challenge, 16);
	memcpy(login.peer_challenge, q->peer_challenge, 16);
	assert_true(mschapv2_nt_hash(m, password, hash));
	assert_true(mschapv2_nt_response(m, &login, hash, q->response));
	mschapv2_free(m);
}

/* The exact name is preferred; with it, either way to hash it is taken. */
static void exact_name_first(void **state)
{
	struct auth_request q = rfc2759;

	(void)state;
	snprintf(q.user, sizeof(q.user), "CORP\\ann");
	respond(&q, "ann", "ann of corp");
	ask(&q);
	assert_true(answer.ok);
	respond(&q, "CORP\\ann", "ann of corp");
	ask(&q);
	assert_true(answer.ok);
	respond(&q, "ann", "other ann");
	ask(&q);
	assert_false(answer.ok);
	snprintf(q.user, sizeof(q.user), "HOME\\ann");
	ask(&q);
	assert_true(answer.ok);
}

static void pap(void **state)
{
	struct auth_request q = { .method = AUTH_METHOD_PAP, .user = "User", .password = "clientPass" };

	(void)state;
	for (q.password_len = 0; q.password_len <= 12; q.password_len++) {
		ask(&q);
		assert_int_equal(answer.ok, q.password_len == 10);
	}
}

/* The digest was computed elsewhere (openssl dgst -md5). */
static void chap_md5(void **state)
{
	struct auth_request q = { .method = AUTH_METHOD_CHAP_MD5, .user = "User", .chap_id = 1, .challenge_len = 16 };
	static const uint8_t digest[] = {
		0x5f, 0x09, 0xd7, 0xe9, 0x52, 0xd4, 0xb4, 0x81, 0x10, 0x88, 0x61, 0x30, 0x4e, 0x6d, 0xe8, 0x73,
	};

	(void)state;
	memcpy(q.challenge, rfc2759.challenge, 16);
	memcpy(q.response, digest, 16);
	ask(&q);
	assert_true(answer.ok);
	q.chap_id = 2;
	ask(&q);
	assert_false(answer.ok);
	assert_string_equal(answer.reason, "wrong password");
}

static void reload(void **state)
{
	(void)state;
	auth_reload(auth, &new_conf);
	ask(&rfc2759);
	assert_false(answer.ok);
	auth_reload(auth, &conf);
	ask(&rfc2759);
	assert_true(answer.ok);
}

static void cancelled(void **state)
{
	struct auth_ticket *t;

	(void)state;
	t = auth_submit(auth, &rfc2759, keep, &answers);
	auth_submit(auth, &rfc2759, keep, &answers);
	auth_cancel(t);
	fake_clock_advance(1000);
	assert_int_equal(answers, 1);
}

static void freed_with_open_tickets(void **state)
{
	(void)state;
	auth_submit(auth, &rfc2759, keep, &answers);
	auth_submit(auth, &rfc2759, keep, &answers);
	auth_free(auth);
	auth = NULL;
	fake_clock_advance(1000);
	assert_int_equal(answers, 0);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(mschapv2_ok),
		TEST(mschapv2_every_bit_counts),
		TEST(unknown_user),
		TEST(domain_prefix),
		TEST(exact_name_first),
		TEST(pap),
		TEST(chap_md5),
		TEST(reload),
		TEST(cancelled),
		TEST(freed_with_open_tickets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
