// SPDX-License-Identifier: MIT
/* Whole dialogues: what each client does from SCCRQ to its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/buf.h"
#include "fake_clock.h"
#include "fake_random.h"
#include "l2tp_peer.h"

#define SCCCN	"8008 0000 0000 0003"

/**
 * struct client - what a client puts on the wire, AVPs as hex
 * @name: for failures
 * @port: inner source port
 * @hello: it sends HELLOs before it has a tunnel
 * @sccrq: request for a tunnel
 * @host_name: what the log shall say
 * @vendor_name: the same
 * @icrq: request for a session
 * @iccn: the session is connected
 * @cdn: end of the session
 * @cdn_reason: what the log shall say
 * @stop: end of the tunnel
 * @stop_reason: the same
 */
struct client {
	const char *name;
	uint16_t port;
	bool hello;
	const char *sccrq;
	const char *host_name;
	const char *vendor_name;
	const char *icrq;
	const char *iccn;
	const char *cdn;
	const char *cdn_reason;
	const char *stop;
	const char *stop_reason;
};

static const struct client clients[] = {
	{
		.name = "Windows", .port = 1701,
		.sccrq = "80080000000000018008000000020100800a0000000300000001800a000000040000000000080000\n"
			 "00060a008015000000075257422d4c4150544f502d44454c4c000f000000084d6963726f736f667480\n"
			 "080000000900018008 0000000a0008",
		.host_name = "RWB-LAPTOP-DELL", .vendor_name = "Microsoft",
		.icrq = "8008 0000 0000 000a  8008 0000 000e 0001  800a 0000 000f 00000000  800a 0000 0012 00000002\n"
			"0016 0137 0001 00112233445566778899aabbccddeeff",
		.iccn = "8008 0000 0000 000c  800a 0000 0018 05f5e100  800a 0000 0013 00000001",
		.cdn = "8008 0000 0000 000e  800a 0000 0001 0003 0000  8008 0000 000e 0001",
		.cdn_reason = "the peer closed the session: for administrative reasons (result 3)",
		.stop = "8008 0000 0000 0004  800a 0000 0001 0006 0000  8008 0000 0009 0001",
		.stop_reason = "the peer closed the tunnel: the peer is shutting down (result 6)",
	}, {
		.name = "Apple", .port = 56322, .hello = true,
		.sccrq = "8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000003\n"
			 "800e 0000 0007 6d61632d626f7800  8008 0000 0009 0011  8008 0000 000a 0004",
		.host_name = "mac-box", .vendor_name = "",
		.icrq = "8008 0000 0000 000a  8008 0000 000e 01f4  800a 0000 000f 00000001",
		.iccn = "8008 0000 0000 000c  800a 0000 0018 000f4240  800a 0000 0013 00000003",
		.cdn = "8008 0000 0000 000e  800e 0000 0001 0300 a1b2c3d4e5f6  8008 0000 000e 01f4",
		.cdn_reason = "the peer closed the session: for administrative reasons (result 3)",
		.stop = "8008 0000 0000 0004  8008 0000 0009 0011  800e 0000 0001 0100 a1b2c3d4e5f6",
		.stop_reason = "the peer closed the tunnel: on request (result 1)",
	}, {
		.name = "Android", .port = 40001,
		.sccrq = "8008 0000 0000 0001  8008 0000 0002 0100  800f 0000 0007 616e6f6e796d6f7573\n"
			 "800a 0000 0003 00000003  8008 0000 0009 8a31  8008 0000 000a 0001",
		.host_name = "anonymous", .vendor_name = "",
		.icrq = "8008 0000 0000 000a  8008 0000 000e 77aa  800a 0000 000f 5eed5eed",
		.iccn = "8008 0000 0000 000c  800a 0000 0018 05f5e100  800a 0000 0013 00000003",
		.cdn = "8008 0000 0000 000e  8008 0000 000e 77aa  8008 0000 0001 0003",
		.cdn_reason = "the peer closed the session: for administrative reasons (result 3)",
		.stop = "8008 0000 0000 0004  8008 0000 0009 8a31  8008 0000 0001 0006",
		.stop_reason = "the peer closed the tunnel: the peer is shutting down (result 6)",
	}, {
		.name = "MikroTik", .port = 1701,
		.sccrq = "8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000001  800a 0000 0004 00000000\n"
			 "0008 0000 0006 0001  800e 0000 0007 4d696b726f54696b  000e 0000 0008 4d696b726f54696b\n"
			 "8008 0000 0009 0003  8008 0000 000a 0004",
		.host_name = "MikroTik", .vendor_name = "MikroTik",
		.icrq = "8008 0000 0000 000a  8008 0000 000e 0002  800a 0000 000f 00000001  800a 0000 0012 00000000",
		.iccn = "8008 0000 0000 000c  800a 0000 0018 00000000  800a 0000 0013 00000001",
		.cdn = "8008 0000 0000 000e  800a 0000 0001 0002 0006  8008 0000 000e 0002",
		.cdn_reason = "the peer closed the session: because of an error (result 2, error 6)",
		.stop = "8008 0000 0000 0004  8008 0000 0009 0003  800a 0000 0001 0001 0000",
		.stop_reason = "the peer closed the tunnel: on request (result 1)",
	},
};

