// SPDX-License-Identifier: MIT
/*
 * PRF and cipher against RFC 2202, 4231 and 3602.  RFC 2409 has no vectors for what is made of them: those
 * values were computed by a second implementation, in Python, from the text of sections 5, 5.5 and appendix B.
 * tests/replay proves the same against real peers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ike/keymat.h"
#include "ike/natt.h"
#include "ike_hex.h"

/* Compares as many bytes as are written there, and says how many. */
static size_t check(const uint8_t *got, const char *expected)
{
	uint8_t bytes[128];
	size_t len = ike_hex(bytes, sizeof(bytes), expected);

	assert_memory_equal(got, bytes, len);
	return len;
}

static void prf_is_hmac(void **state)
{
	static const struct {
		enum conf_ike_hash hash;
		size_t key_len;
		const char *expected;
	} vectors[] = {
		/* RFC 2202 2 and 3, RFC 4231 4.2: test case 1 */
		{ CONF_IKE_HASH_MD5, 16, "9294727a3638bb1c13f48ef8158bfc9d" },
		{ CONF_IKE_HASH_SHA1, 20, "b617318655057264e28bc0b6fb378c8ef146be00" },
		{ CONF_IKE_HASH_SHA2_256, 20, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
		{ CONF_IKE_HASH_SHA2_384, 20, "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c\n"
					      "faea9ea9076ede7f4af152e8b2fa9cb6" },
		{ CONF_IKE_HASH_SHA2_512, 20, "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde\n"
					      "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854" },
	};
	const struct keymat_part parts[] = { { "Hi ", 3 }, { NULL, 0 }, { "There", 5 } };
	uint8_t key[20], out[IKE_HASH_MAX];
	size_t i;

	(void)state;
	memset(key, 0x0b, sizeof(key));
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		keymat_prf(vectors[i].hash, key, vectors[i].key_len, parts, 3, out);
		assert_int_equal(check(out, vectors[i].expected), keymat_hash_len(vectors[i].hash));
	}
}

static void cipher_is_aes_cbc(void **state)
{
	/* RFC 3602 4, cases 1 and 2 */
	static const struct {
		const char *key, *iv, *plain, *cipher;
	} vectors[] = {
		{ "06a9214036b8a15b512e03d534120006", "3dafba429d9eb430b422da802c9fac41",
		  "53696e676c6520626c6f636b206d7367", "e353779c1079aeb82708942dbe77181a" },
		{ "c286696d887c9aa0611bbb3e2025a45a", "562e17996d093d28ddb3ba695a2e6f58",
		  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		  "d296cd94c2cccf8a3a863028b5e1dc0a7586602d253cfff91b8266bea6d61ab1" },
	};
	uint8_t iv[IKE_BLOCK], data[64];
	struct keymat km = { 0 };
	size_t i, len;

	(void)state;
	for (i = 0; i < 2; i++) {
		km.cipher_len = ike_hex(km.cipher, sizeof(km.cipher), vectors[i].key);
		ike_hex(iv, sizeof(iv), vectors[i].iv);
		len = ike_hex(data, sizeof(data), vectors[i].plain);
		assert_true(keymat_encrypt(&km, iv, data, len));
		check(data, vectors[i].cipher);
		assert_memory_equal(iv, data + len - IKE_BLOCK, IKE_BLOCK);
		ike_hex(iv, sizeof(iv), vectors[i].iv);
		assert_true(keymat_decrypt(&km, iv, data, len));
		check(data, vectors[i].plain);
		check(iv, vectors[i].cipher + 2 * (len - IKE_BLOCK));
	}
	assert_false(keymat_encrypt(&km, iv, data, 15));
	assert_false(keymat_decrypt(&km, iv, data, 17));
	assert_false(keymat_decrypt(&km, iv, data, 0));
}

