// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "l2tp/avp.h"
#include "l2tp/message.h"
#include "l2tp_peer.h"

/* Reconstructed from the facts known of Windows 8 and later; its length is that of real ones. */
#define WINDOWS_SCCRQ \
	"c802006c000000000000000080080000000000018008000000020100800a0000000300000001800a0000000400000000" \
	"0008000000060a008015000000075257422d4c4150544f502d44454c4c000f000000084d6963726f736f667480080000" \
	"0009000180080000000a0008"
#define ANDROID_SCCRQ \
	"c802 0045 0000 0000 0000 0000  8008 0000 0000 0001  8008 0000 0002 0100  800f 0000 0007 616e6f6e796d6f7573" \
	"800a 0000 0003 00000003  8008 0000 0009 1234  8008 0000 000a 0001"
/* Recorded from xl2tpd 1.3.18 of Debian 12. */
#define XL2TPD_SCCRQ \
	"c8020063000000000000000080080000000000018008000000020100800a0000000300000003800a0000000400000000" \
	"0008000000060690800800000007766d00130000000878656c6572616e63652e636f6d80080000000994a380080000000a0004"
#define XL2TPD_ICRQ \
	"c8020030f35a000000020001800800000000000a80080000000e3df6800a0000000f00000001800a0000001200000000"
#define XL2TPD_ICCN \
	"c8020032f35aa5b600030002800800000000000c800a0000001800000000800a0000001300000001000a0000002600000000"
#define XL2TPD_CDN \
	"c8020026f35aa5b600040002800800000000000e800a000000010001000080080000000e3df6"
#define XL2TPD_STOPCCN \
	"c802002ef35a000000050002800800000000000480080000000994a380120000000100010000476f6f6462796521"
/* All M bits set, Host Name ends with a NUL. */
#define APPLE_SCCRQ \
	"c802 0044 0000 0000 0000 0000  8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000003" \
	"800e 0000 0007 6d61632d626f7800  8008 0000 0009 0011  8008 0000 000a 0004"

static struct l2tp_header parse(const char *hex, struct l2tp_message *m)
{
	struct l2tp_header h;
	struct rbuf body;
	uint8_t msg[512];
	size_t len = l2tp_from_hex(hex, msg, sizeof(msg));

	assert_true(l2tp_header_parse(msg, len, &h, &body));
	l2tp_message_parse(body, m);
	return h;
}

static void parse_body(const char *hex, struct l2tp_message *m)
{
	uint8_t body[512];
	size_t len = l2tp_from_hex(hex, body, sizeof(body));
	struct rbuf r;

	rbuf_init(&r, body, len);
	l2tp_message_parse(r, m);
}

static void windows_request(void **state)
{
	struct l2tp_message m;
	struct l2tp_header h;
	uint8_t msg[512];

	(void)state;
	assert_int_equal(l2tp_from_hex(WINDOWS_SCCRQ, msg, sizeof(msg)), 108);
	h = parse(WINDOWS_SCCRQ, &m);
	assert_int_equal(h.tunnel_id | h.session_id | h.ns | h.nr, 0);
	assert_null(l2tp_message_check(&m));
	assert_int_equal(m.type, L2TP_SCCRQ);
	assert_int_equal(m.protocol_version, 0x0100);
	assert_int_equal(m.framing_capabilities, L2TP_FRAMING_SYNC);
	assert_int_equal(m.firmware_revision, 0x0a00);
	assert_string_equal(m.host_name, "RWB-LAPTOP-DELL");
	assert_string_equal(m.vendor_name, "Microsoft");
	assert_int_equal(m.assigned_tunnel, 1);
	assert_int_equal(m.window, 8);
}

static void android_request(void **state)
{
	struct l2tp_message m;
	uint8_t msg[512];

	(void)state;
	assert_int_equal(l2tp_from_hex(ANDROID_SCCRQ, msg, sizeof(msg)), 69);
	parse(ANDROID_SCCRQ, &m);
	assert_null(l2tp_message_check(&m));
	assert_string_equal(m.host_name, "anonymous");
	assert_string_equal(m.vendor_name, "");
	assert_int_equal(m.assigned_tunnel, 0x1234);
	assert_int_equal(m.window, 1);
}

