// SPDX-License-Identifier: MIT
/* What real clients offer, and what we take of it. */
#include <linux/l2tpsec.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ike/proposal.h"
#include "ike_hex.h"

#define WINDOWS	"tests/vectors/ike/windows10-main-mode-1.hex"
#define WINDOWS_TEXT \
	"aes256-sha1-ecp384, aes128-sha1-ecp256, aes256-sha1-modp2048, 3des-sha1-modp2048, 3des-sha1-modp1024"

/* The set that covers every native client: strongest first. */
static const struct conf_ike conf = {
	.proposals = {
		{ 256, CONF_IKE_HASH_SHA2_256, 20 }, { 256, CONF_IKE_HASH_SHA1, 20 },
		{ 256, CONF_IKE_HASH_SHA2_256, 14 }, { 256, CONF_IKE_HASH_SHA1, 14 },
		{ 128, CONF_IKE_HASH_SHA1, 19 }, { 128, CONF_IKE_HASH_SHA2_256, 15 },
		{ 128, CONF_IKE_HASH_SHA1, 14 },
	},
	.proposals_len = 7,
	.esp = {
		{ L2TPSEC_CIPHER_AES_GCM_16, 256, L2TPSEC_AUTH_NONE },
		{ L2TPSEC_CIPHER_AES_GCM_16, 128, L2TPSEC_AUTH_NONE },
		{ L2TPSEC_CIPHER_AES_CBC, 256, L2TPSEC_AUTH_HMAC_SHA2_256 },
		{ L2TPSEC_CIPHER_AES_CBC, 256, L2TPSEC_AUTH_HMAC_SHA1 },
		{ L2TPSEC_CIPHER_AES_CBC, 128, L2TPSEC_AUTH_HMAC_SHA2_256 },
		{ L2TPSEC_CIPHER_AES_CBC, 128, L2TPSEC_AUTH_HMAC_SHA1 },
	},
	.esp_len = 6,
};

/* A phase 1 transform as clients write it: cipher, key bits, hash, group, lifetime. */
struct ike_offer {
	unsigned int cipher, bits, hash, group;
};

#define DES3	5
#define AES	7
#define MD5	1
#define SHA1	2
#define SHA256	4
#define SHA384	5
#define SHA512	6

static uint8_t attribute_bytes[64][64];

static void put(uint8_t **p, unsigned int type, unsigned int value)
{
	*(*p)++ = 0x80 | type >> 8;
	*(*p)++ = type;
	*(*p)++ = value >> 8;
	*(*p)++ = value;
}

static size_t build_phase1(struct payload_offer *offers, const struct ike_offer *o, size_t n, unsigned int lifetime)
{
	uint8_t *p;
	size_t i;

	for (i = 0; i < n; i++) {
		p = attribute_bytes[i];
		put(&p, 11, 1);
		put(&p, 12, lifetime);
		put(&p, 1, o[i].cipher);
		if (o[i].bits)
			put(&p, 14, o[i].bits);
		put(&p, 3, 1);
		put(&p, 2, o[i].hash);
		put(&p, 4, o[i].group);
		offers[i] = (struct payload_offer){
			.number = 1, .protocol = ISAKMP_PROTO_ISAKMP, .transform = i + 1, .id = 1,
			.attributes = attribute_bytes[i], .attributes_len = p - attribute_bytes[i],
		};
	}
	return n;
}

static void check_phase1(const struct ike_offer *o, size_t n, const char *expected)
{
	struct payload_offer offers[64];
	struct proposal_phase1 chosen;
	struct conf_ike_proposal p;
	char text[64];

	build_phase1(offers, o, n, 3600);
	if (!expected) {
		assert_false(proposal_phase1_match(&chosen, &conf, offers, n));
		return;
	}
	assert_true(proposal_phase1_match(&chosen, &conf, offers, n));
	p = (struct conf_ike_proposal){ chosen.key_bits, chosen.hash, chosen.group };
	proposal_phase1_print(&p, text, sizeof(text));
	assert_string_equal(text, expected);
	assert_int_equal(chosen.lifetime, 3600);
}

