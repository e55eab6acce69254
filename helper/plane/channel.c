// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#include "core/log.h"
#include "plane/channel.h"
#include "plane/message.h"

#define RECEIVE_BUFFER	(8 * 1024 * 1024)
#define RECEIVE_MAX	65536
#define QUEUE_MAX	8192
#define READ_BUDGET	64
#define ANSWER_MS	5000

/* A message that waits to be taken. */
struct waiting {
	TAILQ_ENTRY(waiting) link;
	struct nlmsghdr *nlh;
};

TAILQ_HEAD(waiting_list, waiting);

/**
 * struct channel - the socket and what came through it
 * @nl: socket
 * @port: its netlink port
 * @seq: of the last request
 * @queue: not taken yet
 * @queue_len: how many
 * @limit: of lines about lost messages
 * @received: what was read last
 */
struct channel {
	struct mnl_socket *nl;
	uint32_t port;
	uint32_t seq;
	struct waiting_list queue;
	size_t queue_len;
	struct log_limit limit;
	uint8_t received[RECEIVE_MAX] __attribute__((aligned(8)));
};

/**
 * struct answer - what a request waits for
 * @seq: of the request
 * @take: reads the answer; NULL: only the acknowledgment counts
 * @arg: for @take
 * @taken: @take has understood one
 * @acked: the acknowledgment came
 * @err: what it says
 */
struct answer {
	uint32_t seq;
	channel_take take;
	void *arg;
	bool taken;
	bool acked;
	int err;
};

static void enqueue(struct channel *c, const struct nlmsghdr *nlh)
{
	struct nlmsghdr *copy;
	struct waiting *w;

	if (c->queue_len == QUEUE_MAX) {
		log_limited(&c->limit, LOG_LEVEL_WARNING, "too many messages of the module at once, one is dropped");
		return;
	}
	w = malloc(sizeof(*w));
	copy = malloc(nlh->nlmsg_len);
	if (!w || !copy)
		abort();
	w->nlh = memcpy(copy, nlh, nlh->nlmsg_len);
	TAILQ_INSERT_TAIL(&c->queue, w, link);
	c->queue_len++;
}

/* An acknowledgment or an answer that the request waits for; everything else is queued. */
static void sort_message(struct channel *c, const struct nlmsghdr *nlh, struct answer *answer)
{
	const char *sentence;

	if (!answer || nlh->nlmsg_seq != answer->seq || nlh->nlmsg_pid != c->port) {
		enqueue(c, nlh);
		return;
	}
	if (!message_get_error(nlh, &answer->err, &sentence)) {
		if (answer->take && nlh->nlmsg_type >= NLMSG_MIN_TYPE)
			answer->taken |= answer->take(nlh, answer->arg);
		return;
	}
	answer->acked = true;
	if (!sentence)
		return;
	log_line(answer->err ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "the module says: %s", sentence);
}

/*
 * Reads one datagram.  Only the kernel is believed: other processes can send to our port too.
 * Returns 0, or a negative errno: -EAGAIN when there is none.
 */
static int read_datagram(struct channel *c, struct answer *answer)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { c->received, sizeof(c->received) };
	struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1 };
	const uint8_t *data = c->received;
	const struct nlmsghdr *nlh;
	ssize_t got;
	size_t len;

	got = recvmsg(mnl_socket_get_fd(c->nl), &msg, MSG_DONTWAIT);
	if (got < 0 && errno == ENOBUFS) {
		log_limited(&c->limit, LOG_LEVEL_WARNING,
			    "the netlink queue ran over, messages of the module are lost");
		return 0;
	}
	if (got < 0)
		return -errno;
	if (from.nl_pid || (msg.msg_flags & MSG_TRUNC))
		return 0;
	len = got;
	while ((nlh = message_cut(&data, &len)))
		sort_message(c, nlh, answer);
	explicit_bzero(c->received, got);	/* PAP has the password in clear */
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* The kernel answers before sendto() returns; waiting is for the odd case that it does not. */
static int await(struct channel *c, struct answer *answer)
{
	struct pollfd pfd = { .fd = mnl_socket_get_fd(c->nl), .events = POLLIN };
	int64_t left, until = now_ms() + ANSWER_MS;
	int err;

	while (!answer->acked) {
		err = read_datagram(c, answer);
		if (!err || err == -EINTR)
			continue;
		if (err != -EAGAIN)
			return err;
		left = until - now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&pfd, 1, left) < 0 && errno != EINTR)
			return -errno;
	}
	return answer->err;
}

/* Room for the answer: what waits in the socket is queued first. */
static void drain(struct channel *c)
{
	while (c->queue_len < QUEUE_MAX && !read_datagram(c, NULL))
		;
}

