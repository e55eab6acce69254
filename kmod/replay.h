/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_REPLAY_H
#define _L2S_REPLAY_H

#include <linux/types.h>

/**
 * struct l2s_replay - the anti-replay window of one inbound SA
 *	(RFC 4303 3.4.3; a ring of words as in RFC 6479)
 * @top: highest sequence number accepted so far; 0 = none
 * @window: width in packets
 * @mask: number of words in @bitmap, a power of two, minus one
 * @esn: extended (64-bit) sequence numbers, RFC 4303 2.2.1
 * @bitmap: the ring, one bit per sequence number; owned by this structure
 *
 * Updates are serialised by the caller's lock.  l2s_replay_check() and
 * l2s_replay_expand() may run without it: they then give a hint, which
 * l2s_replay_update() decides under the lock.
 */
struct l2s_replay {
	u64 top;
	u32 window;
	u32 mask;
	bool esn;
	unsigned long *bitmap;
};

int l2s_replay_init(struct l2s_replay *r, u32 window, bool esn);
void l2s_replay_destroy(struct l2s_replay *r);
u64 l2s_replay_expand(const struct l2s_replay *r, u32 seq_lo);
bool l2s_replay_check(const struct l2s_replay *r, u64 seq);
bool l2s_replay_update(struct l2s_replay *r, u64 seq);

#endif /* _L2S_REPLAY_H */
