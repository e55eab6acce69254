// SPDX-License-Identifier: MIT
/*
 * The PPP engine behind standard input and output, with HDLC framing as on a serial line
 * (RFC 1662): for trying real pppd against it, as pppd pty "ppp_responder ...".
 *	ppp_responder LOG METHODS [SECONDS]
 * METHODS is a list of mschapv2, chap-md5, pap.  SECONDS after the link is up, it is closed
 * from here.  The user is alice, the password "wonder land".  LOG gets the lines of the log,
 * and what the surroundings of the engine are told: "up ...", "down REASON".
 * Once the link is up, pings to the server's address are answered.  A second after the link
 * is down the line is closed, as L2TP would do.
 */
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "ppp/ppp.h"
#include "ppp/wire.h"

#define FLAG		0x7e
#define ESCAPE		0x7d
#define FLIP		0x20
#define FCS_START	0xffff
#define FCS_GOOD	0xf0b8
#define MTU		1400

/**
 * struct responder - everything
 * @base: loop
 * @log: LOG
 * @ppp: engine
 * @auth: local users
 * @seconds: SECONDS, 0 = never
 * @close: fires then
 * @frame: frame that is being received
 * @len: its length so far
 * @escaped: the last byte was an escape
 * @input: standard input
 * @is_up: IPCP opened
 */
struct responder {
	struct event_base *base;
	FILE *log;
	struct ppp *ppp;
	struct auth *auth;
	unsigned int seconds;
	struct timer close;
	uint8_t frame[2048];
	size_t len;
	bool escaped;
	struct event *input;
	bool is_up;
};

static FILE *log_file;

static void keep_line(enum log_level level, const char *line)
{
	(void)level;
	fprintf(log_file, "log %s\n", line);
}

/* RFC 1662 appendix C.2, a bit at a time */
static uint16_t fcs_add(uint16_t fcs, uint8_t byte)
{
	fcs ^= byte;
	for (int bit = 0; bit < 8; bit++)
		fcs = fcs & 1 ? fcs >> 1 ^ 0x8408 : fcs >> 1;
	return fcs;
}

static void put_byte(FILE *out, uint8_t byte)
{
	if (byte < 0x20 || byte == FLAG || byte == ESCAPE) {
		putc(ESCAPE, out);
		byte ^= FLIP;
	}
	putc(byte, out);
}

static void send_frame(void *user, uint16_t protocol, const uint8_t *data, size_t len)
{
	const uint8_t header[] = { 0xff, 0x03, protocol >> 8, protocol & 0xff };
	uint16_t fcs = FCS_START;

	(void)user;
	putc(FLAG, stdout);
	for (size_t i = 0; i < sizeof(header) + len; i++) {
		uint8_t byte = i < sizeof(header) ? header[i] : data[i - sizeof(header)];

		fcs = fcs_add(fcs, byte);
		put_byte(stdout, byte);
	}
	fcs ^= 0xffff;
	put_byte(stdout, fcs & 0xff);
	put_byte(stdout, fcs >> 8);
	putc(FLAG, stdout);
	fflush(stdout);
}

static uint32_t checksum_add(uint32_t sum, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += data[i] << 8 | data[i + 1];
	return sum;
}

/* Addresses change places, and the request becomes a reply: only one checksum changes. */
static void answer_ping(struct responder *r, const uint8_t *data, size_t len)
{
	uint8_t reply[1500], address[4];
	uint32_t sum;

	if (len < 28 || len > sizeof(reply) || len & 1 || data[0] != 0x45 || data[9] != 1 || data[20] != 8)
		return;
	memcpy(reply, data, len);
	memcpy(address, reply + 12, 4);
	memcpy(reply + 12, reply + 16, 4);
	memcpy(reply + 16, address, 4);
	reply[20] = 0;
	reply[22] = 0;
	reply[23] = 0;
	sum = checksum_add(0, reply + 20, len - 20);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	reply[22] = (uint8_t)(~sum >> 8);
	reply[23] = (uint8_t)~sum;
	send_frame(r, PPP_PROTO_IPV4, reply, len);
}

/* Address, control and the first byte of the protocol may be left out (RFC 1661 sections 6.5, 6.6). */
static void receive_frame(struct responder *r)
{
	uint16_t fcs = FCS_START, protocol;
	const uint8_t *p = r->frame;
	size_t len = r->len;

	for (size_t i = 0; i < len; i++)
		fcs = fcs_add(fcs, p[i]);
	if (len < 5 || fcs != FCS_GOOD)
		return;
	len -= 2;
	if (p[0] == 0xff && p[1] == 0x03) {
		p += 2;
		len -= 2;
	}
	protocol = *p++;
	len--;
	if (!(protocol & 1)) {
		protocol = protocol << 8 | *p++;
		len--;
	}
	if (protocol == PPP_PROTO_IPV4 && r->is_up)
		answer_ping(r, p, len);
	else
		ppp_receive(r->ppp, protocol, p, len);
}

