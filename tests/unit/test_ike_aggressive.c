// SPDX-License-Identifier: MIT
/*
 * Aggressive Mode against an initiator that shares no code with the engine.  The offers of Apple and of
 * Android are written byte by byte as their racoon puts them on the wire: attributes LIFETYPE, LIFEDUR, ENC,
 * KEYLEN, AUTH, HASH, GROUP; payloads SA, KE, Ni, IDii, VID; a nonce of 16 bytes; message 3 in clear.
 */
#include <event2/event.h>
#include <event2/thread.h>
#include <linux/l2tpsec.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/worker.h"
#include "fake_clock.h"
#include "ike_bench.h"

#define AUTHENTICATION_FAILED		24
#define NO_PROPOSAL_CHOSEN		14
#define UNSUPPORTED_EXCHANGE_TYPE	29

#define KEY_ID		11
#define FQDN		2
#define USER_FQDN	3
#define IPV4_ADDR	1

#define NAT_T_RFC	"\x10\x4a\x13\x1c\x81\x07\x03\x58\x45\x5c\x57\x28\xf2\x0e\x95\x45\x2f"
#define NAT_T_APPLE	"\x10\x4d\xf3\x79\x28\xe9\xfc\x4f\xd1\xb3\x26\x21\x70\xd5\x15\xc6\x62"
#define NAT_T_08	"\x10\x8f\x8d\x83\x82\x6d\x24\x6b\x6f\xc7\xa8\xa6\xa4\x28\xc1\x1d\xe8"
#define NAT_T_07	"\x10\x43\x9b\x59\xf8\xba\x67\x6c\x4c\x77\x37\xae\x22\xea\xb8\xf5\x82"
#define NAT_T_06	"\x10\x4d\x1e\x0e\x13\x6d\xea\xfa\x34\xc4\xf3\xea\x9f\x02\xec\x72\x85"
#define NAT_T_05	"\x10\x80\xd0\xbb\x3d\xef\x54\x56\x5e\xe8\x46\x45\xd4\xc8\x5c\xe3\xee"
#define NAT_T_04	"\x10\x99\x09\xb6\x4e\xed\x93\x7c\x65\x73\xde\x52\xac\xe9\x52\xfa\x6b"
#define NAT_T_03	"\x10\x7d\x94\x19\xa6\x53\x10\xca\x6f\x2c\x17\x9d\x92\x15\x52\x9d\x56"
#define NAT_T_02	"\x10\xcd\x60\x46\x43\x35\xdf\x21\xf8\x7c\xfd\xb2\xfc\x68\xb6\xa4\x48"
#define NAT_T_02N	"\x10\x90\xcb\x80\x91\x3e\xbb\x69\x6e\x08\x63\x81\xb5\xec\x42\x7b\x1f"
#define NAT_T_00	"\x10\x44\x85\x15\x2d\x18\xb6\xbb\xcd\x0b\xe8\xa8\x46\x95\x79\xdd\xcc"
#define FRAGMENTATION	"\x14\x40\x48\xb7\xd5\x6e\xbc\xe8\x85\x25\xe7\xde\x7f\x00\xd6\xc2\xd3\x80\x00\x00\x00"
#define DPD		"\x10\xaf\xca\xd7\x13\x68\xa1\xf1\xc9\x6b\x86\x96\xfc\x77\x57\x01\x00"

static const char apple_vids[] = NAT_T_RFC NAT_T_APPLE NAT_T_08 NAT_T_07 NAT_T_06 NAT_T_05 NAT_T_04 NAT_T_03
				 NAT_T_02 NAT_T_02N FRAGMENTATION DPD;
static const char android_vids[] = FRAGMENTATION NAT_T_00 NAT_T_02 NAT_T_RFC DPD;

/* A transform: number, then LIFETYPE seconds, LIFEDUR, ENC, KEYLEN, AUTH pre-shared key, HASH, GROUP */
#define T(more, n, life, enc, bits, hash, group) \
	more "\x00\x00\x24" n "\x01\x00\x00\x80\x0b\x00\x01\x80\x0c" life "\x80\x01\x00" enc "\x80\x0e" bits \
	"\x80\x03\x00\x01\x80\x02\x00" hash "\x80\x04\x00" group
