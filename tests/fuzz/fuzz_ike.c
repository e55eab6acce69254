// SPDX-License-Identifier: MIT
/*
 * libFuzzer target: the IKE engine in whole dialogues.  Input: a byte that chooses the configuration, then
 * records (input.h).  Messages stand there in plaintext; sealer.c encrypts them with the engine's keys, so
 * that mutations reach what is inside.
 */
#include <linux/l2tpsec.h>
#include <stdlib.h>
#include <string.h>

#include "fake_clock.h"
#include "fake_random.h"
#include "fuzz.h"
#include "ike/ike.h"
#include "ike_ca.h"
#include "input.h"
#include "sealer.h"

/* What a record asks for. */
enum op {
	OP_PORT_500,		/* a message to port 500 */
	OP_PORT_4500,		/* to port 4500 */
	OP_RAW_500,		/* the bytes as they are */
	OP_RAW_4500,
	OP_WRONG_HASH,		/* to port 4500, the HASH payload is not made right */
	OP_PIECES,		/* to port 4500, in fragments of so many bytes as its first byte says */
	OP_AGAIN,		/* the last datagram once more */
	OP_ELSEWHERE,		/* from now on from another address, or the first one again */
	OP_WAIT,		/* two bytes: seconds */
	OP_CLOSE_CHILD,
	OP_CLOSE_PEER,
	OP_MOVED,		/* ESP of the newest child came from elsewhere */
	OP_ICV,			/* one byte: length of its ICVs */
	OP_ANEW,		/* a new tunnel of it */
	OP_RELOAD,		/* one byte: configuration */
	OP_COUNT,
};

#define CONF_AGGRESSIVE	0x01
#define CONF_FORCE	0x02
#define CONF_PUBLIC	0x04
#define CONF_LEGACY	0x08
#define CONF_NO_KEYS	0x10
#define CONF_REFUSE	0x20
#define CONF_CERT	0x40
#define CHILDREN	64
#define ANSWER_RATIO	3	/* bytes to somebody who has not shown yet that it gets them */

/**
 * struct world - the surroundings of the engine
 * @ike: engine
 * @peers: announced and not gone
 * @children: the same
 * @child: newest
 * @peer: newest
 * @elsewhere: OP_ELSEWHERE
 * @refuse: child_new() refuses
 * @sent: bytes since the last message went in
 * @last: datagram
 * @last_len: bytes
 * @last_natt: to port 4500
 */
struct world {
	struct ike *ike;
	int peers;
	int children;
	struct ike_child *child;
	struct ike_peer *peer;
	bool elsewhere;
	bool refuse;
	size_t sent;
	uint8_t last[IKE_MESSAGE_MAX + 64];
	size_t last_len;
	bool last_natt;
};

static struct prefix anybody = { .addr.family = AF_INET };

static struct conf_psk psks[] = {
	{ .name = (char *)"test", .peers = &anybody, .peers_len = 1, .secret = (uint8_t *)"psk", .secret_len = 3 },
	{ .name = (char *)"other", .peers = &anybody, .peers_len = 1, .secret = (uint8_t *)"other", .secret_len = 5 },
	{ .name = (char *)"group", .id = (char *)"group", .peers = &anybody, .peers_len = 1,
	  .secret = (uint8_t *)"third", .secret_len = 5 },
};

static struct conf_profile legacy = {
	.name = (char *)"legacy", .peers = &anybody, .peers_len = 1, .legacy = true,
};

/* Made once; nobody outside has a certificate of this CA. */
static const struct conf_certificate *certificate(void)
{
	static struct conf_certificate c;
	struct ca root, own;

	if (c.own)
		return &c;
	root = ca_issue(&(struct ca_request){ .name = "Root", .authority = true });
	own = ca_issue(&(struct ca_request){ .name = "vpn.example.net", .issuer = &root, .eku = "serverAuth" });
	c.own = own.cert;
	c.key = own.key;
	c.chain = sk_X509_new_null();
	c.issuers = sk_X509_new_null();
	sk_X509_push(c.issuers, root.cert);
	c.trusted = X509_STORE_new();
	X509_STORE_add_cert(c.trusted, root.cert);
	EVP_PKEY_free(root.key);
	return &c;
}

