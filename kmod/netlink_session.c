// SPDX-License-Identifier: GPL-2.0
/* Generic netlink commands on tunnels and sessions. */
#include <linux/if_ether.h>
#include <net/ipv6.h>
#include <net/netlink.h>
#include "attribute.h"
#include "device.h"
#include "netlink.h"
#include "session.h"
#include "tunnel.h"
#include "wire.h"

/* Ranges, not functions: the policy is dumped to whoever asks, and can say no function. */
static struct netlink_range_validation mtu_range = { .min = ETH_MIN_MTU, .max = U16_MAX };

const struct nla_policy l2s_netlink_tunnel_policy[L2TPSEC_A_TUNNEL_MAX + 1] = {
	[L2TPSEC_A_TUNNEL_LINEAGE] = NLA_POLICY_MIN(NLA_U32, 1),
	[L2TPSEC_A_TUNNEL_ID] = NLA_POLICY_MIN(NLA_U16, 1),
	[L2TPSEC_A_TUNNEL_PEER_ID] = NLA_POLICY_MIN(NLA_U16, 1),
	[L2TPSEC_A_TUNNEL_PEER_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
};

const struct nla_policy l2s_netlink_session_policy[L2TPSEC_A_SESSION_MAX + 1] = {
	[L2TPSEC_A_SESSION_LINEAGE] = NLA_POLICY_MIN(NLA_U32, 1),
	[L2TPSEC_A_SESSION_TUNNEL_ID] = NLA_POLICY_MIN(NLA_U16, 1),
	[L2TPSEC_A_SESSION_ID] = NLA_POLICY_MIN(NLA_U16, 1),
	[L2TPSEC_A_SESSION_PEER_ID] = NLA_POLICY_MIN(NLA_U16, 1),
	[L2TPSEC_A_SESSION_LENGTH_BIT] = { .type = NLA_FLAG },
	[L2TPSEC_A_SESSION_SEQUENCING] = { .type = NLA_FLAG },
	[L2TPSEC_A_SESSION_TX_ACFC] = { .type = NLA_FLAG },
	[L2TPSEC_A_SESSION_TX_PFC] = { .type = NLA_FLAG },
	[L2TPSEC_A_SESSION_MTU] = NLA_POLICY_FULL_RANGE(NLA_U32, &mtu_range),
	[L2TPSEC_A_SESSION_ADDR4] = NLA_POLICY_EXACT_LEN(sizeof(struct in_addr)),
	[L2TPSEC_A_SESSION_ADDR6] = NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[L2TPSEC_A_SESSION_ADDR6_LEN] = NLA_POLICY_RANGE(NLA_U8, 64, 128),
	[L2TPSEC_A_SESSION_IFID6] = NLA_POLICY_EXACT_LEN(8),
	[L2TPSEC_A_SESSION_CLAMP_MSS] = { .type = NLA_FLAG },
};

static int parse_tunnel(const struct genl_info *info, struct nlattr **tb, const u8 *required,
			unsigned int n)
{
	int err = l2s_netlink_nest(info, L2TPSEC_A_TUNNEL, tb, L2TPSEC_A_TUNNEL_MAX,
				   l2s_netlink_tunnel_policy);

	return err ?: l2s_netlink_missing(info, L2TPSEC_A_TUNNEL, tb, required, n);
}

static int parse_session(const struct genl_info *info, struct nlattr **tb, const u8 *required,
			 unsigned int n)
{
	int err = l2s_netlink_nest(info, L2TPSEC_A_SESSION, tb, L2TPSEC_A_SESSION_MAX,
				   l2s_netlink_session_policy);

	return err ?: l2s_netlink_missing(info, L2TPSEC_A_SESSION, tb, required, n);
}

/**
 * l2s_netlink_tunnel_new - L2TPSEC_CMD_TUNNEL_NEW
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative error.
 */
int l2s_netlink_tunnel_new(struct sk_buff *skb, struct genl_info *info)
{
	static const u8 required[] = { L2TPSEC_A_TUNNEL_LINEAGE, L2TPSEC_A_TUNNEL_ID,
				       L2TPSEC_A_TUNNEL_PEER_ID, L2TPSEC_A_TUNNEL_PEER_PORT };
	struct nlattr *tb[L2TPSEC_A_TUNNEL_MAX + 1];
	struct l2s_tunnel_config config;
	int err;

	err = parse_tunnel(info, tb, required, ARRAY_SIZE(required));
	if (err)
		return err;
	config.lineage = nla_get_u32(tb[L2TPSEC_A_TUNNEL_LINEAGE]);
	config.id = nla_get_u16(tb[L2TPSEC_A_TUNNEL_ID]);
	config.peer_id = nla_get_u16(tb[L2TPSEC_A_TUNNEL_PEER_ID]);
	config.peer_port = nla_get_u16(tb[L2TPSEC_A_TUNNEL_PEER_PORT]);
	return l2s_tunnel_new(l2s_netlink_device(info), &config, info->extack);
}

static const u8 tunnel_name[] = { L2TPSEC_A_TUNNEL_LINEAGE, L2TPSEC_A_TUNNEL_ID };

static int put_tunnel(struct sk_buff *msg, struct list_head *node)
{
	return l2s_attribute_tunnel(msg, container_of(node, struct l2s_tunnel, device_node));
}

/**
 * l2s_netlink_tunnel_get - L2TPSEC_CMD_TUNNEL_GET
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative error.
 */
int l2s_netlink_tunnel_get(struct sk_buff *skb, struct genl_info *info)
{
	struct l2s_device *device = l2s_netlink_device(info);
	struct nlattr *tb[L2TPSEC_A_TUNNEL_MAX + 1];
	struct l2s_tunnel *tunnel;
	int err;

	err = parse_tunnel(info, tb, tunnel_name, ARRAY_SIZE(tunnel_name));
	if (err)
		return err;
	mutex_lock(&device->lock);
	tunnel = l2s_tunnel_lookup(device, nla_get_u32(tb[L2TPSEC_A_TUNNEL_LINEAGE]),
				   nla_get_u16(tb[L2TPSEC_A_TUNNEL_ID]), info->extack);
	err = tunnel ? l2s_netlink_reply(info, L2TPSEC_CMD_TUNNEL_GET, put_tunnel,
					 &tunnel->device_node) : -ENOENT;
	mutex_unlock(&device->lock);
	return err;
}

static struct list_head *tunnels_of(struct l2s_device *device)
{
	return &device->tunnels;
}

/**
 * l2s_netlink_tunnel_dump - L2TPSEC_CMD_TUNNEL_GET with NLM_F_DUMP
 * @skb: message to be filled
 * @cb: the dump
 *
 * Return: bytes; 0 at the end.
 */
int l2s_netlink_tunnel_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const struct l2s_netlink_dump dump = { tunnels_of, put_tunnel,
						      L2TPSEC_CMD_TUNNEL_GET };

	return l2s_netlink_dump(skb, cb, &dump);
}

