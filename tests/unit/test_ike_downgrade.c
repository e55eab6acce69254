// SPDX-License-Identifier: MIT
/*
 * No downgrade: every combination that a client could offer alone, against a set of configurations.  What the
 * engine agrees to has to be exactly what doc/l2tpsec.conf.example says; the predicates here were written from
 * that page, each configuration with its lists typed once more, and know nothing of the engine's tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/buf.h"
#include "fake_clock.h"
#include "fake_random.h"
#include "ike/dh.h"
#include "ike/ike.h"
#include "ike_ca.h"
#include "ike_indifferent.h"
#include "ike_initiator.h"

#define MINIMAL	"[ppp]\nlocal-address = 10.99.0.1\n[pool main]\nrange = 10.99.0.10-10.99.0.20\n"
#define PSK	"[psk all]\nsecret = secret\n"
#define CERT	"[certificate]\ncertificate = own.pem\nkey = own.key\nca = root.pem\n"
#define LEGACY	"[profile old]\nlegacy = yes\n"
#define IKE	"[ike]\nproposals = aes256-sha256-ecp256, aes128-sha1-modp2048\n"
#define ESP	"[esp]\nproposals = aes256gcm16, aes128-sha1\n"

#define MAIN		2
#define AGGRESSIVE	4
#define QUICK		32
#define FRESH_AFTER	20	/* exchanges left open, then the engine is made anew */

/* Names of the page, numbers of RFC 2409 appendix A and RFC 2407 4.4 and 4.5. */
enum {
	MODP1024 = 2, MODP1536 = 5, MODP2048 = 14, MODP3072 = 15, MODP4096 = 16, ECP256 = 19, ECP384 = 20,
	ECP521 = 21, CURVE25519 = 31,
};

enum { H_MD5 = 1, H_SHA1 = 2, H_SHA256 = 4, H_SHA384 = 5, H_SHA512 = 6 };
enum { DES = 1, DES3 = 5, AES = 7 };
enum { AUTH_PSK = 1, AUTH_RSA = 3 };
enum { ESP_DES3 = 3, ESP_AES = 12, ESP_GCM16 = 20 };

/**
 * struct phase1_suite - one line of proposals =
 * @bits: AES key
 * @hash: number
 * @group: number
 */
struct phase1_suite {
	unsigned int bits, hash, group;
};

/**
 * struct phase2_suite - one line of [esp] proposals =
 * @gcm: aes...gcm16
 * @bits: AES key
 * @auth: number of the integrity algorithm, 0 with gcm
 */
struct phase2_suite {
	bool gcm;
	unsigned int bits, auth;
};

/**
 * struct world - a configuration: its text, and what the page says that it means
 * @name: for messages
 * @text: file
 * @ike: lines of [ike] proposals =; what it is without that option if it is not there
 * @esp: the same of [esp]
 * @psk: there is a key
 * @certificate: there is a certificate
 * @aggressive: aggressive-mode = yes
 * @legacy: legacy = yes for everybody
 */
struct world {
	const char *name;
	const char *text;
	const struct phase1_suite *ike;
	const struct phase2_suite *esp;
	bool psk, certificate, aggressive, legacy;
};

static const struct phase1_suite default_ike[] = {
	{ 256, H_SHA512, ECP521 },
	{ 256, H_SHA512, ECP384 }, { 256, H_SHA384, ECP384 }, { 256, H_SHA256, ECP384 },
	{ 256, H_SHA1, ECP384 },
	{ 256, H_SHA512, CURVE25519 }, { 256, H_SHA256, CURVE25519 }, { 128, H_SHA256, CURVE25519 },
	{ 256, H_SHA512, ECP256 }, { 256, H_SHA384, ECP256 }, { 256, H_SHA256, ECP256 }, { 256, H_SHA1, ECP256 },
	{ 128, H_SHA256, ECP256 }, { 128, H_SHA1, ECP256 },
	{ 256, H_SHA512, MODP4096 }, { 256, H_SHA384, MODP4096 }, { 256, H_SHA256, MODP4096 },
	{ 256, H_SHA1, MODP4096 },
	{ 256, H_SHA512, MODP3072 }, { 256, H_SHA384, MODP3072 }, { 256, H_SHA256, MODP3072 },
	{ 256, H_SHA1, MODP3072 },
	{ 128, H_SHA256, MODP3072 }, { 128, H_SHA1, MODP3072 },
	{ 256, H_SHA512, MODP2048 }, { 256, H_SHA384, MODP2048 }, { 256, H_SHA256, MODP2048 },
	{ 256, H_SHA1, MODP2048 },
	{ 128, H_SHA256, MODP2048 }, { 128, H_SHA1, MODP2048 },
	{ 0 },
};