static void windows_gets_ecp384_and_its_own_bytes(void **state)
{
	struct payload_offer offers[IKE_OFFERS_MAX];
	struct proposal_phase1 chosen;
	size_t len;
	uint8_t *msg = ike_hex_file(WINDOWS, &len);
	const uint8_t *sa = msg + ISAKMP_HEADER_LEN + 4;
	char text[PROPOSAL_TEXT_MAX];

	(void)state;
	assert_int_equal(payload_offers_parse(offers, IKE_OFFERS_MAX, sa, 208), 5);
	assert_true(proposal_phase1_match(&chosen, &conf, offers, 5));
	assert_int_equal(chosen.group, 20);
	assert_int_equal(chosen.hash, CONF_IKE_HASH_SHA1);
	assert_int_equal(chosen.key_bits, 256);
	assert_int_equal(chosen.lifetime, 28800);
	assert_int_equal(chosen.offer.transform, 1);
	assert_ptr_equal(chosen.offer.attributes, offers[0].attributes);
	proposal_phase1_print_offers(offers, 5, text, sizeof(text));
	assert_string_equal(text, WINDOWS_TEXT);
	free(msg);
}

static void apple_gets_sha256_modp2048(void **state)
{
	static const struct ike_offer apple[] = {
		{ AES, 256, SHA256, 14 }, { AES, 256, SHA1, 14 }, { AES, 256, MD5, 14 }, { AES, 256, SHA512, 14 },
		{ AES, 256, SHA256, 5 }, { AES, 256, SHA1, 5 }, { AES, 256, MD5, 5 }, { AES, 256, SHA256, 2 },
		{ AES, 256, SHA1, 2 }, { AES, 256, MD5, 2 }, { AES, 128, SHA1, 2 }, { AES, 128, MD5, 2 },
		{ DES3, 0, SHA1, 2 }, { DES3, 0, MD5, 2 },
	};

	(void)state;
	check_phase1(apple, 14, "aes256-sha256-modp2048");
}

static void network_manager_gets_the_best_of_its_list_not_the_first(void **state)
{
	static const struct ike_offer nm[] = {
		{ AES, 256, SHA256, 14 }, { AES, 256, SHA256, 5 }, { AES, 256, SHA256, 2 }, { AES, 256, SHA1, 14 },
		{ AES, 256, SHA1, 5 }, { AES, 256, SHA1, 2 }, { AES, 256, SHA1, 20 }, { AES, 128, SHA1, 2 },
		{ AES, 128, SHA1, 19 }, { DES3, 0, SHA1, 14 }, { DES3, 0, SHA1, 2 },
	};

	(void)state;
	check_phase1(nm, 11, "aes256-sha1-ecp384");
}

static void chromeos_gets_modp3072(void **state)
{
	static const struct ike_offer chromeos[] = {
		{ AES, 128, SHA256, 15 }, { AES, 128, SHA1, 14 }, { DES3, 0, SHA1, 5 }, { DES3, 0, SHA1, 2 },
	};

	(void)state;
	check_phase1(chromeos, 4, "aes128-sha256-modp3072");
}

static void android_of_2016_gets_nothing_without_legacy_suites(void **state)
{
	static const struct ike_offer android[] = {
		{ AES, 256, SHA256, 2 }, { AES, 256, SHA1, 2 }, { AES, 256, MD5, 2 }, { AES, 128, SHA256, 2 },
		{ AES, 128, SHA1, 2 }, { AES, 128, MD5, 2 }, { DES3, 0, SHA256, 2 }, { DES3, 0, SHA1, 2 },
		{ DES3, 0, MD5, 2 }, { 1, 0, SHA256, 2 }, { 1, 0, SHA1, 2 }, { 1, 0, MD5, 2 },
	};

	(void)state;
	check_phase1(android, 12, NULL);
}

static void check_weak(const struct ike_offer *o, size_t n, const char *expected)
{
	struct payload_offer offers[64];
	struct proposal_phase1 chosen;
	char text[64];

	build_phase1(offers, o, n, 28800);
	assert_false(proposal_phase1_match(&chosen, &conf, offers, n));
	if (!expected) {
		assert_false(proposal_phase1_match_weak(&chosen, &conf, offers, n));
		return;
	}
	assert_true(proposal_phase1_match_weak(&chosen, &conf, offers, n));
	proposal_phase1_print_chosen(&chosen, text, sizeof(text));
	assert_string_equal(text, expected);
	assert_int_equal(chosen.lifetime, 28800);
}

