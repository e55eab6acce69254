/* SPDX-License-Identifier: MIT */
/*
 * Time and one-shot timers.  core/clock.c implements them over libevent;
 * tests/unit/fake_clock.c implements the same calls over a clock that a test moves.
 */
#ifndef L2TPSEC_CORE_CLOCK_H
#define L2TPSEC_CORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct event_base;

/**
 * struct timer - one-shot timer, embedded in its owner
 * @fire: called from the loop; the timer is stopped then and may be started again or freed with its owner
 * @arg: for @fire
 * @impl: the implementation's own; allocated at the first start, freed by timer_stop()
 * @pending: started and not fired
 */
struct timer {
	void (*fire)(void *arg);
	void *arg;
	void *impl;
	bool pending;
};

/**
 * struct moment - when something happened
 * @wall: for people; their clock may have jumped since
 * @ms: as clock_now_ms() said
 */
struct moment {
	time_t wall;
	uint64_t ms;
};

void clock_init(struct event_base *base);
uint64_t clock_now_ms(void);

/* Now, by both clocks. */
static inline struct moment moment_now(void)
{
	return (struct moment){ .wall = time(NULL), .ms = clock_now_ms() };
}

void timer_init(struct timer *t, void (*fire)(void *arg), void *arg);
void timer_start(struct timer *t, uint64_t ms);
void timer_stop(struct timer *t);

#endif
