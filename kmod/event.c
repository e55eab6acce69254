// SPDX-License-Identifier: GPL-2.0
/* Events for whoever listens to the multicast group. */
#include <net/genetlink.h>
#include "attribute.h"
#include "device.h"
#include "event.h"
#include "netlink.h"
#include "sa.h"

/* The group is the only one of the family: number 0. */
#define GROUP	0

static struct sk_buff *begin(struct l2s_device *device, u8 cmd, enum l2tpsec_event event,
			     void **header)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_GOODSIZE, GFP_ATOMIC);

	if (!msg)
		return NULL;
	*header = genlmsg_put(msg, 0, 0, &l2s_netlink_family, 0, cmd);
	if (*header && !nla_put_u32(msg, L2TPSEC_A_IFINDEX, device->dev->ifindex) &&
	    !nla_put_u32(msg, L2TPSEC_A_EVENT, event))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

static void finish(struct l2s_device *device, struct sk_buff *msg, void *header, int err)
{
	if (err) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, header);
	genlmsg_multicast_netns(&l2s_netlink_family, dev_net(device->dev), msg, 0, GROUP,
				GFP_ATOMIC);
}

static bool anybody(struct l2s_device *device)
{
	return genl_has_listeners(&l2s_netlink_family, dev_net(device->dev), GROUP);
}

/**
 * l2s_event_sa - say that something happened to an SA
 * @sa: held, or the device's lock
 * @event: what
 *
 * Context: any.
 */
void l2s_event_sa(struct l2s_sa *sa, enum l2tpsec_event event)
{
	struct sk_buff *msg;
	void *header;

	if (!anybody(sa->device))
		return;
	msg = begin(sa->device, L2TPSEC_CMD_SA_NTF, event, &header);
	if (msg)
		finish(sa->device, msg, header, l2s_attribute_sa(msg, sa));
}

/**
 * l2s_event_device - say that something happened to a device
 * @device: its lock is held
 * @event: what
 *
 * Context: process.
 */
void l2s_event_device(struct l2s_device *device, enum l2tpsec_event event)
{
	struct sk_buff *msg;
	void *header;

	if (!anybody(device))
		return;
	msg = begin(device, L2TPSEC_CMD_DEVICE_NTF, event, &header);
	if (msg)
		finish(device, msg, header, l2s_attribute_device(msg, device));
}
