// SPDX-License-Identifier: GPL-2.0
/*
 * ESP beyond whole packets: published vectors of the algorithms through our keys
 * and our packets, layout at every length, IVs, trailers, refusals.
 */
#include <crypto/aead.h>
#include <crypto/aes.h>
#include <kunit/test.h>
#include <linux/l2tpsec.h>
#include <linux/netlink.h>
#include <linux/scatterlist.h>
#include "../compat/unaligned.h"
#include "esp_fixture.h"
#include "esp_suites.h"

#define LENGTHS		300

static void suite_desc(const struct esp_vector *v, char *desc)
{
	strscpy(desc, v->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(suite, esp_suites, suite_desc);

/* The crypto API itself on a packet with @aad bytes of AAD; no code of ours. */
static int raw_crypt(struct l2s_esp *esp, u8 *data, unsigned int aad, unsigned int text,
		     const u8 *iv, bool out)
{
	struct aead_request *req = aead_request_alloc(esp->aead, GFP_KERNEL);
	DECLARE_CRYPTO_WAIT(wait);
	u8 iv_copy[L2S_ESP_IV_MAX];
	struct scatterlist sg;
	int err;

	if (!req)
		return -ENOMEM;
	memcpy(iv_copy, iv, esp->iv_len);
	sg_init_one(&sg, data, aad + text + (out ? esp->icv_len : 0));
	aead_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP, crypto_req_done, &wait);
	aead_request_set_ad(req, aad);
	aead_request_set_crypt(req, &sg, &sg, text, iv_copy);
	err = crypto_wait_req(out ? crypto_aead_encrypt(req) : crypto_aead_decrypt(req), &wait);
	aead_request_free(req);
	return err;
}

static void count_up(u8 *p, u8 first, unsigned int len)
{
	while (len--)
		*p++ = first++;
}

/* A packet with any text, trailer included, and an IV that looks like padding. */
static struct sk_buff *sealed_skb(struct kunit *test, struct l2s_esp *esp, const u8 *text,
				  unsigned int len)
{
	unsigned int hi = esp->esn ? 4 : 0;
	unsigned int aad = L2S_ESP_HEADER_LEN + hi + esp->iv_len;
	u8 *buf = kunit_kzalloc(test, aad + len + esp->icv_len, GFP_KERNEL);
	u8 *iv = buf + L2S_ESP_HEADER_LEN + hi;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	put_unaligned_be32(ESP_SPI, buf);
	put_unaligned_be32(1, buf + 4 + hi);
	count_up(iv, 1, esp->iv_len);
	memcpy(buf + aad, text, len);
	KUNIT_ASSERT_EQ(test, raw_crypt(esp, buf, aad, len, iv, true), 0);
	/* The high half of the sequence number is not sent: move the SPI over it. */
	memmove(buf + hi, buf, 4);
	return esp_new_skb(test, buf + hi, aad - hi + len + esp->icv_len);
}

/*
 * RFC 2202, which RFC 2403 and RFC 2404 refer to, and RFC 4868 2.7.2 (which has
 * RFC 4231's data): HMAC, as our key blob sets it up.
 */
static void hmac_vectors(struct kunit *test)
{
	static const struct {
		u32 auth;
		unsigned int key_len;
		const char *key, *data, *icv;
	} rows[] = {
		{ L2TPSEC_AUTH_HMAC_MD5, 16, "\x0b", "Hi There", "9294727a3638bb1c13f48ef8" },
		{ L2TPSEC_AUTH_HMAC_MD5, 16, "\x0c", "Test With Truncation",
		  "56461ef2342edc00f9bab995" },
		{ L2TPSEC_AUTH_HMAC_SHA1, 20, "\x0b", "Hi There", "b617318655057264e28bc0b6" },
		{ L2TPSEC_AUTH_HMAC_SHA1, 20, "\x0c", "Test With Truncation",
		  "4c1a03424b55e07fe7f27be1" },
		{ L2TPSEC_AUTH_HMAC_SHA2_256, 32, "\x0b", "Hi There",
		  "198a607eb44bfbc69903a0f1cf2bbdc5" },
		{ L2TPSEC_AUTH_HMAC_SHA2_256, 32, "Jefe", "what do ya want for nothing?",
		  "167f928588c5cc2eef8e3093caa0e87c" },
		{ L2TPSEC_AUTH_HMAC_SHA2_384, 48, "\x0b", "Hi There",
		  "b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973" },
		{ L2TPSEC_AUTH_HMAC_SHA2_384, 48, "Jefe", "what do ya want for nothing?",
		  "2c7353974f1842fd66d53c452ca42122b28c0b594cfb184d" },
		{ L2TPSEC_AUTH_HMAC_SHA2_512, 64, "\x0b", "Hi There",
		  "637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8" },
		{ L2TPSEC_AUTH_HMAC_SHA2_512, 64, "Jefe", "what do ya want for nothing?",
		  "cb370917ae8a7ce28cfd1d8f4705d6141c173b2a9362c15df235dfb251b15454" },
	};
	static const u8 zero[32];
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned int len = strlen(rows[i].data);
		u8 auth[64], icv[L2S_ESP_ICV_MAX];
		struct l2s_esp_key key = { zero, 16, auth, rows[i].key_len };
		u8 *buf = kunit_kzalloc(test, 128, GFP_KERNEL);
		struct l2s_esp esp;

		for (j = 0; j < rows[i].key_len; j++)
			auth[j] = rows[i].key[j % strlen(rows[i].key)];
		KUNIT_ASSERT_EQ(test, l2s_esp_init(&esp, L2TPSEC_CIPHER_AES_CBC, rows[i].auth, 0,
						   &key, false, 0, NULL), 0);
		KUNIT_ASSERT_EQ(test, strlen(rows[i].icv), 2UL * esp.icv_len);
		KUNIT_ASSERT_EQ(test, hex2bin(icv, rows[i].icv, esp.icv_len), 0);
		memcpy(buf, rows[i].data, len);
		KUNIT_EXPECT_EQ(test, raw_crypt(&esp, buf, len, 0, zero, true), 0);
		KUNIT_EXPECT_EQ_MSG(test, memcmp(buf + len, icv, esp.icv_len), 0, "row %u", i);
		l2s_esp_destroy(&esp);
	}
}

