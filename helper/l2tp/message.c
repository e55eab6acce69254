// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "l2tp/avp.h"
#include "l2tp/message.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define B(attribute)	L2TP_BIT(L2TP_AVP_##attribute)
#define VALUE_MAX	(L2TP_AVP_LENGTH_MASK - L2TP_AVP_HEADER_LEN)

/** enum kind - how a value is kept in struct l2tp_message */
enum kind {
	KIND_U16,
	KIND_U32,
	KIND_TEXT,
	KIND_RESULT,
	KIND_SEEN,		/* known, and only its presence matters to us */
};

/**
 * struct attribute - what we know of an attribute type
 * @type: enum l2tp_attribute
 * @name: for log lines
 * @mandatory: M bit when we send it
 * @kind: how the value is kept
 * @min: shortest legal value
 * @max: longest legal value
 * @offset: where it is kept in struct l2tp_message
 */
struct attribute {
	uint16_t type;
	const char *name;
	bool mandatory;
	enum kind kind;
	size_t min;
	size_t max;
	size_t offset;
};

#define ROW(attribute, name, mandatory, kind, min, max, member) \
	{ L2TP_AVP_##attribute, name, mandatory, kind, min, max, offsetof(struct l2tp_message, member) }
#define U16(attribute, name, mandatory, member)	ROW(attribute, name, mandatory, KIND_U16, 2, 2, member)
#define U32(attribute, name, mandatory, member)	ROW(attribute, name, mandatory, KIND_U32, 4, 4, member)
#define TEXT(attribute, name, mandatory, member) ROW(attribute, name, mandatory, KIND_TEXT, 1, VALUE_MAX, member)
#define SEEN(attribute, name, mandatory, min, max) ROW(attribute, name, mandatory, KIND_SEEN, min, max, type)

/*
 * In the order in which we write them; RFC 2661 section beside each.  Lengths are the RFC's,
 * but for Result Code (Android sends no error code: fine; an empty one: no reason to stay)
 * and Call Serial Number (an Android application sends two bytes).
 */
static const struct attribute attributes[] = {
	U16(MESSAGE_TYPE, "Message Type", true, type),						/* 4.4.1 */
	ROW(RESULT_CODE, "Result Code", true, KIND_RESULT, 0, VALUE_MAX, result),		/* 4.4.2 */
	U16(PROTOCOL_VERSION, "Protocol Version", true, protocol_version),			/* 4.4.3 */
	U32(FRAMING_CAPABILITIES, "Framing Capabilities", true, framing_capabilities),		/* 4.4.3 */
	SEEN(BEARER_CAPABILITIES, "Bearer Capabilities", true, 4, 4),				/* 4.4.3 */
	SEEN(TIE_BREAKER, "Tie Breaker", false, 8, 8),						/* 4.4.3 */
	U16(FIRMWARE_REVISION, "Firmware Revision", false, firmware_revision),			/* 4.4.3 */
	TEXT(HOST_NAME, "Host Name", true, host_name),						/* 4.4.3 */
	TEXT(VENDOR_NAME, "Vendor Name", false, vendor_name),					/* 4.4.3 */
	U16(ASSIGNED_TUNNEL_ID, "Assigned Tunnel ID", true, assigned_tunnel),			/* 4.4.3 */
	U16(RECEIVE_WINDOW_SIZE, "Receive Window Size", true, window),				/* 4.4.3 */
	SEEN(CHALLENGE, "Challenge", true, 1, VALUE_MAX),					/* 4.4.3 */
	SEEN(CHALLENGE_RESPONSE, "Challenge Response", true, 16, 16),				/* 4.4.3 */
	SEEN(Q931_CAUSE, "Q.931 Cause Code", true, 3, VALUE_MAX),				/* 4.4.4 */
	U16(ASSIGNED_SESSION_ID, "Assigned Session ID", true, assigned_session),		/* 4.4.4 */
	ROW(CALL_SERIAL_NUMBER, "Call Serial Number", true, KIND_U32, 2, 4, call_serial),	/* 4.4.4 */
	SEEN(MINIMUM_BPS, "Minimum BPS", true, 4, 4),						/* 4.4.4 */
	SEEN(MAXIMUM_BPS, "Maximum BPS", true, 4, 4),						/* 4.4.4 */
	SEEN(BEARER_TYPE, "Bearer Type", true, 4, 4),						/* 4.4.4 */
	U32(TX_CONNECT_SPEED, "(Tx) Connect Speed", true, tx_speed),				/* 4.4.4 */
	U32(FRAMING_TYPE, "Framing Type", true, framing_type),					/* 4.4.4 */
	SEEN(CALLED_NUMBER, "Called Number", true, 0, VALUE_MAX),				/* 4.4.4 */
	SEEN(CALLING_NUMBER, "Calling Number", true, 0, VALUE_MAX),				/* 4.4.4 */
	SEEN(SUB_ADDRESS, "Sub-Address", true, 0, VALUE_MAX),					/* 4.4.4 */
	SEEN(RX_CONNECT_SPEED, "Rx Connect Speed", false, 4, 4),				/* 4.4.4 */
	SEEN(PHYSICAL_CHANNEL_ID, "Physical Channel ID", false, 4, 4),				/* 4.4.4 */
	SEEN(PRIVATE_GROUP_ID, "Private Group ID", false, 0, VALUE_MAX),			/* 4.4.4 */
	SEEN(SEQUENCING_REQUIRED, "Sequencing Required", true, 0, 0),				/* 4.4.4 */
	SEEN(INITIAL_LCP_CONFREQ, "Initial Received LCP CONFREQ", false, 0, VALUE_MAX),		/* 4.4.5 */
	SEEN(LAST_SENT_LCP_CONFREQ, "Last Sent LCP CONFREQ", false, 0, VALUE_MAX),		/* 4.4.5 */
	SEEN(LAST_RECEIVED_LCP_CONFREQ, "Last Received LCP CONFREQ", false, 0, VALUE_MAX),	/* 4.4.5 */
	SEEN(PROXY_AUTHEN_TYPE, "Proxy Authen Type", false, 0, VALUE_MAX),			/* 4.4.5 */
	SEEN(PROXY_AUTHEN_NAME, "Proxy Authen Name", false, 0, VALUE_MAX),			/* 4.4.5 */
	SEEN(PROXY_AUTHEN_CHALLENGE, "Proxy Authen Challenge", false, 0, VALUE_MAX),		/* 4.4.5 */
	SEEN(PROXY_AUTHEN_ID, "Proxy Authen ID", false, 0, VALUE_MAX),				/* 4.4.5 */
	SEEN(PROXY_AUTHEN_RESPONSE, "Proxy Authen Response", false, 0, VALUE_MAX),		/* 4.4.5 */
	SEEN(CALL_ERRORS, "Call Errors", true, 0, VALUE_MAX),					/* 4.4.6 */
	SEEN(ACCM, "ACCM", true, 0, VALUE_MAX),							/* 4.4.6 */
	SEEN(RANDOM_VECTOR, "Random Vector", true, 0, VALUE_MAX),				/* 4.3 */
};

/**
 * struct spec - a message type
 * @type: enum l2tp_message_type
 * @name: for log lines
 * @session: it is about a session, else about the tunnel (4.1: what an error ends)
 * @required: AVPs that must be there
 * @optional: AVPs that may be there; Random Vector may be everywhere
 * @dispensable: required AVPs whose absence we overlook, because we have no use for them
 */
struct spec {
	uint16_t type;
	const char *name;
	bool session;
	uint64_t required;
	uint64_t optional;
	uint64_t dispensable;
};

#define CONTROL_REQUIRED \
	(B(MESSAGE_TYPE) | B(PROTOCOL_VERSION) | B(HOST_NAME) | B(FRAMING_CAPABILITIES) | B(ASSIGNED_TUNNEL_ID))
#define CONTROL_OPTIONAL \
	(B(BEARER_CAPABILITIES) | B(RECEIVE_WINDOW_SIZE) | B(CHALLENGE) | B(FIRMWARE_REVISION) | B(VENDOR_NAME))
#define PROXY \
	(B(INITIAL_LCP_CONFREQ) | B(LAST_SENT_LCP_CONFREQ) | B(LAST_RECEIVED_LCP_CONFREQ) | \
	 B(PROXY_AUTHEN_TYPE) | B(PROXY_AUTHEN_NAME) | B(PROXY_AUTHEN_CHALLENGE) | \
	 B(PROXY_AUTHEN_ID) | B(PROXY_AUTHEN_RESPONSE))

static const struct spec specs[] = {
	/* 6.1 */
	{ L2TP_SCCRQ, "SCCRQ", false, CONTROL_REQUIRED, CONTROL_OPTIONAL | B(TIE_BREAKER), 0 },
	/* 6.2 */
	{ L2TP_SCCRP, "SCCRP", false, CONTROL_REQUIRED, CONTROL_OPTIONAL | B(CHALLENGE_RESPONSE), 0 },
	/* 6.3 */
	{ L2TP_SCCCN, "SCCCN", false, B(MESSAGE_TYPE), B(CHALLENGE_RESPONSE), 0 },
	/* 6.4; who wants to go is never held back */
	{ L2TP_STOPCCN, "StopCCN", false, B(MESSAGE_TYPE) | B(ASSIGNED_TUNNEL_ID) | B(RESULT_CODE), 0,
	  B(ASSIGNED_TUNNEL_ID) | B(RESULT_CODE) },
	/* 6.5 */
	{ L2TP_HELLO, "HELLO", false, B(MESSAGE_TYPE), 0, 0 },
	/* 6.6 */
	{ L2TP_ICRQ, "ICRQ", true, B(MESSAGE_TYPE) | B(ASSIGNED_SESSION_ID) | B(CALL_SERIAL_NUMBER),
	  B(BEARER_TYPE) | B(PHYSICAL_CHANNEL_ID) | B(CALLING_NUMBER) | B(CALLED_NUMBER) | B(SUB_ADDRESS),
	  B(CALL_SERIAL_NUMBER) },
	/* 6.7 */
	{ L2TP_ICRP, "ICRP", true, B(MESSAGE_TYPE) | B(ASSIGNED_SESSION_ID), 0, 0 },
	/* 6.8 */
	{ L2TP_ICCN, "ICCN", true, B(MESSAGE_TYPE) | B(TX_CONNECT_SPEED) | B(FRAMING_TYPE),
	  PROXY | B(PRIVATE_GROUP_ID) | B(RX_CONNECT_SPEED) | B(SEQUENCING_REQUIRED),
	  B(TX_CONNECT_SPEED) | B(FRAMING_TYPE) },
	/* 6.9 */
	{ L2TP_OCRQ, "OCRQ", true, B(MESSAGE_TYPE) | B(ASSIGNED_SESSION_ID) | B(CALL_SERIAL_NUMBER) |
	  B(MINIMUM_BPS) | B(MAXIMUM_BPS) | B(BEARER_TYPE) | B(FRAMING_TYPE) | B(CALLED_NUMBER), B(SUB_ADDRESS),
	  B(CALL_SERIAL_NUMBER) | B(MINIMUM_BPS) | B(MAXIMUM_BPS) | B(BEARER_TYPE) | B(FRAMING_TYPE) |
	  B(CALLED_NUMBER) },
	/* 6.10 */
	{ L2TP_OCRP, "OCRP", true, B(MESSAGE_TYPE) | B(ASSIGNED_SESSION_ID), B(PHYSICAL_CHANNEL_ID), 0 },
	/* 6.11 */
	{ L2TP_OCCN, "OCCN", true, B(MESSAGE_TYPE) | B(TX_CONNECT_SPEED) | B(FRAMING_TYPE),
	  B(RX_CONNECT_SPEED) | B(SEQUENCING_REQUIRED), 0 },
	/* 6.12; see StopCCN */
	{ L2TP_CDN, "CDN", true, B(MESSAGE_TYPE) | B(RESULT_CODE) | B(ASSIGNED_SESSION_ID), B(Q931_CAUSE),
	  B(RESULT_CODE) | B(ASSIGNED_SESSION_ID) },
	/* 6.13 */
	{ L2TP_WEN, "WEN", true, B(MESSAGE_TYPE) | B(CALL_ERRORS), 0, B(CALL_ERRORS) },
	/* 6.14 */
	{ L2TP_SLI, "SLI", true, B(MESSAGE_TYPE) | B(ACCM), 0, B(ACCM) },
};

/**
 * l2tp_header_parse - check and read the header of a control message
 * @msg: datagram
 * @len: its length; what stands behind the message's own Length is left out
 * @h: filled
 * @body: set to the AVPs; empty for a ZLB
 * Return: false when it is no well-formed control message of version 2: to be dropped (RFC 2661 3.1, 7.1).
 */
bool l2tp_header_parse(const uint8_t *msg, size_t len, struct l2tp_header *h, struct rbuf *body)
{
	uint16_t flags, length;
	struct rbuf r;

	rbuf_init(&r, msg, len);
	flags = rbuf_u16(&r);
	length = rbuf_u16(&r);
	h->tunnel_id = rbuf_u16(&r);
	h->session_id = rbuf_u16(&r);
	h->ns = rbuf_u16(&r);
	h->nr = rbuf_u16(&r);
	if (r.failed || length < L2TP_HEADER_LEN || flags & L2TP_FLAG_OFFSET)
		return false;
	if ((flags & (L2TP_CONTROL_FLAGS | L2TP_VERSION_MASK)) != L2TP_CONTROL_FLAGS)
		return false;
	rbuf_sub(&r, length - L2TP_HEADER_LEN, body);
	return !body->failed;
}

/**
 * l2tp_header_put - write the header of a control message
 * @w: where
 * @h: what it says
 * @body_len: length of the AVPs behind it
 */
void l2tp_header_put(struct wbuf *w, const struct l2tp_header *h, size_t body_len)
{
	wbuf_u16(w, L2TP_CONTROL_FLAGS);
	wbuf_u16(w, L2TP_HEADER_LEN + body_len);
	wbuf_u16(w, h->tunnel_id);
	wbuf_u16(w, h->session_id);
	wbuf_u16(w, h->ns);
	wbuf_u16(w, h->nr);
}

static const struct attribute *attribute_find(uint16_t type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		if (attributes[i].type == type)
			return &attributes[i];
	}
	return NULL;
}