static void configure(struct conf_ike *conf, uint8_t bits)
{
	*conf = (struct conf_ike){
		.proposals = {
			{ 256, CONF_IKE_HASH_SHA2_256, 20 }, { 256, CONF_IKE_HASH_SHA1, 20 },
			{ 128, CONF_IKE_HASH_SHA1, 19 }, { 256, CONF_IKE_HASH_SHA2_512, 16 },
			{ 256, CONF_IKE_HASH_SHA2_256, 14 }, { 256, CONF_IKE_HASH_SHA1, 14 },
			{ 128, CONF_IKE_HASH_SHA2_256, 15 }, { 128, CONF_IKE_HASH_SHA1, 14 },
			{ 256, CONF_IKE_HASH_SHA2_384, 31 },
		},
		.proposals_len = 9,
		.psks = psks,
		.psks_len = bits & CONF_NO_KEYS ? 0 : 3,
		.profiles = &legacy,
		.profiles_len = bits & CONF_LEGACY ? 1 : 0,
		.half_open_max = 20,
		.half_open_per_source = 5,
		.dpd_interval = 30,
		.dpd_failures = 3,
		.force_udp_encapsulation = bits & CONF_FORCE,
		.aggressive_mode = bits & CONF_AGGRESSIVE,
		.has_public_address = bits & CONF_PUBLIC,
		.esp = {
			{ L2TPSEC_CIPHER_AES_GCM_16, 256, L2TPSEC_AUTH_NONE },
			{ L2TPSEC_CIPHER_AES_CBC, 256, L2TPSEC_AUTH_HMAC_SHA2_256 },
			{ L2TPSEC_CIPHER_AES_CBC, 256, L2TPSEC_AUTH_HMAC_SHA1 },
			{ L2TPSEC_CIPHER_AES_CBC, 128, L2TPSEC_AUTH_HMAC_SHA1 },
		},
		.esp_len = 4,
		.replay_window = 1024,
	};
	addr_parse(&conf->public_address, "198.51.100.1");
	if (bits & CONF_CERT)
		conf->certificate = *certificate();
}

static void on_send(void *ctx, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	struct world *w = ctx;
	struct isakmp_header h;

	(void)path;
	w->sent += len;
	if (!payload_header_parse(&h, msg, len) || h.length != len)
		abort();
}

static struct story *on_peer_new(void *ctx, struct ike_peer *peer)
{
	static struct story story = { .id = 1 };
	struct world *w = ctx;

	w->peers++;
	w->peer = peer;
	peer->user = NULL;
	return &story;
}

static void on_peer_up(void *ctx, struct ike_peer *peer)
{
	(void)ctx;
	peer->user = peer;
}

static void on_peer_gone(void *ctx, struct ike_peer *peer, const char *reason)
{
	struct world *w = ctx;

	if (!*reason)
		abort();
	w->peers--;
	if (w->peer == peer)
		w->peer = NULL;
}

/* Nobody gets an SA before he has shown who he is. */
static int on_child_new(void *ctx, struct ike_child *child)
{
	struct world *w = ctx;

	if (!child->peer->user || child->sa.spi_in < IKE_SPI_MIN || child->sa.spi_out < IKE_SPI_MIN ||
	    !child->sa.in.cipher_len || !child->sa.out.cipher_len)
		abort();
	if (w->refuse)
		return -1;
	w->children++;
	w->child = child;
	return 0;
}

static void on_child_active(void *ctx, struct ike_child *child)
{
	(void)ctx;
	if (!child->peer->user)
		abort();
}

static void on_child_gone(void *ctx, struct ike_child *child, const char *reason)
{
	struct world *w = ctx;

	if (!*reason)
		abort();
	w->children--;
	if (w->child == child)
		w->child = NULL;
}

static void on_lineage_gone(void *ctx, uint32_t lineage, const char *reason)
{
	(void)ctx;
	if (!lineage || !*reason)
		abort();
}

static const struct ike_ops ops = {
	.send = on_send,
	.peer_new = on_peer_new,
	.peer_up = on_peer_up,
	.peer_gone = on_peer_gone,
	.child_new = on_child_new,
	.child_active = on_child_active,
	.child_gone = on_child_gone,
	.lineage_gone = on_lineage_gone,
};

static bool is_initial(const uint8_t *msg, size_t len)
{
	static const uint8_t none[ISAKMP_COOKIE_LEN];

	return len < 2 * ISAKMP_COOKIE_LEN || !memcmp(msg + ISAKMP_COOKIE_LEN, none, ISAKMP_COOKIE_LEN);
}

static void give(struct world *w, const uint8_t *msg, size_t len, bool natt)
{
	struct ike_path path = { .natt = natt };
	uint8_t *copy = input_copy(msg, len);

	addr_parse(&path.local.addr, "10.9.0.1");
	path.local.port = natt ? 4500 : 500;
	addr_parse(&path.remote.addr, w->elsewhere ? "10.9.0.3" : "10.9.0.2");
	path.remote.port = path.local.port;
	w->sent = 0;
	ike_receive(w->ike, &path, copy, len);
	if (is_initial(msg, len) && w->sent > ANSWER_RATIO * len)
		abort();
	free(copy);
	memcpy(w->last, msg, len);
	w->last_len = len;
	w->last_natt = natt;
}