/* The GCM specification, test cases 3, 9 and 15: the text does not depend on the AAD. */
static void gcm_spec_vectors(struct kunit *test)
{
#define SPEC_KEY "feffe9928665731c6d6a8f9467308308"
	static const char text_hex[] =
		"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\n"
		"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
	static const struct {
		const char *key, *cipher_text;
	} rows[] = {
		{ SPEC_KEY ESP_SALT,
		  "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e\n"
		  "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985" },
		{ SPEC_KEY "feffe9928665731c" ESP_SALT,
		  "3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c\n"
		  "7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710acade256" },
		{ SPEC_KEY SPEC_KEY ESP_SALT,
		  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\n"
		  "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad" },
	};
	u8 text[64], want[64], iv[8];
	unsigned int i;

	KUNIT_ASSERT_EQ(test, esp_unhex(test, text, sizeof(text), text_hex), 64U);
	KUNIT_ASSERT_EQ(test, hex2bin(iv, "facedbaddecaf888", sizeof(iv)), 0);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct esp_vector v = { "", L2TPSEC_CIPHER_AES_GCM_16, L2TPSEC_AUTH_NONE,
					.key = rows[i].key, .packet = ESP_SPI_HEX };
		struct sk_buff *skb = esp_new_skb(test, text, sizeof(text));
		struct l2s_esp esp;

		esp_unhex(test, want, sizeof(want), rows[i].cipher_text);
		esp_open_vector(test, &v, &esp);
		memcpy(esp.nonce, iv, sizeof(iv));
		esp.nonce[7] ^= 9;
		KUNIT_EXPECT_EQ(test, esp_encrypt(test, &esp, skb, 9, IPPROTO_UDP), 0);
		KUNIT_EXPECT_EQ(test, memcmp(skb->data + 8, iv, sizeof(iv)), 0);
		KUNIT_EXPECT_EQ_MSG(test, memcmp(skb->data + 16, want, sizeof(want)), 0,
				    "row %u", i);
		kfree_skb(skb);
		l2s_esp_destroy(&esp);
	}
}

