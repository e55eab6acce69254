/* SPDX-License-Identifier: MIT */
/* A PPP link on a bench: frames in and out as hex, the real local logins behind it, lines of the log kept. */
#ifndef L2TPSEC_TESTS_UNIT_PPP_BENCH_H
#define L2TPSEC_TESTS_UNIT_PPP_BENCH_H

#include "auth/auth.h"
#include "ppp/ppp.h"

#define BENCH_FRAMES	512
#define BENCH_MAGIC	0x11111111u	/* our magic number on the bench */

/**
 * struct bench - everything around one link
 * @conf: configuration; change it before bench_start()
 * @mtu: cap; change it before bench_start()
 * @ppp: the link
 * @story: its story, on the heap and freed with @ppp
 * @auth: real local logins
 * @ticket: the login that is being checked
 * @hold: do not pass the request to @auth: the test answers itself
 * @requests: logins asked for
 * @request: the latest
 * @frames: what the engine sent and no test has looked at
 * @head: next of @frames to look at
 * @tail: next of @frames to fill
 * @address: what ops.address() gives
 * @fixed: what it was asked with
 * @wish: what it was asked with
 * @asked: times it was asked
 * @up: times ops.up() came
 * @result: with what
 * @down: times ops.down() came
 * @reason: with what
 * @free_in_send: call ppp_free() inside ops.send() with this many frames sent, 0 = never
 * @free_in_authenticate: call ppp_free() inside ops.authenticate()
 * @free_in_up: call ppp_free() inside ops.up()
 * @close_in_up: call ppp_close() inside ops.up()
 * @free_in_down: call ppp_free() inside ops.down()
 */
struct bench {
	struct conf conf;
	unsigned int mtu;
	struct ppp *ppp;
	struct story *story;
	struct auth *auth;
	struct auth_ticket *ticket;
	bool hold;
	unsigned int requests;
	struct auth_request request;
	struct {
		uint16_t protocol;
		size_t len;
		uint8_t data[1600];
	} frames[BENCH_FRAMES];
	size_t head;
	size_t tail;
	uint32_t address;
	uint32_t fixed;
	uint32_t wish;
	unsigned int asked;
	unsigned int up;
	struct ppp_result result;
	unsigned int down;
	char reason[256];
	size_t free_in_send;
	bool free_in_authenticate;
	bool free_in_up;
	bool close_in_up;
	bool free_in_down;
};

struct bench *bench_new(void);
void bench_start(struct bench *b);
void bench_free(struct bench *b);
void bench_run(struct bench *b, const char *const *script);
void bench_play(struct bench *b, const char *line);
bool bench_logged(const char *text);
unsigned int bench_logged_count(const char *text);
size_t bench_from_hex(const char *hex, uint8_t *out, size_t cap);

#endif
