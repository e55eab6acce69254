// SPDX-License-Identifier: MIT
/*
 * No secret is ever said: clients connect, fail, rekey and go; then every line of the log at level debug, every
 * answer of "show" and every event of "monitor" is searched for every 8 bytes in a row of every secret that took
 * part, as they are, in hexadecimal digits and in base64.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/evp.h>

#include "auth/mschapv2.h"
#include "fake_clock.h"
#include "gateway_client.h"
#include "plane/null.h"

#define PSK		"one key for all of them"
#define PASSWORD	"open, says me, now"
#define WRONG		"guessed at random"
#define RUN		8	/* bytes in a row that betray a secret */
#define CONF		GATEWAY_BENCH_CONF "[psk all]\nsecret = \"" PSK "\"\n"
#define USERS		"alice * \"" PASSWORD "\" *\n"

static struct gateway_bench *b;
static unsigned int searched;

static int set_up(void **state)
{
	(void)state;
	b = gateway_bench_new(CONF, USERS);
	searched = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	gateway_bench_free(b);
	return fake_clock_pending() ? -1 : 0;
}

static bool said(const void *bytes, size_t len)
{
	return b->said && memmem(b->said, b->said_len, bytes, len);
}

static bool said_hex(const uint8_t *bytes, const char *digit)
{
	char hex[2 * RUN + 1];
	size_t i;

	for (i = 0; i < RUN; i++)
		sprintf(hex + 2 * i, digit, bytes[i]);
	return said(hex, 2 * RUN);
}

/* 9 bytes are 12 characters; the run may begin at any of three places in a group. */
static bool said_base64(const uint8_t *bytes, size_t left)
{
	uint8_t text[16];

	if (left < 9)
		return false;
	EVP_EncodeBlock(text, bytes, 9);
	return said(text, 12);
}

static bool betrayed(const void *secret, size_t len)
{
	const uint8_t *p = secret;
	size_t i;

	for (i = 0; i + RUN <= len; i++) {
		if (said(p + i, RUN) || said_hex(p + i, "%02x") || said_hex(p + i, "%02X") ||
		    said_base64(p + i, len - i))
			return true;
	}
	searched++;
	return false;
}

/* In each form that is looked for, this is found. */
static void search_finds_what_is_there(void **state)
{
	static const char *const forms[] = { "%s", "in hex 6f70656e2c207361 ", "6F70656E2C207361", "b3Blbiwgc2F5" };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_false(betrayed(PASSWORD, strlen(PASSWORD)));
		log_line(LOG_LEVEL_DEBUG, forms[i], PASSWORD);
		assert_true(betrayed(PASSWORD, strlen(PASSWORD)));
		b->said_len = 0;
	}
}

static void keep_quiet_about_words(void)
{
	uint8_t hash[MSCHAPV2_HASH_LEN], utf16[2 * sizeof(PASSWORD)] = { 0 };
	struct mschapv2 *m = mschapv2_new();
	size_t i;

	assert_false(betrayed(PSK, strlen(PSK)));
	assert_false(betrayed(PASSWORD, strlen(PASSWORD)));
	assert_false(betrayed(WRONG, strlen(WRONG)));
	assert_true(mschapv2_nt_hash(m, PASSWORD, hash));
	assert_false(betrayed(hash, sizeof(hash)));
	mschapv2_free(m);
	for (i = 0; i < strlen(PASSWORD); i++)
		utf16[2 * i] = PASSWORD[i];
	assert_false(betrayed(utf16, 2 * strlen(PASSWORD)));
}

static void keep_quiet_about_keys(const struct gateway_client *c)
{
	const struct initiator *i = &c->ike;

	assert_false(betrayed(i->gxy, i->gxy_len));
	assert_false(betrayed(i->skeyid, i->hash_len));
	assert_false(betrayed(i->skeyid_d, i->hash_len));
	assert_false(betrayed(i->skeyid_a, i->hash_len));
	assert_false(betrayed(i->skeyid_e, i->hash_len));
	assert_false(betrayed(i->cipher, i->cipher_len));
	if (!c->spi)
		return;
	assert_true(c->quick.key_len > 0);
	assert_false(betrayed(c->quick.key_in, c->quick.key_len));
	assert_false(betrayed(c->quick.key_out, c->quick.key_len));
}

