// SPDX-License-Identifier: MIT
/*
 * What real clients send, byte by byte, and what they must get.  Windows 7: the options,
 * identifiers and order of a pppd debug log (Ubuntu Forums, February 2011), the login with
 * the numbers of RFC 2759 section 9.2.  Apple: its published pppd sources.  Android and
 * NetworkManager: pppd with the options their sources give it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "ppp_bench.h"

#define OUR_LCP		"0104 0578 0305 c223 81 0506 11111111 0702 0802"
#define CHALLENGE	"> c223 0101 001c 10 5b5d7c7d7b3f2f3e3c2c602132262628 \"l2tpsec\""
#define RESPONSE	"< c223 0201 003a 31 21402324255e262a28295f2b3a337c7e 0000000000000000" \
			"82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df 00 \"User\""
#define SUCCESS		"> c223 0301 003f \"S=407A5589115FD0D6209F510FE9C04566932CDA56 M=Access granted\""

static const char *const windows_login[] = {
	"> c021 0101 0017" OUR_LCP,
	"# its request id 0 was lost; after callback is rejected it asks without",
	"< c021 0101 0015 0104 0578 0506 41131244 0702 0802 0d03 06",
	"> c021 0401 0007 0d03 06",
	"< c021 0201 0017" OUR_LCP,
	"< c021 0102 0012 0104 0578 0506 41131244 0702 0802",
	"> c021 0202 0012 0104 0578 0506 41131244 0702 0802",
	CHALLENGE,
	"< c021 0c03 0012 41131244 \"MSRASV5.20\"",
	"< c021 0c04 0019 41131244 \"MSRAS-0-ENIGMA-PC\"",
	"< c021 0c05 0018 41131244 00112233445566778899aabbccddeeff",
	".",
	RESPONSE,
	"+ 0",
	SUCCESS,
	"> 8021 0101 000a 0306 0a000001",
	"< 8057 0106 000e 010a 483c272cc66aebe1",
	"> c021 0801 0014 8057 0106 000e 010a 483c272cc66aebe1",
	"< 80fd 0107 000a 1206 01000000",
	"> 80fd 0407 000a 1206 01000000",
	"< 8021 0108 0022 0306 00000000 8106 00000000 8206 00000000 8306 00000000 8406 00000000",
	"> 8021 0408 0016 8206 00000000 8306 00000000 8406 00000000",
	"< 80fd 0509 0010 41131244 003ccd74 000002dc",
	"> 80fd 0609 0004",
	"< 8021 0201 000a 0306 0a000001",
	"< 8021 010a 0010 0306 00000000 8106 00000000",
	"> 8021 030a 0010 0306 0a000064 8106 08080808",
	"< 8021 010b 0010 0306 0a000064 8106 08080808",
	"> 8021 020b 0010 0306 0a000064 8106 08080808",
	".",
	NULL,
};

static void windows_7(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	bench_run(b, windows_login);
	assert_int_equal(b->up, 1);
	assert_string_equal(b->result.user, "User");
	assert_int_equal(b->result.address, 0x0a000064);
	assert_int_equal(b->result.mtu, 1400);
	assert_true(b->result.tx_acfc && b->result.tx_pfc);
	assert_int_equal(b->result.method, AUTH_METHOD_MSCHAPV2);
	assert_int_equal(ppp_stage(b->ppp), STAGE_UP);
	assert_int_equal(b->asked, 1);
	assert_true(bench_logged("client identifies itself: MSRASV5.20"));
	assert_true(bench_logged("client identifies itself: MSRAS-0-ENIGMA-PC"));
	assert_true(bench_logged("client identifies itself: 00112233445566778899aabbccddeeff"));
	assert_true(bench_logged("logged in as \"User\" with mschapv2"));
	assert_int_equal(bench_logged_count("failed at"), 0);

	/* the user hangs up; the request comes again after 2 s when the answer is lost */
	assert_string_equal(ppp_reason(b->ppp), "");
	bench_play(b, "< c021 050c 0010 41131244 003ccd74 00000000");
	bench_play(b, "> c021 060c 0004");
	/* its DELETE may follow at once: the reason is there before the end */
	assert_string_equal(ppp_reason(b->ppp), "client ended");
	bench_play(b, "+ 500");
	bench_play(b, "< c021 050c 0010 41131244 003ccd74 00000000");
	bench_play(b, "> c021 060c 0004");
	assert_int_equal(b->down, 0);
	bench_play(b, "+ 1000");
	assert_int_equal(b->down, 1);
	assert_string_equal(b->reason, "client ended");
	assert_int_equal(bench_logged_count("failed at"), 0);
	bench_free(b);
}

