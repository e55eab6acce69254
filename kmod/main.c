// SPDX-License-Identifier: GPL-2.0
/* The module: an init ladder, and its reverse. */
#include <linux/l2tpsec.h>
#include <linux/module.h>
#include <net/genetlink.h>
#include <net/rtnetlink.h>
#include "device.h"
#include "esp.h"
#include "netlink.h"
#include "owner.h"
#include "rawesp.h"
#include "sa.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static int __init l2tpsec_init(void)
{
	int err;

	err = l2s_esp_module_init();
	if (err)
		goto err_esp;
	err = l2s_sa_module_init();
	if (err)
		goto err_sa;
	err = l2s_device_module_init();
	if (err)
		goto err_device;
	err = l2s_rawesp_module_init();
	if (err)
		goto err_rawesp;
	err = l2s_owner_module_init();
	if (err)
		goto err_owner;
	err = l2s_netlink_module_init();
	if (err)
		goto err_netlink;
	return 0;

err_netlink:
	l2s_owner_module_exit();
err_owner:
	l2s_rawesp_module_exit();
err_rawesp:
	l2s_device_module_exit();
err_device:
	l2s_sa_module_exit();
err_sa:
	l2s_esp_module_exit();
err_esp:
	return err;
}

/*
 * No request begins after the first step, no raw packet enters after the third,
 * no device exists after the fourth; each waited for its SAs, and these for their
 * packets.  What is left are callbacks after a grace period: rcu_barrier() waits
 * for them.
 */
static void __exit l2tpsec_exit(void)
{
	l2s_netlink_module_exit();
	l2s_owner_module_exit();
	l2s_rawesp_module_exit();
	l2s_device_module_exit();
	l2s_sa_module_exit();
	rcu_barrier();
	l2s_esp_module_exit();
}

module_init(l2tpsec_init);
module_exit(l2tpsec_exit);
MODULE_DESCRIPTION("L2TP/IPsec gateway data path");
MODULE_LICENSE("GPL");
/* Loaded with us, not while the first client waits for its SA. */
MODULE_SOFTDEP("pre: crypto-aes crypto-des3_ede crypto-ghash crypto-md5 crypto-sha1 crypto-sha256 crypto-sha512 gcm ctr cbc hmac authenc authencesn");
MODULE_ALIAS_RTNL_LINK(KBUILD_MODNAME);
MODULE_ALIAS_GENL_FAMILY(L2TPSEC_GENL_NAME);
