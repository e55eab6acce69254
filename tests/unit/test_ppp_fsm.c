// SPDX-License-Identifier: MIT
/* The automaton against the table of RFC 1661 section 4.1, cell by cell, as data and as behaviour. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "ppp/fsm.h"
#include "ppp/wire.h"

/* In the RFC's notation: states 0 to 9, "actions/next" or "-"; its footnote letters are left out. */
static const char *const rfc[FSM_EVENT_COUNT] = {
	[FSM_UP] = "2 irc,scr/6 - - - - - - - -",
	[FSM_DOWN] = "- - 0 tls/1 0 1 1 1 1 tld/1",
	[FSM_OPEN] = "tls/1 1 irc,scr/6 3 5 5 6 7 8 9",
	[FSM_CLOSE] = "0 tlf/0 2 2 4 4 irc,str/4 irc,str/4 irc,str/4 tld,irc,str/4",
	[FSM_TO_PLUS] = "- - - - str/4 str/5 scr/6 scr/6 scr/8 -",
	[FSM_TO_MINUS] = "- - - - tlf/2 tlf/3 tlf/3 tlf/3 tlf/3 -",
	[FSM_RCR_PLUS] = "- - sta/2 irc,scr,sca/8 4 5 sca/8 sca,tlu/9 sca/8 tld,scr,sca/8",
	[FSM_RCR_MINUS] = "- - sta/2 irc,scr,scn/6 4 5 scn/6 scn/7 scn/6 tld,scr,scn/6",
	[FSM_RCA] = "- - sta/2 sta/3 4 5 irc/7 scr/6 irc,tlu/9 tld,scr/6",
	[FSM_RCN] = "- - sta/2 sta/3 4 5 irc,scr/6 scr/6 irc,scr/8 tld,scr/6",
	[FSM_RTR] = "- - sta/2 sta/3 sta/4 sta/5 sta/6 sta/6 sta/6 tld,zrc,sta/5",
	[FSM_RTA] = "- - 2 3 tlf/2 tlf/3 6 6 8 tld,scr/6",
	[FSM_RUC] = "- - scj/2 scj/3 scj/4 scj/5 scj/6 scj/7 scj/8 scj/9",
	[FSM_RXJ_PLUS] = "- - 2 3 4 5 6 6 8 9",
	[FSM_RXJ_MINUS] = "- - tlf/2 tlf/3 tlf/2 tlf/3 tlf/3 tlf/3 tlf/3 tld,irc,str/5",
	[FSM_RXR] = "- - 2 3 4 5 6 7 8 ser/9",
};

static const struct {
	const char *name;
	unsigned int bit;
} names[] = {
	{ "tld", FSM_TLD }, { "irc", FSM_IRC }, { "zrc", FSM_ZRC }, { "scr", FSM_SCR }, { "str", FSM_STR },
	{ "sca", FSM_SCA }, { "scn", FSM_SCN }, { "sta", FSM_STA }, { "scj", FSM_SCJ }, { "ser", FSM_SER },
	{ "tlu", FSM_TLU }, { "tls", FSM_TLS }, { "tlf", FSM_TLF },
};

static unsigned int bit_of(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(names[i].name, name))
			return names[i].bit;
	}
	fail_msg("no action %s", name);
	return 0;
}

static struct fsm_cell parse_cell(char *text)
{
	struct fsm_cell cell = { .legal = true };
	char *slash = strchr(text, '/'), *save = NULL;

	if (!strcmp(text, "-"))
		return (struct fsm_cell){ .legal = false };
	if (slash) {
		*slash = '\0';
		for (char *a = strtok_r(text, ",", &save); a; a = strtok_r(NULL, ",", &save))
			cell.actions |= bit_of(a);
		text = slash + 1;
	}
	cell.next = (enum fsm_state)atoi(text);
	return cell;
}

static struct fsm_cell rfc_cell(enum fsm_event event, enum fsm_state state)
{
	char row[160], *save = NULL, *cell;

	snprintf(row, sizeof(row), "%s", rfc[event]);
	cell = strtok_r(row, " ", &save);
	for (int i = 0; i < (int)state; i++)
		cell = strtok_r(NULL, " ", &save);
	assert_non_null(cell);
	return parse_cell(cell);
}

