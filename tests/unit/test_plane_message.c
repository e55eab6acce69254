// SPDX-License-Identifier: MIT
/* Requests as bytes of the contract in <linux/l2tpsec.h>, and the module's messages as structures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/genetlink.h>
#include <linux/l2tpsec.h>
#include <linux/netlink.h>

#include "plane/message.h"

static uint8_t buf[MESSAGE_MAX] __attribute__((aligned(8)));
static struct nlmsghdr *nlh;

static int setup(void **state)
{
	(void)state;
	memset(buf, 0xee, sizeof(buf));
	nlh = message_start(buf, 0x23, L2TPSEC_CMD_SA_NEW, L2TPSEC_GENL_VERSION);
	return 0;
}

static const struct nlattr *attr(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *a;

	if (nest) {
		mnl_attr_for_each_nested(a, nest)
			if (mnl_attr_get_type(a) == type)
				return a;
	} else {
		mnl_attr_for_each(a, nlh, sizeof(struct genlmsghdr))
			if (mnl_attr_get_type(a) == type)
				return a;
	}
	return NULL;
}

static void expect_bytes(const struct nlattr *nest, uint16_t type, const void *bytes, size_t len)
{
	const struct nlattr *a = attr(nest, type);

	assert_non_null(a);
	assert_int_equal(mnl_attr_get_payload_len(a), len);
	assert_memory_equal(mnl_attr_get_payload(a), bytes, len);
}

static void expect_u32(const struct nlattr *nest, uint16_t type, uint32_t v)
{
	expect_bytes(nest, type, &v, sizeof(v));
}

static void expect_u16(const struct nlattr *nest, uint16_t type, uint16_t v)
{
	expect_bytes(nest, type, &v, sizeof(v));
}

static void expect_u64(const struct nlattr *nest, uint16_t type, uint64_t v)
{
	expect_bytes(nest, type, &v, sizeof(v));
}

static void requests_are_acknowledged(void **state)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	(void)state;
	assert_int_equal(nlh->nlmsg_type, 0x23);
	assert_int_equal(nlh->nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(genl->cmd, L2TPSEC_CMD_SA_NEW);
	assert_int_equal(genl->version, 1);
	assert_int_equal(message_command(nlh), L2TPSEC_CMD_SA_NEW);
}

static void sa_cbc(void **state)
{
	struct plane_sa sa = {
		.spi_in = 0xc0000001, .spi_out = 0x00000102, .lineage = 9,
		.encap = L2TPSEC_ENCAP_UDP, .cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_256,
		.icv_len = 12, .icv_detect = true, .esn = true, .replay_window = 64, .keepalive = 20,
		.in = { "0123456789abcdef", 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", 32 },
		.out = { "fedcba9876543210", 16, "abcdefghijklmnopqrstuvwxyz012345", 32 },
		.local = { addr_from_ipv4(0xc0000201), 4500 }, .remote = { addr_from_ipv4(0xcb007102), 61000 },
		.soft_bytes = 5000000000, .hard_bytes = 6000000000,
	};
	const struct nlattr *nest;

	(void)state;
	message_put_sa(nlh, 5, &sa);
	expect_u32(NULL, L2TPSEC_A_IFINDEX, 5);
	nest = attr(NULL, L2TPSEC_A_SA);
	assert_non_null(nest);
	assert_true(nest->nla_type & NLA_F_NESTED);
	expect_u32(nest, L2TPSEC_A_SA_SPI_IN, 0xc0000001);
	expect_u32(nest, L2TPSEC_A_SA_SPI_OUT, 0x102);
	expect_u32(nest, L2TPSEC_A_SA_LINEAGE, 9);
	expect_u32(nest, L2TPSEC_A_SA_ENCAP, L2TPSEC_ENCAP_UDP);
	expect_u32(nest, L2TPSEC_A_SA_CIPHER, L2TPSEC_CIPHER_AES_CBC);
	expect_u32(nest, L2TPSEC_A_SA_AUTH, L2TPSEC_AUTH_HMAC_SHA2_256);
	expect_u32(nest, L2TPSEC_A_SA_ICV_LEN, 12);
	expect_bytes(nest, L2TPSEC_A_SA_ICV_DETECT, "", 0);
	expect_bytes(nest, L2TPSEC_A_SA_CIPHER_KEY_IN, sa.in.cipher, 16);
	expect_bytes(nest, L2TPSEC_A_SA_CIPHER_KEY_OUT, sa.out.cipher, 16);
	expect_bytes(nest, L2TPSEC_A_SA_AUTH_KEY_IN, sa.in.auth, 32);
	expect_bytes(nest, L2TPSEC_A_SA_AUTH_KEY_OUT, sa.out.auth, 32);
	expect_bytes(nest, L2TPSEC_A_SA_ESN, "", 0);
	expect_u32(nest, L2TPSEC_A_SA_REPLAY_WINDOW, 64);
	expect_bytes(nest, L2TPSEC_A_SA_LOCAL_ADDR, "\xc0\x00\x02\x01", 4);
	expect_u16(nest, L2TPSEC_A_SA_LOCAL_PORT, 4500);
	expect_bytes(nest, L2TPSEC_A_SA_REMOTE_ADDR, "\xcb\x00\x71\x02", 4);
	expect_u16(nest, L2TPSEC_A_SA_REMOTE_PORT, 61000);
	expect_u32(nest, L2TPSEC_A_SA_KEEPALIVE, 20);
	expect_u64(nest, L2TPSEC_A_SA_SOFT_BYTES, 5000000000);
	expect_u64(nest, L2TPSEC_A_SA_HARD_BYTES, 6000000000);
}

/* Without UDP there are no ports; the module refuses them. */
static void sa_raw_has_no_ports(void **state)
{
	struct plane_sa sa = {
		.encap = L2TPSEC_ENCAP_RAW, .cipher = L2TPSEC_CIPHER_AES_GCM_16,
		.in.cipher_len = 36, .out.cipher_len = 36,
		.local = { addr_from_ipv4(0xc0000201), 500 }, .remote = { addr_from_ipv4(0xcb007102), 500 },
	};
	const struct nlattr *nest;

	(void)state;
	message_put_sa(nlh, 5, &sa);
	nest = attr(NULL, L2TPSEC_A_SA);
	expect_u32(nest, L2TPSEC_A_SA_ENCAP, L2TPSEC_ENCAP_RAW);
	expect_bytes(nest, L2TPSEC_A_SA_LOCAL_ADDR, "\xc0\x00\x02\x01", 4);
	expect_bytes(nest, L2TPSEC_A_SA_REMOTE_ADDR, "\xcb\x00\x71\x02", 4);
	assert_null(attr(nest, L2TPSEC_A_SA_LOCAL_PORT));
	assert_null(attr(nest, L2TPSEC_A_SA_REMOTE_PORT));
	assert_null(attr(nest, L2TPSEC_A_SA_KEEPALIVE));
}