/* Two packets of one FreeS/WAN tunnel, out of tcpdump's tests/02-sunrise-sunset-esp.pcap: key, IV and text. */
static void cipher_is_3des_cbc(void **state)
{
	static const char key[] = "4043434545464649494a4a4c4c4f4f515152525454575758";
	static const struct {
		const char *iv, *plain, *cipher;
	} vectors[] = {
		{ "4c20452f3cb09211",
		  "45000054000040003f01b8a6c0000201c00001010800baf06f000500239bc73b\n"
		  "f234010008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223\n"
		  "2425262728292a2b2c2d2e2f303132333435363701020204",
		  "d3a748cde5c811e39c4ee83cfe96a1e42acfd2b87aab05d1642ba3af9c1bc342\n"
		  "102c40ad15df4de0200a63638734711187d412093b83bfaa43191cbd84a45b02\n"
		  "76338399b1f5ca17cc9254457e5906551a7041e3dc9176e8" },
		{ "1a7041e3dc9176e8",
		  "45000054000040003f01b8a6c0000201c0000101080072f06f000600289bc73b\n"
		  "3435010008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223\n"
		  "2425262728292a2b2c2d2e2f303132333435363701020204",
		  "7312af1b62823b9f1c2fa7a9c75a90d4002cedbea874a1ac9387e31fe20a261a\n"
		  "ec587f2ebed6af3487e32ef5b803320a2ab07fef4eead0cfec4243457f819026\n"
		  "3fee2e9e9f553a2845e90ae13529ea945df8cd51ba5e0c01" },
	};
	struct keymat km = { .algorithm = CONF_IKE_CIPHER_3DES };
	uint8_t iv[IKE_BLOCK], data[128];
	size_t i, len;

	(void)state;
	km.cipher_len = ike_hex(km.cipher, sizeof(km.cipher), key);
	assert_int_equal(km.cipher_len, 24);
	assert_int_equal(keymat_block(&km), 8);
	for (i = 0; i < 2; i++) {
		ike_hex(iv, sizeof(iv), vectors[i].iv);
		len = ike_hex(data, sizeof(data), vectors[i].plain);
		assert_true(keymat_encrypt(&km, iv, data, len));
		check(data, vectors[i].cipher);
		assert_memory_equal(iv, data + len - 8, 8);
		ike_hex(iv, sizeof(iv), vectors[i].iv);
		assert_true(keymat_decrypt(&km, iv, data, len));
		check(data, vectors[i].plain);
	}
	assert_true(keymat_encrypt(&km, iv, data, 8));
	assert_false(keymat_encrypt(&km, iv, data, 12));
	assert_false(keymat_decrypt(&km, iv, data, 17));
}

static const uint8_t icookie[] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };
static const uint8_t rcookie[] = { 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00 };

/* Nonces and a secret that the Python program used too. */
static struct keymat_phase1 phase1_input(uint8_t ni[16], uint8_t nr[32], uint8_t secret[256])
{
	size_t i;

	for (i = 0; i < 16; i++)
		ni[i] = 0x10 + i;
	for (i = 0; i < 32; i++)
		nr[i] = 0x40 + i;
	for (i = 0; i < 256; i++)
		secret[i] = i * 7 + 3;
	return (struct keymat_phase1){ { secret, 256 }, { ni, 16 }, { nr, 32 }, icookie, rcookie };
}

