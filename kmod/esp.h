/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_ESP_H
#define _L2S_ESP_H

#include <linux/skbuff.h>
#include <linux/types.h>
#include "wire.h"

struct crypto_aead;
struct netlink_ext_ack;

/**
 * struct l2s_esp_key - the keys of one direction; borrowed, the caller wipes them
 * @cipher: of the cipher; with AES-GCM the 4 bytes of salt behind it (RFC 4106 8.1)
 * @cipher_len: bytes in @cipher
 * @auth: HMAC key, or NULL with AES-GCM
 * @auth_len: bytes in @auth
 */
struct l2s_esp_key {
	const u8 *cipher;
	unsigned int cipher_len;
	const u8 *auth;
	unsigned int auth_len;
};

/**
 * struct l2s_esp - one direction of an SA: a keyed AEAD transform and its layout
 * @aead: the transform; owned
 * @nonce: random, per SA; mixed with the sequence number it makes each IV
 * @spi: network order
 * @block: payload, padding and trailer are a multiple of this many bytes
 * @iv_len: bytes of IV in each packet
 * @icv_len: bytes of ICV
 * @esn: extended sequence numbers, RFC 4303 2.2.1
 * @iv_encrypted: the IV on the wire is the cipher applied to the nonce (CBC)
 *
 * Constant between l2s_esp_init() and l2s_esp_destroy(): no lock.
 */
struct l2s_esp {
	struct crypto_aead *aead;
	u8 nonce[L2S_ESP_IV_MAX];
	__be32 spi;
	u8 block;
	u8 iv_len;
	u8 icv_len;
	bool esn;
	bool iv_encrypted;
};

/**
 * struct l2s_esp_cb - the first bytes of skb->cb from l2s_esp_*crypt() to its done function
 * @seq: sequence number, all 64 bits of it with ESN
 * @next_header: RFC 4303 2.6; after decryption what the trailer said
 *
 * The bytes of skb->cb behind it belong to the caller throughout.
 */
struct l2s_esp_cb {
	u64 seq;
	u8 next_header;
};

#define L2S_ESP_CB(skb) ((struct l2s_esp_cb *)(skb)->cb)

/**
 * typedef l2s_esp_done_t - what follows encryption or decryption
 * @skb: the one that was given; owned by the callee
 * @err: 0, or why the skb is to be dropped
 *
 * Context: BH disabled, RCU read side.
 */
typedef void (*l2s_esp_done_t)(struct sk_buff *skb, int err);

int l2s_esp_init(struct l2s_esp *esp, u32 cipher, u32 auth, u32 icv_len,
		 const struct l2s_esp_key *key, bool esn, __be32 spi,
		 struct netlink_ext_ack *extack);
void l2s_esp_destroy(struct l2s_esp *esp);
void l2s_esp_decrypt(struct l2s_esp *esp, struct sk_buff *skb, u64 seq, l2s_esp_done_t done);
void l2s_esp_encrypt(struct l2s_esp *esp, struct sk_buff *skb, u64 seq, u8 next_header,
		     l2s_esp_done_t done);
bool l2s_esp_length_valid(const struct l2s_esp *esp, unsigned int len);
int l2s_esp_module_init(void);
void l2s_esp_module_exit(void);

/**
 * l2s_esp_room - what fits an ESP packet, for the MTU
 * @esp: initialised
 * @len: bytes from the ESP header to the end of the ICV
 *
 * Return: bytes of payload that encryption makes no longer than @len; 0: none.
 */
static inline unsigned int l2s_esp_room(const struct l2s_esp *esp, unsigned int len)
{
	unsigned int other = L2S_ESP_HEADER_LEN + esp->iv_len + esp->icv_len;

	if (len < other + esp->block)
		return 0;
	return ALIGN_DOWN(len - other, esp->block) - L2S_ESP_TRAILER_LEN;
}

#endif /* _L2S_ESP_H */
