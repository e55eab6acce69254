/* SPDX-License-Identifier: MIT */
/* A few threads for what takes long: modular exponentiation, signatures, blocking back ends. */
#ifndef L2TPSEC_CORE_WORKER_H
#define L2TPSEC_CORE_WORKER_H

struct event_base;
struct worker_pool;

/**
 * struct worker_job - one piece of work, embedded in its owner
 * @run: called in a worker thread; touches nothing but the job's own data
 * @done: called in the loop afterwards; may free the job
 * @next: queue link, the pool's own
 *
 * A submitted job cannot be taken back: an owner that goes away earlier marks
 * the job and lets @done free it.
 */
struct worker_job {
	void (*run)(struct worker_job *job);
	void (*done)(struct worker_job *job);
	struct worker_job *next;
};

struct worker_pool *worker_pool_new(struct event_base *base, unsigned int threads);
void worker_pool_free(struct worker_pool *pool);
void worker_submit(struct worker_pool *pool, struct worker_job *job);

#endif
