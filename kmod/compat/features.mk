# SPDX-License-Identifier: GPL-2.0
# What no version number tells, because stable kernels and distributions carry
# it back: ask the headers themselves.
l2s-headers := $(if $(abs_srctree),$(abs_srctree),$(srctree))/include

ifneq ($(shell grep -w 'netns_immutable:1' $(l2s-headers)/linux/netdevice.h),)
ccflags-y += -DL2S_HAVE_NETNS_IMMUTABLE
else ifneq ($(shell grep -w 'netns_local:1' $(l2s-headers)/linux/netdevice.h),)
ccflags-y += -DL2S_HAVE_NETNS_LOCAL
endif
ifneq ($(shell grep -w 'lltx:1' $(l2s-headers)/linux/netdevice.h),)
ccflags-y += -DL2S_HAVE_LLTX
endif
ifneq ($(shell grep -w alloc_netdev_dummy $(l2s-headers)/linux/netdevice.h),)
ccflags-y += -DL2S_HAVE_NETDEV_DUMMY
endif
ifneq ($(wildcard $(l2s-headers)/net/gso.h),)
ccflags-y += -DL2S_HAVE_NET_GSO_H
endif
ifneq ($(shell grep -w genl_split_ops $(l2s-headers)/net/genetlink.h),)
ccflags-y += -DL2S_HAVE_GENL_SPLIT_OPS
endif
ifneq ($(shell grep timer_shutdown_sync $(l2s-headers)/linux/timer.h),)
ccflags-y += -DL2S_HAVE_TIMER_SHUTDOWN
endif
ifneq ($(shell grep genl_info_dump $(l2s-headers)/net/genetlink.h),)
ccflags-y += -DL2S_HAVE_GENL_INFO_DUMP
endif
ifneq ($(shell grep u64_stats_fetch_begin_irq $(l2s-headers)/linux/u64_stats_sync.h),)
ccflags-y += -DL2S_HAVE_U64_STATS_IRQ
endif
ifneq ($(shell grep -w tcx_ingress $(l2s-headers)/linux/netdevice.h),)
ccflags-y += -DL2S_HAVE_TCX_INGRESS
endif
ifneq ($(wildcard $(l2s-headers)/net/rps.h),)
ccflags-y += -DL2S_HAVE_NET_RPS_H
endif