static const struct spec *spec_find(uint16_t type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(specs); i++) {
		if (specs[i].type == type)
			return &specs[i];
	}
	return NULL;
}

/* The first finding is the one that is reported. */
__attribute__((format(printf, 3, 4)))
static void complain(struct l2tp_message *m, enum l2tp_error error, const char *fmt, ...)
{
	va_list ap;

	if (m->error)
		return;
	m->error = error;
	va_start(ap, fmt);
	vsnprintf(m->complaint, sizeof(m->complaint), fmt, ap);
	va_end(ap);
}

/* Apple ends host names with a NUL. */
static void read_text(char out[L2TP_TEXT_LEN], const uint8_t *value, size_t len)
{
	size_t i;

	for (i = 0; i < len && i < L2TP_TEXT_LEN - 1 && value[i]; i++)
		out[i] = value[i] > ' ' && value[i] < 0x7f ? value[i] : value[i] == ' ' ? ' ' : '?';
	out[i] = '\0';
}

/* Apple writes the code in little-endian order, with stale bytes behind it; Android stops behind the code. */
static void read_result(struct l2tp_result *result, const uint8_t *value, size_t len)
{
	struct rbuf r;

	rbuf_init(&r, value, len);
	result->code = rbuf_u16(&r);
	if (result->code && !(result->code & 0xff)) {
		result->code >>= 8;
		return;
	}
	result->error = rbuf_u16(&r);
	if (!r.failed)
		read_text(result->text, value + 4, len - 4);
}

