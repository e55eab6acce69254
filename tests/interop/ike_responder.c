// SPDX-License-Identifier: MIT
/*
 * The IKE engine behind real sockets and without a data plane, for real
 * peers to talk to:
 *
 *	ike_responder [-a] [-f] [-d] [-p ADDRESS] [-w FILE] ADDRESS PSK...
 *
 * listens on UDP ports 500 and 4500 of ADDRESS, takes any of the pre-shared
 * keys and prints what the engine reports.  -a allows Aggressive Mode, -f
 * forces UDP encapsulation, -p is the public address, -d logs messages.  -w
 * writes the dialogue with everything it depended on, for tests/replay.
 */
#include <arpa/inet.h>
#include <err.h>
#include <event2/event.h>
#include <linux/l2tpsec.h>
#include <openssl/rand.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "ike/ike.h"

#define MARKER_LEN	4
#define PSKS_MAX	8

struct port {
	int fd;
	struct endpoint local;
	bool natt;
};

static struct port ports[2] = { { .local.port = 500 }, { .local.port = 4500, .natt = true } };
static struct ike *ike;
static FILE *record;
static uint64_t recorded_ms;
static bool in_step;		/* what happens follows from a line that stands in the record already */
static struct event_base *base;

static struct conf_ike conf = {
	.proposals = {
		{ 256, CONF_IKE_HASH_SHA2_256, 20 }, { 256, CONF_IKE_HASH_SHA1, 20 },
		{ 128, CONF_IKE_HASH_SHA1, 19 }, { 256, CONF_IKE_HASH_SHA2_512, 16 },
		{ 256, CONF_IKE_HASH_SHA2_256, 14 }, { 256, CONF_IKE_HASH_SHA1, 14 },
		{ 128, CONF_IKE_HASH_SHA2_256, 15 }, { 128, CONF_IKE_HASH_SHA1, 14 },
		{ 256, CONF_IKE_HASH_SHA2_256, 31 },
	},
	.proposals_len = 9,
	.half_open_max = 100,
	.half_open_per_source = 50,
	.dpd_interval = 30,
	.dpd_failures = 5,
	.esp = {
		{ L2TPSEC_CIPHER_AES_GCM_16, 256, L2TPSEC_AUTH_NONE },
		{ L2TPSEC_CIPHER_AES_CBC, 256, L2TPSEC_AUTH_HMAC_SHA2_256 },
		{ L2TPSEC_CIPHER_AES_CBC, 256, L2TPSEC_AUTH_HMAC_SHA1 },
		{ L2TPSEC_CIPHER_AES_GCM_16, 128, L2TPSEC_AUTH_NONE },
		{ L2TPSEC_CIPHER_AES_CBC, 128, L2TPSEC_AUTH_HMAC_SHA2_256 },
		{ L2TPSEC_CIPHER_AES_CBC, 128, L2TPSEC_AUTH_HMAC_SHA1 },
	},
	.esp_len = 6,
	.replay_window = 1024,
};

static void record_hex(const uint8_t *data, size_t len)
{
	while (len--)
		fprintf(record, "%02x", *data++);
	fputc('\n', record);
	fflush(record);
}

static void record_clock(void)
{
	uint64_t now = clock_now_ms();

	if (!record || in_step)
		return;
	if (now > recorded_ms)
		fprintf(record, "advance %llu\n", (unsigned long long)(now - recorded_ms));
	recorded_ms = now;
}

static void record_message(const char *verb, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	char remote[ENDPOINT_STRLEN];

	if (!record)
		return;
	record_clock();
	fprintf(record, "%s %u %s ", verb, path->local.port, endpoint_print(&path->remote, remote));
	record_hex(msg, len);
}

/* In the place of libcrypto's, so that the dialogue can be repeated. */
int RAND_bytes(unsigned char *buf, int num)
{
	if (getrandom(buf, num, 0) != num)
		return 0;
	if (record) {
		record_clock();
		fputs("random ", record);
		record_hex(buf, num);
	}
	return 1;
}

