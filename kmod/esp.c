// SPDX-License-Identifier: GPL-2.0
/*
 * ESP (RFC 4303) in and out of one skb, with one call into the crypto API.
 *
 * Transport mode; what is in front of the ESP header is the caller's.  A packet
 * is linear and private before it is touched: a page may belong to a file
 * (sendfile, splice), and AES-GCM writes before it knows whether the ICV is right.
 */
#include <crypto/aead.h>
#include <crypto/aes.h>
#include <crypto/authenc.h>
#include <crypto/des.h>
#include <crypto/md5.h>
#include <crypto/sha1.h>
#include <crypto/sha2.h>
#include <linux/err.h>
#include <linux/l2tpsec.h>
#include <linux/netlink.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include "compat/crypto.h"
#include "compat/unaligned.h"
#include "esp.h"

#define GCM_SALT_LEN	4			/* RFC 4106 8.1 */
#define GCM_IV_LEN	8			/* RFC 4106 3.1 */
#define ESN_AAD_LEN	12			/* SPI, sequence number high, low */
#define SLOT_CONTEXT	1024			/* request context that known drivers need */

/**
 * struct suite - one row per pair of algorithms
 * @cipher: enum l2tpsec_cipher
 * @auth: enum l2tpsec_auth
 * @name: of the AEAD in the crypto API
 * @name_esn: the same with the high half of the sequence number behind the payload
 * @salt_len: bytes behind the cipher's key
 * @auth_key_len: bytes of HMAC key
 * @iv_len: bytes of IV on the wire
 * @block: padding makes a multiple of this
 * @icv_len: bytes of ICV
 * @icv_short: another ICV length that is in use, or 0
 */
struct suite {
	u32 cipher;
	u32 auth;
	const char *name;
	const char *name_esn;
	u8 salt_len;
	u8 auth_key_len;
	u8 iv_len;
	u8 block;
	u8 icv_len;
	u8 icv_short;
};

static const struct suite suites[] = {
	{	/* RFC 4106 */
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.name = "rfc4106(gcm(aes))", .name_esn = "rfc4106(gcm(aes))",
		.salt_len = GCM_SALT_LEN, .iv_len = GCM_IV_LEN,
		.block = L2S_ESP_ALIGN, .icv_len = 16,
	}, {	/* RFC 3602, RFC 2404 */
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA1,
		.name = "authenc(hmac(sha1),cbc(aes))",
		.name_esn = "authencesn(hmac(sha1),cbc(aes))",
		.auth_key_len = SHA1_DIGEST_SIZE, .icv_len = 12,
		.iv_len = AES_BLOCK_SIZE, .block = AES_BLOCK_SIZE,
	}, {	/* RFC 3602, RFC 4868; ICV of 12: implementations of the draft before it */
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_256,
		.name = "authenc(hmac(sha256),cbc(aes))",
		.name_esn = "authencesn(hmac(sha256),cbc(aes))",
		.auth_key_len = SHA256_DIGEST_SIZE, .icv_len = 16, .icv_short = L2S_ESP_ICV_SHORT,
		.iv_len = AES_BLOCK_SIZE, .block = AES_BLOCK_SIZE,
	}, {	/* RFC 3602, RFC 4868 */
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_384,
		.name = "authenc(hmac(sha384),cbc(aes))",
		.name_esn = "authencesn(hmac(sha384),cbc(aes))",
		.auth_key_len = SHA384_DIGEST_SIZE, .icv_len = 24,
		.iv_len = AES_BLOCK_SIZE, .block = AES_BLOCK_SIZE,
	}, {	/* RFC 3602, RFC 4868 */
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_512,
		.name = "authenc(hmac(sha512),cbc(aes))",
		.name_esn = "authencesn(hmac(sha512),cbc(aes))",
		.auth_key_len = SHA512_DIGEST_SIZE, .icv_len = 32,
		.iv_len = AES_BLOCK_SIZE, .block = AES_BLOCK_SIZE,
	}, {	/* RFC 3602, RFC 2403 */
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_MD5,
		.name = "authenc(hmac(md5),cbc(aes))",
		.name_esn = "authencesn(hmac(md5),cbc(aes))",
		.auth_key_len = MD5_DIGEST_SIZE, .icv_len = 12,
		.iv_len = AES_BLOCK_SIZE, .block = AES_BLOCK_SIZE,
	}, {	/* RFC 2451, RFC 2403 */
		.cipher = L2TPSEC_CIPHER_3DES_CBC, .auth = L2TPSEC_AUTH_HMAC_MD5,
		.name = "authenc(hmac(md5),cbc(des3_ede))",
		.name_esn = "authencesn(hmac(md5),cbc(des3_ede))",
		.auth_key_len = MD5_DIGEST_SIZE, .icv_len = 12,
		.iv_len = DES3_EDE_BLOCK_SIZE, .block = DES3_EDE_BLOCK_SIZE,
	}, {	/* RFC 2451, RFC 2404 */
		.cipher = L2TPSEC_CIPHER_3DES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA1,
		.name = "authenc(hmac(sha1),cbc(des3_ede))",
		.name_esn = "authencesn(hmac(sha1),cbc(des3_ede))",
		.auth_key_len = SHA1_DIGEST_SIZE, .icv_len = 12,
		.iv_len = DES3_EDE_BLOCK_SIZE, .block = DES3_EDE_BLOCK_SIZE,
	}, {	/* RFC 2451, RFC 4868; ICV of 12 as above */
		.cipher = L2TPSEC_CIPHER_3DES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_256,
		.name = "authenc(hmac(sha256),cbc(des3_ede))",
		.name_esn = "authencesn(hmac(sha256),cbc(des3_ede))",
		.auth_key_len = SHA256_DIGEST_SIZE, .icv_len = 16, .icv_short = L2S_ESP_ICV_SHORT,
		.iv_len = DES3_EDE_BLOCK_SIZE, .block = DES3_EDE_BLOCK_SIZE,
	},
};

