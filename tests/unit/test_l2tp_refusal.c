// SPDX-License-Identifier: MIT
/* What is not accepted: what the peer is told, and the one line that the administrator reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "l2tp_peer.h"

#define SCCRQ	"8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000003  8009 0000 0007 6c6163" \
		"8008 0000 0009 0bad"
#define SCCCN	"8008 0000 0000 0003"
#define ICRQ	"8008 0000 0000 000a  8008 0000 000e 0007  800a 0000 000f 00000001"
#define ICCN	"8008 0000 0000 000c  800a 0000 0018 000f4240  800a 0000 0013 00000003"

static char warning[1024];
static unsigned int warnings;

static void keep_warning(enum log_level level, const char *line)
{
	if (level > LOG_LEVEL_WARNING)
		return;
	warnings++;
	snprintf(warning, sizeof(warning), "%s", line);
}

static void start(struct l2tp_peer *p)
{
	*p = (struct l2tp_peer){ .story = { .id = 5, .peer = "192.0.2.1:4500" } };
	l2tp_peer_start(p);
	log_set_sink(keep_warning);
	warnings = 0;
	*warning = '\0';
}

static void expect_line(const char *text)
{
	if (warnings != 1 || !strstr(warning, text))
		print_error("%u warnings: '%s' has no '%s'\n", warnings, warning, text);
	assert_int_equal(warnings, 1);
	assert_non_null(strstr(warning, text));
	assert_non_null(strstr(warning, "#5"));
}

static void requests_for_a_tunnel(void **state)
{
	static const struct {
		const char *sccrq;
		uint16_t result;
		uint16_t error;
		const char *line;
	} cases[] = {
		{ SCCRQ "8016 0000 000b 00112233445566778899aabbccddeeff", L2TP_STOP_NOT_AUTHORIZED, 0,
		  "failed at l2tp: tunnel refused: peer 'lac' demands tunnel authentication" },
		{ "8008 0000 0000 0001  8008 0000 0002 0200  800a 0000 0003 00000003  8009 0000 0007 6c6163\n"
		  "8008 0000 0009 0bad", L2TP_STOP_VERSION, 0x0100,
		  "peer 'lac' offers L2TP version 2.0, 1.0 is accepted" },
		{ SCCRQ "8006 0000 0063", L2TP_STOP_ERROR, L2TP_ERROR_UNKNOWN_AVP,
		  "SCCRQ with unknown mandatory AVP 99" },
		{ SCCRQ "8006 0009 0001", L2TP_STOP_ERROR, L2TP_ERROR_UNKNOWN_AVP,
		  "unknown mandatory AVP 1 of vendor 9" },
		{ SCCRQ "c008 0000 0012 abcd", L2TP_STOP_ERROR, L2TP_ERROR_UNKNOWN_AVP,
		  "hidden AVP 18, but no tunnel secret is configured" },
		{ SCCRQ "8009 0000 000a 000400", L2TP_STOP_ERROR, L2TP_ERROR_LENGTH,
		  "Receive Window Size AVP of 3 bytes" },
		{ "8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000003  8008 0000 0009 0bad",
		  L2TP_STOP_ERROR, L2TP_ERROR_VALUE, "SCCRQ with no Host Name AVP" },
	};
	struct l2tp_message m;
	struct l2tp_peer p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(&p);
		l2tp_peer_send(&p, 0, cases[i].sccrq);
		l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
		l2tp_peer_expect(&p, L2TP_STOPCCN, &m);
		assert_int_equal(m.result.code, cases[i].result);
		assert_int_equal(m.result.error, cases[i].error);
		expect_line(cases[i].line);
		/* Said once, however often the peer asks until it has heard. */
		p.ns = 0;
		l2tp_peer_send(&p, 0, cases[i].sccrq);
		l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
		l2tp_peer_expect_nothing(&p);
		assert_int_equal(warnings, 1);
		assert_int_equal(p.tunnels_up, 0);
		l2tp_peer_stop(&p);
	}
}

/* Nobody to answer to. */
static void requests_without_a_name(void **state)
{
	struct l2tp_peer p;

	(void)state;
	start(&p);
	l2tp_peer_send(&p, 0, "8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000003\n"
			      "8009 0000 0007 6c6163  8008 0000 0009 0000");
	l2tp_peer_expect_nothing(&p);
	expect_line("SCCRQ without a legal Assigned Tunnel ID");
	assert_int_equal(fake_clock_pending(), 0);
	l2tp_peer_stop(&p);
}

