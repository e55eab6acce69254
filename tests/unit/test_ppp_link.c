// SPDX-License-Identifier: MIT
/* One link from its start to its end, and all the ways in which it can end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "ppp_bench.h"

#define OUR_LCP		"0104 0578 0305 c223 81 0506 11111111 0702 0802"
#define CHALLENGE	"> c223 0101 001c 10 5b5d7c7d7b3f2f3e3c2c602132262628 \"l2tpsec\""
#define NUMBERS		"31 21402324255e262a28295f2b3a337c7e 0000000000000000"
#define VALUE		NUMBERS "82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df 00"
#define WRONG_VALUE	NUMBERS "82309ecd8d708b5ea08faa3981cd83544233114a3d85d6de 00"
#define RESPONSE	"< c223 0201 003a" VALUE "\"User\""
#define BAD_RESPONSE	"< c223 0201 003a" WRONG_VALUE "\"User\""
#define SUCCESS		"> c223 0301 003f \"S=407A5589115FD0D6209F510FE9C04566932CDA56 M=Access granted\""
#define FAILURE		"> c223 0401 0044 \"E=691 R=0 C=5B5D7C7D7B3F2F3E3C2C602132262628 V=3 M=Access denied\""

static const char *const lcp[] = {
	"> c021 0101 0017" OUR_LCP,
	"< c021 0101 000e 0506 41131244 0702 0802",
	"> c021 0201 000e 0506 41131244 0702 0802",
	"< c021 0201 0017" OUR_LCP,
	CHALLENGE,
	NULL,
};

static const char *const login[] = { RESPONSE, "+ 0", SUCCESS, "> 8021 0101 000a 0306 0a000001", NULL };

static const char *const ipcp[] = {
	"< 8021 0201 000a 0306 0a000001",
	"< 8021 0101 000a 0306 00000000",
	"> 8021 0301 000a 0306 0a000064",
	"< 8021 0102 000a 0306 0a000064",
	"> 8021 0202 000a 0306 0a000064",
	".",
	NULL,
};

static struct bench *at_auth(void)
{
	struct bench *b = bench_new();

	bench_start(b);
	bench_run(b, lcp);
	return b;
}

static struct bench *at_ipcp(void)
{
	struct bench *b = at_auth();

	bench_run(b, login);
	return b;
}

static struct bench *at_up(void)
{
	struct bench *b = at_ipcp();

	bench_run(b, ipcp);
	assert_int_equal(b->up, 1);
	return b;
}

static void stages(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	assert_int_equal(ppp_stage(b->ppp), STAGE_LCP);
	bench_run(b, lcp);
	assert_int_equal(ppp_stage(b->ppp), STAGE_AUTH);
	bench_run(b, login);
	assert_int_equal(ppp_stage(b->ppp), STAGE_IPCP);
	bench_run(b, ipcp);
	assert_int_equal(ppp_stage(b->ppp), STAGE_UP);
	bench_free(b);
}

static void wrong_password(void **state)
{
	static const char *const script[] = {
		BAD_RESPONSE, "+ 0", FAILURE, "> c021 0502 0004", "< c021 0602 0004", ".", NULL,
	};
	struct bench *b = at_auth();

	(void)state;
	bench_run(b, script);
	assert_int_equal(b->down, 1);
	assert_string_equal(b->reason, "wrong password for user \"User\"");
	assert_int_equal(bench_logged_count("failed at"), 1);
	assert_true(bench_logged("failed at auth: wrong password for user \"User\" (Windows shows error 691)"));
	bench_free(b);
}

static void unknown_user(void **state)
{
	struct bench *b = at_auth();

	(void)state;
	bench_play(b, "< c223 0201 0039" VALUE "\"Eve\"");
	bench_play(b, "+ 0");
	bench_play(b, FAILURE);
	assert_true(bench_logged("failed at auth: unknown user \"Eve\" (Windows shows error 691)"));
	bench_free(b);
}

/* The client sees its error from the Failure; it may never answer the Terminate-Request. */
static void wrong_password_and_silence(void **state)
{
	static const char *const script[] = {
		BAD_RESPONSE, "+ 0", FAILURE, "> c021 0502 0004", "+ 1000", "> c021 0502 0004", "+ 999", ".", NULL,
	};
	struct bench *b = at_auth();

	(void)state;
	bench_run(b, script);
	assert_int_equal(b->down, 0);
	fake_clock_advance(1);
	assert_int_equal(b->down, 1);
	bench_free(b);
}