/* The group counts before the cipher, the cipher before the hash. */
static void the_least_weak_is_chosen(void **state)
{
	static const struct ike_offer tp_link[] = { { DES3, 0, MD5, 2 }, { DES3, 0, SHA1, 2 } };
	static const struct ike_offer xp[] = {
		{ DES3, 0, SHA1, 14 }, { DES3, 0, SHA1, 2 }, { DES3, 0, MD5, 2 }, { 1, 0, SHA1, 1 },
	};
	static const struct ike_offer old_apple[] = {
		{ AES, 256, SHA1, 2 }, { AES, 256, MD5, 2 }, { AES, 0, SHA1, 2 }, { DES3, 0, SHA1, 2 },
	};
	static const struct ike_offer android8[] = {
		{ AES, 256, SHA384, 2 }, { AES, 256, SHA256, 2 }, { AES, 256, SHA512, 2 }, { DES3, 0, MD5, 2 },
	};
	static const struct ike_offer groups[] = {
		{ AES, 256, SHA512, 2 }, { DES3, 192, MD5, 5 }, { AES, 256, SHA512, 1 },
	};
	static const struct ike_offer hash[] = { { AES, 128, MD5, 14 }, { AES, 256, SHA512, 5 } };

	(void)state;
	check_weak(tp_link, 2, "3des-sha1-modp1024");
	check_weak(tp_link, 1, "3des-md5-modp1024");
	check_weak(xp, 4, "3des-sha1-modp2048");
	check_weak(old_apple, 4, "aes256-sha1-modp1024");
	check_weak(android8, 4, "aes256-sha512-modp1024");
	check_weak(groups, 3, "3des-md5-modp1536");
	check_weak(hash, 2, "aes128-md5-modp2048");
}

/* Neither what is worse than weak, nor what we do not know, nor what is strong and not configured. */
static void weak_is_not_anything(void **state)
{
	static const struct ike_offer des[] = {
		{ 1, 0, SHA1, 2 }, { AES, 256, SHA1, 1 }, { DES3, 128, SHA1, 2 }, { DES3, 0, 3, 2 },
		{ 8, 256, SHA1, 2 }, { AES, 512, SHA1, 2 }, { AES, 256, SHA512, 22 },
	};
	static const struct ike_offer strong = { AES, 192, SHA512, 16 };

	(void)state;
	check_weak(des, 7, NULL);
	check_weak(&strong, 1, NULL);
}

static void missing_key_length_means_aes128(void **state)
{
	static const struct ike_offer old = { AES, 0, SHA1, 14 };

	(void)state;
	check_phase1(&old, 1, "aes128-sha1-modp2048");
}

static void unknown_attributes_and_methods_are_not_agreed_to(void **state)
{
	static const struct ike_offer good = { AES, 256, SHA256, 14 };
	struct payload_offer offer;
	struct proposal_phase1 chosen;
	uint8_t *p;

	(void)state;
	build_phase1(&offer, &good, 1, 3600);
	p = attribute_bytes[0] + offer.attributes_len;
	put(&p, 13, 1);		/* PRF */
	assert_true(proposal_phase1_match(&chosen, &conf, &offer, 1));
	offer.attributes_len += 4;
	assert_false(proposal_phase1_match(&chosen, &conf, &offer, 1));
	build_phase1(&offer, &good, 1, 3600);
	p = attribute_bytes[0] + 16;
	put(&p, 3, 65001);	/* XAuth */
	assert_false(proposal_phase1_match(&chosen, &conf, &offer, 1));
}

/* A phase 2 transform: id, key bits, integrity, encapsulation, group. */
struct esp_offer {
	unsigned int id, bits, auth, encapsulation, group;
};