/* RFC 4303 2: where everything is.  The text is read with the crypto API alone. */
static void expect_layout(struct kunit *test, struct l2s_esp *esp, struct sk_buff *skb, u64 seq,
			  const u8 *payload, unsigned int len)
{
	unsigned int head = L2S_ESP_HEADER_LEN + esp->iv_len;
	unsigned int text_len = skb->len - head - esp->icv_len;
	unsigned int aad = head + (esp->esn ? 4 : 0);
	u8 *copy = kmalloc(skb->len + 4, GFP_KERNEL);
	unsigned int pad, i;

	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(skb->data), ESP_SPI);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(skb->data + 4), lower_32_bits(seq));
	KUNIT_EXPECT_EQ(test, text_len % esp->block, 0U);
	pad = text_len - len - 2;
	KUNIT_EXPECT_LT(test, pad, (unsigned int)esp->block);

	memcpy(copy, skb->data, 4);
	if (esp->esn)
		put_unaligned_be32(upper_32_bits(seq), copy + 4);
	memcpy(copy + aad - head + 4, skb->data + 4, skb->len - 4);
	KUNIT_ASSERT_EQ(test, raw_crypt(esp, copy, aad, text_len + esp->icv_len,
					skb->data + L2S_ESP_HEADER_LEN, false), 0);
	KUNIT_EXPECT_EQ(test, memcmp(copy + aad, payload, len), 0);
	for (i = 0; i < pad; i++)
		KUNIT_EXPECT_EQ(test, copy[aad + len + i], i + 1);
	KUNIT_EXPECT_EQ(test, copy[aad + text_len - 2], pad);
	KUNIT_EXPECT_EQ(test, copy[aad + text_len - 1], IPPROTO_UDP);
	kfree(copy);
}

static void layout_at_every_length(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	u8 *payload = kunit_kmalloc(test, LENGTHS, GFP_KERNEL);
	unsigned int len, added = 0;
	struct l2s_esp esp;

	KUNIT_ASSERT_NOT_NULL(test, payload);
	for (len = 0; len < LENGTHS; len++)
		payload[len] = len * 7;
	esp_open_vector(test, v, &esp);
	for (len = 0; len < LENGTHS; len++) {
		u64 seq = (v->esn ? 5ULL << 32 : 0) + len + 1;
		struct sk_buff *skb = esp_new_skb(test, payload, len);

		KUNIT_ASSERT_EQ(test, esp_encrypt(test, &esp, skb, seq, IPPROTO_UDP), 0);
		added = max(added, skb->len - len);
		KUNIT_EXPECT_GE(test, l2s_esp_room(&esp, skb->len), len);
		KUNIT_EXPECT_LT(test, l2s_esp_room(&esp, skb->len - 1), max(len, 1U));
		expect_layout(test, &esp, skb, seq, payload, len);
		KUNIT_ASSERT_EQ(test, esp_decrypt(test, &esp, skb, seq), 0);
		esp_expect_bytes(test, skb, payload, len);
		KUNIT_EXPECT_EQ(test, L2S_ESP_CB(skb)->next_header, IPPROTO_UDP);
		kfree_skb(skb);
	}
	KUNIT_EXPECT_LE(test, added, (unsigned int)(L2S_ESP_HEADER_LEN + L2S_ESP_IV_MAX +
						    L2S_TAILROOM));
	l2s_esp_destroy(&esp);
}

