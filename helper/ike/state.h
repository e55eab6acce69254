/* SPDX-License-Identifier: MIT */
/*
 * The objects of the engine and who owns them:
 *
 *	ike		peers, and the tables that find the rest
 *	peer		ISAKMP SAs, children
 *	isakmp		exchanges
 *	exchange	at most one message and one worker job that it waits for
 *
 * An embryo is a peer whose only ISAKMP SA is not authenticated yet.
 *
 * Everything that leaves the engine's hands through ike_ops may come back and
 * end any object.  So an object that ends is unlinked and marked dead at once,
 * and its memory goes when the outermost call into the engine returns: code
 * that called out looks at @dead before it goes on.
 */
#ifndef L2TPSEC_IKE_STATE_H
#define L2TPSEC_IKE_STATE_H

#include <sys/queue.h>
#include <uthash.h>

#include "core/clock.h"
#include "core/worker.h"
#include "ike/dh.h"
#include "ike/frag.h"
#include "ike/ike.h"
#include "ike/keymat.h"
#include "ike/payload.h"
#include "ike/proposal.h"

#define IKE_DIGEST_LEN		32
#define IKE_IDS_REMEMBERED	256
#define IKE_ID_MAX		511	/* a distinguished name may be long */

#define IKE_HALF_OPEN_MS	30000
#define IKE_FORGET_MS		60000
#define IKE_RESEND_MS		2000
#define IKE_RESENDS		4
#define IKE_DUPLICATES_MAX	64	/* answered for one exchange */
#define IKE_PSK_TRIALS		5	/* different messages 5, or 3 of Aggressive Mode, that one exchange tries */
#define IKE_QUICK_MAX		32	/* unfinished or remembered Quick Modes of one ISAKMP SA */
#define IKE_CHILDREN_MAX	128	/* of one peer */
#define IKE_ISAKMP_MAX		8	/* ISAKMP SAs of one peer */
#define IKE_LIFETIME_DEFAULT	28800	/* RFC 2407 4.5.4 */
#define IKE_LIFETIME_MIN	300	/* shorter offers live as long as this */
#define IKE_LIFETIME_MAX	(30 * 86400)
#define IKE_ISAKMP_GRACE	60	/* seconds that an ISAKMP SA outlives its lifetime */
#define IKE_CHILD_GRACE		30
#define IKE_VACANCY_MS		30000	/* that a lineage waits for a successor of its last SA */
#define IKE_KEEPALIVE		20	/* seconds, RFC 3948 4 */

TAILQ_HEAD(peer_list, peer);
TAILQ_HEAD(isakmp_list, isakmp);
TAILQ_HEAD(half_open_list, isakmp);
TAILQ_HEAD(child_list, child);
LIST_HEAD(vacancy_list, vacancy);
LIST_HEAD(exchange_list, exchange);

/** enum exchange_state - what an exchange waits for */
enum exchange_state {
	EXCHANGE_MAIN_START,
	EXCHANGE_MAIN_KE,
	EXCHANGE_MAIN_ID,
	EXCHANGE_MAIN_DONE,
	EXCHANGE_AGGRESSIVE_START,
	EXCHANGE_AGGRESSIVE_HASH,
	EXCHANGE_AGGRESSIVE_DONE,
	EXCHANGE_QUICK_START,
	EXCHANGE_QUICK_HASH,
	EXCHANGE_QUICK_DONE,
	EXCHANGE_INFO_START,
	EXCHANGE_INFO_DONE,
	EXCHANGE_FAILED,
};

/**
 * struct grave - what an object needs to be freed later
 * @next: the object buried before it
 * @object: memory
 * @free: frees it
 */
struct grave {
	struct grave *next;
	void *object;
	void (*free)(void *object);
};

/**
 * struct source - unfinished phase 1 exchanges of one address
 * @addr: address
 * @half_open: how many
 * @hh: in ike.sources
 */
struct source {
	struct addr addr;
	unsigned int half_open;
	UT_hash_handle hh;
};

/**
 * struct ike - the engine
 * @conf: borrowed, replaced by ike_reload()
 * @ops: surroundings
 * @ctx: for @ops
 * @workers: NULL: jobs run at once, in the loop
 * @peers: all of them, oldest first
 * @by_cookie: ISAKMP SAs by responder cookie
 * @by_initial: ISAKMP SAs by what message 1 shows
 * @by_spi: children by inbound SPI
 * @sources: who has unfinished phase 1 exchanges
 * @half_open: unfinished phase 1 exchanges
 * @half_opens: they, the oldest first
 * @lineage_last: last lineage number given
 * @serial_last: last ISAKMP SA number given
 * @depth: calls into the engine that have not returned
 * @graves: what ended during them
 * @noise: limits lines about what strangers send
 * @early: limits lines about phase 1 exchanges whose peer has not shown that it gets our answers
 */
