/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_DEVICE_FIXTURE_H
#define _L2S_DEVICE_FIXTURE_H

#include <kunit/test.h>
#include "../device.h"

/**
 * struct device_fixture - a device with a socket
 * @device: ours; a reference is held
 * @ifindex: of @device
 * @port: the socket's, network order
 */
struct device_fixture {
	struct l2s_device *device;
	int ifindex;
	__be16 port;
};

int device_fixture_init(struct kunit *test);
void device_fixture_exit(struct kunit *test);

#endif /* _L2S_DEVICE_FIXTURE_H */