/**
 * channel_exchange - send a request and wait for its acknowledgment
 * @c: channel
 * @nlh: request with NLM_F_ACK
 * @take: reads the answer before the acknowledgment; NULL: there is none
 * @arg: for @take
 * Return: 0 or a negative errno; the kernel's own sentence is in the log.
 */
int channel_exchange(struct channel *c, struct nlmsghdr *nlh, channel_take take, void *arg)
{
	struct answer answer = { .take = take, .arg = arg };
	int err;

	if (!++c->seq)
		c->seq = 1;
	nlh->nlmsg_seq = c->seq;
	answer.seq = c->seq;
	drain(c);
	if (mnl_socket_sendto(c->nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	err = await(c, &answer);
	return !err && take && !answer.taken ? -EPROTO : err;
}

/**
 * channel_send - send a request that is not acknowledged
 * @c: channel
 * @nlh: request without NLM_F_ACK; a refusal is queued
 * Return: 0 or a negative errno.
 */
int channel_send(struct channel *c, const struct nlmsghdr *nlh)
{
	return mnl_socket_sendto(c->nl, nlh, nlh->nlmsg_len) < 0 ? -errno : 0;
}

/**
 * channel_receive - queue what has come, up to a bound
 * @c: channel
 */
void channel_receive(struct channel *c)
{
	unsigned int i;

	for (i = 0; i < READ_BUDGET; i++) {
		if (read_datagram(c, NULL))
			return;
	}
}

/**
 * channel_next - take the oldest queued message
 * @c: channel
 * Return: channel_message_free() it; NULL when there is none.
 */
struct nlmsghdr *channel_next(struct channel *c)
{
	struct waiting *w = TAILQ_FIRST(&c->queue);
	struct nlmsghdr *nlh;

	if (!w)
		return NULL;
	TAILQ_REMOVE(&c->queue, w, link);
	c->queue_len--;
	nlh = w->nlh;
	free(w);
	return nlh;
}

/**
 * channel_message_free - wipe and free what channel_next() gave
 * @nlh: message
 */
void channel_message_free(struct nlmsghdr *nlh)
{
	explicit_bzero(nlh, nlh->nlmsg_len);
	free(nlh);
}

/**
 * channel_waiting - is something queued?
 * @c: channel
 * Return: whether channel_next() has a message.
 */
bool channel_waiting(const struct channel *c)
{
	return c->queue_len;
}

/**
 * channel_socket_open - a netlink socket with much room, not blocking
 * @bus: NETLINK_GENERIC or another
 * @groups: multicast groups as bits
 * Return: the socket, NULL with errno set.
 */
struct mnl_socket *channel_socket_open(int bus, unsigned int groups)
{
	struct mnl_socket *nl = mnl_socket_open2(bus, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int size = RECEIVE_BUFFER, fd;

	if (!nl)
		return NULL;
	if (mnl_socket_bind(nl, groups, MNL_SOCKET_AUTOPID)) {
		mnl_socket_close(nl);
		return NULL;
	}
	fd = mnl_socket_get_fd(nl);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return nl;
}

/**
 * channel_open - open a channel
 *
 * Refusals come with a sentence, and without the request, in which there are keys.
 * Return: the channel, NULL with errno set.
 */
struct channel *channel_open(void)
{
	struct channel *c = calloc(1, sizeof(*c));
	int yes = 1;

	if (!c)
		return NULL;
	TAILQ_INIT(&c->queue);
	c->nl = channel_socket_open(NETLINK_GENERIC, 0);
	if (!c->nl || mnl_socket_setsockopt(c->nl, NETLINK_EXT_ACK, &yes, sizeof(yes)) ||
	    mnl_socket_setsockopt(c->nl, NETLINK_CAP_ACK, &yes, sizeof(yes))) {
		channel_close(c);
		return NULL;
	}
	c->port = mnl_socket_get_portid(c->nl);
	return c;
}

/**
 * channel_close - close a channel and forget what is queued
 * @c: channel, or NULL
 */
void channel_close(struct channel *c)
{
	struct nlmsghdr *nlh;
	int err = errno;

	if (!c)
		return;
	while ((nlh = channel_next(c)))
		channel_message_free(nlh);
	if (c->nl)
		mnl_socket_close(c->nl);
	free(c);
	errno = err;
}

/**
 * channel_fd - for the loop
 * @c: channel
 * Return: the socket; the channel's own.
 */
int channel_fd(const struct channel *c)
{
	return mnl_socket_get_fd(c->nl);
}

/**
 * channel_join - take a multicast group's messages too
 * @c: channel
 * @group: its number
 * Return: 0 or a negative errno.
 */
int channel_join(struct channel *c, uint32_t group)
{
	return mnl_socket_setsockopt(c->nl, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) ? -errno : 0;
}
