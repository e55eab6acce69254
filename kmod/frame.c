// SPDX-License-Identifier: GPL-2.0
/*
 * Control packets between the wire and the owner's netlink port.
 *
 * Up they are unicast and may be lost when the owner's queue is full: L2TP and
 * PPP retransmit.  Down they take the same way out as data.
 */
#include <linux/l2tpsec.h>
#include <linux/skbuff.h>
#include <net/genetlink.h>
#include "device.h"
#include "frame.h"
#include "l2tp.h"
#include "lineage.h"
#include "netlink.h"
#include "sa.h"
#include "session.h"
#include "trace.h"
#include "tunnel.h"
#include "tx.h"
#include "wire.h"

#define TOS_CONTROL	0xc0	/* CS6, network control: RFC 4594 3.2 */

/* What is put into every message beside the data: generously. */
#define ATTRIBUTES_SIZE	(10 * nla_total_size(sizeof(u32)))

static bool put_ppp(struct sk_buff *msg, const struct l2s_session *session, u16 protocol)
{
	return nla_put_u16(msg, L2TPSEC_A_FRAME_TUNNEL_ID, session->tunnel->id) ||
	       nla_put_u16(msg, L2TPSEC_A_FRAME_SESSION_ID, session->id) ||
	       nla_put_u16(msg, L2TPSEC_A_FRAME_PROTOCOL, protocol);
}

static bool put_data(struct sk_buff *msg, const struct sk_buff *skb)
{
	struct nlattr *attr = nla_reserve(msg, L2TPSEC_A_FRAME_DATA, skb->len);

	return !attr || skb_copy_bits(skb, 0, nla_data(attr), skb->len);
}

/* @session is NULL for L2TP.  Return: the message, or NULL: no memory. */
static struct sk_buff *build(struct l2s_sa *sa, const struct l2s_session *session,
			     const struct sk_buff *skb, u16 peer_port, u16 protocol)
{
	struct sk_buff *msg = genlmsg_new(nla_total_size(skb->len) + ATTRIBUTES_SIZE, GFP_ATOMIC);
	struct nlattr *nest;
	void *header;

	if (!msg)
		return NULL;
	header = genlmsg_put(msg, 0, 0, &l2s_netlink_family, 0, L2TPSEC_CMD_FRAME);
	if (!header || nla_put_u32(msg, L2TPSEC_A_IFINDEX, sa->device->dev->ifindex))
		goto too_small;
	nest = nla_nest_start(msg, L2TPSEC_A_FRAME);
	if (!nest ||
	    nla_put_u32(msg, L2TPSEC_A_FRAME_KIND,
			session ? L2TPSEC_FRAME_PPP : L2TPSEC_FRAME_L2TP) ||
	    nla_put_u32(msg, L2TPSEC_A_FRAME_SPI_IN, ntohl(sa->in.spi)) ||
	    nla_put_u32(msg, L2TPSEC_A_FRAME_LINEAGE, sa->lineage->id))
		goto too_small;
	if (session ? put_ppp(msg, session, protocol) :
		      nla_put_u16(msg, L2TPSEC_A_FRAME_PEER_PORT, peer_port))
		goto too_small;
	if (put_data(msg, skb))
		goto too_small;
	nla_nest_end(msg, nest);
	genlmsg_end(msg, header);
	return msg;

too_small:
	nlmsg_free(msg);
	return NULL;
}

/* Return: 0, or why the frame did not arrive. */
static enum l2tpsec_drop unicast(struct l2s_device *device, struct sk_buff *msg)
{
	u32 owner = READ_ONCE(device->owner);

	if (!msg)
		return L2TPSEC_DROP_RX_NO_MEMORY;
	if (!owner) {
		nlmsg_free(msg);
		return L2TPSEC_DROP_RX_NO_OWNER;
	}
	switch (genlmsg_unicast(dev_net(device->dev), msg, owner)) {
	case 0:
		return 0;
	case -ECONNREFUSED:
		return L2TPSEC_DROP_RX_NO_OWNER;
	default:
		return L2TPSEC_DROP_RX_OWNER_BUSY;
	}
}

static void frame_up(struct l2s_sa *sa, struct l2s_session *session, struct sk_buff *skb,
		     u16 peer_port, u16 protocol)
{
	enum l2tpsec_drop reason;

	trace_l2tpsec_frame_up(sa->device->dev, sa->lineage->id, protocol, skb->len);
	reason = unicast(sa->device, build(sa, session, skb, peer_port, protocol));
	if (reason)
		l2s_drop(sa->device, skb, reason);
	else
		consume_skb(skb);
}

