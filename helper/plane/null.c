// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "plane/null.h"

struct sa {
	LIST_ENTRY(sa) link;
	struct plane_sa sa;
	bool outbound;
};

struct tunnel {
	LIST_ENTRY(tunnel) link;
	struct plane_tunnel tunnel;
};

struct session {
	LIST_ENTRY(session) link;
	struct plane_session session;
	bool open;
};

struct frame {
	TAILQ_ENTRY(frame) link;
	struct plane_frame frame;
	uint8_t data[];
};

LIST_HEAD(sa_list, sa);
LIST_HEAD(tunnel_list, tunnel);
LIST_HEAD(session_list, session);
TAILQ_HEAD(frame_list, frame);

/**
 * struct null_plane - what a test's engines did
 * @plane: what they see
 * @sas: installed
 * @tunnels: installed
 * @sessions: installed
 * @frames: sent, oldest first
 * @sockets: handed over
 * @fail: errno of the next operation that adds something, 0 = none
 */
struct null_plane {
	struct plane plane;
	struct sa_list sas;
	struct tunnel_list tunnels;
	struct session_list sessions;
	struct frame_list frames;
	size_t sockets;
	int fail;
};

static struct null_plane *null_plane(const struct plane *p)
{
	return (struct null_plane *)p;
}

static int take_fail(struct null_plane *n)
{
	int fail = n->fail;

	n->fail = 0;
	return -fail;
}

static struct sa *sa_find(const struct null_plane *n, uint32_t spi_in)
{
	struct sa *s;

	LIST_FOREACH(s, &n->sas, link) {
		if (s->sa.spi_in == spi_in)
			return s;
	}
	return NULL;
}

static struct sa *lineage_find(const struct null_plane *n, uint32_t lineage)
{
	struct sa *s;

	LIST_FOREACH(s, &n->sas, link) {
		if (s->sa.lineage == lineage)
			return s;
	}
	return NULL;
}

static struct tunnel *tunnel_find(const struct null_plane *n, uint32_t lineage, uint16_t id)
{
	struct tunnel *t;

	LIST_FOREACH(t, &n->tunnels, link) {
		if (t->tunnel.lineage == lineage && t->tunnel.id == id)
			return t;
	}
	return NULL;
}

static struct session *session_find(const struct null_plane *n, uint32_t lineage, uint16_t tunnel_id,
				    uint16_t id)
{
	struct session *s;

	LIST_FOREACH(s, &n->sessions, link) {
		if (s->session.lineage == lineage && s->session.tunnel_id == tunnel_id && s->session.id == id)
			return s;
	}
	return NULL;
}

static int socket_add(struct plane *p, int fd)
{
	(void)fd;
	null_plane(p)->sockets++;
	return take_fail(null_plane(p));
}

static int sa_add(struct plane *p, const struct plane_sa *sa)
{
	struct null_plane *n = null_plane(p);
	int err = take_fail(n);
	struct sa *s;

	if (err)
		return err;
	if (!sa->spi_in || !sa->spi_out || !sa->lineage)
		return -EINVAL;
	if (sa_find(n, sa->spi_in))
		return -EEXIST;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->sa = *sa;
	s->outbound = !lineage_find(n, sa->lineage);
	LIST_INSERT_HEAD(&n->sas, s, link);
	return 0;
}

static int sa_activate(struct plane *p, uint32_t spi_in)
{
	struct null_plane *n = null_plane(p);
	struct sa *s = sa_find(n, spi_in), *other;

	if (!s)
		return -ENOENT;
	LIST_FOREACH(other, &n->sas, link) {
		if (other->sa.lineage == s->sa.lineage)
			other->outbound = other == s;
	}
	return 0;
}

static void session_remove(struct session *s)
{
	LIST_REMOVE(s, link);
	free(s);
}

static void tunnel_remove(struct null_plane *n, struct tunnel *t)
{
	struct session *s, *next;

	for (s = LIST_FIRST(&n->sessions); s; s = next) {
		next = LIST_NEXT(s, link);
		if (s->session.lineage == t->tunnel.lineage && s->session.tunnel_id == t->tunnel.id)
			session_remove(s);
	}
	LIST_REMOVE(t, link);
	free(t);
}

static int sa_del(struct plane *p, uint32_t spi_in)
{
	struct sa *s = sa_find(null_plane(p), spi_in);

	if (!s)
		return -ENOENT;
	LIST_REMOVE(s, link);
	explicit_bzero(s, sizeof(*s));
	free(s);
	return 0;
}

