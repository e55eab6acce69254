// SPDX-License-Identifier: MIT
#include <assert.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "core/clock.h"
#include "fake_clock.h"

#define START_MS	1000000

/* One per timer that was ever started and not stopped, like the real one: forgetting timer_stop() leaks. */
struct due {
	TAILQ_ENTRY(due) link;
	struct timer *timer;
	uint64_t at;
};

/* Sorted by @at; equal ones in the order of their start. */
static TAILQ_HEAD(due_list, due) waiting = TAILQ_HEAD_INITIALIZER(waiting);
static uint64_t now_ms = START_MS;

/* There is no loop to remember. */
void clock_init(struct event_base *base)
{
	(void)base;
}

/* The time that fake_clock_advance() reached. */
uint64_t clock_now_ms(void)
{
	return now_ms;
}

void timer_init(struct timer *t, void (*fire)(void *arg), void *arg)
{
	*t = (struct timer){ .fire = fire, .arg = arg };
}

static void due_insert(struct due *d)
{
	struct due *other;

	TAILQ_FOREACH(other, &waiting, link) {
		if (other->at > d->at) {
			TAILQ_INSERT_BEFORE(other, d, link);
			return;
		}
	}
	TAILQ_INSERT_TAIL(&waiting, d, link);
}

void timer_start(struct timer *t, uint64_t ms)
{
	struct due *d = t->impl;

	if (!d) {
		d = calloc(1, sizeof(*d));
		assert(d);
		d->timer = t;
		t->impl = d;
	} else if (t->pending) {
		TAILQ_REMOVE(&waiting, d, link);
	}
	assert(d->timer == t);
	d->at = now_ms + ms;
	due_insert(d);
	t->pending = true;
}

void timer_stop(struct timer *t)
{
	struct due *d = t->impl;

	if (d && t->pending)
		TAILQ_REMOVE(&waiting, d, link);
	free(d);
	t->impl = NULL;
	t->pending = false;
}

/**
 * fake_clock_advance - let time pass
 * @ms: how much; timers due on the way fire in order, at their own time
 */
void fake_clock_advance(uint64_t ms)
{
	uint64_t until = now_ms + ms;
	struct due *d;

	while ((d = TAILQ_FIRST(&waiting)) && d->at <= until) {
		now_ms = d->at;
		TAILQ_REMOVE(&waiting, d, link);
		d->timer->pending = false;
		d->timer->fire(d->timer->arg);
	}
	now_ms = until;
}

/**
 * fake_clock_next_ms - how far away is the next timer?
 * Return: milliseconds from now; UINT64_MAX when none is pending.
 */
uint64_t fake_clock_next_ms(void)
{
	struct due *d = TAILQ_FIRST(&waiting);

	return d ? d->at - now_ms : UINT64_MAX;
}

/**
 * fake_clock_pending - timers that wait
 * Return: their count: 0 after everything was freed.
 */
size_t fake_clock_pending(void)
{
	struct due *d;
	size_t n = 0;

	TAILQ_FOREACH(d, &waiting, link)
		n++;
	return n;
}