/* What the engine reports is part of the dialogue; secrets of this process are not worth protecting. */
__attribute__((format(printf, 1, 2)))
static void record_event(const char *fmt, ...)
{
	va_list ap;

	if (!record)
		return;
	record_clock();
	va_start(ap, fmt);
	vfprintf(record, fmt, ap);
	va_end(ap);
}

static void record_key(const char *way, const struct plane_key *key)
{
	uint8_t both[PLANE_CIPHER_KEY_MAX + PLANE_AUTH_KEY_MAX];

	memcpy(both, key->cipher, key->cipher_len);
	memcpy(both + key->cipher_len, key->auth, key->auth_len);
	record_event("event key-%s ", way);
	if (record)
		record_hex(both, key->cipher_len + key->auth_len);
}

static void send_message(void *ctx, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	struct port *port = &ports[path->natt];
	uint8_t datagram[MARKER_LEN + 8192] = { 0 };
	size_t marker = path->natt ? MARKER_LEN : 0;
	struct sockaddr_storage ss;
	socklen_t ss_len;

	(void)ctx;
	memcpy(datagram + marker, msg, len);
	endpoint_to_sockaddr(&path->remote, &ss, &ss_len);
	if (sendto(port->fd, datagram, marker + len, 0, (struct sockaddr *)&ss, ss_len) < 0)
		warn("sendto");
	record_message("send", path, msg, len);
}

static struct story *peer_new(void *ctx, struct ike_peer *peer)
{
	struct story *story = calloc(1, sizeof(*story));
	static uint32_t last;

	(void)ctx;
	if (!story)
		return NULL;
	story->id = ++last;
	endpoint_print(&peer->path.remote, story->peer);
	peer->user = story;
	return story;
}

static void peer_up(void *ctx, struct ike_peer *peer)
{
	(void)ctx;
	record_event("event peer-up %s\n", peer->identity);
	printf("peer-up %s %s %s\n", peer->identity, peer->suite, peer->vendor);
}

static void peer_gone(void *ctx, struct ike_peer *peer, const char *reason)
{
	(void)ctx;
	record_event("event peer-gone %s\n", reason);
	printf("peer-gone %s: %s\n", peer->identity, reason);
	free(peer->user);
}

static int child_new(void *ctx, struct ike_child *child)
{
	(void)ctx;
	record_event("event child-new %08x %08x lineage %u %s\n", child->sa.spi_in, child->sa.spi_out,
		     child->sa.lineage, child->suite);
	record_key("in", &child->sa.in);
	record_key("out", &child->sa.out);
	printf("child-new %08x lineage %u %s%s\n", child->sa.spi_in, child->sa.lineage, child->suite,
	       child->successor ? " successor" : "");
	return 0;
}

static void child_active(void *ctx, struct ike_child *child)
{
	(void)ctx;
	record_event("event child-active %08x\n", child->sa.spi_in);
	printf("child-active %08x %s\n", child->sa.spi_in, child->suite);
}

static void child_gone(void *ctx, struct ike_child *child, const char *reason)
{
	(void)ctx;
	record_event("event child-gone %08x %s\n", child->sa.spi_in, reason);
	printf("child-gone %08x: %s\n", child->sa.spi_in, reason);
}

static void lineage_gone(void *ctx, uint32_t lineage, const char *reason)
{
	(void)ctx;
	record_event("event lineage-gone %u %s\n", lineage, reason);
	printf("lineage-gone %u: %s\n", lineage, reason);
}

static const struct ike_ops ops = {
	.send = send_message,
	.peer_new = peer_new,
	.peer_up = peer_up,
	.peer_gone = peer_gone,
	.child_new = child_new,
	.child_active = child_active,
	.child_gone = child_gone,
	.lineage_gone = lineage_gone,
};

static void readable(evutil_socket_t fd, short what, void *arg)
{
	static const uint8_t marker[MARKER_LEN];
	const struct port *port = arg;
	struct ike_path path = { .local = port->local, .natt = port->natt };
	size_t skip = port->natt ? MARKER_LEN : 0;
	struct sockaddr_storage ss;
	socklen_t ss_len = sizeof(ss);
	uint8_t data[65536];
	ssize_t n;

	(void)what;
	n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&ss, &ss_len);
	if (n < (ssize_t)skip || !endpoint_from_sockaddr(&path.remote, (struct sockaddr *)&ss))
		return;
	if (skip && memcmp(data, marker, MARKER_LEN))
		return;
	record_message("recv", &path, data + skip, n - skip);
	in_step = true;
	ike_receive(ike, &path, data + skip, n - skip);
	in_step = false;
}