/**
 * struct slot - all that one packet needs beside its skb
 * @esp: transform in use; valid until @done, the caller sees to it
 * @skb: packet in work; owned
 * @done: what follows
 * @context: bytes of request context behind @req
 * @one: the packet
 * @two: with ESN: the AAD and the rest of the packet
 * @iv: what the cipher starts from
 * @aad: with ESN: SPI, both halves of the sequence number, IV
 * @req: last, its context follows
 *
 * Each CPU has one.  A packet takes it and puts it back; while an asynchronous
 * request keeps it, the next packet allocates another.
 */
struct slot {
	struct l2s_esp *esp;
	struct sk_buff *skb;
	l2s_esp_done_t done;
	unsigned int context;
	struct scatterlist one[1];
	struct scatterlist two[2];
	u8 iv[L2S_ESP_IV_MAX] CRYPTO_MINALIGN_ATTR;
	u8 aad[ESN_AAD_LEN + L2S_ESP_IV_MAX] CRYPTO_MINALIGN_ATTR;
	struct aead_request req CRYPTO_MINALIGN_ATTR;
};

static DEFINE_PER_CPU(struct slot *, slots);

static struct slot *slot_alloc(unsigned int context, gfp_t gfp, int node)
{
	struct slot *slot = kmalloc_node(sizeof(*slot) + context, gfp, node);

	if (!slot)
		return NULL;
	slot->context = context;
	sg_init_table(slot->one, ARRAY_SIZE(slot->one));
	sg_init_table(slot->two, ARRAY_SIZE(slot->two));
	return slot;
}

/* BH is off: nothing else runs here between the read and the write. */
static struct slot *slot_get(unsigned int context)
{
	struct slot *slot = __this_cpu_read(slots);

	__this_cpu_write(slots, NULL);
	if (likely(slot && slot->context >= context))
		return slot;
	kfree_sensitive(slot);
	return slot_alloc(max_t(unsigned int, context, SLOT_CONTEXT), GFP_ATOMIC, NUMA_NO_NODE);
}

static void slot_put(struct slot *slot)
{
	if (likely(!__this_cpu_read(slots)))
		__this_cpu_write(slots, slot);
	else
		kfree_sensitive(slot);
}

/**
 * l2s_esp_module_init - allocate a slot per CPU
 *
 * Context: process.
 * Return: 0 or -ENOMEM; then nothing is left allocated.
 */
int l2s_esp_module_init(void)
{
	struct slot *slot;
	int cpu;

	for_each_possible_cpu(cpu) {
		slot = slot_alloc(SLOT_CONTEXT, GFP_KERNEL, cpu_to_node(cpu));
		if (!slot) {
			l2s_esp_module_exit();
			return -ENOMEM;
		}
		per_cpu(slots, cpu) = slot;
	}
	return 0;
}