static const struct {
	enum conf_ike_hash hash;
	unsigned int key_bits;
	const char *skeyid, *d, *a, *cipher, *keymat, *keymat_pfs;
} derived[] = {
	{
		CONF_IKE_HASH_SHA1, 256,	/* the key is longer than SKEYID_e */
		"49dfd60a8b40cb05e092c8b34a077a05d31ec346", "73dc4c52d28546263b4cc13206e36362ecc646f9",
		"6dae3bdd5d3cd21525d1f47564448d10d9133a68",
		"21795f1909785e314f6704994ab53f1ecd516224c77e3f987350c6029c2f54ac",
		"99e516a132272a2fb304fc62a8573849507556e43c339a70b3fcc51045050afc6e6f637cbf6906ba1aec96e8a360111\n"
		"14fdf3413",
		"a7c12b557271e107cfe385b131f0e5ef23c2bc8e0e9b1b151f1e0a9c771023e876d8963db2bedff828f4c3fc36e086f\n"
		"a6dd87a43",
	}, {
		CONF_IKE_HASH_SHA1, 128,
		"49dfd60a8b40cb05e092c8b34a077a05d31ec346", "73dc4c52d28546263b4cc13206e36362ecc646f9",
		"6dae3bdd5d3cd21525d1f47564448d10d9133a68", "9d78126d598a08c8a3a3fd2d049a5f33", "", "",
	}, {
		CONF_IKE_HASH_SHA2_256, 256,
		"bb1384f77e984c84af927f2db8a568538e2b15ce05c81e09537f8dc098d109f6",
		"b305ebb57075184d4f6636a18764da3be3ce9e480e8cde48c6280e0bb87e69e3",
		"8cc54a57954ea097b56345b2201ef3d5f57328b4d96cbd16dcc0785e2ba83a0f",
		"f8b1469a4b24c263e3bc74afd4d1bf2a45017f59ffa6fa557cb8f71fd54b1caf",
		"d9d8164506c647b5bf19b53ad79eef9f8fdbbca79986e249e51da6fe3f7f1340fdd62ccceb2506702b9490e3890b4c7\n"
		"0c3c84c10",
		"a66b95fc3652a5d0ac8b4f296ec8cc7656a7a11c1c0ae5c5d836c47077c8c62786b6a5fb4b03e962725a887cecc81f8\n"
		"b90f149c4",
	}, {
		CONF_IKE_HASH_SHA2_512, 192,
		"4c23bc21d7cfe82b7bc79ba4b4403ce98b6d84d7e525fcf6ff5dcd7f66d6c7ec360e0b94b5a86c17ce8ceac9a0d1162\n"
		"fb26d641941c2febf27c87ffc77cd0a50",
		"6071fb1d44337f85e1d068b3c6c979d4c5cf14a14f6e901b7faae2469a0802f8911a9303ce41d13096578bc1b7a4d7e\n"
		"9b6bc02af432017ed8e9018753b580d4a",
		"27b9bc01a586d3b88235a9e3fc23ea2867bbae3117d857cc5ce6f8c1bdae7dd97c4e18fd44dac3222cc14fdae43f3c0\n"
		"c8f1a815b22ea911d7dae140c49980e75",
		"d8c727e5034d6d981ff19bdfd5bab8f57edc31619f222aa7",
		"0d3e88582a5a913f4e625fe867eb1496e63eb9a637e2677c3c3abff88b906ce6c57828693604ed0c8fb397f92f24f2d\n"
		"b909b57f3",
		"67d6b49500d00102e00a4730e73648471563980f8676d052810200e941ff268977fe1e6945cfea033f6208546997e26\n"
		"39f011962",
	}, {
		CONF_IKE_HASH_MD5, 192,	/* 3DES */
		"960a86291ee91f3cdb0ae146514a6bfd", "d07475ded763cdf87048d835645bbcda",
		"ea25ee80178c23aaaa78b0634cc85fd6", "140f7f11a494794aea91bd107c57da15e23f75cfb8e91907",
		"17b01a99cbee9694fa62471485465e96d06824f1b11b7e53b077c681b2fc8d5185dc9c2ec2071fbfd224adaa7d16b6e\n"
		"d9f41157d",
		"7e5ad3d78cf4e2145320391bdb3b32db1c1f00cae4c99b50e9c03eaecb3113697dfd75e095063427a2eccf9c642a71c\n"
		"070e95a3b",
	}, {
		CONF_IKE_HASH_SHA1, 192,	/* 3DES */
		"49dfd60a8b40cb05e092c8b34a077a05d31ec346", "73dc4c52d28546263b4cc13206e36362ecc646f9",
		"6dae3bdd5d3cd21525d1f47564448d10d9133a68", "21795f1909785e314f6704994ab53f1ecd516224c77e3f98",
		"99e516a132272a2fb304fc62a8573849507556e43c339a70b3fcc51045050afc6e6f637cbf6906ba1aec96e8a360111\n"
		"14fdf3413",
		"a7c12b557271e107cfe385b131f0e5ef23c2bc8e0e9b1b151f1e0a9c771023e876d8963db2bedff828f4c3fc36e086f\n"
		"a6dd87a43",
	}, {
		CONF_IKE_HASH_MD5, 128,	/* the key is SKEYID_e */
		"960a86291ee91f3cdb0ae146514a6bfd", "d07475ded763cdf87048d835645bbcda",
		"ea25ee80178c23aaaa78b0634cc85fd6", "720f81b27c31333942b57507b26baade",
		"17b01a99cbee9694fa62471485465e96d06824f1b11b7e53b077c681b2fc8d5185dc9c2ec2071fbfd224adaa7d16b6e\n"
		"d9f41157d",
		"7e5ad3d78cf4e2145320391bdb3b32db1c1f00cae4c99b50e9c03eaecb3113697dfd75e095063427a2eccf9c642a71c\n"
		"070e95a3b",
	},
};