static void challenge_is_repeated(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->conf.ppp.echo_interval = 0;
	bench_start(b);
	bench_run(b, lcp);
	for (int i = 1; i < 10; i++) {
		bench_play(b, "+ 3000");
		bench_play(b, CHALLENGE);
	}
	bench_play(b, "+ 2999");
	bench_play(b, ".");
	bench_play(b, "+ 1");
	bench_play(b, "> c021 0502 0004");
	assert_true(bench_logged("failed at auth: no answer to the mschapv2 challenge (Windows shows error 678)"));
	bench_free(b);
}

/* The answer takes its time: neither is the challenge repeated nor a repeated Response submitted. */
static void slow_back_end(void **state)
{
	struct auth_result ok = { .ok = true, .mschapv2_success = "S=407A5589115FD0D6209F510FE9C04566932CDA56" };
	struct bench *b = at_auth();

	(void)state;
	b->hold = true;
	bench_play(b, RESPONSE);
	bench_play(b, "+ 20000");
	bench_play(b, RESPONSE);
	bench_play(b, ".");
	assert_int_equal(b->requests, 1);
	assert_memory_equal(b->request.challenge, "\x5b\x5d\x7c\x7d", 4);
	assert_int_equal(b->request.chap_id, 1);
	assert_string_equal(b->request.user, "User");
	ppp_auth_result(b->ppp, &ok);
	bench_play(b, SUCCESS);
	bench_play(b, "> 8021 0101 000a 0306 0a000001");
	bench_play(b, RESPONSE);
	bench_play(b, SUCCESS);
	ppp_auth_result(b->ppp, &ok);
	bench_play(b, ".");
	assert_int_equal(b->requests, 1);
	bench_free(b);
}

/* LCP starts anew while the back end thinks: its answer belongs to the old login. */
static void stale_answer(void **state)
{
	struct auth_result ok = { .ok = true, .mschapv2_success = "S=407A5589115FD0D6209F510FE9C04566932CDA56" };
	struct bench *b = at_auth();

	(void)state;
	b->hold = true;
	bench_play(b, RESPONSE);
	bench_play(b, "< c021 0105 000e 0506 41131299 0702 0802");
	bench_play(b, "> c021 0102 0017" OUR_LCP);
	bench_play(b, "> c021 0205 000e 0506 41131299 0702 0802");
	bench_play(b, "< c021 0202 0017" OUR_LCP);
	assert_int_equal(ppp_stage(b->ppp), STAGE_AUTH);
	b->head = b->tail;
	bench_play(b, "< c223 0202 003a" VALUE "\"User\"");
	assert_int_equal(b->requests, 1);
	ppp_auth_result(b->ppp, &ok);
	bench_play(b, ".");
	assert_int_equal(ppp_stage(b->ppp), STAGE_AUTH);
	bench_play(b, "< c223 0202 003a" VALUE "\"User\"");
	assert_int_equal(b->requests, 2);
	ppp_auth_result(b->ppp, &ok);
	assert_int_equal(ppp_stage(b->ppp), STAGE_IPCP);
	bench_free(b);
}

/* A lost Success: IPCP of ours is not answered, and the client does not repeat its Response. */
static void success_is_repeated(void **state)
{
	static const char *const script[] = {
		"+ 2000", SUCCESS, "> 8021 0101 000a 0306 0a000001",
		"< 8057 0101 0004", "> c021 0801 000a 8057 0101 0004",
		"+ 2000", "> 8021 0101 000a 0306 0a000001", ".", NULL,
	};
	struct bench *b = at_ipcp();

	(void)state;
	bench_run(b, script);
	bench_free(b);
}

static void before_the_login_ncps_are_dropped(void **state)
{
	static const char *const script[] = {
		"< 8021 0101 000a 0306 00000000", "< 80fd 0101 000a 1206 01000000", "< 8057 0101 0004",
		"< c023 0105 0014 04 \"User\" 0a \"clientPass\"", "< c029 0101 0004", ".", NULL,
	};
	struct bench *b = at_auth();

	(void)state;
	bench_run(b, script);
	assert_int_equal(b->requests, 0);
	bench_free(b);
}

static void no_free_address(void **state)
{
	struct bench *b = at_ipcp();

	(void)state;
	b->address = 0;
	bench_play(b, "< 8021 0101 000a 0306 00000000");
	bench_play(b, "> c021 0502 0004");
	bench_play(b, "< c021 0602 0004");
	assert_int_equal(b->down, 1);
	assert_true(bench_logged("failed at ipcp: no address is free for this client (Windows shows error 738)"));
	bench_free(b);
}