static void table_is_that_of_the_rfc(void **s)
{
	(void)s;
	for (int e = 0; e < FSM_EVENT_COUNT; e++) {
		for (int st = 0; st < FSM_STATE_COUNT; st++) {
			struct fsm_cell want = rfc_cell(e, st);
			const struct fsm_cell *have = fsm_cell(e, st);

			if (want.legal != have->legal || want.next != have->next || want.actions != have->actions)
				fail_msg("event %d state %d: %x/%d, RFC %x/%d", e, st, have->actions, have->next,
					 want.actions, want.next);
		}
	}
}

/* A protocol with one option, 1, whose value must be 0xaa; what it is told is kept as bits. */
static unsigned int seen;
static uint8_t codes[8];
static size_t codes_len;
static uint8_t last[PPP_PACKET_MAX];
static size_t last_len;
static uint8_t want_value;
static const char *stuck_why;

static enum option_verdict check(void *owner, const struct option *o, struct wbuf *nak)
{
	(void)owner;
	if (o->value[0] == 0xaa)
		return OPTION_ACK;
	wbuf_u8(nak, 0xaa);
	return OPTION_NAK;
}

static bool build(void *owner, struct wbuf *value)
{
	(void)owner;
	wbuf_u8(value, want_value);
	return want_value;
}

static bool take_nak(void *owner, const struct option *o)
{
	(void)owner;
	want_value = o->value[0];
	return true;
}

static bool take_reject(void *owner)
{
	(void)owner;
	want_value = 0;
	return true;
}

static const struct option_row rows[] = {
	{ .type = 1, .name = "one", .min = 1, .max = 1, .insist = true,
	  .check = check, .build = build, .nak = take_nak, .reject = take_reject },
	{ .type = 2, .name = "two", .min = 1, .max = 1, .check = check },
};

static void on_send(void *owner, const uint8_t *packet, size_t len)
{
	static const unsigned int bits[] = {
		[PPP_CODE_CONF_REQ] = FSM_SCR, [PPP_CODE_CONF_ACK] = FSM_SCA, [PPP_CODE_CONF_NAK] = FSM_SCN,
		[PPP_CODE_CONF_REJ] = FSM_SCN, [PPP_CODE_TERM_REQ] = FSM_STR, [PPP_CODE_TERM_ACK] = FSM_STA,
		[PPP_CODE_CODE_REJ] = FSM_SCJ,
	};

	(void)owner;
	assert_in_range(packet[0], PPP_CODE_CONF_REQ, PPP_CODE_CODE_REJ);
	seen |= bits[packet[0]];
	codes[codes_len++ % sizeof(codes)] = packet[0];
	memcpy(last, packet, len);
	last_len = len;
}

static void on_up(void *owner)
{
	(void)owner;
	seen |= FSM_TLU;
}

static void on_down(void *owner)
{
	(void)owner;
	seen |= FSM_TLD;
}

static void on_finished(void *owner)
{
	(void)owner;
	seen |= FSM_TLF;
}

static void on_moved(void *owner, enum fsm_state from, enum fsm_state to)
{
	(void)owner;
	assert_int_not_equal(from, to);
}

static void on_expired(void *owner)
{
	fsm_expired(owner);
}

static void on_echo(void *owner, const struct packet *p)
{
	(void)owner;
	(void)p;
	seen |= FSM_SER;
}

static bool on_extra(void *owner, const struct packet *p)
{
	if (p->code != LCP_CODE_ECHO_REQ)
		return false;
	fsm_receive_echo(owner, p);
	return true;
}

static void on_terminated(void *owner, const uint8_t *data, size_t len)
{
	(void)owner;
	(void)data;
	(void)len;
}

static void on_stuck(void *owner, const char *why)
{
	(void)owner;
	stuck_why = why;
}

