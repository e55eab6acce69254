// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "ike/frag.h"
#include "ike/payload.h"

#define FRAG_HEADER_LEN	8
#define FRAG_LAST	0x01
#define FRAG_DATA_MAX	(FRAG_DATAGRAM_MAX - ISAKMP_HEADER_LEN - FRAG_HEADER_LEN)
#define NEXT_AT		16	/* in the ISAKMP header */
#define FLAGS_AT	19

/* A Fragment payload as it reads on the wire. */
struct piece {
	uint16_t id;
	uint8_t number;
	bool last;
	const uint8_t *data;
	size_t len;
};

static bool piece_parse(struct piece *p, const uint8_t *body, size_t len)
{
	uint16_t size;
	struct rbuf r;

	rbuf_init(&r, body, len);
	rbuf_u8(&r);
	rbuf_u8(&r);
	size = rbuf_u16(&r);
	p->id = rbuf_u16(&r);
	p->number = rbuf_u8(&r);
	p->last = rbuf_u8(&r) & FRAG_LAST;
	if (r.failed || size <= FRAG_HEADER_LEN || !p->number || p->number > FRAG_PIECES_MAX)
		return false;
	p->len = size - FRAG_HEADER_LEN;
	p->data = rbuf_bytes(&r, p->len);
	return p->data;
}

/* The newest counts: the peer sends all of them again if one was lost or forged. */
static bool keep(struct frag *f, const struct piece *p)
{
	size_t at = p->number - 1, len = f->len - f->pieces[at].len + p->len;
	uint8_t *copy = len <= IKE_MESSAGE_MAX ? malloc(p->len) : NULL;

	if (!copy)
		return false;
	memcpy(copy, p->data, p->len);
	free(f->pieces[at].data);
	f->pieces[at].data = copy;
	f->pieces[at].len = p->len;
	f->len = len;
	if (p->last)
		f->last = p->number;
	return true;
}

static bool is_whole(const struct frag *f)
{
	size_t i, n = 0;

	for (i = 0; i < f->last; i++)
		n += !!f->pieces[i].data;
	return f->last && n == f->last;
}

static uint8_t *join(const struct frag *f, size_t *len)
{
	uint8_t *whole = malloc(f->len);
	size_t i;

	for (i = 0, *len = 0; whole && i < f->last; i++) {
		memcpy(whole + *len, f->pieces[i].data, f->pieces[i].len);
		*len += f->pieces[i].len;
	}
	return whole;
}

/**
 * frag_add - take a Fragment payload
 * @f: pieces so far; a message with another id takes their place
 * @body: what follows the ISAKMP header
 * @len: bytes
 * @whole_len: bytes of the result
 * Return: the message with its own ISAKMP header, when it is whole: the caller frees it, and @f is empty
 * again; NULL otherwise.
 */
uint8_t *frag_add(struct frag *f, const uint8_t *body, size_t len, size_t *whole_len)
{
	uint8_t *whole;
	struct piece p;

	if (!piece_parse(&p, body, len))
		return NULL;
	if (p.id != f->id)
		frag_clear(f);
	f->id = p.id;
	if (!keep(f, &p) || !is_whole(f))
		return NULL;
	whole = join(f, whole_len);
	frag_clear(f);
	return whole;
}

/**
 * frag_clear - forget all pieces
 * @f: empty afterwards
 */
void frag_clear(struct frag *f)
{
	size_t i;

	for (i = 0; i < FRAG_PIECES_MAX; i++)
		free(f->pieces[i].data);
	memset(f, 0, sizeof(*f));
}

/**
 * frag_cut - make a piece of a message
 * @msg: message of phase 1
 * @len: bytes
 * @nth: which piece, from 0
 * @out: the piece with an ISAKMP header, ready to be sent
 * Return: its size, 0 when there are no more.
 */
size_t frag_cut(const uint8_t *msg, size_t len, size_t nth, uint8_t out[FRAG_DATAGRAM_MAX])
{
	size_t from = nth * FRAG_DATA_MAX, n;
	struct wbuf w;

	if (from >= len)
		return 0;
	n = len - from < FRAG_DATA_MAX ? len - from : FRAG_DATA_MAX;
	wbuf_init(&w, out, FRAG_DATAGRAM_MAX);
	wbuf_bytes(&w, msg, ISAKMP_HEADER_LEN);
	wbuf_patch_u8(&w, NEXT_AT, ISAKMP_FRAGMENT);
	wbuf_patch_u8(&w, FLAGS_AT, 0);
	wbuf_u8(&w, ISAKMP_NONE);
	wbuf_u8(&w, 0);
	wbuf_u16(&w, (uint16_t)(FRAG_HEADER_LEN + n));
	wbuf_u16(&w, 1);
	wbuf_u8(&w, (uint8_t)(nth + 1));
	wbuf_u8(&w, from + n == len ? FRAG_LAST : 0);
	wbuf_bytes(&w, msg + from, n);
	wbuf_patch_u16(&w, ISAKMP_HEADER_LEN - 4, 0);
	wbuf_patch_u16(&w, ISAKMP_HEADER_LEN - 2, (uint16_t)w.len);
	return w.len;
}
