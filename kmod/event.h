/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _L2S_EVENT_H
#define _L2S_EVENT_H

#include <linux/l2tpsec.h>

struct l2s_device;
struct l2s_sa;

void l2s_event_sa(struct l2s_sa *sa, enum l2tpsec_event event);
void l2s_event_device(struct l2s_device *device, enum l2tpsec_event event);

#endif /* _L2S_EVENT_H */