/* The largest packet that IP can carry. */
static void largest_packet(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	unsigned int len = L2S_INNER_MAX + L2S_INNER_HEADERS;
	u8 *payload = kvzalloc(len, GFP_KERNEL);
	struct sk_buff *skb;
	struct l2s_esp esp;

	KUNIT_ASSERT_NOT_NULL(test, payload);
	memset(payload, 0xa5, len);
	skb = esp_new_skb(test, payload, len);
	esp_open_vector(test, v, &esp);
	KUNIT_EXPECT_EQ(test, esp_encrypt(test, &esp, skb, 1, IPPROTO_UDP), 0);
	KUNIT_EXPECT_LE(test, skb->len + 20 + 8, (unsigned int)U16_MAX);
	KUNIT_EXPECT_EQ(test, esp_decrypt(test, &esp, skb, 1), 0);
	esp_expect_bytes(test, skb, payload, len);
	kvfree(payload);
	kfree_skb(skb);
	l2s_esp_destroy(&esp);
}

/* RFC 4303 2.4: padding counts 1, 2, 3 and no more of it than there is text. */
static void trailers(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	u8 *text = kunit_kzalloc(test, 256, GFP_KERNEL);
	struct l2s_esp esp;
	unsigned int pad;

	KUNIT_ASSERT_NOT_NULL(test, text);
	esp_open_vector(test, v, &esp);
	for (pad = 0; pad <= 254; pad++) {
		struct sk_buff *skb;

		memset(text, 0xee, 256);
		count_up(text + 254 - pad, 1, pad);
		text[254] = pad;
		text[255] = L2S_ESP_DUMMY;
		skb = sealed_skb(test, &esp, text, 256);
		KUNIT_ASSERT_EQ_MSG(test, esp_decrypt(test, &esp, skb, 1), 0, "pad %u", pad);
		KUNIT_EXPECT_EQ(test, skb->len, 254 - pad);
		KUNIT_EXPECT_EQ(test, L2S_ESP_CB(skb)->next_header, L2S_ESP_DUMMY);
		kfree_skb(skb);
	}
	l2s_esp_destroy(&esp);
}

/* Padding that would go on in the IV, the header and in front of the packet. */
static void too_much_padding(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	u8 text[16];
	struct l2s_esp esp;
	unsigned int pad;

	esp_open_vector(test, v, &esp);
	for (pad = 14; pad <= 255; pad++) {
		struct sk_buff *skb;

		count_up(text, pad - 13, 14);
		text[14] = pad;
		text[15] = IPPROTO_UDP;
		skb = sealed_skb(test, &esp, text, sizeof(text));
		KUNIT_EXPECT_EQ_MSG(test, esp_decrypt(test, &esp, skb, 1),
				    pad == 14 ? 0 : -EINVAL, "pad %u", pad);
		kfree_skb(skb);
	}
	l2s_esp_destroy(&esp);
}

static void wrong_padding(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	u8 text[32];
	unsigned int i;
	struct l2s_esp esp;

	esp_open_vector(test, v, &esp);
	for (i = 0; i < 14; i++) {
		struct sk_buff *skb;

		memset(text, 0xee, sizeof(text));
		count_up(text + 16, 1, 14);
		text[16 + i] ^= 0x80;
		text[30] = 14;
		text[31] = IPPROTO_UDP;
		skb = sealed_skb(test, &esp, text, sizeof(text));
		KUNIT_EXPECT_EQ_MSG(test, esp_decrypt(test, &esp, skb, 1), -EINVAL, "byte %u", i);
		kfree_skb(skb);
	}
	l2s_esp_destroy(&esp);
}

