// SPDX-License-Identifier: MIT
/*
 * Clients that know weak algorithms only, with what they offer byte for byte: old Android, TP-Link routers,
 * Windows XP, old Apple.  And HMAC-SHA2-256 cut to 96 bits.
 */
#include <linux/l2tpsec.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_clock.h"
#include "ike_bench.h"
#include "ike_hex.h"

#define DES	1
#define DES3	5
#define AES	7
#define MD5	1
#define SHA1	2
#define SHA256	4
#define SHA384	5
#define SHA512	6

/* A transform of phase 1: cipher, key bits, hash, group. */
struct transform {
	unsigned int cipher, bits, hash, group;
};

/* A transform of phase 2: id, key bits, integrity. */
struct esp {
	unsigned int id, bits, auth;
};

static const char *const no_vids[] = { NULL };

/* racoon of Android: drafts 00 and 02, RFC 3947, FRAGMENTATION, DPD */
static const char *const android_vids[] = {
	"4485152d18b6bbcd0be8a8469579ddcc", "90cb80913ebb696e086381b5ec427b1f", "4a131c81070358455c5728f20e95452f",
	"4048b7d56ebce88525e7de7f00d6c2d380000000", "afcad71368a1f1c96b8696fc77570100", NULL,
};

static const char *const xp_vids[] = {
	"1e2b516905991c7d7c96fcbfb587e46100000003", "4048b7d56ebce88525e7de7f00d6c2d3",
	"90cb80913ebb696e086381b5ec427b1f", "26244d38eddb61b3172a36e3d0cfb819", NULL,
};

/* {AES256, AES128, 3DES, DES} x {SHA256, SHA1, MD5}, MODP1024 only */
static const struct transform android4[] = {
	{ AES, 256, SHA256, 2 }, { AES, 256, SHA1, 2 }, { AES, 256, MD5, 2 }, { AES, 128, SHA256, 2 },
	{ AES, 128, SHA1, 2 }, { AES, 128, MD5, 2 }, { DES3, 0, SHA256, 2 }, { DES3, 0, SHA1, 2 },
	{ DES3, 0, MD5, 2 }, { DES, 0, SHA256, 2 }, { DES, 0, SHA1, 2 }, { DES, 0, MD5, 2 },
};

static const struct transform android8[] = {
	{ AES, 256, SHA384, 2 }, { AES, 256, SHA256, 2 }, { AES, 256, SHA512, 2 }, { AES, 256, SHA1, 2 },
	{ AES, 256, MD5, 2 }, { AES, 128, SHA512, 2 }, { AES, 128, SHA384, 2 }, { AES, 128, SHA256, 2 },
	{ AES, 128, SHA1, 2 }, { AES, 128, MD5, 2 }, { DES3, 0, SHA256, 2 }, { DES3, 0, SHA1, 2 },
	{ DES3, 0, MD5, 2 }, { DES, 0, SHA256, 2 }, { DES, 0, SHA1, 2 }, { DES, 0, MD5, 2 },
};

static const struct transform tp_link[] = { { DES3, 0, MD5, 2 }, { DES3, 0, SHA1, 2 } };
static const struct transform tp_link_mr200[] = { { DES3, 0, MD5, 2 } };
static const struct transform xp[] = {
	{ DES3, 0, SHA1, 14 }, { DES3, 0, SHA1, 2 }, { DES3, 0, MD5, 2 }, { DES, 0, SHA1, 1 }, { DES, 0, MD5, 1 },
};

/* ppp-560 to 809: before iOS 9 */
static const struct transform old_apple[] = {
	{ AES, 256, SHA1, 2 }, { AES, 256, MD5, 2 }, { AES, 128, SHA1, 2 }, { AES, 128, MD5, 2 },
	{ DES3, 0, SHA1, 2 }, { DES3, 0, MD5, 2 },
};