static size_t sealed(struct world *w, const struct input_record *rec, size_t skip, uint8_t *out, bool keep_hash)
{
	size_t len = rec->len - skip < IKE_MESSAGE_MAX ? rec->len - skip : IKE_MESSAGE_MAX;

	memcpy(out, rec->data + skip, len);
	return sealer_seal(w->ike, out, len, IKE_MESSAGE_MAX + 16, keep_hash);
}

/* [MS-IKEE] 2.2.6 */
static void give_pieces(struct world *w, const struct input_record *rec)
{
	uint8_t msg[IKE_MESSAGE_MAX + 16], piece[ISAKMP_HEADER_LEN + 8 + 512] = { 0 };
	size_t size = rec->len ? 32 + 2 * rec->data[0] : 0, len, at, n;
	struct wbuf b;

	if (!rec->len)
		return;
	len = sealed(w, rec, 1, msg, false);
	if (len < ISAKMP_HEADER_LEN)
		return;
	for (at = 0; at < len; at += n) {
		n = len - at < size ? len - at : size;
		wbuf_init(&b, piece, sizeof(piece));
		wbuf_bytes(&b, msg, ISAKMP_HEADER_LEN);
		wbuf_patch_u8(&b, 16, ISAKMP_FRAGMENT);
		wbuf_patch_u16(&b, 26, ISAKMP_HEADER_LEN + 8 + n);
		wbuf_u16(&b, 0);
		wbuf_u16(&b, 8 + n);
		wbuf_u16(&b, 1);
		wbuf_u8(&b, at / size + 1);
		wbuf_u8(&b, at + n == len);
		wbuf_bytes(&b, msg + at, n);
		give(w, piece, b.len, true);
	}
}

static void give_sealed(struct world *w, const struct input_record *rec, bool natt, bool keep_hash)
{
	uint8_t msg[IKE_MESSAGE_MAX + 16];

	give(w, msg, sealed(w, rec, 0, msg, keep_hash), natt);
}

static void happen(struct world *w, const struct input_record *rec)
{
	struct endpoint moved = { .port = 4501 };

	if (!w->child)
		return;
	addr_parse(&moved.addr, "10.9.0.4");
	switch (rec->op % OP_COUNT) {
	case OP_CLOSE_CHILD:
		ike_child_close(w->ike, w->child->sa.spi_in, "closed");
		break;
	case OP_MOVED:
		ike_child_endpoint(w->ike, w->child->sa.spi_in, &moved);
		break;
	case OP_ICV:
		ike_child_icv(w->ike, w->child->sa.spi_in, rec->len ? rec->data[0] : 12);
		break;
	case OP_ANEW:
		ike_lineage_anew(w->ike, w->child->peer, w->child->sa.lineage);
		break;
	}
}

static void play(struct world *w, struct conf_ike *conf, const struct input_record *rec)
{
	switch (rec->op % OP_COUNT) {
	case OP_PORT_500:
	case OP_PORT_4500:
		give_sealed(w, rec, rec->op % OP_COUNT == OP_PORT_4500, false);
		break;
	case OP_RAW_500:
	case OP_RAW_4500:
		if (rec->len <= IKE_MESSAGE_MAX)
			give(w, rec->data, rec->len, rec->op % OP_COUNT == OP_RAW_4500);
		break;
	case OP_WRONG_HASH:
		give_sealed(w, rec, true, true);
		break;
	case OP_PIECES:
		give_pieces(w, rec);
		break;
	case OP_AGAIN:
		give(w, w->last, w->last_len, w->last_natt);
		break;
	case OP_ELSEWHERE:
		w->elsewhere = !w->elsewhere;
		break;
	case OP_WAIT:
		if (rec->len >= 2)
			fake_clock_advance(1000 * (uint64_t)(rec->data[0] << 8 | rec->data[1]));
		break;
	case OP_CLOSE_PEER:
		if (w->peer)
			ike_peer_close(w->ike, w->peer, "closed");
		break;
	case OP_RELOAD:
		configure(conf, rec->len ? rec->data[0] : 0);
		ike_reload(w->ike, conf);
		break;
	default:
		happen(w, rec);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world w;
	struct input_record rec = { 0 };
	struct conf_ike conf;
	struct rbuf r;

	input_quiet();
	fake_random_reset();
	rbuf_init(&r, data, size);
	memset(&w, 0, sizeof(w));
	configure(&conf, rbuf_left(&r) ? rbuf_u8(&r) : 0);
	w.refuse = size && data[0] & CONF_REFUSE;
	w.ike = ike_new(&conf, &ops, &w, NULL);
	while (input_next(&r, &rec))
		play(&w, &conf, &rec);
	ike_free(w.ike);
	if (w.peers || w.children || fake_clock_pending())
		abort();
	return 0;
}