/**
 * l2s_netlink_tunnel_del - L2TPSEC_CMD_TUNNEL_DEL
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative error.
 */
int l2s_netlink_tunnel_del(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[L2TPSEC_A_TUNNEL_MAX + 1];
	int err;

	err = parse_tunnel(info, tb, tunnel_name, ARRAY_SIZE(tunnel_name));
	if (err)
		return err;
	return l2s_tunnel_delete(l2s_netlink_device(info),
				 nla_get_u32(tb[L2TPSEC_A_TUNNEL_LINEAGE]),
				 nla_get_u16(tb[L2TPSEC_A_TUNNEL_ID]), info->extack);
}

/**
 * l2s_netlink_session_new - L2TPSEC_CMD_SESSION_NEW
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative error.
 */
int l2s_netlink_session_new(struct sk_buff *skb, struct genl_info *info)
{
	static const u8 required[] = { L2TPSEC_A_SESSION_LINEAGE, L2TPSEC_A_SESSION_TUNNEL_ID,
				       L2TPSEC_A_SESSION_ID, L2TPSEC_A_SESSION_PEER_ID };
	struct nlattr *tb[L2TPSEC_A_SESSION_MAX + 1];
	struct l2s_session_config config;
	int err;

	err = parse_session(info, tb, required, ARRAY_SIZE(required));
	if (err)
		return err;
	config.lineage = nla_get_u32(tb[L2TPSEC_A_SESSION_LINEAGE]);
	config.tunnel_id = nla_get_u16(tb[L2TPSEC_A_SESSION_TUNNEL_ID]);
	config.id = nla_get_u16(tb[L2TPSEC_A_SESSION_ID]);
	config.peer_id = nla_get_u16(tb[L2TPSEC_A_SESSION_PEER_ID]);
	config.length_bit = nla_get_flag(tb[L2TPSEC_A_SESSION_LENGTH_BIT]);
	config.sequencing = nla_get_flag(tb[L2TPSEC_A_SESSION_SEQUENCING]);
	return l2s_session_new(l2s_netlink_device(info), &config, info->extack);
}

