// SPDX-License-Identifier: MIT
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/log.h"
#include "ctl/ctl.h"

#define REQUEST_MAX	4096
#define BACKLOG_MAX	(1024 * 1024)
#define CLIENTS_MAX	32
#define IDLE_SECONDS	60

/**
 * struct client - one connection
 * @link: in ctl.clients
 * @ctl: whose
 * @bev: its socket
 * @monitor: gets events; its requests are not read any more, so that no handler can end it
 * @closing: goes when everything is written
 */
struct client {
	LIST_ENTRY(client) link;
	struct ctl *ctl;
	struct bufferevent *bev;
	bool monitor;
	bool closing;
};

LIST_HEAD(client_list, client);

/**
 * struct ctl - the control socket
 * @base: the loop
 * @path: of the socket
 * @listener: it is bound and listens
 * @acceptable: its event
 * @handle: answers requests
 * @arg: for @handle
 * @clients: connections
 * @clients_len: how many
 */
struct ctl {
	struct event_base *base;
	char *path;
	int listener;
	struct event *acceptable;
	ctl_handle handle;
	void *arg;
	struct client_list clients;
	unsigned int clients_len;
};

static void client_free(struct client *c)
{
	LIST_REMOVE(c, link);
	c->ctl->clients_len--;
	bufferevent_free(c->bev);
	free(c);
}

static void write_line(struct client *c, const json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);

	if (!text)
		return;
	bufferevent_write(c->bev, text, strlen(text));
	bufferevent_write(c->bev, "\n", 1);
	free(text);
}

static void answer(struct client *c, json_t *object)
{
	if (!object)
		object = json_pack("{s:s}", "error", "the daemon cannot answer");
	json_object_set_new(object, "ok", json_boolean(!json_object_get(object, "error")));
	write_line(c, object);
	json_decref(object);
}

static void refuse(struct client *c, const char *why)
{
	answer(c, json_pack("{s:s}", "error", why));
}

static void take_request(struct client *c, const json_t *request)
{
	const char *command = json_string_value(json_object_get(request, "command"));

	if (!command) {
		refuse(c, "the request has no command");
	} else if (!strcmp(command, "monitor")) {
		c->monitor = true;
		bufferevent_set_timeouts(c->bev, NULL, NULL);
		answer(c, json_object());
	} else {
		answer(c, c->ctl->handle(c->ctl->arg, request));
	}
}

static void take_line(struct client *c, const char *line, size_t len)
{
	json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);

	if (json_is_object(request))
		take_request(c, request);
	else
		refuse(c, "the request is no JSON object");
	json_decref(request);
}

/* The last answer still goes out. */
static void close_after_writing(struct client *c)
{
	c->closing = true;
	bufferevent_disable(c->bev, EV_READ);
	if (!evbuffer_get_length(bufferevent_get_output(c->bev)))
		client_free(c);
}

static void on_read(struct bufferevent *bev, void *arg)
{
	struct evbuffer *in = bufferevent_get_input(bev);
	struct client *c = arg;
	size_t len;
	char *line;

	while (!c->monitor && (line = evbuffer_readln(in, &len, EVBUFFER_EOL_LF))) {
		take_line(c, line, len);
		free(line);
	}
	if (c->monitor) {
		evbuffer_drain(in, evbuffer_get_length(in));
		return;
	}
	if (evbuffer_get_length(in) >= REQUEST_MAX)
		client_free(c);
}

static void on_written(struct bufferevent *bev, void *arg)
{
	struct client *c = arg;

	(void)bev;
	if (c->closing)
		client_free(c);
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
	struct client *c = arg;

	(void)bev;
	if (what & BEV_EVENT_EOF && !c->monitor)
		close_after_writing(c);
	else
		client_free(c);
}

/* Root, and who runs the daemon. */
static bool may_connect(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len))
		return false;
	return !cred.uid || cred.uid == geteuid();
}

