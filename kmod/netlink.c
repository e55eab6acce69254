// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: who may do what, and the commands on devices,
 * sockets and frames.  Each command reads its attributes and makes one call.
 */
#include <linux/netlink.h>
#include <net/netlink.h>
#include "attribute.h"
#include "compat/genetlink.h"
#include "device.h"
#include "frame.h"
#include "netlink.h"
#include "owner.h"
#include "socket.h"

#define FRAME_LEN_MAX	16384	/* far above what L2TP and PPP control messages need */

/* internal_flags of an operation */
#define OWNER_ONLY	BIT(0)

static const struct nla_policy device_policy[L2TPSEC_A_DEVICE_MAX + 1] = {
	[L2TPSEC_A_DEVICE_ORPHAN_TIMEOUT] = { .type = NLA_U32 },
	[L2TPSEC_A_DEVICE_FLUSH] = { .type = NLA_FLAG },
	[L2TPSEC_A_DEVICE_EARLY] = NLA_POLICY_MAX(NLA_U32, L2TPSEC_EARLY_MAX),
};

static const struct nla_policy socket_policy[L2TPSEC_A_SOCKET_MAX + 1] = {
	[L2TPSEC_A_SOCKET_FD] = { .type = NLA_U32 },
};

static const struct nla_policy frame_policy[L2TPSEC_A_FRAME_MAX + 1] = {
	[L2TPSEC_A_FRAME_KIND] = NLA_POLICY_MAX(NLA_U32, L2TPSEC_FRAME_PPP),
	[L2TPSEC_A_FRAME_LINEAGE] = NLA_POLICY_MIN(NLA_U32, 1),
	[L2TPSEC_A_FRAME_PEER_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[L2TPSEC_A_FRAME_TUNNEL_ID] = NLA_POLICY_MIN(NLA_U16, 1),
	[L2TPSEC_A_FRAME_SESSION_ID] = NLA_POLICY_MIN(NLA_U16, 1),
	[L2TPSEC_A_FRAME_PROTOCOL] = NLA_POLICY_MIN(NLA_U16, 1),
	[L2TPSEC_A_FRAME_DATA] = { .type = NLA_BINARY, .len = FRAME_LEN_MAX },
};

static const struct nla_policy family_policy[L2TPSEC_A_MAX + 1] = {
	[L2TPSEC_A_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[L2TPSEC_A_DEVICE] = NLA_POLICY_NESTED(device_policy),
	[L2TPSEC_A_SOCKET] = NLA_POLICY_NESTED(socket_policy),
	[L2TPSEC_A_SA] = NLA_POLICY_NESTED(l2s_netlink_sa_policy),
	[L2TPSEC_A_TUNNEL] = NLA_POLICY_NESTED(l2s_netlink_tunnel_policy),
	[L2TPSEC_A_SESSION] = NLA_POLICY_NESTED(l2s_netlink_session_policy),
	[L2TPSEC_A_FRAME] = NLA_POLICY_NESTED(frame_policy),
};

/**
 * l2s_netlink_device - the device that a request is about
 * @info: the request, past its pre_doit
 *
 * Return: held until post_doit.
 */
struct l2s_device *l2s_netlink_device(const struct genl_info *info)
{
	return info->user_ptr[0];
}

/**
 * l2s_netlink_nest - parse the nest that a command needs
 * @info: the request
 * @type: enum l2tpsec_attr
 * @tb: result
 * @max: greatest attribute of the nest
 * @policy: of the nest
 *
 * Return: 0, or a negative error with a sentence in extack.
 */
int l2s_netlink_nest(const struct genl_info *info, int type, struct nlattr **tb, int max,
		     const struct nla_policy *policy)
{
	if (!info->attrs[type]) {
		NL_SET_ERR_MSG(info->extack, "the attribute that names the object is missing");
		return -EINVAL;
	}
	return nla_parse_nested(tb, max, info->attrs[type], policy, info->extack);
}

/**
 * l2s_netlink_missing - see that required attributes are there
 * @info: the request
 * @type: enum l2tpsec_attr, of the nest
 * @tb: parsed nest
 * @required: attribute types
 * @n: how many
 *
 * Return: 0, or -EINVAL with a sentence in extack.
 */
int l2s_netlink_missing(const struct genl_info *info, int type, struct nlattr **tb,
			const u8 *required, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (tb[required[i]])
			continue;
		NL_SET_ERR_ATTR_MISS(info->extack, info->attrs[type], required[i]);
		NL_SET_ERR_MSG(info->extack, "an attribute that the command requires is missing");
		return -EINVAL;
	}
	return 0;
}

static int put_object(struct sk_buff *msg, struct l2s_device *device, u32 portid, u32 seq,
		      int flags, u8 cmd,
		      int (*put)(struct sk_buff *msg, struct list_head *node),
		      struct list_head *node, struct netlink_callback *cb)
{
	void *header = genlmsg_put(msg, portid, seq, &l2s_netlink_family, flags, cmd);

	if (!header)
		return -EMSGSIZE;
	if (cb)
		genl_dump_check_consistent(cb, header);
	if (nla_put_u32(msg, L2TPSEC_A_IFINDEX, device->dev->ifindex) || put(msg, node)) {
		genlmsg_cancel(msg, header);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return 0;
}

/**
 * l2s_netlink_reply - answer a request with one object
 * @info: the request
 * @cmd: of the answer
 * @put: adds the object's attributes
 * @node: the object, the device's lock is held
 *
 * Return: 0 or a negative error.
 */
int l2s_netlink_reply(struct genl_info *info, u8 cmd,
		      int (*put)(struct sk_buff *msg, struct list_head *node),
		      struct list_head *node)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	int err;

	if (!msg)
		return -ENOMEM;
	err = put_object(msg, l2s_netlink_device(info), info->snd_portid, info->snd_seq, 0, cmd,
			 put, node, NULL);
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	return genlmsg_reply(msg, info);
}

/* Device's lock held.  Return: 1: all of it is in the message; 0: the message is full. */
static int dump_device(struct sk_buff *skb, struct netlink_callback *cb,
		       struct l2s_device *device, const struct l2s_netlink_dump *dump)
{
	struct list_head *head = dump->list(device), *node;
	long index = 0;

	list_for_each(node, head) {
		if (index++ < cb->args[1])
			continue;
		if (put_object(skb, device, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			       NLM_F_MULTI, dump->cmd, dump->put, node, cb))
			return 0;
		cb->args[1]++;
	}
	return 1;
}

/**
 * l2s_netlink_dump - dump objects of all devices, or of one
 * @skb: message to be filled
 * @cb: state: args[0] counts the devices that are done, args[1] the objects of
 *	the next one.  If a list changes meanwhile, the reader is told so
 * @dump: what
 *
 * Return: bytes; 0 at the end.
 */
int l2s_netlink_dump(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct l2s_netlink_dump *dump)
{
	struct nlattr **attrs = l2s_compat_genl_dump_attrs(cb);
	u32 ifindex = attrs[L2TPSEC_A_IFINDEX] ? nla_get_u32(attrs[L2TPSEC_A_IFINDEX]) : 0;
	struct l2s_net *l2s_net = l2s_device_net(sock_net(skb->sk));
	struct l2s_device *device;
	long index = 0;
	int done = 1;

	mutex_lock(&l2s_net->lock);
	list_for_each_entry(device, &l2s_net->devices, node) {
		if (index++ < cb->args[0] || (ifindex && device->dev->ifindex != ifindex))
			continue;
		mutex_lock(&device->lock);
		cb->seq = device->generation + 1;
		done = dump_device(skb, cb, device, dump);
		mutex_unlock(&device->lock);
		if (!done)
			break;
		cb->args[0] = index;
		cb->args[1] = 0;
		cb->prev_seq = 0;
	}
	mutex_unlock(&l2s_net->lock);
	return skb->len;
}

static int put_one_device(struct sk_buff *msg, struct list_head *node)
{
	return l2s_attribute_device(msg, container_of(node, struct l2s_device, node));
}

static int device_get(struct sk_buff *skb, struct genl_info *info)
{
	struct l2s_device *device = l2s_netlink_device(info);
	int err;

	mutex_lock(&device->lock);
	err = l2s_netlink_reply(info, L2TPSEC_CMD_DEVICE_GET, put_one_device, &device->node);
	mutex_unlock(&device->lock);
	return err;
}

static int device_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **attrs = l2s_compat_genl_dump_attrs(cb);
	u32 ifindex = attrs[L2TPSEC_A_IFINDEX] ? nla_get_u32(attrs[L2TPSEC_A_IFINDEX]) : 0;
	struct l2s_net *l2s_net = l2s_device_net(sock_net(skb->sk));
	struct l2s_device *device;
	long index = 0;
	int err = 0;

	mutex_lock(&l2s_net->lock);
	list_for_each_entry(device, &l2s_net->devices, node) {
		if (index++ < cb->args[0] || (ifindex && device->dev->ifindex != ifindex))
			continue;
		mutex_lock(&device->lock);
		err = put_object(skb, device, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				 NLM_F_MULTI, L2TPSEC_CMD_DEVICE_GET, put_one_device, &device->node,
				 NULL);
		mutex_unlock(&device->lock);
		if (err)
			break;
		cb->args[0] = index;
	}
	mutex_unlock(&l2s_net->lock);
	return skb->len;
}