static void fixed_address(void **state)
{
	struct auth_result ok = { .ok = true, .has_address = true, .address = 0x0a000037 };
	struct bench *b = at_auth();

	(void)state;
	b->hold = true;
	bench_play(b, RESPONSE);
	ppp_auth_result(b->ppp, &ok);
	b->head = b->tail;
	bench_play(b, "< 8021 0101 000a 0306 0a0000fe");
	bench_play(b, "> 8021 0301 000a 0306 0a000037");
	assert_int_equal(b->fixed, 0x0a000037);
	assert_int_equal(b->wish, 0x0a0000fe);
	bench_play(b, "< 8021 0102 000a 0306 0a0000fd");
	assert_int_equal(b->asked, 1);
	bench_free(b);
}

/* Max-Failure: a client that wants another address than its own is given up with one line. */
static void client_insists_on_an_address(void **state)
{
	struct bench *b = at_ipcp();

	(void)state;
	for (int i = 0; i < 5; i++) {
		bench_play(b, "< 8021 0101 000a 0306 c0a80107");
		bench_play(b, "> 8021 0301 000a 0306 0a000064");
	}
	bench_play(b, "< 8021 0101 000a 0306 c0a80107");
	bench_play(b, "> c021 0502 0004");
	assert_int_equal(bench_logged_count("failed at ipcp"), 1);
	assert_true(bench_logged("its address here is 10.0.0.100"));
	bench_free(b);
}

static void we_close(void **state)
{
	struct bench *b = at_up();

	(void)state;
	ppp_close(b->ppp, "disconnected by administrator");
	bench_play(b, "> c021 0502 0004");
	assert_int_equal(b->down, 0);
	ppp_close(b->ppp, "again");
	bench_play(b, "< 8021 0109 000a 0306 0a000064");
	bench_play(b, ".");
	bench_play(b, "< c021 0602 0004");
	assert_int_equal(b->down, 1);
	assert_string_equal(b->reason, "disconnected by administrator");
	ppp_close(b->ppp, "again");
	bench_play(b, "< c021 0105 000e 0506 41131299 0702 0802");
	bench_play(b, "+ 100000");
	bench_play(b, ".");
	assert_int_equal(b->down, 1);
	assert_int_equal(bench_logged_count("failed at"), 0);
	bench_free(b);
}

static void we_close_and_nobody_answers(void **state)
{
	struct bench *b = at_up();

	(void)state;
	ppp_close(b->ppp, "disconnected by administrator");
	bench_play(b, "> c021 0502 0004");
	bench_play(b, "+ 1000");
	bench_play(b, "> c021 0502 0004");
	bench_play(b, "+ 1000");
	bench_play(b, ".");
	assert_int_equal(b->down, 1);
	bench_free(b);
}

static void closed_before_it_began(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	ppp_close(b->ppp, "no need");
	fake_clock_advance(2000);
	assert_int_equal(b->down, 1);
	assert_string_equal(b->reason, "no need");
	bench_free(b);
}

static void client_never_answers(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	fake_clock_advance(29999);
	assert_int_equal(b->tail, 15);
	assert_int_equal(b->down, 0);
	fake_clock_advance(1);
	assert_int_equal(b->down, 1);
	assert_int_equal(bench_logged_count("failed at"), 1);
	assert_true(bench_logged("failed at lcp: client does not answer LCP"));
	bench_free(b);
}

static void client_never_answers_ipcp(void **state)
{
	struct bench *b = at_ipcp();

	(void)state;
	fake_clock_advance(30000);
	bench_play(b, "< c021 0602 0004");
	assert_int_equal(b->down, 1);
	assert_true(bench_logged("failed at ipcp: client does not answer IPCP"));
	bench_free(b);
}

static void ends_while_negotiating(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	bench_play(b, "< c021 0507 0004");
	b->head++;
	bench_play(b, "> c021 0607 0004");
	bench_play(b, "> c021 0502 0004");
	bench_play(b, "< c021 0602 0004");
	assert_int_equal(b->down, 1);
	assert_true(bench_logged("failed at lcp: client ended"));
	bench_free(b);
}