/* The same without KEYLEN: 3DES, DES */
#define T_FIXED(more, n, life, enc, hash, group) \
	more "\x00\x00\x20" n "\x01\x00\x00\x80\x0b\x00\x01\x80\x0c" life "\x80\x01\x00" enc \
	"\x80\x03\x00\x01\x80\x02\x00" hash "\x80\x04\x00" group
#define AES256(more, n, life, hash, group)	T(more, n, life, "\x07", "\x01\x00", hash, group)
#define AES128(more, n, life, hash, group)	T(more, n, life, "\x07", "\x00\x80", hash, group)
#define DES3(more, n, life, hash, group)	T_FIXED(more, n, life, "\x05", hash, group)
#define DES(more, n, life, hash, group)		T_FIXED(more, n, life, "\x01", hash, group)
/* DOI, situation, one proposal of so many bytes and transforms */
#define SA(len, transforms)	"\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00" len "\x01\x01\x00" transforms

#define HOUR	"\x0e\x10"
#define H8	"\x70\x80"
#define MD5	"\x01"
#define SHA1	"\x02"
#define SHA256	"\x04"
#define SHA384	"\x05"
#define SHA512	"\x06"
#define MODP1024 "\x02"
#define MODP2048 "\x0e"

/* Apple with a group name: the transforms with MODP 2048 of its list */
static const char apple_offer[] = SA("\x00\x98", "\x04")
	AES256("\x03", "\x01", HOUR, SHA256, MODP2048) AES256("\x03", "\x02", HOUR, SHA1, MODP2048)
	AES256("\x03", "\x03", HOUR, MD5, MODP2048) AES256("\x00", "\x04", HOUR, SHA512, MODP2048);

/* and its second try */
static const char apple_weak_offer[] = SA("\x00\xfc", "\x07")
	AES256("\x03", "\x01", HOUR, SHA256, MODP1024) AES256("\x03", "\x02", HOUR, SHA1, MODP1024)
	AES256("\x03", "\x03", HOUR, MD5, MODP1024) AES128("\x03", "\x04", HOUR, SHA1, MODP1024)
	AES128("\x03", "\x05", HOUR, MD5, MODP1024) DES3("\x03", "\x06", HOUR, SHA1, MODP1024)
	DES3("\x00", "\x07", HOUR, MD5, MODP1024);

/* Android 8 to 11 */
static const char android_offer[] = SA("\x02\x30", "\x10")
	AES256("\x03", "\x01", H8, SHA384, MODP1024) AES256("\x03", "\x02", H8, SHA256, MODP1024)
	AES256("\x03", "\x03", H8, SHA512, MODP1024) AES256("\x03", "\x04", H8, SHA1, MODP1024)
	AES256("\x03", "\x05", H8, MD5, MODP1024)
	AES128("\x03", "\x06", H8, SHA512, MODP1024) AES128("\x03", "\x07", H8, SHA384, MODP1024)
	AES128("\x03", "\x08", H8, SHA256, MODP1024) AES128("\x03", "\x09", H8, SHA1, MODP1024)
	AES128("\x03", "\x0a", H8, MD5, MODP1024)
	DES3("\x03", "\x0b", H8, SHA256, MODP1024) DES3("\x03", "\x0c", H8, SHA1, MODP1024)
	DES3("\x03", "\x0d", H8, MD5, MODP1024)
	DES("\x03", "\x0e", H8, SHA256, MODP1024) DES("\x03", "\x0f", H8, SHA1, MODP1024)
	DES("\x00", "\x10", H8, MD5, MODP1024);

static int set_up(void **state)
{
	struct ike_bench *b = ike_bench_new(NULL);

	*state = b;
	b->conf.aggressive_mode = true;
	ike_bench_add_psk(b, "staff", "the staff's", "0.0.0.0/0");
	b->psks[1].id = (char *)"staff";
	return 0;
}

static int tear_down(void **state)
{
	ike_bench_free(*state);
	return fake_clock_pending() ? -1 : 0;
}

static const char group_name[] = "staff";

/* A client that sends a name, and has the key of that name. */
static void named(struct initiator *i, const char *address, uint16_t port)
{
	initiator_init(i, address, port);
	initiator_set_id(i, KEY_ID, group_name, strlen(group_name));
	i->psk = "the staff's";
}

static void racoon(struct initiator *i, const char *offer, size_t len, const char *vids)
{
	named(i, "198.51.100.7", 61234);
	i->behind_nat = true;
	i->clear = true;
	i->modp = true;
	i->ni_len = 16;
	i->offer = (const uint8_t *)offer;
	i->offer_len = len;
	i->vids = (const uint8_t *)vids;
}