static void sa_gcm_leaves_out_what_is_not_set(void **state)
{
	static const uint16_t absent[] = {
		L2TPSEC_A_SA_ICV_LEN, L2TPSEC_A_SA_AUTH_KEY_IN, L2TPSEC_A_SA_AUTH_KEY_OUT, L2TPSEC_A_SA_ESN,
		L2TPSEC_A_SA_REPLAY_WINDOW, L2TPSEC_A_SA_KEEPALIVE, L2TPSEC_A_SA_SOFT_BYTES, L2TPSEC_A_SA_HARD_BYTES,
	};
	struct plane_sa sa = { .cipher = L2TPSEC_CIPHER_AES_GCM_16, .in.cipher_len = 36, .out.cipher_len = 36 };
	const struct nlattr *nest;
	size_t i;

	(void)state;
	sa.local.addr.family = AF_INET6;
	message_put_sa(nlh, 5, &sa);
	nest = attr(NULL, L2TPSEC_A_SA);
	for (i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		assert_null(attr(nest, absent[i]));
	assert_int_equal(mnl_attr_get_payload_len(attr(nest, L2TPSEC_A_SA_CIPHER_KEY_IN)), 36);
	assert_int_equal(mnl_attr_get_payload_len(attr(nest, L2TPSEC_A_SA_LOCAL_ADDR)), 16);
	expect_u32(nest, L2TPSEC_A_SA_AUTH, L2TPSEC_AUTH_NONE);
}

static void tunnel_and_names(void **state)
{
	struct plane_tunnel t = { .lineage = 3, .id = 40000, .peer_id = 1, .peer_port = 1701 };
	const struct nlattr *nest;

	(void)state;
	message_put_tunnel(nlh, 5, &t);
	nest = attr(NULL, L2TPSEC_A_TUNNEL);
	expect_u32(nest, L2TPSEC_A_TUNNEL_LINEAGE, 3);
	expect_u16(nest, L2TPSEC_A_TUNNEL_ID, 40000);
	expect_u16(nest, L2TPSEC_A_TUNNEL_PEER_ID, 1);
	expect_u16(nest, L2TPSEC_A_TUNNEL_PEER_PORT, 1701);
	setup(state);
	message_put_tunnel_name(nlh, 5, 3, 40000);
	nest = attr(NULL, L2TPSEC_A_TUNNEL);
	expect_u16(nest, L2TPSEC_A_TUNNEL_ID, 40000);
	assert_null(attr(nest, L2TPSEC_A_TUNNEL_PEER_ID));
	setup(state);
	message_put_sa_name(nlh, 5, 77);
	expect_u32(attr(NULL, L2TPSEC_A_SA), L2TPSEC_A_SA_SPI_IN, 77);
	setup(state);
	message_put_session_name(nlh, 5, 3, 4, 6);
	nest = attr(NULL, L2TPSEC_A_SESSION);
	expect_u32(nest, L2TPSEC_A_SESSION_LINEAGE, 3);
	expect_u16(nest, L2TPSEC_A_SESSION_TUNNEL_ID, 4);
	expect_u16(nest, L2TPSEC_A_SESSION_ID, 6);
}

static void claim_empties(void **state)
{
	const struct nlattr *nest;

	(void)state;
	message_put_claim(nlh, 5, 60, L2TPSEC_EARLY_ALWAYS);
	expect_u32(NULL, L2TPSEC_A_IFINDEX, 5);
	nest = attr(NULL, L2TPSEC_A_DEVICE);
	expect_u32(nest, L2TPSEC_A_DEVICE_ORPHAN_TIMEOUT, 60);
	expect_u32(nest, L2TPSEC_A_DEVICE_EARLY, L2TPSEC_EARLY_ALWAYS);
	expect_bytes(nest, L2TPSEC_A_DEVICE_FLUSH, "", 0);
}

static void session_in_two_parts(void **state)
{
	struct plane_session s = {
		.lineage = 3, .tunnel_id = 4, .id = 6, .peer_id = 2, .length_bit = true,
		.tx_acfc = true, .tx_pfc = true, .mtu = 1400, .clamp_mss = true, .address = 0x0a63000a,
	};
	const struct nlattr *nest;

	(void)state;
	message_put_session_new(nlh, 5, &s);
	nest = attr(NULL, L2TPSEC_A_SESSION);
	expect_u16(nest, L2TPSEC_A_SESSION_PEER_ID, 2);
	expect_bytes(nest, L2TPSEC_A_SESSION_LENGTH_BIT, "", 0);
	assert_null(attr(nest, L2TPSEC_A_SESSION_SEQUENCING));
	assert_null(attr(nest, L2TPSEC_A_SESSION_MTU));
	assert_null(attr(nest, L2TPSEC_A_SESSION_TX_ACFC));
	setup(state);
	message_put_session_set(nlh, 5, &s);
	nest = attr(NULL, L2TPSEC_A_SESSION);
	expect_u16(nest, L2TPSEC_A_SESSION_ID, 6);
	expect_u32(nest, L2TPSEC_A_SESSION_MTU, 1400);
	expect_bytes(nest, L2TPSEC_A_SESSION_ADDR4, "\x0a\x63\x00\x0a", 4);
	expect_bytes(nest, L2TPSEC_A_SESSION_TX_ACFC, "", 0);
	expect_bytes(nest, L2TPSEC_A_SESSION_TX_PFC, "", 0);
	expect_bytes(nest, L2TPSEC_A_SESSION_CLAMP_MSS, "", 0);
	assert_null(attr(nest, L2TPSEC_A_SESSION_PEER_ID));
	assert_null(attr(nest, L2TPSEC_A_SESSION_LENGTH_BIT));
}

static void frames_both_ways(void **state)
{
	struct plane_frame ppp = {
		.ppp = true, .lineage = 3, .tunnel_id = 4, .session_id = 6, .protocol = 0xc021,
		.data = (const uint8_t *)"lcp", .len = 3,
	};
	struct plane_frame l2tp = { .lineage = 3, .peer_port = 1701, .data = (const uint8_t *)"sccrq", .len = 5 };
	struct plane_frame back;

	(void)state;
	assert_true(message_put_frame(nlh, 5, &ppp));
	assert_int_equal(message_ifindex(nlh), 5);
	assert_null(attr(attr(NULL, L2TPSEC_A_FRAME), L2TPSEC_A_FRAME_PEER_PORT));
	assert_null(attr(attr(NULL, L2TPSEC_A_FRAME), L2TPSEC_A_FRAME_SPI_IN));
	assert_true(message_get_frame(nlh, &back));
	assert_true(back.ppp);
	assert_int_equal(back.lineage, 3);
	assert_int_equal(back.tunnel_id, 4);
	assert_int_equal(back.session_id, 6);
	assert_int_equal(back.protocol, 0xc021);
	assert_int_equal(back.len, 3);
	assert_memory_equal(back.data, "lcp", 3);
	setup(state);
	assert_true(message_put_frame(nlh, 5, &l2tp));
	assert_null(attr(attr(NULL, L2TPSEC_A_FRAME), L2TPSEC_A_FRAME_TUNNEL_ID));
	assert_true(message_get_frame(nlh, &back));
	assert_false(back.ppp);
	assert_int_equal(back.peer_port, 1701);
	l2tp.len = MESSAGE_FRAME_MAX + 1;
	assert_false(message_put_frame(nlh, 5, &l2tp));
}

static void longest_frame_fits(void **state)
{
	static uint8_t data[MESSAGE_FRAME_MAX];
	struct plane_frame f = { .ppp = true, .data = data, .len = sizeof(data) };

	(void)state;
	assert_true(message_put_frame(nlh, 5, &f));
	assert_true(nlh->nlmsg_len < MESSAGE_MAX);
}

static void put_stats(uint16_t type, bool idle)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);

	mnl_attr_put_u64(nlh, L2TPSEC_A_STATS_RX_PACKETS, 1);
	mnl_attr_put_u64(nlh, L2TPSEC_A_STATS_RX_BYTES, 1ull << 40);
	mnl_attr_put_u64(nlh, L2TPSEC_A_STATS_RX_DROPPED, 3);
	mnl_attr_put_u64(nlh, L2TPSEC_A_STATS_TX_PACKETS, 4);
	mnl_attr_put_u64(nlh, L2TPSEC_A_STATS_TX_BYTES, 5);
	mnl_attr_put_u64(nlh, L2TPSEC_A_STATS_TX_DROPPED, 6);
	if (idle)
		mnl_attr_put_u64(nlh, L2TPSEC_A_STATS_RX_IDLE, 7);
	mnl_attr_put_u64(nlh, L2TPSEC_A_STATS_MSS_CLAMPED, 8);
	mnl_attr_nest_end(nlh, nest);
}