static const u8 session_name[] = { L2TPSEC_A_SESSION_LINEAGE, L2TPSEC_A_SESSION_TUNNEL_ID,
				   L2TPSEC_A_SESSION_ID };

static void addr6_of(struct l2s_inner_key *key, const struct nlattr *addr, const struct nlattr *len)
{
	struct in6_addr whole = nla_get_in6_addr(addr);

	key->len = nla_get_u8(len);
	ipv6_addr_prefix(&key->addr, &whole, key->len);
}

static void params_of(struct l2s_session_params *params, struct nlattr **tb)
{
	struct l2s_inner_key *inner = params->inner;

	params->tx_acfc = nla_get_flag(tb[L2TPSEC_A_SESSION_TX_ACFC]);
	params->tx_pfc = nla_get_flag(tb[L2TPSEC_A_SESSION_TX_PFC]);
	params->mtu = min_t(u32, nla_get_u32(tb[L2TPSEC_A_SESSION_MTU]), L2S_INNER_MAX);
	params->clamp_mss = nla_get_flag(tb[L2TPSEC_A_SESSION_CLAMP_MSS]);
	params->has[L2S_INNER_ADDR4] = tb[L2TPSEC_A_SESSION_ADDR4];
	if (tb[L2TPSEC_A_SESSION_ADDR4]) {
		inner[L2S_INNER_ADDR4].len = 32;
		inner[L2S_INNER_ADDR4].addr.s6_addr32[0] =
			nla_get_in_addr(tb[L2TPSEC_A_SESSION_ADDR4]);
	}
	params->has[L2S_INNER_ADDR6] = tb[L2TPSEC_A_SESSION_ADDR6];
	if (tb[L2TPSEC_A_SESSION_ADDR6])
		addr6_of(&inner[L2S_INNER_ADDR6], tb[L2TPSEC_A_SESSION_ADDR6],
			 tb[L2TPSEC_A_SESSION_ADDR6_LEN]);
	params->has[L2S_INNER_IFID6] = tb[L2TPSEC_A_SESSION_IFID6];
	if (tb[L2TPSEC_A_SESSION_IFID6]) {
		inner[L2S_INNER_IFID6].len = 128;
		inner[L2S_INNER_IFID6].addr.s6_addr32[0] = htonl(0xfe800000);
		memcpy(&inner[L2S_INNER_IFID6].addr.s6_addr[8],
		       nla_data(tb[L2TPSEC_A_SESSION_IFID6]), 8);
	}
}

static int check_params(struct nlattr **tb, struct netlink_ext_ack *extack)
{
	const struct nlattr *len;

	if (!tb[L2TPSEC_A_SESSION_ADDR4] && !tb[L2TPSEC_A_SESSION_ADDR6] &&
	    !tb[L2TPSEC_A_SESSION_IFID6]) {
		NL_SET_ERR_MSG(extack, "a session needs an inner address to be opened");
		return -EINVAL;
	}
	if (!tb[L2TPSEC_A_SESSION_ADDR6] != !tb[L2TPSEC_A_SESSION_ADDR6_LEN]) {
		NL_SET_ERR_MSG(extack, "an inner IPv6 prefix and its length go together");
		return -EINVAL;
	}
	len = tb[L2TPSEC_A_SESSION_ADDR6_LEN];
	if (len && nla_get_u8(len) != 64 && nla_get_u8(len) != 128) {
		NL_SET_ERR_MSG_ATTR(extack, len, "an inner IPv6 prefix has 64 or 128 bits");
		return -EINVAL;
	}
	return 0;
}

