// SPDX-License-Identifier: MIT
/*
 * The module behind generic netlink.  One socket for requests, frames and events: the module
 * takes changes from the owner's port only, and sends frames to it.  What comes up while an
 * operation waits for its answer is queued and delivered from the loop.
 */
#include <errno.h>
#include <event2/event.h>
#include <linux/genetlink.h>
#include <linux/l2tpsec.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "core/log.h"
#include "plane/channel.h"
#include "plane/message.h"

/**
 * struct kernel_plane - connection to the module
 * @plane: what the engines see
 * @channel: requests, frames and events
 * @link: rtnetlink socket: tells when the device goes
 * @readable: event of @channel
 * @link_readable: event of @link
 * @deliver: made active when an operation has queued something
 * @family: the module's family
 * @ifindex: device
 * @device: its name
 * @lost: plane_events.lost was or will be called
 * @delivering: callbacks are called
 * @doomed: one of them has freed the plane
 * @limit: of lines about refused and dropped frames
 * @request: request that is built
 */
struct kernel_plane {
	struct plane plane;
	struct channel *channel;
	struct mnl_socket *link;
	struct event *readable;
	struct event *link_readable;
	struct event *deliver;
	struct message_family family;
	uint32_t ifindex;
	char device[IFNAMSIZ];
	bool lost;
	bool delivering;
	bool doomed;
	struct log_limit limit;
	uint8_t request[MESSAGE_MAX] __attribute__((aligned(8)));
};

static const char *const command_names[L2TPSEC_CMD_MAX + 1] = {
	[L2TPSEC_CMD_DEVICE_GET] = "device-get",
	[L2TPSEC_CMD_DEVICE_CLAIM] = "device-claim",
	[L2TPSEC_CMD_SOCKET_ADD] = "socket-add",
	[L2TPSEC_CMD_SA_NEW] = "sa-new",
	[L2TPSEC_CMD_SA_GET] = "sa-get",
	[L2TPSEC_CMD_SA_ACTIVATE] = "sa-activate",
	[L2TPSEC_CMD_SA_DEL] = "sa-del",
	[L2TPSEC_CMD_TUNNEL_NEW] = "tunnel-new",
	[L2TPSEC_CMD_TUNNEL_DEL] = "tunnel-del",
	[L2TPSEC_CMD_SESSION_NEW] = "session-new",
	[L2TPSEC_CMD_SESSION_SET] = "session-set",
	[L2TPSEC_CMD_SESSION_GET] = "session-get",
	[L2TPSEC_CMD_SESSION_DEL] = "session-del",
	[L2TPSEC_CMD_FRAME] = "frame",
};

static struct kernel_plane *kernel_plane(struct plane *p)
{
	return (struct kernel_plane *)p;
}

static struct nlmsghdr *start(struct kernel_plane *k, uint8_t command)
{
	return message_start(k->request, k->family.id, command, L2TPSEC_GENL_VERSION);
}

static int request(struct kernel_plane *k, struct nlmsghdr *nlh, channel_take take, void *arg)
{
	uint8_t command = message_command(nlh);
	int err = channel_exchange(k->channel, nlh, take, arg);

	if (channel_waiting(k->channel) && k->deliver)
		event_active(k->deliver, EV_TIMEOUT, 1);
	if (err)
		log_line(LOG_LEVEL_WARNING, "%s: %s failed: %s", k->device, command_names[command], strerror(-err));
	return err;
}

static int socket_add(struct plane *p, int fd)
{
	struct kernel_plane *k = kernel_plane(p);
	struct nlmsghdr *nlh = start(k, L2TPSEC_CMD_SOCKET_ADD);

	message_put_socket(nlh, k->ifindex, fd);
	return request(k, nlh, NULL, NULL);
}

static int sa_add(struct plane *p, const struct plane_sa *sa)
{
	struct kernel_plane *k = kernel_plane(p);
	struct nlmsghdr *nlh = start(k, L2TPSEC_CMD_SA_NEW);
	int err;

	message_put_sa(nlh, k->ifindex, sa);
	err = request(k, nlh, NULL, NULL);
	explicit_bzero(k->request, sizeof(k->request));
	return err;
}

static int sa_command(struct plane *p, uint8_t command, uint32_t spi_in, channel_take take, void *arg)
{
	struct kernel_plane *k = kernel_plane(p);
	struct nlmsghdr *nlh = start(k, command);

	message_put_sa_name(nlh, k->ifindex, spi_in);
	return request(k, nlh, take, arg);
}

