// SPDX-License-Identifier: GPL-2.0
/* What the ESP suites share: vectors in bytes, transforms, skbs, done functions. */
#include <crypto/aead.h>
#include <crypto/aes.h>
#include <crypto/algapi.h>
#include <crypto/authenc.h>
#include <crypto/des.h>
#include <kunit/test.h>
#include <linux/l2tpsec.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include "../compat/unaligned.h"
#include "esp_fixture.h"

#define TIMEOUT	(5 * HZ)

/* The caller's part of skb->cb is behind ESP's. */
struct test_cb {
	struct l2s_esp_cb esp;
	struct esp_outcome *outcome;
};

static struct test_cb *test_cb(struct sk_buff *skb)
{
	return (struct test_cb *)skb->cb;
}

/**
 * esp_record - a done function that notes what it was told
 * @skb: given to esp_outcome_init() before; goes into the outcome
 * @err: what happened
 */
void esp_record(struct sk_buff *skb, int err)
{
	struct esp_outcome *outcome = test_cb(skb)->outcome;

	outcome->skb = skb;
	outcome->err = err;
	outcome->calls++;
	complete(&outcome->done);
}

/**
 * esp_outcome_init - prepare to hear from esp_record()
 * @outcome: filled in later; the caller's
 * @skb: about to be encrypted or decrypted
 */
void esp_outcome_init(struct esp_outcome *outcome, struct sk_buff *skb)
{
	memset(outcome, 0, sizeof(*outcome));
	init_completion(&outcome->done);
	test_cb(skb)->outcome = outcome;
}

/**
 * esp_outcome_wait - wait until esp_record() was called, exactly once
 * @test: fails if it was not
 * @outcome: initialised
 */
void esp_outcome_wait(struct kunit *test, struct esp_outcome *outcome)
{
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&outcome->done, TIMEOUT), 0UL);
	KUNIT_ASSERT_EQ(test, outcome->calls, 1);
}

/**
 * esp_decrypt - l2s_esp_decrypt() and wait
 * @test: running
 * @esp: transform
 * @skb: stays the caller's
 * @seq: sequence number
 *
 * Return: what the done function got.
 */
int esp_decrypt(struct kunit *test, struct l2s_esp *esp, struct sk_buff *skb, u64 seq)
{
	struct esp_outcome outcome;

	esp_outcome_init(&outcome, skb);
	rcu_read_lock_bh();
	l2s_esp_decrypt(esp, skb, seq, esp_record);
	rcu_read_unlock_bh();
	esp_outcome_wait(test, &outcome);
	KUNIT_ASSERT_PTR_EQ(test, outcome.skb, skb);
	return outcome.err;
}

/**
 * esp_encrypt - l2s_esp_encrypt() and wait
 * @test: running
 * @esp: transform
 * @skb: stays the caller's
 * @seq: sequence number
 * @next_header: for the trailer
 *
 * Return: what the done function got.
 */
int esp_encrypt(struct kunit *test, struct l2s_esp *esp, struct sk_buff *skb, u64 seq,
		u8 next_header)
{
	struct esp_outcome outcome;

	esp_outcome_init(&outcome, skb);
	rcu_read_lock_bh();
	l2s_esp_encrypt(esp, skb, seq, next_header, esp_record);
	rcu_read_unlock_bh();
	esp_outcome_wait(test, &outcome);
	KUNIT_ASSERT_PTR_EQ(test, outcome.skb, skb);
	return outcome.err;
}

/**
 * esp_unhex - lines of hex to bytes
 * @test: fails if it is not hex or too long
 * @bytes: filled
 * @size: of @bytes
 * @hex: or NULL
 *
 * Return: number of bytes.
 */
unsigned int esp_unhex(struct kunit *test, u8 *bytes, unsigned int size, const char *hex)
{
	unsigned int len = 0;

	for (; hex && *hex; hex += *hex == '\n') {
		for (; *hex && *hex != '\n'; hex += 2) {
			KUNIT_ASSERT_LT(test, len, size);
			KUNIT_ASSERT_EQ(test, hex2bin(&bytes[len++], hex, 1), 0);
		}
	}
	return len;
}

/**
 * esp_packet_read - a vector in bytes
 * @test: owns the result
 * @v: vector
 *
 * Return: never NULL.
 */
struct esp_packet *esp_packet_read(struct kunit *test, const struct esp_vector *v)
{
	struct esp_packet *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->len = esp_unhex(test, p->bytes, sizeof(p->bytes), v->packet);
	p->payload_len = esp_unhex(test, p->payload, sizeof(p->payload), v->payload);
	p->seq = (u64)v->seq_hi << 32 | get_unaligned_be32(p->bytes + 4);
	return p;
}

/**
 * struct keys - a vector's keys in bytes
 * @cipher: the cipher's key
 * @auth: HMAC key
 * @key: both, as l2s_esp_init() takes them
 */
struct keys {
	u8 cipher[64];
	u8 auth[64];
	struct l2s_esp_key key;
};

static void keys_read(struct kunit *test, const struct esp_vector *v, struct keys *keys)
{
	keys->key.cipher = keys->cipher;
	keys->key.cipher_len = esp_unhex(test, keys->cipher, sizeof(keys->cipher), v->key);
	keys->key.auth = keys->auth;
	keys->key.auth_len = esp_unhex(test, keys->auth, sizeof(keys->auth), v->auth_key);
}

/**
 * esp_open_vector - the transform of a vector
 * @test: running
 * @v: vector
 * @esp: initialised; l2s_esp_destroy() ends it
 */
