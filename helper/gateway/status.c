// SPDX-License-Identifier: MIT
/* What `l2tpsec` asks and watches, as JSON. */
#include <linux/l2tpsec.h>
#include <string.h>
#include <time.h>

#include "gateway/gateway.h"
#include "gateway/subscriber.h"
#include "plane/drop.h"

static const char *const method_names[] = {
	[AUTH_METHOD_MSCHAPV2] = "mschapv2",
	[AUTH_METHOD_CHAP_MD5] = "chap-md5",
	[AUTH_METHOD_PAP] = "pap",
};

static void set_text(json_t *o, const char *key, const char *text)
{
	if (*text)
		json_object_set_new(o, key, json_string(text));
}

static void set_number(json_t *o, const char *key, uint64_t n)
{
	json_object_set_new(o, key, json_integer((json_int_t)n));
}

static void set_stats(json_t *o, const struct plane_stats *stats)
{
	set_number(o, "rx_packets", stats->rx_packets);
	set_number(o, "rx_bytes", stats->rx_bytes);
	set_number(o, "tx_packets", stats->tx_packets);
	set_number(o, "tx_bytes", stats->tx_bytes);
	set_number(o, "rx_dropped", stats->rx_dropped);
	set_number(o, "tx_dropped", stats->tx_dropped);
	if (stats->rx_idle_ms != UINT64_MAX)
		set_number(o, "idle_ms", stats->rx_idle_ms);
}

static json_t *story_json(const struct story *story)
{
	json_t *o = json_object();

	set_number(o, "id", story->id);
	set_text(o, "peer", story->peer);
	set_text(o, "user", story->user);
	return o;
}

static json_t *subscriber_json(const struct subscriber *sub, const struct story *story, enum stage stage,
			       struct moment since)
{
	json_t *o = story_json(story);

	set_text(o, "stage", stage_name(stage));
	set_text(o, "identity", sub->peer->identity);
	set_text(o, "client", sub->peer->vendor);
	set_text(o, "phase1", sub->peer->suite);
	if (sub->peer->legacy)
		json_object_set_new(o, "legacy", json_true());
	set_number(o, "since", since.wall);
	set_number(o, "age", (clock_now_ms() - since.ms) / 1000);
	return o;
}

static void set_security(json_t *o, const struct lineage *l)
{
	const struct sa *sa = l ? lineage_current(l) : NULL, *each;
	unsigned int n = 0;

	if (!sa)
		return;
	TAILQ_FOREACH(each, &l->sas, entry)
		n++;
	set_number(o, "sas", n);
	set_text(o, "suite", sa->suite);
	if (sa->legacy)
		json_object_set_new(o, "legacy", json_true());
	set_text(o, "encap", sa->encap == L2TPSEC_ENCAP_UDP ? "udp" : "raw");
}

static json_t *session_json(struct gateway *gw, const struct session *s)
{
	const struct l2tp_tunnel *t = s->l2tp->tunnel;
	enum stage stage = s->open ? STAGE_UP : ppp_stage(s->ppp);
	json_t *o = subscriber_json(s->sub, &s->story, stage, s->open ? s->since : s->sub->since);
	struct addr a = addr_from_ipv4(s->address);
	struct plane_stats stats;
	char text[ADDR_STRLEN];

	set_security(o, lineage_find(gw, t->lineage));
	set_text(o, "host_name", t->host_name);
	if (!s->open)
		return o;
	set_text(o, "address", addr_print(&a, text));
	set_number(o, "mtu", s->result.mtu);
	set_text(o, "auth", method_names[s->result.method]);
	if (gw->plane->ops->session_stats(gw->plane, t->lineage, t->id, s->l2tp->id, &stats))
		return o;
	set_number(o, "path_mtu", stats.path_mtu);
	set_number(o, "mss_clamped", stats.mss_clamped);
	set_stats(o, &stats);
	return o;
}

static json_t *subscribers_json(struct gateway *gw)
{
	const struct subscriber *sub;
	json_t *list = json_array();
	const struct session *s;

	for (sub = gw->subscribers; sub; sub = sub->hh.next) {
		LIST_FOREACH(s, &sub->sessions, entry)
			json_array_append_new(list, session_json(gw, s));
		if (LIST_EMPTY(&sub->sessions))
			json_array_append_new(list, subscriber_json(sub, &sub->story, sub->stage, sub->since));
	}
	return list;
}

