// SPDX-License-Identifier: GPL-2.0
/* Generic netlink commands on SAs. */
#include <net/netlink.h>
#include "attribute.h"
#include "device.h"
#include "netlink.h"
#include "sa.h"
#include "wire.h"

#define KEEPALIVE_MAX	3600	/* seconds; RFC 3948 4 has 20 */
#define CIPHER_KEY_MAX	36	/* AES-256 and 4 bytes of salt */
#define AUTH_KEY_MAX	64	/* HMAC-SHA2-512 */

const struct nla_policy l2s_netlink_sa_policy[L2TPSEC_A_SA_MAX + 1] = {
	[L2TPSEC_A_SA_SPI_IN] = NLA_POLICY_MIN(NLA_U32, L2S_ESP_SPI_MIN),
	[L2TPSEC_A_SA_SPI_OUT] = NLA_POLICY_MIN(NLA_U32, L2S_ESP_SPI_MIN),
	[L2TPSEC_A_SA_LINEAGE] = NLA_POLICY_MIN(NLA_U32, 1),
	[L2TPSEC_A_SA_ENCAP] = NLA_POLICY_MAX(NLA_U32, L2TPSEC_ENCAP_RAW),
	[L2TPSEC_A_SA_CIPHER] = NLA_POLICY_RANGE(NLA_U32, 1, L2TPSEC_CIPHER_MAX),
	[L2TPSEC_A_SA_AUTH] = NLA_POLICY_MAX(NLA_U32, L2TPSEC_AUTH_MAX),
	[L2TPSEC_A_SA_ICV_LEN] = NLA_POLICY_RANGE(NLA_U32, 1, L2S_ESP_ICV_MAX),
	[L2TPSEC_A_SA_ICV_DETECT] = { .type = NLA_FLAG },
	[L2TPSEC_A_SA_CIPHER_KEY_IN] = { .type = NLA_BINARY, .len = CIPHER_KEY_MAX },
	[L2TPSEC_A_SA_CIPHER_KEY_OUT] = { .type = NLA_BINARY, .len = CIPHER_KEY_MAX },
	[L2TPSEC_A_SA_AUTH_KEY_IN] = { .type = NLA_BINARY, .len = AUTH_KEY_MAX },
	[L2TPSEC_A_SA_AUTH_KEY_OUT] = { .type = NLA_BINARY, .len = AUTH_KEY_MAX },
	[L2TPSEC_A_SA_ESN] = { .type = NLA_FLAG },
	[L2TPSEC_A_SA_REPLAY_WINDOW] = NLA_POLICY_RANGE(NLA_U32, L2S_REPLAY_WINDOW_MIN,
							L2S_REPLAY_WINDOW_MAX),
	[L2TPSEC_A_SA_LOCAL_ADDR] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[L2TPSEC_A_SA_LOCAL_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[L2TPSEC_A_SA_REMOTE_ADDR] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[L2TPSEC_A_SA_REMOTE_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[L2TPSEC_A_SA_KEEPALIVE] = NLA_POLICY_MAX(NLA_U32, KEEPALIVE_MAX),
	[L2TPSEC_A_SA_SOFT_BYTES] = { .type = NLA_U64 },
	[L2TPSEC_A_SA_HARD_BYTES] = { .type = NLA_U64 },
	[L2TPSEC_A_SA_SOFT_PACKETS] = { .type = NLA_U64 },
	[L2TPSEC_A_SA_HARD_PACKETS] = { .type = NLA_U64 },
};

/**
 * l2s_netlink_sa_wipe - wipe the keys in a request
 * @info: any request, done or refused
 */
void l2s_netlink_sa_wipe(const struct genl_info *info)
{
	struct nlattr *attr;
	int rest;

	if (!info->attrs[L2TPSEC_A_SA])
		return;
	nla_for_each_nested(attr, info->attrs[L2TPSEC_A_SA], rest)
		if (nla_type(attr) >= L2TPSEC_A_SA_CIPHER_KEY_IN &&
		    nla_type(attr) <= L2TPSEC_A_SA_AUTH_KEY_OUT)
			memzero_explicit(nla_data(attr), nla_len(attr));
}

static u32 u32_or(const struct nlattr *attr, u32 otherwise)
{
	return attr ? nla_get_u32(attr) : otherwise;
}

static u64 u64_or_zero(const struct nlattr *attr)
{
	return attr ? nla_get_u64(attr) : 0;
}

static int address_of(struct l2s_address *address, const struct nlattr *attr,
		      struct netlink_ext_ack *extack)
{
	switch (nla_len(attr)) {
	case sizeof(struct in_addr):
		address->family = AF_INET;
		address->v4 = nla_get_in_addr(attr);
		return 0;
	case sizeof(struct in6_addr):
		address->family = AF_INET6;
		address->v6 = nla_get_in6_addr(attr);
		return 0;
	}
	NL_SET_ERR_MSG_ATTR(extack, attr, "an address has 4 or 16 bytes");
	return -EINVAL;
}

static int endpoint_of(struct l2s_sa_config *config, struct nlattr **tb,
		       struct netlink_ext_ack *extack)
{
	int err;

	err = address_of(&config->local, tb[L2TPSEC_A_SA_LOCAL_ADDR], extack);
	if (!err)
		err = address_of(&config->remote, tb[L2TPSEC_A_SA_REMOTE_ADDR], extack);
	if (err)
		return err;
	if (config->local.family != config->remote.family) {
		NL_SET_ERR_MSG(extack, "local and remote address must be of the same family");
		return -EINVAL;
	}
	if (!IS_ENABLED(CONFIG_IPV6) && config->local.family == AF_INET6) {
		NL_SET_ERR_MSG(extack, "this kernel has no IPv6");
		return -EAFNOSUPPORT;
	}
	return 0;
}

static void ports_of(struct l2s_sa_config *config, struct nlattr **tb)
{
	config->local_port = htons(nla_get_u16(tb[L2TPSEC_A_SA_LOCAL_PORT]));
	config->remote_port = htons(nla_get_u16(tb[L2TPSEC_A_SA_REMOTE_PORT]));
}

/* What makes sense with UDP only is refused, not ignored. */
static int check_raw(const struct l2s_sa_config *config, struct nlattr **tb,
		     struct netlink_ext_ack *extack)
{
	bool unspecified = config->local.family == AF_INET ? !config->local.v4 :
			   ipv6_addr_any(&config->local.v6);

	if (tb[L2TPSEC_A_SA_LOCAL_PORT] || tb[L2TPSEC_A_SA_REMOTE_PORT] || config->keepalive) {
		NL_SET_ERR_MSG(extack, "ports and keepalive need UDP encapsulation");
		return -EINVAL;
	}
	if (unspecified) {
		NL_SET_ERR_MSG(extack, "without UDP encapsulation the local address is needed");
		return -EADDRNOTAVAIL;
	}
	return 0;
}

static void key_of(struct l2s_esp_key *key, const struct nlattr *cipher, const struct nlattr *auth)
{
	key->cipher = nla_data(cipher);
	key->cipher_len = nla_len(cipher);
	key->auth = auth ? nla_data(auth) : NULL;
	key->auth_len = auth ? nla_len(auth) : 0;
}

static int config_of(struct l2s_sa_config *config, struct nlattr **tb,
		     struct netlink_ext_ack *extack)
{
	int err;

	config->spi_in = nla_get_u32(tb[L2TPSEC_A_SA_SPI_IN]);
	config->spi_out = nla_get_u32(tb[L2TPSEC_A_SA_SPI_OUT]);
	config->lineage = nla_get_u32(tb[L2TPSEC_A_SA_LINEAGE]);
	config->encap = u32_or(tb[L2TPSEC_A_SA_ENCAP], L2TPSEC_ENCAP_UDP);
	config->cipher = nla_get_u32(tb[L2TPSEC_A_SA_CIPHER]);
	config->auth = u32_or(tb[L2TPSEC_A_SA_AUTH], L2TPSEC_AUTH_NONE);
	config->icv_len = u32_or(tb[L2TPSEC_A_SA_ICV_LEN], 0);
	config->icv_detect = nla_get_flag(tb[L2TPSEC_A_SA_ICV_DETECT]);
	config->esn = nla_get_flag(tb[L2TPSEC_A_SA_ESN]);
	config->replay_window = u32_or(tb[L2TPSEC_A_SA_REPLAY_WINDOW],
				       L2S_REPLAY_WINDOW_DEFAULT);
	config->keepalive = u32_or(tb[L2TPSEC_A_SA_KEEPALIVE], 0);
	config->limits.soft_bytes = u64_or_zero(tb[L2TPSEC_A_SA_SOFT_BYTES]);
	config->limits.hard_bytes = u64_or_zero(tb[L2TPSEC_A_SA_HARD_BYTES]);
	config->limits.soft_packets = u64_or_zero(tb[L2TPSEC_A_SA_SOFT_PACKETS]);
	config->limits.hard_packets = u64_or_zero(tb[L2TPSEC_A_SA_HARD_PACKETS]);
	key_of(&config->key_in, tb[L2TPSEC_A_SA_CIPHER_KEY_IN], tb[L2TPSEC_A_SA_AUTH_KEY_IN]);
	key_of(&config->key_out, tb[L2TPSEC_A_SA_CIPHER_KEY_OUT], tb[L2TPSEC_A_SA_AUTH_KEY_OUT]);
	err = endpoint_of(config, tb, extack);
	if (err)
		return err;
	if (config->icv_detect && config->auth != L2TPSEC_AUTH_HMAC_SHA2_256) {
		NL_SET_ERR_MSG(extack, "only HMAC-SHA2-256 has ICVs of two lengths");
		return -EINVAL;
	}
	if (config->encap == L2TPSEC_ENCAP_RAW)
		return check_raw(config, tb, extack);
	ports_of(config, tb);
	return 0;
}

/**
 * l2s_netlink_sa_new - L2TPSEC_CMD_SA_NEW
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative error.
 */
int l2s_netlink_sa_new(struct sk_buff *skb, struct genl_info *info)
{
	static const u8 required[] = {
		L2TPSEC_A_SA_SPI_IN, L2TPSEC_A_SA_SPI_OUT, L2TPSEC_A_SA_LINEAGE,
		L2TPSEC_A_SA_CIPHER, L2TPSEC_A_SA_CIPHER_KEY_IN, L2TPSEC_A_SA_CIPHER_KEY_OUT,
		L2TPSEC_A_SA_LOCAL_ADDR, L2TPSEC_A_SA_REMOTE_ADDR,
	};
	static const u8 ports[] = { L2TPSEC_A_SA_LOCAL_PORT, L2TPSEC_A_SA_REMOTE_PORT };
	struct nlattr *tb[L2TPSEC_A_SA_MAX + 1];
	struct l2s_sa_config config = {};
	int err;

	err = l2s_netlink_nest(info, L2TPSEC_A_SA, tb, L2TPSEC_A_SA_MAX, l2s_netlink_sa_policy);
	if (!err)
		err = l2s_netlink_missing(info, L2TPSEC_A_SA, tb, required, ARRAY_SIZE(required));
	if (!err && u32_or(tb[L2TPSEC_A_SA_ENCAP], L2TPSEC_ENCAP_UDP) == L2TPSEC_ENCAP_UDP)
		err = l2s_netlink_missing(info, L2TPSEC_A_SA, tb, ports, ARRAY_SIZE(ports));
	if (!err)
		err = config_of(&config, tb, info->extack);
	if (err)
		return err;
	return l2s_sa_new(l2s_netlink_device(info), &config, info->extack);
}

static int spi_of(const struct genl_info *info, u32 *spi_in)
{
	static const u8 required[] = { L2TPSEC_A_SA_SPI_IN };
	struct nlattr *tb[L2TPSEC_A_SA_MAX + 1];
	int err;

	err = l2s_netlink_nest(info, L2TPSEC_A_SA, tb, L2TPSEC_A_SA_MAX, l2s_netlink_sa_policy);
	if (!err)
		err = l2s_netlink_missing(info, L2TPSEC_A_SA, tb, required, ARRAY_SIZE(required));
	if (!err)
		*spi_in = nla_get_u32(tb[L2TPSEC_A_SA_SPI_IN]);
	return err;
}

static int put_sa(struct sk_buff *msg, struct list_head *node)
{
	return l2s_attribute_sa(msg, container_of(node, struct l2s_sa, device_node));
}

/**
 * l2s_netlink_sa_get - L2TPSEC_CMD_SA_GET
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative error.
 */
int l2s_netlink_sa_get(struct sk_buff *skb, struct genl_info *info)
{
	struct l2s_device *device = l2s_netlink_device(info);
	struct l2s_sa *sa;
	u32 spi_in;
	int err;

	err = spi_of(info, &spi_in);
	if (err)
		return err;
	mutex_lock(&device->lock);
	sa = l2s_sa_find(device, htonl(spi_in));
	if (sa) {
		err = l2s_netlink_reply(info, L2TPSEC_CMD_SA_GET, put_sa, &sa->device_node);
	} else {
		NL_SET_ERR_MSG(info->extack, "the device has no SA with this inbound SPI");
		err = -ENOENT;
	}
	mutex_unlock(&device->lock);
	return err;
}

static struct list_head *list_of(struct l2s_device *device)
{
	return &device->sas;
}

/**
 * l2s_netlink_sa_dump - L2TPSEC_CMD_SA_GET with NLM_F_DUMP
 * @skb: message to be filled
 * @cb: the dump
 *
 * Return: bytes; 0 at the end.
 */
int l2s_netlink_sa_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const struct l2s_netlink_dump dump = { list_of, put_sa, L2TPSEC_CMD_SA_GET };

	return l2s_netlink_dump(skb, cb, &dump);
}

/**
 * l2s_netlink_sa_activate - L2TPSEC_CMD_SA_ACTIVATE
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative error.
 */
int l2s_netlink_sa_activate(struct sk_buff *skb, struct genl_info *info)
{
	u32 spi_in;
	int err = spi_of(info, &spi_in);

	return err ?: l2s_sa_activate(l2s_netlink_device(info), spi_in, info->extack);
}

/**
 * l2s_netlink_sa_del - L2TPSEC_CMD_SA_DEL
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative error.
 */
int l2s_netlink_sa_del(struct sk_buff *skb, struct genl_info *info)
{
	u32 spi_in;
	int err = spi_of(info, &spi_in);

	return err ?: l2s_sa_delete(l2s_netlink_device(info), spi_in, info->extack);
}
