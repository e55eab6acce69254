/* SPDX-License-Identifier: MIT */
/* Control messages (RFC 2661 3.1, 4.4 and 6) as structures: one table reads, writes and checks them. */
#ifndef L2TPSEC_L2TP_MESSAGE_H
#define L2TPSEC_L2TP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "l2tp/wire.h"

#define L2TP_TEXT_LEN	64
#define L2TP_PHRASE_LEN	256
#define L2TP_BIT(attribute)	(1ULL << (attribute))

/**
 * struct l2tp_header - what stands before the AVPs
 * @tunnel_id: the receiver's, 0 in SCCRQ
 * @session_id: the receiver's, 0 where the message is about the tunnel or the id is not known yet
 * @ns: sequence number of this message
 * @nr: sequence number expected next
 */
struct l2tp_header {
	uint16_t tunnel_id;
	uint16_t session_id;
	uint16_t ns;
	uint16_t nr;
};

/**
 * struct l2tp_result - Result Code AVP (4.4.2)
 * @code: result code, 0 = none was given
 * @error: general error code
 * @text: error message, printable
 */
struct l2tp_result {
	uint16_t code;
	uint16_t error;
	char text[L2TP_TEXT_LEN];
};

/**
 * struct l2tp_message - a control message, parsed or to be built
 * @type: enum l2tp_message_type, or something unknown
 * @present: L2TP_BIT() of each AVP that it has
 * @error: why it cannot be accepted (enum l2tp_error), 0 = it can
 * @ignore: of a type we do not know and may leave alone
 * @complaint: @error in words, "" without one
 * @result: Result Code
 * @protocol_version: version in the high byte, revision in the low one
 * @framing_capabilities: L2TP_FRAMING_*
 * @firmware_revision: the sender's own
 * @host_name: printable
 * @vendor_name: printable
 * @assigned_tunnel: the sender's id of the tunnel
 * @assigned_session: the sender's id of the session
 * @window: Receive Window Size
 * @call_serial: the LAC's number of the call
 * @tx_speed: (Tx) Connect Speed, bit/s
 * @framing_type: L2TP_FRAMING_*
 *
 * A parsed message with @error still holds everything that could be read of it.
 */
struct l2tp_message {
	uint16_t type;
	uint64_t present;
	uint16_t error;
	bool ignore;
	char complaint[L2TP_TEXT_LEN * 2];
	struct l2tp_result result;
	uint16_t protocol_version;
	uint32_t framing_capabilities;
	uint16_t firmware_revision;
	char host_name[L2TP_TEXT_LEN];
	char vendor_name[L2TP_TEXT_LEN];
	uint16_t assigned_tunnel;
	uint16_t assigned_session;
	uint16_t window;
	uint32_t call_serial;
	uint32_t tx_speed;
	uint32_t framing_type;
};

bool l2tp_header_parse(const uint8_t *msg, size_t len, struct l2tp_header *h, struct rbuf *body);
void l2tp_header_put(struct wbuf *w, const struct l2tp_header *h, size_t body_len);
void l2tp_message_parse(struct rbuf body, struct l2tp_message *m);
void l2tp_message_build(struct wbuf *w, const struct l2tp_message *m);
const char *l2tp_message_check(const struct l2tp_message *m);
const char *l2tp_message_name(uint16_t type);
bool l2tp_message_of_session(uint16_t type);
const char *l2tp_result_phrase(uint16_t type, const struct l2tp_result *result, char out[L2TP_PHRASE_LEN]);

#endif