static const struct fsm_ops ops = {
	.name = "TEST",
	.options = { rows, 2 },
	.send = on_send,
	.up = on_up,
	.down = on_down,
	.finished = on_finished,
	.moved = on_moved,
	.expired = on_expired,
	.echo = on_echo,
	.extra = on_extra,
	.terminated = on_terminated,
	.stuck = on_stuck,
};

static const uint8_t good[] = { 1, 3, 0xaa };
static const uint8_t naked[] = { 1, 3, 0xbb };
static const uint8_t unknown[] = { 9, 3, 0x00 };

static struct packet packet(uint8_t code, uint8_t id, const uint8_t *data, size_t len)
{
	return (struct packet){ .code = code, .id = id, .data = data, .len = len };
}

/* An automaton put into a state, with a request of ours on its way. */
static void put(struct fsm *f, enum fsm_state state)
{
	want_value = 0xaa;
	stuck_why = NULL;
	fsm_init(f, &ops, f);
	fsm_event(f, FSM_OPEN);
	fsm_event(f, FSM_UP);
	f->state = state;
	if (state < FSM_CLOSING || state == FSM_OPENED)
		timer_stop(&f->timer);
	f->restarts = 3;
	seen = 0;
	codes_len = 0;
}

static void happen(struct fsm *f, enum fsm_event event)
{
	static const uint8_t rejected_unknown[] = { 99, 1, 0, 4 }, rejected_basic[] = { 1, 1, 0, 4 };
	struct packet p = packet(0, f->id, good, sizeof(good));

	switch (event) {
	case FSM_RCR_PLUS:
		p.code = PPP_CODE_CONF_REQ;
		break;
	case FSM_RCR_MINUS:
		p = packet(PPP_CODE_CONF_REQ, 9, unknown, sizeof(unknown));
		break;
	case FSM_RCA:
		p.code = PPP_CODE_CONF_ACK;
		break;
	case FSM_RCN:
		p.code = PPP_CODE_CONF_NAK;
		break;
	case FSM_RTR:
		p.code = PPP_CODE_TERM_REQ;
		break;
	case FSM_RTA:
		p.code = PPP_CODE_TERM_ACK;
		break;
	case FSM_RUC:
		p.code = 99;
		break;
	case FSM_RXJ_PLUS:
		p = packet(PPP_CODE_CODE_REJ, 1, rejected_unknown, 4);
		break;
	case FSM_RXJ_MINUS:
		p = packet(PPP_CODE_CODE_REJ, 1, rejected_basic, 4);
		break;
	case FSM_RXR:
		p.code = LCP_CODE_ECHO_REQ;
		break;
	default:
		fsm_event(f, event);
		return;
	}
	fsm_input(f, &p);
}

/* Counters and tls leave no trace outside: counters have tests of their own. */
#define VISIBLE	(~(FSM_IRC | FSM_ZRC | FSM_TLS))

static void behaves_like_the_rfc(void **s)
{
	(void)s;
	for (int e = 0; e < FSM_EVENT_COUNT; e++) {
		for (int st = 0; st < FSM_STATE_COUNT; st++) {
			struct fsm_cell want = rfc_cell(e, st);
			enum fsm_state next = want.legal ? want.next : (enum fsm_state)st;
			struct fsm f;

			put(&f, st);
			happen(&f, e);
			if (f.state != next || seen != (want.actions & VISIBLE))
				fail_msg("event %d state %d: %x/%d, RFC %x/%d", e, st, seen, f.state,
					 want.actions & VISIBLE, next);
			assert_int_equal(f.timer.pending, f.state >= FSM_CLOSING && f.state <= FSM_ACK_SENT &&
					 (want.actions & (FSM_SCR | FSM_STR | FSM_ZRC) ||
					  (st >= FSM_CLOSING && st <= FSM_ACK_SENT)));
			if (want.actions & FSM_ZRC)
				assert_int_equal(f.restarts, 0);
			fsm_stop(&f);
		}
	}
	assert_int_equal(fake_clock_pending(), 0);
}

static void requests_before_answers(void **s)
{
	struct fsm f;

	(void)s;
	put(&f, FSM_OPENED);
	happen(&f, FSM_RCR_PLUS);
	assert_int_equal(codes_len, 2);
	assert_int_equal(codes[0], PPP_CODE_CONF_REQ);
	assert_int_equal(codes[1], PPP_CODE_CONF_ACK);
	fsm_stop(&f);
}