/* The keys that the client knows are those that the data plane got, so the search is for the right ones. */
static void check_keys(const struct gateway_client *c)
{
	const struct plane_sa *sa = plane_null_sa(b->gw->plane, c->spi);

	assert_non_null(sa);
	assert_memory_equal(sa->in.cipher, c->quick.key_out, sa->in.cipher_len);
	assert_memory_equal(sa->out.cipher, c->quick.key_in, sa->out.cipher_len);
}

static void connect_and_go(bool gcm, bool pfs)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct gateway_client c;

	gateway_client_init(&c, b, "198.51.100.7");
	c.ike.psk = PSK;
	c.ike.dpd = true;
	c.quick.gcm = gcm;
	c.quick.pfs = pfs;
	assert_true(gateway_client_connect(&c, "alice", PASSWORD));
	check_keys(&c);
	gateway_bench_ask(b, "show");
	keep_quiet_about_keys(&c);
	/* a rekey of phase 2 */
	c.quick = (struct initiator_quick){ .gcm = gcm, .pfs = pfs, .message_id = 0x2002 };
	assert_true(gateway_client_phase2(&c));
	gateway_bench_ask(b, "show");
	fake_clock_advance(100000);
	gateway_bench_receive(b, &c.ike.path, out, initiator_delete_isakmp(&c.ike, 0x77, out));
	fake_clock_advance(100000);
	keep_quiet_about_keys(&c);
	gateway_client_free(&c);
}

static void nothing_of_a_session_is_said(void **state)
{
	(void)state;
	connect_and_go(true, false);
	connect_and_go(false, true);
	assert_true(gateway_bench_said(b, "connected: address 10.99.0."));
	assert_true(gateway_bench_said(b, "\"user\":\"alice\""));
	assert_true(gateway_bench_said(b, "\"event\":\"gone\""));
	keep_quiet_about_words();
	print_message("%zu bytes searched for %u secrets\n", b->said_len, searched);
}

static void nothing_of_a_failure_is_said(void **state)
{
	struct gateway_client c;

	(void)state;
	gateway_client_init(&c, b, "198.51.100.8");
	c.ike.psk = WRONG;
	assert_false(gateway_client_phase1(&c));
	keep_quiet_about_keys(&c);
	gateway_client_free(&c);
	gateway_client_init(&c, b, "198.51.100.9");
	c.ike.psk = PSK;
	assert_false(gateway_client_connect(&c, "alice", WRONG));
	gateway_bench_ask(b, "show");
	keep_quiet_about_keys(&c);
	assert_true(gateway_bench_said(b, "wrong password"));
	gateway_client_free(&c);
	keep_quiet_about_words();
}

/* Who types the password where the name belongs has it in the log: the name is what is logged.  Nothing else is. */
static void nothing_of_a_clear_password_is_said(void **state)
{
	char pap[64] = "\1\1\0\35\5alice\22";
	static const uint8_t nak[] = { 3, 1, 0, 8, 3, 4, 0xc0, 0x23 };
	static const uint8_t request[] = { 1, 1, 0, 8, 1, 4, 5, 0x78 };
	uint8_t ack[64];
	struct gateway_client c;

	(void)state;
	gateway_client_init(&c, b, "198.51.100.10");
	c.ike.psk = PSK;
	assert_true(gateway_client_phase1(&c) && gateway_client_phase2(&c) && gateway_client_tunnel(&c) &&
		    gateway_client_session(&c));
	gateway_client_ppp(&c, 0xc021, nak, sizeof(nak));
	memcpy(ack, c.data, c.last.len);
	ack[0] = 2;
	gateway_client_ppp(&c, 0xc021, ack, c.last.len);
	gateway_client_ppp(&c, 0xc021, request, sizeof(request));
	memcpy(pap + 11, PASSWORD, strlen(PASSWORD));
	gateway_client_ppp(&c, 0xc023, pap, 11 + strlen(PASSWORD));
	assert_true(gateway_bench_said(b, "logged in as \"alice\" with pap"));
	keep_quiet_about_words();
	gateway_client_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(search_finds_what_is_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_of_a_session_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_of_a_failure_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_of_a_clear_password_is_said, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
