// SPDX-License-Identifier: MIT
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "ike/aggressive.h"
#include "ike/child.h"
#include "ike/exchange.h"
#include "ike/informational.h"
#include "ike/peer.h"
#include "ike/phase1.h"
#include "ike/phase2.h"
#include "ike/vendor.h"

#define FLAGS_AT	19	/* in the ISAKMP header */
#define PRIVATE_PAYLOADS 128	/* RFC 2408 3.1: private use begins here */

/**
 * struct dh_job - modular exponentiation in a worker
 * @base: for the driver
 * @dh: input and result
 */
struct dh_job {
	struct exchange_job base;
	struct dh dh;
};

static const char *const state_names[] = {
	[EXCHANGE_MAIN_START] = "main-start",
	[EXCHANGE_MAIN_KE] = "main-ke",
	[EXCHANGE_MAIN_ID] = "main-id",
	[EXCHANGE_MAIN_DONE] = "main-done",
	[EXCHANGE_AGGRESSIVE_START] = "aggressive-start",
	[EXCHANGE_AGGRESSIVE_HASH] = "aggressive-hash",
	[EXCHANGE_AGGRESSIVE_DONE] = "aggressive-done",
	[EXCHANGE_QUICK_START] = "quick-start",
	[EXCHANGE_QUICK_HASH] = "quick-hash",
	[EXCHANGE_QUICK_DONE] = "quick-done",
	[EXCHANGE_INFO_START] = "info-start",
	[EXCHANGE_INFO_DONE] = "info-done",
	[EXCHANGE_FAILED] = "failed",
};

/* What exchanges of this kind start in. */
static enum exchange_state first_state(uint8_t type)
{
	switch (type) {
	case ISAKMP_EXCHANGE_MAIN:
		return EXCHANGE_MAIN_START;
	case ISAKMP_EXCHANGE_AGGRESSIVE:
		return EXCHANGE_AGGRESSIVE_START;
	case ISAKMP_EXCHANGE_QUICK:
		return EXCHANGE_QUICK_START;
	default:
		return EXCHANGE_INFO_START;
	}
}

static bool is_phase1(const struct exchange *x)
{
	return x->type == ISAKMP_EXCHANGE_MAIN || x->type == ISAKMP_EXCHANGE_AGGRESSIVE;
}

static const struct exchange_row *row_in(const struct exchange_row *rows, size_t n, const struct exchange *x)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (rows[i].state == x->state && rows[i].exchange == x->type &&
		    (!rows[i].auth || rows[i].auth == x->sa->proposal.auth))
			return &rows[i];
	}
	return NULL;
}

static const struct exchange_row *row_find(const struct exchange *x)
{
	const struct exchange_row *row;

	row = row_in(phase1_rows, phase1_rows_len, x);
	if (!row)
		row = row_in(aggressive_rows, aggressive_rows_len, x);
	if (!row)
		row = row_in(phase2_rows, phase2_rows_len, x);
	if (!row)
		row = row_in(&informational_row, 1, x);
	return row;
}

static void set_state(struct exchange *x, enum exchange_state state)
{
	struct peer *peer = x->sa->peer;

	if (peer->story)
		story_log(peer->story, LOG_LEVEL_DEBUG,
			  is_phase1(x) ? STAGE_IKE_PHASE1 : STAGE_IKE_PHASE2,
			  "exchange %08x: %s -> %s", x->message_id, state_names[x->state], state_names[state]);
	x->state = state;
}

static void drop(const struct exchange *x, const struct message *m, const char *why)
{
	char from[ENDPOINT_STRLEN];

	log_limited(&x->sa->peer->ike->noise, LOG_LEVEL_WARNING, "ike: dropped a message from %s in state %s: %s",
		    endpoint_print(&m->path.remote, from), state_names[x->state], why);
}

static void late(struct exchange *x)
{
	if (x->state != EXCHANGE_FAILED)
		x->row->late(x);
	else if (x->sa->up)
		exchange_free(x);
	else
		peer_free(x->sa->peer, "phase 1 failed");
}