static int device_claim(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[L2TPSEC_A_DEVICE_MAX + 1] = {};
	u32 timeout, early;
	int err;

	if (info->attrs[L2TPSEC_A_DEVICE]) {
		err = l2s_netlink_nest(info, L2TPSEC_A_DEVICE, tb, L2TPSEC_A_DEVICE_MAX,
				       device_policy);
		if (err)
			return err;
	}
	if (tb[L2TPSEC_A_DEVICE_ORPHAN_TIMEOUT])
		timeout = nla_get_u32(tb[L2TPSEC_A_DEVICE_ORPHAN_TIMEOUT]);
	if (tb[L2TPSEC_A_DEVICE_EARLY])
		early = nla_get_u32(tb[L2TPSEC_A_DEVICE_EARLY]);
	return l2s_owner_claim(l2s_netlink_device(info), info->snd_portid,
			       tb[L2TPSEC_A_DEVICE_ORPHAN_TIMEOUT] ? &timeout : NULL,
			       tb[L2TPSEC_A_DEVICE_EARLY] ? &early : NULL,
			       nla_get_flag(tb[L2TPSEC_A_DEVICE_FLUSH]), info->extack);
}

static int socket_add(struct sk_buff *skb, struct genl_info *info)
{
	static const u8 required[] = { L2TPSEC_A_SOCKET_FD };
	struct nlattr *tb[L2TPSEC_A_SOCKET_MAX + 1];
	int err;

	err = l2s_netlink_nest(info, L2TPSEC_A_SOCKET, tb, L2TPSEC_A_SOCKET_MAX, socket_policy);
	if (!err)
		err = l2s_netlink_missing(info, L2TPSEC_A_SOCKET, tb, required,
					  ARRAY_SIZE(required));
	if (err)
		return err;
	return l2s_socket_add(l2s_netlink_device(info), nla_get_u32(tb[L2TPSEC_A_SOCKET_FD]),
			      info->extack);
}

