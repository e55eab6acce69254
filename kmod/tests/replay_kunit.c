// SPDX-License-Identifier: GPL-2.0
/* The anti-replay window against a model that remembers every number. */
#include <kunit/test.h>
#include <linux/prandom.h>
#include "../replay.h"
#include "../wire.h"

#define STEPS	3000
#define WRAP	(U32_MAX + 1ULL)

/**
 * struct model - what RFC 4303 3.4.3 says, with no ring and no bits
 * @top: highest number accepted
 * @window: packets
 * @count: entries in @seen
 * @seen: every number accepted
 */
struct model {
	u64 top;
	u32 window;
	unsigned int count;
	u64 seen[STEPS + 1];
};

static bool model_accept(struct model *m, u64 seq)
{
	unsigned int i;

	if (!seq || (seq < m->top && m->top - seq >= m->window))
		return false;
	for (i = 0; i < m->count; i++)
		if (m->seen[i] == seq)
			return false;
	m->seen[m->count++] = seq;
	m->top = max(m->top, seq);
	return true;
}

/* RFC 4303 A2.1: the only number with this low half in the 2^32 from the left edge on. */
static u64 model_expand(u64 top, u32 window, u32 seq_lo)
{
	u64 left = top >= window ? top - window + 1 : 0;
	u64 seq = (left & ~(WRAP - 1)) | seq_lo;

	return seq < left ? seq + WRAP : seq;
}

/**
 * struct replay_param - one random run
 * @window: packets
 * @esn: extended sequence numbers
 * @start: first number
 */
struct replay_param {
	u32 window;
	bool esn;
	u64 start;
};

static const struct replay_param replay_params[] = {
	{ 32, false, 1 }, { 33, false, 1 }, { 63, false, 1 }, { 64, false, 1 }, { 65, false, 1 },
	{ 1000, false, 1 }, { 1024, false, 1 }, { 4095, false, 1 }, { 4096, false, 1 },
	{ 64, false, U32_MAX - 40000 },
	{ 32, true, 1 }, { 1024, true, 1 }, { 4096, true, 1 },
	{ 32, true, WRAP - 40 }, { 64, true, WRAP - 1 }, { 1024, true, WRAP - 1500 },
	{ 1000, true, 7 * WRAP - 1 }, { 4096, true, 7 * WRAP }, { 4096, true, WRAP - 4000 },
};

static void replay_desc(const struct replay_param *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "window %u%s from %llu", p->window,
		 p->esn ? " ESN" : "", p->start);
}

KUNIT_ARRAY_PARAM(replay, replay_params, replay_desc);

/* Mostly forward and near; sometimes far behind, repeated or ahead. */
static u64 next_seq(struct rnd_state *rnd, u64 top, u32 window)
{
	u32 kind = prandom_u32_state(rnd) % 16;
	u32 r = prandom_u32_state(rnd);

	if (kind < 6)
		return top + 1;
	if (kind < 12)
		return top - min_t(u64, top, r % (window + 2));
	if (kind < 14)
		return top + r % 100;
	if (kind < 15)
		return top + r % (2 * window);
	return top - min_t(u64, top, r % (3 * window));
}

static void random_run(struct kunit *test)
{
	const struct replay_param *p = test->param_value;
	struct l2s_replay r;
	struct rnd_state rnd;
	struct model *m;
	unsigned int i;

	m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m);
	m->window = p->window;
	KUNIT_ASSERT_EQ(test, l2s_replay_init(&r, p->window, p->esn), 0);
	prandom_seed_state(&rnd, p->window + p->start);
	KUNIT_EXPECT_EQ(test, l2s_replay_update(&r, p->start), model_accept(m, p->start));

	for (i = 0; i < STEPS; i++) {
		u64 seq = next_seq(&rnd, m->top, p->window);
		bool check, accept;

		if (!p->esn && seq > U32_MAX)
			continue;
		check = l2s_replay_check(&r, seq);
		accept = model_accept(m, seq);
		if (check == accept && l2s_replay_update(&r, seq) == accept && r.top == m->top)
			continue;
		KUNIT_FAIL(test, "step %u: seq %llu, top %llu, model %llu: expected %d", i, seq,
			   r.top, m->top, accept);
		break;
	}
	KUNIT_EXPECT_GT(test, m->count, 500U);
	l2s_replay_destroy(&r);
}

static void random_expand(struct kunit *test)
{
	const struct replay_param *p = test->param_value;
	struct l2s_replay r;
	struct rnd_state rnd;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, l2s_replay_init(&r, p->window, p->esn), 0);
	prandom_seed_state(&rnd, p->window + 1);
	for (i = 0; i < STEPS; i++) {
		u64 top = p->start + prandom_u32_state(&rnd) % (4 * p->window);
		u32 lo = i % 2 ? prandom_u32_state(&rnd) :
			 (u32)top - 2 * p->window + prandom_u32_state(&rnd) % (4 * p->window);
		u64 expect = p->esn ? model_expand(top, p->window, lo) : lo;

		r.top = top;
		KUNIT_ASSERT_EQ_MSG(test, l2s_replay_expand(&r, lo), expect,
				    "top %llu, received %u", top, lo);
	}
	l2s_replay_destroy(&r);
}