/**
 * l2s_esp_module_exit - free the slots
 *
 * Context: process; no request is in flight and none will come.
 */
void l2s_esp_module_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		kfree_sensitive(per_cpu(slots, cpu));
		per_cpu(slots, cpu) = NULL;
	}
}

static const struct suite *suite_find(u32 cipher, u32 auth)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(suites); i++)
		if (suites[i].cipher == cipher && suites[i].auth == auth)
			return &suites[i];
	return NULL;
}

static bool cipher_key_len_valid(u32 cipher, unsigned int len)
{
	if (cipher == L2TPSEC_CIPHER_3DES_CBC)
		return len == DES3_EDE_KEY_SIZE;
	return len == AES_KEYSIZE_128 || len == AES_KEYSIZE_192 || len == AES_KEYSIZE_256;
}

static int suite_check(const struct suite *suite, u32 icv_len, const struct l2s_esp_key *key,
		       struct netlink_ext_ack *extack)
{
	if (!suite) {
		NL_SET_ERR_MSG(extack, "no ESP suite has this cipher with this authentication");
		return -EINVAL;
	}
	if (key->cipher_len < suite->salt_len ||
	    !cipher_key_len_valid(suite->cipher, key->cipher_len - suite->salt_len)) {
		NL_SET_ERR_MSG(extack, "key must be 16, 24 or 32 bytes, GCM + 4, with 3DES 24");
		return -EINVAL;
	}
	if (key->auth_len != suite->auth_key_len) {
		NL_SET_ERR_MSG(extack, "HMAC key must be as long as the hash, with GCM absent");
		return -EINVAL;
	}
	if (icv_len && icv_len != suite->icv_len && icv_len != suite->icv_short) {
		NL_SET_ERR_MSG(extack, "ICV length is not defined for this authentication");
		return -EINVAL;
	}
	return 0;
}

/* The crypto API takes both keys of authenc() as one blob: crypto/authenc.h. */
static int set_key_pair(struct crypto_aead *aead, const struct l2s_esp_key *key)
{
	struct {
		struct rtattr rta;
		struct crypto_authenc_key_param param;
		u8 keys[SHA512_DIGEST_SIZE + AES_MAX_KEY_SIZE];
	} blob;
	int err;

	BUILD_BUG_ON(offsetof(typeof(blob), keys) != RTA_SPACE(sizeof(blob.param)));
	blob.rta.rta_type = CRYPTO_AUTHENC_KEYA_PARAM;
	blob.rta.rta_len = RTA_LENGTH(sizeof(blob.param));
	blob.param.enckeylen = cpu_to_be32(key->cipher_len);
	memcpy(blob.keys, key->auth, key->auth_len);
	memcpy(blob.keys + key->auth_len, key->cipher, key->cipher_len);
	err = crypto_aead_setkey(aead, (u8 *)&blob,
				 offsetof(typeof(blob), keys) + key->auth_len + key->cipher_len);
	memzero_explicit(&blob, sizeof(blob));
	return err;
}

static int set_key(struct crypto_aead *aead, const struct l2s_esp_key *key)
{
	if (!key->auth_len)
		return crypto_aead_setkey(aead, key->cipher, key->cipher_len);
	return set_key_pair(aead, key);
}

static struct crypto_aead *open_aead(const char *name, const struct l2s_esp_key *key,
				     unsigned int icv_len, struct netlink_ext_ack *extack)
{
	/* Asynchronous ones too: with them masked out the slow generic code is chosen. */
	struct crypto_aead *aead = crypto_alloc_aead(name, 0, 0);
	int err;

	if (IS_ERR(aead)) {
		NL_SET_ERR_MSG(extack, "the kernel's crypto API lacks these algorithms");
		return aead;
	}
	err = set_key(aead, key);
	if (err) {
		NL_SET_ERR_MSG(extack, "the kernel's crypto API refuses the key");
		goto free_aead;
	}
	err = crypto_aead_setauthsize(aead, icv_len);
	if (err) {
		NL_SET_ERR_MSG(extack, "the kernel's crypto API refuses the ICV length");
		goto free_aead;
	}
	return aead;

free_aead:
	crypto_free_aead(aead);
	return ERR_PTR(err);
}