static int sa_activate(struct plane *p, uint32_t spi_in)
{
	return sa_command(p, L2TPSEC_CMD_SA_ACTIVATE, spi_in, NULL, NULL);
}

static int sa_del(struct plane *p, uint32_t spi_in)
{
	return sa_command(p, L2TPSEC_CMD_SA_DEL, spi_in, NULL, NULL);
}

static bool take_sa_stats(const struct nlmsghdr *nlh, void *arg)
{
	return message_get_sa_stats(nlh, arg);
}

static int sa_stats(struct plane *p, uint32_t spi_in, struct plane_stats *stats)
{
	return sa_command(p, L2TPSEC_CMD_SA_GET, spi_in, take_sa_stats, stats);
}

static int tunnel_add(struct plane *p, const struct plane_tunnel *t)
{
	struct kernel_plane *k = kernel_plane(p);
	struct nlmsghdr *nlh = start(k, L2TPSEC_CMD_TUNNEL_NEW);

	message_put_tunnel(nlh, k->ifindex, t);
	return request(k, nlh, NULL, NULL);
}

static int tunnel_del(struct plane *p, uint32_t lineage, uint16_t id)
{
	struct kernel_plane *k = kernel_plane(p);
	struct nlmsghdr *nlh = start(k, L2TPSEC_CMD_TUNNEL_DEL);

	message_put_tunnel_name(nlh, k->ifindex, lineage, id);
	return request(k, nlh, NULL, NULL);
}

static int session_add(struct plane *p, const struct plane_session *s)
{
	struct kernel_plane *k = kernel_plane(p);
	struct nlmsghdr *nlh = start(k, L2TPSEC_CMD_SESSION_NEW);

	message_put_session_new(nlh, k->ifindex, s);
	return request(k, nlh, NULL, NULL);
}

static int session_open(struct plane *p, const struct plane_session *s)
{
	struct kernel_plane *k = kernel_plane(p);
	struct nlmsghdr *nlh = start(k, L2TPSEC_CMD_SESSION_SET);

	message_put_session_set(nlh, k->ifindex, s);
	return request(k, nlh, NULL, NULL);
}

static int session_del(struct plane *p, uint32_t lineage, uint16_t tunnel_id, uint16_t id)
{
	struct kernel_plane *k = kernel_plane(p);
	struct nlmsghdr *nlh = start(k, L2TPSEC_CMD_SESSION_DEL);

	message_put_session_name(nlh, k->ifindex, lineage, tunnel_id, id);
	return request(k, nlh, NULL, NULL);
}

static bool take_session_stats(const struct nlmsghdr *nlh, void *arg)
{
	return message_get_session_stats(nlh, arg);
}

static int session_stats(struct plane *p, uint32_t lineage, uint16_t tunnel_id, uint16_t id,
			 struct plane_stats *stats)
{
	struct kernel_plane *k = kernel_plane(p);
	struct nlmsghdr *nlh = start(k, L2TPSEC_CMD_SESSION_GET);

	message_put_session_name(nlh, k->ifindex, lineage, tunnel_id, id);
	return request(k, nlh, take_session_stats, stats);
}

static bool take_device(const struct nlmsghdr *nlh, void *arg)
{
	return message_get_device(nlh, arg);
}

static int device_get(struct plane *p, struct plane_device *dev)
{
	struct kernel_plane *k = kernel_plane(p);
	struct nlmsghdr *nlh = start(k, L2TPSEC_CMD_DEVICE_GET);
	int err;

	message_put_device(nlh, k->ifindex);
	err = request(k, nlh, take_device, dev);
	memcpy(dev->name, k->device, sizeof(dev->name));
	return err;
}

/* Not acknowledged: a refusal comes up through the queue and costs a line. */
static int frame_send(struct plane *p, const struct plane_frame *frame)
{
	struct kernel_plane *k = kernel_plane(p);
	struct nlmsghdr *nlh = start(k, L2TPSEC_CMD_FRAME);
	int err;

	nlh->nlmsg_flags = NLM_F_REQUEST;
	if (!message_put_frame(nlh, k->ifindex, frame))
		return -EMSGSIZE;
	err = channel_send(k->channel, nlh);
	if (err)
		log_limited(&k->limit, LOG_LEVEL_WARNING, "%s: frame not sent: %s", k->device, strerror(-err));
	return err;
}