static void device_is_read(void **state)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, L2TPSEC_A_DEVICE), *drops;
	struct plane_device dev;

	(void)state;
	mnl_attr_put_u32(nlh, L2TPSEC_A_DEVICE_SAS, 10);
	mnl_attr_put_u32(nlh, L2TPSEC_A_DEVICE_TUNNELS, 11);
	mnl_attr_put_u32(nlh, L2TPSEC_A_DEVICE_SESSIONS, 12);
	put_stats(L2TPSEC_A_DEVICE_STATS, false);
	drops = mnl_attr_nest_start(nlh, L2TPSEC_A_DEVICE_DROPS);
	mnl_attr_put_u64(nlh, L2TPSEC_DROP_RX_REPLAY, 99);
	mnl_attr_put_u64(nlh, 63, 1);
	mnl_attr_put_u64(nlh, 64, 1);
	mnl_attr_put_u64(nlh, 5000, 1);
	mnl_attr_nest_end(nlh, drops);
	mnl_attr_nest_end(nlh, nest);
	assert_true(message_get_device(nlh, &dev));
	assert_int_equal(dev.sas, 10);
	assert_int_equal(dev.tunnels, 11);
	assert_int_equal(dev.sessions, 12);
	assert_int_equal(dev.stats.rx_bytes, 1ull << 40);
	assert_int_equal(dev.stats.rx_dropped, 3);
	assert_int_equal(dev.stats.tx_packets, 4);
	assert_int_equal(dev.stats.tx_bytes, 5);
	assert_int_equal(dev.stats.tx_dropped, 6);
	assert_int_equal(dev.stats.rx_idle_ms, UINT64_MAX);
	assert_int_equal(dev.drops[L2TPSEC_DROP_RX_REPLAY], 99);
	assert_int_equal(dev.drops[63], 1);
}

