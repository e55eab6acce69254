// SPDX-License-Identifier: MIT
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "core/worker.h"
#include "gateway/gateway.h"
#include "gateway/subscriber.h"
#include "net/link.h"

#define WORKER_THREADS		2
#define STOP_DEADLINE_MS	6000

static void on_message(void *arg, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	struct gateway *gw = arg;

	ike_receive(gw->ike, path, msg, len);
}

static int attach_socket(void *arg, int fd)
{
	struct gateway *gw = arg;

	return gw->plane->ops->socket_add(gw->plane, fd);
}

static int routes_add(const struct conf *conf)
{
	size_t i;
	int ret;

	for (i = 0; i < conf->pools_len; i++) {
		ret = link_route_add(conf->gateway.device, conf->pools[i].first, conf->pools[i].last);
		if (ret)
			return ret;
	}
	/* A fixed address outside the pools is reached by a route of its own. */
	for (i = 0; i < conf->ppp.users_len; i++) {
		if (!conf->ppp.users[i].has_address)
			continue;
		ret = link_route_add(conf->gateway.device, conf->ppp.users[i].address, conf->ppp.users[i].address);
		if (ret)
			return ret;
	}
	return 0;
}

static int device_set_up(struct gateway *gw)
{
	const struct conf *conf = gw->conf;
	int ret = link_create(conf->gateway.device);

	if (ret && ret != -EEXIST)
		return ret;
	gw->created_link = !ret;
	ret = link_set_up(conf->gateway.device, conf->ppp.local_address, conf->ppp.mtu);
	return ret ? ret : routes_add(conf);
}

static bool plane_set_up(struct gateway *gw)
{
	if (device_set_up(gw))
		return false;
	gw->plane = plane_kernel_new(gw->base, &gw->conf->gateway, &gateway_plane_events, gw);
	gw->sockets = gw->plane ? sockets_new(gw->base, &gw->conf->gateway, on_message, gw) : NULL;
	return gw->sockets && !sockets_visit_natt(gw->sockets, attach_socket, gw);
}

static bool engines_set_up(struct gateway *gw)
{
	gw->workers = worker_pool_new(gw->base, WORKER_THREADS);
	gw->auth = auth_local_new(gw->conf);
	gw->pool = pool_new(gw->conf);
	gw->l2tp = l2tp_new(&gw->conf->l2tp, &gateway_l2tp_ops, gw);
	gw->ike = ike_new(&gw->conf->ike, &gateway_ike_ops, gw, gw->workers);
	return gw->workers && gw->auth && gw->pool && gw->l2tp && gw->ike;
}

static void on_stop_deadline(void *arg)
{
	struct gateway *gw = arg;

	event_base_loopbreak(gw->base);
}

/**
 * gateway_new - set everything up and begin to answer
 * @base: loop
 * @conf: configuration; the gateway's from now on
 * @conf_path: where it came from, for reloads
 * Return: the gateway, NULL when something failed (log lines say what) and nothing is left behind.
 */
struct gateway *gateway_new(struct event_base *base, struct conf *conf, const char *conf_path)
{
	struct gateway *gw = calloc(1, sizeof(*gw));

	if (!gw) {
		conf_free(conf);
		return NULL;
	}
	gw->base = base;
	gw->conf = conf;
	gw->conf_path = strdup(conf_path);
	timer_init(&gw->stop_deadline, on_stop_deadline, gw);
	if (!gw->conf_path || !engines_set_up(gw) || !plane_set_up(gw))
		goto failed;
	gw->ctl = ctl_new(base, conf->gateway.control_socket, status_handle, gw);
	if (!gw->ctl)
		goto failed;
	return gw;
failed:
	gateway_free(gw);
	return NULL;
}

static void complain(void *arg, const char *text)
{
	(void)arg;
	log_line(LOG_LEVEL_ERROR, "%s", text);
}

/* What a running daemon cannot change keeps its old value, and the log says so. */
static void keep_fixed(struct conf_gateway *fresh, const struct conf_gateway *now)
{
	if (strcmp(fresh->device, now->device) || fresh->listen_len != now->listen_len ||
	    memcmp(fresh->listen, now->listen, sizeof(now->listen)))
		log_line(LOG_LEVEL_WARNING, "device and listen change only at a restart");
	memcpy(fresh->device, now->device, sizeof(fresh->device));
	memcpy(fresh->listen, now->listen, sizeof(fresh->listen));
	fresh->listen_len = now->listen_len;
}

/**
 * gateway_reload - read the configuration again; live sessions are not touched
 * @gw: gateway
 * Return: false when it has errors: the old one stays in force then.
 */
bool gateway_reload(struct gateway *gw)
{
	struct conf *fresh = conf_read(gw->conf_path, complain, NULL);
	struct conf *old = gw->conf;

	if (!fresh) {
		log_line(LOG_LEVEL_ERROR, "reload: errors in %s, the old configuration stays in force", gw->conf_path);
		return false;
	}
	keep_fixed(&fresh->gateway, &old->gateway);
	gw->conf = fresh;
	log_init(fresh->gateway.log_level, log_has_timestamps());
	ike_reload(gw->ike, &fresh->ike);
	l2tp_reload(gw->l2tp, &fresh->l2tp);
	auth_reload(gw->auth, fresh);
	pool_reload(gw->pool, fresh);
	routes_add(fresh);
	conf_free(old);
	log_line(LOG_LEVEL_INFO, "configuration reloaded: %zu users, %zu pre-shared keys, %s certificate, %zu pools",
		 fresh->ppp.users_len, fresh->ike.psks_len, fresh->ike.certificate.own ? "a" : "no",
		 fresh->pools_len);
	return true;
}

/**
 * gateway_shutdown - end every client in order, then leave the loop
 * @gw: gateway
 */
void gateway_shutdown(struct gateway *gw)
{
	struct subscriber *sub, *next;

	if (gw->stopping)
		return;
	gw->stopping = true;
	timer_start(&gw->stop_deadline, gw->subscribers ? STOP_DEADLINE_MS : 0);
	HASH_ITER(hh, gw->subscribers, sub, next)
		subscriber_close(sub, "server shuts down");
}

/**
 * gateway_failed - was the loop left because of a fault?
 * @gw: gateway
 * Return: whether it was.
 */
bool gateway_failed(const struct gateway *gw)
{
	return gw->failed;
}

/**
 * gateway_free - let go of everything, from the inside out
 * @gw: gateway
 */
void gateway_free(struct gateway *gw)
{
	ctl_free(gw->ctl);
	gw->ctl = NULL;
	gw->stopping = false;
	/* Threads end before the engine whose jobs they run. */
	if (gw->workers)
		worker_pool_free(gw->workers);
	if (gw->ike)
		ike_free(gw->ike);
	if (gw->l2tp)
		l2tp_free(gw->l2tp);
	timer_stop(&gw->stop_deadline);
	if (gw->auth)
		auth_free(gw->auth);
	if (gw->pool)
		pool_free(gw->pool);
	sockets_free(gw->sockets);
	if (gw->plane)
		gw->plane->ops->free(gw->plane);
	if (gw->created_link)
		link_delete(gw->conf->gateway.device);
	conf_free(gw->conf);
	free(gw->conf_path);
	free(gw);
}