/* In pieces where the peer understands them and the message is too large for one datagram on most paths. */
static void reply_send(const struct exchange *x)
{
	struct ike *ike = x->sa->peer->ike;
	uint8_t piece[FRAG_DATAGRAM_MAX];
	size_t i, len;

	if (x->reply_len <= FRAG_DATAGRAM_MAX || x->type != ISAKMP_EXCHANGE_MAIN ||
	    !(x->sa->vendor & VENDOR_FRAGMENTATION)) {
		ike_send(ike, &x->sa->path, x->reply, x->reply_len);
		return;
	}
	for (i = 0; (len = frag_cut(x->reply, x->reply_len, i, piece)); i++)
		ike_send(ike, &x->sa->path, piece, len);
}

static void timer_fired(void *arg)
{
	struct exchange *x = arg;
	struct ike *ike = x->sa->peer->ike;

	ike_enter(ike);
	if (x->state != EXCHANGE_FAILED && x->row->resend && x->reply && x->resends < IKE_RESENDS) {
		x->resends++;
		timer_start(&x->timer, (uint64_t)x->row->timeout_ms << x->resends);
		reply_send(x);
	} else {
		late(x);
	}
	ike_leave(ike);
}

/**
 * exchange_new - start an exchange
 * @sa: its ISAKMP SA, which owns it
 * @type: enum isakmp_exchange
 * @message_id: 0 in phase 1
 * Return: the exchange, NULL without memory.
 */
struct exchange *exchange_new(struct isakmp *sa, uint8_t type, uint32_t message_id)
{
	struct exchange *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->sa = sa;
	x->type = type;
	x->message_id = message_id;
	timer_init(&x->timer, timer_fired, x);
	LIST_INSERT_HEAD(&sa->exchanges, x, link);
	x->state = first_state(type);
	if (!is_phase1(x))
		keymat_phase2_iv(&sa->km, sa->last_iv, message_id, x->iv);
	return x;
}

/**
 * exchange_find - a running or remembered exchange
 * @sa: its ISAKMP SA
 * @type: enum isakmp_exchange
 * @message_id: 0 in phase 1
 * Return: the exchange, or NULL.
 */
struct exchange *exchange_find(struct isakmp *sa, uint8_t type, uint32_t message_id)
{
	struct exchange *x;

	LIST_FOREACH(x, &sa->exchanges, link) {
		if (x->type == type && x->message_id == message_id)
			return x;
	}
	return NULL;
}

static void exchange_release(void *object)
{
	struct exchange *x = object;

	free(x->reply);
	free(x->message);
	if (x->quick)
		OPENSSL_cleanse(x->quick, sizeof(*x->quick));
	free(x->quick);
	free(x);
}

/**
 * exchange_free - forget an exchange; a child that waits for its end goes with it
 * @x: exchange
 */
void exchange_free(struct exchange *x)
{
	struct child *child = x->quick ? x->quick->child : NULL;

	if (x->dead)
		return;
	x->dead = true;
	timer_stop(&x->timer);
	LIST_REMOVE(x, link);
	if (x->job)
		x->job->x = NULL;
	ike_bury(x->sa->peer->ike, &x->grave, x, exchange_release);
	if (!child)
		return;
	child->exchange = NULL;
	if (x->state == EXCHANGE_QUICK_HASH)
		child_free(child, "Quick Mode was not finished");
}

static struct message *message_new(const struct isakmp_header *h, const struct ike_path *path, const uint8_t *data)
{
	struct message *m = malloc(sizeof(*m) + h->length);

	if (!m)
		return NULL;
	m->h = *h;
	m->path = *path;
	m->len = h->length;
	memcpy(m->data, data, h->length);
	return m;
}

/* Nothing missing, nothing twice, nothing that does not belong there. */
static bool payloads_fit(const struct exchange_row *row, const struct payload_list *list)
{
	const struct payload *p;

	if ((list->present & row->required) != row->required)
		return false;
	for (p = list->p; p < list->p + list->n; p++) {
		if (p->type >= PRIVATE_PAYLOADS)
			continue;
		if (p->type >= 32 || !((row->required | row->optional) & PAYLOAD_BIT(p->type)))
			return false;
		if (row->required & PAYLOAD_BIT(p->type) && payload_count(list, p->type) != 1)
			return false;
	}
	return true;
}