static void every_reason_fits_plane_device(void **state)
{
	struct plane_device dev;

	(void)state;
	assert_true(sizeof(dev.drops) / sizeof(dev.drops[0]) > L2TPSEC_DROP_MAX);
}

static void object_stats_are_read(void **state)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, L2TPSEC_A_SESSION);
	struct plane_stats s;

	(void)state;
	put_stats(L2TPSEC_A_SESSION_STATS, true);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SESSION_PATH_MTU, 1320);
	mnl_attr_nest_end(nlh, nest);
	assert_true(message_get_session_stats(nlh, &s));
	assert_int_equal(s.rx_packets, 1);
	assert_int_equal(s.rx_idle_ms, 7);
	assert_int_equal(s.mss_clamped, 8);
	assert_int_equal(s.path_mtu, 1320);
	assert_false(message_get_sa_stats(nlh, &s));
	setup(state);
	nest = mnl_attr_nest_start(nlh, L2TPSEC_A_SA);
	put_stats(L2TPSEC_A_SA_STATS, true);
	mnl_attr_nest_end(nlh, nest);
	assert_true(message_get_sa_stats(nlh, &s));
	assert_int_equal(s.path_mtu, 0);
}

static void events_are_read(void **state)
{
	struct message_event e;
	struct nlattr *nest;

	(void)state;
	assert_false(message_get_event(nlh, &e));
	mnl_attr_put_u32(nlh, L2TPSEC_A_EVENT, L2TPSEC_EVENT_SA_ENDPOINT);
	nest = mnl_attr_nest_start(nlh, L2TPSEC_A_SA);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SA_SPI_IN, 8);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SA_ICV_LEN, 12);
	mnl_attr_put(nlh, L2TPSEC_A_SA_REMOTE_ADDR, 4, "\xcb\x00\x71\x09");
	mnl_attr_put_u16(nlh, L2TPSEC_A_SA_REMOTE_PORT, 50001);
	mnl_attr_nest_end(nlh, nest);
	assert_true(message_get_event(nlh, &e));
	assert_int_equal(e.event, L2TPSEC_EVENT_SA_ENDPOINT);
	assert_int_equal(e.spi_in, 8);
	assert_int_equal(e.icv_len, 12);
	assert_int_equal(addr_to_ipv4(&e.remote.addr), 0xcb007109);
	assert_int_equal(e.remote.port, 50001);
}