/* Connects, passes the time, closes: every answer at once, a ZLB of its own before each reply. */
static void dialogue(const struct client *c)
{
	struct l2tp_peer p = { .port = c->port };
	struct l2tp_message m;

	l2tp_peer_start(&p);
	if (c->hello) {
		l2tp_peer_raw_hex(&p, "c8020014 0000 0000 0000 0000  8008 0000 0000 0006");
		l2tp_peer_raw_hex(&p, "c8020014 0000 0000 0000 0000  8008 0000 0000 0006");
		l2tp_peer_expect_nothing(&p);
	}
	l2tp_peer_send(&p, 0, c->sccrq);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_SCCRP, &m);
	assert_string_equal(m.host_name, "gateway");
	assert_string_equal(m.vendor_name, "l2tpsec");
	assert_int_equal(m.framing_capabilities, 3);
	assert_int_not_equal(m.assigned_tunnel, 0);
	l2tp_peer_expect_nothing(&p);
	assert_int_equal(p.tunnels_up, 0);

	l2tp_peer_send(&p, 0, SCCCN);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	assert_int_equal(p.tunnels_up, 1);
	assert_string_equal(p.tunnel->host_name, c->host_name);
	assert_string_equal(p.tunnel->vendor_name, c->vendor_name);
	assert_int_equal(p.tunnel->peer_port, c->port);
	assert_int_equal(p.tunnel->id, p.tunnel_id);

	l2tp_peer_send(&p, 0, c->icrq);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_ICRP, NULL);
	l2tp_peer_expect_nothing(&p);
	assert_null(l2tp_session_find(p.l2tp, p.lineage, p.tunnel_id, p.session_id));
	l2tp_peer_send(&p, p.session_id, c->iccn);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect_nothing(&p);
	assert_int_equal(p.sessions_up, 1);
	assert_int_equal(p.session->id, p.session_id);
	assert_false(p.session->sequencing);
	assert_ptr_equal(l2tp_session_find(p.l2tp, p.lineage, p.tunnel_id, p.session_id), p.session);

	l2tp_peer_send(&p, p.session_id, c->cdn);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	assert_int_equal(p.sessions_gone, 1);
	assert_string_equal(p.reason, c->cdn_reason);
	l2tp_peer_send(&p, 0, c->stop);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect_nothing(&p);
	assert_int_equal(p.tunnels_gone, 1);
	assert_string_equal(p.reason, c->stop_reason);
	l2tp_peer_stop(&p);
	assert_int_equal(fake_clock_pending(), 0);
}

static void every_client(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(clients) / sizeof(clients[0]); i++) {
		print_message("# %s\n", clients[i].name);
		dialogue(&clients[i]);
	}
}

/*
 * Recorded by tests/interop/l2tp-xl2tpd from xl2tpd 1.3.18 of Debian 12; "S": the engine's.  With the
 * same random numbers the engine says the same bytes today.
 */