/**
 * l2s_esp_init - prepare one direction of an SA
 * @esp: to be initialised; l2s_esp_destroy() ends it.  All zeros after an error
 * @cipher: enum l2tpsec_cipher
 * @auth: enum l2tpsec_auth
 * @icv_len: bytes of ICV; 0: the algorithm's own
 * @key: borrowed
 * @esn: extended sequence numbers, RFC 4303 2.2.1
 * @spi: network order
 * @extack: has a sentence after every error
 *
 * Context: process, may sleep and load modules.
 * Return: 0, -EINVAL, or the crypto API's error.
 */
int l2s_esp_init(struct l2s_esp *esp, u32 cipher, u32 auth, u32 icv_len,
		 const struct l2s_esp_key *key, bool esn, __be32 spi,
		 struct netlink_ext_ack *extack)
{
	const struct suite *suite = suite_find(cipher, auth);
	struct crypto_aead *aead;
	int err;

	memset(esp, 0, sizeof(*esp));
	err = suite_check(suite, icv_len, key, extack);
	if (err)
		return err;
	icv_len = icv_len ?: suite->icv_len;
	aead = open_aead(esn ? suite->name_esn : suite->name, key, icv_len, extack);
	if (IS_ERR(aead))
		return PTR_ERR(aead);

	esp->aead = aead;
	esp->spi = spi;
	esp->block = suite->block;
	esp->iv_len = suite->iv_len;
	esp->icv_len = icv_len;
	esp->esn = esn;
	esp->iv_encrypted = cipher != L2TPSEC_CIPHER_AES_GCM_16;
	get_random_bytes(esp->nonce, sizeof(esp->nonce));
	return 0;
}

/**
 * l2s_esp_destroy - free the transform and wipe what it was made of
 * @esp: initialised, or all zeros; no request is in flight
 *
 * Context: process.
 */
void l2s_esp_destroy(struct l2s_esp *esp)
{
	crypto_free_aead(esp->aead);
	memzero_explicit(esp, sizeof(*esp));
}

/* Linear, nobody else's, and with room: rarely more than four comparisons. */
static __always_inline int make_private(struct sk_buff *skb, unsigned int headroom,
					unsigned int tailroom)
{
	int err = skb_linearize(skb);

	if (unlikely(err))
		return err;
	if (likely(!skb_cloned(skb) && skb_headroom(skb) >= headroom &&
		   skb_tailroom(skb) >= tailroom))
		return 0;
	return pskb_expand_head(skb, headroom ? L2S_HEADROOM : 0, tailroom ? L2S_TAILROOM : 0,
				GFP_ATOMIC);
}

/*
 * Describe the packet to the crypto API.  @iv_in_aad bytes of the IV are
 * authenticated only; the rest of it is part of the text.  With ESN the high
 * half of the sequence number stands in the AAD but not in the packet.
 */
static __always_inline void slot_fill(struct slot *slot, unsigned int text_len,
				      unsigned int iv_in_aad)
{
	struct l2s_esp *esp = slot->esp;
	struct sk_buff *skb = slot->skb;
	unsigned int head_len = L2S_ESP_HEADER_LEN + iv_in_aad;
	unsigned int aad_len = head_len;
	struct scatterlist *sg = slot->one;

	if (esp->esn) {
		memcpy(slot->aad, skb->data, sizeof(esp->spi));
		put_unaligned_be64(L2S_ESP_CB(skb)->seq, slot->aad + sizeof(esp->spi));
		memcpy(slot->aad + ESN_AAD_LEN, skb->data + L2S_ESP_HEADER_LEN, iv_in_aad);
		aad_len = ESN_AAD_LEN + iv_in_aad;
		sg_set_buf(&slot->two[0], slot->aad, aad_len);
		sg_set_buf(&slot->two[1], skb->data + head_len, skb->len - head_len);
		sg = slot->two;
	} else {
		sg_set_buf(slot->one, skb->data, skb->len);
	}
	aead_request_set_ad(&slot->req, aad_len);
	aead_request_set_crypt(&slot->req, sg, sg, text_len, slot->iv);
}