static void apple_request_ends_its_name_with_nul(void **state)
{
	struct l2tp_message m;

	(void)state;
	parse(APPLE_SCCRQ, &m);
	assert_null(l2tp_message_check(&m));
	assert_string_equal(m.host_name, "mac-box");
	assert_int_equal(m.assigned_tunnel, 0x11);
}

static void xl2tpd_messages(void **state)
{
	struct l2tp_message m;
	struct l2tp_header h;

	(void)state;
	parse(XL2TPD_SCCRQ, &m);
	assert_null(l2tp_message_check(&m));
	assert_string_equal(m.host_name, "vm");
	assert_string_equal(m.vendor_name, "xelerance.com");
	assert_int_equal(m.firmware_revision, 0x0690);
	h = parse(XL2TPD_ICRQ, &m);
	assert_null(l2tp_message_check(&m));
	assert_int_equal(h.tunnel_id, 0xf35a);
	assert_int_equal(h.ns, 2);
	assert_int_equal(h.nr, 1);
	assert_int_equal(m.assigned_session, 0x3df6);
	assert_int_equal(m.call_serial, 1);
	h = parse(XL2TPD_ICCN, &m);
	assert_null(l2tp_message_check(&m));
	assert_int_equal(h.session_id, 0xa5b6);
	assert_int_equal(m.framing_type, 1);
	parse(XL2TPD_CDN, &m);
	assert_null(l2tp_message_check(&m));
	assert_int_equal(m.result.code, 1);
	parse(XL2TPD_STOPCCN, &m);
	assert_null(l2tp_message_check(&m));
	assert_string_equal(m.result.text, "Goodbye!");
}

static bool ends_an_avp(const uint8_t *msg, size_t len, size_t at)
{
	struct l2tp_avp avp;
	struct rbuf r;

	rbuf_init(&r, msg + L2TP_HEADER_LEN, len - L2TP_HEADER_LEN);
	while (l2tp_avp_next(&r, &avp)) {
		if (r.pos == msg + at)
			return true;
	}
	return false;
}

/*
 * Every cut through every message.  As it is, it disagrees with its Length; with a Length that
 * agrees, only a cut between AVPs is no error of length.  Nothing reads behind the end (ASan).
 */
static void truncated_everywhere(void **state)
{
	static const char *const whole[] = {
		WINDOWS_SCCRQ, ANDROID_SCCRQ, APPLE_SCCRQ, XL2TPD_SCCRQ, XL2TPD_ICRQ, XL2TPD_ICCN, XL2TPD_CDN,
		XL2TPD_STOPCCN,
	};
	struct l2tp_message m;
	struct l2tp_header h;
	struct rbuf body;
	uint8_t msg[512], *cut;
	size_t i, len, n;

	(void)state;
	for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		len = l2tp_from_hex(whole[i], msg, sizeof(msg));
		for (n = 0; n < len; n++) {
			cut = malloc(n ? n : 1);
			memcpy(cut, msg, n);
			assert_false(l2tp_header_parse(cut, n, &h, &body));
			if (n > L2TP_HEADER_LEN) {
				cut[2] = n >> 8;
				cut[3] = n & 0xff;
				assert_true(l2tp_header_parse(cut, n, &h, &body));
				l2tp_message_parse(body, &m);
				assert_int_equal(m.error != L2TP_ERROR_LENGTH, ends_an_avp(msg, len, n));
			}
			free(cut);
		}
	}
}