static void apple_with_a_group_name_gets_an_sa(void **state)
{
	struct initiator_quick q = { .message_id = 0x8a2bbd0d, .port = 56322 };
	struct ike_bench *b = *state;
	struct ike_bench_child *c;
	struct initiator i;

	racoon(&i, apple_offer, sizeof(apple_offer) - 1, apple_vids);
	assert_true(ike_bench_aggressive(b, &i));
	assert_true(i.found_nat);
	/* an address: Apple takes nothing else */
	assert_int_equal(i.peer_id_len, 8);
	assert_memory_equal(i.peer_id, "\x01\0\0\0\xc0\0\x02\x01", 8);
	/* SA with one transform of 36 bytes, KE, Nr, IDir, HASH_R, VIDs, NAT-D twice */
	assert_string_equal(i.peer_shape, "1:52 4:256 10:32 5:8 8:32 13:16 13:16 20:32 20:32 ");
	assert_int_equal(b->peers[0].ups, 1);
	assert_string_equal(b->peers[0].identity, "staff");
	assert_string_equal(b->peers[0].vendor, "Apple");
	assert_string_equal(b->peers[0].handle->suite, "aes256-sha256-modp2048");
	assert_true(b->peers[0].handle->behind_nat);
	assert_int_equal(ike_bench_log_count(b, "pre-shared key staff fits"), 1);
	c = ike_bench_phase2(b, &i, &q);
	assert_non_null(c);
	assert_true(c->active);
	assert_int_equal(c->sa.encap, L2TPSEC_ENCAP_UDP);
	assert_int_equal(c->sa.remote.port, 61235);
	assert_int_equal(c->sa.keepalive, 0);
	assert_int_equal(ike_bench_log_count(b, "failed"), 0);
	initiator_free(&i);
}

static void modp1024_alone_is_refused(void **state)
{
	static const struct {
		const char *offer;
		size_t len;
		const char *vids, *said;
	} lists[] = {
		{ apple_weak_offer, sizeof(apple_weak_offer) - 1, apple_vids,
		  "at ike-phase1: only weak algorithms fit: offered aes256-sha256-modp1024, aes256-sha1-modp1024, " },
		{ android_offer, sizeof(android_offer) - 1, android_vids,
		  "at ike-phase1: only weak algorithms fit: offered aes256-sha384-modp1024, aes256-sha256-modp1024, " },
	};
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct initiator_info info;
	struct ike_bench_message m;
	struct initiator i;
	size_t n;

	for (n = 0; n < 2; n++) {
		racoon(&i, lists[n].offer, lists[n].len, lists[n].vids);
		ike_bench_receive(b, &i.path, out, initiator_a1(&i, out));
		assert_true(ike_bench_take(b, &m));
		assert_true(initiator_info(&i, m.data, m.len, &info));
		assert_int_equal(info.type, NO_PROPOSAL_CHOSEN);
		assert_int_equal(ike_bench_log_count(b, lists[n].said), 1);
		assert_int_equal(ike_bench_log_count(b, "; legacy = yes in "), n + 1);
		assert_int_equal(ike_bench_log_count(b, "failed at"), n + 1);
		initiator_free(&i);
	}
}

/* The same lists for a peer whose profile says so. */
static void modp1024_is_taken_with_legacy(void **state)
{
	static const struct {
		const char *offer;
		size_t len;
		const char *vids, *suite;
	} lists[] = {
		{ apple_weak_offer, sizeof(apple_weak_offer) - 1, apple_vids, "aes256-sha256-modp1024" },
		{ android_offer, sizeof(android_offer) - 1, android_vids, "aes256-sha512-modp1024" },
	};
	struct initiator_quick q = { .message_id = 1, .port = 56322 };
	struct ike_bench *b = *state;
	struct conf_profile old;
	struct prefix anybody;
	struct initiator i;
	size_t n;

	assert_true(prefix_parse(&anybody, "0.0.0.0/0"));
	old = (struct conf_profile){ .name = (char *)"old", .peers = &anybody, .peers_len = 1, .legacy = true };
	b->conf.profiles = &old;
	b->conf.profiles_len = 1;
	for (n = 0; n < 2; n++) {
		racoon(&i, lists[n].offer, lists[n].len, lists[n].vids);
		i.path.remote.port += 10 * n;
		i.float_port += 10 * n;
		i.modp = false;
		i.group = 2;
		assert_true(ike_bench_aggressive(b, &i));
		assert_string_equal(b->peers[n].handle->suite, lists[n].suite);
		assert_true(b->peers[n].handle->legacy);
		q.spi_in = 0;
		assert_non_null(ike_bench_phase2(b, &i, &q));
		initiator_free(&i);
	}
	b->conf.profiles_len = 0;
}