static const char *const xl2tpd_dialogue[] = {
	"Rc8020063000000000000000080080000000000018008000000020100800a0000000300000003800a0000000400000000\n"
	"0008000000060690800800000007766d00130000000878656c6572616e63652e636f6d80080000000994a380080000000a0004",
	"Sc802000c94a3000000000001",
	"Sc802005894a300000000000180080000000000028008000000020100800a00000003000000030008000000060001800d0000\n"
	"000767617465776179000d000000086c327470736563800800000009f35a80080000000a0008",
	"Rc8020014f35a0000000100018008000000000003",
	"Sc802000c94a3000000010002",
	"Rc8020030f35a000000020001800800000000000a80080000000e3df6800a0000000f00000001800a0000001200000000",
	"Sc802000c94a3000000010003",
	"Sc802001c94a33df600010003800800000000000b80080000000ea5b6",
	"Rc8020032f35aa5b600030002800800000000000c800a0000001800000000800a0000001300000001000a0000002600000000",
	"Sc802000c94a3000000020004",
	"Rc8020026f35aa5b600040002800800000000000e800a000000010001000080080000000e3df6",
	"Sc802000c94a3000000020005",
	"Rc802002ef35a000000050002800800000000000480080000000994a380120000000100010000476f6f6462796521",
	"Sc802000c94a3000000020006",
};

/* The next id that the engine draws. */
static void draw(uint16_t id)
{
	const uint32_t v = id;

	fake_random_set(&v, sizeof(v));
}

static void recorded_xl2tpd(void **state)
{
	struct l2tp_peer p = { 0 };
	struct l2tp_datagram *d;
	uint8_t bytes[256];
	size_t i, len;

	(void)state;
	fake_random_reset();
	draw(0xf35a);
	draw(0xa5b6);
	l2tp_peer_start(&p);
	for (i = 0; i < sizeof(xl2tpd_dialogue) / sizeof(xl2tpd_dialogue[0]); i++) {
		if (*xl2tpd_dialogue[i] == 'R') {
			l2tp_peer_raw_hex(&p, xl2tpd_dialogue[i] + 1);
			continue;
		}
		len = l2tp_from_hex(xl2tpd_dialogue[i] + 1, bytes, sizeof(bytes));
		assert_true(p.count > 0);
		d = &p.sent[p.first];
		assert_int_equal(d->len, len);
		assert_memory_equal(d->bytes, bytes, len);
		p.first = (p.first + 1) % L2TP_PEER_QUEUE;
		p.count--;
	}
	l2tp_peer_expect_nothing(&p);
	assert_int_equal(p.sessions_up, 1);
	assert_int_equal(p.sessions_gone, 1);
	assert_int_equal(p.tunnels_gone, 1);
	l2tp_peer_stop(&p);
}

/* Android repeats every 2 s until its own ZLB comes and goes on only in order: its RWS of one is kept. */
static void android_impatient(void **state)
{
	struct l2tp_peer p = { .port = 40001 };
	uint16_t ns;
	int i;

	(void)state;
	l2tp_peer_start(&p);
	for (i = 0; i < 3; i++) {
		p.ns = 0;
		l2tp_peer_send(&p, 0, clients[2].sccrq);
	}
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_SCCRP, NULL);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect_nothing(&p);
	l2tp_peer_send(&p, 0, SCCCN);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_send(&p, 0, clients[2].icrq);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_ICRP, NULL);
	ns = p.nr;
	p.nr--;		/* the ICRP was not heard */
	p.ns--;
	l2tp_peer_send(&p, 0, clients[2].icrq);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect_nothing(&p);
	/* A second call: its ICRP waits for the first one's ZLB. */
	l2tp_peer_send(&p, 0, "8008 0000 0000 000a  8008 0000 000e 0005  800a 0000 000f 00000001");
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect_nothing(&p);
	p.nr = ns;
	l2tp_peer_ack(&p);
	l2tp_peer_expect(&p, L2TP_ICRP, NULL);
	l2tp_peer_stop(&p);
}