static void read_value(const struct attribute *a, const struct l2tp_avp *avp, struct l2tp_message *m)
{
	void *to = (char *)m + a->offset;
	struct rbuf r;

	rbuf_init(&r, avp->value, avp->len);
	switch (a->kind) {
	case KIND_U16:
		*(uint16_t *)to = rbuf_u16(&r);
		break;
	case KIND_U32:
		*(uint32_t *)to = avp->len == 4 ? rbuf_u32(&r) : rbuf_u16(&r);
		break;
	case KIND_TEXT:
		read_text(to, avp->value, avp->len);
		break;
	case KIND_RESULT:
		read_result(to, avp->value, avp->len);
		break;
	case KIND_SEEN:
		break;
	}
}

/* RFC 2661 4.1: what is not known matters only with the M bit.  No secret is shared: hidden values stay unknown. */
static void refuse_unknown(struct l2tp_message *m, const struct l2tp_avp *avp)
{
	if (!avp->mandatory)
		return;
	if (avp->vendor)
		complain(m, L2TP_ERROR_UNKNOWN_AVP, "unknown mandatory AVP %u of vendor %u", avp->type, avp->vendor);
	else if (avp->hidden)
		complain(m, L2TP_ERROR_UNKNOWN_AVP, "hidden AVP %u, but no tunnel secret is configured", avp->type);
	else
		complain(m, L2TP_ERROR_UNKNOWN_AVP, "unknown mandatory AVP %u", avp->type);
}