static void report_lost(struct kernel_plane *k, const char *why)
{
	if (k->lost)
		return;
	k->lost = true;
	k->plane.events->lost(k->plane.ctx, why);
}

static void report_event(struct kernel_plane *k, const struct nlmsghdr *nlh)
{
	const struct plane_events *events = k->plane.events;
	void *ctx = k->plane.ctx;
	struct message_event e;

	if (!message_get_event(nlh, &e))
		return;
	switch (e.event) {
	case L2TPSEC_EVENT_SA_ACTIVE:
		events->sa_active(ctx, e.spi_in);
		break;
	case L2TPSEC_EVENT_SA_ENDPOINT:
		events->sa_endpoint(ctx, e.spi_in, &e.remote);
		break;
	case L2TPSEC_EVENT_SA_ICV:
		events->sa_icv(ctx, e.spi_in, e.icv_len);
		break;
	case L2TPSEC_EVENT_SA_SOFT:
		events->sa_soft(ctx, e.spi_in);
		break;
	case L2TPSEC_EVENT_SA_HARD:
		events->sa_hard(ctx, e.spi_in);
		break;
	case L2TPSEC_EVENT_DEVICE_FLUSH:
		report_lost(k, "the module has removed everything from the device");
		break;
	default:
		break;
	}
}

/* A refusal of something that nobody waits for: a frame, or a request that timed out. */
static void report_refusal(struct kernel_plane *k, const struct nlmsghdr *nlh)
{
	const char *sentence;
	int err;

	if (message_get_error(nlh, &err, &sentence) && err)
		log_limited(&k->limit, LOG_LEVEL_WARNING, "%s: frame refused: %s (%s)", k->device,
			    sentence ? sentence : "no reason given", strerror(-err));
}

static void dispatch(struct kernel_plane *k, const struct nlmsghdr *nlh)
{
	struct plane_frame frame;

	if (nlh->nlmsg_type != k->family.id) {
		report_refusal(k, nlh);
		return;
	}
	if (message_ifindex(nlh) != k->ifindex)
		return;
	switch (message_command(nlh)) {
	case L2TPSEC_CMD_FRAME:
		if (message_get_frame(nlh, &frame))
			k->plane.events->frame(k->plane.ctx, &frame);
		break;
	case L2TPSEC_CMD_SA_NTF:
	case L2TPSEC_CMD_DEVICE_NTF:
		report_event(k, nlh);
		break;
	default:
		break;
	}
}

static void kernel_free(struct plane *p);

/* What callbacks queue by their operations is delivered in this round too. */
static void deliver(struct kernel_plane *k)
{
	struct nlmsghdr *nlh;

	k->delivering = true;
	while (!k->doomed && (nlh = channel_next(k->channel))) {
		dispatch(k, nlh);
		channel_message_free(nlh);
	}
	k->delivering = false;
	if (k->doomed)
		kernel_free(&k->plane);
}

static void on_deliver(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	deliver(arg);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct kernel_plane *k = arg;

	(void)fd;
	(void)what;
	channel_receive(k->channel);
	deliver(k);
}

static bool tells_the_end(const struct kernel_plane *k, const uint8_t *data, size_t len)
{
	const struct ifinfomsg *ifi;
	const struct nlmsghdr *nlh;

	while ((nlh = message_cut(&data, &len))) {
		ifi = mnl_nlmsg_get_payload(nlh);
		if (nlh->nlmsg_type == RTM_DELLINK && mnl_nlmsg_get_payload_len(nlh) >= sizeof(*ifi) &&
		    (uint32_t)ifi->ifi_index == k->ifindex)
			return true;
	}
	return false;
}

/* Deleting the device, its namespace or the module all end in RTM_DELLINK. */
static void on_link_readable(evutil_socket_t fd, short what, void *arg)
{
	uint8_t buf[16384] __attribute__((aligned(8)));
	struct kernel_plane *k = arg;
	bool gone = false;
	ssize_t len;

	(void)fd;
	(void)what;
	while ((len = mnl_socket_recvfrom(k->link, buf, sizeof(buf))) > 0)
		gone |= tells_the_end(k, buf, len);
	if (len < 0 && errno == ENOBUFS)
		gone |= if_nametoindex(k->device) != k->ifindex;
	if (gone)
		report_lost(k, "the network interface was deleted");
}

