/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_UDP_H
#define _L2S_UDP_H

struct l2s_route;
struct l2s_sa;
struct sk_buff;
struct sock;
struct timer_list;

int l2s_udp_encap_rcv(struct sock *sk, struct sk_buff *skb);
int l2s_udp_err_lookup(struct sock *sk, struct sk_buff *skb);
void l2s_udp_refresh(struct l2s_sa *sa);
void l2s_udp_send(struct l2s_sa *sa, struct sk_buff *skb);
void l2s_udp_keepalive_timer(struct timer_list *timer);
void l2s_udp_route_free(struct l2s_route *route);

#endif /* _L2S_UDP_H */