void esp_open_vector(struct kunit *test, const struct esp_vector *v, struct l2s_esp *esp)
{
	struct netlink_ext_ack extack = {};
	struct keys keys;
	__be32 spi;

	keys_read(test, v, &keys);
	KUNIT_ASSERT_EQ(test, hex2bin((u8 *)&spi, v->packet, sizeof(spi)), 0);
	KUNIT_ASSERT_EQ_MSG(test, l2s_esp_init(esp, v->cipher, v->auth, v->icv_len, &keys.key,
					       v->esn, spi, &extack), 0,
			    "%s", extack._msg ?: "no reason given");
}

/* crypto/authenc.h: a header, the HMAC key, the AES key; other AEADs: just the key. */
static unsigned int write_key(u8 *blob, const struct l2s_esp_key *key)
{
	struct rtattr rta = { .rta_len = 8, .rta_type = CRYPTO_AUTHENC_KEYA_PARAM };
	unsigned int pos = 0;

	if (key->auth_len) {
		memcpy(blob, &rta, sizeof(rta));
		put_unaligned_be32(key->cipher_len, blob + sizeof(rta));
		memcpy(blob + 8, key->auth, key->auth_len);
		pos = 8 + key->auth_len;
	}
	memcpy(blob + pos, key->cipher, key->cipher_len);
	return pos + key->cipher_len;
}

/**
 * esp_make_async - put a transform behind a queue that a kernel thread empties
 * @test: running
 * @v: vector that @esp was opened with
 * @esp: afterwards the same key in the same algorithm; esp_close_async() ends it
 */
void esp_make_async(struct kunit *test, const struct esp_vector *v, struct l2s_esp *esp)
{
	const char *driver = crypto_tfm_alg_driver_name(crypto_aead_tfm(esp->aead));
	char name[CRYPTO_MAX_ALG_NAME];
	struct crypto_aead *aead;
	struct keys keys;
	u8 blob[160];

	KUNIT_ASSERT_LT(test, snprintf(name, sizeof(name), "cryptd(%s)", driver),
			(int)sizeof(name));
	aead = crypto_alloc_aead(name, 0, 0);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(aead), "%s", name);
	keys_read(test, v, &keys);
	KUNIT_ASSERT_EQ(test, crypto_aead_setkey(aead, blob, write_key(blob, &keys.key)), 0);
	KUNIT_ASSERT_EQ(test, crypto_aead_setauthsize(aead, esp->icv_len), 0);
	crypto_free_aead(esp->aead);
	esp->aead = aead;
}

/**
 * esp_close_async - end a transform that esp_make_async() has changed
 * @esp: transform
 *
 * The queue leaves the system too, or everybody would get it from now on.
 */
void esp_close_async(struct l2s_esp *esp)
{
	struct crypto_alg *alg = crypto_aead_tfm(esp->aead)->__crt_alg;

	crypto_unregister_instance(container_of(alg, struct crypto_instance, alg));
	l2s_esp_destroy(esp);
}

/**
 * esp_aim_nonce - choose the nonce so that a packet's IV comes out
 * @test: running
 * @v: vector that @esp was opened with
 * @esp: transform
 * @p: packet of @v
 *
 * For AES-GCM the IV is nonce xor sequence number; for CBC it is that, encrypted.
 */
void esp_aim_nonce(struct kunit *test, const struct esp_vector *v, struct l2s_esp *esp,
		   const struct esp_packet *p)
{
	struct des3_ede_ctx des3;
	struct crypto_aes_ctx aes;
	struct keys keys;

	keys_read(test, v, &keys);
	memcpy(esp->nonce, p->bytes + L2S_ESP_HEADER_LEN, esp->iv_len);
	if (v->cipher == L2TPSEC_CIPHER_AES_CBC) {
		KUNIT_ASSERT_EQ(test, aes_expandkey(&aes, keys.cipher, keys.key.cipher_len), 0);
		aes_decrypt(&aes, esp->nonce, esp->nonce);
	}
	if (v->cipher == L2TPSEC_CIPHER_3DES_CBC) {
		KUNIT_ASSERT_EQ(test, des3_ede_expand_key(&des3, keys.cipher, keys.key.cipher_len),
				0);
		des3_ede_decrypt(&des3, esp->nonce, esp->nonce);
	}
	put_unaligned_be64(get_unaligned_be64(esp->nonce) ^ p->seq, esp->nonce);
}

/**
 * esp_new_skb - an skb with all the room that ESP wants
 * @test: running
 * @data: what it holds
 * @len: bytes in @data
 *
 * Return: never NULL; the caller's.
 */
struct sk_buff *esp_new_skb(struct kunit *test, const void *data, unsigned int len)
{
	struct sk_buff *skb = alloc_skb(L2S_HEADROOM + len + L2S_TAILROOM, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, L2S_HEADROOM);
	skb_put_data(skb, data, len);
	return skb;
}

/**
 * esp_expect_bytes - compare an skb
 * @test: fails if they differ
 * @skb: linear
 * @bytes: what it should hold
 * @len: bytes in @bytes
 */
void esp_expect_bytes(struct kunit *test, const struct sk_buff *skb, const u8 *bytes,
		      unsigned int len)
{
	KUNIT_EXPECT_EQ(test, skb->len, len);
	KUNIT_EXPECT_FALSE(test, skb_is_nonlinear(skb));
	KUNIT_EXPECT_EQ_MSG(test, memcmp(skb->data, bytes, min(skb->len, len)), 0,
			    "is %*phN, should be %*phN", min(skb->len, 64U), skb->data,
			    min(len, 64U), bytes);
}