/* HASH(1): M-ID | what follows the HASH payload (RFC 2409 5.5, 5.7) */
static void hash1(const struct isakmp *sa, uint32_t message_id, const struct keymat_part *nonce,
		  const uint8_t *rest, size_t len, uint8_t *out)
{
	const uint8_t id[4] = { message_id >> 24, message_id >> 16, message_id >> 8, message_id };
	const struct keymat_part parts[] = {
		{ id, sizeof(id) }, nonce ? *nonce : (struct keymat_part){ NULL, 0 }, { rest, len },
	};

	keymat_prf(sa->km.hash, sa->km.skeyid_a, sa->km.len, parts, 3, out);
}

/* HASH(3): 0 | M-ID | Ni_b | Nr_b (RFC 2409 5.5) */
static void hash3(const struct exchange *x, uint8_t *out)
{
	const struct isakmp *sa = x->sa;
	const uint8_t head[5] = { 0, x->message_id >> 24, x->message_id >> 16, x->message_id >> 8, x->message_id };
	const struct keymat_part parts[] = {
		{ head, sizeof(head) }, { x->quick->ni, x->quick->ni_len }, { x->quick->nr, sizeof(x->quick->nr) },
	};

	keymat_prf(sa->km.hash, sa->km.skeyid_a, sa->km.len, parts, 3, out);
}

static bool hash_valid(const struct exchange *x, const struct exchange_row *row, const struct message *m)
{
	const struct payload *hash = &m->list.p[0];
	const uint8_t *rest = hash->body + hash->len;
	uint8_t expected[IKE_HASH_MAX];

	if (row->hash == HASH_NONE)
		return true;
	if (hash->type != ISAKMP_HASH || hash->len != x->sa->km.len)
		return false;
	if (row->hash == HASH_1)
		hash1(x->sa, x->message_id, NULL, rest, m->list.end - rest, expected);
	else
		hash3(x, expected);
	return !CRYPTO_memcmp(hash->body, expected, hash->len);
}

static bool open_plain(const struct exchange *x, const struct exchange_row *row, struct message *m)
{
	if (!payload_list_parse(&m->list, m->h.next, m->data + ISAKMP_HEADER_LEN, m->len - ISAKMP_HEADER_LEN) ||
	    !payloads_fit(row, &m->list)) {
		drop(x, m, "malformed, or not the payloads expected now");
		return false;
	}
	if (!hash_valid(x, row, m)) {
		drop(x, m, "HASH is wrong");
		return false;
	}
	return true;
}

static bool open_sealed(struct exchange *x, const struct exchange_row *row, struct message *m)
{
	uint8_t iv[IKE_BLOCK];

	memcpy(iv, x->iv, IKE_BLOCK);
	if (!keymat_decrypt(&x->sa->km, iv, m->data + ISAKMP_HEADER_LEN, m->len - ISAKMP_HEADER_LEN)) {
		drop(x, m, "not whole cipher blocks");
		return false;
	}
	if (!open_plain(x, row, m))
		return false;
	memcpy(x->iv, iv, IKE_BLOCK);
	return true;
}

/* Decrypt, parse and authenticate as the row says; nothing has changed when that fails. */
static bool message_open(struct exchange *x, const struct exchange_row *row, struct message *m,
			 struct payload_builder *b)
{
	bool encrypted = m->h.flags & ISAKMP_FLAG_ENCRYPTED;

	if (row->seal != SEAL_EITHER && encrypted == !row->seal) {
		drop(x, m, encrypted ? "encrypted too early" : "not encrypted");
		return false;
	}
	switch (row->seal) {
	case SEAL_TRIAL:
	case SEAL_EITHER:
		return row->open(x, m, b) && payloads_fit(row, &m->list);
	case SEAL_SA:
		return open_sealed(x, row, m);
	default:
		return open_plain(x, row, m);
	}
}

/**
 * exchange_seal - pad and encrypt what was built
 * @sa: whose key
 * @iv: IV; last cipher block afterwards
 * @b: message with all its payloads
 * Return: false when it does not fit.
 */
bool exchange_seal(struct isakmp *sa, uint8_t *iv, struct payload_builder *b)
{
	size_t len = b->w.len - ISAKMP_HEADER_LEN, block = keymat_block(&sa->km);

	wbuf_reserve(&b->w, (block - len % block) % block);
	wbuf_patch_u8(&b->w, FLAGS_AT, ISAKMP_FLAG_ENCRYPTED);
	return !b->w.failed &&
	       keymat_encrypt(&sa->km, iv, b->w.data + ISAKMP_HEADER_LEN, b->w.len - ISAKMP_HEADER_LEN);
}