static void kernel_free(struct plane *p)
{
	struct kernel_plane *k = kernel_plane(p);

	if (k->delivering) {
		k->doomed = true;
		return;
	}
	if (k->readable)
		event_free(k->readable);
	if (k->link_readable)
		event_free(k->link_readable);
	if (k->deliver)
		event_free(k->deliver);
	channel_close(k->channel);
	if (k->link)
		mnl_socket_close(k->link);
	explicit_bzero(k->request, sizeof(k->request));
	free(k);
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
	.free = kernel_free,
};

static bool open_sockets(struct kernel_plane *k)
{
	k->channel = channel_open();
	k->link = channel_socket_open(NETLINK_ROUTE, RTMGRP_LINK);
	if (k->channel && k->link)
		return true;
	log_line(LOG_LEVEL_ERROR, "cannot open a netlink socket: %s", strerror(errno));
	return false;
}

static bool take_family(const struct nlmsghdr *nlh, void *arg)
{
	return message_get_family(nlh, L2TPSEC_MCGRP_EVENTS, arg);
}

static bool find_family(struct kernel_plane *k)
{
	struct nlmsghdr *nlh = message_start(k->request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	int err;

	message_put_family(nlh, L2TPSEC_GENL_NAME);
	err = channel_exchange(k->channel, nlh, take_family, &k->family);
	if (err == -ENOENT) {
		log_line(LOG_LEVEL_ERROR, "the kernel module l2tpsec is not loaded; run modprobe l2tpsec");
		return false;
	}
	if (!err && !k->family.events)
		err = -EPROTONOSUPPORT;
	if (err)
		log_line(LOG_LEVEL_ERROR, "cannot talk to the kernel module l2tpsec: %s", strerror(-err));
	return !err;
}

static bool claim(struct kernel_plane *k, const struct conf_gateway *conf)
{
	static const uint32_t early[] = {
		[CONF_EARLY_AUTO] = L2TPSEC_EARLY_AUTO,
		[CONF_EARLY_NEVER] = L2TPSEC_EARLY_NEVER,
		[CONF_EARLY_ALWAYS] = L2TPSEC_EARLY_ALWAYS,
	};
	struct nlmsghdr *nlh;

	memcpy(k->device, conf->device, sizeof(k->device));
	k->ifindex = if_nametoindex(k->device);
	if (!k->ifindex) {
		log_line(LOG_LEVEL_ERROR, "there is no network interface %s", k->device);
		return false;
	}
	nlh = start(k, L2TPSEC_CMD_DEVICE_CLAIM);
	message_put_claim(nlh, k->ifindex, conf->orphan_timeout, early[conf->early_receive]);
	return !request(k, nlh, NULL, NULL);
}

/* After the claim, which empties the device: the event about that is none that concerns us. */
static bool listen_to_events(struct kernel_plane *k)
{
	int err = channel_join(k->channel, k->family.events);

	if (err)
		log_line(LOG_LEVEL_ERROR, "cannot listen to the kernel module l2tpsec: %s", strerror(-err));
	return !err;
}

static bool watch(struct kernel_plane *k, struct event_base *base)
{
	k->deliver = event_new(base, -1, 0, on_deliver, k);
	k->readable = event_new(base, channel_fd(k->channel), EV_READ | EV_PERSIST, on_readable, k);
	k->link_readable = event_new(base, mnl_socket_get_fd(k->link), EV_READ | EV_PERSIST, on_link_readable, k);
	return k->deliver && k->readable && k->link_readable && !event_add(k->readable, NULL) &&
	       !event_add(k->link_readable, NULL);
}

/**
 * plane_kernel_new - become the owner of the module's device, and empty it
 * @base: the loop in which @events are called; outlives the plane
 * @conf: the device, which exists already, and its orphan timeout; not kept
 * @events: where reports go; borrowed
 * @ctx: for @events
 * Return: the plane, its ops.free ends it; NULL: a line in the log says why.
 */
struct plane *plane_kernel_new(struct event_base *base, const struct conf_gateway *conf,
			       const struct plane_events *events, void *ctx)
{
	struct kernel_plane *k = calloc(1, sizeof(*k));

	if (!k)
		return NULL;
	k->plane = (struct plane){ .ops = &ops, .events = events, .ctx = ctx };
	if (open_sockets(k) && find_family(k) && claim(k, conf) && listen_to_events(k) && watch(k, base))
		return &k->plane;
	kernel_free(&k->plane);
	return NULL;
}
