/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_PATH_H
#define _L2S_PATH_H

#include <linux/types.h>

struct iphdr;
struct ipv6hdr;
struct l2s_endpoint;
struct l2s_sa;
struct l2s_session;
struct sk_buff;

unsigned int l2s_path_mtu(const struct l2s_session *session, u16 protocol);
unsigned int l2s_path_mtu_peer(const struct l2s_session *session, u16 protocol);
void l2s_path_note(struct l2s_sa *sa, unsigned int header_len, unsigned int mtu);
void l2s_path_refresh(const struct l2s_session *session);
__be16 l2s_path_df(const struct l2s_sa *sa, struct l2s_endpoint *endpoint,
		   const struct sk_buff *skb);
bool l2s_path_believe4(const struct l2s_endpoint *endpoint, const struct iphdr *quoted, u32 mtu);
bool l2s_path_believe6(const struct ipv6hdr *quoted, u32 mtu);

#endif /* _L2S_PATH_H */