/**
 * exchange_hash1_begin - append an empty HASH payload
 * @sa: ISAKMP SA
 * @b: message
 * Return: its position, for exchange_hash1_end().
 */
size_t exchange_hash1_begin(const struct isakmp *sa, struct payload_builder *b)
{
	size_t start = payload_begin(b, ISAKMP_HASH);

	wbuf_reserve(&b->w, sa->km.len);
	payload_end(b, start);
	return b->w.len;
}

/**
 * exchange_hash1_end - fill in HASH(1), or HASH(2), over what was appended meanwhile
 * @sa: ISAKMP SA
 * @b: message
 * @start: what exchange_hash1_begin() said
 * @message_id: the exchange's
 * @nonce: the initiator's, for HASH(2); NULL for HASH(1)
 */
void exchange_hash1_end(const struct isakmp *sa, struct payload_builder *b, size_t start, uint32_t message_id,
			const struct keymat_part *nonce)
{
	if (b->w.failed)
		return;
	hash1(sa, message_id, nonce, b->w.data + start, b->w.len - start, b->w.data + start - sa->km.len);
}

static void answer_begin(const struct exchange *x, struct payload_builder *b, uint8_t *storage)
{
	struct isakmp_header h = { .exchange = x->type, .message_id = x->message_id };

	memcpy(h.icookie, x->sa->icookie, ISAKMP_COOKIE_LEN);
	memcpy(h.rcookie, x->sa->rcookie, ISAKMP_COOKIE_LEN);
	payload_message_begin(b, storage, IKE_MESSAGE_MAX, &h);
}

/* Keep the answer for duplicates and send it. */
static void answer(struct exchange *x, struct payload_builder *b)
{
	free(x->reply);
	x->reply = NULL;
	x->duplicates = 0;
	if (b->w.len == ISAKMP_HEADER_LEN || !payload_message_end(b))
		return;
	x->reply = malloc(b->w.len);
	if (!x->reply)
		return;
	memcpy(x->reply, b->w.data, b->w.len);
	x->reply_len = b->w.len;
	reply_send(x);
}

static void fail(struct exchange *x, struct payload_builder *b)
{
	set_state(x, EXCHANGE_FAILED);
	timer_start(&x->timer, IKE_HALF_OPEN_MS);
	answer(x, b);
}

static void advance(struct exchange *x, const struct exchange_row *row, const struct message *m,
		    struct payload_builder *b)
{
	if (row->seal != SEAL_NONE && b->w.len > ISAKMP_HEADER_LEN && !exchange_seal(x->sa, x->iv, b)) {
		drop(x, m, "our answer does not fit a message");
		return;
	}
	x->row = row;
	x->resends = 0;
	set_state(x, row->next);
	timer_stop(&x->timer);
	if (row->timeout_ms)
		timer_start(&x->timer, row->timeout_ms);
	answer(x, b);
	if (row->finish && !x->dead)
		row->finish(x, m);
}

static void conclude(struct exchange *x, const struct exchange_row *row, const struct message *m,
		     enum exchange_verdict verdict, struct payload_builder *b)
{
	if (x->dead)
		return;
	if (verdict == VERDICT_NEXT)
		advance(x, row, m, b);
	else if (verdict == VERDICT_FAIL)
		fail(x, b);
}

static void job_run(struct worker_job *job)
{
	struct exchange_job *j = (struct exchange_job *)job;

	j->ok = j->run(j);
}

static void resume(struct exchange *x, const struct exchange_job *job)
{
	uint8_t storage[IKE_MESSAGE_MAX];
	struct message *m = x->message;
	struct payload_builder b;

	x->message = NULL;
	answer_begin(x, &b, storage);
	if (job->ok) {
		conclude(x, x->row, m, x->row->resume(x, m, job, &b), &b);
	} else {
		drop(x, m, "KE payload is not a value of the group");
		informational_refuse(x->sa, &b, NOTIFY_INVALID_KEY_INFORMATION);
		conclude(x, x->row, m, VERDICT_FAIL, &b);
	}
	free(m);
}

static void job_done(struct worker_job *job)
{
	struct exchange_job *j = (struct exchange_job *)job;
	struct exchange *x = j->x;
	struct ike *ike;

	if (x) {
		ike = x->sa->peer->ike;
		ike_enter(ike);
		x->job = NULL;
		resume(x, j);
		ike_leave(ike);
	}
	j->free(j);
}