static void client_without_nat_stays_on_port_500(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct ike_bench_child *c;
	struct initiator i;

	named(&i, "198.51.100.7", 500);
	i.dpd = true;
	assert_true(ike_bench_aggressive(b, &i));
	assert_false(i.found_nat);
	assert_false(b->peers[0].handle->behind_nat);
	assert_string_equal(b->peers[0].handle->suite, "aes256-sha256-ecp256");
	c = ike_bench_phase2(b, &i, &q);
	assert_non_null(c);
	assert_int_equal(c->sa.encap, L2TPSEC_ENCAP_RAW);
	initiator_free(&i);
}

static void hashes_for_the_old_ports_are_understood(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;

	b->conf.force_udp_encapsulation = true;
	named(&i, "198.51.100.7", 500);
	i.old_ports = true;
	assert_true(ike_bench_aggressive(b, &i));
	assert_true(i.found_nat);
	assert_int_equal(i.path.remote.port, 4500);
	assert_false(b->peers[0].handle->behind_nat);
	assert_int_equal(ike_bench_log_count(b, ", no NAT"), 1);
	initiator_free(&i);
}

/* The gateway has 10.0.0.5 and is dialled as 192.0.2.1. */
static void gateway_behind_nat_answers_as_its_public_address(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct ike_path inside;
	struct initiator i;
	size_t len;

	b->conf.has_public_address = addr_parse(&b->conf.public_address, "192.0.2.1");
	named(&i, "198.51.100.7", 500);
	inside = i.path;
	assert_true(addr_parse(&inside.local.addr, "10.0.0.5"));
	ike_bench_receive(b, &inside, out, initiator_a1(&i, out));
	assert_true(ike_bench_take(b, &m));
	len = initiator_a3(&i, m.data, m.len, out);
	assert_true(i.believes);
	assert_true(i.found_nat);
	assert_memory_equal(i.peer_id + 4, "\xc0\0\x02\x01", 4);
	inside.natt = true;
	inside.local.port = 4500;
	inside.remote.port = 4500;
	ike_bench_receive(b, &inside, out, len);
	assert_int_equal(ike_bench_log_count(b, "we are behind NAT"), 1);
	initiator_free(&i);
}

static void peer_without_nat_traversal_is_served(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;

	named(&i, "198.51.100.7", 500);
	i.no_natt = true;
	assert_true(ike_bench_aggressive(b, &i));
	assert_string_equal(i.peer_shape, "1:56 4:64 10:32 5:8 8:32 ");
	initiator_free(&i);
}

/* The group of the KE payload decides among transforms that want another one. */
static void transforms_of_other_groups_are_passed_over(void **state)
{
	static const char offer[] = SA("\x00\x50", "\x02")
		AES256("\x03", "\x01", HOUR, SHA256, "\x13") AES256("\x00", "\x02", HOUR, SHA256, MODP2048);
	struct ike_bench *b = *state;
	struct initiator i;

	named(&i, "198.51.100.7", 500);
	i.offer = (const uint8_t *)offer;
	i.offer_len = sizeof(offer) - 1;
	i.modp = true;
	assert_true(ike_bench_aggressive(b, &i));
	assert_string_equal(b->peers[0].handle->suite, "aes256-sha256-modp2048");
	initiator_free(&i);
}

