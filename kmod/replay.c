// SPDX-License-Identifier: GPL-2.0
/*
 * The anti-replay window: RFC 4303 3.4.3 and appendix A, as a ring of words
 * (RFC 6479), so that moving the window clears whole words and shifts nothing.
 * Pure: no skb, no lock.
 */
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include "replay.h"
#include "wire.h"

/**
 * l2s_replay_init - make an empty window
 * @r: to be initialised; l2s_replay_destroy() ends it
 * @window: packets, L2S_REPLAY_WINDOW_MIN..L2S_REPLAY_WINDOW_MAX
 * @esn: extended sequence numbers
 *
 * The ring has at least one word more than the window needs, because the word
 * that holds the newest number is only partly used.
 *
 * Context: process, may sleep.
 * Return: 0, -EINVAL: @window out of range, -ENOMEM.
 */
int l2s_replay_init(struct l2s_replay *r, u32 window, bool esn)
{
	u32 words;

	if (window < L2S_REPLAY_WINDOW_MIN || window > L2S_REPLAY_WINDOW_MAX)
		return -EINVAL;
	words = roundup_pow_of_two(BITS_TO_LONGS(window) + 1);
	r->bitmap = kcalloc(words, sizeof(*r->bitmap), GFP_KERNEL);
	if (!r->bitmap)
		return -ENOMEM;
	r->top = 0;
	r->window = window;
	r->mask = words - 1;
	r->esn = esn;
	return 0;
}

/**
 * l2s_replay_destroy - free a window
 * @r: initialised by l2s_replay_init(), or all zeros
 */
void l2s_replay_destroy(struct l2s_replay *r)
{
	kfree(r->bitmap);
	r->bitmap = NULL;
}

/**
 * l2s_replay_expand - the sequence number that a received low half stands for
 * @r: window
 * @seq_lo: the 32 bits on the wire, host order
 *
 * RFC 4303 A2.2: the one whose high half puts it into the window or, failing
 * that, in front of it.
 *
 * Return: all 64 bits; without ESN @seq_lo.
 */
u64 l2s_replay_expand(const struct l2s_replay *r, u32 seq_lo)
{
	u64 top = READ_ONCE(r->top);
	u32 top_lo = lower_32_bits(top);
	u32 top_hi = upper_32_bits(top);
	u32 bottom_lo = top_lo - (r->window - 1);

	if (!r->esn)
		return seq_lo;
	if (top_lo >= r->window - 1)
		top_hi += seq_lo < bottom_lo;
	else if (top_hi)
		top_hi -= seq_lo >= bottom_lo;
	return (u64)top_hi << 32 | seq_lo;
}

static unsigned long *seq_word(const struct l2s_replay *r, u64 seq)
{
	return &r->bitmap[(unsigned long)(seq / BITS_PER_LONG) & r->mask];
}

static unsigned long seq_bit(u64 seq)
{
	return 1UL << (seq % BITS_PER_LONG);
}

/**
 * l2s_replay_check - may a packet with this number be accepted?
 * @r: window
 * @seq: from l2s_replay_expand()
 *
 * Before decryption; the answer holds only as long as the window does not move.
 *
 * Return: false if @seq is zero, left of the window or was seen before.
 */
bool l2s_replay_check(const struct l2s_replay *r, u64 seq)
{
	u64 top = READ_ONCE(r->top);

	if (!seq)
		return false;
	if (seq > top)
		return true;
	if (top - seq >= r->window)
		return false;
	smp_rmb();	/* pairs with advance(): a new top comes with emptied words */
	return !(READ_ONCE(*seq_word(r, seq)) & seq_bit(seq));
}

/* Empty the words between the old top and the new. */
static void advance(struct l2s_replay *r, u64 seq)
{
	u64 word = r->top / BITS_PER_LONG;
	u64 steps = min_t(u64, seq / BITS_PER_LONG - word, r->mask + 1);

	while (steps--) {
		word++;
		WRITE_ONCE(r->bitmap[(unsigned long)word & r->mask], 0);
	}
	smp_wmb();	/* pairs with l2s_replay_check() */
	WRITE_ONCE(r->top, seq);
}

/**
 * l2s_replay_update - check once more and record
 * @r: window
 * @seq: from l2s_replay_expand(); the packet is authenticated
 *
 * Context: the caller holds the lock of @r.
 * Return: false if the packet has to be dropped, as l2s_replay_check().
 */
bool l2s_replay_update(struct l2s_replay *r, u64 seq)
{
	unsigned long *word;

	if (!l2s_replay_check(r, seq))
		return false;
	if (seq > r->top)
		advance(r, seq);
	word = seq_word(r, seq);
	WRITE_ONCE(*word, *word | seq_bit(seq));
	return true;
}