static void requests_for_a_session(void **state)
{
	static const struct {
		const char *message;
		uint16_t type;
		uint16_t result;
		uint16_t error;
		const char *line;
	} cases[] = {
		{ ICRQ "8006 0000 0063", L2TP_CDN, L2TP_CLEAR_ERROR, L2TP_ERROR_UNKNOWN_AVP,
		  "session refused: ICRQ with unknown mandatory AVP 99" },
		{ ICRQ "c008 0000 0012 abcd", L2TP_CDN, L2TP_CLEAR_ERROR, L2TP_ERROR_UNKNOWN_AVP, "hidden AVP 18" },
		{ "8008 0000 0000 000a  800a 0000 000f 00000001", L2TP_STOPCCN, L2TP_STOP_ERROR, L2TP_ERROR_VALUE,
		  "ICRQ without a legal Assigned Session ID" },
		{ "8008 0000 0000 000a  8008 0000 000e 0000  800a 0000 000f 00000001", L2TP_STOPCCN, L2TP_STOP_ERROR,
		  L2TP_ERROR_VALUE, "ICRQ without a legal Assigned Session ID" },
		{ "8008 0000 0000 0007  8008 0000 000e 0007  800a 0000 000f 00000001  800a 0000 0010 00000001\n"
		  "800a 0000 0011 00000002  800a 0000 0012 00000001  800a 0000 0013 00000001  8007 0000 0015 31",
		  L2TP_CDN, L2TP_CLEAR_NEVER_FACILITIES, 0, "outgoing call (OCRQ)" },
		{ "8008 0000 0000 004d", L2TP_STOPCCN, L2TP_STOP_ERROR, L2TP_ERROR_UNKNOWN_AVP,
		  "unknown mandatory message type 77" },
		{ SCCRQ, L2TP_STOPCCN, L2TP_STOP_STATE, 0, "SCCRQ came in state established" },
		{ SCCCN, L2TP_STOPCCN, L2TP_STOP_STATE, 0, "SCCCN came in state established" },
		{ "8008 0000 0009 0001", L2TP_STOPCCN, L2TP_STOP_ERROR, L2TP_ERROR_VALUE, "no Message Type AVP" },
		{ "8003 0000 0000", L2TP_STOPCCN, L2TP_STOP_ERROR, L2TP_ERROR_LENGTH, "no AVP that can be read" },
	};
	struct l2tp_message m;
	struct l2tp_peer p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(&p);
		l2tp_peer_tunnel(&p);
		l2tp_peer_send(&p, 0, cases[i].message);
		l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
		l2tp_peer_expect(&p, cases[i].type, &m);
		assert_int_equal(m.result.code, cases[i].result);
		assert_int_equal(m.result.error, cases[i].error);
		expect_line(cases[i].line);
		assert_int_equal(p.tunnels_gone, cases[i].type == L2TP_STOPCCN);
		if (cases[i].type == L2TP_CDN) {
			/* The tunnel is as good as before. */
			l2tp_peer_session(&p, 8);
			assert_int_equal(p.sessions_up, 1);
		}
		l2tp_peer_stop(&p);
	}
}

/* An error in a session ends that session, not its neighbour. */
static void errors_in_a_session(void **state)
{
	static const char *const messages[] = {
		ICCN, ICRQ, "8008 0000 0000 000b  8008 0000 000e 0007",
		"8008 0000 0000 000f  8020 0000 0022 0000 000000010000000100000001000000010000000100000000  8006 0000 0063",
	};
	struct l2tp_message m;
	struct l2tp_peer p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		start(&p);
		l2tp_peer_tunnel(&p);
		l2tp_peer_session(&p, 6);
		l2tp_peer_session(&p, 7);
		l2tp_peer_send(&p, p.session_id, messages[i]);
		l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
		l2tp_peer_expect(&p, L2TP_CDN, &m);
		assert_int_equal(m.result.code, L2TP_CLEAR_ERROR);
		assert_int_equal(m.assigned_session, p.session_id);
		assert_int_equal(p.sessions_gone, 1);
		assert_int_equal(p.tunnels_gone, 0);
		assert_int_equal(warnings, 1);
		l2tp_peer_stop(&p);
	}
}

/* ICRQ with a session id of the peer's that names a session already: that one ends, there can be no second. */
static void session_id_in_use(void **state)
{
	struct l2tp_message m;
	struct l2tp_peer p;

	(void)state;
	start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_session(&p, 7);
	l2tp_peer_send(&p, 0, ICRQ);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_CDN, &m);
	assert_int_equal(m.assigned_session, p.session_id);
	assert_int_equal(p.sessions_gone, 1);
	expect_line("ICRQ came in state established");
	l2tp_peer_stop(&p);
}

/* Acknowledged, and otherwise nothing. */
static void ignored_politely(void **state)
{
	static const char *const messages[] = {
		/* HELLO, WEN, SLI, an unknown one with its M bit clear, OCRP of no call */
		"8008 0000 0000 0006",
		"8008 0000 0000 000f  8020 0000 0022 0000 000000010000000100000001000000010000000100000000",
		"8008 0000 0000 0010  8010 0000 0023 0000 ffffffffffffffff",
		"0008 0000 0000 004d  8006 0000 0063",
		"8008 0000 0000 0008  8008 0000 000e 0009",
	};
	struct l2tp_peer p;
	size_t i;

	(void)state;
	start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_session(&p, 7);
	for (i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		uint16_t to = i == 1 || i == 2 ? p.session_id : i == 4 ? 0x4444 : 0;

		l2tp_peer_send(&p, to, messages[i]);
		l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
		l2tp_peer_expect_nothing(&p);
	}
	assert_int_equal(p.sessions_gone, 0);
	assert_int_equal(warnings, 0);
	l2tp_peer_stop(&p);
}

