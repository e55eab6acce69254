/* SPDX-License-Identifier: MIT */
/*
 * Bounds-checked cursors.  A reader or writer that once ran over its end stays
 * failed: parse or build straight down, look at it once at the end.
 * All integers on the wire are in network order.
 */
#ifndef L2TPSEC_CORE_BUF_H
#define L2TPSEC_CORE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct rbuf - read cursor over bytes that somebody else owns
 * @pos: next byte
 * @end: one past the last byte
 * @failed: something beyond @end was asked for; sticky
 */
struct rbuf {
	const uint8_t *pos;
	const uint8_t *end;
	bool failed;
};

void rbuf_init(struct rbuf *r, const void *data, size_t len);
size_t rbuf_left(const struct rbuf *r);
uint8_t rbuf_u8(struct rbuf *r);
uint16_t rbuf_u16(struct rbuf *r);
uint32_t rbuf_u32(struct rbuf *r);
const uint8_t *rbuf_bytes(struct rbuf *r, size_t len);
void rbuf_sub(struct rbuf *r, size_t len, struct rbuf *sub);

/**
 * struct wbuf - write cursor over a caller's storage
 * @data: storage
 * @len: bytes written
 * @cap: size of the storage
 * @failed: something did not fit; sticky
 */
struct wbuf {
	uint8_t *data;
	size_t len;
	size_t cap;
	bool failed;
};

void wbuf_init(struct wbuf *w, void *data, size_t cap);
void wbuf_u8(struct wbuf *w, uint8_t v);
void wbuf_u16(struct wbuf *w, uint16_t v);
void wbuf_u32(struct wbuf *w, uint32_t v);
void wbuf_bytes(struct wbuf *w, const void *data, size_t len);
uint8_t *wbuf_reserve(struct wbuf *w, size_t len);
void wbuf_patch_u8(struct wbuf *w, size_t at, uint8_t v);
void wbuf_patch_u16(struct wbuf *w, size_t at, uint16_t v);

#endif
