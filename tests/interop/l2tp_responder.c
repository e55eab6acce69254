// SPDX-License-Identifier: MIT
/*
 * The L2TP engine behind a bare UDP socket, without IPsec: for trying real LACs against it.
 *	l2tp_responder ADDRESS [RECORD]
 * Serves one peer on ADDRESS, port 1701.  Reports each step on standard output.  A line on
 * standard input commands: "session" closes the session (CDN), "tunnel" the tunnel (StopCCN),
 * "quit" ends.  RECORD gets every control message as "recv HEX" or "send HEX".
 */
#include <arpa/inet.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "l2tp/l2tp.h"
#include "l2tp/wire.h"

#define LINEAGE		1

/**
 * struct responder - everything
 * @base: loop
 * @fd: UDP socket
 * @record: RECORD, or NULL
 * @peer: where the last message came from
 * @l2tp: engine
 * @story: of the one peer
 * @tunnel: the newest that is up
 * @session: the newest that is up
 */
struct responder {
	struct event_base *base;
	int fd;
	FILE *record;
	struct sockaddr_in peer;
	struct l2tp *l2tp;
	struct story story;
	struct l2tp_tunnel *tunnel;
	struct l2tp_session *session;
};

static void record(struct responder *r, const char *way, const uint8_t *msg, size_t len)
{
	size_t i;

	if (!r->record)
		return;
	fprintf(r->record, "%s ", way);
	for (i = 0; i < len; i++)
		fprintf(r->record, "%02x", msg[i]);
	fprintf(r->record, "\n");
	fflush(r->record);
}

static void send_message(void *ctx, uint32_t lineage, uint16_t peer_port, const uint8_t *msg, size_t len)
{
	struct responder *r = ctx;

	(void)lineage;
	r->peer.sin_port = htons(peer_port);
	record(r, "send", msg, len);
	if (sendto(r->fd, msg, len, 0, (struct sockaddr *)&r->peer, sizeof(r->peer)) < 0)
		perror("sendto");
}

static struct story *story_of(void *ctx, void *user)
{
	(void)ctx;
	return user;
}

static int tunnel_up(void *ctx, struct l2tp_tunnel *tunnel)
{
	struct responder *r = ctx;

	r->tunnel = tunnel;
	printf("tunnel up: %s, %s\n", tunnel->host_name, tunnel->vendor_name);
	return 0;
}

static void tunnel_gone(void *ctx, struct l2tp_tunnel *tunnel, const char *reason)
{
	struct responder *r = ctx;

	(void)tunnel;
	r->tunnel = NULL;
	printf("tunnel gone: %s\n", reason);
}

static int session_add(void *ctx, const struct l2tp_session *session)
{
	(void)ctx;
	(void)session;
	return 0;
}

static void session_del(void *ctx, const struct l2tp_session *session)
{
	(void)ctx;
	(void)session;
}

static int session_up(void *ctx, struct l2tp_session *session)
{
	struct responder *r = ctx;

	r->session = session;
	printf("session up\n");
	return 0;
}

static void session_gone(void *ctx, struct l2tp_session *session, const char *reason)
{
	struct responder *r = ctx;

	(void)session;
	r->session = NULL;
	printf("session gone: %s\n", reason);
}

static const struct l2tp_ops ops = {
	.send = send_message,
	.story = story_of,
	.tunnel_up = tunnel_up,
	.tunnel_gone = tunnel_gone,
	.session_add = session_add,
	.session_del = session_del,
	.session_up = session_up,
	.session_gone = session_gone,
};

static void on_datagram(evutil_socket_t fd, short what, void *arg)
{
	struct responder *r = arg;
	socklen_t size = sizeof(r->peer);
	uint8_t msg[2048];
	ssize_t len = recvfrom(fd, msg, sizeof(msg), 0, (struct sockaddr *)&r->peer, &size);

	(void)what;
	if (len < 1 || !(msg[0] & (L2TP_FLAG_TYPE >> 8)))
		return;
	record(r, "recv", msg, len);
	l2tp_receive(r->l2tp, LINEAGE, &r->story, ntohs(r->peer.sin_port), msg, len);
}

static void on_command(evutil_socket_t fd, short what, void *arg)
{
	struct responder *r = arg;
	char line[64] = "";
	ssize_t len = read(fd, line, sizeof(line) - 1);

	(void)what;
	if (len < 1 || !strncmp(line, "quit", 4))
		event_base_loopbreak(r->base);
	else if (!strncmp(line, "session", 7) && r->session)
		l2tp_session_close(r->l2tp, r->session, L2TP_CLOSE_ADMIN);
	else if (!strncmp(line, "tunnel", 6) && r->tunnel)
		l2tp_tunnel_close(r->l2tp, r->tunnel, L2TP_CLOSE_ADMIN);
}

static int open_socket(const char *address)
{
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_port = htons(1701) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (inet_pton(AF_INET, address, &local.sin_addr) != 1 ||
	    bind(fd, (struct sockaddr *)&local, sizeof(local))) {
		perror(address);
		exit(1);
	}
	return fd;
}

int main(int argc, char **argv)
{
	const struct conf_l2tp conf = {
		.host_name = "gateway", .hello_interval = 5, .retransmit_max = 5, .sessions_max = 4,
	};
	struct responder r = { .story = { .id = 1, .peer = "peer" } };

	if (argc < 2) {
		fprintf(stderr, "usage: %s ADDRESS [RECORD]\n", argv[0]);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_init(LOG_LEVEL_DEBUG, true);
	r.fd = open_socket(argv[1]);
	r.record = argc > 2 ? fopen(argv[2], "w") : NULL;
	r.base = event_base_new();
	clock_init(r.base);
	r.l2tp = l2tp_new(&conf, &ops, &r);
	event_add(event_new(r.base, r.fd, EV_READ | EV_PERSIST, on_datagram, &r), NULL);
	event_add(event_new(r.base, STDIN_FILENO, EV_READ | EV_PERSIST, on_command, &r), NULL);
	printf("ready\n");
	event_base_dispatch(r.base);
	l2tp_free(r.l2tp);
	return 0;
}
