/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.3 a crypto completion was given the request, since then the data. */
#ifndef _L2S_COMPAT_CRYPTO_H
#define _L2S_COMPAT_CRYPTO_H

#include <linux/crypto.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define l2s_crypto_completion_arg	struct crypto_async_request

static inline void *l2s_crypto_completion_data(l2s_crypto_completion_arg *arg)
{
	return arg->data;
}
#else
#define l2s_crypto_completion_arg	void

static inline void *l2s_crypto_completion_data(l2s_crypto_completion_arg *arg)
{
	return arg;
}
#endif

#endif /* _L2S_COMPAT_CRYPTO_H */