static json_t *device_json(struct gateway *gw)
{
	json_t *o = json_object(), *drops = json_object();
	struct plane_device dev;
	unsigned int i;

	if (!gw->plane->ops->device_get(gw->plane, &dev)) {
		set_text(o, "name", dev.name);
		set_number(o, "sas", dev.sas);
		set_number(o, "tunnels", dev.tunnels);
		set_number(o, "sessions", dev.sessions);
		set_stats(o, &dev.stats);
		for (i = 1; i <= L2TPSEC_DROP_MAX; i++) {
			if (dev.drops[i])
				set_number(drops, drop_name(i), dev.drops[i]);
		}
	}
	json_object_set_new(o, "drops", drops);
	return o;
}

static json_t *show(struct gateway *gw, const json_t *request)
{
	(void)request;
	return json_pack("{s:o, s:o}", "device", device_json(gw), "subscribers", subscribers_json(gw));
}

static bool has_user(const struct subscriber *sub, const char *user)
{
	const struct session *s;

	LIST_FOREACH(s, &sub->sessions, entry) {
		if (!strcmp(s->story.user, user))
			return true;
	}
	return false;
}

static json_t *disconnect(struct gateway *gw, const json_t *request)
{
	const json_t *id = json_object_get(request, "id");
	const char *user = json_string_value(json_object_get(request, "user"));
	struct subscriber *sub, *next;
	unsigned int n = 0;

	if (!json_is_integer(id) && !user)
		return json_pack("{s:s}", "error", "disconnect needs a subscriber's id or a user name");
	HASH_ITER(hh, gw->subscribers, sub, next) {
		if (user ? !has_user(sub, user) : sub->story.id != json_integer_value(id))
			continue;
		subscriber_close(sub, "disconnected by administrator");
		n++;
	}
	if (!n)
		return json_pack("{s:s}", "error", "no such subscriber");
	return json_pack("{s:i}", "disconnected", n);
}

static json_t *reload(struct gateway *gw, const json_t *request)
{
	(void)request;
	if (!gateway_reload(gw))
		return json_pack("{s:s}", "error",
				 "the configuration has errors (see the log); the old one stays in force");
	return json_object();
}

static const struct command {
	const char *name;
	json_t *(*answer)(struct gateway *gw, const json_t *request);
} commands[] = {
	{ "show", show },
	{ "disconnect", disconnect },
	{ "reload", reload },
};

/**
 * status_handle - answer a request of the control socket; see ctl_handle
 * @arg: gateway
 * @request: borrowed
 * Return: the answer.
 */
json_t *status_handle(void *arg, const json_t *request)
{
	const char *name = json_string_value(json_object_get(request, "command"));
	size_t i;

	for (i = 0; name && i < sizeof(commands) / sizeof(*commands); i++) {
		if (!strcmp(commands[i].name, name))
			return commands[i].answer(arg, request);
	}
	return json_pack("{s:s}", "error", "unknown command");
}

static void publish(struct gateway *gw, const char *event, const struct story *story, const char *key,
		    const char *text)
{
	json_t *o;

	if (!gw->ctl)
		return;
	o = story_json(story);
	set_text(o, "event", event);
	set_number(o, "time", time(NULL));
	set_text(o, key, text);
	ctl_publish(gw->ctl, o);
}

/**
 * status_publish_stage - tell those who watch that a client came further
 * @gw: gateway
 * @story: the client's or its session's
 * @stage: reached
 */
void status_publish_stage(struct gateway *gw, const struct story *story, enum stage stage)
{
	publish(gw, "stage", story, "stage", stage_name(stage));
}

/**
 * status_publish_gone - tell those who watch that a client or session is gone
 * @gw: gateway
 * @story: whose
 * @reason: one phrase
 */
void status_publish_gone(struct gateway *gw, const struct story *story, const char *reason)
{
	publish(gw, "gone", story, "reason", reason);
}
