/* SPDX-License-Identifier: GPL-2.0 */
/* What the ESP suites share: vectors in bytes, transforms, skbs, done functions. */
#ifndef _L2S_TESTS_ESP_FIXTURE_H
#define _L2S_TESTS_ESP_FIXTURE_H

#include <linux/completion.h>
#include "../esp.h"

#define ESP_PACKET_MAX	512

struct kunit;

/**
 * struct esp_vector - a packet and what it carries
 * @name: origin
 * @cipher: enum l2tpsec_cipher
 * @auth: enum l2tpsec_auth
 * @icv_len: 0: the algorithm's own
 * @esn: extended sequence numbers
 * @seq_hi: high half of the sequence number, which is not in the packet
 * @key: the cipher's, with GCM the salt behind it
 * @auth_key: HMAC key, or NULL
 * @packet: ESP header, IV, cipher text, ICV
 * @payload: without padding
 * @next_header: in the trailer
 */
struct esp_vector {
	const char *name;
	u32 cipher;
	u32 auth;
	u32 icv_len;
	bool esn;
	u32 seq_hi;
	const char *key;
	const char *auth_key;
	const char *packet;
	const char *payload;
	u8 next_header;
};

/**
 * struct esp_packet - a vector in bytes
 * @bytes: ESP header to ICV
 * @len: of @bytes
 * @payload: what it carries
 * @payload_len: of @payload
 * @seq: all 64 bits
 */
struct esp_packet {
	u8 bytes[ESP_PACKET_MAX];
	unsigned int len;
	u8 payload[ESP_PACKET_MAX];
	unsigned int payload_len;
	u64 seq;
};

/**
 * struct esp_outcome - what a done function was told
 * @done: it was called
 * @skb: the one it was given; owned
 * @err: its second argument
 * @calls: how often
 */
struct esp_outcome {
	struct completion done;
	struct sk_buff *skb;
	int err;
	int calls;
};

void esp_outcome_init(struct esp_outcome *outcome, struct sk_buff *skb);
void esp_outcome_wait(struct kunit *test, struct esp_outcome *outcome);
void esp_record(struct sk_buff *skb, int err);

int esp_decrypt(struct kunit *test, struct l2s_esp *esp, struct sk_buff *skb, u64 seq);
int esp_encrypt(struct kunit *test, struct l2s_esp *esp, struct sk_buff *skb, u64 seq,
		u8 next_header);

unsigned int esp_unhex(struct kunit *test, u8 *bytes, unsigned int size, const char *hex);
struct esp_packet *esp_packet_read(struct kunit *test, const struct esp_vector *v);
void esp_open_vector(struct kunit *test, const struct esp_vector *v, struct l2s_esp *esp);
void esp_make_async(struct kunit *test, const struct esp_vector *v, struct l2s_esp *esp);
void esp_close_async(struct l2s_esp *esp);
void esp_aim_nonce(struct kunit *test, const struct esp_vector *v, struct l2s_esp *esp,
		   const struct esp_packet *p);

struct sk_buff *esp_new_skb(struct kunit *test, const void *data, unsigned int len);
void esp_expect_bytes(struct kunit *test, const struct sk_buff *skb, const u8 *bytes,
		      unsigned int len);

#endif /* _L2S_TESTS_ESP_FIXTURE_H */