/* Each kind of identity has its key; who is nobody in particular has the one without an identity. */
static void identity_chooses_the_key(void **state)
{
	static const struct {
		uint8_t type;
		const char *id;
		size_t len;
		const char *psk, *shown;
	} who[] = {
		{ KEY_ID, "staff", 5, "the staff's", "staff" },
		{ FQDN, "staff", 5, "the staff's", "staff" },
		{ USER_FQDN, "a@b.example", 11, "a's", "a@b.example" },
		{ IPV4_ADDR, "\xc0\xa8\x01\x02", 4, "the box's", "192.168.1.2" },
		{ KEY_ID, "stuff", 5, "secret", "stuff" },
		{ KEY_ID, "staff\0", 6, "secret", "staff" },
		{ IPV4_ADDR, "\xc0\xa8\x01\x03", 4, "secret", "192.168.1.3" },
	};
	struct ike_bench *b = *state;
	struct initiator i;
	char address[32];
	size_t n;

	ike_bench_add_psk(b, "mail", "a's", "0.0.0.0/0");
	b->psks[2].id = (char *)"a@b.example";
	ike_bench_add_psk(b, "box", "the box's", "0.0.0.0/0");
	b->psks[3].id = (char *)"192.168.1.2";
	for (n = 0; n < sizeof(who) / sizeof(who[0]); n++) {
		snprintf(address, sizeof(address), "198.51.100.%zu", n + 1);
		initiator_init(&i, address, 500);
		initiator_set_id(&i, who[n].type, who[n].id, who[n].len);
		i.psk = who[n].psk;
		assert_true(ike_bench_aggressive(b, &i));
		assert_string_equal(b->peers[n].identity, who[n].shown);
		initiator_free(&i);
	}
	assert_int_equal(ike_bench_log_count(b, "failed"), 0);
}

static void option_is_off_by_default_and_named(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct initiator_info info;
	struct ike_bench_message m;
	struct initiator i;
	size_t len;

	b->conf.aggressive_mode = false;
	named(&i, "198.51.100.7", 500);
	len = initiator_a1(&i, out);
	ike_bench_receive(b, &i.path, out, len);
	ike_bench_receive(b, &i.path, out, len);
	assert_int_equal(b->sent_len, 2);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_info(&i, m.data, m.len, &info));
	assert_int_equal(info.type, UNSUPPORTED_EXCHANGE_TYPE);
	assert_int_equal(ike_bench_log_count(b, "failed at"), 1);
	assert_int_equal(ike_bench_log_count(b, "Aggressive Mode is not allowed"), 1);
	assert_int_equal(ike_bench_log_count(b, "(identity \"staff\"): aggressive-mode = yes in [ike] allows it"), 1);
	fake_clock_advance(31000);
	assert_string_not_equal(b->peers[0].gone, "");
	assert_int_equal(ike_bench_log_count(b, "failed at"), 1);
	initiator_free(&i);
}

/* What a client sees that insists although our hash is wrong. */
static void insist(struct ike_bench *b, struct initiator *i, struct initiator_info *info)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench_message m;
	size_t len;

	ike_bench_receive(b, &i->path, out, initiator_a1(i, out));
	assert_true(ike_bench_take(b, &m));
	len = initiator_a3(i, m.data, m.len, out);
	assert_false(i->believes);
	ike_bench_receive(b, &i->path, out, len);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_info(i, m.data, m.len, info));
	assert_int_equal(b->sent_len, 0);
	initiator_free(i);
}

static void unknown_name_and_wrong_key_look_the_same(void **state)
{
	struct initiator_info a_info, b_info;
	struct ike_bench *b = *state;
	struct initiator a, n;
	int clear;

	b->psks[0].id = (char *)"somebody else";
	for (clear = 0; clear < 2; clear++) {
		named(&a, "198.51.100.7", 500);
		a.psk = "guessed";
		a.clear = clear;
		insist(b, &a, &a_info);
		named(&n, "198.51.100.8", 500);
		initiator_set_id(&n, KEY_ID, "stuff", 5);
		n.clear = clear;
		insist(b, &n, &b_info);
		assert_string_equal(a.peer_shape, n.peer_shape);
		assert_int_equal(a_info.type, AUTHENTICATION_FAILED);
		assert_memory_equal(&a_info, &b_info, sizeof(a_info));
	}
	/* but the administrator knows */
	assert_int_equal(ike_bench_log_count(b, "the peer's pre-shared key is not that of [psk staff]"), 2);
	assert_int_equal(ike_bench_log_count(b, "no pre-shared key is configured for the identity \"stuff\""), 2);
	assert_int_equal(ike_bench_log_count(b, "failed at"), 4);
	fake_clock_advance(31000);
	assert_int_equal(ike_bench_log_count(b, "failed at"), 4);
	assert_int_equal(b->peers[0].ups + b->peers[1].ups, 0);
}