/* It ends IPCP first, with the number its user sees, and LCP then. */
static void windows_without_an_address(void **state)
{
	static const char *const end[] = {
		"< 8021 050b 0010 41131244 003ccd74 000002e2",
		"> 8021 060b 0004",
		"> c021 0502 0004",
		"< c021 050c 0010 41131244 003ccd74 00000000",
		"> c021 060c 0004",
		"< c021 0602 0004",
		".",
		NULL,
	};
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	for (const char *const *l = windows_login; strncmp(*l, "< 8021 010a", 11); l++)
		bench_play(b, *l);
	bench_run(b, end);
	assert_int_equal(b->down, 1);
	assert_int_equal(b->up, 0);
	assert_string_equal(b->reason, "client ended: Windows error 738, no address assigned");
	assert_int_equal(bench_logged_count("failed at"), 1);
	assert_true(bench_logged("failed at ipcp: client ended: Windows error 738, no address assigned"));
	assert_true(bench_logged("(Windows shows error 738)"));
	bench_free(b);
}

/* Only MS-CHAPv2 is ticked, and the server asks for CHAP-MD5 first: two Naks, as Windows 10 sends them. */
static void windows_wants_mschapv2(void **state)
{
	static const char *const script[] = {
		"> c021 0101 0017 0104 0578 0305 c223 05 0506 11111111 0702 0802",
		"< c021 0301 0009 0305 c223 81",
		"# mschapv2 is not allowed here, pap is: it is asked for next",
		"> c021 0102 0016 0104 0578 0304 c023 0506 11111111 0702 0802",
		"< c021 0302 0009 0305 c223 81",
		"> c021 0503 0004",
		"< c021 0603 0004",
		".",
		NULL,
	};
	struct bench *b = bench_new();

	(void)state;
	b->conf.ppp.auth = CONF_AUTH_CHAP_MD5 | CONF_AUTH_PAP;
	bench_start(b);
	bench_run(b, script);
	assert_int_equal(b->down, 1);
	assert_int_equal(bench_logged_count("failed at"), 1);
	assert_true(bench_logged("failed at lcp: client wants to log in with mschapv2; accepted here: chap-md5, pap"));
	assert_true(bench_logged("(Windows shows error 734)"));
	bench_free(b);
}

#define REFUSED_1	"0305 c223 81 0408 c025 00000064"
#define REFUSED_2	"0d03 06 1104 064e 1303 00"

/* Multilink ticked, RRAS-like options, quality: each refused in one answer. */
static void everything_that_is_refused(void **state)
{
	static const char *const script[] = {
		"> c021 0101 0017" OUR_LCP,
		"< c021 0101 002b 0104 0578 0206 000a0000" REFUSED_1 "0506 41131244" REFUSED_2,
		"> c021 0401 001b" REFUSED_1 REFUSED_2,
		"< c021 0102 0014 0104 0578 0206 000a0000 0506 41131244",
		"> c021 0202 0014 0104 0578 0206 000a0000 0506 41131244",
		"< c021 0201 0017" OUR_LCP,
		CHALLENGE,
		RESPONSE,
		"+ 0",
		SUCCESS,
		"> 8021 0101 000a 0306 0a000001",
		"# CBCP, BACP, ECP, MPLSCP, compressed data, EAP",
		"< c029 0101 0006 0100",
		"> c021 0801 000c c029 0101 0006 0100",
		"< c02b 0101 0004",
		"> c021 0802 000a c02b 0101 0004",
		"< 8053 0101 0004",
		"> c021 0803 000a 8053 0101 0004",
		"< 8281 0101 0004",
		"> c021 0804 000a 8281 0101 0004",
		"< 00fd 9000",
		"> c021 0805 0008 00fd 9000",
		"< c227 0101 0005 01",
		"> c021 0806 000b c227 0101 0005 01",
		"# VJ, old IP-Addresses, Mobile-IPv4",
		"< 8021 0101 0020 0206 002d 0f01 0306 00000000 010a 0000000000000000 0406 00000000",
		"> 8021 0401 001a 0206 002d 0f01 010a 0000000000000000 0406 00000000",
		"# data before IPCP is open, IPv6 data: dropped",
		"< 0021 4500",
		"< 0057 6000",
		".",
		NULL,
	};
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	bench_run(b, script);
	assert_int_equal(b->down, 0);
	bench_free(b);
}