static const struct transform new_apple[] = {
	{ AES, 256, SHA256, 14 }, { AES, 256, SHA1, 14 }, { AES, 256, MD5, 14 }, { AES, 256, SHA512, 14 },
	{ AES, 256, SHA256, 5 }, { AES, 256, SHA1, 5 }, { AES, 256, MD5, 5 }, { AES, 256, SHA256, 2 },
	{ AES, 256, SHA1, 2 }, { AES, 256, MD5, 2 }, { AES, 128, SHA1, 2 }, { AES, 128, MD5, 2 },
	{ DES3, 0, SHA1, 2 }, { DES3, 0, MD5, 2 },
};

static const struct esp android4_esp[] = {
	{ 12, 256, 5 }, { 12, 256, 2 }, { 12, 256, 1 }, { 12, 128, 5 }, { 12, 128, 2 }, { 12, 128, 1 },
	{ 3, 0, 5 }, { 3, 0, 2 }, { 3, 0, 1 }, { 2, 0, 5 }, { 2, 0, 2 }, { 2, 0, 1 },
};

static const struct esp android8_esp[] = {
	{ 12, 256, 7 }, { 12, 256, 6 }, { 12, 256, 2 }, { 12, 256, 5 }, { 12, 256, 1 }, { 12, 128, 7 },
};

static const struct esp sha256_esp[] = { { 12, 128, 5 }, { 3, 0, 5 } };
static const struct esp weak_esp[] = { { 3, 0, 1 }, { 3, 0, 2 } };
static const struct esp md5_esp[] = { { 3, 0, 1 } };
static const struct esp des_esp[] = { { 2, 0, 2 }, { 2, 0, 1 } };
static const struct esp xp_esp[] = { { 3, 0, 2 }, { 3, 0, 1 }, { 2, 0, 2 } };

#define N(array)	(sizeof(array) / sizeof((array)[0]))

struct bytes {
	uint8_t b[1024];
	size_t len;
};

static void put(struct bytes *o, unsigned int size, uint32_t v)
{
	while (size--)
		o->b[o->len++] = v >> 8 * size;
}

static void attribute(struct bytes *o, unsigned int type, unsigned int value)
{
	put(o, 2, 0x8000 | type);
	put(o, 2, value);
}

static void set_length(struct bytes *o, size_t at)
{
	o->b[at + 2] = (o->len - at) >> 8;
	o->b[at + 3] = o->len - at;
}

/* racoon and routers: lifetime first; Windows: last, in four bytes (RFC 2408 3.3) */
static void transform(struct bytes *o, const struct transform *t, unsigned int number, bool last, bool windows)
{
	size_t at = o->len;

	put(o, 4, last ? 0 : 0x03000000);
	put(o, 4, number << 24 | 0x010000);
	if (!windows) {
		attribute(o, 11, 1);
		attribute(o, 12, 28800);
	}
	attribute(o, 1, t->cipher);
	if (t->bits)
		attribute(o, 14, t->bits);
	if (!windows)
		attribute(o, 3, 1);
	attribute(o, 2, t->hash);
	attribute(o, 4, t->group);
	if (windows) {
		attribute(o, 3, 1);
		attribute(o, 11, 1);
		put(o, 4, 0x000c0004);
		put(o, 4, 28800);
	}
	set_length(o, at);
}

static void vid(struct bytes *o, const char *hex, bool last)
{
	size_t at = o->len;

	put(o, 4, last ? 0 : 0x0d000000);
	o->len += ike_hex(o->b + o->len, sizeof(o->b) - o->len, hex);
	set_length(o, at);
}

/* Message 1 behind its header, in front of it the type of its first payload. */
static void offer(struct bytes *o, const struct transform *t, size_t n, const char *const *vids, bool windows)
{
	size_t i, proposal;

	o->len = 0;
	put(o, 1, 1);
	put(o, 4, *vids ? 0x0d000000 : 0);
	put(o, 4, 1);
	put(o, 4, 1);
	proposal = o->len;
	put(o, 4, 0);
	put(o, 4, 0x01010000 | n);
	for (i = 0; i < n; i++)
		transform(o, &t[i], i + 1, i == n - 1, windows);
	set_length(o, proposal);
	set_length(o, 1);
	for (i = 0; vids[i]; i++)
		vid(o, vids[i], !vids[i + 1]);
}

