/* SPDX-License-Identifier: MIT */
/* Exchanges as rows, and the one driver that runs them. */
#ifndef L2TPSEC_IKE_EXCHANGE_H
#define L2TPSEC_IKE_EXCHANGE_H

#include "ike/state.h"

/**
 * enum exchange_verdict - what an action decided
 * @VERDICT_DROP: the message changes nothing
 * @VERDICT_NEXT: on to the row's next state; what was built goes out
 * @VERDICT_RESUME: call the row's resume at once
 * @VERDICT_WAIT: exchange_wait() or exchange_dh() was called: the row's resume comes later
 * @VERDICT_FAIL: the exchange ends here; what was built goes out
 */
enum exchange_verdict {
	VERDICT_DROP,
	VERDICT_NEXT,
	VERDICT_RESUME,
	VERDICT_WAIT,
	VERDICT_FAIL,
};

/** enum exchange_seal - what protects a message and its answer */
enum exchange_seal {
	SEAL_NONE,
	SEAL_TRIAL,		/* encrypted with a key that is still to be found */
	SEAL_EITHER,		/* encrypted with a key that may be wrong, or in clear; answered with nothing */
	SEAL_SA,		/* encrypted with the ISAKMP SA's key */
};

/** enum exchange_hash - which HASH the driver checks before any action (RFC 2409 5.5, 5.7) */
enum exchange_hash {
	HASH_NONE,
	HASH_1,			/* over message id and what follows */
	HASH_3,			/* over message id and both nonces */
};

/**
 * struct exchange_job - what an exchange waits for; first member of what a worker works on
 * @job: the driver's, for the worker pool
 * @x: the driver's: who waits; NULL when it ended meanwhile
 * @run: called in a worker thread; touches nothing but the job's own data; false: the KE payload is no good
 * @free: called in the loop at the end; wipes and frees
 * @ok: the driver's: what @run said
 */
struct exchange_job {
	struct worker_job job;
	struct exchange *x;
	bool (*run)(struct exchange_job *job);
	void (*free)(struct exchange_job *job);
	bool ok;
};

/**
 * struct exchange_row - one message that an exchange may receive
 * @state: in this state
 * @auth: with this authentication method negotiated, IKE_AUTH_*; 0 = any
 * @exchange: of this kind, enum isakmp_exchange
 * @seal: protected like this
 * @hash: with this HASH
 * @open: SEAL_TRIAL, SEAL_EITHER: finds the key and decrypts; an answer that it builds goes out when it fails
 * @required: payloads that have to be there, once each
 * @optional: payloads that may be there; all others make the message malformed
 * @action: decides, and builds the answer
 * @resume: goes on after VERDICT_RESUME or VERDICT_WAIT; @job is NULL without one
 * @finish: called last, when the answer is out
 * @next: state afterwards
 * @timeout_ms: how long that may last, 0 = for ever
 * @resend: send the answer again when nothing comes, IKE_RESENDS times, doubling @timeout_ms
 * @late: called when the time is up
 */
struct exchange_row {
	enum exchange_state state;
	unsigned int auth;
	uint8_t exchange;
	enum exchange_seal seal;
	enum exchange_hash hash;
	bool (*open)(struct exchange *x, struct message *m, struct payload_builder *b);
	uint32_t required;
	uint32_t optional;
	enum exchange_verdict (*action)(struct exchange *x, const struct message *m, struct payload_builder *b);
	enum exchange_verdict (*resume)(struct exchange *x, const struct message *m,
					const struct exchange_job *job, struct payload_builder *b);
	void (*finish)(struct exchange *x, const struct message *m);
	enum exchange_state next;
	unsigned int timeout_ms;
	bool resend;
	void (*late)(struct exchange *x);
};

struct exchange *exchange_new(struct isakmp *sa, uint8_t type, uint32_t message_id);
struct exchange *exchange_find(struct isakmp *sa, uint8_t type, uint32_t message_id);
void exchange_free(struct exchange *x);
void exchange_input(struct exchange *x, const struct isakmp_header *h, const struct ike_path *path,
		    const uint8_t *data);
void exchange_duplicate(struct exchange *x);
void exchange_wait(struct exchange *x, struct exchange_job *job);
bool exchange_dh(struct exchange *x, unsigned int group, const struct payload *ke);
const struct dh *exchange_dh_result(const struct exchange_job *job);
bool exchange_seal(struct isakmp *sa, uint8_t *iv, struct payload_builder *b);
size_t exchange_hash1_begin(const struct isakmp *sa, struct payload_builder *b);
void exchange_hash1_end(const struct isakmp *sa, struct payload_builder *b, size_t start, uint32_t message_id,
			const struct keymat_part *nonce);

#endif
