/* SPDX-License-Identifier: MIT */
/*
 * Fragments of Microsoft and Cisco ([MS-IKEE] 2.2.6): a message with certificates in pieces
 * that need no fragmentation by IP, which many networks do not let through.
 */
#ifndef L2TPSEC_IKE_FRAG_H
#define L2TPSEC_IKE_FRAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ike/wire.h"

#define FRAG_PIECES_MAX		32
#define FRAG_DATAGRAM_MAX	1228	/* 1280 with the headers of IPv6, UDP and the non-ESP marker */

/**
 * struct frag - pieces of one message; all zero is empty
 * @id: which message
 * @last: number of its last piece, 0 = not there yet
 * @len: bytes of all pieces
 * @pieces: by their number, from 1
 */
struct frag {
	uint16_t id;
	uint8_t last;
	size_t len;
	struct {
		uint8_t *data;
		size_t len;
	} pieces[FRAG_PIECES_MAX];
};

uint8_t *frag_add(struct frag *f, const uint8_t *body, size_t len, size_t *whole_len);
void frag_clear(struct frag *f);
size_t frag_cut(const uint8_t *msg, size_t len, size_t nth, uint8_t out[FRAG_DATAGRAM_MAX]);

#endif