static __always_inline struct slot *slot_begin(struct l2s_esp *esp, struct sk_buff *skb,
					       l2s_esp_done_t done,
					       crypto_completion_t completion)
{
	struct slot *slot = slot_get(crypto_aead_reqsize(esp->aead));

	if (unlikely(!slot))
		return NULL;
	slot->esp = esp;
	slot->skb = skb;
	slot->done = done;
	aead_request_set_tfm(&slot->req, esp->aead);
	aead_request_set_callback(&slot->req, 0, completion, slot);
	return slot;
}

/* Cut off ICV, trailer, padding, header and IV: RFC 4303 2.4 to 2.6. */
static int strip(const struct l2s_esp *esp, struct sk_buff *skb)
{
	unsigned int head_len = L2S_ESP_HEADER_LEN + esp->iv_len;
	unsigned int text_len = skb->len - head_len - esp->icv_len;
	const u8 *trailer = skb->data + head_len + text_len - L2S_ESP_TRAILER_LEN;
	unsigned int pad_len = trailer[0];
	const u8 *pad = trailer - pad_len;
	unsigned int i;

	if (pad_len + L2S_ESP_TRAILER_LEN > text_len)
		return -EINVAL;
	for (i = 0; i < pad_len; i++)
		if (pad[i] != i + 1)
			return -EINVAL;

	L2S_ESP_CB(skb)->next_header = trailer[1];
	skb->ip_summed = CHECKSUM_NONE;
	__skb_trim(skb, head_len + text_len - L2S_ESP_TRAILER_LEN - pad_len);
	__skb_pull(skb, head_len);
	return 0;
}

/* The slot goes back first: done() may well encrypt the next packet. */
static void decrypt_finish(struct slot *slot, int err)
{
	struct l2s_esp *esp = slot->esp;
	struct sk_buff *skb = slot->skb;
	l2s_esp_done_t done = slot->done;

	slot_put(slot);
	if (likely(!err))
		err = strip(esp, skb);
	done(skb, err);
}

static void decrypt_complete(l2s_crypto_completion_arg *arg, int err)
{
	rcu_read_lock();
	decrypt_finish(l2s_crypto_completion_data(arg), err);
	rcu_read_unlock();
}

/**
 * l2s_esp_length_valid - can a packet of that length be one of this direction's?
 * @esp: inbound direction
 * @len: bytes from the ESP header to the ICV
 *
 * Return: there is room for everything, and padding has made the text a
 * multiple of the block.
 */
bool l2s_esp_length_valid(const struct l2s_esp *esp, unsigned int len)
{
	unsigned int other = L2S_ESP_HEADER_LEN + esp->iv_len + esp->icv_len;

	return len >= other + esp->block && !((len - other) & (esp->block - 1));
}

/**
 * l2s_esp_decrypt - authenticate and decrypt one packet
 * @esp: inbound direction; the caller keeps it alive until @done
 * @skb: ESP header at skb->data; not shared; taken over.  A clone or an skb with
 *	fragments is copied first
 * @seq: the packet's sequence number, from l2s_replay_expand()
 * @done: called exactly once, here or later: with 0 and the payload at skb->data,
 *	everything of ESP cut off and the next header in the cb; or with -EINVAL:
 *	bad length or trailer, -EBADMSG: wrong ICV, -ENOMEM, or the crypto API's error
 *
 * Context: BH disabled, RCU read side.
 */
void l2s_esp_decrypt(struct l2s_esp *esp, struct sk_buff *skb, u64 seq, l2s_esp_done_t done)
{
	unsigned int head_len = L2S_ESP_HEADER_LEN + esp->iv_len;
	struct slot *slot;
	int err;

	L2S_ESP_CB(skb)->seq = seq;
	if (unlikely(!l2s_esp_length_valid(esp, skb->len))) {
		err = -EINVAL;
		goto out_done;
	}
	err = make_private(skb, 0, 0);
	if (unlikely(err))
		goto out_done;
	slot = slot_begin(esp, skb, done, decrypt_complete);
	if (unlikely(!slot)) {
		err = -ENOMEM;
		goto out_done;
	}

	/* With a shorter IV of the text, too: there is as much of it. */
	memcpy(slot->iv, skb->data + L2S_ESP_HEADER_LEN, sizeof(slot->iv));
	slot_fill(slot, skb->len - head_len, esp->iv_len);
	err = crypto_aead_decrypt(&slot->req);
	if (err != -EINPROGRESS)
		decrypt_finish(slot, err);
	return;

out_done:
	done(skb, err);
}