static void gives_up_after_max_configure(void **s)
{
	struct fsm f;

	(void)s;
	seen = 0;
	codes_len = 0;
	fsm_init(&f, &ops, &f);
	fsm_event(&f, FSM_OPEN);
	fsm_event(&f, FSM_UP);
	fake_clock_advance((FSM_MAX_CONFIGURE - 1) * FSM_CONFIGURE_MS);
	assert_int_equal(codes_len, FSM_MAX_CONFIGURE);
	assert_int_equal(f.id, 1);
	assert_int_equal(f.state, FSM_REQ_SENT);
	fake_clock_advance(FSM_CONFIGURE_MS);
	assert_int_equal(codes_len, FSM_MAX_CONFIGURE);
	assert_int_equal(f.state, FSM_STOPPED);
	assert_true(seen & FSM_TLF);
	fsm_stop(&f);
}

static void gives_up_after_max_terminate(void **s)
{
	struct fsm f;

	(void)s;
	put(&f, FSM_OPENED);
	fsm_event(&f, FSM_CLOSE);
	fake_clock_advance(FSM_TERMINATE_MS);
	assert_int_equal(codes_len, 2);
	fake_clock_advance(FSM_TERMINATE_MS - 1);
	assert_int_equal(f.state, FSM_CLOSING);
	fake_clock_advance(1);
	assert_int_equal(codes_len, 2);
	assert_int_equal(f.state, FSM_CLOSED);
	assert_int_equal(seen, FSM_TLD | FSM_STR | FSM_TLF);
}

static void answers_must_fit(void **s)
{
	struct packet p;
	struct fsm f;

	(void)s;
	put(&f, FSM_REQ_SENT);
	p = packet(PPP_CODE_CONF_ACK, (uint8_t)(f.id - 1), good, sizeof(good));
	fsm_input(&f, &p);
	p = packet(PPP_CODE_CONF_ACK, f.id, naked, sizeof(naked));
	fsm_input(&f, &p);
	p = packet(PPP_CODE_CONF_ACK, f.id, good, 0);
	fsm_input(&f, &p);
	p = packet(PPP_CODE_CONF_NAK, (uint8_t)(f.id + 1), good, sizeof(good));
	fsm_input(&f, &p);
	p = packet(PPP_CODE_CONF_NAK, f.id, good, 2);
	fsm_input(&f, &p);
	assert_int_equal(f.state, FSM_REQ_SENT);
	assert_int_equal(seen, 0);
	p = packet(PPP_CODE_CONF_ACK, f.id, good, sizeof(good));
	fsm_input(&f, &p);
	assert_int_equal(f.state, FSM_ACK_RCVD);
	fsm_input(&f, &p);
	assert_int_equal(f.state, FSM_ACK_RCVD);
	fsm_stop(&f);
}

/* After Max-Failure Naks an option is rejected; one that cannot be given up ends the negotiation. */
static void naks_come_to_an_end(void **s)
{
	static const uint8_t two[] = { 2, 3, 0xbb };
	struct packet p = packet(PPP_CODE_CONF_REQ, 1, two, sizeof(two));
	struct fsm f;

	(void)s;
	put(&f, FSM_REQ_SENT);
	for (int i = 0; i < FSM_MAX_FAILURE; i++) {
		fsm_input(&f, &p);
		assert_int_equal(last[0], PPP_CODE_CONF_NAK);
		assert_memory_equal(last + 4, "\x02\x03\xaa", 3);
	}
	fsm_input(&f, &p);
	assert_int_equal(last[0], PPP_CODE_CONF_REJ);
	assert_memory_equal(last + 4, two, 3);
	assert_null(stuck_why);
	p = packet(PPP_CODE_CONF_REQ, 1, naked, sizeof(naked));
	fsm_input(&f, &p);
	assert_non_null(stuck_why);
	fsm_stop(&f);
}