/* MRU 1500 is not sent; VJ on; ACSCP, which is only there when not all traffic is sent. */
static void apple(void **state)
{
	static const char *const script[] = {
		"> c021 0101 0017" OUR_LCP,
		"< c021 0101 0014 0206 00000000 0506 7a2f5c11 0702 0802",
		"> c021 0201 0014 0206 00000000 0506 7a2f5c11 0702 0802",
		"< c021 0201 0017" OUR_LCP,
		CHALLENGE,
		RESPONSE,
		"+ 0",
		SUCCESS,
		"> 8021 0101 000a 0306 0a000001",
		"< 8021 0101 001c 0206 002d 0f01 0306 00000000 8106 00000000 8306 00000000",
		"> 8021 0401 0010 0206 002d 0f01 8306 00000000",
		"< 8235 0101 0010 0106 00000001 0206 00000001",
		"> c021 0801 0016 8235 0101 0010 0106 00000001 0206 00000001",
		"< 8021 0201 000a 0306 0a000001",
		"< 8021 0102 0010 0306 00000000 8106 00000000",
		"> 8021 0302 0010 0306 0a000064 8106 08080808",
		"< 8021 0103 0010 0306 0a000064 8106 08080808",
		"> 8021 0203 0010 0306 0a000064 8106 08080808",
		"# its echo after a change of network",
		"< c021 0901 0008 7a2f5c11",
		"> c021 0a01 0008 11111111",
		".",
		NULL,
	};
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	bench_run(b, script);
	assert_int_equal(b->up, 1);
	assert_int_equal(b->result.mtu, 1400);
	bench_free(b);
}

/* pppd starts late (only after the ACK of ICCN), offers Deflate and BSD-Compress, then asks CCP without options. */
static void android(void **state)
{
	static const char *const script[] = {
		"> c021 0101 0017" OUR_LCP,
		"+ 2000",
		"> c021 0101 0017" OUR_LCP,
		"+ 1000",
		"< c021 0101 0018 0104 04f6 0206 00000000 0506 3a5d0e01 0702 0802",
		"> c021 0201 0018 0104 04f6 0206 00000000 0506 3a5d0e01 0702 0802",
		"+ 1000",
		"> c021 0101 0017" OUR_LCP,
		"< c021 0201 0017" OUR_LCP,
		CHALLENGE,
		RESPONSE,
		"+ 0",
		SUCCESS,
		"> 8021 0101 000a 0306 0a000001",
		"< 80fd 0101 000f 1a04 7800 1804 7800 1503 2f",
		"> 80fd 0401 000f 1a04 7800 1804 7800 1503 2f",
		"< 8021 0101 001c 0206 002d 0f01 0306 00000000 8106 00000000 8306 00000000",
		"> 8021 0401 0010 0206 002d 0f01 8306 00000000",
		"< 80fd 0102 0004",
		"> c021 0801 000a 80fd 0102 0004",
		"< 8021 0201 000a 0306 0a000001",
		"< 8021 0102 0010 0306 00000000 8106 00000000",
		"> 8021 0302 0010 0306 0a000064 8106 08080808",
		"< 8021 0103 0010 0306 0a000064 8106 08080808",
		"> 8021 0203 0010 0306 0a000064 8106 08080808",
		".",
		"< c021 0502 0010 \"User request\"",
		"> c021 0602 0004",
		"+ 1000",
		".",
		NULL,
	};
	struct bench *b = bench_new();

	(void)state;
	bench_start(b);
	bench_run(b, script);
	assert_int_equal(b->up, 1);
	assert_int_equal(b->result.mtu, 1270);
	assert_int_equal(b->down, 1);
	assert_string_equal(b->reason, "client ended: \"User request\"");
	bench_free(b);
}

/* A router with addresses of its own choice: it gets what we assign, and DNS, WINS as far as there are any. */
static void router(void **state)
{
	static const char *const script[] = {
		"> c021 0101 0013 0305 c223 81 0506 11111111 0702 0802",
		"< c021 0101 0004",
		"> c021 0201 0004",
		"# no compression, no magic number",
		"< c021 0401 000e 0506 11111111 0702 0802",
		"> c021 0102 0009 0305 c223 81",
		"< c021 0202 0009 0305 c223 81",
		CHALLENGE,
		RESPONSE,
		"+ 0",
		SUCCESS,
		"> 8021 0101 000a 0306 0a000001",
		"# it would rather have us elsewhere, then does without our address",
		"< 8021 0301 000a 0306 c0a80101",
		"> 8021 0102 000a 0306 0a000001",
		"< 8021 0402 000a 0306 0a000001",
		"> 8021 0103 0004",
		"< 8021 0203 0004",
		"< 8021 0101 0010 8106 01020304 8206 01020304",
		"> 8021 0301 0016 8106 08080808 8206 09090909 0306 0a000064",
		"< 8021 0102 0022 0306 c0a80102 8106 08080808 8206 09090909 8306 08080808 8406 09090909",
		"> 8021 0302 0016 0306 0a000064 8306 04040404 8406 07070707",
		"< 8021 0103 000a 0306 0a000064",
		"> 8021 0203 000a 0306 0a000064",
		"# echo without our magic number",
		"< c021 0901 000a 00000000 abcd",
		"> c021 0a01 000a 00000000 abcd",
		".",
		NULL,
	};
	struct bench *b = bench_new();

	(void)state;
	b->mtu = 1500;
	b->conf.ppp.dns[1] = 0x04040404;
	b->conf.ppp.dns_len = 2;
	b->conf.ppp.wins[0] = 0x09090909;
	b->conf.ppp.wins[1] = 0x07070707;
	b->conf.ppp.wins_len = 2;
	bench_start(b);
	bench_run(b, script);
	assert_int_equal(b->up, 1);
	assert_int_equal(b->result.mtu, 1500);
	assert_false(b->result.tx_acfc || b->result.tx_pfc);
	bench_free(b);
}