/* A repeated SCCRQ is not a second tunnel; one with another id is; the same ids elsewhere are strangers. */
static void several_tunnels(void **state)
{
	static const char other[] = "8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000003\n"
				    "8009 0000 0007 6c6163  8008 0000 0009 0bae  8008 0000 000a 0004";
	struct l2tp_peer p = { 0 };
	struct l2tp_message m;
	uint16_t first;
	unsigned int i;

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	first = p.tunnel_id;
	l2tp_peer_restart(&p);
	l2tp_peer_send(&p, 0, other);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_SCCRP, NULL);
	assert_int_not_equal(p.tunnel_id, first);
	l2tp_peer_send(&p, 0, SCCCN);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	assert_int_equal(p.tunnels_up, 2);
	/* The same peer, again and again: bounded. */
	for (i = 0; i < 20; i++) {
		char avps[256];

		snprintf(avps, sizeof(avps), "8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000003\n"
			 "8009 0000 0007 6c6163  8008 0000 0009 1%03x", i);
		l2tp_peer_restart(&p);
		l2tp_peer_send(&p, 0, avps);
		if (i < 6) {
			l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
			l2tp_peer_expect(&p, L2TP_SCCRP, NULL);
		}
		l2tp_peer_expect_nothing(&p);
	}
	/* Equal ids in another lineage name nothing there, and reach nothing here. */
	p.lineage = 8;
	p.tunnel_id = first;
	p.ns = 2;
	l2tp_peer_send(&p, 0, "8008 0000 0000 0004  8008 0000 0009 0bad  8008 0000 0001 0001");
	l2tp_peer_expect_nothing(&p);
	assert_int_equal(p.tunnels_gone, 0);
	l2tp_peer_restart(&p);
	l2tp_peer_send(&p, 0, other);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_SCCRP, &m);
	l2tp_lineage_gone(p.l2tp, 7, "SA gone");
	assert_int_equal(p.tunnels_gone, 2);
	l2tp_peer_expect_nothing(&p);
	l2tp_peer_send(&p, 0, SCCCN);
	assert_int_equal(p.tunnels_up, 3);
	l2tp_peer_stop(&p);
	assert_int_equal(p.tunnels_gone, 3);
	assert_int_equal(fake_clock_pending(), 0);
}

/* A client dies, comes back through the same lineage and chooses the id of old: the old tunnel is past. */
static void client_comes_back(void **state)
{
	static const char sccrq[] = "8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000003\n"
				    "8009 0000 0007 6c6163  8008 0000 0009 0bad  8008 0000 000a 0004";
	struct l2tp_peer p = { 0 };
	uint16_t first;

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_session(&p, 77);
	first = p.tunnel_id;
	/* so soon it is one that was late on its way */
	fake_clock_advance(5000);
	l2tp_peer_restart(&p);
	l2tp_peer_send(&p, 0, sccrq);
	assert_int_equal(p.tunnels_gone, 0);
	assert_int_equal(p.sessions_gone, 0);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect_nothing(&p);
	fake_clock_advance(10000);
	l2tp_peer_restart(&p);
	l2tp_peer_tunnel(&p);
	assert_int_not_equal(p.tunnel_id, first);
	assert_int_equal(p.tunnels_gone, 1);
	assert_int_equal(p.sessions_gone, 1);
	assert_string_equal(p.reason, "the client started anew");
	l2tp_peer_session(&p, 77);
	assert_int_equal(p.sessions_up, 2);
	l2tp_peer_stop(&p);
	assert_int_equal(fake_clock_pending(), 0);
}

static void several_sessions(void **state)
{
	struct l2tp_peer p = { 0 };
	struct l2tp_message m;
	unsigned int i;

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	for (i = 1; i <= p.conf.sessions_max; i++)
		l2tp_peer_session(&p, i);
	assert_int_equal(p.sessions_up, 4);
	l2tp_peer_send(&p, 0, "8008 0000 0000 000a  8008 0000 000e 0009  800a 0000 000f 00000001");
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_CDN, &m);
	assert_int_equal(m.result.code, L2TP_CLEAR_NO_FACILITIES);
	/* CDN that names its session in the AVP only. */
	l2tp_peer_send(&p, 0, "8008 0000 0000 000e  8008 0000 0001 0003  8008 0000 000e 0002");
	assert_int_equal(p.sessions_gone, 1);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_session(&p, 9);
	/* StopCCN takes all of them along, sessions first (asserted in tunnel_gone). */
	l2tp_peer_send(&p, 0, "8008 0000 0000 0004  8008 0000 0009 0bad  8008 0000 0001 0001");
	assert_int_equal(p.sessions_gone, 5);
	assert_int_equal(p.tunnels_gone, 1);
	l2tp_peer_stop(&p);
}

