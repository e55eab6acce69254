// SPDX-License-Identifier: MIT
/* RFC 2759 section 9.2, value by value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "auth/mschapv2.h"

static const struct mschapv2_login login = {
	.user = "User",
	.challenge = {
		0x5b, 0x5d, 0x7c, 0x7d, 0x7b, 0x3f, 0x2f, 0x3e, 0x3c, 0x2c, 0x60, 0x21, 0x32, 0x26, 0x26, 0x28,
	},
	.peer_challenge = {
		0x21, 0x40, 0x23, 0x24, 0x25, 0x5e, 0x26, 0x2a, 0x28, 0x29, 0x5f, 0x2b, 0x3a, 0x33, 0x7c, 0x7e,
	},
};

static const uint8_t password_hash[] = {
	0x44, 0xeb, 0xba, 0x8d, 0x53, 0x12, 0xb8, 0xd6, 0x11, 0x47, 0x44, 0x11, 0xf5, 0x69, 0x89, 0xae,
};

static const uint8_t nt_response[] = {
	0x82, 0x30, 0x9e, 0xcd, 0x8d, 0x70, 0x8b, 0x5e, 0xa0, 0x8f, 0xaa, 0x39,
	0x81, 0xcd, 0x83, 0x54, 0x42, 0x33, 0x11, 0x4a, 0x3d, 0x85, 0xd6, 0xdf,
};

static int setup(void **state)
{
	*state = mschapv2_new();
	return !*state;
}

static int teardown(void **state)
{
	mschapv2_free(*state);
	return 0;
}

static void nt_password_hash(void **state)
{
	uint8_t hash[MSCHAPV2_HASH_LEN];

	assert_true(mschapv2_nt_hash(*state, "clientPass", hash));
	assert_memory_equal(hash, password_hash, sizeof(hash));
}

static void generate_nt_response(void **state)
{
	uint8_t response[MSCHAPV2_RESPONSE_LEN];

	assert_true(mschapv2_nt_response(*state, &login, password_hash, response));
	assert_memory_equal(response, nt_response, sizeof(response));
}

static void generate_authenticator_response(void **state)
{
	char text[MSCHAPV2_SUCCESS_LEN];

	assert_true(mschapv2_success(*state, &login, password_hash, nt_response, text));
	assert_string_equal(text, "S=407A5589115FD0D6209F510FE9C04566932CDA56");
}

/* NT hashes known from elsewhere: of the empty password, and of "password". */
static void known_hashes(void **state)
{
	static const uint8_t empty[] = {
		0x31, 0xd6, 0xcf, 0xe0, 0xd1, 0x6a, 0xe9, 0x31, 0xb7, 0x3c, 0x59, 0xd7, 0xe0, 0xc0, 0x89, 0xc0,
	};
	static const uint8_t password[] = {
		0x88, 0x46, 0xf7, 0xea, 0xee, 0x8f, 0xb1, 0x17, 0xad, 0x06, 0xbd, 0xd8, 0x30, 0xb7, 0x58, 0x6c,
	};
	uint8_t hash[MSCHAPV2_HASH_LEN];

	assert_true(mschapv2_nt_hash(*state, "", hash));
	assert_memory_equal(hash, empty, sizeof(hash));
	assert_true(mschapv2_nt_hash(*state, "password", hash));
	assert_memory_equal(hash, password, sizeof(hash));
}

/* MD4 of the UTF-16LE form, computed elsewhere (openssl dgst -md4 -provider legacy). */
static void utf8_passwords(void **state)
{
	static const uint8_t umlaut_euro_key[] = {
		0x58, 0x57, 0x60, 0xe5, 0xbe, 0x88, 0x88, 0xff, 0x66, 0x2e, 0x31, 0xfe, 0xef, 0xe7, 0xda, 0x3b,
	};
	static const char *const bad[] = {
		"\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "a\xe2\x82", "\xf0\x82\x82\xac",
	};
	uint8_t hash[MSCHAPV2_HASH_LEN];

	assert_true(mschapv2_nt_hash(*state, "p\xc3\xa4ss\xe2\x82\xac\xf0\x9f\x94\x91", hash));
	assert_memory_equal(hash, umlaut_euro_key, sizeof(hash));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(mschapv2_nt_hash(*state, bad[i], hash));
}

static void password_length(void **state)
{
	uint8_t hash[MSCHAPV2_HASH_LEN];
	char text[300];

	memset(text, 'x', sizeof(text));
	text[255] = '\0';
	assert_true(mschapv2_nt_hash(*state, text, hash));
	text[255] = 'x';
	text[299] = '\0';
	assert_false(mschapv2_nt_hash(*state, text, hash));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nt_password_hash),
		cmocka_unit_test(generate_nt_response),
		cmocka_unit_test(generate_authenticator_response),
		cmocka_unit_test(known_hashes),
		cmocka_unit_test(utf8_passwords),
		cmocka_unit_test(password_length),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
