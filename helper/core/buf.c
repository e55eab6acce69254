// SPDX-License-Identifier: MIT
#include <string.h>

#include "core/buf.h"

/**
 * rbuf_init - start reading
 * @r: cursor
 * @data: bytes, borrowed for as long as @r is used
 * @len: how many
 */
void rbuf_init(struct rbuf *r, const void *data, size_t len)
{
	r->pos = data;
	r->end = r->pos + len;
	r->failed = false;
}

/**
 * rbuf_left - bytes not read yet
 * @r: cursor
 * Return: their count, 0 once failed.
 */
size_t rbuf_left(const struct rbuf *r)
{
	return r->failed ? 0 : (size_t)(r->end - r->pos);
}

/**
 * rbuf_bytes - read a run of bytes
 * @r: cursor
 * @len: how many
 * Return: pointer into the borrowed bytes, NULL when there are fewer.
 */
const uint8_t *rbuf_bytes(struct rbuf *r, size_t len)
{
	const uint8_t *p = r->pos;

	if (r->failed || len > (size_t)(r->end - r->pos)) {
		r->failed = true;
		return NULL;
	}
	r->pos += len;
	return p;
}

/**
 * rbuf_u8 - read one byte
 * @r: cursor
 * Return: the value, 0 when failed.
 */
uint8_t rbuf_u8(struct rbuf *r)
{
	const uint8_t *p = rbuf_bytes(r, 1);

	return p ? p[0] : 0;
}

/**
 * rbuf_u16 - read two bytes in network order
 * @r: cursor
 * Return: the value, 0 when failed.
 */
uint16_t rbuf_u16(struct rbuf *r)
{
	const uint8_t *p = rbuf_bytes(r, 2);

	return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

/**
 * rbuf_u32 - read four bytes in network order
 * @r: cursor
 * Return: the value, 0 when failed.
 */
uint32_t rbuf_u32(struct rbuf *r)
{
	const uint8_t *p = rbuf_bytes(r, 4);

	return p ? (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3] : 0;
}

/**
 * rbuf_sub - read a run of bytes as a cursor of its own
 * @r: cursor
 * @len: how many
 * @sub: the new cursor; failed when there were fewer
 */
void rbuf_sub(struct rbuf *r, size_t len, struct rbuf *sub)
{
	const uint8_t *p = rbuf_bytes(r, len);

	rbuf_init(sub, p ? p : r->end, p ? len : 0);
	sub->failed = !p;
}

/**
 * wbuf_init - start writing
 * @w: cursor
 * @data: storage, borrowed
 * @cap: its size
 */
void wbuf_init(struct wbuf *w, void *data, size_t cap)
{
	w->data = data;
	w->len = 0;
	w->cap = cap;
	w->failed = false;
}

/**
 * wbuf_reserve - make room that the caller fills
 * @w: cursor
 * @len: how much
 * Return: where, zeroed; NULL when it does not fit.
 */
uint8_t *wbuf_reserve(struct wbuf *w, size_t len)
{
	uint8_t *p = w->data + w->len;

	if (w->failed || len > w->cap - w->len) {
		w->failed = true;
		return NULL;
	}
	memset(p, 0, len);
	w->len += len;
	return p;
}

/**
 * wbuf_bytes - write a run of bytes
 * @w: cursor
 * @data: bytes
 * @len: how many
 */
void wbuf_bytes(struct wbuf *w, const void *data, size_t len)
{
	uint8_t *p = wbuf_reserve(w, len);

	if (p && len)
		memcpy(p, data, len);
}

/**
 * wbuf_u8 - write one byte
 * @w: cursor
 * @v: value
 */
void wbuf_u8(struct wbuf *w, uint8_t v)
{
	wbuf_bytes(w, &v, 1);
}

/**
 * wbuf_u16 - write two bytes in network order
 * @w: cursor
 * @v: value
 */
void wbuf_u16(struct wbuf *w, uint16_t v)
{
	const uint8_t b[2] = { v >> 8, v };

	wbuf_bytes(w, b, sizeof(b));
}

/**
 * wbuf_u32 - write four bytes in network order
 * @w: cursor
 * @v: value
 */
void wbuf_u32(struct wbuf *w, uint32_t v)
{
	const uint8_t b[4] = { v >> 24, v >> 16, v >> 8, v };

	wbuf_bytes(w, b, sizeof(b));
}

/**
 * wbuf_patch_u8 - overwrite a byte written before (a next-payload field)
 * @w: cursor
 * @at: offset of the field
 * @v: value
 */
void wbuf_patch_u8(struct wbuf *w, size_t at, uint8_t v)
{
	if (w->failed || at >= w->len) {
		w->failed = true;
		return;
	}
	w->data[at] = v;
}

/**
 * wbuf_patch_u16 - overwrite two bytes written before (a length field)
 * @w: cursor
 * @at: offset of the field
 * @v: value
 */
void wbuf_patch_u16(struct wbuf *w, size_t at, uint16_t v)
{
	wbuf_patch_u8(w, at, v >> 8);
	wbuf_patch_u8(w, at + 1, v & 0xff);
}