static void ivs_never_repeat(struct kunit *test)
{
	enum { PACKETS = 200 };
	const struct esp_vector *v = test->param_value;
	u8 (*ivs)[L2S_ESP_IV_MAX] = kunit_kzalloc(test, sizeof(*ivs) * PACKETS, GFP_KERNEL);
	struct l2s_esp esp[2];
	unsigned int i, j;

	KUNIT_ASSERT_NOT_NULL(test, ivs);
	esp_open_vector(test, v, &esp[0]);
	esp_open_vector(test, v, &esp[1]);
	for (i = 0; i < PACKETS; i++) {
		struct sk_buff *skb = esp_new_skb(test, "", 1);

		KUNIT_EXPECT_EQ(test, esp_encrypt(test, &esp[i % 2], skb, 1 + i / 2, 17), 0);
		memcpy(ivs[i], skb->data + L2S_ESP_HEADER_LEN, esp[0].iv_len);
		for (j = 0; j < i; j++)
			KUNIT_ASSERT_NE(test, memcmp(ivs[i], ivs[j], esp[0].iv_len), 0);
		kfree_skb(skb);
	}
	l2s_esp_destroy(&esp[0]);
	l2s_esp_destroy(&esp[1]);
}

/* NIST SP 800-38A, appendix C: the cipher applied to a nonce of one use. */
static void cbc_iv_is_encrypted(struct kunit *test)
{
	static const u8 key_bytes[20];
	struct l2s_esp_key key = { key_bytes, 16, key_bytes, 20 };
	struct crypto_aes_ctx aes;
	struct l2s_esp esp;
	u8 block[16];
	u64 seq;

	KUNIT_ASSERT_EQ(test, aes_expandkey(&aes, key_bytes, 16), 0);
	KUNIT_ASSERT_EQ(test, l2s_esp_init(&esp, L2TPSEC_CIPHER_AES_CBC, L2TPSEC_AUTH_HMAC_SHA1,
					   0, &key, false, 0, NULL), 0);
	for (seq = 1; seq < 50; seq++) {
		struct sk_buff *skb = esp_new_skb(test, "payload", 7);

		KUNIT_EXPECT_EQ(test, esp_encrypt(test, &esp, skb, seq, IPPROTO_UDP), 0);
		memcpy(block, esp.nonce, sizeof(block));
		put_unaligned_be64(get_unaligned_be64(block) ^ seq, block);
		aes_encrypt(&aes, block, block);
		KUNIT_EXPECT_EQ(test, memcmp(skb->data + 8, block, sizeof(block)), 0);
		kfree_skb(skb);
	}
	l2s_esp_destroy(&esp);
}