static void family_is_read(void **state)
{
	struct message_family f;
	struct nlattr *groups, *g;

	(void)state;
	assert_false(message_get_family(nlh, "events", &f));
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, 31);
	groups = mnl_attr_nest_start(nlh, CTRL_ATTR_MCAST_GROUPS);
	g = mnl_attr_nest_start(nlh, 1);
	mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, "eventsx");
	mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID, 6);
	mnl_attr_nest_end(nlh, g);
	g = mnl_attr_nest_start(nlh, 2);
	mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, "events");
	mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID, 7);
	mnl_attr_nest_end(nlh, g);
	mnl_attr_nest_end(nlh, groups);
	assert_true(message_get_family(nlh, "events", &f));
	assert_int_equal(f.id, 31);
	assert_int_equal(f.events, 7);
}

/* A refusal as netlink_ack() builds it, capped or with the request in it. */
static void put_refusal(bool capped, size_t request_len)
{
	struct nlmsgerr *e;

	memset(buf, 0, sizeof(buf));
	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_ACK_TLVS | (capped ? NLM_F_CAPPED : 0);
	e = mnl_nlmsg_put_extra_header(nlh, sizeof(*e) + (capped ? 0 : request_len - sizeof(e->msg)));
	e->error = -EINVAL;
	e->msg.nlmsg_len = request_len;
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, 24);
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "SPI is taken");
}

static void refusals_carry_a_sentence(void **state)
{
	const char *sentence;
	int err;

	(void)state;
	assert_false(message_get_error(nlh, &err, &sentence));
	put_refusal(true, 200);
	assert_true(message_get_error(nlh, &err, &sentence));
	assert_int_equal(err, -EINVAL);
	assert_string_equal(sentence, "SPI is taken");
	put_refusal(false, 200);
	assert_true(message_get_error(nlh, &err, &sentence));
	assert_string_equal(sentence, "SPI is taken");
	nlh->nlmsg_flags = 0;
	assert_true(message_get_error(nlh, &err, &sentence));
	assert_null(sentence);
}