static void esp_offer(struct bytes *o, const struct esp *t, size_t n, uint32_t spi, unsigned int encapsulation)
{
	size_t i, at;

	o->len = 0;
	put(o, 4, 1);
	put(o, 4, 1);
	put(o, 4, 0);
	put(o, 4, 0x01030400 | n);
	put(o, 4, spi);
	for (i = 0; i < n; i++) {
		at = o->len;
		put(o, 4, i == n - 1 ? 0 : 0x03000000);
		put(o, 4, (i + 1) << 24 | t[i].id << 16);
		attribute(o, 1, 1);
		attribute(o, 2, 28800);
		attribute(o, 4, encapsulation);
		if (t[i].bits)
			attribute(o, 6, t[i].bits);
		attribute(o, 5, t[i].auth);
		set_length(o, at);
	}
	set_length(o, 8);
}

/* Everything that a test needs; message 1 and its bytes. */
struct client {
	struct initiator i;
	struct bytes offers;
};

static void client_init(struct client *c, const struct transform *t, size_t n, const char *const *vids, bool windows)
{
	initiator_init(&c->i, "198.51.100.7", 500);
	offer(&c->offers, t, n, vids, windows);
	c->i.offers = c->offers.b;
	c->i.offers_len = c->offers.len;
	c->i.no_natt = !vids[0] || windows;
}

/* What message 2 will say. */
static void client_expects(struct client *c, unsigned int chosen, const char *md, size_t cipher_len, unsigned int group)
{
	c->i.chosen = chosen;
	c->i.md = md;
	c->i.cipher_len = cipher_len;
	c->i.group = group == 14 ? 0 : group;
	c->i.modp = group == 14;
}

static struct conf_profile profiles[2];

static void set_profile(struct ike_bench *b, bool legacy, enum conf_client client, enum conf_sha256_96 sha256_96)
{
	static struct prefix all;

	assert_true(prefix_parse(&all, "0.0.0.0/0"));
	profiles[0] = (struct conf_profile){ (char *)"old", &all, 1, client, legacy, sha256_96 };
	b->conf.profiles = profiles;
	b->conf.profiles_len = 1;
}

static int set_up(void **state)
{
	static const struct conf_esp_proposal more[] = {
		{ L2TPSEC_CIPHER_AES_CBC, 256, L2TPSEC_AUTH_HMAC_SHA2_512 },
		{ L2TPSEC_CIPHER_AES_CBC, 256, L2TPSEC_AUTH_HMAC_SHA2_256 },
		{ L2TPSEC_CIPHER_AES_CBC, 128, L2TPSEC_AUTH_HMAC_SHA2_256 },
		{ L2TPSEC_CIPHER_AES_CBC, 256, L2TPSEC_AUTH_HMAC_SHA1 },
	};
	struct ike_bench *b = ike_bench_new(NULL);

	memcpy(b->conf.esp + 1, more, sizeof(more));
	b->conf.esp_len = 1 + N(more);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	ike_bench_free(*state);
	return fake_clock_pending() ? -1 : 0;
}

static struct ike_bench_child *phase2(struct ike_bench *b, struct client *c, const struct esp *t, size_t n,
				      size_t material, struct initiator_quick *q)
{
	static uint32_t message_id = 7;
	struct bytes o;

	*q = (struct initiator_quick){ .message_id = message_id++, .spi_in = 0xa1b2c300 + message_id };
	esp_offer(&o, t, n, q->spi_in, c->i.path.natt ? 4 : 2);
	q->offers = o.b;
	q->offers_len = o.len;
	q->material = material;
	return ike_bench_phase2(b, &c->i, q);
}