static void keys_are_derived_as_rfc2409_says(void **state)
{
	uint8_t ni[16], nr[32], secret[256], out[52];
	struct keymat_phase1 in = phase1_input(ni, nr, secret);
	struct keymat_phase2 quick = { { NULL, 0 }, { ni, 16 }, { nr, 32 }, ISAKMP_PROTO_ESP };
	struct keymat km;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(derived) / sizeof(derived[0]); i++) {
		memset(&km, 0, sizeof(km));
		km.hash = derived[i].hash;
		keymat_phase1_psk(&km, &in, "secret", 6, derived[i].key_bits);
		assert_int_equal(km.cipher_len, derived[i].key_bits / 8);
		check(km.skeyid, derived[i].skeyid);
		check(km.skeyid_d, derived[i].d);
		check(km.skeyid_a, derived[i].a);
		check(km.cipher, derived[i].cipher);
		quick.secret = (struct keymat_part){ NULL, 0 };
		keymat_phase2(&km, &quick, 0x0badcafe, out, sizeof(out));
		check(out, derived[i].keymat);
		quick.secret = (struct keymat_part){ secret, 48 };
		keymat_phase2(&km, &quick, 0x0badcafe, out, sizeof(out));
		check(out, derived[i].keymat_pfs);
	}
}

static void ivs_are_hashes(void **state)
{
	uint8_t ni[16], nr[32], secret[256], last[16], iv[IKE_BLOCK];
	struct keymat km = { .hash = CONF_IKE_HASH_SHA1 };
	size_t i;

	(void)state;
	phase1_input(ni, nr, secret);
	for (i = 0; i < 16; i++)
		last[i] = i;
	keymat_phase1_iv(CONF_IKE_HASH_SHA1, &(struct keymat_part){ secret, 32 },
			 &(struct keymat_part){ secret + 32, 32 }, iv);
	check(iv, "bede92be29c3874e1b54ddc77988d606");
	keymat_phase2_iv(&km, last, 1, iv);
	check(iv, "ec12757110b0b95cdf5ba6857f406dc6");
	/* only what is a block of the cipher goes in: SHA-1 and MD5 over 0001020304050607 00000001 */
	km.algorithm = CONF_IKE_CIPHER_3DES;
	keymat_phase2_iv(&km, last, 1, iv);
	check(iv, "a5723c734c70ba0c");
	km.hash = CONF_IKE_HASH_MD5;
	keymat_phase2_iv(&km, last, 1, iv);
	check(iv, "7a0f2b4b9c755a0c");
}

static void nat_discovery_hash_covers_cookies_address_and_port(void **state)
{
	struct natt_cookies c = { CONF_IKE_HASH_SHA1, icookie, rcookie };
	struct endpoint e = { .port = 500 };
	uint8_t out[IKE_HASH_MAX];

	(void)state;
	assert_true(addr_parse(&e.addr, "192.0.2.1"));
	natt_hash(&c, &e, out);
	check(out, "c31e70110fc425fd1cdd03aa08eef6ef77e1d848");
	c.hash = CONF_IKE_HASH_SHA2_256;
	e.port = 4500;
	assert_true(addr_parse(&e.addr, "2001:db8::1"));
	natt_hash(&c, &e, out);
	check(out, "3fa9b5058d2f98b8696857ddd340313f8dd1c29c5ac55e417063f306f5aa5e1a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prf_is_hmac),
		cmocka_unit_test(cipher_is_aes_cbc),
		cmocka_unit_test(cipher_is_3des_cbc),
		cmocka_unit_test(keys_are_derived_as_rfc2409_says),
		cmocka_unit_test(ivs_are_hashes),
		cmocka_unit_test(nat_discovery_hash_covers_cookies_address_and_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