static const struct phase1_suite short_ike[] = { { 256, H_SHA256, ECP256 }, { 128, H_SHA1, MODP2048 }, { 0 } };

static const struct phase2_suite default_esp[] = {
	{ true, 256, 0 }, { true, 128, 0 }, { false, 256, 7 }, { false, 256, 6 }, { false, 256, 5 },
	{ false, 128, 5 }, { false, 256, 2 }, { false, 128, 2 }, { 0 },
};

static const struct phase2_suite short_esp[] = { { true, 256, 0 }, { false, 128, 2 }, { 0 } };

static const struct world worlds[] = {
	{ "default", MINIMAL PSK, default_ike, default_esp, .psk = true },
	{ "aggressive mode", MINIMAL PSK "[ike]\naggressive-mode = yes\n", default_ike, default_esp, .psk = true,
	  .aggressive = true },
	{ "legacy", MINIMAL PSK LEGACY, default_ike, default_esp, .psk = true, .legacy = true },
	{ "legacy and aggressive mode", MINIMAL PSK LEGACY "[ike]\naggressive-mode = yes\n", default_ike, default_esp,
	  .psk = true, .legacy = true, .aggressive = true },
	{ "certificates only", MINIMAL CERT, default_ike, default_esp, .certificate = true },
	{ "certificates and aggressive mode", MINIMAL CERT "[ike]\naggressive-mode = yes\n", default_ike, default_esp,
	  .certificate = true, .aggressive = true },
	{ "keys and certificates", MINIMAL PSK CERT, default_ike, default_esp, .psk = true, .certificate = true },
	{ "short lists", MINIMAL PSK IKE ESP, short_ike, short_esp, .psk = true },
	{ "short lists, legacy, everything on", MINIMAL PSK CERT IKE "aggressive-mode = yes\n" ESP LEGACY, short_ike,
	  short_esp, .psk = true, .certificate = true, .legacy = true, .aggressive = true },
};

#define WORLDS	(sizeof(worlds) / sizeof(worlds[0]))

/**
 * struct offer1 - what message 1 offers
 * @mode: exchange type
 * @auth: method
 * @cipher: number
 * @bits: of its key, 0 = not said
 * @hash: number
 * @group: number, 0 = not said
 */
struct offer1 {
	unsigned int mode, auth, cipher, bits, hash, group;
};

/**
 * struct offer2 - what Quick Mode offers
 * @protocol: 3: ESP
 * @id: transform
 * @bits: of its key, 0 = not said
 * @auth: integrity, 0 = not said
 * @group: for PFS, 0 = none
 * @encapsulation: mode
 * @nat: the client is behind NAT
 */
struct offer2 {
	unsigned int protocol, id, bits, auth, group, encapsulation;
	bool nat;
};

static char dir[32];
static struct conf *conf;
static struct ike *ike;

/**
 * struct heard - the engine's answer
 * @messages: how many came since it was looked at last
 * @data: the last one
 * @len: bytes
 */
static struct {
	unsigned int messages;
	uint8_t data[INITIATOR_MESSAGE_MAX];
	size_t len;
} heard;

static void on_send(void *ctx, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	(void)ctx;
	(void)path;
	assert_true(len <= sizeof(heard.data));
	memcpy(heard.data, msg, len);
	heard.len = len;
	heard.messages++;
}