static void check_keys(const struct ike_bench_child *c, const struct initiator_quick *q, size_t cipher)
{
	size_t auth = q->material - cipher;

	assert_int_equal(c->sa.in.cipher_len, cipher);
	assert_int_equal(c->sa.in.auth_len, auth);
	assert_memory_equal(c->sa.in.cipher, q->key_out, cipher);
	assert_memory_equal(c->sa.in.auth, q->key_out + cipher, auth);
	assert_memory_equal(c->sa.out.cipher, q->key_in, cipher);
	assert_memory_equal(c->sa.out.auth, q->key_in + cipher, auth);
}

static void expect_logged(struct ike_bench *b, const char *text)
{
	if (ike_bench_log_count(b, text) != 1)
		fail_msg("expected \"%s\" in:\n%s", text, b->log);
}

/* Who is refused gets a notification, and the log one line. */
static void expect_refused(struct ike_bench *b, struct client *c, const char *line)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator_info info;
	struct ike_bench_message m;

	ike_bench_receive(b, &c->i.path, out, initiator_m1(&c->i, out));
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_info(&c->i, m.data, m.len, &info));
	assert_int_equal(info.type, 14);	/* NO-PROPOSAL-CHOSEN */
	assert_int_equal(ike_bench_log_count(b, "failed at"), 1);
	expect_logged(b, line);
}

static void expect_phase1(struct ike_bench *b, struct client *c, const char *suite, bool legacy)
{
	assert_true(ike_bench_phase1(b, &c->i));
	assert_string_equal(b->peers[0].handle->suite, suite);
	assert_int_equal(b->peers[0].handle->legacy, legacy);
	assert_int_equal(ike_bench_log_count(b, "(legacy)"), legacy);
}

static void android4_is_refused_without_legacy(void **state)
{
	struct client c;

	client_init(&c, android4, N(android4), android_vids, false);
	expect_refused(*state, &c, "only weak algorithms fit: offered aes256-sha256-modp1024, aes256-sha1-modp1024, ");
	expect_logged(*state, ", des-sha1-modp1024, des-md5-modp1024; legacy = yes in a [profile NAME] with ");
	expect_logged(*state, " 198.51.100.7 would allow aes256-sha256-modp1024 (Windows shows error 789)");
}

/* SHA2-256 is offered first and may be cut to 96 bits: SHA1 it is. */
static void android4_is_served_and_not_given_sha256(void **state)
{
	struct initiator_quick q;
	struct ike_bench_child *child;
	struct client c;

	set_profile(*state, true, CONF_CLIENT_ANDROID, CONF_SHA256_96_AUTO);
	client_init(&c, android4, N(android4), android_vids, false);
	client_expects(&c, 1, "SHA256", 32, 2);
	c.i.behind_nat = true;
	expect_phase1(*state, &c, "aes256-sha256-modp1024", true);
	child = phase2(*state, &c, android4_esp, N(android4_esp), 52, &q);
	assert_non_null(child);
	assert_string_equal(child->suite, "aes256-sha1");
	assert_false(child->handle->legacy);
	assert_false(child->sa.icv_detect);
	check_keys(child, &q, 32);
	initiator_free(&c.i);
}

static void android8_is_served_with_sha512(void **state)
{
	struct initiator_quick q;
	struct ike_bench_child *child;
	struct client c;

	set_profile(*state, true, CONF_CLIENT_ANY, CONF_SHA256_96_AUTO);
	client_init(&c, android8, N(android8), android_vids, false);
	client_expects(&c, 3, "SHA512", 32, 2);
	expect_phase1(*state, &c, "aes256-sha512-modp1024", true);
	child = phase2(*state, &c, android8_esp, N(android8_esp), 96, &q);
	assert_non_null(child);
	assert_string_equal(child->suite, "aes256-sha512");
	check_keys(child, &q, 32);
	initiator_free(&c.i);
}