/**
 * l2s_netlink_session_set - L2TPSEC_CMD_SESSION_SET
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative error.
 */
int l2s_netlink_session_set(struct sk_buff *skb, struct genl_info *info)
{
	static const u8 required[] = { L2TPSEC_A_SESSION_LINEAGE, L2TPSEC_A_SESSION_TUNNEL_ID,
				       L2TPSEC_A_SESSION_ID, L2TPSEC_A_SESSION_MTU };
	struct nlattr *tb[L2TPSEC_A_SESSION_MAX + 1];
	struct l2s_session_params params = {};
	int err;

	err = parse_session(info, tb, required, ARRAY_SIZE(required));
	if (!err)
		err = check_params(tb, info->extack);
	if (err)
		return err;
	params_of(&params, tb);
	return l2s_session_set(l2s_netlink_device(info),
			       nla_get_u32(tb[L2TPSEC_A_SESSION_LINEAGE]),
			       nla_get_u16(tb[L2TPSEC_A_SESSION_TUNNEL_ID]),
			       nla_get_u16(tb[L2TPSEC_A_SESSION_ID]), &params, info->extack);
}

static int put_session(struct sk_buff *msg, struct list_head *node)
{
	return l2s_attribute_session(msg, container_of(node, struct l2s_session, device_node));
}

/**
 * l2s_netlink_session_get - L2TPSEC_CMD_SESSION_GET
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative error.
 */
int l2s_netlink_session_get(struct sk_buff *skb, struct genl_info *info)
{
	struct l2s_device *device = l2s_netlink_device(info);
	struct nlattr *tb[L2TPSEC_A_SESSION_MAX + 1];
	struct l2s_session *session;
	int err;

	err = parse_session(info, tb, session_name, ARRAY_SIZE(session_name));
	if (err)
		return err;
	mutex_lock(&device->lock);
	session = l2s_session_lookup(device, nla_get_u32(tb[L2TPSEC_A_SESSION_LINEAGE]),
				     nla_get_u16(tb[L2TPSEC_A_SESSION_TUNNEL_ID]),
				     nla_get_u16(tb[L2TPSEC_A_SESSION_ID]), info->extack);
	err = session ? l2s_netlink_reply(info, L2TPSEC_CMD_SESSION_GET, put_session,
					  &session->device_node) : -ENOENT;
	mutex_unlock(&device->lock);
	return err;
}

static struct list_head *sessions_of(struct l2s_device *device)
{
	return &device->sessions;
}

/**
 * l2s_netlink_session_dump - L2TPSEC_CMD_SESSION_GET with NLM_F_DUMP
 * @skb: message to be filled
 * @cb: the dump
 *
 * Return: bytes; 0 at the end.
 */
int l2s_netlink_session_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const struct l2s_netlink_dump dump = { sessions_of, put_session,
						      L2TPSEC_CMD_SESSION_GET };

	return l2s_netlink_dump(skb, cb, &dump);
}

/**
 * l2s_netlink_session_del - L2TPSEC_CMD_SESSION_DEL
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative error.
 */
int l2s_netlink_session_del(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[L2TPSEC_A_SESSION_MAX + 1];
	int err;

	err = parse_session(info, tb, session_name, ARRAY_SIZE(session_name));
	if (err)
		return err;
	return l2s_session_delete(l2s_netlink_device(info),
				  nla_get_u32(tb[L2TPSEC_A_SESSION_LINEAGE]),
				  nla_get_u16(tb[L2TPSEC_A_SESSION_TUNNEL_ID]),
				  nla_get_u16(tb[L2TPSEC_A_SESSION_ID]), info->extack);
}