static void frame_of(struct l2s_frame *frame, struct nlattr **tb)
{
	frame->kind = nla_get_u32(tb[L2TPSEC_A_FRAME_KIND]);
	frame->lineage = nla_get_u32(tb[L2TPSEC_A_FRAME_LINEAGE]);
	frame->data = nla_data(tb[L2TPSEC_A_FRAME_DATA]);
	frame->len = nla_len(tb[L2TPSEC_A_FRAME_DATA]);
	if (frame->kind == L2TPSEC_FRAME_L2TP) {
		frame->peer_port = nla_get_u16(tb[L2TPSEC_A_FRAME_PEER_PORT]);
	} else {
		frame->tunnel_id = nla_get_u16(tb[L2TPSEC_A_FRAME_TUNNEL_ID]);
		frame->session_id = nla_get_u16(tb[L2TPSEC_A_FRAME_SESSION_ID]);
		frame->protocol = nla_get_u16(tb[L2TPSEC_A_FRAME_PROTOCOL]);
	}
}

static int frame_down(struct sk_buff *skb, struct genl_info *info)
{
	static const u8 required[] = { L2TPSEC_A_FRAME_KIND, L2TPSEC_A_FRAME_LINEAGE,
				       L2TPSEC_A_FRAME_DATA };
	static const u8 l2tp[] = { L2TPSEC_A_FRAME_PEER_PORT };
	static const u8 ppp[] = { L2TPSEC_A_FRAME_TUNNEL_ID, L2TPSEC_A_FRAME_SESSION_ID,
				  L2TPSEC_A_FRAME_PROTOCOL };
	struct nlattr *tb[L2TPSEC_A_FRAME_MAX + 1];
	struct l2s_frame frame = {};
	int err;

	err = l2s_netlink_nest(info, L2TPSEC_A_FRAME, tb, L2TPSEC_A_FRAME_MAX, frame_policy);
	if (!err)
		err = l2s_netlink_missing(info, L2TPSEC_A_FRAME, tb, required,
					  ARRAY_SIZE(required));
	if (err)
		return err;
	if (nla_get_u32(tb[L2TPSEC_A_FRAME_KIND]) == L2TPSEC_FRAME_L2TP)
		err = l2s_netlink_missing(info, L2TPSEC_A_FRAME, tb, l2tp, ARRAY_SIZE(l2tp));
	else
		err = l2s_netlink_missing(info, L2TPSEC_A_FRAME, tb, ppp, ARRAY_SIZE(ppp));
	if (err)
		return err;
	frame_of(&frame, tb);
	return l2s_frame_send(l2s_netlink_device(info), &frame, info->extack);
}