static void build_phase2(struct payload_offer *offers, const struct esp_offer *o, size_t n)
{
	uint8_t *p;
	size_t i;

	for (i = 0; i < n; i++) {
		p = attribute_bytes[i];
		put(&p, 1, 1);
		put(&p, 2, 3600);
		put(&p, 1, 2);
		put(&p, 2, 50000);
		put(&p, 4, o[i].encapsulation);
		if (o[i].auth)
			put(&p, 5, o[i].auth);
		if (o[i].bits)
			put(&p, 6, o[i].bits);
		if (o[i].group)
			put(&p, 3, o[i].group);
		offers[i] = (struct payload_offer){
			.number = i + 1, .protocol = ISAKMP_PROTO_ESP, .transform = 1, .id = o[i].id,
			.spi = (const uint8_t *)"\xa1\xb2\xc3\xd4", .spi_len = 4,
			.attributes = attribute_bytes[i], .attributes_len = p - attribute_bytes[i],
		};
	}
}

static void check_phase2(const struct esp_offer *o, size_t n, const struct proposal_limits *limits,
			 const char *expected)
{
	struct payload_offer offers[64];
	struct proposal_phase2 chosen;
	char text[64];

	build_phase2(offers, o, n);
	if (!expected) {
		assert_false(proposal_phase2_match(&chosen, &conf, limits, offers, n));
		return;
	}
	assert_true(proposal_phase2_match(&chosen, &conf, limits, offers, n));
	proposal_phase2_print(&chosen.esp, text, sizeof(text));
	assert_string_equal(text, expected);
	assert_int_equal(chosen.spi, 0xa1b2c3d4);
	assert_int_equal(chosen.lifetime, 3600);
	assert_int_equal(chosen.kilobytes, 50000);
	assert_false(chosen.esn);
}

static const struct proposal_limits behind_nat = { .encapsulation = ENCAPSULATION_UDP_TRANSPORT };
static const struct proposal_limits no_nat = { .encapsulation = ENCAPSULATION_TRANSPORT };

static const struct esp_offer windows_esp[] = {
	{ 12, 256, 2, 4, 0 }, { 12, 128, 2, 4, 0 }, { 3, 0, 2, 4, 0 }, { 2, 0, 2, 4, 0 }, { 11, 0, 2, 4, 0 },
};

static void windows_gets_aes256_sha1(void **state)
{
	(void)state;
	check_phase2(windows_esp, 5, &behind_nat, "aes256-sha1");
	check_phase2(windows_esp + 1, 4, &behind_nat, "aes128-sha1");
	check_phase2(windows_esp + 2, 3, &behind_nat, NULL);
}

static void weak_esp_only_if_asked_for(void **state)
{
	static const struct esp_offer chromeos[] = { { 3, 0, 2, 4, 0 }, { 3, 0, 1, 4, 0 } };
	static const struct esp_offer md5[] = { { 3, 192, 5, 4, 0 }, { 12, 256, 1, 4, 0 }, { 12, 0, 1, 4, 0 } };
	static const struct esp_offer worse[] = {
		{ 2, 0, 2, 4, 0 }, { 11, 0, 2, 4, 0 }, { 3, 128, 2, 4, 0 }, { 3, 0, 7, 4, 0 }, { 3, 0, 0, 4, 0 },
	};
	const struct proposal_limits weak = { .encapsulation = ENCAPSULATION_UDP_TRANSPORT, .weak = true };

	(void)state;
	check_phase2(chromeos, 2, &behind_nat, NULL);
	check_phase2(chromeos, 2, &weak, "3des-sha1");
	check_phase2(chromeos + 1, 1, &weak, "3des-md5");
	check_phase2(md5, 3, &weak, "aes256-md5");
	check_phase2(md5, 1, &weak, "3des-sha256");
	check_phase2(md5 + 2, 1, &weak, "aes128-md5");
	check_phase2(worse, 5, &weak, NULL);
	check_phase2(windows_esp, 5, &weak, "3des-sha1");
}

static void sha256_can_be_left_out(void **state)
{
	static const struct esp_offer android[] = {
		{ 12, 256, 5, 4, 0 }, { 12, 256, 2, 4, 0 }, { 12, 256, 1, 4, 0 }, { 12, 128, 5, 4, 0 },
	};
	const struct proposal_limits limits = { .encapsulation = ENCAPSULATION_UDP_TRANSPORT, .no_sha256 = true };

	(void)state;
	check_phase2(android, 4, &behind_nat, "aes256-sha256");
	check_phase2(android, 4, &limits, "aes256-sha1");
	check_phase2(android + 3, 1, &limits, NULL);
}