static void window_limits(struct kunit *test)
{
	static const u32 bad[] = { 0, 1, 31, 4097, U32_MAX - 62, U32_MAX };
	struct l2s_replay r = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ(test, l2s_replay_init(&r, bad[i], false), -EINVAL);
	l2s_replay_destroy(&r);
	for (i = L2S_REPLAY_WINDOW_MIN; i <= L2S_REPLAY_WINDOW_MAX; i += 31) {
		KUNIT_ASSERT_EQ(test, l2s_replay_init(&r, i, true), 0);
		l2s_replay_destroy(&r);
		KUNIT_EXPECT_NULL(test, r.bitmap);
	}
}

/* The last number inside and the first outside, for every width. */
static void left_edge(struct kunit *test)
{
	struct l2s_replay r;
	u32 window;

	for (window = L2S_REPLAY_WINDOW_MIN; window <= L2S_REPLAY_WINDOW_MAX; window += 13) {
		u64 top = 3 * window;

		KUNIT_ASSERT_EQ(test, l2s_replay_init(&r, window, false), 0);
		KUNIT_EXPECT_FALSE(test, l2s_replay_update(&r, 0));
		KUNIT_EXPECT_TRUE(test, l2s_replay_update(&r, top));
		KUNIT_EXPECT_FALSE(test, l2s_replay_update(&r, top));
		KUNIT_EXPECT_FALSE(test, l2s_replay_update(&r, top - window));
		KUNIT_EXPECT_TRUE(test, l2s_replay_update(&r, top - window + 1));
		KUNIT_EXPECT_FALSE(test, l2s_replay_update(&r, top - window + 1));
		KUNIT_EXPECT_TRUE(test, l2s_replay_update(&r, top + 1));
		KUNIT_EXPECT_FALSE(test, l2s_replay_check(&r, top - window + 1));
		l2s_replay_destroy(&r);
	}
}

/* A forged packet that only passes the check moves nothing. */
static void check_changes_nothing(struct kunit *test)
{
	struct l2s_replay r;

	KUNIT_ASSERT_EQ(test, l2s_replay_init(&r, 64, false), 0);
	KUNIT_EXPECT_TRUE(test, l2s_replay_update(&r, 1));
	KUNIT_EXPECT_TRUE(test, l2s_replay_check(&r, U32_MAX));
	KUNIT_EXPECT_TRUE(test, l2s_replay_check(&r, U32_MAX));
	KUNIT_EXPECT_EQ(test, r.top, 1ULL);
	KUNIT_EXPECT_TRUE(test, l2s_replay_update(&r, 2));
	l2s_replay_destroy(&r);
}

/* Without ESN the numbers end at 2^32 - 1: zero is not their successor. */
static void end_without_esn(struct kunit *test)
{
	struct l2s_replay r;

	KUNIT_ASSERT_EQ(test, l2s_replay_init(&r, 64, false), 0);
	KUNIT_EXPECT_TRUE(test, l2s_replay_update(&r, l2s_replay_expand(&r, U32_MAX)));
	KUNIT_EXPECT_FALSE(test, l2s_replay_check(&r, l2s_replay_expand(&r, 0)));
	KUNIT_EXPECT_FALSE(test, l2s_replay_check(&r, l2s_replay_expand(&r, 1)));
	KUNIT_EXPECT_TRUE(test, l2s_replay_update(&r, l2s_replay_expand(&r, U32_MAX - 63)));
	l2s_replay_destroy(&r);
}

/* With ESN they go on, and late packets from before the wrap are still known. */
static void wrap_with_esn(struct kunit *test)
{
	struct l2s_replay r;

	KUNIT_ASSERT_EQ(test, l2s_replay_init(&r, 64, true), 0);
	KUNIT_EXPECT_EQ(test, l2s_replay_expand(&r, U32_MAX), (u64)U32_MAX);
	KUNIT_EXPECT_TRUE(test, l2s_replay_update(&r, U32_MAX - 1));
	KUNIT_EXPECT_EQ(test, l2s_replay_expand(&r, 0), WRAP);
	KUNIT_EXPECT_TRUE(test, l2s_replay_update(&r, WRAP));
	KUNIT_EXPECT_TRUE(test, l2s_replay_update(&r, WRAP + 1));
	KUNIT_EXPECT_EQ(test, l2s_replay_expand(&r, U32_MAX), (u64)U32_MAX);
	KUNIT_EXPECT_TRUE(test, l2s_replay_update(&r, l2s_replay_expand(&r, U32_MAX)));
	KUNIT_EXPECT_FALSE(test, l2s_replay_update(&r, l2s_replay_expand(&r, U32_MAX - 1)));
	KUNIT_EXPECT_EQ(test, l2s_replay_expand(&r, U32_MAX - 61), (u64)U32_MAX - 61);
	KUNIT_EXPECT_EQ(test, l2s_replay_expand(&r, U32_MAX - 62), WRAP + U32_MAX - 62);
	l2s_replay_destroy(&r);
}

static struct kunit_case replay_cases[] = {
	KUNIT_CASE(window_limits),
	KUNIT_CASE(left_edge),
	KUNIT_CASE(check_changes_nothing),
	KUNIT_CASE(end_without_esn),
	KUNIT_CASE(wrap_with_esn),
	KUNIT_CASE_PARAM(random_run, replay_gen_params),
	KUNIT_CASE_PARAM(random_expand, replay_gen_params),
	{}
};

static struct kunit_suite replay_suite = {
	.name = "l2tpsec_replay",
	.test_cases = replay_cases,
};

kunit_test_suite(replay_suite);