static int tunnel_add(struct plane *p, const struct plane_tunnel *tunnel)
{
	struct null_plane *n = null_plane(p);
	int err = take_fail(n);
	struct tunnel *t;

	if (err)
		return err;
	if (!lineage_find(n, tunnel->lineage))
		return -ENOENT;
	if (tunnel_find(n, tunnel->lineage, tunnel->id))
		return -EEXIST;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->tunnel = *tunnel;
	LIST_INSERT_HEAD(&n->tunnels, t, link);
	return 0;
}

static int tunnel_del(struct plane *p, uint32_t lineage, uint16_t id)
{
	struct tunnel *t = tunnel_find(null_plane(p), lineage, id);

	if (!t)
		return -ENOENT;
	tunnel_remove(null_plane(p), t);
	return 0;
}

static int session_add(struct plane *p, const struct plane_session *session)
{
	struct null_plane *n = null_plane(p);
	int err = take_fail(n);
	struct session *s;

	if (err)
		return err;
	if (!tunnel_find(n, session->lineage, session->tunnel_id))
		return -ENOENT;
	if (session_find(n, session->lineage, session->tunnel_id, session->id))
		return -EEXIST;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->session = *session;
	LIST_INSERT_HEAD(&n->sessions, s, link);
	return 0;
}

static int session_open(struct plane *p, const struct plane_session *session)
{
	struct null_plane *n = null_plane(p);
	int err = take_fail(n);
	struct session *s;

	if (err)
		return err;
	s = session_find(n, session->lineage, session->tunnel_id, session->id);
	if (!s)
		return -ENOENT;
	s->session = *session;
	s->open = true;
	return 0;
}

static int session_del(struct plane *p, uint32_t lineage, uint16_t tunnel_id, uint16_t id)
{
	struct session *s = session_find(null_plane(p), lineage, tunnel_id, id);

	if (!s)
		return -ENOENT;
	session_remove(s);
	return 0;
}

static int frame_send(struct plane *p, const struct plane_frame *frame)
{
	struct null_plane *n = null_plane(p);
	struct frame *f;

	if (!lineage_find(n, frame->lineage))
		return -ENOENT;
	if (frame->ppp && !session_find(n, frame->lineage, frame->tunnel_id, frame->session_id))
		return -ENOENT;
	f = malloc(sizeof(*f) + frame->len);
	if (!f)
		return -ENOMEM;
	f->frame = *frame;
	memcpy(f->data, frame->data, frame->len);
	f->frame.data = f->data;
	TAILQ_INSERT_TAIL(&n->frames, f, link);
	return 0;
}

static int sa_stats(struct plane *p, uint32_t spi_in, struct plane_stats *stats)
{
	*stats = (struct plane_stats){ .rx_idle_ms = UINT64_MAX };
	return sa_find(null_plane(p), spi_in) ? 0 : -ENOENT;
}

static int session_stats(struct plane *p, uint32_t lineage, uint16_t tunnel_id, uint16_t id,
			 struct plane_stats *stats)
{
	*stats = (struct plane_stats){ .rx_idle_ms = UINT64_MAX };
	return session_find(null_plane(p), lineage, tunnel_id, id) ? 0 : -ENOENT;
}

static int device_get(struct plane *p, struct plane_device *dev)
{
	struct plane_null_counts c = plane_null_count(p);

	*dev = (struct plane_device){
		.name = "null",
		.sas = c.sas,
		.tunnels = c.tunnels,
		.sessions = c.sessions,
		.stats.rx_idle_ms = UINT64_MAX,
	};
	return 0;
}

static void null_free(struct plane *p)
{
	struct null_plane *n = null_plane(p);
	struct tunnel *t;
	struct frame *f;
	struct sa *s;

	while ((t = LIST_FIRST(&n->tunnels)))
		tunnel_remove(n, t);
	while ((s = LIST_FIRST(&n->sas)))
		sa_del(p, s->sa.spi_in);
	while ((f = TAILQ_FIRST(&n->frames))) {
		TAILQ_REMOVE(&n->frames, f, link);
		free(f);
	}
	free(n);
}

static const struct plane_ops ops = {
	.socket_add = socket_add,
	.sa_add = sa_add,
	.sa_activate = sa_activate,
	.sa_del = sa_del,
	.tunnel_add = tunnel_add,
	.tunnel_del = tunnel_del,
	.session_add = session_add,
	.session_open = session_open,
	.session_del = session_del,
	.frame_send = frame_send,
	.sa_stats = sa_stats,
	.session_stats = session_stats,
	.device_get = device_get,
	.free = null_free,
};