static void tp_link_is_refused_without_legacy(void **state)
{
	struct client c;

	set_profile(*state, false, CONF_CLIENT_ANY, CONF_SHA256_96_AUTO);
	client_init(&c, tp_link, N(tp_link), no_vids, false);
	expect_refused(*state, &c, "only weak algorithms fit: offered 3des-md5-modp1024, 3des-sha1-modp1024; legacy");
	expect_logged(*state, "; legacy = yes in [profile old] would allow 3des-sha1-modp1024");
}

/* A profile for Android does not open the door for routers. */
static void profiles_of_others_do_not_help(void **state)
{
	struct client c;

	set_profile(*state, true, CONF_CLIENT_ANDROID, CONF_SHA256_96_AUTO);
	client_init(&c, tp_link, N(tp_link), no_vids, false);
	expect_refused(*state, &c, "; legacy = yes in a [profile NAME] with peers = 198.51.100.7 would allow");
}

static void tp_link_is_served(void **state)
{
	struct initiator_quick q;
	struct ike_bench_child *child;
	struct client c;

	set_profile(*state, true, CONF_CLIENT_ANY, CONF_SHA256_96_AUTO);
	client_init(&c, tp_link, N(tp_link), no_vids, false);
	client_expects(&c, 2, "SHA1", 24, 2);
	expect_phase1(*state, &c, "3des-sha1-modp1024", true);
	child = phase2(*state, &c, weak_esp, N(weak_esp), 44, &q);
	assert_non_null(child);
	assert_string_equal(child->suite, "3des-sha1");
	assert_true(child->handle->legacy);
	assert_int_equal(child->sa.cipher, L2TPSEC_CIPHER_3DES_CBC);
	check_keys(child, &q, 24);
	initiator_free(&c.i);
}

/* MD5 as hash, PRF and integrity; 3DES in both phases: its IVs have 8 bytes. */
static void mr200_is_served_with_md5(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator_quick q, older;
	struct ike_bench_child *child;
	struct ike_bench *b = *state;
	struct client c;

	set_profile(b, true, CONF_CLIENT_ANY, CONF_SHA256_96_AUTO);
	client_init(&c, tp_link_mr200, 1, no_vids, false);
	client_expects(&c, 1, "MD5", 24, 2);
	expect_phase1(b, &c, "3des-md5-modp1024", true);
	child = phase2(b, &c, md5_esp, 1, 40, &q);
	assert_non_null(child);
	assert_string_equal(child->suite, "3des-md5");
	assert_int_equal(child->sa.auth, L2TPSEC_AUTH_HMAC_MD5);
	check_keys(child, &q, 24);
	/* the rest of its life: a rekey and all deletes */
	older = q;
	child = phase2(b, &c, md5_esp, 1, 40, &q);
	assert_non_null(child);
	assert_true(child->successor);
	ike_bench_receive(b, &c.i.path, out, initiator_delete_sa(&c.i, q.spi_in, 77, out));
	assert_string_equal(child->gone, "deleted by the peer");
	ike_bench_receive(b, &c.i.path, out, initiator_delete_sa(&c.i, older.spi_in, 78, out));
	ike_bench_receive(b, &c.i.path, out, initiator_delete_isakmp(&c.i, 79, out));
	assert_true(*b->peers[0].gone);
	initiator_free(&c.i);
}

static void xp_is_served_with_its_best(void **state)
{
	struct initiator_quick q;
	struct ike_bench_child *child;
	struct client c;

	set_profile(*state, true, CONF_CLIENT_WINDOWS, CONF_SHA256_96_AUTO);
	client_init(&c, xp, N(xp), xp_vids, true);
	client_expects(&c, 1, "SHA1", 24, 14);
	expect_phase1(*state, &c, "3des-sha1-modp2048", true);
	assert_string_equal(((struct ike_bench *)*state)->peers[0].vendor, "Windows XP");
	child = phase2(*state, &c, xp_esp, N(xp_esp), 44, &q);
	assert_non_null(child);
	check_keys(child, &q, 24);
	initiator_free(&c.i);
}