static void header_bits(void **state)
{
	static const struct {
		const char *hex;
		bool good;
	} cases[] = {
		{ "c802000c 0001 0000 0000 0000", true },
		{ "c902000c 0001 0000 0000 0000", true },	/* P: ignored */
		{ "ca02000c 0001 0000 0000 0000", false },	/* O: must be clear */
		{ "fcf2000c 0001 0000 0000 0000", true },	/* reserved bits are ignored (3.1) */
		{ "4802000c 0001 0000 0000 0000", false },	/* data */
		{ "8802000c 0001 0000 0000 0000", false },	/* no L */
		{ "c002000c 0001 0000 0000 0000", false },	/* no S */
		{ "c803000c 0001 0000 0000 0000", false },	/* L2TPv3 */
		{ "c801000c 0001 0000 0000 0000", false },	/* L2F */
		{ "c802000b 0001 0000 0000 0000", false },	/* Length too short */
		{ "c802000d 0001 0000 0000 0000", false },	/* Length too long */
		{ "c802000c 0001 0000 0000 0000 00", true },	/* padding behind the message */
	};
	struct l2tp_header h;
	struct rbuf body;
	uint8_t msg[64];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		len = l2tp_from_hex(cases[i].hex, msg, sizeof(msg));
		assert_int_equal(l2tp_header_parse(msg, len, &h, &body), cases[i].good);
		if (cases[i].good)
			assert_int_equal(rbuf_left(&body), 0);
	}
}

#define ICRQ	"8008 0000 0000 000a  8008 0000 000e 0001  800a 0000 000f 00000000"

/* What an AVP does to the message around it (4.1, 7.1). */
static void unknown_and_malformed_avps(void **state)
{
	static const struct {
		const char *body;
		uint16_t error;
	} cases[] = {
		{ ICRQ, 0 },
		/* Windows: vendor 311 (Microsoft), type 1: not a Result Code */
		{ ICRQ "0016 0137 0001 00112233445566778899aabbccddeeff", 0 },
		{ ICRQ "8016 0137 0001 00112233445566778899aabbccddeeff", L2TP_ERROR_UNKNOWN_AVP },
		{ ICRQ "0006 0000 0063", 0 },			/* unknown */
		{ ICRQ "8006 0000 0063", L2TP_ERROR_UNKNOWN_AVP },
		{ ICRQ "0406 0000 0012", 0 },			/* reserved bit: unknown */
		{ ICRQ "8406 0000 0012", L2TP_ERROR_UNKNOWN_AVP },
		{ ICRQ "4008 0000 0012 abcd", 0 },		/* hidden */
		{ ICRQ "c008 0000 0012 abcd", L2TP_ERROR_UNKNOWN_AVP },
		{ ICRQ "8016 0000 0024 00112233445566778899aabbccddeeff", 0 },	/* Random Vector alone hides nothing */
		{ ICRQ "8008 0000 0012 abcd", L2TP_ERROR_LENGTH },	/* Bearer Type of two bytes */
		{ ICRQ "0008 0000 0012 abcd", 0 },
		{ ICRQ "8005 0000 0012", L2TP_ERROR_LENGTH },	/* shorter than its header */
		{ ICRQ "8000 0000 0012", L2TP_ERROR_LENGTH },
		{ ICRQ "83ff 0000 0012", L2TP_ERROR_LENGTH },	/* longer than the message */
		{ ICRQ "80", L2TP_ERROR_LENGTH },
		{ "8008 0000 0000 000a  8008 0000 000e 0001  8008 0000 000f 0001", 0 },	/* Call Serial of two bytes */
		{ "8008 0000 0000 000a  8008 0000 000e 0001", 0 },			/* none: not missed */
		{ "8008 0000 0000 000a  800a 0000 000f 00000000", L2TP_ERROR_VALUE },	/* no session id */
		{ "8008 0000 000e 0001  8008 0000 0000 000a", L2TP_ERROR_VALUE },	/* Message Type not first */
		{ "8008 0137 0000 000a  8008 0000 000e 0001", L2TP_ERROR_VALUE },	/* of a vendor */
		{ "8006 0000 0000", L2TP_ERROR_VALUE },
		{ "8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000003  8008 0000 0009 0001",
		  L2TP_ERROR_VALUE },							/* SCCRQ without Host Name */
		{ "8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000003  8008 0000 0009 0001\n"
		  "8006 0000 0007", L2TP_ERROR_LENGTH },				/* empty Host Name */
	};
	struct l2tp_message m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		parse_body(cases[i].body, &m);
		if (m.error != cases[i].error)
			print_error("case %zu: %s\n", i, m.complaint);
		assert_int_equal(m.error, cases[i].error);
		assert_int_equal(!*m.complaint, !m.error);
		assert_false(m.ignore);
	}
}

