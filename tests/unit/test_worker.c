// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <pthread.h>
#include <unistd.h>
#include <cmocka.h>

#include <event2/event.h>

#include "core/worker.h"

struct job {
	struct worker_job job;
	pthread_t ran_in;
	int ran;
};

static struct event_base *base;
static struct worker_pool *pool;
static pthread_t loop_thread;
static unsigned int done;

static void run(struct worker_job *job)
{
	struct job *j = (struct job *)job;

	j->ran++;
	j->ran_in = pthread_self();
}

static void finished(struct worker_job *job)
{
	assert_true(pthread_equal(pthread_self(), loop_thread));
	done++;
	free(job);
}

static void finished_elsewhere(struct worker_job *job)
{
	const struct job *j = (struct job *)job;

	assert_int_equal(j->ran, 1);
	assert_false(pthread_equal(j->ran_in, loop_thread));
	finished(job);
}

static struct job *job_new(void (*then)(struct worker_job *job))
{
	struct job *j = calloc(1, sizeof(*j));

	assert_non_null(j);
	j->job.run = run;
	j->job.done = then;
	return j;
}

static void loop_until(unsigned int count)
{
	while (done < count)
		assert_int_equal(event_base_loop(base, EVLOOP_ONCE), 0);
}

static int setup(void **state)
{
	(void)state;
	done = 0;
	loop_thread = pthread_self();
	base = event_base_new();
	pool = worker_pool_new(base, 2);
	return !pool;
}

static int teardown(void **state)
{
	(void)state;
	worker_pool_free(pool);
	event_base_free(base);
	return 0;
}

static void jobs_run_elsewhere_and_end_in_the_loop(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		worker_submit(pool, &job_new(finished_elsewhere)->job);
	loop_until(100);
}

static void submit_again(struct worker_job *job)
{
	worker_submit(pool, &job_new(finished_elsewhere)->job);
	finished(job);
}

static void done_may_submit(void **state)
{
	(void)state;
	worker_submit(pool, &job_new(submit_again)->job);
	loop_until(2);
}

static void run_slowly(struct worker_job *job)
{
	usleep(20000);
	run(job);
}

static void free_ends_every_job(void **state)
{
	struct job *j;
	int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		j = job_new(finished);
		j->job.run = run_slowly;
		worker_submit(pool, &j->job);
	}
	worker_pool_free(pool);
	pool = NULL;
	assert_int_equal(done, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(jobs_run_elsewhere_and_end_in_the_loop, setup, teardown),
		cmocka_unit_test_setup_teardown(done_may_submit, setup, teardown),
		cmocka_unit_test_setup_teardown(free_ends_every_job, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