static void old_apple_is_served_with_aes(void **state)
{
	struct client c;

	set_profile(*state, true, CONF_CLIENT_ANY, CONF_SHA256_96_AUTO);
	client_init(&c, old_apple, N(old_apple), android_vids, false);
	client_expects(&c, 1, "SHA1", 32, 2);
	expect_phase1(*state, &c, "aes256-sha1-modp1024", true);
	initiator_free(&c.i);
}

/* MODP1536 with the last two of its weak hashes. */
static void modp1536_works(void **state)
{
	static const struct transform aes128_md5[] = { { AES, 128, MD5, 5 } };
	struct client c;

	set_profile(*state, true, CONF_CLIENT_ANY, CONF_SHA256_96_AUTO);
	client_init(&c, aes128_md5, 1, android_vids, false);
	client_expects(&c, 1, "MD5", 16, 5);
	expect_phase1(*state, &c, "aes128-md5-modp1536", true);
	initiator_free(&c.i);
}

static void strong_wins_over_weak_always(void **state)
{
	struct client c;

	set_profile(*state, true, CONF_CLIENT_ANY, CONF_SHA256_96_AUTO);
	client_init(&c, new_apple, N(new_apple), android_vids, false);
	client_expects(&c, 1, "SHA256", 32, 14);
	expect_phase1(*state, &c, "aes256-sha256-modp2048", false);
	initiator_free(&c.i);
}

/* Worse than weak stays out, and no option is promised to help. */
static void des_is_refused_in_any_case(void **state)
{
	static const struct transform des[] = { { DES, 0, MD5, 1 }, { DES, 0, SHA1, 2 } };
	struct client c;

	set_profile(*state, true, CONF_CLIENT_ANY, CONF_SHA256_96_AUTO);
	client_init(&c, des, 2, no_vids, false);
	expect_refused(*state, &c, "no proposal fits: offered des-md5-modp768, des-sha1-modp1024; accepted ");
}

static void weak_phase2_of_a_strong_phase1(void **state)
{
	struct ike_bench *b = *state;
	struct initiator_quick q;
	struct client c;

	client_init(&c, new_apple, N(new_apple), android_vids, false);
	client_expects(&c, 1, "SHA256", 32, 14);
	expect_phase1(b, &c, "aes256-sha256-modp2048", false);
	assert_null(phase2(b, &c, weak_esp, N(weak_esp), 44, &q));
	assert_int_equal(ike_bench_log_count(b, "failed at"), 1);
	expect_logged(b, "only weak algorithms fit: offered 3des-md5/transport, 3des-sha1/transport; legacy = yes");
	expect_logged(b, " with peers = 198.51.100.7 would allow 3des-sha1");
	assert_null(phase2(b, &c, des_esp, N(des_esp), 44, &q));
	assert_int_equal(ike_bench_log_count(b, "no proposal fits: offered des-sha1/transport"), 1);
	set_profile(b, true, CONF_CLIENT_ANY, CONF_SHA256_96_AUTO);
	assert_non_null(phase2(b, &c, weak_esp, N(weak_esp), 44, &q));
	assert_null(phase2(b, &c, des_esp, N(des_esp), 44, &q));
	initiator_free(&c.i);
}

static void sa_of_sha256(struct ike_bench *b, struct client *c, const struct ike_bench_child **child)
{
	struct initiator_quick q;

	if (!c->i.key) {
		client_init(c, new_apple, N(new_apple), android_vids, false);
		client_expects(c, 1, "SHA256", 32, 14);
		assert_true(ike_bench_phase1(b, &c->i));
	}
	*child = phase2(b, c, sha256_esp, N(sha256_esp), 48, &q);
	assert_non_null(*child);
	assert_int_equal((*child)->sa.auth, L2TPSEC_AUTH_HMAC_SHA2_256);
}