static void take_avp(struct l2tp_message *m, const struct l2tp_avp *avp)
{
	const struct attribute *a = avp->vendor ? NULL : attribute_find(avp->type);

	if (!a || avp->hidden || avp->reserved) {
		refuse_unknown(m, avp);
		return;
	}
	if (m->present & L2TP_BIT(a->type))
		return;
	if (avp->len < a->min || avp->len > a->max) {
		/* 7.1: without the M bit a malformed AVP is as good as none */
		if (avp->mandatory)
			complain(m, L2TP_ERROR_LENGTH, "%s AVP of %zu bytes", a->name, avp->len);
		return;
	}
	m->present |= L2TP_BIT(a->type);
	read_value(a, avp, m);
}

/* 4.4.1: Message Type comes first; its M bit says whether an unknown message may be ignored. */
static bool take_type(struct l2tp_message *m, const struct l2tp_avp *avp)
{
	if (avp->vendor || avp->type != L2TP_AVP_MESSAGE_TYPE || avp->hidden || avp->len != 2) {
		complain(m, L2TP_ERROR_VALUE, "no Message Type AVP at its beginning");
		return false;
	}
	m->present = B(MESSAGE_TYPE);
	read_value(attribute_find(L2TP_AVP_MESSAGE_TYPE), avp, m);
	if (spec_find(m->type))
		return true;
	m->ignore = !avp->mandatory;
	if (avp->mandatory)
		complain(m, L2TP_ERROR_UNKNOWN_AVP, "unknown mandatory message type %u", m->type);
	return false;
}