/* An error does not hide what else stands there: the refusal has to name the session. */
static void error_keeps_the_rest(void **state)
{
	struct l2tp_message m;

	(void)state;
	parse_body("8008 0000 0000 000a  8006 0000 0063  8008 0000 000e 4321", &m);
	assert_int_equal(m.error, L2TP_ERROR_UNKNOWN_AVP);
	assert_int_equal(m.assigned_session, 0x4321);
	assert_string_equal(m.complaint, "unknown mandatory AVP 99");
}

/* 4.4.1: the M bit of Message Type is about the whole message. */
static void unknown_message_types(void **state)
{
	struct l2tp_message m;

	(void)state;
	parse_body("0008 0000 0000 004d  8006 0000 0063", &m);
	assert_true(m.ignore);
	assert_int_equal(m.error, 0);
	parse_body("8008 0000 0000 004d", &m);
	assert_false(m.ignore);
	assert_int_equal(m.error, L2TP_ERROR_UNKNOWN_AVP);
	assert_string_equal(m.complaint, "unknown mandatory message type 77");
}

static void result_codes(void **state)
{
	static const struct {
		const char *body;
		const char *phrase;
	} cases[] = {
		/* RFC */
		{ "8008 0000 0000 000e  800e 0000 0001 0002 0006 6e6f7065  8008 0000 000e 0001",
		  "the peer closed the session: because of an error (result 2, error 6, 'nope')" },
		/* Apple: declared length 14, little-endian code, stale bytes behind it */
		{ "8008 0000 0000 000e  800e 0000 0001 0300 deadbeef0102  8008 0000 000e 0001",
		  "the peer closed the session: for administrative reasons (result 3)" },
		{ "8008 0000 0000 0004  8008 0000 0009 0001  800e 0000 0001 0100 deadbeef0102",
		  "the peer closed the tunnel: on request (result 1)" },
		/* Android: no error code */
		{ "8008 0000 0000 0004  8008 0000 0009 0001  8008 0000 0001 0006",
		  "the peer closed the tunnel: the peer is shutting down (result 6)" },
		/* nothing at all */
		{ "8008 0000 0000 000e  8008 0000 000e 0001", "the peer closed the session" },
		{ "8008 0000 0000 000e  8006 0000 0001  8008 0000 000e 0001", "the peer closed the session" },
		/* not one of the RFC's; text that would drive a terminal */
		{ "8008 0000 0000 000e  800d 0000 0001 0063 0000 1b5b4d  8008 0000 000e 0001",
		  "the peer closed the session (result 99, '?[M')" },
	};
	char phrase[L2TP_PHRASE_LEN];
	struct l2tp_message m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		parse_body(cases[i].body, &m);
		assert_int_equal(m.error, 0);
		assert_string_equal(l2tp_result_phrase(m.type, &m.result, phrase), cases[i].phrase);
	}
}

/* The longest error message that an AVP can hold neither overflows nor lacks its end. */
static void longest_result_text(void **state)
{
	char phrase[L2TP_PHRASE_LEN];
	uint8_t value[1017], body[1100];
	struct l2tp_message m;
	struct wbuf w;
	struct rbuf r;

	(void)state;
	memset(value, 'x', sizeof(value));
	value[0] = 0;
	value[1] = 2;
	wbuf_init(&w, body, sizeof(body));
	l2tp_avp_put(&w, L2TP_AVP_MESSAGE_TYPE, true, "\0\016", 2);
	l2tp_avp_put(&w, L2TP_AVP_RESULT_CODE, true, value, sizeof(value));
	assert_false(w.failed);
	rbuf_init(&r, w.data, w.len);
	l2tp_message_parse(r, &m);
	assert_int_equal(m.error, 0);
	assert_int_equal(strlen(m.result.text), L2TP_TEXT_LEN - 1);
	assert_non_null(strstr(l2tp_result_phrase(m.type, &m.result, phrase), "xxx')"));
	l2tp_avp_put(&w, L2TP_AVP_RESULT_CODE, true, value, sizeof(value) + 1);
	assert_true(w.failed);
}