struct ike {
	const struct conf_ike *conf;
	const struct ike_ops *ops;
	void *ctx;
	struct worker_pool *workers;
	struct peer_list peers;
	struct isakmp *by_cookie;
	struct isakmp *by_initial;
	struct child *by_spi;
	struct source *sources;
	unsigned int half_open;
	struct half_open_list half_opens;
	uint32_t lineage_last;
	uint32_t serial_last;
	unsigned int depth;
	struct grave *graves;
	struct log_limit noise;
	struct log_limit early;
};

/**
 * struct peer - a client
 * @pub: what others see
 * @ike: engine
 * @story: its log story, NULL before ike_ops.peer_new
 * @link: in ike.peers
 * @isakmps: newest first
 * @children: oldest first
 * @vacancies: lineages without an SA
 * @id: how it was authenticated, then the body of its phase 1 ID payload without protocol and port
 * @id_len: bytes, 0 until authenticated
 * @seen_ms: when its last authenticated message came
 * @icv_short: it cuts HMAC-SHA2-256 to 96 bits
 * @dpd_timer: next look at @seen_ms
 * @dpd_number: sequence number of our last R-U-THERE
 * @dpd_unanswered: R-U-THERE since @seen_ms
 * @up: authenticated once
 * @dead: ended
 * @grave: for its memory
 */
struct peer {
	struct ike_peer pub;

	TAILQ_ENTRY(peer) link;
	struct ike *ike;
	struct story *story;
	struct isakmp_list isakmps;
	struct child_list children;
	struct vacancy_list vacancies;
	uint8_t id[IKE_ID_MAX + 2];
	size_t id_len;
	uint64_t seen_ms;
	bool icv_short;
	struct timer dpd_timer;
	uint32_t dpd_number;
	unsigned int dpd_unanswered;
	bool up;
	bool dead;
	struct grave grave;
};

/**
 * struct initial_key - what message 1 and its duplicates have in common
 * @icookie: initiator's cookie
 * @family: of @addr
 * @port: the peer's
 * @addr: the peer's
 */
struct initial_key {
	uint8_t icookie[ISAKMP_COOKIE_LEN];
	uint16_t family;
	uint16_t port;
	uint8_t addr[16];
};

/**
 * struct phase1 - what Main Mode or Aggressive Mode has to remember until it is done
 * @ni: initiator's nonce
 * @ni_len: bytes
 * @nr: ours
 * @dh: both public values and the secret
 * @trials: messages 5, or 3 of Aggressive Mode, that no key fitted
 * @refused: the peer let us know that it does not believe our message 2 of Aggressive Mode
 * @next_call_ms: not before that message 3 of Aggressive Mode is called for again
 * @key_name: of the key that Aggressive Mode uses, "" = none has the peer's identity
 * @initial: where message 1 came from
 * @idi: body of the initiator's ID payload, in Aggressive Mode
 * @idi_len: bytes
 * @grave: for its memory
 * @sai_len: bytes of @sai
 * @sai: body of the initiator's SA payload
 */
struct phase1 {
	uint8_t ni[IKE_NONCE_MAX];
	size_t ni_len;
	uint8_t nr[IKE_NONCE_LEN];
	struct dh dh;
	unsigned int trials;
	bool refused;
	uint64_t next_call_ms;
	char key_name[64];
	struct ike_path initial;
	uint8_t idi[IKE_ID_MAX + 4];
	size_t idi_len;
	struct grave grave;
	size_t sai_len;
	uint8_t sai[];
};

/**
 * struct isakmp - an ISAKMP SA, or one in the making
 * @peer: whose; changes when it turns out to be a rekey
 * @link: in peer.isakmps
 * @half_open: in ike.half_opens, while @source is set
 * @by_cookie: in ike.by_cookie
 * @by_initial: in ike.by_initial
 * @serial: number, for log lines and children
 * @icookie: the peer's
 * @rcookie: ours
 * @initial: key of @by_initial
 * @path: where its last good message came from
 * @exchanges: running and remembered ones
 * @proposal: suite; its offer does not stay valid
 * @km: keys
 * @last_iv: last cipher block of phase 1
 * @phase1: until @up
 * @frag: pieces of a message of the peer
 * @vendor: VENDOR_* bits of the peer
 * @client: what the peer is
 * @natt: both sides know RFC 3947
 * @peer_behind_nat: NAT-D says so
 * @we_behind_nat: NAT-D says so
 * @us: our address as the peer knows it
 * @initial_contact: the peer said that it has no other SAs
 * @contact_heeded: which is done with: said once more it means nothing
 * @doubted: the peer said since, in another one, that it has no other SAs
 * @up: authenticated
 * @dead: ended
 * @ids: message ids used, the latest ones
 * @ids_used: how many were used
 * @expiry: end of lifetime
 * @source: counted there as half open; NULL once @up
 * @grave: for its memory
 */