static void client_new(struct ctl *ctl, int fd)
{
	const struct timeval idle = { .tv_sec = IDLE_SECONDS };
	struct client *c = calloc(1, sizeof(*c));

	if (c)
		c->bev = bufferevent_socket_new(ctl->base, fd, BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (!c || !c->bev) {
		free(c);
		close(fd);
		return;
	}
	c->ctl = ctl;
	LIST_INSERT_HEAD(&ctl->clients, c, link);
	ctl->clients_len++;
	bufferevent_setcb(c->bev, on_read, on_written, on_event, c);
	bufferevent_setwatermark(c->bev, EV_READ, 0, REQUEST_MAX);
	bufferevent_set_timeouts(c->bev, &idle, &idle);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
}

static void on_acceptable(evutil_socket_t fd, short what, void *arg)
{
	struct ctl *ctl = arg;
	int client;

	(void)what;
	client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (client < 0)
		return;
	if (may_connect(client) && ctl->clients_len < CLIENTS_MAX)
		client_new(ctl, client);
	else
		close(client);
}

/* What a daemon that died left behind is removed; a live one's socket is not. */
static bool is_in_use(const struct sockaddr_un *sun)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool used;

	if (fd < 0)
		return false;
	used = !connect(fd, (const struct sockaddr *)sun, sizeof(*sun));
	close(fd);
	return used;
}

/* Without systemd nobody makes /run/l2tpsec for us. */
static void make_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash && slash != path ? strndup(path, slash - path) : NULL;

	if (folder)
		mkdir(folder, 0755);
	free(folder);
}

static int listen_at(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	mode_t mask;
	int fd, err;

	if (strlen(path) >= sizeof(sun.sun_path))
		return -ENAMETOOLONG;
	strcpy(sun.sun_path, path);
	if (is_in_use(&sun))
		return -EADDRINUSE;
	make_folder(path);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	mask = umask(0177);
	err = bind(fd, (struct sockaddr *)&sun, sizeof(sun)) || listen(fd, CLIENTS_MAX) ? -errno : 0;
	umask(mask);
	if (!err)
		return fd;
	close(fd);
	return err;
}

/**
 * ctl_new - open the control socket
 * @base: the loop; outlives it
 * @path: of the socket; its folder is made if need be; mode 0600
 * @handle: answers requests
 * @arg: for @handle
 * Return: the control socket; NULL: a line in the log says why.
 */
struct ctl *ctl_new(struct event_base *base, const char *path, ctl_handle handle, void *arg)
{
	struct ctl *ctl = calloc(1, sizeof(*ctl));
	int fd = listen_at(path);

	if (fd < 0 || !ctl) {
		log_line(LOG_LEVEL_ERROR, "cannot open the control socket %s: %s", path,
			 strerror(fd < 0 ? -fd : ENOMEM));
		free(ctl);
		return NULL;
	}
	LIST_INIT(&ctl->clients);
	ctl->base = base;
	ctl->listener = fd;
	ctl->handle = handle;
	ctl->arg = arg;
	ctl->path = strdup(path);
	ctl->acceptable = event_new(base, fd, EV_READ | EV_PERSIST, on_acceptable, ctl);
	if (!ctl->path || !ctl->acceptable || event_add(ctl->acceptable, NULL)) {
		ctl_free(ctl);
		return NULL;
	}
	return ctl;
}

/**
 * ctl_publish - tell everybody who monitors
 * @ctl: control socket
 * @event: the event; the reference is taken
 *
 * Who does not read is dropped, so that it costs no memory.
 */
void ctl_publish(struct ctl *ctl, json_t *event)
{
	struct client *c, *next;

	for (c = LIST_FIRST(&ctl->clients); c; c = next) {
		next = LIST_NEXT(c, link);
		if (!c->monitor)
			continue;
		if (evbuffer_get_length(bufferevent_get_output(c->bev)) > BACKLOG_MAX) {
			log_line(LOG_LEVEL_WARNING, "a monitor does not read and is disconnected");
			client_free(c);
			continue;
		}
		write_line(c, event);
	}
	json_decref(event);
}

/**
 * ctl_free - close the control socket and its connections
 * @ctl: control socket, or NULL
 */
void ctl_free(struct ctl *ctl)
{
	struct client *c;

	if (!ctl)
		return;
	while ((c = LIST_FIRST(&ctl->clients)))
		client_free(c);
	if (ctl->acceptable)
		event_free(ctl->acceptable);
	close(ctl->listener);
	if (ctl->path)
		unlink(ctl->path);
	free(ctl->path);
	free(ctl);
}