static int check_request(const struct l2s_compat_genl_hook_ops *ops, struct genl_info *info,
			 struct l2s_device *device)
{
	if (!device) {
		NL_SET_ERR_MSG(info->extack, "no l2tpsec device has this ifindex");
		return -ENODEV;
	}
	if (ops->internal_flags & OWNER_ONLY && READ_ONCE(device->owner) != info->snd_portid) {
		NL_SET_ERR_MSG(info->extack, "only the device's owner may do this: claim it first");
		return -EPERM;
	}
	return 0;
}

static int pre_doit(const struct l2s_compat_genl_hook_ops *ops, struct sk_buff *skb,
		    struct genl_info *info)
{
	struct nlattr *ifindex = info->attrs[L2TPSEC_A_IFINDEX];
	struct l2s_device *device;
	int err;

	if (!ifindex) {
		NL_SET_ERR_MSG(info->extack, "the ifindex is missing");
		l2s_netlink_sa_wipe(info);
		return -EINVAL;
	}
	device = l2s_device_find(genl_info_net(info), nla_get_u32(ifindex));
	err = check_request(ops, info, device);
	if (!err) {
		info->user_ptr[0] = device;
		return 0;
	}
	if (device)
		l2s_device_put(device);
	l2s_netlink_sa_wipe(info);
	return err;
}

static void post_doit(const struct l2s_compat_genl_hook_ops *ops, struct sk_buff *skb,
		      struct genl_info *info)
{
	l2s_netlink_sa_wipe(info);
	l2s_device_put(l2s_netlink_device(info));
}

#define OP(_cmd, _internal_flags, _doit, _dumpit) {		\
	.cmd = L2TPSEC_CMD_##_cmd,				\
	.flags = GENL_UNS_ADMIN_PERM,				\
	.internal_flags = _internal_flags,			\
	.doit = _doit,						\
	.dumpit = _dumpit,					\
}

static const struct genl_ops operations[] = {
	OP(DEVICE_GET, 0, device_get, device_dump),
	OP(DEVICE_CLAIM, 0, device_claim, NULL),
	OP(SOCKET_ADD, OWNER_ONLY, socket_add, NULL),
	OP(SA_NEW, OWNER_ONLY, l2s_netlink_sa_new, NULL),
	OP(SA_GET, 0, l2s_netlink_sa_get, l2s_netlink_sa_dump),
	OP(SA_ACTIVATE, OWNER_ONLY, l2s_netlink_sa_activate, NULL),
	OP(SA_DEL, OWNER_ONLY, l2s_netlink_sa_del, NULL),
	OP(TUNNEL_NEW, OWNER_ONLY, l2s_netlink_tunnel_new, NULL),
	OP(TUNNEL_GET, 0, l2s_netlink_tunnel_get, l2s_netlink_tunnel_dump),
	OP(TUNNEL_DEL, OWNER_ONLY, l2s_netlink_tunnel_del, NULL),
	OP(SESSION_NEW, OWNER_ONLY, l2s_netlink_session_new, NULL),
	OP(SESSION_SET, OWNER_ONLY, l2s_netlink_session_set, NULL),
	OP(SESSION_GET, 0, l2s_netlink_session_get, l2s_netlink_session_dump),
	OP(SESSION_DEL, OWNER_ONLY, l2s_netlink_session_del, NULL),
	OP(FRAME, OWNER_ONLY, frame_down, NULL),
};

static const struct genl_multicast_group groups[] = {
	{ .name = L2TPSEC_MCGRP_EVENTS },
};

struct genl_family l2s_netlink_family __ro_after_init = {
	.name = L2TPSEC_GENL_NAME,
	.version = L2TPSEC_GENL_VERSION,
	.maxattr = L2TPSEC_A_MAX,
	.policy = family_policy,
	.netnsok = true,
	.parallel_ops = true,
	.pre_doit = pre_doit,
	.post_doit = post_doit,
	.ops = operations,
	.n_ops = ARRAY_SIZE(operations),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
	.module = THIS_MODULE,
};

/**
 * l2s_netlink_module_init - offer the generic netlink family
 *
 * Context: process.
 * Return: 0 or the core's error.
 */
int __init l2s_netlink_module_init(void)
{
	return genl_register_family(&l2s_netlink_family);
}

/**
 * l2s_netlink_module_exit - withdraw the family
 *
 * Context: process; returns when no command is running.
 */
void l2s_netlink_module_exit(void)
{
	genl_unregister_family(&l2s_netlink_family);
}
