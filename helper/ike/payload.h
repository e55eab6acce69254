/* SPDX-License-Identifier: MIT */
/* ISAKMP messages and payloads: parsers and builders, pure and bounds-checked (RFC 2408 3). */
#ifndef L2TPSEC_IKE_PAYLOAD_H
#define L2TPSEC_IKE_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "ike/wire.h"

/**
 * struct isakmp_header - RFC 2408 3.1
 * @icookie: initiator's cookie
 * @rcookie: responder's cookie, zero in message 1
 * @next: type of the first payload
 * @version: major and minor
 * @exchange: enum isakmp_exchange
 * @flags: ISAKMP_FLAG_*
 * @message_id: 0 in phase 1
 * @length: of the whole message
 */
struct isakmp_header {
	uint8_t icookie[ISAKMP_COOKIE_LEN];
	uint8_t rcookie[ISAKMP_COOKIE_LEN];
	uint8_t next;
	uint8_t version;
	uint8_t exchange;
	uint8_t flags;
	uint32_t message_id;
	uint32_t length;
};

/**
 * struct payload - one payload, without its generic header
 * @type: enum isakmp_payload, or anything else
 * @body: borrowed bytes
 * @len: how many
 */
struct payload {
	uint8_t type;
	const uint8_t *body;
	size_t len;
};

/**
 * struct payload_list - the payloads of a message in their order
 * @p: payloads
 * @n: how many
 * @present: bit per type below 32
 * @end: one past the last payload; padding follows
 */
struct payload_list {
	struct payload p[IKE_PAYLOADS_MAX];
	size_t n;
	uint32_t present;
	const uint8_t *end;
};

/** PAYLOAD_BIT - a payload type in payload_list.present */
#define PAYLOAD_BIT(type)	(1u << (type))

bool payload_header_parse(struct isakmp_header *h, const uint8_t *msg, size_t len);
bool payload_list_parse(struct payload_list *list, uint8_t first, const uint8_t *data, size_t len);
const struct payload *payload_find(const struct payload_list *list, uint8_t type, size_t nth);
size_t payload_count(const struct payload_list *list, uint8_t type);

/**
 * struct payload_id - Identification payload, RFC 2407 4.6.2
 * @type: enum ipsec_id
 * @protocol: IP protocol, 0 = any
 * @port: 0 = any
 * @data: borrowed bytes
 * @len: how many
 */
struct payload_id {
	uint8_t type;
	uint8_t protocol;
	uint16_t port;
	const uint8_t *data;
	size_t len;
};

/**
 * struct payload_notify - Notification payload, RFC 2408 3.14
 * @protocol: enum isakmp_protocol
 * @type: enum isakmp_notify
 * @spi: borrowed bytes
 * @spi_len: how many
 * @data: borrowed bytes
 * @len: how many
 */
struct payload_notify {
	uint8_t protocol;
	uint16_t type;
	const uint8_t *spi;
	size_t spi_len;
	const uint8_t *data;
	size_t len;
};

/**
 * struct payload_delete - Delete payload, RFC 2408 3.15
 * @protocol: enum isakmp_protocol
 * @spi_len: bytes of each SPI
 * @count: how many SPIs
 * @spis: borrowed bytes, @count * @spi_len
 */
struct payload_delete {
	uint8_t protocol;
	size_t spi_len;
	size_t count;
	const uint8_t *spis;
};

/**
 * struct payload_offer - one transform of an SA payload with the proposal around it, RFC 2408 3.5 and 3.6
 * @number: proposal number
 * @protocol: enum isakmp_protocol
 * @combined: another protocol with the same number must go with it (AH, IPComp)
 * @spi: borrowed bytes of the proposal's SPI
 * @spi_len: how many
 * @transform: number of the transform
 * @id: transform id
 * @attributes: borrowed bytes of its attributes
 * @attributes_len: how many
 */
struct payload_offer {
	uint8_t number;
	uint8_t protocol;
	bool combined;
	const uint8_t *spi;
	size_t spi_len;
	uint8_t transform;
	uint8_t id;
	const uint8_t *attributes;
	size_t attributes_len;
};

/**
 * struct payload_attribute - one data attribute, RFC 2408 3.3
 * @type: without the format bit
 * @value: as a number, UINT64_MAX when it is longer than eight bytes and does not fit
 */
struct payload_attribute {
	uint16_t type;
	uint64_t value;
};

bool payload_id_parse(struct payload_id *id, const struct payload *p);
bool payload_notify_parse(struct payload_notify *n, const struct payload *p);
bool payload_delete_parse(struct payload_delete *d, const struct payload *p);
int payload_offers_parse(struct payload_offer *offers, size_t max, const uint8_t *sa, size_t len);
bool payload_attribute_next(struct rbuf *r, struct payload_attribute *a);
bool payload_attributes_check(const uint8_t *data, size_t len);

/**
 * struct payload_builder - a message in the making
 * @w: the bytes
 * @next_at: where the type of the next payload belongs
 */
struct payload_builder {
	struct wbuf w;
	size_t next_at;
};

void payload_message_begin(struct payload_builder *b, void *storage, size_t cap,
			   const struct isakmp_header *h);
bool payload_message_end(struct payload_builder *b);
size_t payload_begin(struct payload_builder *b, uint8_t type);
void payload_end(struct payload_builder *b, size_t start);
void payload_put(struct payload_builder *b, uint8_t type, const void *body, size_t len);
void payload_notify_put(struct payload_builder *b, const struct payload_notify *n);
void payload_delete_put(struct payload_builder *b, const struct payload_delete *d);
void payload_offer_put(struct payload_builder *b, const struct payload_offer *offer);

#endif
