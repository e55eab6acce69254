/* SPDX-License-Identifier: GPL-2.0 */
/* timer_shutdown_sync() came with 6.2 and went back to stable kernels. */
#ifndef _L2S_COMPAT_TIMER_H
#define _L2S_COMPAT_TIMER_H

#include <linux/timer.h>

/**
 * l2s_compat_timer_shutdown - end a timer for good and wait for its function
 * @timer: its function may arm it again
 *
 * Context: process.
 */
static inline void l2s_compat_timer_shutdown(struct timer_list *timer)
{
#ifdef L2S_HAVE_TIMER_SHUTDOWN
	timer_shutdown_sync(timer);
#else
	del_timer_sync(timer);
#endif
}

/**
 * l2s_compat_timer_arg - the structure that holds a timer (timer_container_of() since 6.16)
 * @var: pointer to that structure
 * @timer: what the timer's function was given
 * @field: name of the timer in it
 */
#ifdef timer_container_of
#define l2s_compat_timer_arg(var, timer, field) timer_container_of(var, timer, field)
#else
#define l2s_compat_timer_arg(var, timer, field) from_timer(var, timer, field)
#endif

#endif /* _L2S_COMPAT_TIMER_H */