static void sequencing_is_noted(void **state)
{
	struct l2tp_peer p = { 0 };

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_send(&p, 0, clients[1].icrq);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_ICRP, NULL);
	/* Proxy LCP and authentication are accepted and not used. */
	l2tp_peer_send(&p, p.session_id,
		       "8008 0000 0000 000c  800a 0000 0018 000f4240  800a 0000 0013 00000003  8006 0000 0027\n"
		       "000a 0000 001a 01020304  0008 0000 001d 0002  0009 0000 001e 626f62  000a 0000 001f 00000000\n"
		       "0008 0000 0020 0001  000a 0000 0021 00000000");
	assert_true(p.session->sequencing);
	l2tp_peer_stop(&p);
}

/* We close a session: CDN with both ids; session_gone before the call returns; the unused tunnel follows. */
static void we_close_a_session(void **state)
{
	struct l2tp_peer p = { 0 };
	struct l2tp_message m;
	uint16_t ours;

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_session(&p, 0x77);
	ours = p.session_id;
	l2tp_session_close(p.l2tp, p.session, L2TP_CLOSE_ADMIN);
	assert_int_equal(p.sessions_gone, 1);
	assert_string_equal(p.reason, "closed by the administrator");
	assert_null(l2tp_session_find(p.l2tp, p.lineage, p.tunnel_id, ours));
	l2tp_peer_expect(&p, L2TP_CDN, &m);
	assert_int_equal(m.assigned_session, ours);
	assert_int_equal(m.result.code, L2TP_CLEAR_ADMIN);
	/* The peer's own CDN crosses ours. */
	l2tp_peer_send(&p, ours, "8008 0000 0000 000e  8008 0000 0001 0003  8008 0000 000e 0077");
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	fake_clock_advance(9999);
	l2tp_peer_expect_nothing(&p);
	fake_clock_advance(1);
	l2tp_peer_expect(&p, L2TP_STOPCCN, &m);
	assert_int_equal(m.result.code, L2TP_STOP_REQUEST);
	assert_int_equal(m.assigned_tunnel, p.tunnel_id);
	assert_int_equal(p.tunnels_gone, 1);
	l2tp_peer_stop(&p);
}

/* We close a tunnel: gone at once for everyone here, and repeated until the peer has heard it. */
static void we_close_a_tunnel(void **state)
{
	struct l2tp_peer p = {
		.conf = { .host_name = "gateway", .hello_interval = 5, .retransmit_max = 8, .sessions_max = 1 },
	};
	struct l2tp_message m;

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_session(&p, 0x77);
	l2tp_tunnel_close(p.l2tp, p.tunnel, L2TP_CLOSE_SHUTDOWN);
	assert_int_equal(p.sessions_gone, 1);
	assert_int_equal(p.tunnels_gone, 1);
	l2tp_peer_expect(&p, L2TP_STOPCCN, &m);
	assert_int_equal(m.result.code, L2TP_STOP_SHUTDOWN);
	l2tp_peer_expect_nothing(&p);
	fake_clock_advance(1000);
	l2tp_peer_expect(&p, L2TP_STOPCCN, &m);
	l2tp_peer_ack(&p);
	fake_clock_advance(20000);
	l2tp_peer_expect_nothing(&p);
	/* What the peer repeats is still acknowledged, and does nothing. */
	p.ns--;
	l2tp_peer_send(&p, p.session_id, clients[1].iccn);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	assert_int_equal(p.sessions_up, 1);
	fake_clock_advance(31000);
	assert_int_equal(fake_clock_pending(), 0);
	p.ns--;
	l2tp_peer_send(&p, p.session_id, clients[1].iccn);
	l2tp_peer_expect_nothing(&p);
	/* Its id may be used again. */
	l2tp_peer_restart(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_stop(&p);
}

/* A peer that closed its tunnel may come again with the same id, at once. */
static void same_id_again(void **state)
{
	struct l2tp_peer p = { 0 };

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_send(&p, 0, "8008 0000 0000 0004  8008 0000 0009 0bad  8008 0000 0001 0001");
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_restart(&p);
	l2tp_peer_tunnel(&p);
	assert_int_equal(p.tunnels_up, 2);
	l2tp_peer_stop(&p);
}

/* StopCCN of a peer that never heard our SCCRP names its own id only. */
static void stop_before_reply(void **state)
{
	struct l2tp_peer p = { 0 };

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_send(&p, 0, clients[1].sccrq);
	l2tp_peer_send(&p, 0, clients[1].stop);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_SCCRP, NULL);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect_nothing(&p);
	fake_clock_advance(60000);
	assert_int_equal(p.tunnels_up, 0);
	assert_int_equal(p.tunnels_gone, 0);
	l2tp_peer_stop(&p);
}