/**
 * exchange_wait - have a worker do something; the driver starts it on VERDICT_WAIT
 * @x: who waits
 * @job: with @run and @free; the driver's from now on
 */
void exchange_wait(struct exchange *x, struct exchange_job *job)
{
	job->job.run = job_run;
	job->job.done = job_done;
	job->x = x;
	x->job = job;
}

static bool dh_run(struct exchange_job *job)
{
	return dh_compute(&((struct dh_job *)job)->dh);
}

static void dh_free(struct exchange_job *job)
{
	OPENSSL_cleanse(job, sizeof(struct dh_job));
	free(job);
}

/**
 * exchange_dh - exchange_wait() for a Diffie-Hellman computation
 * @x: who waits
 * @group: a group that we have
 * @ke: the peer's KE payload; dh_public_len() bytes
 * Return: false without memory.
 */
bool exchange_dh(struct exchange *x, unsigned int group, const struct payload *ke)
{
	struct dh_job *j = calloc(1, sizeof(*j));

	if (!j)
		return false;
	j->base.run = dh_run;
	j->base.free = dh_free;
	j->dh.group = group;
	j->dh.peer_len = ke->len;
	memcpy(j->dh.peer, ke->body, ke->len);
	random_bytes(j->dh.priv, dh_private_len(group));
	exchange_wait(x, &j->base);
	return true;
}

/**
 * exchange_dh_result - what came of exchange_dh()
 * @job: as handed to the row's resume
 * Return: both values, borrowed; NULL without a job.
 */
const struct dh *exchange_dh_result(const struct exchange_job *job)
{
	return job ? &((const struct dh_job *)job)->dh : NULL;
}

static void job_start(struct exchange *x)
{
	struct worker_pool *workers = x->sa->peer->ike->workers;
	struct worker_job *job = &x->job->job;

	if (workers) {
		worker_submit(workers, job);
		return;
	}
	job->run(job);
	job->done(job);
}

/* An opened message: act on it.  Takes @m. */
static void act(struct exchange *x, const struct exchange_row *row, struct message *m, struct payload_builder *b)
{
	enum exchange_verdict verdict;

	peer_moved(x->sa, &m->path);
	verdict = row->action(x, m, b);
	if (verdict == VERDICT_RESUME && !x->dead)
		verdict = row->resume(x, m, NULL, b);
	if (verdict == VERDICT_WAIT && !x->dead) {
		x->row = row;
		x->message = m;
		job_start(x);
		return;
	}
	conclude(x, row, m, verdict, b);
	free(m);
}

/**
 * exchange_duplicate - the peer did not get our answer, or the network doubled its message
 * @x: exchange; its last answer is sent again
 */
void exchange_duplicate(struct exchange *x)
{
	if (!x->reply || x->job || x->duplicates++ >= IKE_DUPLICATES_MAX)
		return;
	reply_send(x);
}

static void process(struct exchange *x, const struct exchange_row *row, struct message *m, const uint8_t *digest)
{
	uint8_t storage[IKE_MESSAGE_MAX];
	struct payload_builder b;

	answer_begin(x, &b, storage);
	if (message_open(x, row, m, &b)) {
		memcpy(x->digest, digest, IKE_DIGEST_LEN);
		act(x, row, m, &b);
		return;
	}
	if (b.w.len > ISAKMP_HEADER_LEN) {
		memcpy(x->digest, digest, IKE_DIGEST_LEN);
		answer(x, &b);
	}
	free(m);
}

/**
 * exchange_input - a message for an exchange
 * @x: exchange; may be dead afterwards
 * @h: header of the message
 * @path: where it came from
 * @data: the message, h->length bytes
 */
void exchange_input(struct exchange *x, const struct isakmp_header *h, const struct ike_path *path,
		    const uint8_t *data)
{
	const struct exchange_row *row = row_find(x);
	uint8_t digest[IKE_DIGEST_LEN];
	struct message *m;

	EVP_Q_digest(NULL, "SHA256", NULL, data, h->length, digest, NULL);
	if (!memcmp(digest, x->digest, IKE_DIGEST_LEN)) {
		exchange_duplicate(x);
		return;
	}
	if (!row || x->job)
		return;
	m = message_new(h, path, data);
	if (m)
		process(x, row, m, digest);
}