static void encrypt_finish(struct slot *slot, int err)
{
	struct sk_buff *skb = slot->skb;
	l2s_esp_done_t done = slot->done;

	slot_put(slot);
	done(skb, err);
}

static void encrypt_complete(l2s_crypto_completion_arg *arg, int err)
{
	rcu_read_lock();
	encrypt_finish(l2s_crypto_completion_data(arg), err);
	rcu_read_unlock();
}

static void push_header(const struct l2s_esp *esp, struct sk_buff *skb)
{
	struct ip_esp_hdr *esph = __skb_push(skb, L2S_ESP_HEADER_LEN + esp->iv_len);

	esph->spi = esp->spi;
	esph->seq_no = cpu_to_be32(lower_32_bits(L2S_ESP_CB(skb)->seq));
}

static void put_trailer(const struct l2s_esp *esp, struct sk_buff *skb, unsigned int pad_len)
{
	u8 *p = __skb_put(skb, pad_len + L2S_ESP_TRAILER_LEN + esp->icv_len);
	unsigned int i;

	for (i = 1; i <= pad_len; i++)
		*p++ = i;
	*p++ = pad_len;
	*p = L2S_ESP_CB(skb)->next_header;
}

/*
 * The sequence number mixed with the SA's nonce: never twice under one key.
 * For AES-GCM that is the IV (RFC 4106 3.1).  CBC wants an IV that nobody can
 * predict (RFC 3602 3, RFC 2451 3): the cipher applied to it, which is what CBC
 * makes of a leading block of zeros (NIST SP 800-38A, appendix C).
 */
static void set_iv(const struct l2s_esp *esp, struct sk_buff *skb, u8 *iv)
{
	u8 *wire = skb->data + L2S_ESP_HEADER_LEN;
	u64 seq = L2S_ESP_CB(skb)->seq;

	memcpy(iv, esp->nonce, sizeof(esp->nonce));
	put_unaligned_be64(get_unaligned_be64(iv) ^ seq, iv);
	if (esp->iv_encrypted)
		memset(wire, 0, esp->iv_len);
	else
		memcpy(wire, iv, GCM_IV_LEN);
}

/**
 * l2s_esp_encrypt - make an ESP packet
 * @esp: outbound direction; the caller keeps it alive until @done
 * @skb: payload at skb->data, its checksums complete; not shared; taken over.
 *	With L2S_HEADROOM and L2S_TAILROOM, linear and no clone it is encrypted in
 *	place, else copied first
 * @seq: sequence number, never used before with this @esp
 * @next_header: protocol of the payload
 * @done: called exactly once, here or later: with 0 and the ESP header at
 *	skb->data; or with -ENOMEM or the crypto API's error
 *
 * Context: BH disabled, RCU read side.
 */
void l2s_esp_encrypt(struct l2s_esp *esp, struct sk_buff *skb, u64 seq, u8 next_header,
		     l2s_esp_done_t done)
{
	unsigned int text_len = ALIGN(skb->len + L2S_ESP_TRAILER_LEN, esp->block);
	unsigned int pad_len = text_len - L2S_ESP_TRAILER_LEN - skb->len;
	unsigned int iv_in_text = esp->iv_encrypted ? esp->iv_len : 0;
	struct slot *slot;
	int err;

	L2S_ESP_CB(skb)->seq = seq;
	L2S_ESP_CB(skb)->next_header = next_header;
	err = make_private(skb, L2S_ESP_HEADER_LEN + esp->iv_len,
			   pad_len + L2S_ESP_TRAILER_LEN + esp->icv_len);
	if (unlikely(err))
		goto out_done;
	slot = slot_begin(esp, skb, done, encrypt_complete);
	if (unlikely(!slot)) {
		err = -ENOMEM;
		goto out_done;
	}

	put_trailer(esp, skb, pad_len);
	push_header(esp, skb);
	set_iv(esp, skb, slot->iv);
	slot_fill(slot, iv_in_text + text_len, esp->iv_len - iv_in_text);
	err = crypto_aead_encrypt(&slot->req);
	if (err != -EINPROGRESS)
		encrypt_finish(slot, err);
	return;

out_done:
	done(skb, err);
}
