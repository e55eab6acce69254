/* SPDX-License-Identifier: MIT */
/* Who may log in.  Back ends answer when they can: at once, or after a push to somebody's phone. */
#ifndef L2TPSEC_AUTH_AUTH_H
#define L2TPSEC_AUTH_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"

/** enum auth_method - how the client proves who it is */
enum auth_method {
	AUTH_METHOD_MSCHAPV2,	/* RFC 2759 */
	AUTH_METHOD_CHAP_MD5,	/* RFC 1994 */
	AUTH_METHOD_PAP,	/* RFC 1334 */
};

/**
 * struct auth_request - one try
 * @method: which of the fields below are set
 * @user: user name, terminated; a Windows domain prefix is left in place
 * @password: PAP: what was typed
 * @password_len: its length
 * @chap_id: CHAP identifier
 * @challenge: ours
 * @challenge_len: its length
 * @response: CHAP-MD5: 16 bytes; MS-CHAPv2: NT-Response, 24 bytes
 * @peer_challenge: MS-CHAPv2
 */
struct auth_request {
	enum auth_method method;
	char user[256];
	uint8_t password[256];
	size_t password_len;
	uint8_t chap_id;
	uint8_t challenge[64];
	size_t challenge_len;
	uint8_t response[24];
	uint8_t peer_challenge[16];
};

/**
 * struct auth_result - the answer
 * @ok: let in
 * @reason: when not: one phrase for the log ("unknown user", "wrong password"); never sent to the client
 * @mschapv2_success: MS-CHAPv2: "S=" and 40 hex digits, terminated
 * @has_address: the user has a fixed address
 * @address: that address, host order
 */
struct auth_result {
	bool ok;
	const char *reason;
	char mschapv2_success[43];
	bool has_address;
	uint32_t address;
};

struct auth;
struct auth_ticket;

/** auth_done - takes the answer; @result is borrowed */
typedef void (*auth_done)(void *arg, const struct auth_result *result);

struct auth *auth_local_new(const struct conf *conf);
void auth_reload(struct auth *auth, const struct conf *conf);
void auth_free(struct auth *auth);
struct auth_ticket *auth_submit(struct auth *auth, const struct auth_request *request, auth_done done, void *arg);
void auth_cancel(struct auth_ticket *ticket);

#endif