/* HELLO after silence; no answer: the tunnel is gone; answers or data: it stays. */
static void hello(void **state)
{
	struct l2tp_peer p = { 0 };
	int i;

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_session(&p, 1);
	fake_clock_advance(60000);
	l2tp_peer_expect(&p, L2TP_HELLO, NULL);
	l2tp_peer_ack(&p);
	fake_clock_advance(59999);
	l2tp_peer_expect_nothing(&p);
	for (i = 0; i < 10; i++) {
		l2tp_lineage_alive(p.l2tp, p.lineage);
		l2tp_lineage_alive(p.l2tp, 999);
		fake_clock_advance(50000);
	}
	l2tp_peer_expect_nothing(&p);
	/* The peer's own HELLO. */
	l2tp_peer_send(&p, 0, "8008 0000 0000 0006");
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	/* Deaf, but data comes. */
	fake_clock_advance(60000);
	l2tp_peer_expect(&p, L2TP_HELLO, NULL);
	for (i = 0; i < 300; i++) {
		l2tp_lineage_alive(p.l2tp, p.lineage);
		fake_clock_advance(1000);
		if (p.count)
			l2tp_peer_expect(&p, L2TP_HELLO, NULL);
	}
	assert_int_equal(p.tunnels_gone, 0);
	assert_false(p.tunnel->lost);
	for (i = 0; i < 120; i++) {
		fake_clock_advance(1000);
		if (p.count)
			l2tp_peer_expect(&p, L2TP_HELLO, NULL);
	}
	assert_int_equal(p.sessions_gone, 1);
	assert_int_equal(p.tunnels_gone, 1);
	assert_string_equal(p.reason, "no answer to HELLO");
	fake_clock_advance(0);
	assert_int_equal(fake_clock_pending(), 0);
	l2tp_peer_stop(&p);
}

/* A reload reaches tunnels that exist. */
static void hello_interval_reloaded(void **state)
{
	struct l2tp_peer p = { 0 };
	struct conf_l2tp fresh;

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_session(&p, 1);
	fresh = p.conf;
	fresh.hello_interval = 10;
	l2tp_reload(p.l2tp, &fresh);
	memset(&fresh, 0xff, sizeof(fresh));
	fake_clock_advance(10000);
	l2tp_peer_expect(&p, L2TP_HELLO, NULL);
	l2tp_peer_stop(&p);
}

/* Set-up that stops half way ends by itself. */
static void unfinished(void **state)
{
	struct l2tp_peer p = { 0 };
	struct l2tp_message m;

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_send(&p, 0, clients[1].sccrq);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_SCCRP, NULL);
	l2tp_peer_ack(&p);
	fake_clock_advance(30000);
	l2tp_peer_expect(&p, L2TP_STOPCCN, NULL);
	l2tp_peer_stop(&p);

	p = (struct l2tp_peer){ 0 };
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	fake_clock_advance(30000);
	l2tp_peer_expect(&p, L2TP_STOPCCN, NULL);
	assert_int_equal(p.tunnels_gone, 1);
	l2tp_peer_stop(&p);

	p = (struct l2tp_peer){ 0 };
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_session(&p, 1);
	l2tp_peer_send(&p, 0, clients[1].icrq);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_ICRP, NULL);
	l2tp_peer_ack(&p);
	fake_clock_advance(30000);
	l2tp_peer_expect(&p, L2TP_CDN, &m);
	assert_int_equal(m.result.code, L2TP_CLEAR_TIMEOUT);
	assert_int_equal(p.sessions_gone, 0);
	l2tp_peer_stop(&p);
	assert_int_equal(fake_clock_pending(), 0);
}

/* A peer that is not there any more: SCCRP is sent as often as configured, then it is over. */
static void nobody_there(void **state)
{
	struct l2tp_peer p = { .conf = { .host_name = "gateway", .retransmit_max = 3, .sessions_max = 1 } };
	unsigned int i;

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_send(&p, 0, clients[1].sccrq);
	fake_clock_advance(20000);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	for (i = 0; i < 3; i++)
		l2tp_peer_expect(&p, L2TP_SCCRP, NULL);
	l2tp_peer_expect_nothing(&p);
	assert_int_equal(fake_clock_pending(), 0);
	l2tp_peer_stop(&p);
}