/* SCCRP byte for byte, written down from the RFC's figures. */
static void built_reply(void **state)
{
	static const char expected[] =
		"8008 0000 0000 0002  8008 0000 0002 0100  800a 0000 0003 00000003  0008 0000 0006 0001\n"
		"800d 0000 0007 67617465776179  000d 0000 0008 6c327470736563  8008 0000 0009 beef 8008 0000 000a 0008";
	const struct l2tp_message m = {
		.type = L2TP_SCCRP,
		.present = L2TP_BIT(L2TP_AVP_PROTOCOL_VERSION) | L2TP_BIT(L2TP_AVP_FRAMING_CAPABILITIES) |
			   L2TP_BIT(L2TP_AVP_FIRMWARE_REVISION) | L2TP_BIT(L2TP_AVP_HOST_NAME) |
			   L2TP_BIT(L2TP_AVP_VENDOR_NAME) | L2TP_BIT(L2TP_AVP_ASSIGNED_TUNNEL_ID) |
			   L2TP_BIT(L2TP_AVP_RECEIVE_WINDOW_SIZE),
		.protocol_version = 0x0100, .framing_capabilities = 3, .firmware_revision = 1,
		.host_name = "gateway", .vendor_name = "l2tpsec", .assigned_tunnel = 0xbeef, .window = 8,
	};
	uint8_t bytes[256], storage[256];
	struct wbuf w;

	(void)state;
	wbuf_init(&w, storage, sizeof(storage));
	l2tp_message_build(&w, &m);
	assert_false(w.failed);
	assert_int_equal(w.len, l2tp_from_hex(expected, bytes, sizeof(bytes)));
	assert_memory_equal(w.data, bytes, w.len);
	wbuf_init(&w, storage, 20);
	l2tp_message_build(&w, &m);
	assert_true(w.failed);
}

/* The table notices what does not belong: otherwise judging our own messages by it would prove nothing. */
static void check_is_strict(void **state)
{
	struct l2tp_message m;

	(void)state;
	parse_body(ICRQ, &m);
	assert_null(l2tp_message_check(&m));
	parse_body(ICRQ "8008 0000 000a 0004", &m);
	assert_int_equal(m.error, 0);
	assert_string_equal(l2tp_message_check(&m), "an AVP does not belong there");
	parse_body("8008 0000 0000 000a  8008 0000 000e 0001", &m);
	assert_string_equal(l2tp_message_check(&m), "a required AVP is missing");
}

/* Noise: any bytes are taken without harm (ASan, UBSan), whatever comes of them. */
static void noise(void **state)
{
	struct l2tp_message m;
	struct l2tp_header h;
	struct rbuf body;
	uint8_t msg[128];
	size_t i, len, round, accepted = 0;

	(void)state;
	srand(2661);
	for (round = 0; round < 200000; round++) {
		len = l2tp_from_hex(round & 1 ? XL2TPD_SCCRQ : XL2TPD_STOPCCN, msg, sizeof(msg));
		for (i = 0; i < 3; i++)
			msg[rand() % len] = rand();
		if (!l2tp_header_parse(msg, len, &h, &body) || !rbuf_left(&body))
			continue;
		l2tp_message_parse(body, &m);
		accepted += !m.error;
	}
	assert_in_range(accepted, 1000, 199000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_request),
		cmocka_unit_test(android_request),
		cmocka_unit_test(apple_request_ends_its_name_with_nul),
		cmocka_unit_test(xl2tpd_messages),
		cmocka_unit_test(truncated_everywhere),
		cmocka_unit_test(header_bits),
		cmocka_unit_test(unknown_and_malformed_avps),
		cmocka_unit_test(error_keeps_the_rest),
		cmocka_unit_test(unknown_message_types),
		cmocka_unit_test(result_codes),
		cmocka_unit_test(longest_result_text),
		cmocka_unit_test(built_reply),
		cmocka_unit_test(check_is_strict),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
