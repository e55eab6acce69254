// SPDX-License-Identifier: MIT
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/worker.h"
#include "fake_random.h"
#include "gateway/gateway.h"
#include "gateway_bench.h"
#include "net/link.h"
#include "plane/null.h"

static struct gateway_bench *current;

static void say(const char *text)
{
	size_t len = strlen(text);

	while (current->said_len + len + 2 > current->said_cap) {
		current->said_cap = current->said_cap ? 2 * current->said_cap : 4096;
		current->said = realloc(current->said, current->said_cap);
		assert(current->said);
	}
	memcpy(current->said + current->said_len, text, len);
	strcpy(current->said + current->said_len + len, "\n");
	current->said_len += len + 1;
}

static void keep_line(enum log_level level, const char *line)
{
	(void)level;
	say(line);
}

/* --- core/worker.h: at once, in the caller's thread --- */

struct worker_pool {
	char nothing;
};

struct worker_pool *worker_pool_new(struct event_base *base, unsigned int threads)
{
	static struct worker_pool pool;

	(void)base;
	(void)threads;
	return &pool;
}

void worker_pool_free(struct worker_pool *pool)
{
	(void)pool;
}

void worker_submit(struct worker_pool *pool, struct worker_job *job)
{
	(void)pool;
	job->run(job);
	job->done(job);
}

/* --- gateway/socket.h --- */

struct sockets {
	socket_receive receive;
	void *arg;
};

static struct sockets sockets;

struct sockets *sockets_new(struct event_base *base, const struct conf_gateway *conf, socket_receive receive,
			    void *arg)
{
	(void)base;
	(void)conf;
	sockets = (struct sockets){ receive, arg };
	return &sockets;
}

int sockets_visit_natt(struct sockets *s, socket_visit visit, void *arg)
{
	(void)s;
	return visit(arg, STDIN_FILENO);
}

void sockets_send(struct sockets *s, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	struct gateway_bench_message *m = &current->sent[current->sent_len];

	(void)s;
	assert(len <= sizeof(m->data));
	/* whoever floods does not look at the answers */
	if (current->sent_len == GATEWAY_BENCH_QUEUE)
		return;
	m->path = *path;
	m->len = len;
	memcpy(m->data, msg, len);
	current->sent_len++;
}

void sockets_free(struct sockets *s)
{
	(void)s;
}

/* --- net/link.h --- */

int link_create(const char *name)
{
	(void)name;
	return -EEXIST;
}

int link_set_up(const char *name, uint32_t local_address, unsigned int mtu)
{
	(void)name;
	(void)local_address;
	(void)mtu;
	return 0;
}

int link_delete(const char *name)
{
	(void)name;
	return 0;
}

int link_route_add(const char *name, uint32_t first, uint32_t last)
{
	(void)name;
	(void)first;
	(void)last;
	return 0;
}

unsigned int link_prefix_len(uint32_t first, uint32_t last)
{
	(void)first;
	(void)last;
	return 32;
}

/* --- plane/kernel.c --- */

struct plane *plane_kernel_new(struct event_base *base, const struct conf_gateway *conf,
			       const struct plane_events *events, void *ctx)
{
	(void)base;
	(void)conf;
	return plane_null_new(events, ctx);
}

/* --- ctl/ctl.h --- */

struct ctl {
	ctl_handle handle;
	void *arg;
};

static struct ctl ctl;

struct ctl *ctl_new(struct event_base *base, const char *path, ctl_handle handle, void *arg)
{
	(void)base;
	(void)path;
	ctl = (struct ctl){ handle, arg };
	return &ctl;
}

static void say_json(json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT);

	assert(text);
	say(text);
	free(text);
	json_decref(o);
}

void ctl_publish(struct ctl *c, json_t *event)
{
	(void)c;
	say_json(event);
}

void ctl_free(struct ctl *c)
{
	(void)c;
}

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert(f && fputs(text, f) >= 0 && !fclose(f) && !chmod(path, 0600));
}

static struct conf *configure(const char *conf, const char *users, char path[128])
{
	char folder[] = "/tmp/l2tpsec-gateway-XXXXXX", secrets[128];
	struct conf *c;

	assert(mkdtemp(folder));
	write_file(folder, "l2tpsec.conf", conf);
	write_file(folder, "chap-secrets", users);
	snprintf(path, 128, "%s/l2tpsec.conf", folder);
	c = conf_read(path, NULL, NULL);
	snprintf(secrets, sizeof(secrets), "%s/chap-secrets", folder);
	assert(c && !unlink(path) && !unlink(secrets) && !rmdir(folder));
	return c;
}

/**
 * gateway_bench_new - a gateway that serves
 * @conf: its configuration file; log-level debug belongs there
 * @users: its chap-secrets
 * Return: bench; there is only one at a time.
 */
struct gateway_bench *gateway_bench_new(const char *conf, const char *users)
{
	struct gateway_bench *b = calloc(1, sizeof(*b));
	char path[128];

	assert(b);
	current = b;
	log_set_sink(keep_line);
	log_init(LOG_LEVEL_DEBUG, false);
	fake_random_reset();
	b->gw = gateway_new(NULL, configure(conf, users, path), path);
	assert(b->gw);
	return b;
}

/**
 * gateway_bench_free - the gateway ends
 * @b: bench
 */
void gateway_bench_free(struct gateway_bench *b)
{
	gateway_free(b->gw);
	log_set_sink(NULL);
	free(b->said);
	free(b);
}

/**
 * gateway_bench_take - the oldest IKE message that the gateway sent
 * @b: bench
 * @m: result
 * Return: false when there is none.
 */
bool gateway_bench_take(struct gateway_bench *b, struct gateway_bench_message *m)
{
	if (!b->sent_len)
		return false;
	*m = b->sent[0];
	memmove(b->sent, b->sent + 1, --b->sent_len * sizeof(b->sent[0]));
	return true;
}

/**
 * gateway_bench_receive - an IKE message comes in
 * @b: bench
 * @path: from where
 * @msg: message
 * @len: bytes
 */
void gateway_bench_receive(struct gateway_bench *b, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	(void)b;
	assert(copy);
	memcpy(copy, msg, len);
	sockets.receive(sockets.arg, path, copy, len);
	free(copy);
}

/**
 * gateway_bench_frame - the data plane hands a control packet up
 * @b: bench
 * @frame: as the module would; its data are borrowed
 */
void gateway_bench_frame(struct gateway_bench *b, const struct plane_frame *frame)
{
	struct plane_frame copy = *frame;
	uint8_t *data = malloc(frame->len ? frame->len : 1);

	assert(data);
	if (frame->len)
		memcpy(data, frame->data, frame->len);
	copy.data = data;
	b->gw->plane->events->frame(b->gw->plane->ctx, &copy);
	free(data);
}

/**
 * gateway_bench_ask - a request at the control socket; the answer is said
 * @b: bench
 * @command: "show" and the like
 */
void gateway_bench_ask(struct gateway_bench *b, const char *command)
{
	json_t *request = json_pack("{s:s}", "command", command);

	(void)b;
	say_json(ctl.handle(ctl.arg, request));
	json_decref(request);
}

/**
 * gateway_bench_said - was this text said?
 * @b: bench
 * @text: text
 * Return: whether it was.
 */
bool gateway_bench_said(const struct gateway_bench *b, const char *text)
{
	return b->said && strstr(b->said, text);
}