/**
 * plane_null_new - a plane without a module
 * @events: where a test reports what the module would report, through plane->events
 * @ctx: for @events
 * Return: the plane; its ops.free ends it.  NULL without memory.
 */
struct plane *plane_null_new(const struct plane_events *events, void *ctx)
{
	struct null_plane *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	LIST_INIT(&n->sas);
	LIST_INIT(&n->tunnels);
	LIST_INIT(&n->sessions);
	TAILQ_INIT(&n->frames);
	n->plane = (struct plane){ .ops = &ops, .events = events, .ctx = ctx };
	return &n->plane;
}

/**
 * plane_null_count - how much there is
 * @p: a plane of plane_null_new()
 * Return: the counts.
 */
struct plane_null_counts plane_null_count(const struct plane *p)
{
	const struct null_plane *n = null_plane(p);
	struct plane_null_counts c = { .sockets = n->sockets };
	const struct session *session;
	const struct tunnel *tunnel;
	const struct frame *frame;
	const struct sa *sa;

	LIST_FOREACH(sa, &n->sas, link)
		c.sas++;
	LIST_FOREACH(tunnel, &n->tunnels, link)
		c.tunnels++;
	LIST_FOREACH(session, &n->sessions, link) {
		c.sessions++;
		c.open += session->open;
	}
	TAILQ_FOREACH(frame, &n->frames, link)
		c.frames++;
	return c;
}

/**
 * plane_null_sa - an installed SA
 * @p: a plane of plane_null_new()
 * @spi_in: its name
 * Return: borrowed until it is removed; NULL when there is none.
 */
const struct plane_sa *plane_null_sa(const struct plane *p, uint32_t spi_in)
{
	const struct sa *s = sa_find(null_plane(p), spi_in);

	return s ? &s->sa : NULL;
}

/**
 * plane_null_outbound - the SA that a lineage sends through
 * @p: a plane of plane_null_new()
 * @lineage: lineage
 * Return: borrowed until it is removed; NULL when there is none.
 */
const struct plane_sa *plane_null_outbound(const struct plane *p, uint32_t lineage)
{
	const struct sa *s;

	LIST_FOREACH(s, &null_plane(p)->sas, link) {
		if (s->sa.lineage == lineage && s->outbound)
			return &s->sa;
	}
	return NULL;
}

/**
 * plane_null_tunnel - an installed tunnel
 * @p: a plane of plane_null_new()
 * @lineage: its lineage
 * @id: our id
 * Return: borrowed until it is removed; NULL when there is none.
 */
const struct plane_tunnel *plane_null_tunnel(const struct plane *p, uint32_t lineage, uint16_t id)
{
	const struct tunnel *t = tunnel_find(null_plane(p), lineage, id);

	return t ? &t->tunnel : NULL;
}

/**
 * plane_null_session - an installed session
 * @p: a plane of plane_null_new()
 * @lineage: its lineage
 * @tunnel_id: our tunnel id
 * @id: our session id
 * @open: set to whether it lets IP through; may be NULL
 * Return: borrowed until it is removed; NULL when there is none.
 */
const struct plane_session *plane_null_session(const struct plane *p, uint32_t lineage, uint16_t tunnel_id,
					       uint16_t id, bool *open)
{
	const struct session *s = session_find(null_plane(p), lineage, tunnel_id, id);

	if (open)
		*open = s && s->open;
	return s ? &s->session : NULL;
}

/**
 * plane_null_frame_take - take the oldest frame that was sent
 * @p: a plane of plane_null_new()
 * @frame: set to it; its data is @data
 * @data: storage
 * @cap: its size; a longer frame is cut, @frame->len tells its real length
 * Return: false when there is none.
 */
bool plane_null_frame_take(struct plane *p, struct plane_frame *frame, uint8_t *data, size_t cap)
{
	struct null_plane *n = null_plane(p);
	struct frame *f = TAILQ_FIRST(&n->frames);

	if (!f)
		return false;
	TAILQ_REMOVE(&n->frames, f, link);
	*frame = f->frame;
	memcpy(data, f->data, f->frame.len < cap ? f->frame.len : cap);
	frame->data = data;
	free(f);
	return true;
}

/**
 * plane_null_fail_next - let the next operation that adds or opens something fail
 * @p: a plane of plane_null_new()
 * @err: errno, positive; 0 takes it back
 */
void plane_null_fail_next(struct plane *p, int err)
{
	null_plane(p)->fail = err;
}