static void close_session(struct l2tp_peer *p, struct l2tp_session *session)
{
	l2tp_session_close(p->l2tp, session, L2TP_CLOSE_PPP);
	l2tp_session_close(p->l2tp, session, L2TP_CLOSE_PPP);
}

static void close_tunnel(struct l2tp_peer *p, struct l2tp_session *session)
{
	l2tp_tunnel_close(p->l2tp, session->tunnel, L2TP_CLOSE_ADMIN);
}

static void drop_lineage(struct l2tp_peer *p, struct l2tp_session *session)
{
	(void)session;
	l2tp_lineage_gone(p->l2tp, p->lineage, "SA gone");
}

static void drop_lineage_again(struct l2tp_peer *p)
{
	l2tp_lineage_gone(p->l2tp, p->lineage, "SA gone");
}

/* A session comes up, and inside session_up it goes again, with its tunnel or its lineage. */
static void called_back_by_session(unsigned int which, bool again, int ret)
{
	void (*const calls[])(struct l2tp_peer *, struct l2tp_session *) = {
		close_session, close_tunnel, drop_lineage,
	};
	struct l2tp_peer p = { 0 };

	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_session(&p, 2);
	p.on_session_up = calls[which];
	p.on_gone = again ? drop_lineage_again : NULL;
	p.session_ret = ret;
	l2tp_peer_send(&p, 0, clients[1].icrq);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_ICRP, NULL);
	l2tp_peer_send(&p, p.session_id, clients[1].iccn);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	if (which < 2)
		l2tp_peer_expect(&p, which ? L2TP_STOPCCN : L2TP_CDN, NULL);
	l2tp_peer_expect_nothing(&p);
	assert_int_equal(p.sessions_up, 2);
	assert_int_equal(p.sessions_gone, which || again ? 2 : 1);
	assert_int_equal(p.tunnels_gone, which || again ? 1 : 0);
	fake_clock_advance(0);
	l2tp_peer_stop(&p);
	assert_int_equal(fake_clock_pending(), 0);
}

static void close_this_tunnel(struct l2tp_peer *p, struct l2tp_tunnel *tunnel)
{
	l2tp_tunnel_close(p->l2tp, tunnel, L2TP_CLOSE_ADMIN);
	l2tp_tunnel_close(p->l2tp, tunnel, L2TP_CLOSE_ADMIN);
}

static void drop_this_lineage(struct l2tp_peer *p, struct l2tp_tunnel *tunnel)
{
	l2tp_lineage_gone(p->l2tp, tunnel->lineage, "SA gone");
}

static void called_back_by_tunnel(bool drop, int ret)
{
	struct l2tp_peer p = { .tunnel_ret = ret, .on_tunnel_up = drop ? drop_this_lineage : close_this_tunnel };

	l2tp_peer_start(&p);
	l2tp_peer_send(&p, 0, clients[1].sccrq);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_SCCRP, NULL);
	l2tp_peer_send(&p, 0, SCCCN);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	if (!drop)
		l2tp_peer_expect(&p, L2TP_STOPCCN, NULL);
	l2tp_peer_expect_nothing(&p);
	assert_int_equal(p.tunnels_up, 1);
	assert_int_equal(p.tunnels_gone, 1);
	l2tp_peer_stop(&p);
	assert_int_equal(fake_clock_pending(), 0);
}

/* The surroundings call back into the engine at the worst moments (ASan). */
static void called_back(void **state)
{
	unsigned int which;

	(void)state;
	for (which = 0; which < 3; which++) {
		called_back_by_session(which, false, 0);
		called_back_by_session(which, true, 0);
		called_back_by_session(which, false, -12);
		called_back_by_session(which, true, -12);
	}
	called_back_by_tunnel(false, 0);
	called_back_by_tunnel(false, -12);
	called_back_by_tunnel(true, 0);
	called_back_by_tunnel(true, -12);
}

static struct l2tp_tunnel *older;