static void apple_gets_aes256_sha256(void **state)
{
	static const struct esp_offer apple[] = {
		{ 12, 256, 5, 4, 0 }, { 12, 256, 2, 4, 0 }, { 12, 256, 1, 4, 0 }, { 12, 128, 5, 4, 0 },
		{ 12, 128, 2, 4, 0 }, { 12, 128, 1, 4, 0 }, { 3, 0, 5, 4, 0 }, { 3, 0, 2, 4, 0 }, { 3, 0, 1, 4, 0 },
	};

	(void)state;
	check_phase2(apple, 9, &behind_nat, "aes256-sha256");
}

static void gcm_has_no_integrity_algorithm(void **state)
{
	static const struct esp_offer gcm[] = { { 12, 128, 2, 2, 0 }, { 20, 128, 0, 2, 0 } };
	static const struct esp_offer odd = { 20, 128, 2, 2, 0 };

	(void)state;
	check_phase2(gcm, 2, &no_nat, "aes128gcm16");
	check_phase2(&odd, 1, &no_nat, NULL);
}

static void encapsulation_has_to_fit_the_path(void **state)
{
	static const struct esp_offer modes[] = {
		{ 12, 256, 2, 1, 0 }, { 12, 256, 2, 3, 0 }, { 12, 256, 2, 61443, 0 }, { 12, 256, 2, 61444, 0 },
	};
	char text[PROPOSAL_TEXT_MAX];
	struct payload_offer offers[4];

	(void)state;
	check_phase2(modes, 4, &behind_nat, NULL);
	check_phase2(modes, 4, &no_nat, NULL);
	check_phase2(windows_esp, 5, &no_nat, NULL);
	build_phase2(offers, modes, 4);
	proposal_phase2_print_offers(offers, 4, text, sizeof(text));
	assert_non_null(strstr(text, "aes256-sha1/tunnel, aes256-sha1/udp-tunnel, aes256-sha1/draft-udp-tunnel, "));
	assert_non_null(strstr(text, ", aes256-sha1/draft-udp-transport"));
}

static void offers_are_named_as_in_the_configuration(void **state)
{
	static const struct esp_offer offered[] = { { 20, 256, 0, 4, 20 }, { 13, 128, 2, 3, 0 }, { 3, 0, 1, 2, 2 } };
	struct payload_offer offers[3];
	char text[PROPOSAL_TEXT_MAX];

	(void)state;
	build_phase2(offers, offered, 3);
	proposal_phase2_print_offers(offers, 3, text, sizeof(text));
	assert_string_equal(text,
			    "aes256gcm16-ecp384/udp-transport, aes128ctr-sha1/udp-tunnel, 3des-md5-modp1024/transport");
}

static void pfs_is_taken_as_offered(void **state)
{
	static const struct esp_offer with[] = { { 12, 256, 2, 2, 14 } }, without[] = { { 12, 256, 2, 2, 0 } };
	static const struct esp_offer weak[] = { { 12, 256, 2, 2, 2 } };
	const struct proposal_limits ke2048 = { .encapsulation = ENCAPSULATION_TRANSPORT, .ke_len = 256 };
	const struct proposal_limits ke1024 = { .encapsulation = ENCAPSULATION_TRANSPORT, .ke_len = 128 };

	(void)state;
	check_phase2(with, 1, &ke2048, "aes256-sha1");
	check_phase2(with, 1, &no_nat, NULL);
	check_phase2(without, 1, &ke2048, NULL);
	/* MikroTik's default: no weaker than no PFS at all */
	check_phase2(weak, 1, &ke1024, "aes256-sha1");
}