static void silence_is_asked_about(void **state)
{
	struct bench *b = at_up();

	(void)state;
	bench_play(b, "+ 29999");
	bench_play(b, ".");
	bench_play(b, "+ 1");
	bench_play(b, "> c021 0901 0008 11111111");
	bench_play(b, "< c021 0a01 0008 41131244");
	for (int i = 0; i < 4; i++) {
		bench_play(b, "+ 29999");
		bench_play(b, ".");
		bench_play(b, "+ 1");
		assert_int_equal(b->frames[b->head++].data[0], 9);
	}
	bench_play(b, "+ 30000");
	bench_play(b, "> c021 0502 0004");
	bench_play(b, "+ 2000");
	assert_int_equal(b->down, 1);
	assert_string_equal(b->reason, "no answer to LCP echo");
	assert_int_equal(bench_logged_count("failed at"), 0);
	bench_free(b);
}

static void traffic_saves_echoes(void **state)
{
	struct bench *b = at_up();

	(void)state;
	for (int i = 0; i < 100; i++) {
		bench_play(b, "+ 20000");
		ppp_traffic(b->ppp);
	}
	bench_play(b, ".");
	bench_play(b, "+ 30000");
	bench_play(b, "> c021 0901 0008 11111111");
	bench_free(b);
}

static void no_echoes_when_off(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->conf.ppp.echo_interval = 0;
	bench_start(b);
	bench_run(b, lcp);
	bench_run(b, login);
	bench_run(b, ipcp);
	bench_play(b, "+ 86400000");
	bench_play(b, ".");
	assert_int_equal(b->down, 0);
	bench_free(b);
}

/* Discard-Request, Echo-Reply nobody asked for, Time-Remaining: nothing; an unknown code is rejected. */
static void other_lcp_codes(void **state)
{
	static const char *const script[] = {
		"< c021 0b01 0008 41131244",
		"< c021 0a77 0008 41131244",
		"< c021 0d01 000c 41131244 00000e10",
		".",
		"< c021 0e05 0008 01020304",
		"> c021 0701 000c 0e05 0008 01020304",
		"< c021 0705 0008 0c01 0004",
		"< c021 0901 0004",
		".",
		NULL,
	};
	struct bench *b = at_up();

	(void)state;
	bench_run(b, script);
	assert_int_equal(b->down, 0);
	bench_free(b);
}

static void echo_reply_fits_the_clients_mru(void **state)
{
	static const char *const script[] = {
		"> c021 0101 0017" OUR_LCP,
		"< c021 0101 0008 0104 0050",
		"> c021 0301 0008 0104 0080",
		"< c021 0102 0008 0104 0080",
		"> c021 0202 0008 0104 0080",
		"< c021 0201 0017" OUR_LCP,
		CHALLENGE,
		NULL,
	};
	uint8_t echo[1400] = { 9, 3, 1400 >> 8, 1400 & 0xff };
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	bench_run(b, script);
	ppp_receive(b->ppp, 0xc021, echo, sizeof(echo));
	assert_int_equal(b->frames[b->head++].len, 128);
	bench_run(b, login);
	ppp_receive(b->ppp, 0x4321, echo, sizeof(echo));
	assert_int_equal(b->frames[b->head++].len, 128);
	bench_run(b, ipcp);
	assert_int_equal(b->result.mtu, 128);
	bench_free(b);
}

/* A narrow path limits what we ask for; what we send is limited by the client's MRU and our cap. */
static void narrow_path(void **state)
{
	static const char *const script[] = {
		"> c021 0101 0017 0104 04b0 0305 c223 81 0506 11111111 0702 0802",
		"< c021 0101 0008 0104 0514",
		"> c021 0201 0008 0104 0514",
		"< c021 0201 0017 0104 04b0 0305 c223 81 0506 11111111 0702 0802",
		CHALLENGE,
		NULL,
	};
	struct bench *b = bench_new();

	(void)state;
	b->mtu = 1200;
	b->conf.ppp.mtu = 1400;
	bench_start(b);
	bench_run(b, script);
	bench_run(b, login);
	bench_run(b, ipcp);
	assert_int_equal(b->result.mtu, 1300);
	bench_free(b);
}

static void client_refuses_ipcp(void **state)
{
	struct bench *b = at_ipcp();

	(void)state;
	bench_play(b, "< c021 0801 0010 8021 0101 000a 0306 0a000001");
	bench_play(b, "> c021 0502 0004");
	assert_true(bench_logged("failed at ipcp: client refuses IPv4 (IPCP) (Windows shows error 732)"));
	bench_free(b);
}

static void client_refuses_to_log_in(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	bench_play(b, "< c021 0401 0009 0305 c223 81");
	assert_true(bench_logged("failed at lcp: client refuses to log in; accepted here: mschapv2"));
	assert_true(bench_logged("(Windows shows error 734)"));
	bench_free(b);
}

