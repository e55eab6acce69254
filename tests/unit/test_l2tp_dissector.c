// SPDX-License-Identifier: MIT
/* tcpdump reads what the engine writes: a foreign opinion on every message type of ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fake_clock.h"
#include "l2tp_peer.h"

#define LINKTYPE_RAW	101
#define IP_UDP_LEN	28

static void put_le(FILE *f, uint32_t v, int bytes)
{
	for (; bytes; bytes--, v >>= 8)
		fputc(v & 0xff, f);
}

static void put_be16(FILE *f, uint16_t v)
{
	fputc(v >> 8, f);
	fputc(v & 0xff, f);
}

static void pcap_begin(FILE *f)
{
	put_le(f, 0xa1b2c3d4, 4);
	put_le(f, 2, 2);
	put_le(f, 4, 2);
	put_le(f, 0, 4);
	put_le(f, 0, 4);
	put_le(f, 65535, 4);
	put_le(f, LINKTYPE_RAW, 4);
}

/* IPv4 and UDP around it, checksums left out. */
static void pcap_add(void *ctx, const struct l2tp_datagram *d)
{
	static const uint8_t addresses[] = { 192, 0, 2, 1, 192, 0, 2, 2 };
	static const uint8_t rest[] = { 0, 0, 0, 0, 64, 17, 0, 0 };
	size_t len = IP_UDP_LEN + d->len;
	FILE *f = ctx;

	put_le(f, 0, 4);
	put_le(f, 0, 4);
	put_le(f, len, 4);
	put_le(f, len, 4);
	fputc(0x45, f);
	fputc(0, f);
	put_be16(f, len);
	fwrite(rest, 1, sizeof(rest), f);
	fwrite(addresses, 1, sizeof(addresses), f);
	put_be16(f, 1701);
	put_be16(f, 1701);
	put_be16(f, 8 + d->len);
	put_be16(f, 0);
	fwrite(d->bytes, 1, d->len, f);
}

/* Every message type that we send, once at least. */
static void speak(struct l2tp_peer *p)
{
	l2tp_peer_start(p);
	l2tp_peer_tunnel(p);
	l2tp_peer_session(p, 0x77);
	fake_clock_advance(60000);
	l2tp_peer_expect(p, L2TP_HELLO, NULL);
	l2tp_peer_ack(p);
	l2tp_session_close(p->l2tp, p->session, L2TP_CLOSE_ADMIN);
	l2tp_peer_expect(p, L2TP_CDN, NULL);
	l2tp_peer_ack(p);
	l2tp_tunnel_close(p->l2tp, p->tunnel, L2TP_CLOSE_SHUTDOWN);
	l2tp_peer_expect(p, L2TP_STOPCCN, NULL);
}

static void read_back(const char *path, char *out, size_t cap)
{
	char command[256];
	size_t len;
	FILE *f;

	snprintf(command, sizeof(command), "tcpdump -K -nvv -r %s 2>&1", path);
	f = popen(command, "r");
	assert_non_null(f);
	len = fread(out, 1, cap - 1, f);
	out[len] = '\0';
	assert_int_equal(pclose(f), 0);
}

static void expect_text(const char *out, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!strstr(out, text))
		print_error("no '%s' in:\n%s\n", text, out);
	assert_non_null(strstr(out, text));
}

static void tcpdump_agrees(void **state)
{
	char path[] = "/tmp/l2tpsec-dissector-XXXXXX";
	struct l2tp_peer p = { 0 };
	static char out[16384];
	FILE *f;

	(void)state;
	if (system("command -v tcpdump >/dev/null") != 0) {
		print_error("SKIPPED: tcpdump is not installed, nobody else judged our messages\n");
		skip();
	}
	f = fdopen(mkstemp(path), "w");
	assert_non_null(f);
	pcap_begin(f);
	p.save = pcap_add;
	p.save_ctx = f;
	speak(&p);
	assert_int_equal(fclose(f), 0);
	read_back(path, out, sizeof(out));
	unlink(path);

	expect_text(out, "l2tp:[TLS](2989/0)Ns=0,Nr=1 ZLB");
	expect_text(out, "l2tp:[TLS](2989/0)Ns=0,Nr=1 *MSGTYPE(SCCRP) *PROTO_VER(1.0) *FRAMING_CAP(AS) FIRM");
	expect_text(out, "FIRM_VER(1) *HOST_NAME(gateway) VENDOR_NAME(l2tpsec) *ASSND_TUN_ID(%u) *RECV_WIN_SIZE(8)\n",
		    p.tunnel_id);
	expect_text(out, "l2tp:[TLS](2989/119)Ns=1,Nr=3 *MSGTYPE(ICRP) *ASSND_SESS_ID(%u)\n", p.session_id);
	expect_text(out, "l2tp:[TLS](2989/0)Ns=2,Nr=4 *MSGTYPE(HELLO)\n");
	expect_text(out, "l2tp:[TLS](2989/119)Ns=3,Nr=4 *MSGTYPE(CDN) *RESULT_CODE(3/0 closed by the administrator");
	expect_text(out, "closed by the administrator) *ASSND_SESS_ID(%u)\n", p.session_id);
	expect_text(out, "l2tp:[TLS](2989/0)Ns=4,Nr=4 *MSGTYPE(StopCCN) *RESULT_CODE(6/0 the gateway is shutting");
	expect_text(out, "the gateway is shutting down) *ASSND_TUN_ID(%u)\n", p.tunnel_id);
	assert_null(strstr(out, "bad"));
	assert_null(strstr(out, "[|l2tp]"));
	assert_null(strstr(out, "invalid"));
	l2tp_peer_stop(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcpdump_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