static void require(struct l2tp_message *m, const struct spec *spec)
{
	uint64_t missing = spec->required & ~spec->dispensable & ~m->present;
	size_t i;

	for (i = 0; missing && i < ARRAY_SIZE(attributes); i++) {
		if (missing & L2TP_BIT(attributes[i].type))
			complain(m, L2TP_ERROR_VALUE, "no %s AVP", attributes[i].name);
	}
}

/**
 * l2tp_message_parse - read the AVPs of a control message
 * @body: they, not empty
 * @m: filled; @m->error and @m->ignore say what to do with it
 */
void l2tp_message_parse(struct rbuf body, struct l2tp_message *m)
{
	struct l2tp_avp avp;

	memset(m, 0, sizeof(*m));
	if (!l2tp_avp_next(&body, &avp)) {
		complain(m, L2TP_ERROR_LENGTH, "no AVP that can be read");
		return;
	}
	if (!take_type(m, &avp))
		return;
	while (l2tp_avp_next(&body, &avp))
		take_avp(m, &avp);
	if (body.failed)
		complain(m, L2TP_ERROR_LENGTH, "an AVP with a wrong length");
	require(m, spec_find(m->type));
}

static void put_result(struct wbuf *w, const struct attribute *a, const struct l2tp_result *result)
{
	uint8_t storage[4 + L2TP_TEXT_LEN];
	struct wbuf value;

	wbuf_init(&value, storage, sizeof(storage));
	wbuf_u16(&value, result->code);
	wbuf_u16(&value, result->error);
	wbuf_bytes(&value, result->text, strlen(result->text));
	l2tp_avp_put(w, a->type, a->mandatory, value.data, value.len);
}

static void put_value(struct wbuf *w, const struct attribute *a, const struct l2tp_message *m)
{
	const void *from = (const char *)m + a->offset;
	uint8_t storage[4];
	struct wbuf value;

	wbuf_init(&value, storage, sizeof(storage));
	switch (a->kind) {
	case KIND_U16:
		wbuf_u16(&value, *(const uint16_t *)from);
		break;
	case KIND_U32:
		wbuf_u32(&value, *(const uint32_t *)from);
		break;
	case KIND_TEXT:
		l2tp_avp_put(w, a->type, a->mandatory, from, strlen(from));
		return;
	case KIND_RESULT:
		put_result(w, a, from);
		return;
	case KIND_SEEN:
		break;
	}
	l2tp_avp_put(w, a->type, a->mandatory, value.data, value.len);
}