static void method_is_agreed_on(void **state)
{
	static const char *const script[] = {
		"> c021 0101 0017" OUR_LCP,
		"< c021 0301 0008 0304 c023",
		"> c021 0102 0016 0104 0578 0304 c023 0506 11111111 0702 0802",
		NULL,
	};
	struct bench *b = bench_new();

	(void)state;
	b->conf.ppp.auth = CONF_AUTH_MSCHAPV2 | CONF_AUTH_CHAP_MD5 | CONF_AUTH_PAP;
	bench_start(b);
	bench_run(b, script);
	bench_free(b);
}

/* EAP by policy; mschapv2 is all there is. */
static void client_wants_eap(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	bench_play(b, "< c021 0301 0008 0304 c227");
	assert_true(bench_logged("client wants to log in with eap; accepted here: mschapv2"));
	bench_free(b);
}

static void own_options_are_taken_back(void **state)
{
	static const char *const script[] = {
		"> c021 0101 0017" OUR_LCP,
		"< c021 0301 0008 0104 0500",
		"> c021 0102 0017 0104 0500 0305 c223 81 0506 11111111 0702 0802",
		"< c021 0302 0008 0104 05dc",
		"> c021 0103 0013 0305 c223 81 0506 11111111 0702 0802",
		"< c021 0403 0008 0702 0802",
		"> c021 0104 000f 0305 c223 81 0506 11111111",
		".",
		NULL,
	};
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	bench_run(b, script);
	bench_free(b);
}

static void looped_link(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	bench_play(b, "> c021 0101 0017" OUR_LCP);
	for (int i = 0; i < 5; i++) {
		bench_play(b, "< c021 0101 000a 0506 11111111");
		assert_int_equal(b->frames[b->head].data[0], 3);
		assert_memory_not_equal(b->frames[b->head].data + 6, "\x11\x11\x11\x11", 4);
		b->head++;
	}
	bench_play(b, "< c021 0101 000a 0506 11111111");
	assert_true(bench_logged("link is looped"));
	bench_free(b);
}

/* A client that did not see our Acks: the session goes on as it is. */
static void repeated_requests_while_up(void **state)
{
	static const char *const script[] = {
		"< c021 0101 000e 0506 41131244 0702 0802",
		"> c021 0201 000e 0506 41131244 0702 0802",
		"< 8021 0102 000a 0306 0a000064",
		"> 8021 0202 000a 0306 0a000064",
		".",
		NULL,
	};
	struct bench *b = at_up();

	(void)state;
	bench_run(b, script);
	assert_int_equal(b->up, 1);
	assert_int_equal(b->down, 0);
	bench_free(b);
}

/* A client that begins anew inside the session, with the same outcome: it goes on. */
static void anew_with_the_same_outcome(void **state)
{
	struct bench *b = at_up();

	(void)state;
	bench_play(b, "< c021 0105 000e 0506 55555555 0702 0802");
	bench_play(b, "> c021 0102 0017" OUR_LCP);
	bench_play(b, "> c021 0205 000e 0506 55555555 0702 0802");
	b->hold = true;
	bench_play(b, "< c021 0202 0017" OUR_LCP);
	b->head = b->tail;
	bench_play(b, "< c223 0202 003a" VALUE "\"User\"");
	ppp_auth_result(b->ppp, &(struct auth_result){ .ok = true });
	b->head = b->tail;
	bench_play(b, "< 8021 0202 000a 0306 0a000001");
	bench_play(b, "< 8021 0106 000a 0306 0a000064");
	bench_play(b, "> 8021 0206 000a 0306 0a000064");
	assert_int_equal(b->up, 1);
	assert_int_equal(b->down, 0);
	assert_int_equal(b->asked, 1);
	bench_free(b);
}

static void anew_with_another_outcome(void **state)
{
	struct bench *b = at_up();

	(void)state;
	bench_play(b, "< c021 0105 000a 0506 55555555");
	b->hold = true;
	bench_play(b, "< c021 0202 0017" OUR_LCP);
	bench_play(b, "< c223 0202 003a" VALUE "\"User\"");
	ppp_auth_result(b->ppp, &(struct auth_result){ .ok = true });
	bench_play(b, "< 8021 0202 000a 0306 0a000001");
	bench_play(b, "< 8021 0106 000a 0306 0a000064");
	bench_play(b, "< c021 0603 0004");
	assert_int_equal(b->down, 1);
	assert_string_equal(b->reason, "client changed the link's options");
	bench_free(b);
}