/* The message cut to so many bytes, if it is one then: its attributes are padded, so there are few such lengths. */
static const struct nlmsghdr *cut_to(uint32_t len, uint8_t **storage)
{
	struct nlmsghdr *copy = malloc(len);
	const struct nlmsghdr *got;
	const uint8_t *at;
	size_t left = len;

	assert_non_null(copy);
	memcpy(copy, nlh, len);
	copy->nlmsg_len = len;
	*storage = (uint8_t *)copy;
	at = *storage;
	got = message_cut(&at, &left);
	assert_true(!got == (len % NLMSG_ALIGNTO != 0));
	assert_true(!got || (!left && at == *storage + len));
	return got;
}

/* What the kernel would never send does not lead outside of the message. */
static void every_cut_is_harmless(void **state)
{
	const struct nlmsghdr *cut;
	struct plane_device dev;
	struct plane_frame frame;
	struct message_event e;
	const char *sentence;
	uint8_t *storage;
	uint32_t len;
	int err;

	(void)state;
	device_is_read(state);
	mnl_attr_put_u32(nlh, L2TPSEC_A_EVENT, 1);
	frame = (struct plane_frame){ .ppp = true, .data = buf, .len = 30 };
	assert_true(message_put_frame(nlh, 5, &frame));
	for (len = NLMSG_HDRLEN; len <= nlh->nlmsg_len; len++) {
		cut = cut_to(len, &storage);
		if (cut) {
			message_command(cut);
			message_get_device(cut, &dev);
			message_get_event(cut, &e);
			message_get_frame(cut, &frame);
		}
		free(storage);
	}
	put_refusal(false, 200);
	for (len = NLMSG_HDRLEN; len < nlh->nlmsg_len; len++) {
		cut = cut_to(len, &storage);
		if (cut)
			message_get_error(cut, &err, &sentence);
		free(storage);
	}
}

/* Two in one datagram; a length that is too large for it, or below zero for whoever takes it for a signed one. */
static void datagrams_are_cut_into_messages(void **state)
{
	uint8_t two[2 * NLMSG_HDRLEN] __attribute__((aligned(8))) = { 0 };
	struct nlmsghdr *first = (void *)two, *second = (void *)(two + NLMSG_HDRLEN);
	static const uint32_t wrong[] = { 0, 15, 17, 20, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff };
	const uint8_t *at = two;
	size_t left = sizeof(two), i;

	(void)state;
	first->nlmsg_len = NLMSG_HDRLEN;
	second->nlmsg_len = NLMSG_HDRLEN;
	assert_ptr_equal(message_cut(&at, &left), first);
	assert_ptr_equal(message_cut(&at, &left), second);
	assert_null(message_cut(&at, &left));
	assert_int_equal(left, 0);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		at = two;
		left = sizeof(two);
		second->nlmsg_len = wrong[i];
		assert_ptr_equal(message_cut(&at, &left), first);
		assert_null(message_cut(&at, &left));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(requests_are_acknowledged, setup),
		cmocka_unit_test_setup(claim_empties, setup),
		cmocka_unit_test_setup(sa_cbc, setup),
		cmocka_unit_test_setup(sa_raw_has_no_ports, setup),
		cmocka_unit_test_setup(sa_gcm_leaves_out_what_is_not_set, setup),
		cmocka_unit_test_setup(tunnel_and_names, setup),
		cmocka_unit_test_setup(session_in_two_parts, setup),
		cmocka_unit_test_setup(frames_both_ways, setup),
		cmocka_unit_test_setup(longest_frame_fits, setup),
		cmocka_unit_test_setup(device_is_read, setup),
		cmocka_unit_test_setup(every_reason_fits_plane_device, setup),
		cmocka_unit_test_setup(object_stats_are_read, setup),
		cmocka_unit_test_setup(events_are_read, setup),
		cmocka_unit_test_setup(family_is_read, setup),
		cmocka_unit_test_setup(refusals_carry_a_sentence, setup),
		cmocka_unit_test_setup(every_cut_is_harmless, setup),
		cmocka_unit_test_setup(datagrams_are_cut_into_messages, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
