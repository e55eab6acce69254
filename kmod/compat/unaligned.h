/* SPDX-License-Identifier: GPL-2.0 */
/* The unaligned accessors moved in 6.12. */
#ifndef _L2S_COMPAT_UNALIGNED_H
#define _L2S_COMPAT_UNALIGNED_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

#endif /* _L2S_COMPAT_UNALIGNED_H */
