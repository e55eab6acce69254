// SPDX-License-Identifier: MIT
#include <event2/event.h>
#include <stdlib.h>
#include <time.h>

#include "core/clock.h"

static struct event_base *loop;

/**
 * clock_init - say which loop fires the timers
 * @base: the daemon's loop; outlives all timers
 */
void clock_init(struct event_base *base)
{
	loop = base;
}

/**
 * clock_now_ms - monotonic time
 * Return: milliseconds since some fixed moment.
 */
uint64_t clock_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void expired(evutil_socket_t fd, short what, void *arg)
{
	struct timer *t = arg;

	(void)fd;
	(void)what;
	t->pending = false;
	t->fire(t->arg);
}

/**
 * timer_init - set up a timer, stopped
 * @t: timer
 * @fire: what it does
 * @arg: for @fire
 */
void timer_init(struct timer *t, void (*fire)(void *arg), void *arg)
{
	*t = (struct timer){ .fire = fire, .arg = arg };
}

/**
 * timer_start - fire once after a while; a pending timer is set anew
 * @t: timer
 * @ms: milliseconds from now
 */
void timer_start(struct timer *t, uint64_t ms)
{
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	if (!t->impl)
		t->impl = evtimer_new(loop, expired, t);
	if (!t->impl || evtimer_add(t->impl, &tv))
		abort();
	t->pending = true;
}

/**
 * timer_stop - never fire, and free what the timer holds
 * @t: timer; may be stopped already, may be in its own @fire
 */
void timer_stop(struct timer *t)
{
	t->pending = false;
	if (t->impl)
		event_free(t->impl);
	t->impl = NULL;
}
