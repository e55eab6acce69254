/* SPDX-License-Identifier: MIT */
/* Packets of PPP control protocols: code, identifier, length, data; and options.  Pure. */
#ifndef L2TPSEC_PPP_PACKET_H
#define L2TPSEC_PPP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

/**
 * struct packet - one packet, inside somebody else's bytes
 * @code: what it is
 * @id: ties answers to requests
 * @data: what follows the header, borrowed
 * @len: bytes of @data, padding of the frame left out
 */
struct packet {
	uint8_t code;
	uint8_t id;
	const uint8_t *data;
	size_t len;
};

/**
 * struct option - one option, inside a packet
 * @type: option number
 * @value: its value, borrowed
 * @len: bytes of @value
 */
struct option {
	uint8_t type;
	const uint8_t *value;
	size_t len;
};

bool packet_parse(struct packet *p, const uint8_t *frame, size_t len);
void packet_begin(struct wbuf *w, uint8_t code, uint8_t id);
bool packet_end(struct wbuf *w);
bool packet_option_next(struct rbuf *r, struct option *o);
uint32_t packet_option_u32(const struct option *o);

#endif