/* Dropped without an answer and without a state: what belongs to no tunnel. */
static void strays(void **state)
{
	static const char *const datagrams[] = {
		"", "c8", "c802000c",
		"c802000c 0000 0000 0000 0000",					/* ZLB */
		"c802000c 1234 0000 0000 0000",
		"c8020014 0000 0000 0000 0000  8008 0000 0000 0006",		/* HELLO */
		"c8020014 1234 0000 0000 0000  8008 0000 0000 0006",
		"c8020014 0000 0000 0000 0000  8008 0000 0000 0003",		/* SCCCN */
		"c8020014 0000 0000 0000 0000  8008 0000 0000 0001",		/* SCCRQ of nobody */
		"c802001c 0000 0000 0000 0000  8008 0000 0000 0004  8008 0000 0009 0bad",
		"c802000f 0000 0000 0000 0000  800800",
		"4002 0000 0000 0000 ff03",
	};
	struct l2tp_peer p;
	size_t i;

	(void)state;
	start(&p);
	for (i = 0; i < sizeof(datagrams) / sizeof(datagrams[0]); i++)
		l2tp_peer_raw_hex(&p, datagrams[i]);
	l2tp_peer_expect_nothing(&p);
	assert_int_equal(fake_clock_pending(), 0);
	l2tp_peer_stop(&p);
}

/* ICRQ before the tunnel stands. */
static void too_early(void **state)
{
	struct l2tp_message m;
	struct l2tp_peer p;

	(void)state;
	start(&p);
	l2tp_peer_send(&p, 0, SCCRQ);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_SCCRP, NULL);
	l2tp_peer_send(&p, 0, ICRQ);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_STOPCCN, &m);
	assert_int_equal(m.result.code, L2TP_STOP_STATE);
	expect_line("ICRQ came in state wait-ctl-conn");
	assert_int_equal(p.tunnels_gone, 0);
	l2tp_peer_stop(&p);
}

/* What a name contains ends no log line and is no format. */
static void hostile_name(void **state)
{
	struct l2tp_peer p;

	(void)state;
	start(&p);
	l2tp_peer_send(&p, 0, "8008 0000 0000 0001  8008 0000 0002 0200  800a 0000 0003 00000003\n"
			      "800f 0000 0007 25730a1b5b324a2573  8008 0000 0009 0bad");
	expect_line("peer '%s??[2J%s' offers");
	l2tp_peer_stop(&p);
}

/* A whole set-up with random damage: whatever comes of it, it ends and leaves nothing behind (ASan). */
static void damaged_dialogues(void **state)
{
	static const char *const messages[] = { SCCRQ, SCCCN, ICRQ, ICCN };
	unsigned int round, i, up = 0;
	struct l2tp_message m;
	struct l2tp_header h;
	uint8_t msg[128];
	struct l2tp_peer p;
	struct wbuf w;

	(void)state;
	srand(4711);
	for (round = 0; round < 3000; round++) {
		start(&p);
		for (i = 0; i < 4; i++) {
			uint8_t body[100];
			size_t len = l2tp_from_hex(messages[i], body, sizeof(body));

			h = (struct l2tp_header){ p.tunnel_id, i == 3 ? p.session_id : 0, p.ns++, p.nr };
			wbuf_init(&w, msg, sizeof(msg));
			l2tp_header_put(&w, &h, len);
			wbuf_bytes(&w, body, len);
			if (!(rand() % 4))
				msg[rand() % w.len] ^= 1 << rand() % 8;
			l2tp_peer_raw(&p, msg, w.len);
			while (l2tp_peer_take(&p, &h, &m))
				;
		}
		up += p.sessions_up;
		fake_clock_advance(rand() % 2 ? 0 : 200000);
		l2tp_peer_stop(&p);
		assert_int_equal(p.tunnels_up, p.tunnels_gone);
		assert_int_equal(fake_clock_pending(), 0);
	}
	assert_in_range(up, 1000, 2999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_for_a_tunnel),
		cmocka_unit_test(requests_without_a_name),
		cmocka_unit_test(requests_for_a_session),
		cmocka_unit_test(errors_in_a_session),
		cmocka_unit_test(session_id_in_use),
		cmocka_unit_test(ignored_politely),
		cmocka_unit_test(strays),
		cmocka_unit_test(too_early),
		cmocka_unit_test(hostile_name),
		cmocka_unit_test(damaged_dialogues),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