static void chap_md5(void **state)
{
	/* MD5 over 01 "clientPass" and the challenge, computed elsewhere (openssl dgst -md5) */
	static const char *const script[] = {
		"> c021 0101 0017 0104 0578 0305 c223 05 0506 11111111 0702 0802",
		"< c021 0201 0017 0104 0578 0305 c223 05 0506 11111111 0702 0802",
		"< c021 0101 0004",
		"> c021 0201 0004",
		CHALLENGE,
		"< c223 0201 0019 10 5f09d7e952d4b481108861304e6de873 \"User\"",
		"+ 0",
		"> c223 0301 0012 \"Access granted\"",
		"> 8021 0101 000a 0306 0a000001",
		".",
		NULL,
	};
	struct bench *b = bench_new();

	(void)state;
	b->conf.ppp.auth = CONF_AUTH_CHAP_MD5;
	bench_start(b);
	bench_run(b, script);
	assert_int_equal(ppp_stage(b->ppp), STAGE_IPCP);
	bench_free(b);
}

static void pap(void **state)
{
	static const char *const script[] = {
		"> c021 0101 0016 0104 0578 0304 c023 0506 11111111 0702 0802",
		"< c021 0201 0016 0104 0578 0304 c023 0506 11111111 0702 0802",
		"< c021 0101 0004",
		"> c021 0201 0004",
		"< c223 0101 0004",
		".",
		"< c023 0105 0014 04 \"User\" 0a \"clientPass\"",
		"# repeated while it is being checked, and afterwards",
		"< c023 0106 0014 04 \"User\" 0a \"clientPass\"",
		"+ 0",
		"> c023 0206 0013 0e \"Access granted\"",
		"> 8021 0101 000a 0306 0a000001",
		"< c023 0107 0014 04 \"User\" 0a \"clientPass\"",
		"> c023 0207 0013 0e \"Access granted\"",
		".",
		NULL,
	};
	struct bench *b = bench_new();

	(void)state;
	b->conf.ppp.auth = CONF_AUTH_PAP;
	bench_start(b);
	bench_run(b, script);
	assert_int_equal(b->requests, 1);
	assert_int_equal(ppp_stage(b->ppp), STAGE_IPCP);
	bench_free(b);
}

static void pap_wrong_password(void **state)
{
	static const char *const script[] = {
		"> c021 0101 0016 0104 0578 0304 c023 0506 11111111 0702 0802",
		"< c021 0201 0016 0104 0578 0304 c023 0506 11111111 0702 0802",
		"< c021 0101 0004",
		"> c021 0201 0004",
		"< c023 0105 0013 04 \"User\" 09 \"clientPas\"",
		"+ 0",
		"> c023 0305 0012 0d \"Access denied\"",
		"> c021 0502 0004",
		"< c021 0602 0004",
		".",
		NULL,
	};
	struct bench *b = bench_new();

	(void)state;
	b->conf.ppp.auth = CONF_AUTH_PAP;
	bench_start(b);
	bench_run(b, script);
	assert_int_equal(b->down, 1);
	assert_true(bench_logged("failed at auth: wrong password for user \"User\" (Windows shows error 691)"));
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_7),
		cmocka_unit_test(windows_without_an_address),
		cmocka_unit_test(windows_wants_mschapv2),
		cmocka_unit_test(everything_that_is_refused),
		cmocka_unit_test(apple),
		cmocka_unit_test(android),
		cmocka_unit_test(router),
		cmocka_unit_test(chap_md5),
		cmocka_unit_test(pap),
		cmocka_unit_test(pap_wrong_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