static void receive_byte(struct responder *r, uint8_t byte)
{
	if (byte == FLAG) {
		receive_frame(r);
		r->len = 0;
		r->escaped = false;
	} else if (byte == ESCAPE) {
		r->escaped = true;
	} else if (r->len < sizeof(r->frame)) {
		r->frame[r->len++] = r->escaped ? byte ^ FLIP : byte;
		r->escaped = false;
	}
}

static void on_input(evutil_socket_t fd, short what, void *arg)
{
	struct responder *r = arg;
	uint8_t bytes[4096];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)what;
	if (n <= 0) {
		fprintf(r->log, "line closed\n");
		event_del(r->input);
	}
	for (ssize_t i = 0; i < n; i++)
		receive_byte(r, bytes[i]);
}

static void checked(void *arg, const struct auth_result *result)
{
	struct responder *r = arg;

	ppp_auth_result(r->ppp, result);
}

static void authenticate(void *user, const struct auth_request *request)
{
	struct responder *r = user;

	auth_submit(r->auth, request, checked, r);
}

static uint32_t give_address(void *user, uint32_t fixed, uint32_t wish)
{
	(void)user;
	(void)wish;
	return fixed ? fixed : 0x0a4d0064;
}

static void on_close(void *arg)
{
	struct responder *r = arg;

	ppp_close(r->ppp, "disconnected by administrator");
}

static void on_up(void *user, const struct ppp_result *result)
{
	struct responder *r = user;

	fprintf(r->log, "up user=%s address=%08x mtu=%u acfc=%d pfc=%d\n", result->user, result->address,
		result->mtu, result->tx_acfc, result->tx_pfc);
	r->is_up = true;
	if (r->seconds)
		timer_start(&r->close, (uint64_t)r->seconds * 1000);
}

static void on_down(void *user, const char *reason)
{
	struct responder *r = user;

	fprintf(r->log, "down %s\n", reason);
	event_base_loopexit(r->base, &(struct timeval){ .tv_sec = 1 });
}

static const struct ppp_ops ops = {
	.send = send_frame,
	.authenticate = authenticate,
	.address = give_address,
	.up = on_up,
	.down = on_down,
};

static unsigned int methods(const char *list)
{
	return (strstr(list, "mschapv2") ? CONF_AUTH_MSCHAPV2 : 0) |
	       (strstr(list, "chap-md5") ? CONF_AUTH_CHAP_MD5 : 0) |
	       (strstr(list, "pap") ? CONF_AUTH_PAP : 0);
}

int main(int argc, char **argv)
{
	struct conf_user alice = { .name = (char *)"alice", .secret = (char *)"wonder land" };
	struct story story = { .id = 1, .peer = "pppd" };
	struct responder r = { 0 };
	struct conf conf = {
		.ppp = {
			.local_address = 0x0a4d0001,
			.dns = { 0x0a4d0035, 0x0a4d0036 },
			.dns_len = 2,
			.echo_interval = 2,
			.echo_failures = 3,
			.users = &alice,
			.users_len = 1,
		},
	};

	if (argc < 3 || !methods(argv[2])) {
		fprintf(stderr, "usage: %s LOG METHODS [SECONDS]\n", argv[0]);
		return 2;
	}
	conf.ppp.auth = methods(argv[2]);
	conf.ppp.mtu = MTU;
	r.seconds = argc > 3 ? atoi(argv[3]) : 0;
	log_file = fopen(argv[1], "w");
	r.log = log_file;
	if (!r.log)
		return 1;
	setvbuf(r.log, NULL, _IOLBF, 0);
	log_set_sink(keep_line);
	log_init(LOG_LEVEL_DEBUG, false);
	/* pppd kills what it started before it has ended the link */
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	r.base = event_base_new();
	clock_init(r.base);
	timer_init(&r.close, on_close, &r);
	r.auth = auth_local_new(&conf);
	r.ppp = ppp_new(&conf.ppp, MTU, &ops, &r, &story);
	r.input = event_new(r.base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, &r);
	event_add(r.input, NULL);
	ppp_start(r.ppp);
	event_base_dispatch(r.base);
	ppp_free(r.ppp);
	auth_free(r.auth);
	timer_stop(&r.close);
	event_free(r.input);
	event_base_free(r.base);
	fclose(r.log);
	return 0;
}
