/* SPDX-License-Identifier: GPL-2.0 */
/* The operation that a family's hooks are given: split by do and dump since 6.2. */
#ifndef _L2S_COMPAT_GENETLINK_H
#define _L2S_COMPAT_GENETLINK_H

#include <net/genetlink.h>

#ifdef L2S_HAVE_GENL_SPLIT_OPS
#define l2s_compat_genl_hook_ops genl_split_ops
#else
#define l2s_compat_genl_hook_ops genl_ops
#endif

/**
 * l2s_compat_genl_dump_attrs - the attributes of a dump's request
 * @cb: of the dump
 *
 * Return: as genl_info has them.
 */
static inline struct nlattr **l2s_compat_genl_dump_attrs(struct netlink_callback *cb)
{
#ifdef L2S_HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* _L2S_COMPAT_GENETLINK_H */
