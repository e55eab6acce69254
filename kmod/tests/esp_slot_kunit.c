// SPDX-License-Identifier: GPL-2.0
/* ESP requests that meet: nested, in flight together, refused, with a large context. */
#include <crypto/internal/aead.h>
#include <kunit/test.h>
#include "esp_fixture.h"
#include "esp_suites.h"

#define IN_FLIGHT	8
#define FLOOD		3000
#define GREEDY		6000

static void suite_desc(const struct esp_vector *v, char *desc)
{
	strscpy(desc, v->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(suite, esp_suites, suite_desc);

static void expect_payload(struct kunit *test, struct l2s_esp *esp, struct sk_buff *skb, u64 seq,
			   const void *payload, unsigned int len)
{
	KUNIT_EXPECT_EQ(test, esp_decrypt(test, esp, skb, seq), 0);
	esp_expect_bytes(test, skb, payload, len);
}

/* What rx and tx do: the done function of one packet starts the next. */
static struct l2s_esp *nested_esp;
static struct sk_buff *nested_skb;

static void encrypt_next(struct sk_buff *skb, int err)
{
	l2s_esp_encrypt(nested_esp, nested_skb, 2, IPPROTO_UDP, esp_record);
	esp_record(skb, err);
}

static void nested(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	struct sk_buff *skb = esp_new_skb(test, "first", 5);
	struct esp_outcome first, second;
	struct l2s_esp esp;

	esp_open_vector(test, v, &esp);
	nested_esp = &esp;
	nested_skb = esp_new_skb(test, "second", 6);
	esp_outcome_init(&first, skb);
	esp_outcome_init(&second, nested_skb);
	rcu_read_lock_bh();
	l2s_esp_encrypt(&esp, skb, 1, IPPROTO_UDP, encrypt_next);
	rcu_read_unlock_bh();
	esp_outcome_wait(test, &first);
	esp_outcome_wait(test, &second);
	expect_payload(test, &esp, skb, 1, "first", 5);
	expect_payload(test, &esp, nested_skb, 2, "second", 6);
	kfree_skb(skb);
	kfree_skb(nested_skb);
	l2s_esp_destroy(&esp);
}

/* Several requests at once, each with a slot of its own. */
static void in_flight(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	struct esp_outcome outcome[IN_FLIGHT];
	struct sk_buff *skb[IN_FLIGHT];
	struct l2s_esp esp;
	u8 payload[40];
	unsigned int i;

	esp_open_vector(test, v, &esp);
	esp_make_async(test, v, &esp);
	for (i = 0; i < IN_FLIGHT; i++) {
		memset(payload, i, sizeof(payload));
		skb[i] = esp_new_skb(test, payload, sizeof(payload));
		esp_outcome_init(&outcome[i], skb[i]);
	}
	rcu_read_lock_bh();
	for (i = 0; i < IN_FLIGHT; i++)
		l2s_esp_encrypt(&esp, skb[i], i + 1, IPPROTO_UDP, esp_record);
	rcu_read_unlock_bh();
	for (i = 0; i < IN_FLIGHT; i++) {
		esp_outcome_wait(test, &outcome[i]);
		KUNIT_EXPECT_EQ(test, outcome[i].err, 0);
		memset(payload, i, sizeof(payload));
		expect_payload(test, &esp, skb[i], i + 1, payload, sizeof(payload));
		kfree_skb(skb[i]);
	}
	esp_close_async(&esp);
}

static atomic_t flood_done, flood_refused;

static void count(struct sk_buff *skb, int err)
{
	if (err)
		atomic_inc(&flood_refused);
	kfree_skb(skb);
	atomic_inc(&flood_done);
}

/* More than the queue takes: what it refuses is told at once, and only once. */
static void queue_full(struct kunit *test)
{
	const struct esp_vector *v = test->param_value;
	unsigned int i, waited;
	struct l2s_esp esp;

	esp_open_vector(test, v, &esp);
	esp_make_async(test, v, &esp);
	atomic_set(&flood_done, 0);
	atomic_set(&flood_refused, 0);
	for (i = 0; i < FLOOD; i++) {
		struct sk_buff *skb = esp_new_skb(test, "payload", 7);

		rcu_read_lock_bh();
		l2s_esp_encrypt(&esp, skb, i + 1, IPPROTO_UDP, count);
		rcu_read_unlock_bh();
	}
	for (waited = 0; waited < 500 && atomic_read(&flood_done) < FLOOD; waited++)
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_EQ(test, atomic_read(&flood_done), FLOOD);
	if (!IS_ENABLED(CONFIG_SMP) && !IS_ENABLED(CONFIG_PREEMPTION))
		KUNIT_EXPECT_GT(test, atomic_read(&flood_refused), 0);
	esp_close_async(&esp);
}

/* An algorithm that uses more request context than the slots have at first. */
static int greedy_init(struct crypto_aead *aead)
{
	crypto_aead_set_reqsize(aead, GREEDY);
	return 0;
}

static int greedy_setkey(struct crypto_aead *aead, const u8 *key, unsigned int len)
{
	return 0;
}

static int greedy_crypt(struct aead_request *req)
{
	memset(aead_request_ctx(req), 0xa5, GREEDY);
	return 0;
}

static struct aead_alg greedy_alg = {
	.init = greedy_init,
	.setkey = greedy_setkey,
	.encrypt = greedy_crypt,
	.decrypt = greedy_crypt,
	.ivsize = 8,
	.maxauthsize = 16,
	.base = {
		.cra_name = "l2tpsec-test-greedy",
		.cra_driver_name = "l2tpsec-test-greedy",
		.cra_blocksize = 1,
		.cra_module = THIS_MODULE,
	},
};

static void large_context(struct kunit *test)
{
	struct sk_buff *skb = esp_new_skb(test, "payload", 7);
	struct l2s_esp esp;

	KUNIT_ASSERT_EQ(test, crypto_register_aead(&greedy_alg), 0);
	esp_open_vector(test, &esp_suites[0], &esp);
	crypto_free_aead(esp.aead);
	esp.aead = crypto_alloc_aead(greedy_alg.base.cra_name, 0, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(esp.aead));
	KUNIT_ASSERT_EQ(test, crypto_aead_setkey(esp.aead, "", 1), 0);

	KUNIT_EXPECT_EQ(test, esp_encrypt(test, &esp, skb, 1, IPPROTO_UDP), 0);
	KUNIT_EXPECT_EQ(test, esp_decrypt(test, &esp, skb, 1), 0);
	esp_expect_bytes(test, skb, "payload", 7);
	kfree_skb(skb);
	l2s_esp_destroy(&esp);
	crypto_unregister_aead(&greedy_alg);
}

static struct kunit_case esp_slot_cases[] = {
	KUNIT_CASE_PARAM(nested, suite_gen_params),
	KUNIT_CASE_PARAM(in_flight, suite_gen_params),
	KUNIT_CASE_PARAM(queue_full, suite_gen_params),
	KUNIT_CASE(large_context),
	{}
};

static struct kunit_suite esp_slot_suite = {
	.name = "l2tpsec_esp_slot",
	.test_cases = esp_slot_cases,
};

kunit_test_suite(esp_slot_suite);
