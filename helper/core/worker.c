// SPDX-License-Identifier: MIT
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/worker.h"

#define THREADS_MAX	16

/* A queue of jobs, first in, first out. */
struct job_list {
	struct worker_job *first;
	struct worker_job **end;
};

/**
 * struct worker_pool - threads and two queues
 * @lock: covers everything below but @wake and @wake_event
 * @work: signalled when @waiting or @stopping changes
 * @waiting: submitted
 * @finished: run, @done not called yet
 * @stopping: threads end instead of taking the next job
 * @wake: eventfd: something is in @finished
 * @wake_event: its event in the loop
 * @threads: running threads
 * @threads_len: how many
 */
struct worker_pool {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct job_list waiting;
	struct job_list finished;
	bool stopping;
	int wake;
	struct event *wake_event;
	pthread_t threads[THREADS_MAX];
	unsigned int threads_len;
};

static void list_init(struct job_list *l)
{
	l->first = NULL;
	l->end = &l->first;
}

static void list_put(struct job_list *l, struct worker_job *job)
{
	job->next = NULL;
	*l->end = job;
	l->end = &job->next;
}

static struct worker_job *list_take(struct job_list *l)
{
	struct worker_job *job = l->first;

	if (!job)
		return NULL;
	l->first = job->next;
	if (!l->first)
		l->end = &l->first;
	return job;
}

/* The next job to run; NULL when the thread shall end. */
static struct worker_job *wait_for_job(struct worker_pool *pool)
{
	struct worker_job *job = NULL;

	pthread_mutex_lock(&pool->lock);
	while (!pool->stopping && !(job = list_take(&pool->waiting)))
		pthread_cond_wait(&pool->work, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
	return job;
}

static void finish(struct worker_pool *pool, struct worker_job *job)
{
	uint64_t one = 1;

	pthread_mutex_lock(&pool->lock);
	list_put(&pool->finished, job);
	pthread_mutex_unlock(&pool->lock);
	while (write(pool->wake, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static void *thread_main(void *arg)
{
	struct worker_pool *pool = arg;
	struct worker_job *job;

	while ((job = wait_for_job(pool))) {
		job->run(job);
		finish(pool, job);
	}
	return NULL;
}

/* done() may submit again: that job is finished later, in a round of its own. */
static void deliver(struct worker_pool *pool)
{
	struct worker_job *job, *next;

	pthread_mutex_lock(&pool->lock);
	job = pool->finished.first;
	list_init(&pool->finished);
	pthread_mutex_unlock(&pool->lock);
	for (; job; job = next) {
		next = job->next;
		job->done(job);
	}
}

static void woken(evutil_socket_t fd, short what, void *arg)
{
	uint64_t count;

	(void)what;
	if (read(fd, &count, sizeof(count)) < 0)
		return;
	deliver(arg);
}

/* Signals are the loop's: no thread of ours takes one. */
static int start_thread(struct worker_pool *pool)
{
	sigset_t all, old;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&pool->threads[pool->threads_len], NULL, thread_main, pool);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!err)
		pool->threads_len++;
	return err;
}

/**
 * worker_pool_new - start the threads
 * @base: the loop in which jobs' @done is called; outlives the pool
 * @threads: how many, at most 16
 * Return: the pool, NULL when the system has no room for it.
 */
struct worker_pool *worker_pool_new(struct event_base *base, unsigned int threads)
{
	struct worker_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	list_init(&pool->waiting);
	list_init(&pool->finished);
	pool->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (pool->wake >= 0)
		pool->wake_event = event_new(base, pool->wake, EV_READ | EV_PERSIST, woken, pool);
	if (!pool->wake_event || event_add(pool->wake_event, NULL))
		goto err_free;
	while (pool->threads_len < threads && pool->threads_len < THREADS_MAX) {
		if (start_thread(pool))
			goto err_free;
	}
	return pool;

err_free:
	worker_pool_free(pool);
	return NULL;
}

/**
 * worker_pool_free - end the threads
 * @pool: pool, or NULL
 *
 * Jobs that run are waited for.  Then @done is called for every job, so that their
 * owners can free them: also for those that never ran.
 */
void worker_pool_free(struct worker_pool *pool)
{
	struct worker_job *job;
	unsigned int i;

	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	for (i = 0; i < pool->threads_len; i++)
		pthread_join(pool->threads[i], NULL);
	while ((job = list_take(&pool->finished)) || (job = list_take(&pool->waiting)))
		job->done(job);
	if (pool->wake_event)
		event_free(pool->wake_event);
	if (pool->wake >= 0)
		close(pool->wake);
	pthread_cond_destroy(&pool->work);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

/**
 * worker_submit - queue a job
 * @pool: pool
 * @job: job; the pool's until its @done is called
 */
void worker_submit(struct worker_pool *pool, struct worker_job *job)
{
	pthread_mutex_lock(&pool->lock);
	list_put(&pool->waiting, job);
	pthread_cond_signal(&pool->work);
	pthread_mutex_unlock(&pool->lock);
}