/**
 * l2s_frame_up_l2tp - hand an L2TP control message to the owner
 * @sa: it came through; held
 * @skb: the message, header included; owned by the callee
 * @peer_port: inner UDP port it came from
 *
 * Context: BH off, RCU read side.
 */
void l2s_frame_up_l2tp(struct l2s_sa *sa, struct sk_buff *skb, u16 peer_port)
{
	frame_up(sa, NULL, skb, peer_port, 0);
}

/**
 * l2s_frame_up_ppp - hand a PPP packet that is not IP to the owner
 * @sa: it came through; held
 * @session: it belongs to
 * @skb: its information field; owned by the callee
 * @protocol: PPP protocol number
 *
 * Context: BH off, RCU read side.
 */
void l2s_frame_up_ppp(struct l2s_sa *sa, struct l2s_session *session, struct sk_buff *skb,
		      u16 protocol)
{
	frame_up(sa, session, skb, 0, protocol);
}

static struct sk_buff *skb_of(const struct l2s_frame *frame)
{
	struct sk_buff *skb = alloc_skb(L2S_HEADROOM + frame->len + L2S_TAILROOM, GFP_KERNEL);

	if (!skb)
		return NULL;
	skb_reserve(skb, L2S_HEADROOM);
	skb_put_data(skb, frame->data, frame->len);
	return skb;
}

/* The owner does not say which of its tunnels a message is of; the message does. */
static void count_control(struct l2s_lineage *lineage, const struct l2s_frame *frame)
{
	struct l2s_l2tp_header l2tp;
	struct l2s_tunnel *tunnel;

	if (l2s_l2tp_parse(frame->data, frame->len, &l2tp))
		return;
	list_for_each_entry_rcu(tunnel, &lineage->tunnels, lineage_node)
		if (tunnel->peer_id == l2tp.tunnel_id)
			l2s_stats_tx(&tunnel->stats, frame->len);
}

/* RCU read side, BH off; takes the skb. */
static int send_l2tp(struct l2s_device *device, const struct l2s_frame *frame,
		     struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	struct l2s_lineage *lineage = l2s_lineage_find(device, frame->lineage);
	int err;

	if (!lineage) {
		kfree_skb(skb);
		NL_SET_ERR_MSG(extack, "the device has no such lineage");
		return -ENOENT;
	}
	err = l2s_tx_l2tp(lineage, skb, frame->peer_port, TOS_CONTROL);
	if (err)
		NL_SET_ERR_MSG(extack, "the lineage has no SA that may send");
	else
		count_control(lineage, frame);
	return err;
}

/* RCU read side, BH off; takes the skb. */
static int send_ppp(struct l2s_device *device, const struct l2s_frame *frame,
		    struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	struct l2s_session *session;
	int err;

	session = l2s_session_lookup(device, frame->lineage, frame->tunnel_id,
				     frame->session_id, extack);
	if (!session) {
		kfree_skb(skb);
		return -ENOENT;
	}
	err = l2s_tx_ppp(session, skb, frame->protocol, TOS_CONTROL);
	if (err)
		NL_SET_ERR_MSG(extack, "the lineage has no SA that may send");
	return err;
}

/**
 * l2s_frame_send - send a control packet of the owner's
 * @device: through which
 * @frame: borrowed
 * @extack: has a sentence after an error
 *
 * Context: process.
 * Return: 0: it is on its way; -ENOENT: lineage, tunnel or session unknown;
 * -ENOTCONN or -EKEYEXPIRED: no SA may send; -ENOMEM.
 */
int l2s_frame_send(struct l2s_device *device, const struct l2s_frame *frame,
		   struct netlink_ext_ack *extack)
{
	struct sk_buff *skb = skb_of(frame);
	int err;

	if (!skb)
		return -ENOMEM;
	trace_l2tpsec_frame_down(device->dev, frame->lineage, frame->protocol, frame->len);
	local_bh_disable();
	rcu_read_lock();
	if (frame->kind == L2TPSEC_FRAME_L2TP)
		err = send_l2tp(device, frame, skb, extack);
	else
		err = send_ppp(device, frame, skb, extack);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}