/* We can compute with Curve25519, but this configuration has no suite with it. */
static void pfs_is_limited_to_the_groups_of_phase1(void **state)
{
	const struct esp_offer curve25519[] = { { 12, 256, 2, 2, 31 } };
	const struct proposal_limits ke = { .encapsulation = ENCAPSULATION_TRANSPORT, .ke_len = 32 };
	char text[PROPOSAL_TEXT_MAX];

	(void)state;
	check_phase2(curve25519, 1, &ke, NULL);
	assert_false(proposal_group_accepted(&conf, 31));
	assert_false(proposal_group_accepted(&conf, 0));
	assert_true(proposal_group_accepted(&conf, 15));
	proposal_groups_print_accepted(&conf, text, sizeof(text));
	assert_string_equal(text, "modp2048, modp3072, ecp256, ecp384");
}

/* Aggressive Mode: the KE payload is there before there is a choice. */
static void ke_payload_leaves_transforms_of_its_group(void **state)
{
	const struct ike_offer list[] = {
		{ AES, 256, SHA256, 20 }, { AES, 256, SHA256, 14 }, { AES, 256, SHA1, 14 }, { AES, 256, SHA256, 2 },
	};
	struct payload_offer offers[4], kept[4];

	(void)state;
	build_phase1(offers, list, 4, 3600);
	assert_int_equal(proposal_phase1_keep(offers, 4, 256, kept), 2);
	assert_int_equal(kept[0].transform, 2);
	assert_int_equal(kept[1].transform, 3);
	assert_int_equal(proposal_phase1_keep(offers, 4, 96, kept), 1);
	assert_int_equal(proposal_phase1_keep(offers, 4, 255, kept), 0);
	assert_int_equal(proposal_phase1_keep(offers, 4, 0, kept), 0);
}

static void protocols_to_be_combined_are_not_taken(void **state)
{
	struct payload_offer offer;
	struct proposal_phase2 chosen;

	(void)state;
	build_phase2(&offer, windows_esp, 1);
	assert_true(proposal_phase2_match(&chosen, &conf, &behind_nat, &offer, 1));
	offer.combined = true;
	assert_false(proposal_phase2_match(&chosen, &conf, &behind_nat, &offer, 1));
	offer.combined = false;
	offer.protocol = ISAKMP_PROTO_AH;
	assert_false(proposal_phase2_match(&chosen, &conf, &behind_nat, &offer, 1));
}

static void long_lists_end_in_dots(void **state)
{
	static const struct ike_offer one = { AES, 256, SHA256, 14 };
	struct payload_offer offers[64];
	struct ike_offer many[40];
	char text[100];
	size_t i;

	(void)state;
	for (i = 0; i < 40; i++)
		many[i] = one;
	build_phase1(offers, many, 40, 3600);
	proposal_phase1_print_offers(offers, 40, text, sizeof(text));
	assert_true(strlen(text) < sizeof(text));
	assert_string_equal(text + strlen(text) - 3, "...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_gets_ecp384_and_its_own_bytes),
		cmocka_unit_test(apple_gets_sha256_modp2048),
		cmocka_unit_test(network_manager_gets_the_best_of_its_list_not_the_first),
		cmocka_unit_test(chromeos_gets_modp3072),
		cmocka_unit_test(android_of_2016_gets_nothing_without_legacy_suites),
		cmocka_unit_test(the_least_weak_is_chosen),
		cmocka_unit_test(weak_is_not_anything),
		cmocka_unit_test(missing_key_length_means_aes128),
		cmocka_unit_test(unknown_attributes_and_methods_are_not_agreed_to),
		cmocka_unit_test(windows_gets_aes256_sha1),
		cmocka_unit_test(weak_esp_only_if_asked_for),
		cmocka_unit_test(sha256_can_be_left_out),
		cmocka_unit_test(apple_gets_aes256_sha256),
		cmocka_unit_test(gcm_has_no_integrity_algorithm),
		cmocka_unit_test(encapsulation_has_to_fit_the_path),
		cmocka_unit_test(offers_are_named_as_in_the_configuration),
		cmocka_unit_test(pfs_is_taken_as_offered),
		cmocka_unit_test(pfs_is_limited_to_the_groups_of_phase1),
		cmocka_unit_test(ke_payload_leaves_transforms_of_its_group),
		cmocka_unit_test(protocols_to_be_combined_are_not_taken),
		cmocka_unit_test(long_lists_end_in_dots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