/**
 * l2tp_message_build - write the AVPs of a control message
 * @w: where
 * @m: type, and the AVPs that @m->present names
 */
void l2tp_message_build(struct wbuf *w, const struct l2tp_message *m)
{
	uint64_t present = m->present | B(MESSAGE_TYPE);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		if (present & L2TP_BIT(attributes[i].type))
			put_value(w, &attributes[i], m);
	}
}

/**
 * l2tp_message_check - is it what section 6 allows, to the letter?
 * @m: a parsed message, one of our own usually
 * Return: NULL, or what is wrong with it.
 */
const char *l2tp_message_check(const struct l2tp_message *m)
{
	const struct spec *spec = spec_find(m->type);

	if (m->error)
		return m->complaint;
	if (!spec)
		return "unknown type";
	if (spec->required & ~m->present)
		return "a required AVP is missing";
	if (m->present & ~(spec->required | spec->optional | B(RANDOM_VECTOR)))
		return "an AVP does not belong there";
	return NULL;
}

/**
 * l2tp_message_name - as log lines name it
 * @type: message type
 * Return: a constant string.
 */
const char *l2tp_message_name(uint16_t type)
{
	const struct spec *spec = spec_find(type);

	return spec ? spec->name : "unknown message";
}

/**
 * l2tp_message_of_session - what does an error in such a message end?
 * @type: message type
 * Return: true: a session; false: the tunnel.
 */
bool l2tp_message_of_session(uint16_t type)
{
	const struct spec *spec = spec_find(type);

	return spec && spec->session;
}

/* 4.4.2 */
static const char *const stop_results[] = {
	[L2TP_STOP_REQUEST] = "on request",
	[L2TP_STOP_ERROR] = "because of an error",
	[L2TP_STOP_EXISTS] = "control channel exists already",
	[L2TP_STOP_NOT_AUTHORIZED] = "we are not authorized",
	[L2TP_STOP_VERSION] = "protocol version not supported",
	[L2TP_STOP_SHUTDOWN] = "the peer is shutting down",
	[L2TP_STOP_STATE] = "finite state machine error",
};

static const char *const clear_results[] = {
	[L2TP_CLEAR_CARRIER] = "carrier lost",
	[L2TP_CLEAR_ERROR] = "because of an error",
	[L2TP_CLEAR_ADMIN] = "for administrative reasons",
	[L2TP_CLEAR_NO_FACILITIES] = "no facilities, for now",
	[L2TP_CLEAR_NEVER_FACILITIES] = "no facilities, ever",
	[6] = "invalid destination",
	[7] = "no carrier detected",
	[8] = "busy signal",
	[9] = "no dial tone",
	[L2TP_CLEAR_TIMEOUT] = "not established in time",
	[11] = "no framing detected",
};

/**
 * l2tp_result_phrase - say why the peer went
 * @type: L2TP_CDN or L2TP_STOPCCN
 * @result: what it gave as its reason
 * @out: storage
 * Return: @out, one phrase.
 */
const char *l2tp_result_phrase(uint16_t type, const struct l2tp_result *result, char out[L2TP_PHRASE_LEN])
{
	const char *const *results = type == L2TP_CDN ? clear_results : stop_results;
	size_t count = type == L2TP_CDN ? ARRAY_SIZE(clear_results) : ARRAY_SIZE(stop_results);
	const char *what = type == L2TP_CDN ? "session" : "tunnel";
	const char *meaning = result->code < count ? results[result->code] : NULL;
	size_t n;

	n = snprintf(out, L2TP_PHRASE_LEN, "the peer closed the %s", what);
	if (!result->code)
		return out;
	n += snprintf(out + n, L2TP_PHRASE_LEN - n, "%s%s (result %u", meaning ? ": " : "", meaning ? meaning : "",
		      result->code);
	if (result->error)
		n += snprintf(out + n, L2TP_PHRASE_LEN - n, ", error %u", result->error);
	if (*result->text)
		n += snprintf(out + n, L2TP_PHRASE_LEN - n, ", '%s'", result->text);
	snprintf(out + n, L2TP_PHRASE_LEN - n, ")");
	return out;
}
