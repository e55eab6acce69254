// SPDX-License-Identifier: GPL-2.0
/* A packet that the kernel's own UDP offers us at GRO. */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/gro.h>
#include <net/udp.h>
#include "../device.h"
#include "../sa.h"
#include "../socket.h"
#include "../stats.h"
#include "../wire.h"
#include "device_fixture.h"

#define SPI		0x1000
#define PEER_PORT	htons(4500)
#define LOOPBACK	htonl(INADDR_LOOPBACK)
#define TEXT_LEN	64			/* of ESP behind its header, ICV included */

static int new_sa(struct device_fixture *f)
{
	static const u8 key[20];
	struct netlink_ext_ack extack = {};
	struct l2s_sa_config config = {
		.spi_in = SPI,
		.spi_out = SPI,
		.lineage = 1,
		.encap = L2TPSEC_ENCAP_UDP,
		.cipher = L2TPSEC_CIPHER_AES_GCM_16,
		.key_in = { key, sizeof(key) },
		.key_out = { key, sizeof(key) },
		.replay_window = 64,
		.local = { AF_INET, { LOOPBACK } },
		.remote = { AF_INET, { LOOPBACK } },
		.local_port = f->port,
		.remote_port = PEER_PORT,
	};

	return l2s_sa_new(f->device, &config, &extack);
}

/* ESP of the SA, as GRO has it when it comes to UDP; nothing in it is authentic. */
static struct sk_buff *offered(struct kunit *test, struct device_fixture *f)
{
	unsigned int esp_len = sizeof(struct ip_esp_hdr) + TEXT_LEN;
	struct sk_buff *skb = alloc_skb(256, GFP_KERNEL);
	struct ip_esp_hdr *esp;
	struct udphdr *udp;
	struct iphdr *iph;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, 64);
	skb_reset_network_header(skb);
	iph = skb_put_zero(skb, sizeof(*iph));
	iph->version = 4;
	iph->ihl = 5;
	iph->protocol = IPPROTO_UDP;
	iph->saddr = LOOPBACK;
	iph->daddr = LOOPBACK;
	udp = skb_put_zero(skb, sizeof(*udp));
	udp->source = PEER_PORT;
	udp->dest = f->port;
	udp->len = htons(sizeof(*udp) + esp_len);
	esp = skb_put_zero(skb, esp_len);
	esp->spi = htonl(SPI);
	esp->seq_no = htonl(1);
	skb->dev = f->device->dev;
	skb->protocol = htons(ETH_P_IP);
	memset(NAPI_GRO_CB(skb), 0, sizeof(*NAPI_GRO_CB(skb)));
	NAPI_GRO_CB(skb)->data_offset = sizeof(*iph);
	return skb;
}

/* Return: what GRO is told. */
static struct sk_buff *offer(struct device_fixture *f, struct sk_buff *skb)
{
	struct l2s_socket *socket = list_first_entry(&f->device->sockets, struct l2s_socket, node);
	struct udphdr *udp = (struct udphdr *)(skb->data + sizeof(struct iphdr));
	struct sk_buff *answer;
	LIST_HEAD(held);

	local_bh_disable();
	rcu_read_lock();
	answer = udp_gro_receive(&held, skb, udp, socket->sock->sk);
	rcu_read_unlock();
	local_bh_enable();
	return answer;
}

/*
 * Taken, and then gone: GRO must not look at it again.  A kernel without XFRM_OFFLOAD
 * would, so there it stays GRO's.
 */
static void taken_if_let_go(struct kunit *test)
{
	struct device_fixture *f = test->priv;
	struct sk_buff *skb, *answer;
	struct l2s_stats_sum sum;
	bool taken;

	KUNIT_ASSERT_EQ(test, new_sa(f), 0);
	WRITE_ONCE(f->device->early, L2TPSEC_EARLY_ALWAYS);
	skb = offered(test, f);
	answer = offer(f, skb);
	taken = PTR_ERR(answer) == -EINPROGRESS;
	KUNIT_EXPECT_EQ(test, taken, IS_ENABLED(CONFIG_XFRM_OFFLOAD));
	l2s_stats_read(&f->device->stats, &sum);
	KUNIT_EXPECT_EQ(test, sum.rx_early, taken);
	if (!taken) {
		KUNIT_EXPECT_NULL(test, answer);
		KUNIT_EXPECT_EQ(test, (u32)NAPI_GRO_CB(skb)->flush, 1);
		kfree_skb(skb);
	}
}

static struct kunit_case early_cases[] = {
	KUNIT_CASE(taken_if_let_go),
	{}
};

static struct kunit_suite early_suite = {
	.name = "l2tpsec_early",
	.init = device_fixture_init,
	.exit = device_fixture_exit,
	.test_cases = early_cases,
};

kunit_test_suite(early_suite);
