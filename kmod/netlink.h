/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_NETLINK_H
#define _L2S_NETLINK_H

#include <linux/l2tpsec.h>
#include <linux/list.h>
#include <net/genetlink.h>

struct l2s_device;

/**
 * struct l2s_netlink_dump - how one kind of object is dumped
 * @list: the device's list of them
 * @put: adds the attributes of one; 0 or -EMSGSIZE
 * @cmd: of the answers
 */
struct l2s_netlink_dump {
	struct list_head *(*list)(struct l2s_device *device);
	int (*put)(struct sk_buff *msg, struct list_head *node);
	u8 cmd;
};

/* The policies, by the nest they belong to */
extern const struct nla_policy l2s_netlink_sa_policy[L2TPSEC_A_SA_MAX + 1];
extern const struct nla_policy l2s_netlink_tunnel_policy[L2TPSEC_A_TUNNEL_MAX + 1];
extern const struct nla_policy l2s_netlink_session_policy[L2TPSEC_A_SESSION_MAX + 1];

extern struct genl_family l2s_netlink_family;

/* netlink.c, for the others */
struct l2s_device *l2s_netlink_device(const struct genl_info *info);
int l2s_netlink_nest(const struct genl_info *info, int type, struct nlattr **tb, int max,
		     const struct nla_policy *policy);
int l2s_netlink_missing(const struct genl_info *info, int type, struct nlattr **tb,
			const u8 *required, unsigned int n);
int l2s_netlink_reply(struct genl_info *info, u8 cmd,
		      int (*put)(struct sk_buff *msg, struct list_head *node),
		      struct list_head *node);
int l2s_netlink_dump(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct l2s_netlink_dump *dump);
int l2s_netlink_module_init(void);
void l2s_netlink_module_exit(void);

/* netlink_sa.c */
void l2s_netlink_sa_wipe(const struct genl_info *info);
int l2s_netlink_sa_new(struct sk_buff *skb, struct genl_info *info);
int l2s_netlink_sa_get(struct sk_buff *skb, struct genl_info *info);
int l2s_netlink_sa_dump(struct sk_buff *skb, struct netlink_callback *cb);
int l2s_netlink_sa_activate(struct sk_buff *skb, struct genl_info *info);
int l2s_netlink_sa_del(struct sk_buff *skb, struct genl_info *info);

/* netlink_session.c */
int l2s_netlink_tunnel_new(struct sk_buff *skb, struct genl_info *info);
int l2s_netlink_tunnel_get(struct sk_buff *skb, struct genl_info *info);
int l2s_netlink_tunnel_dump(struct sk_buff *skb, struct netlink_callback *cb);
int l2s_netlink_tunnel_del(struct sk_buff *skb, struct genl_info *info);
int l2s_netlink_session_new(struct sk_buff *skb, struct genl_info *info);
int l2s_netlink_session_set(struct sk_buff *skb, struct genl_info *info);
int l2s_netlink_session_get(struct sk_buff *skb, struct genl_info *info);
int l2s_netlink_session_dump(struct sk_buff *skb, struct netlink_callback *cb);
int l2s_netlink_session_del(struct sk_buff *skb, struct genl_info *info);

#endif /* _L2S_NETLINK_H */