static const char *in_dir(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void write_text(const char *name, const char *text)
{
	FILE *f = fopen(in_dir(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(in_dir(name), 0600), 0);
}

static void quiet(enum log_level level, const char *line)
{
	(void)level;
	(void)line;
}

static int make_all(void **state)
{
	struct ca_request request = { .name = "vpn", .eku = "serverAuth", .san = "DNS:vpn.example.net" };
	struct ca root, own;

	(void)state;
	log_set_sink(quiet);
	strcpy(dir, "/tmp/l2tpsec-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	root = ca_issue(&(struct ca_request){ .name = "Root", .authority = true });
	request.issuer = &root;
	own = ca_issue(&request);
	ca_write_cert(in_dir("root.pem"), root.cert, NULL);
	ca_write_cert(in_dir("own.pem"), own.cert, NULL);
	ca_write_key(in_dir("own.key"), own.key, NULL);
	if (chmod(in_dir("own.key"), 0600))
		return -1;
	ca_free(&root);
	ca_free(&own);
	write_text("chap-secrets", "alice * x *\n");
	return 0;
}

static int free_all(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

static void complain(void *arg, const char *text)
{
	(void)arg;
	print_message("%s\n", text);
}

static void engine_new(void)
{
	static struct ike_ops ops;

	ops = ike_indifferent;
	ops.send = on_send;
	ike = ike_new(&conf->ike, &ops, NULL, NULL);
	assert_non_null(ike);
}

static void world_begin(const struct world *w)
{
	write_text("conf", w->text);
	conf = conf_read(in_dir("conf"), complain, NULL);
	assert_non_null(conf);
	engine_new();
}

static void world_end(void)
{
	ike_free(ike);
	conf_free(conf);
	assert_int_equal(fake_clock_pending(), 0);
}

static void engine_anew(void)
{
	ike_free(ike);
	engine_new();
}

/* The next combination, like the wheels of a counter; false after the last one. */
static bool turn(unsigned int *at, const unsigned int *sizes, size_t n)
{
	while (n--) {
		if (++at[n] < sizes[n])
			return true;
		at[n] = 0;
	}
	return false;
}

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

/* --- what the page says --- */

static bool is_strong_group(unsigned int group)
{
	return group == MODP2048 || group == MODP3072 || group == MODP4096 || group == ECP256 || group == ECP384 ||
	       group == ECP521 || group == CURVE25519;
}

/* "modp2048|modp3072|...": a line of proposals = */
static bool ike_listed(const struct world *w, const struct offer1 *o, unsigned int bits)
{
	const struct phase1_suite *s;

	for (s = w->ike; s->bits; s++) {
		if (o->cipher == AES && bits == s->bits && o->hash == s->hash && o->group == s->group)
			return true;
	}
	return false;
}

/* "3DES, MD5, MODP1024 and MODP1536 ... DES is never accepted": something of those, and nothing unknown beside it */
static bool ike_legacy(const struct offer1 *o, unsigned int bits)
{
	bool weak_group = o->group == MODP1024 || o->group == MODP1536;
	bool aes = o->cipher == AES && (bits == 128 || bits == 192 || bits == 256);
	bool des3 = o->cipher == DES3 && (!o->bits || o->bits == 192);
	bool strong_hash = o->hash == H_SHA1 || o->hash == H_SHA256 || o->hash == H_SHA384 || o->hash == H_SHA512;

	return (aes || des3) && (strong_hash || o->hash == H_MD5) && (weak_group || is_strong_group(o->group)) &&
	       (des3 || o->hash == H_MD5 || weak_group);
}

/* An AES key that is not named is of 128 bits (RFC 3602 5.3 wants it named; old clients do not). */
static bool phase1_allowed(const struct world *w, const struct offer1 *o)
{
	unsigned int bits = o->cipher == AES && !o->bits ? 128 : o->bits;

	if (o->auth != AUTH_PSK && o->auth != AUTH_RSA)
		return false;
	if (o->auth == AUTH_PSK ? !w->psk : !w->certificate)
		return false;
	if (o->mode == AGGRESSIVE && (!w->aggressive || o->auth != AUTH_PSK))
		return false;
	return ike_listed(w, o, bits) || (w->legacy && ike_legacy(o, bits));
}

static bool esp_listed(const struct world *w, const struct offer2 *o, unsigned int bits)
{
	const struct phase2_suite *s;

	for (s = w->esp; s->bits; s++) {
		if (o->id == (s->gcm ? ESP_GCM16 : ESP_AES) && bits == s->bits && o->auth == s->auth)
			return true;
	}
	return false;
}

/* 3DES with an HMAC that was in use with it, MD5 with AES. */
static bool esp_legacy(const struct offer2 *o, unsigned int bits)
{
	if (o->id == ESP_DES3)
		return (!o->bits || o->bits == 192) && (o->auth == 1 || o->auth == 2 || o->auth == 5);
	return o->id == ESP_AES && (bits == 128 || bits == 192 || bits == 256) && o->auth == 1;
}

/* "Its groups are also those that phase 2 accepts for perfect forward secrecy, and MODP1024 and MODP1536 besides" */
static bool pfs_allowed(const struct world *w, unsigned int group)
{
	const struct phase1_suite *s;

	if (!group || group == MODP1024 || group == MODP1536)
		return true;
	for (s = w->ike; s->bits; s++) {
		if (s->group == group)
			return true;
	}
	return false;
}

static bool phase2_allowed(const struct world *w, const struct offer2 *o)
{
	unsigned int bits = o->id == ESP_AES && !o->bits ? 128 : o->bits;

	return o->protocol == 3 && o->encapsulation == (o->nat ? 4u : 2u) && pfs_allowed(w, o->group) &&
	       (esp_listed(w, o, bits) || (w->legacy && esp_legacy(o, bits)));
}

/* --- what the engine says --- */

static void put(struct wbuf *w, unsigned int type, unsigned int value)
{
	wbuf_u16(w, 0x8000 | type);
	wbuf_u16(w, value);
}

static size_t attributes1(const struct offer1 *o, uint8_t *out, size_t cap)
{
	struct wbuf w;

	wbuf_init(&w, out, cap);
	put(&w, 1, o->cipher);
	if (o->bits)
		put(&w, 14, o->bits);
	put(&w, 2, o->hash);
	put(&w, 3, o->auth);
	if (o->group)
		put(&w, 4, o->group);
	put(&w, 11, 1);
	put(&w, 12, 28800);
	return w.len;
}

static size_t attributes2(const struct offer2 *o, uint8_t *out, size_t cap)
{
	struct wbuf w;

	wbuf_init(&w, out, cap);
	put(&w, 1, 1);
	put(&w, 2, 3600);
	put(&w, 4, o->encapsulation);
	if (o->auth)
		put(&w, 5, o->auth);
	if (o->bits)
		put(&w, 6, o->bits);
	if (o->group)
		put(&w, 3, o->group);
	return w.len;
}

/* Body of an SA payload with one proposal of one transform. */
static size_t sa_body(uint8_t *out, size_t cap, unsigned int protocol, unsigned int id, uint32_t spi,
		      const uint8_t *attributes, size_t len)
{
	size_t spi_len = spi ? 4 : 0;
	struct wbuf w;

	wbuf_init(&w, out, cap);
	wbuf_u32(&w, 1);
	wbuf_u32(&w, 1);
	wbuf_u16(&w, 0);
	wbuf_u16(&w, 8 + spi_len + 8 + len);
	wbuf_u8(&w, 1);
	wbuf_u8(&w, protocol);
	wbuf_u8(&w, spi_len);
	wbuf_u8(&w, 1);
	if (spi)
		wbuf_u32(&w, spi);
	wbuf_u16(&w, 0);
	wbuf_u16(&w, 8 + len);
	wbuf_u8(&w, 1);
	wbuf_u8(&w, id);
	wbuf_u16(&w, 0);
	wbuf_bytes(&w, attributes, len);
	assert_false(w.failed);
	return w.len;
}

/* A value of the group, or something of no group. */
static size_t public_value(unsigned int group, uint8_t *out)
{
	static struct dh made[64];
	struct dh *dh = &made[group < 64 ? group : 0];
	size_t len = dh_public_len(group);

	if (!len) {
		memset(out, 0x5a, 128);
		return 128;
	}
	if (!dh->group) {
		dh->group = group;
		dh->peer_len = len;
		memset(dh->priv, 0x37, dh_private_len(group));
		memset(dh->peer, 0, len);
		dh->peer[len - 1] = 9;
		dh_compute(dh);		/* may not like the other side's value; ours is made all the same */
	}
	memcpy(out, dh->pub, len);
	return len;
}

static void put_payload(struct wbuf *w, unsigned int next, const void *body, size_t len)
{
	wbuf_u16(w, next << 8);
	wbuf_u16(w, 4 + len);
	wbuf_bytes(w, body, len);
}

static size_t message1(const struct offer1 *o, uint32_t serial, uint8_t *out)
{
	static const uint8_t id[] = { 1, 0, 0, 0, 198, 51, 100, 7 }, nonce[16] = { 1 };
	uint8_t attributes[64], sa[128], ke[DH_PUBLIC_MAX];
	size_t len, ke_len = public_value(o->group, ke);
	struct wbuf w;

	wbuf_init(&w, out, INITIATOR_MESSAGE_MAX);
	wbuf_u32(&w, 0xc0c0c0c0);
	wbuf_u32(&w, serial);
	wbuf_u32(&w, 0);
	wbuf_u32(&w, 0);
	wbuf_u8(&w, 1);
	wbuf_u8(&w, 0x10);
	wbuf_u16(&w, o->mode << 8);
	wbuf_u32(&w, 0);
	wbuf_u32(&w, 0);
	len = attributes1(o, attributes, sizeof(attributes));
	len = sa_body(sa, sizeof(sa), 1, 1, 0, attributes, len);
	put_payload(&w, o->mode == AGGRESSIVE ? 4 : 0, sa, len);
	if (o->mode == AGGRESSIVE) {
		put_payload(&w, 10, ke, ke_len);
		put_payload(&w, 5, nonce, sizeof(nonce));
		put_payload(&w, 0, id, sizeof(id));
	}
	wbuf_patch_u16(&w, 26, w.len);
	assert_false(w.failed);
	return w.len;
}

/* The transform that came back is the one that was offered. */
static void check_echo(const uint8_t *sa_payload, const uint8_t *attributes, size_t len)
{
	size_t size = sa_payload[2] << 8 | sa_payload[3];

	assert_true(size > len);
	assert_memory_equal(sa_payload + size - len, attributes, len);
}

static bool phase1_agreed(const struct offer1 *o, uint32_t serial)
{
	struct ike_path path = { .local.port = 500, .remote.port = 500 };
	uint8_t out[INITIATOR_MESSAGE_MAX], attributes[64];
	size_t len;

	addr_parse(&path.local.addr, "192.0.2.1");
	addr_parse(&path.remote.addr, "198.51.100.7");
	heard.messages = 0;
	len = message1(o, serial, out);
	ike_receive(ike, &path, out, len);
	if (!heard.messages || heard.data[18] == 5)
		return false;
	assert_int_equal(heard.messages, 1);
	assert_int_equal(heard.data[18], o->mode);
	assert_int_equal(heard.data[16], 1);
	len = attributes1(o, attributes, sizeof(attributes));
	check_echo(heard.data + 28, attributes, len);
	return true;
}

static void compare1(const struct world *w, const struct offer1 *o, bool agreed)
{
	if (agreed != phase1_allowed(w, o))
		fail_msg("\"%s\": mode %u auth %u cipher %u bits %u hash %u group %u is %s", w->name, o->mode, o->auth,
			 o->cipher, o->bits, o->hash, o->group, agreed ? "agreed to" : "refused");
}

/* Every mode, authentication, cipher, key length, hash and group, known or not: one offer alone. */
static void phase1_agrees_to_what_is_configured(void **state)
{
	static const unsigned int modes[] = { MAIN, AGGRESSIVE };
	static const unsigned int auths[] = { 1, 2, 3, 4, 64221, 65001 };
	static const unsigned int ciphers[][2] = {
		{ 0, 0 }, { DES, 0 }, { 3, 128 }, { DES3, 0 }, { DES3, 192 }, { AES, 0 }, { AES, 64 }, { AES, 128 },
		{ AES, 192 }, { AES, 256 }, { 8, 256 },
	};
	static const unsigned int groups[] = { 0, 1, 2, 5, 14, 15, 16, 17, 19, 20, 21, 22, 24, 31 };
	const unsigned int sizes[] = { LEN(modes), LEN(auths), LEN(ciphers), 8, LEN(groups) };
	unsigned int at[5] = { 0 }, agreed = 0, all = 0;
	const struct world *w = *state;
	struct offer1 o;
	bool good;

	world_begin(w);
	do {
		o = (struct offer1){ modes[at[0]], auths[at[1]], ciphers[at[2]][0], ciphers[at[2]][1], at[3],
				     groups[at[4]] };
		good = phase1_agreed(&o, ++all);
		compare1(w, &o, good);
		agreed += good;
		/* refused ones are remembered too */
		if (all % FRESH_AFTER == 0)
			engine_anew();
	} while (turn(at, sizes, 5));
	print_message("%s: %u of %u offers of phase 1 are agreed to\n", w->name, agreed, all);
	assert_true(agreed > 0 && agreed < all);
	world_end();
}

/* A client whose ISAKMP SA is up. */
static void client_up(struct initiator *i, bool nat)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	size_t len;

	initiator_init(i, "198.51.100.7", 500);
	i->behind_nat = nat;
	ike_receive(ike, &i->path, out, initiator_m1(i, out));
	ike_receive(ike, &i->path, out, initiator_m3(i, heard.data, heard.len, out));
	len = initiator_m5(i, heard.data, heard.len, out);
	ike_receive(ike, &i->path, out, len);
	assert_true(initiator_m6(i, heard.data, heard.len));
	assert_true(i->path.natt == nat);
}

static bool quick_agreed(struct initiator *i, struct initiator_quick *q)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];

	heard.messages = 0;
	ike_receive(ike, &i->path, out, initiator_q1(i, q, out));
	return heard.messages && heard.data[18] == QUICK;
}

static bool phase2_agreed(struct initiator *i, const struct offer2 *o, uint32_t serial)
{
	uint8_t attributes[64], sa[128], ke[DH_PUBLIC_MAX];
	struct initiator_quick q = { .message_id = serial, .port = 1701, .offers = sa };

	q.offers_len = sa_body(sa, sizeof(sa), o->protocol, o->id, 0x10000000 + serial, attributes,
			       attributes2(o, attributes, sizeof(attributes)));
	q.spi_in = serial;
	if (o->group) {
		q.ke = ke;
		q.ke_len = public_value(o->group, ke);
	}
	return quick_agreed(i, &q);
}

static void compare2(const struct world *w, const struct offer2 *o, bool agreed)
{
	if (agreed != phase2_allowed(w, o))
		fail_msg("\"%s\": protocol %u transform %u bits %u auth %u group %u encapsulation %u%s is %s", w->name,
			 o->protocol, o->id, o->bits, o->auth, o->group, o->encapsulation, o->nat ? " NAT" : "",
			 agreed ? "agreed to" : "refused");
}

static void client_anew(struct initiator *i, bool nat)
{
	initiator_free(i);
	engine_anew();
	client_up(i, nat);
}

static unsigned int try_phase2(const struct world *w, bool nat, unsigned int *all)
{
	static const unsigned int ciphers[][3] = {
		{ 3, 2, 0 }, { 3, ESP_DES3, 0 }, { 3, ESP_DES3, 192 }, { 3, 11, 0 }, { 3, ESP_AES, 0 },
		{ 3, ESP_AES, 128 }, { 3, ESP_AES, 192 }, { 3, ESP_AES, 256 }, { 3, 13, 256 }, { 3, 18, 256 },
		{ 3, ESP_GCM16, 0 }, { 3, ESP_GCM16, 128 }, { 3, ESP_GCM16, 192 }, { 3, ESP_GCM16, 256 },
		{ 3, 21, 256 }, { 2, 3, 0 },
	};
	static const unsigned int groups[] = { 0, 1, 2, 5, 14, 15, 16, 17, 19, 21, 31 };
	static const unsigned int encapsulations[] = { 1, 2, 3, 4, 61443, 61444 };
	const unsigned int sizes[] = { LEN(ciphers), 10, LEN(groups), LEN(encapsulations) };
	unsigned int at[4] = { 0 }, agreed = 0, open = 0;
	struct initiator i;
	struct offer2 o;
	bool good;

	client_up(&i, nat);
	do {
		o = (struct offer2){ ciphers[at[0]][0], ciphers[at[0]][1], ciphers[at[0]][2], at[1], groups[at[2]],
				     encapsulations[at[3]], nat };
		good = phase2_agreed(&i, &o, ++*all);
		compare2(w, &o, good);
		agreed += good;
		open += good;
		if (open == FRESH_AFTER) {
			client_anew(&i, nat);
			open = 0;
		}
	} while (turn(at, sizes, 4));
	initiator_free(&i);
	engine_anew();
	return agreed;
}

/* Every protocol, transform, key length, integrity algorithm, group and encapsulation, with NAT and without. */
static void phase2_agrees_to_what_is_configured(void **state)
{
	const struct world *w = *state;
	unsigned int agreed, all = 0;

	world_begin(w);
	agreed = try_phase2(w, false, &all);
	agreed += try_phase2(w, true, &all);
	print_message("%s: %u of %u offers of phase 2 are agreed to\n", w->name, agreed, all);
	assert_true(agreed > 0 && agreed < all);
	world_end();
}

/* "UDP of one host <-> our UDP port 1701", or any protocol or port that includes it (RFC 3193 3.1) */
static bool identity_allowed(unsigned int type, unsigned int protocol, unsigned int our_port, bool one_host)
{
	bool kind = type == 1 || type == 2 || type == 5 || (type == 4 && one_host);

	return kind && (!protocol || protocol == 17) && (!our_port || our_port == 1701);
}

static size_t id_body(uint8_t *out, unsigned int type, unsigned int protocol, unsigned int port, bool one_host)
{
	static const uint8_t zeros[16];
	struct wbuf w;

	wbuf_init(&w, out, 64);
	wbuf_u8(&w, type);
	wbuf_u8(&w, protocol);
	wbuf_u16(&w, port);
	wbuf_u32(&w, 0xc6336407);
	if (type == 4 || type == 7 || type == 8)
		wbuf_u32(&w, one_host ? 0xffffffff : 0xffffff00);
	if (type == 5 || type == 6)
		wbuf_bytes(&w, zeros, 12);
	if (type == 6)
		wbuf_bytes(&w, zeros, 16);
	return w.len;
}

/* Every kind of client identity, protocol and port, on both sides. */
static void phase2_protects_l2tp_and_nothing_else(void **state)
{
	static const unsigned int protocols[] = { 0, 1, 6, 17, 50, 255 };
	static const unsigned int ports[] = { 0, 1, 500, 1700, 1701, 1702, 65535 };
	const struct offer2 gcm = { 3, ESP_GCM16, 256, 0, 0, 2, false };
	const unsigned int sizes[] = { 13, LEN(protocols), LEN(ports), 2 };
	unsigned int at[4] = { 0 }, all = 0, agreed = 0, open = 0;
	uint8_t attributes[64], sa[128], ids[130];
	struct initiator_quick quick;
	struct initiator i;
	bool good;
	size_t n;

	(void)state;
	world_begin(&worlds[0]);
	client_up(&i, false);
	do {
		n = attributes2(&gcm, attributes, sizeof(attributes));
		quick = (struct initiator_quick){ .message_id = ++all, .offers = sa, .ids = ids, .spi_in = all };
		quick.offers_len = sa_body(sa, sizeof(sa), 3, ESP_GCM16, 0x10000000 + all, attributes, n);
		ids[0] = id_body(ids + 1, at[0], protocols[at[1]], ports[at[2]], at[3]);
		n = 1 + ids[0];
		ids[n] = id_body(ids + n + 1, at[0], protocols[at[1]], ports[at[2]], at[3]);
		good = quick_agreed(&i, &quick);
		if (good != identity_allowed(at[0], protocols[at[1]], ports[at[2]], at[3]))
			fail_msg("identity type %u protocol %u port %u %s is %s", at[0], protocols[at[1]],
				 ports[at[2]], at[3] ? "one host" : "a network", good ? "agreed to" : "refused");
		agreed += good;
		open += good;
		if (open == FRESH_AFTER) {
			client_anew(&i, false);
			open = 0;
		}
	} while (turn(at, sizes, 4));
	print_message("%u of %u pairs of client identities are agreed to\n", agreed, all);
	initiator_free(&i);
	world_end();
}

/**
 * struct name - a phase 1 identity
 * @type: RFC 2407 4.6.2.1
 * @text: name
 */
struct name {
	uint8_t type;
	const char *text;
};

/* Aggressive Mode has no message 4: a Quick Mode tells. */
static bool comes_up(const struct name *n, bool aggressive, const char *psk)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct initiator i;
	size_t len;
	bool up;

	initiator_init(&i, "198.51.100.7", 500);
	i.psk = psk;
	i.no_natt = true;
	initiator_set_id(&i, n->type, n->text, strlen(n->text));
	if (aggressive) {
		ike_receive(ike, &i.path, out, initiator_a1(&i, out));
		ike_receive(ike, &i.path, out, initiator_a3(&i, heard.data, heard.len, out));
	} else {
		ike_receive(ike, &i.path, out, initiator_m1(&i, out));
		ike_receive(ike, &i.path, out, initiator_m3(&i, heard.data, heard.len, out));
		len = initiator_m5(&i, heard.data, heard.len, out);
		ike_receive(ike, &i.path, out, len);
		initiator_m6(&i, heard.data, heard.len);
	}
	up = phase2_agreed(&i, &(struct offer2){ 3, ESP_GCM16, 256, 0, 0, 2, false }, 77);
	initiator_free(&i);
	engine_anew();
	return up;
}