static void stop(evutil_socket_t sig, short what, void *arg)
{
	(void)sig;
	(void)what;
	(void)arg;
	record_event("close\n");
	in_step = true;
	ike_free(ike);
	event_base_loopbreak(base);
}

static void listen_on(struct port *port, const struct addr *addr)
{
	struct sockaddr_storage ss;
	socklen_t len;

	port->local.addr = *addr;
	endpoint_to_sockaddr(&port->local, &ss, &len);
	port->fd = socket(addr->family, SOCK_DGRAM, 0);
	if (port->fd < 0 || bind(port->fd, (struct sockaddr *)&ss, len))
		err(1, "port %u", port->local.port);
	event_add(event_new(base, port->fd, EV_READ | EV_PERSIST, readable, port), NULL);
}

static void take_psks(char **texts, int n)
{
	static struct prefix any = { .addr.family = AF_INET };
	static struct conf_psk psks[PSKS_MAX];

	if (n < 1 || n > PSKS_MAX)
		errx(2, "1 to %d pre-shared keys are needed", PSKS_MAX);
	conf.psks = psks;
	for (; n; n--, texts++)
		psks[conf.psks_len++] = (struct conf_psk){
			.name = *texts, .peers = &any, .peers_len = 1, .secret = (uint8_t *)*texts,
			.secret_len = strlen(*texts),
		};
}

static void record_conf(const char *address)
{
	char public[ADDR_STRLEN];
	size_t i;

	fprintf(record, "local %s\n", address);
	for (i = 0; i < conf.proposals_len; i++)
		fprintf(record, "ike %u %u %u\n", conf.proposals[i].key_bits, conf.proposals[i].hash,
			conf.proposals[i].group);
	for (i = 0; i < conf.esp_len; i++)
		fprintf(record, "esp %u %u %u\n", conf.esp[i].cipher, conf.esp[i].key_bits, conf.esp[i].auth);
	for (i = 0; i < conf.psks_len; i++)
		fprintf(record, "psk %s\n", conf.psks[i].name);
	if (conf.aggressive_mode)
		fputs("aggressive-mode\n", record);
	if (conf.force_udp_encapsulation)
		fputs("force-udp-encapsulation\n", record);
	if (conf.has_public_address)
		fprintf(record, "public-address %s\n", addr_print(&conf.public_address, public));
	recorded_ms = clock_now_ms();
}

int main(int argc, char **argv)
{
	struct addr local;
	int opt;

	setlinebuf(stdout);
	log_init(LOG_LEVEL_INFO, true);
	while ((opt = getopt(argc, argv, "afdp:w:")) != -1) {
		switch (opt) {
		case 'a':
			conf.aggressive_mode = true;
			break;
		case 'f':
			conf.force_udp_encapsulation = true;
			break;
		case 'd':
			log_init(LOG_LEVEL_DEBUG, true);
			break;
		case 'p':
			conf.has_public_address = addr_parse(&conf.public_address, optarg);
			break;
		case 'w':
			record = fopen(optarg, "w");
			if (!record)
				err(1, "%s", optarg);
			break;
		default:
			return 2;
		}
	}
	if (argc - optind < 2 || !addr_parse(&local, argv[optind]))
		errx(2, "usage: ike_responder [-a] [-f] [-d] [-p ADDRESS] [-w FILE] ADDRESS PSK...");
	take_psks(argv + optind + 1, argc - optind - 1);
	base = event_base_new();
	clock_init(base);
	if (record)
		record_conf(argv[optind]);
	listen_on(&ports[0], &local);
	listen_on(&ports[1], &local);
	event_add(evsignal_new(base, SIGTERM, stop, NULL), NULL);
	ike = ike_new(&conf, &ops, NULL, NULL);
	event_base_dispatch(base);
	return 0;
}
