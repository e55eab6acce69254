/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_OWNER_H
#define _L2S_OWNER_H

#include <linux/types.h>

struct l2s_device;
struct netlink_ext_ack;

void l2s_owner_init(struct l2s_device *device);
int l2s_owner_claim(struct l2s_device *device, u32 portid, const u32 *orphan_timeout,
		    const u32 *early, bool fresh, struct netlink_ext_ack *extack);
int l2s_owner_module_init(void);
void l2s_owner_module_exit(void);

#endif /* _L2S_OWNER_H */
