/* SPDX-License-Identifier: MIT */
/*
 * The whole daemon on a bench: engines, users, addresses and the joints between them are real; the data plane is
 * the null plane; sockets, worker threads, network interfaces and the control socket are stood in for.  And a
 * whole client of it.
 */
#ifndef L2TPSEC_TESTS_GATEWAY_GATEWAY_BENCH_H
#define L2TPSEC_TESTS_GATEWAY_GATEWAY_BENCH_H

#include "gateway/subscriber.h"

#define GATEWAY_BENCH_QUEUE	64
#define GATEWAY_BENCH_CONF \
	"[gateway]\nlog-level = debug\n[l2tp]\nhost-name = gateway\n" \
	"[ppp]\nlocal-address = 10.99.0.1\nusers = chap-secrets\nauth = mschapv2, chap-md5, pap\n" \
	"[pool main]\nrange = 10.99.0.10-10.99.0.20\n"

/**
 * struct gateway_bench_message - an IKE message that the gateway sent
 * @path: where to
 * @data: bytes
 * @len: how many
 */
struct gateway_bench_message {
	struct ike_path path;
	uint8_t data[4096];
	size_t len;
};

/**
 * struct gateway_bench - the gateway and what came out of it
 * @gw: gateway
 * @sent: IKE messages, the oldest first
 * @sent_len: how many
 * @said: everything for people and programs: log lines at level debug, answers and events of the control socket,
 *	each ended by a newline
 * @said_len: bytes
 * @said_cap: bytes of storage
 */
struct gateway_bench {
	struct gateway *gw;
	struct gateway_bench_message sent[GATEWAY_BENCH_QUEUE];
	size_t sent_len;
	char *said;
	size_t said_len;
	size_t said_cap;
};

struct gateway_bench *gateway_bench_new(const char *conf, const char *users);
void gateway_bench_free(struct gateway_bench *b);
bool gateway_bench_take(struct gateway_bench *b, struct gateway_bench_message *m);
void gateway_bench_receive(struct gateway_bench *b, const struct ike_path *path, const uint8_t *msg, size_t len);
void gateway_bench_frame(struct gateway_bench *b, const struct plane_frame *frame);
void gateway_bench_ask(struct gateway_bench *b, const char *command);
bool gateway_bench_said(const struct gateway_bench *b, const char *text);

#endif