/* Whatever is wrong is refused with a reason, and nothing is left behind. */
static void refusals(struct kunit *test)
{
	enum { GCM = L2TPSEC_CIPHER_AES_GCM_16, CBC = L2TPSEC_CIPHER_AES_CBC,
	       DES3 = L2TPSEC_CIPHER_3DES_CBC };
	static const struct {
		u32 cipher, auth, icv_len;
		unsigned int cipher_len, auth_len;
	} rows[] = {
		{ 0, 0, 0, 20, 0 },
		{ L2TPSEC_CIPHER_MAX + 1, L2TPSEC_AUTH_HMAC_SHA1, 0, 16, 20 },
		{ U32_MAX, U32_MAX, 0, 16, 20 },
		{ GCM, L2TPSEC_AUTH_HMAC_SHA1, 0, 20, 20 },
		{ CBC, L2TPSEC_AUTH_NONE, 0, 16, 0 },
		{ CBC, L2TPSEC_AUTH_MAX + 1, 0, 16, 20 },
		{ GCM, L2TPSEC_AUTH_NONE, 0, 0, 0 },
		{ GCM, L2TPSEC_AUTH_NONE, 0, 3, 0 },
		{ GCM, L2TPSEC_AUTH_NONE, 0, 16, 0 },
		{ GCM, L2TPSEC_AUTH_NONE, 0, 21, 0 },
		{ GCM, L2TPSEC_AUTH_NONE, 0, 40, 0 },
		{ GCM, L2TPSEC_AUTH_NONE, 0, 20, 20 },
		{ GCM, L2TPSEC_AUTH_NONE, 8, 20, 0 },
		{ GCM, L2TPSEC_AUTH_NONE, 12, 20, 0 },
		{ CBC, L2TPSEC_AUTH_HMAC_SHA1, 0, 0, 20 },
		{ CBC, L2TPSEC_AUTH_HMAC_SHA1, 0, 20, 20 },
		{ CBC, L2TPSEC_AUTH_HMAC_SHA1, 0, 64, 20 },
		{ CBC, L2TPSEC_AUTH_HMAC_SHA1, 0, 16, 0 },
		{ CBC, L2TPSEC_AUTH_HMAC_SHA1, 0, 16, 19 },
		{ CBC, L2TPSEC_AUTH_HMAC_SHA1, 0, 16, 32 },
		{ CBC, L2TPSEC_AUTH_HMAC_SHA1, 20, 16, 20 },
		{ CBC, L2TPSEC_AUTH_HMAC_SHA2_256, 0, 16, 20 },
		{ CBC, L2TPSEC_AUTH_HMAC_SHA2_256, 4, 16, 32 },
		{ CBC, L2TPSEC_AUTH_HMAC_SHA2_256, 32, 16, 32 },
		{ CBC, L2TPSEC_AUTH_HMAC_SHA2_384, 12, 16, 48 },
		{ CBC, L2TPSEC_AUTH_HMAC_SHA2_512, 16, 16, 64 },
		{ CBC, L2TPSEC_AUTH_HMAC_MD5, 16, 16, 16 },
		{ CBC, L2TPSEC_AUTH_HMAC_MD5, 0, 16, 20 },
		{ DES3, L2TPSEC_AUTH_NONE, 0, 24, 0 },
		{ DES3, L2TPSEC_AUTH_HMAC_SHA1, 0, 16, 20 },
		{ DES3, L2TPSEC_AUTH_HMAC_SHA1, 0, 32, 20 },
		{ DES3, L2TPSEC_AUTH_HMAC_SHA2_512, 0, 24, 64 },
	};
	static const u8 bytes[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct l2s_esp_key key = { bytes, rows[i].cipher_len, bytes, rows[i].auth_len };
		struct netlink_ext_ack extack = {};
		struct l2s_esp esp;

		memset(&esp, 0xff, sizeof(esp));
		KUNIT_EXPECT_EQ_MSG(test, l2s_esp_init(&esp, rows[i].cipher, rows[i].auth,
						       rows[i].icv_len, &key, i % 2, 0, &extack),
				    -EINVAL, "row %u", i);
		KUNIT_EXPECT_NOT_NULL(test, extack._msg);
		KUNIT_EXPECT_NULL(test, memchr_inv(&esp, 0, sizeof(esp)));
		l2s_esp_destroy(&esp);
	}
}

static void destroy_wipes(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	struct l2s_esp esp;

	esp_open_vector(test, v, &esp);
	KUNIT_EXPECT_NOT_NULL(test, memchr_inv(esp.nonce, 0, sizeof(esp.nonce)));
	l2s_esp_destroy(&esp);
	KUNIT_EXPECT_NULL(test, memchr_inv(&esp, 0, sizeof(esp)));
	l2s_esp_destroy(&esp);
}

static struct kunit_case esp_path_cases[] = {
	KUNIT_CASE(hmac_vectors),
	KUNIT_CASE(gcm_spec_vectors),
	KUNIT_CASE(cbc_iv_is_encrypted),
	KUNIT_CASE(refusals),
	KUNIT_CASE_PARAM(layout_at_every_length, suite_gen_params),
	KUNIT_CASE_PARAM(largest_packet, suite_gen_params),
	KUNIT_CASE_PARAM(trailers, suite_gen_params),
	KUNIT_CASE_PARAM(too_much_padding, suite_gen_params),
	KUNIT_CASE_PARAM(wrong_padding, suite_gen_params),
	KUNIT_CASE_PARAM(ivs_never_repeat, suite_gen_params),
	KUNIT_CASE_PARAM(destroy_wipes, suite_gen_params),
	{}
};

static struct kunit_suite esp_path_suite = {
	.name = "l2tpsec_esp_path",
	.test_cases = esp_path_cases,
};

kunit_test_suite(esp_path_suite);
