// SPDX-License-Identifier: GPL-2.0
/*
 * ESP against published packets, in both directions, with every shape of skb and
 * with synchronous and asynchronous crypto.
 */
#include <kunit/test.h>
#include "../compat/unaligned.h"
#include "esp_fixture.h"
#include "esp_vectors.h"

static void vector_desc(const struct esp_vector *v, char *desc)
{
	strscpy(desc, v->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vector, esp_vectors, vector_desc);

static void decrypt_vector(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	struct esp_packet *p = esp_packet_read(test, v);
	struct sk_buff *skb = esp_new_skb(test, p->bytes, p->len);
	struct l2s_esp esp;

	skb->ip_summed = CHECKSUM_COMPLETE;
	esp_open_vector(test, v, &esp);
	KUNIT_EXPECT_EQ(test, esp_decrypt(test, &esp, skb, p->seq), 0);
	esp_expect_bytes(test, skb, p->payload, p->payload_len);
	KUNIT_EXPECT_EQ(test, L2S_ESP_CB(skb)->next_header, v->next_header);
	KUNIT_EXPECT_EQ(test, L2S_ESP_CB(skb)->seq, p->seq);
	KUNIT_EXPECT_EQ(test, (int)skb->ip_summed, CHECKSUM_NONE);
	kfree_skb(skb);
	l2s_esp_destroy(&esp);
}

static void encrypt_vector(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	struct esp_packet *p = esp_packet_read(test, v);
	struct sk_buff *skb = esp_new_skb(test, p->payload, p->payload_len);
	struct l2s_esp esp;

	esp_open_vector(test, v, &esp);
	esp_aim_nonce(test, v, &esp, p);
	KUNIT_EXPECT_EQ(test, esp_encrypt(test, &esp, skb, p->seq, v->next_header), 0);
	esp_expect_bytes(test, skb, p->bytes, p->len);
	kfree_skb(skb);
	l2s_esp_destroy(&esp);
}

static void async_vector(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	struct esp_packet *p = esp_packet_read(test, v);
	struct sk_buff *skb = esp_new_skb(test, p->payload, p->payload_len);
	struct esp_outcome outcome;
	struct l2s_esp esp;

	esp_open_vector(test, v, &esp);
	esp_make_async(test, v, &esp);
	esp_aim_nonce(test, v, &esp, p);
	esp_outcome_init(&outcome, skb);
	rcu_read_lock_bh();
	l2s_esp_encrypt(&esp, skb, p->seq, v->next_header, esp_record);
	if (!IS_ENABLED(CONFIG_SMP))
		KUNIT_EXPECT_EQ_MSG(test, outcome.calls, 0, "not asynchronous");
	rcu_read_unlock_bh();
	esp_outcome_wait(test, &outcome);
	KUNIT_EXPECT_EQ(test, outcome.err, 0);
	esp_expect_bytes(test, skb, p->bytes, p->len);

	KUNIT_EXPECT_EQ(test, esp_decrypt(test, &esp, skb, p->seq), 0);
	esp_expect_bytes(test, skb, p->payload, p->payload_len);
	KUNIT_EXPECT_EQ(test, L2S_ESP_CB(skb)->next_header, v->next_header);
	kfree_skb(skb);

	skb = esp_new_skb(test, p->bytes, p->len);
	skb->data[p->len - 1] ^= 1;
	KUNIT_EXPECT_EQ(test, esp_decrypt(test, &esp, skb, p->seq), -EBADMSG);
	kfree_skb(skb);
	esp_close_async(&esp);
}

/* One bit wrong anywhere: the ICV covers SPI, sequence number, IV and text. */
static void tampered_vector(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	struct esp_packet *p = esp_packet_read(test, v);
	struct l2s_esp esp;
	unsigned int i;

	esp_open_vector(test, v, &esp);
	for (i = 0; i < p->len; i++) {
		struct sk_buff *skb = esp_new_skb(test, p->bytes, p->len);
		u64 seq;

		skb->data[i] ^= 1 << i % 8;
		seq = (p->seq & ~(u64)U32_MAX) | get_unaligned_be32(skb->data + 4);
		KUNIT_EXPECT_EQ_MSG(test, esp_decrypt(test, &esp, skb, seq), -EBADMSG,
				    "byte %u", i);
		kfree_skb(skb);
	}
	l2s_esp_destroy(&esp);
}

/* The high half is not in the packet, but the ICV knows it. */
static void wrong_seq_hi(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	struct esp_packet *p = esp_packet_read(test, v);
	struct sk_buff *skb = esp_new_skb(test, p->bytes, p->len);
	struct l2s_esp esp;

	esp_open_vector(test, v, &esp);
	KUNIT_EXPECT_EQ(test, esp_decrypt(test, &esp, skb, p->seq + (1ULL << 32)),
			v->esn ? -EBADMSG : 0);
	kfree_skb(skb);
	l2s_esp_destroy(&esp);
}

static void cut_vector(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	struct esp_packet *p = esp_packet_read(test, v);
	struct l2s_esp esp;
	unsigned int len;

	esp_open_vector(test, v, &esp);
	for (len = 0; len < p->len; len++) {
		struct sk_buff *skb = esp_new_skb(test, p->bytes, len);
		unsigned int other = L2S_ESP_HEADER_LEN + esp.iv_len + esp.icv_len;
		bool whole = len > other && (len - other) % esp.block == 0;

		KUNIT_EXPECT_EQ_MSG(test, esp_decrypt(test, &esp, skb, p->seq),
				    whole ? -EBADMSG : -EINVAL, "%u bytes", len);
		kfree_skb(skb);
	}
	l2s_esp_destroy(&esp);
}

enum shape { LINEAR, NO_ROOM, NO_HEADROOM, NO_TAILROOM, CLONED, FRAGS, HEAD_AND_FRAGS, FRAG_LIST,
	     SHAPES };

static const char *const shape_names[] = {
	"linear", "no room", "no headroom", "no tailroom", "cloned", "frags", "head and frags",
	"frag list",
};

static void shape_desc(const char *const *name, char *desc)
{
	strscpy(desc, *name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(shape, shape_names, shape_desc);

/* Fill the tail up, so that the next byte does not fit. */
static void waste_tailroom(struct sk_buff *skb)
{
	skb->end = skb->tail;
	memset(skb_shinfo(skb), 0, sizeof(struct skb_shared_info));
	atomic_set(&skb_shinfo(skb)->dataref, 1);
}

static struct sk_buff *rooms_skb(struct kunit *test, const u8 *data, unsigned int len,
				 unsigned int headroom, bool tailroom)
{
	unsigned int size = ALIGN(headroom + len, sizeof(void *));
	struct sk_buff *skb = alloc_skb(size + (tailroom ? L2S_TAILROOM : 0), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, tailroom ? headroom : size - len);
	skb_put_data(skb, data, len);
	if (!tailroom && skb_tailroom(skb))
		waste_tailroom(skb);
	return skb;
}

/* The first @head bytes linear, the others in two pieces of one page. */
static struct sk_buff *frags_skb(struct kunit *test, const u8 *data, unsigned int len,
				 unsigned int head, struct page *page)
{
	struct sk_buff *skb = esp_new_skb(test, data, head);
	unsigned int half = (len - head) / 2;

	memcpy(page_address(page) + 100, data + head, len - head);
	get_page(page);
	skb_add_rx_frag(skb, 0, page, 100, half, half);
	get_page(page);
	skb_add_rx_frag(skb, 1, page, 100 + half, len - head - half, len - head - half);
	return skb;
}

static struct sk_buff *frag_list_skb(struct kunit *test, const u8 *data, unsigned int len)
{
	unsigned int third = len / 3;
	struct sk_buff *skb = esp_new_skb(test, data, third);
	struct sk_buff *a = esp_new_skb(test, data + third, third);
	struct sk_buff *b = esp_new_skb(test, data + 2 * third, len - 2 * third);

	a->next = b;
	skb_shinfo(skb)->frag_list = a;
	skb->data_len = a->len + b->len;
	skb->len += skb->data_len;
	skb->truesize += a->truesize + b->truesize;
	return skb;
}

static struct sk_buff *shaped_skb(struct kunit *test, enum shape shape, const u8 *data,
				  unsigned int len, struct page *page)
{
	switch (shape) {
	case NO_ROOM:
		return rooms_skb(test, data, len, 0, false);
	case NO_HEADROOM:
		return rooms_skb(test, data, len, 0, true);
	case NO_TAILROOM:
		return rooms_skb(test, data, len, L2S_HEADROOM, false);
	case FRAGS:
		return frags_skb(test, data, len, 0, page);
	case HEAD_AND_FRAGS:
		return frags_skb(test, data, len, min(len, 13U), page);
	case FRAG_LIST:
		return frag_list_skb(test, data, len);
	default:
		return esp_new_skb(test, data, len);
	}
}

/* In, through crypto, out; whoever else holds the data still sees it as it was. */
static void shape_one(struct kunit *test, enum shape shape, const struct esp_vector *v, bool out)
{
	struct esp_packet *p = esp_packet_read(test, v);
	const u8 *in = out ? p->payload : p->bytes, *want = out ? p->bytes : p->payload;
	unsigned int in_len = out ? p->payload_len : p->len;
	unsigned int want_len = out ? p->len : p->payload_len;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	struct sk_buff *skb, *clone = NULL;
	u8 *before = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct l2s_esp esp;

	KUNIT_ASSERT_TRUE(test, page && before);
	skb = shaped_skb(test, shape, in, in_len, page);
	memcpy(before, page_address(page), PAGE_SIZE);
	if (shape == CLONED)
		clone = skb_clone(skb, GFP_KERNEL);
	esp_open_vector(test, v, &esp);
	esp_aim_nonce(test, v, &esp, p);
	KUNIT_EXPECT_EQ(test, out ? esp_encrypt(test, &esp, skb, p->seq, v->next_header) :
			esp_decrypt(test, &esp, skb, p->seq), 0);
	esp_expect_bytes(test, skb, want, want_len);
	KUNIT_EXPECT_EQ(test, memcmp(before, page_address(page), PAGE_SIZE), 0);
	if (clone)
		esp_expect_bytes(test, clone, in, in_len);
	kfree_skb(clone);
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	__free_page(page);
	l2s_esp_destroy(&esp);
}

static void every_shape(struct kunit *test)
{
	enum shape shape = (const char *const *)test->param_value - shape_names;
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(shape_names) != SHAPES);
	for (i = 0; i < ARRAY_SIZE(esp_vectors); i++) {
		shape_one(test, shape, &esp_vectors[i], false);
		shape_one(test, shape, &esp_vectors[i], true);
	}
}

static struct kunit_case esp_cases[] = {
	KUNIT_CASE_PARAM(decrypt_vector, vector_gen_params),
	KUNIT_CASE_PARAM(encrypt_vector, vector_gen_params),
	KUNIT_CASE_PARAM(tampered_vector, vector_gen_params),
	KUNIT_CASE_PARAM(wrong_seq_hi, vector_gen_params),
	KUNIT_CASE_PARAM(cut_vector, vector_gen_params),
	KUNIT_CASE_PARAM(every_shape, shape_gen_params),
	KUNIT_CASE_PARAM(async_vector, vector_gen_params),
	{}
};

static struct kunit_suite esp_suite = {
	.name = "l2tpsec_esp",
	.test_cases = esp_cases,
};

kunit_test_suite(esp_suite);