static void refusals_come_to_an_end(void **s)
{
	struct fsm f;

	(void)s;
	put(&f, FSM_REQ_SENT);
	for (int i = 0; i < FSM_MAX_REFUSALS; i++)
		happen(&f, FSM_RCN);
	assert_null(stuck_why);
	happen(&f, FSM_RCN);
	assert_non_null(stuck_why);
	fsm_stop(&f);
}

/* Rejects and Naks do not mix, in whatever order the options come (RFC 1661 section 5.4). */
static void rejects_before_naks(void **s)
{
	static const uint8_t nak_first[] = { 1, 3, 0xbb, 9, 3, 0x00, 1, 3, 0xaa, 7, 2 };
	static const uint8_t want[] = { 4, 5, 0, 9, 9, 3, 0x00, 7, 2 };
	struct packet p = packet(PPP_CODE_CONF_REQ, 5, nak_first, sizeof(nak_first));
	struct fsm f;

	(void)s;
	put(&f, FSM_REQ_SENT);
	fsm_input(&f, &p);
	assert_int_equal(last_len, sizeof(want));
	assert_memory_equal(last, want, sizeof(want));
	fsm_stop(&f);
}

/* A value of a length that the option cannot have is rejected, a broken list of options dropped. */
static void malformed_options(void **s)
{
	static const uint8_t long_value[] = { 1, 4, 0xaa, 0xaa };
	static const uint8_t broken[][4] = { { 1, 1, 0, 0 }, { 1, 0, 0, 0 }, { 1, 5, 0, 0 }, { 1, 3, 0xaa, 1 } };
	struct packet p = packet(PPP_CODE_CONF_REQ, 5, long_value, sizeof(long_value));
	struct fsm f;

	(void)s;
	put(&f, FSM_REQ_SENT);
	fsm_input(&f, &p);
	assert_int_equal(last[0], PPP_CODE_CONF_REJ);
	seen = 0;
	for (size_t i = 0; i < 4; i++) {
		p = packet(PPP_CODE_CONF_REQ, 6, broken[i], 4);
		fsm_input(&f, &p);
	}
	assert_int_equal(seen, 0);
	fsm_stop(&f);
}

/* A repeated request of an Opened peer is acknowledged again, but not for ever. */
static void repeated_requests(void **s)
{
	struct packet p = packet(PPP_CODE_CONF_REQ, 5, good, sizeof(good));
	struct fsm f;

	(void)s;
	put(&f, FSM_ACK_RCVD);
	fsm_input(&f, &p);
	assert_int_equal(f.state, FSM_OPENED);
	for (int i = 0; i < FSM_MAX_REPEATS; i++) {
		seen = 0;
		fsm_input(&f, &p);
		assert_int_equal(seen, FSM_SCA);
		assert_int_equal(f.state, FSM_OPENED);
	}
	fsm_input(&f, &p);
	assert_int_equal(f.state, FSM_ACK_SENT);
	fsm_stop(&f);
}

static void code_reject_fits(void **s)
{
	static uint8_t long_data[PPP_PACKET_MAX - PPP_HEADER_LEN];
	struct packet p = packet(99, 5, long_data, sizeof(long_data));
	struct fsm f;

	(void)s;
	put(&f, FSM_OPENED);
	fsm_input(&f, &p);
	assert_int_equal(last[0], PPP_CODE_CODE_REJ);
	assert_int_equal(last_len, PPP_PACKET_MAX);
	assert_int_equal(last[2] << 8 | last[3], PPP_PACKET_MAX);
	assert_int_equal(last[4], 99);
	fsm_stop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_that_of_the_rfc),
		cmocka_unit_test(behaves_like_the_rfc),
		cmocka_unit_test(requests_before_answers),
		cmocka_unit_test(gives_up_after_max_configure),
		cmocka_unit_test(gives_up_after_max_terminate),
		cmocka_unit_test(answers_must_fit),
		cmocka_unit_test(naks_come_to_an_end),
		cmocka_unit_test(refusals_come_to_an_end),
		cmocka_unit_test(rejects_before_naks),
		cmocka_unit_test(malformed_options),
		cmocka_unit_test(repeated_requests),
		cmocka_unit_test(code_reject_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