static void free_in_up(void **state)
{
	struct bench *b = at_ipcp();

	(void)state;
	b->free_in_up = true;
	for (int i = 0; i < 4; i++)
		bench_play(b, ipcp[i]);
	assert_null(b->ppp);
	assert_int_equal(b->down, 0);
	bench_free(b);
}

static void free_in_authenticate(void **state)
{
	struct bench *b = at_auth();

	(void)state;
	b->free_in_authenticate = true;
	bench_play(b, RESPONSE);
	assert_null(b->ppp);
	bench_play(b, "+ 60000");
	bench_play(b, ".");
	bench_free(b);
}

/* Whatever is sent last, and whatever the engine was about to do next. */
static void free_in_send(void **state)
{
	static const char *const *const parts[] = { lcp, login, ipcp };

	(void)state;
	for (size_t n = 1; n <= 8; n++) {
		struct bench *b = bench_new();

		b->free_in_send = n;
		bench_start(b);
		for (size_t i = 0; i < 3; i++) {
			for (const char *const *l = parts[i]; *l; l++) {
				if (**l != '>' && **l != '.')
					bench_play(b, *l);
			}
		}
		if (b->ppp)
			ppp_close(b->ppp, "end");
		assert_null(b->ppp);
		assert_int_equal(b->tail, n);
		assert_int_equal(b->down, 0);
		bench_free(b);
	}
}

static void close_in_up_and_free_in_down(void **state)
{
	struct bench *b = at_ipcp();

	(void)state;
	b->close_in_up = true;
	b->free_in_down = true;
	for (int i = 0; i < 5; i++)
		bench_play(b, ipcp[i]);
	bench_play(b, "> c021 0502 0004");
	assert_int_equal(b->down, 0);
	bench_play(b, "< c021 0602 0004");
	assert_int_equal(b->down, 1);
	assert_null(b->ppp);
	bench_free(b);
}

static void free_in_down_from_a_timer(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->free_in_down = true;
	bench_start(b);
	fake_clock_advance(30000);
	assert_int_equal(b->down, 1);
	assert_null(b->ppp);
	bench_free(b);
}

/* The text of a log line is never the client's. */
static void hostile_names(void **state)
{
	struct bench *b = at_auth();

	(void)state;
	/* a zero byte in the name; a name of 256 bytes; a value of another size */
	bench_play(b, "< c223 0201 0038" VALUE "5500");
	bench_play(b, "< c223 0201 0019 10 00112233445566778899aabbccddeeff \"User\"");
	bench_play(b, "< c223 0202 0006 31 55");
	assert_int_equal(b->requests, 0);
	bench_play(b, "< c223 0201 003a" VALUE "0a1b5b41");
	bench_play(b, "+ 0");
	assert_true(bench_logged("unknown user \"??[A\""));
	bench_free(b);
}

#define TEST(f)	cmocka_unit_test(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stages),
		TEST(wrong_password),
		TEST(unknown_user),
		TEST(wrong_password_and_silence),
		TEST(challenge_is_repeated),
		TEST(slow_back_end),
		TEST(stale_answer),
		TEST(success_is_repeated),
		TEST(before_the_login_ncps_are_dropped),
		TEST(no_free_address),
		TEST(fixed_address),
		TEST(client_insists_on_an_address),
		TEST(we_close),
		TEST(we_close_and_nobody_answers),
		TEST(closed_before_it_began),
		TEST(client_never_answers),
		TEST(client_never_answers_ipcp),
		TEST(ends_while_negotiating),
		TEST(silence_is_asked_about),
		TEST(traffic_saves_echoes),
		TEST(no_echoes_when_off),
		TEST(other_lcp_codes),
		TEST(echo_reply_fits_the_clients_mru),
		TEST(narrow_path),
		TEST(client_refuses_ipcp),
		TEST(client_refuses_to_log_in),
		TEST(method_is_agreed_on),
		TEST(client_wants_eap),
		TEST(own_options_are_taken_back),
		TEST(looped_link),
		TEST(repeated_requests_while_up),
		TEST(anew_with_the_same_outcome),
		TEST(anew_with_another_outcome),
		TEST(free_in_up),
		TEST(free_in_authenticate),
		TEST(free_in_send),
		TEST(close_in_up_and_free_in_down),
		TEST(free_in_down_from_a_timer),
		TEST(hostile_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
