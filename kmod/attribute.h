/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_ATTRIBUTE_H
#define _L2S_ATTRIBUTE_H

struct l2s_device;
struct l2s_sa;
struct l2s_session;
struct l2s_tunnel;
struct sk_buff;

int l2s_attribute_device(struct sk_buff *msg, const struct l2s_device *device);
int l2s_attribute_sa(struct sk_buff *msg, const struct l2s_sa *sa);
int l2s_attribute_tunnel(struct sk_buff *msg, const struct l2s_tunnel *tunnel);
int l2s_attribute_session(struct sk_buff *msg, const struct l2s_session *session);

#endif /* _L2S_ATTRIBUTE_H */