static void forget_older(struct l2tp_peer *p, struct l2tp_tunnel *tunnel)
{
	if (older)
		l2tp_tunnel_forget(p->l2tp, older, "the peer started anew");
	older = NULL;
	p->tunnel = tunnel;
}

/* The peer lost a tunnel and begins another: the lost one goes without a word, from inside tunnel_up. */
static void forgotten(void **state)
{
	static const char other[] = "8008 0000 0000 0001  8008 0000 0002 0100  800a 0000 0003 00000003\n"
				    "8009 0000 0007 6c6163  8008 0000 0009 0bae  8008 0000 000a 0004";
	struct l2tp_peer p = { .on_tunnel_up = forget_older };

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_session(&p, 2);
	older = p.tunnel;
	l2tp_peer_restart(&p);
	l2tp_peer_send(&p, 0, other);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_SCCRP, NULL);
	l2tp_peer_send(&p, 0, SCCCN);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect_nothing(&p);
	assert_int_equal(p.sessions_gone, 1);
	assert_int_equal(p.tunnels_up, 2);
	assert_int_equal(p.tunnels_gone, 1);
	assert_string_equal(p.reason, "the peer started anew");
	l2tp_peer_session(&p, 2);
	fake_clock_advance(0);
	l2tp_peer_stop(&p);
	assert_int_equal(fake_clock_pending(), 0);
}

/* The data plane refuses. */
static void not_installed(void **state)
{
	struct l2tp_peer p = { .tunnel_ret = -12 };
	struct l2tp_message m;

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_send(&p, 0, clients[1].sccrq);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_SCCRP, NULL);
	l2tp_peer_send(&p, 0, SCCCN);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_STOPCCN, &m);
	assert_int_equal(m.result.code, L2TP_STOP_ERROR);
	assert_int_equal(m.result.error, L2TP_ERROR_RESOURCES);
	assert_int_equal(p.tunnels_gone, 0);
	l2tp_peer_stop(&p);

	p = (struct l2tp_peer){ .session_ret = -12 };
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_send(&p, 0, clients[1].icrq);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_ICRP, NULL);
	l2tp_peer_send(&p, p.session_id, clients[1].iccn);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_CDN, &m);
	assert_int_equal(m.result.code, L2TP_CLEAR_NO_FACILITIES);
	assert_int_equal(p.sessions_gone, 0);
	assert_int_equal(p.sessions_installed, 0);
	l2tp_peer_stop(&p);

	p = (struct l2tp_peer){ .install_ret = -12 };
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_send(&p, 0, clients[1].icrq);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_CDN, &m);
	assert_int_equal(m.result.code, L2TP_CLEAR_NO_FACILITIES);
	l2tp_peer_expect_nothing(&p);
	l2tp_peer_stop(&p);
}

/* What the peer sends right after its ICCN finds the session there: it is installed before ICRP is sent. */
static void installed_before_answer(void **state)
{
	struct l2tp_peer p = { 0 };

	(void)state;
	l2tp_peer_start(&p);
	l2tp_peer_tunnel(&p);
	l2tp_peer_send(&p, 0, clients[1].icrq);
	assert_int_equal(p.sessions_installed, 1);
	l2tp_peer_expect(&p, L2TP_PEER_ZLB, NULL);
	l2tp_peer_expect(&p, L2TP_ICRP, NULL);
	assert_int_equal(p.sessions_up, 0);
	fake_clock_advance(30000);
	assert_int_equal(p.sessions_installed, 0);
	assert_int_equal(p.sessions_gone, 0);
	l2tp_peer_stop(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_client),
		cmocka_unit_test(installed_before_answer),
		cmocka_unit_test(recorded_xl2tpd),
		cmocka_unit_test(android_impatient),
		cmocka_unit_test(several_tunnels),
		cmocka_unit_test(client_comes_back),
		cmocka_unit_test(several_sessions),
		cmocka_unit_test(sequencing_is_noted),
		cmocka_unit_test(we_close_a_session),
		cmocka_unit_test(we_close_a_tunnel),
		cmocka_unit_test(same_id_again),
		cmocka_unit_test(stop_before_reply),
		cmocka_unit_test(hello),
		cmocka_unit_test(hello_interval_reloaded),
		cmocka_unit_test(unfinished),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(called_back),
		cmocka_unit_test(forgotten),
		cmocka_unit_test(not_installed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