/*
 * "The only identity that may use it: a group name, a host name, a mail address": both modes, each kind of
 * identity, the right and the wrong name and each key: only who has both gets in.
 */
static void keys_are_for_whom_they_are_configured(void **state)
{
	static const char text[] = MINIMAL "[ike]\naggressive-mode = yes\n[psk staff]\nid = staff\nsecret = for staff\n"
				   "[psk all]\nsecret = for all\n";
	static const char *const names[] = { "staff", "Staff", "staff2", "staf", "others", "" };
	static const char *const keys[] = { "for staff", "for all", "secret", "" };
	static const uint8_t kinds[] = { 2, 3, 11 };
	const struct world w = { .name = "identities", .text = text };
	const unsigned int sizes[] = { 2, LEN(kinds), LEN(names), LEN(keys) };
	unsigned int at[4] = { 0 }, up = 0, all = 0;
	bool expected, good, is_staff;

	(void)state;
	world_begin(&w);
	do {
		good = comes_up(&(struct name){ kinds[at[1]], names[at[2]] }, at[0], keys[at[3]]);
		is_staff = !strcmp(names[at[2]], "staff");
		/* in Aggressive Mode the key with the name goes before the one without, and only one can be tried */
		expected = (is_staff && at[3] == 0) || (at[3] == 1 && !(at[0] && is_staff));
		if (good != expected)
			fail_msg("mode %u kind %u name \"%s\" key \"%s\" %s in", at[0], kinds[at[1]], names[at[2]],
				 keys[at[3]], good ? "gets" : "does not get");
		up += good;
		all++;
	} while (turn(at, sizes, 4));
	print_message("%u of %u pairs of an identity and a key get in\n", up, all);
	world_end();
}

int main(void)
{
	struct CMUnitTest tests[2 * WORLDS + 2] = {
		cmocka_unit_test(phase2_protects_l2tp_and_nothing_else),
		cmocka_unit_test(keys_are_for_whom_they_are_configured),
	};
	static char names[WORLDS][2][80];
	size_t n = 2, i;

	for (i = 0; i < WORLDS; i++) {
		snprintf(names[i][0], sizeof(names[i][0]), "phase 1: %s", worlds[i].name);
		snprintf(names[i][1], sizeof(names[i][1]), "phase 2: %s", worlds[i].name);
		tests[n++] = (struct CMUnitTest){ names[i][0], phase1_agrees_to_what_is_configured, NULL, NULL,
						  (void *)&worlds[i] };
		/* the initiator of the tests has pre-shared keys only, and what it offers has to be in the list */
		if (worlds[i].psk)
			tests[n++] = (struct CMUnitTest){ names[i][1], phase2_agrees_to_what_is_configured, NULL, NULL,
							  (void *)&worlds[i] };
	}
	return _cmocka_run_group_tests("no downgrade", tests, n, make_all, free_all);
}
