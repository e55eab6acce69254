// SPDX-License-Identifier: GPL-2.0
/*
 * Who owns a device: the netlink port that gets its frames and may change it.
 *
 * An owner dies when its netlink socket is closed, on whatever way.  The device
 * goes on forwarding for orphan_timeout seconds, for a successor to claim it;
 * then, or at once if that is zero, everything it carries is removed.
 */
#include <linux/netlink.h>
#include <linux/notifier.h>
#include "device.h"
#include "event.h"
#include "owner.h"

/* Device's lock held. */
static void flush(struct l2s_device *device)
{
	l2s_device_flush(device);
	l2s_event_device(device, L2TPSEC_EVENT_DEVICE_FLUSH);
}

static void orphan_expired(struct work_struct *work)
{
	struct l2s_device *device = container_of(to_delayed_work(work), struct l2s_device,
						 orphan_work);

	mutex_lock(&device->lock);
	if (!device->owner && !device->dead)
		flush(device);
	mutex_unlock(&device->lock);
}

/**
 * l2s_owner_init - a new device has no owner
 * @device: being created
 */
void l2s_owner_init(struct l2s_device *device)
{
	INIT_DELAYED_WORK(&device->orphan_work, orphan_expired);
}

/**
 * l2s_owner_claim - make a netlink port the owner
 * @device: to be owned; its lock is not held
 * @portid: of the claimant
 * @orphan_timeout: seconds, or NULL: leave it as it is
 * @early: enum l2tpsec_early, or NULL: leave it as it is
 * @fresh: remove what the device carries
 * @extack: has a sentence after an error
 *
 * The owner may claim again, to set them anew.
 *
 * Context: process.
 * Return: 0; -EBUSY: another one owns it; -ENODEV: the device is going.
 */
int l2s_owner_claim(struct l2s_device *device, u32 portid, const u32 *orphan_timeout,
		    const u32 *early, bool fresh, struct netlink_ext_ack *extack)
{
	int err = 0;

	mutex_lock(&device->lock);
	if (device->dead) {
		NL_SET_ERR_MSG(extack, "the device is being removed");
		err = -ENODEV;
	} else if (device->owner && device->owner != portid) {
		NL_SET_ERR_MSG(extack, "another process owns the device");
		err = -EBUSY;
	} else {
		WRITE_ONCE(device->owner, portid);
		if (orphan_timeout)
			device->orphan_timeout = *orphan_timeout;
		if (early)
			WRITE_ONCE(device->early, *early);
		/* If it is running already, it finds an owner and does nothing. */
		cancel_delayed_work(&device->orphan_work);
		if (fresh)
			flush(device);
	}
	mutex_unlock(&device->lock);
	return err;
}

static unsigned long orphan_delay(const struct l2s_device *device)
{
	u64 jiffies = (u64)device->orphan_timeout * HZ;

	return min_t(u64, jiffies, MAX_JIFFY_OFFSET);
}

/* Namespace's lock held: the device does not go meanwhile. */
static void owner_gone(struct l2s_device *device, u32 portid)
{
	mutex_lock(&device->lock);
	if (device->owner == portid) {
		WRITE_ONCE(device->owner, 0);
		l2s_event_device(device, L2TPSEC_EVENT_DEVICE_ORPHAN);
		if (device->orphan_timeout)
			mod_delayed_work(system_wq, &device->orphan_work,
					 orphan_delay(device));
		else
			flush(device);
	}
	mutex_unlock(&device->lock);
}

/* A netlink socket closes; process context, no locks held. */
static int netlink_notify(struct notifier_block *nb, unsigned long state, void *data)
{
	struct netlink_notify *notify = data;
	struct l2s_device *device;
	struct l2s_net *l2s_net;

	if (state != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC || !notify->portid)
		return NOTIFY_DONE;
	l2s_net = l2s_device_net(notify->net);
	mutex_lock(&l2s_net->lock);
	list_for_each_entry(device, &l2s_net->devices, node)
		owner_gone(device, notify->portid);
	mutex_unlock(&l2s_net->lock);
	return NOTIFY_DONE;
}

static struct notifier_block notifier = {
	.notifier_call = netlink_notify,
};

/**
 * l2s_owner_module_init - begin to watch netlink sockets
 *
 * Context: process; l2s_device_module_init() has succeeded.
 * Return: 0 or the core's error.
 */
int l2s_owner_module_init(void)
{
	return netlink_register_notifier(&notifier);
}

/**
 * l2s_owner_module_exit - watch no more
 *
 * Context: process; returns when no notification is running.
 */
void l2s_owner_module_exit(void)
{
	netlink_unregister_notifier(&notifier);
}