/* Android, and nothing but SHA2-256 to choose from: its packets will tell; a successor knows already. */
static void truncation_is_found_out_once(void **state)
{
	const struct ike_bench_child *child;
	struct ike_bench *b = *state;
	struct client c = { 0 };

	sa_of_sha256(b, &c, &child);
	assert_true(child->sa.icv_detect);
	assert_int_equal(child->sa.icv_len, 0);
	assert_string_equal(child->suite, "aes128-sha256");
	assert_string_equal(ike_child_icv(b->ike, child->sa.spi_in, 12), "aes128-sha256-96");
	assert_int_equal(ike_bench_log_count(b, "the client's ICVs of HMAC-SHA2-256 have 96 bits"), 1);
	sa_of_sha256(b, &c, &child);
	assert_true(child->sa.icv_detect);
	assert_int_equal(child->sa.icv_len, 12);
	assert_string_equal(child->suite, "aes128-sha256-96");
	/* somebody had cut them on the way */
	assert_string_equal(ike_child_icv(b->ike, child->sa.spi_in, 16), "aes128-sha256");
	sa_of_sha256(b, &c, &child);
	assert_int_equal(child->sa.icv_len, 0);
	assert_null(ike_child_icv(b->ike, 1, 12));
	initiator_free(&c.i);
}

static void truncation_is_forced_or_excluded(void **state)
{
	const struct ike_bench_child *child;
	struct ike_bench *b = *state;
	struct client c = { 0 };

	set_profile(b, false, CONF_CLIENT_ANDROID, CONF_SHA256_96_YES);
	sa_of_sha256(b, &c, &child);
	assert_false(child->sa.icv_detect);
	assert_int_equal(child->sa.icv_len, 12);
	assert_string_equal(child->suite, "aes128-sha256-96");
	set_profile(b, false, CONF_CLIENT_ANDROID, CONF_SHA256_96_NO);
	sa_of_sha256(b, &c, &child);
	assert_false(child->sa.icv_detect);
	assert_int_equal(child->sa.icv_len, 0);
	assert_string_equal(child->suite, "aes128-sha256");
	initiator_free(&c.i);
}

/* Forced or excluded, there is nothing to avoid: SHA2-256 in its place. */
static void sha256_is_avoided_only_in_doubt(void **state)
{
	struct ike_bench *b = *state;
	struct ike_bench_child *child;
	struct initiator_quick q;
	struct client c;

	set_profile(b, false, CONF_CLIENT_ANY, CONF_SHA256_96_NO);
	client_init(&c, new_apple, N(new_apple), android_vids, false);
	client_expects(&c, 1, "SHA256", 32, 14);
	assert_true(ike_bench_phase1(b, &c.i));
	child = phase2(b, &c, android4_esp, N(android4_esp), 64, &q);
	assert_string_equal(child->suite, "aes256-sha256");
	set_profile(b, false, CONF_CLIENT_ANY, CONF_SHA256_96_AUTO);
	child = phase2(b, &c, android4_esp, N(android4_esp), 52, &q);
	assert_string_equal(child->suite, "aes256-sha1");
	initiator_free(&c.i);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(android4_is_refused_without_legacy),
		TEST(android4_is_served_and_not_given_sha256),
		TEST(android8_is_served_with_sha512),
		TEST(tp_link_is_refused_without_legacy),
		TEST(profiles_of_others_do_not_help),
		TEST(tp_link_is_served),
		TEST(mr200_is_served_with_md5),
		TEST(xp_is_served_with_its_best),
		TEST(old_apple_is_served_with_aes),
		TEST(modp1536_works),
		TEST(strong_wins_over_weak_always),
		TEST(des_is_refused_in_any_case),
		TEST(weak_phase2_of_a_strong_phase1),
		TEST(truncation_is_found_out_once),
		TEST(truncation_is_forced_or_excluded),
		TEST(sha256_is_avoided_only_in_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