static void client_that_does_not_believe_us_is_one_line(void **state)
{
	/* N(AUTHENTICATION_FAILED), in clear */
	static const uint8_t payload[] = { 0, 0, 0, 12, 0, 0, 0, 1, 1, 0, 0, AUTHENTICATION_FAILED };
	uint8_t out[INITIATOR_MESSAGE_MAX], note[40] = { 0 };
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i;

	named(&i, "198.51.100.7", 500);
	i.psk = "guessed";
	ike_bench_receive(b, &i.path, out, initiator_a1(&i, out));
	assert_true(ike_bench_take(b, &m));
	memcpy(note, m.data, 16);
	note[16] = 11;
	note[17] = 0x10;
	note[18] = 5;
	note[27] = sizeof(note);
	memcpy(note + 28, payload, sizeof(payload));
	ike_bench_receive(b, &i.path, note, sizeof(note));
	ike_bench_receive(b, &i.path, note, sizeof(note));
	assert_int_equal(b->sent_len, 0);
	fake_clock_advance(31000);
	assert_int_equal(ike_bench_log_count(b, "failed at"), 1);
	assert_int_equal(ike_bench_log_count(b, "the peer does not believe message 2: is its pre-shared key"), 1);
	assert_int_equal(ike_bench_log_count(b, " that of [psk staff]?"), 1);
	assert_string_not_equal(b->peers[0].gone, "");
	initiator_free(&i);
}

/* Neither a forged message 3 nor a forged notification ends it. */
static void forged_message_3_does_not_end_phase1(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX], forged[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i;
	size_t len, n;

	named(&i, "198.51.100.7", 500);
	ike_bench_receive(b, &i.path, out, initiator_a1(&i, out));
	assert_true(ike_bench_take(b, &m));
	len = initiator_a3(&i, m.data, m.len, out);
	for (n = 0; n < 3; n++) {
		memcpy(forged, out, len);
		forged[40 + n] ^= 1;
		ike_bench_receive(b, &i.path, forged, len);
	}
	assert_int_equal(b->sent_len, 3);
	b->sent_len = 0;
	ike_bench_receive(b, &i.path, out, len);
	assert_int_equal(b->peers[0].ups, 1);
	assert_int_equal(ike_bench_log_count(b, "failed at"), 1);
	initiator_free(&i);
}

static void duplicates_get_the_same_answer(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	uint8_t m1[INITIATOR_MESSAGE_MAX], out[INITIATOR_MESSAGE_MAX];
	struct ike_bench_message a, again;
	struct ike_bench *b = *state;
	struct initiator i;
	size_t len, m1_len;

	named(&i, "198.51.100.7", 500);
	m1_len = initiator_a1(&i, m1);
	ike_bench_receive(b, &i.path, m1, m1_len);
	ike_bench_receive(b, &i.path, m1, m1_len);
	assert_int_equal(b->sent_len, 2);
	assert_true(ike_bench_take(b, &a) && ike_bench_take(b, &again));
	assert_int_equal(a.len, again.len);
	assert_memory_equal(a.data, again.data, a.len);
	len = initiator_a3(&i, a.data, a.len, out);
	ike_bench_receive(b, &i.path, out, len);
	ike_bench_receive(b, &i.path, out, len);
	ike_bench_receive(b, &i.path, m1, m1_len);
	assert_int_equal(b->sent_len, 0);
	assert_int_equal(b->peers_len, 1);
	assert_int_equal(b->peers[0].ups, 1);
	assert_non_null(ike_bench_phase2(b, &i, &q));
	initiator_free(&i);
}

/* The client is through with phase 1 and never says message 3 again unless it is asked. */
static void lost_message_3_is_asked_for(void **state)
{
	struct initiator_quick q = { .message_id = 1, .encapsulation = 2, .port = 1701, .lifetime = 3600 };
	uint8_t m3[INITIATOR_MESSAGE_MAX], q1[INITIATOR_MESSAGE_MAX], out[INITIATOR_MESSAGE_MAX];
	struct ike_bench_message a, again, m;
	struct ike_bench *b = *state;
	struct initiator i;
	size_t len, q1_len;

	named(&i, "198.51.100.7", 500);
	ike_bench_receive(b, &i.path, out, initiator_a1(&i, out));
	assert_true(ike_bench_take(b, &a));
	len = initiator_a3(&i, a.data, a.len, m3);
	q1_len = initiator_q1(&i, &q, q1);
	ike_bench_receive(b, &i.path, q1, q1_len);
	assert_true(ike_bench_take(b, &again));
	assert_int_equal(a.len, again.len);
	/* strongSwan's answer is Quick Mode again: that must not go on for ever */
	ike_bench_receive(b, &i.path, q1, q1_len);
	assert_int_equal(b->sent_len, 0);
	fake_clock_advance(2000);
	ike_bench_receive(b, &i.path, q1, q1_len);
	assert_int_equal(b->sent_len, 1);
	assert_true(ike_bench_take(b, &again));
	assert_memory_equal(a.data, again.data, a.len);
	assert_int_equal(b->children_len, 0);
	ike_bench_receive(b, &i.path, m3, len);
	ike_bench_receive(b, &i.path, q1, q1_len);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_q3(&i, &q, m.data, m.len, out) > 0);
	initiator_free(&i);
}