struct isakmp {
	TAILQ_ENTRY(isakmp) link;
	TAILQ_ENTRY(isakmp) half_open;
	struct peer *peer;
	UT_hash_handle by_cookie;
	UT_hash_handle by_initial;
	uint32_t serial;
	uint8_t icookie[ISAKMP_COOKIE_LEN];
	uint8_t rcookie[ISAKMP_COOKIE_LEN];
	struct initial_key initial;
	struct ike_path path;
	struct exchange_list exchanges;
	struct proposal_phase1 proposal;
	struct keymat km;
	uint8_t last_iv[IKE_BLOCK];
	struct phase1 *phase1;
	struct frag frag;
	unsigned int vendor;
	enum conf_client client;
	bool natt;
	bool peer_behind_nat;
	bool we_behind_nat;
	struct addr us;
	bool initial_contact;
	bool contact_heeded;
	bool doubted;
	bool up;
	bool dead;
	uint32_t ids[IKE_IDS_REMEMBERED];
	unsigned int ids_used;
	struct timer expiry;
	struct source *source;
	struct grave grave;
};

/**
 * struct message - a received message, decrypted
 * @h: header
 * @path: where it came from
 * @list: its payloads, borrowing from @data
 * @len: bytes of @data
 * @data: all of it, header included
 */
struct message {
	struct isakmp_header h;
	struct ike_path path;
	struct payload_list list;
	size_t len;
	uint8_t data[];
};

/**
 * struct quick - what Quick Mode has to remember
 * @chosen: transform; its offer borrows from the message
 * @weak: something in it is weak
 * @ni: initiator's nonce
 * @ni_len: bytes
 * @nr: ours
 * @child: what came of it; NULL before and after its life
 */
struct quick {
	struct proposal_phase2 chosen;
	bool weak;
	uint8_t ni[IKE_NONCE_MAX];
	size_t ni_len;
	uint8_t nr[IKE_NONCE_LEN];
	struct child *child;
};

struct exchange_row;
struct exchange_job;

/**
 * struct exchange - an exchange with a peer
 * @sa: its ISAKMP SA
 * @link: in isakmp.exchanges
 * @type: enum isakmp_exchange
 * @message_id: 0 in phase 1
 * @state: what it waits for
 * @row: the row that brought it here
 * @iv: last cipher block
 * @digest: of the last message that was taken
 * @reply: our answer to that, owned; NULL = none
 * @reply_len: bytes
 * @duplicates: how often it was sent again
 * @resends: how often without being asked
 * @timer: until @row's time is up
 * @message: waits for @job
 * @job: running
 * @quick: Quick Mode only
 * @dead: ended
 * @grave: for its memory
 */
struct exchange {
	LIST_ENTRY(exchange) link;
	struct isakmp *sa;
	uint8_t type;
	uint32_t message_id;
	enum exchange_state state;
	const struct exchange_row *row;
	uint8_t iv[IKE_BLOCK];
	uint8_t digest[IKE_DIGEST_LEN];
	uint8_t *reply;
	size_t reply_len;
	unsigned int duplicates;
	unsigned int resends;
	struct timer timer;
	struct message *message;
	struct exchange_job *job;
	struct quick *quick;
	bool dead;
	struct grave grave;
};

/**
 * struct child_id - the client identity of Quick Mode, IDci
 * @type: enum ipsec_id
 * @protocol: IP protocol
 * @port: port
 * @data: the rest
 * @len: bytes of it
 */
struct child_id {
	uint8_t type;
	uint8_t protocol;
	uint16_t port;
	uint8_t data[IKE_ID_MAX];
	size_t len;
};

/**
 * struct child - an SA pair
 * @pub: what others see
 * @peer: whose
 * @link: in peer.children
 * @by_spi: in ike.by_spi
 * @serial: number of the ISAKMP SA that negotiated it
 * @id: what successors have in common
 * @esp: its algorithms
 * @exchange: its Quick Mode until that is forgotten
 * @expiry: end of lifetime
 * @confirmed: message 3 came
 * @doubted: the peer said since that it has no other SAs
 * @dead: ended
 * @grave: for its memory
 */
struct child {
	TAILQ_ENTRY(child) link;
	struct ike_child pub;
	struct peer *peer;
	UT_hash_handle by_spi;
	uint32_t serial;
	struct child_id id;
	struct conf_esp_proposal esp;
	struct exchange *exchange;
	struct timer expiry;
	bool confirmed;
	bool doubted;
	bool dead;
	struct grave grave;
};

/**
 * struct vacancy - a lineage that lost its last SA and may get a successor
 * @link: in peer.vacancies
 * @peer: whose
 * @lineage: number
 * @id: what successors have in common
 * @reason: of the last SA's end
 * @timer: end of its patience
 * @grave: for its memory
 */
struct vacancy {
	LIST_ENTRY(vacancy) link;
	struct peer *peer;
	uint32_t lineage;
	struct child_id id;
	char reason[64];
	struct timer timer;
	struct grave grave;
};

void ike_enter(struct ike *ike);
void ike_leave(struct ike *ike);
void ike_bury(struct ike *ike, struct grave *grave, void *object, void (*free_object)(void *object));
void ike_send(struct ike *ike, const struct ike_path *path, const uint8_t *msg, size_t len);

#endif
