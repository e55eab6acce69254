// SPDX-License-Identifier: MIT
#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "auth/backend.h"
#include "core/clock.h"

/**
 * struct auth_ticket - a login that is being checked
 * @link: in the list of open tickets
 * @auth: where it was submitted
 * @done: takes the answer
 * @arg: for @done
 * @answered: @result is there; @timer delivers it from the loop
 * @result: the answer
 * @timer: so that @done is never called inside auth_submit()
 */
struct auth_ticket {
	LIST_ENTRY(auth_ticket) link;
	struct auth *auth;
	auth_done done;
	void *arg;
	bool answered;
	struct auth_result result;
	struct timer timer;
};

/**
 * struct auth - a back end with the logins that it has not answered
 * @backend: its kind
 * @impl: the back end's own
 * @tickets: open ones
 */
struct auth {
	const struct auth_backend *backend;
	void *impl;
	LIST_HEAD(, auth_ticket) tickets;
};

static void drop(struct auth_ticket *t)
{
	LIST_REMOVE(t, link);
	timer_stop(&t->timer);
	OPENSSL_cleanse(&t->result, sizeof(t->result));
	free(t);
}

static void deliver(void *arg)
{
	struct auth_ticket *t = arg;
	struct auth_result result = t->result;
	auth_done done = t->done;
	void *done_arg = t->arg;

	drop(t);
	done(done_arg, &result);
	OPENSSL_cleanse(&result, sizeof(result));
}

/**
 * auth_new - join a back end to the dispatcher
 * @backend: its kind
 * @impl: its own data; freed with the result
 * Return: ready for auth_submit(); NULL without memory: @impl is still the caller's.
 */
struct auth *auth_new(const struct auth_backend *backend, void *impl)
{
	struct auth *auth = calloc(1, sizeof(*auth));

	if (!auth)
		return NULL;
	auth->backend = backend;
	auth->impl = impl;
	LIST_INIT(&auth->tickets);
	return auth;
}

/**
 * auth_reload - the configuration was replaced
 * @auth: logins
 * @conf: the new one, borrowed until the next
 */
void auth_reload(struct auth *auth, const struct conf *conf)
{
	auth->backend->reload(auth->impl, conf);
}

/**
 * auth_free - give up; open tickets are never answered
 * @auth: logins, or NULL
 */
void auth_free(struct auth *auth)
{
	if (!auth)
		return;
	while (!LIST_EMPTY(&auth->tickets))
		auth_cancel(LIST_FIRST(&auth->tickets));
	auth->backend->free(auth->impl);
	free(auth);
}

/**
 * auth_submit - have a login checked
 * @auth: logins
 * @request: the login, borrowed for the call
 * @done: called once, later, from the loop, never inside this call, unless auth_cancel() comes first
 * @arg: for @done
 * Return: a ticket, gone when @done is called; NULL without memory: @done will not be called.
 */
struct auth_ticket *auth_submit(struct auth *auth, const struct auth_request *request, auth_done done, void *arg)
{
	struct auth_ticket *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->auth = auth;
	t->done = done;
	t->arg = arg;
	timer_init(&t->timer, deliver, t);
	LIST_INSERT_HEAD(&auth->tickets, t, link);
	auth->backend->check(auth->impl, request, t);
	return t;
}

/**
 * auth_answer - a back end has decided
 * @ticket: which login
 * @result: the decision, copied; its reason must be a constant string
 */
void auth_answer(struct auth_ticket *ticket, const struct auth_result *result)
{
	ticket->answered = true;
	ticket->result = *result;
	timer_start(&ticket->timer, 0);
}

/**
 * auth_cancel - nobody waits for the answer any more
 * @ticket: which login; gone afterwards
 */
void auth_cancel(struct auth_ticket *ticket)
{
	struct auth *auth = ticket->auth;

	if (!ticket->answered && auth->backend->cancel)
		auth->backend->cancel(auth->impl, ticket);
	drop(ticket);
}