static void rekey_joins_the_peer(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct initiator i, again;

	named(&i, "198.51.100.7", 61234);
	i.behind_nat = true;
	assert_true(ike_bench_aggressive(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	named(&again, "198.51.100.7", 61235);
	again.behind_nat = true;
	again.path = i.path;
	again.float_port = i.path.remote.port;
	assert_true(ike_bench_aggressive(b, &again));
	assert_int_equal(b->peers[0].ups, 2);
	assert_string_equal(b->peers[1].gone, "joined #1 as its rekeyed phase 1");
	assert_string_equal(b->children[0].gone, "");
	initiator_free(&i);
	initiator_free(&again);
}

/* Half open without the key's section: the key itself is not looked at again. */
static void reload_in_between_is_harmless(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct conf_ike fresh = b->conf;
	struct ike_bench_message m;
	struct initiator i;
	size_t len;

	named(&i, "198.51.100.7", 500);
	ike_bench_receive(b, &i.path, out, initiator_a1(&i, out));
	assert_true(ike_bench_take(b, &m));
	len = initiator_a3(&i, m.data, m.len, out);
	fresh.psks_len = 0;
	ike_reload(b->ike, &fresh);
	memset(b->psks, 0xa5, sizeof(b->psks));
	ike_bench_receive(b, &i.path, out, len);
	assert_int_equal(b->peers[0].ups, 1);
	ike_peer_close(b->ike, b->peers[0].handle, "test ends");
	initiator_free(&i);
}

static void half_open_exchanges_are_limited(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct initiator i;
	char address[32];
	int n;

	for (n = 0; n < 8; n++) {
		named(&i, "198.51.100.7", 1000 + n);
		ike_bench_receive(b, &i.path, out, initiator_a1(&i, out));
		initiator_free(&i);
	}
	assert_int_equal(b->sent_len, 5);
	for (n = 0; n < 20; n++) {
		snprintf(address, sizeof(address), "203.0.113.%d", n);
		named(&i, address, 500);
		ike_bench_receive(b, &i.path, out, initiator_a1(&i, out));
		initiator_free(&i);
	}
	assert_int_equal(b->sent_len, 20);
	assert_true(ike_bench_log_count(b, "too many half-open exchanges") > 0);
	fake_clock_advance(31000);
	b->sent_len = 0;
	/* so many lines in a second, not more */
	assert_int_equal(ike_bench_log_count(b, "message 3 never came: is the peer's pre-shared key that of"), 10);
	named(&i, "198.51.100.7", 500);
	assert_true(ike_bench_aggressive(b, &i));
	initiator_free(&i);
}

/* With any byte changed, cut anywhere: whatever is answered, the engine stays sane. */
static void damaged_messages_are_survived(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX], m3[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i, good;
	size_t len, at;

	b->conf.half_open_max = 100000;
	b->conf.half_open_per_source = 100000;
	named(&good, "198.51.100.8", 500);
	good.clear = true;
	ike_bench_receive(b, &good.path, out, initiator_a1(&good, out));
	assert_true(ike_bench_take(b, &m));
	len = initiator_a3(&good, m.data, m.len, m3);
	for (at = 28; at < len; at++) {
		m3[at] ^= 0xff;
		ike_bench_receive(b, &good.path, m3, len);
		m3[at] ^= 0xff;
	}
	b->sent_len = 0;
	named(&i, "198.51.100.7", 500);
	len = initiator_a1(&i, out);
	for (at = 0; at < len && b->peers_len < IKE_BENCH_MAX; at++) {
		out[at] ^= 0xff;
		ike_bench_receive(b, &i.path, out, len);
		out[at] ^= 0xff;
		b->sent_len = 0;
		*b->log = '\0';
	}
	initiator_free(&i);
	initiator_free(&good);
}

static void point_off_the_curve_is_refused(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct initiator_info info;
	struct ike_bench_message m;
	struct initiator i;
	size_t len;

	named(&i, "198.51.100.7", 500);
	len = initiator_a1(&i, out);
	out[28 + 4 + i.sai_len + 4 + 63] ^= 1;
	ike_bench_receive(b, &i.path, out, len);
	assert_true(ike_bench_take(b, &m));
	assert_true(initiator_info(&i, m.data, m.len, &info));
	assert_int_equal(info.type, 17);
	fake_clock_advance(31000);
	assert_string_equal(b->peers[0].gone, "phase 1 failed");
	initiator_free(&i);
}

/* With real threads: duplicates while it computes, and a client that is gone by then. */
static void workers_compute_and_owners_may_go(void **state)
{
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct worker_pool *workers;
	struct event_base *base;
	struct ike_bench_message m;
	struct initiator i, gone;
	struct ike_bench *b;
	size_t len;
	int n;

	(void)state;
	evthread_use_pthreads();
	base = event_base_new();
	workers = worker_pool_new(base, 2);
	b = ike_bench_new(workers);
	b->conf.aggressive_mode = true;
	initiator_init(&i, "198.51.100.7", 500);
	len = initiator_a1(&i, out);
	ike_bench_receive(b, &i.path, out, len);
	ike_bench_receive(b, &i.path, out, len);
	assert_int_equal(b->sent_len, 0);
	assert_string_equal(b->peers[0].gone, "");
	for (n = 0; n < 500 && !b->sent_len; n++) {
		const struct timeval tv = { .tv_usec = 10000 };

		event_base_loopexit(base, &tv);
		event_base_dispatch(base);
	}
	assert_int_equal(b->sent_len, 1);
	assert_true(ike_bench_take(b, &m));
	len = initiator_a3(&i, m.data, m.len, out);
	assert_true(i.believes);
	ike_bench_receive(b, &i.path, out, len);
	assert_int_equal(b->peers[0].ups, 1);

	initiator_init(&gone, "198.51.100.8", 500);
	ike_bench_receive(b, &gone.path, out, initiator_a1(&gone, out));
	ike_bench_free(b);
	worker_pool_free(workers);
	event_base_free(base);
	initiator_free(&i);
	initiator_free(&gone);
	assert_int_equal(fake_clock_pending(), 0);
}

/* Main Mode: a key with an identity is for nobody else, even if it fits. */
static void main_mode_heeds_identities_too(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_init(&i, "198.51.100.7", 500);
	i.psk = "the staff's";
	assert_false(ike_bench_phase1(b, &i));
	assert_int_equal(ike_bench_log_count(b, "key staff fits, but it is for the identity \"staff\" only"), 1);
	assert_int_equal(ike_bench_log_count(b, "failed at"), 1);
	initiator_free(&i);
	b->sent_len = 0;
	named(&i, "198.51.100.8", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_string_equal(b->peers[1].identity, "staff");
	initiator_free(&i);
	initiator_init(&i, "198.51.100.9", 500);
	assert_true(ike_bench_phase1(b, &i));
	initiator_free(&i);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(apple_with_a_group_name_gets_an_sa),
		TEST(modp1024_alone_is_refused),
		TEST(modp1024_is_taken_with_legacy),
		TEST(client_without_nat_stays_on_port_500),
		TEST(hashes_for_the_old_ports_are_understood),
		TEST(gateway_behind_nat_answers_as_its_public_address),
		TEST(peer_without_nat_traversal_is_served),
		TEST(transforms_of_other_groups_are_passed_over),
		TEST(identity_chooses_the_key),
		TEST(option_is_off_by_default_and_named),
		TEST(unknown_name_and_wrong_key_look_the_same),
		TEST(client_that_does_not_believe_us_is_one_line),
		TEST(forged_message_3_does_not_end_phase1),
		TEST(duplicates_get_the_same_answer),
		TEST(lost_message_3_is_asked_for),
		TEST(rekey_joins_the_peer),
		TEST(reload_in_between_is_harmless),
		TEST(half_open_exchanges_are_limited),
		TEST(damaged_messages_are_survived),
		TEST(point_off_the_curve_is_refused),
		cmocka_unit_test(workers_compute_and_owners_may_go),
		TEST(main_mode_heeds_identities_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
