/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM l2tpsec

#if !defined(_L2S_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _L2S_TRACE_H

#include <linux/netdevice.h>
#include <linux/tracepoint.h>
#include "lineage.h"
#include "sa.h"

TRACE_EVENT(l2tpsec_drop,
	TP_PROTO(const struct net_device *dev, unsigned int reason, unsigned int len),
	TP_ARGS(dev, reason, len),
	TP_STRUCT__entry(
		__field(int, ifindex)
		__field(unsigned int, reason)
		__field(unsigned int, len)
	),
	TP_fast_assign(
		__entry->ifindex = dev->ifindex;
		__entry->reason = reason;
		__entry->len = len;
	),
	TP_printk("ifindex=%d reason=%u len=%u", __entry->ifindex, __entry->reason, __entry->len)
);

DECLARE_EVENT_CLASS(l2tpsec_sa,
	TP_PROTO(const struct net_device *dev, const struct l2s_sa *sa),
	TP_ARGS(dev, sa),
	TP_STRUCT__entry(
		__field(int, ifindex)
		__field(u32, spi_in)
		__field(u32, spi_out)
		__field(u32, lineage)
	),
	TP_fast_assign(
		__entry->ifindex = dev->ifindex;
		__entry->spi_in = ntohl(sa->in.spi);
		__entry->spi_out = ntohl(sa->out.spi);
		__entry->lineage = sa->lineage->id;
	),
	TP_printk("ifindex=%d spi_in=%08x spi_out=%08x lineage=%u", __entry->ifindex,
		  __entry->spi_in, __entry->spi_out, __entry->lineage)
);

DEFINE_EVENT(l2tpsec_sa, l2tpsec_sa_new,
	TP_PROTO(const struct net_device *dev, const struct l2s_sa *sa),
	TP_ARGS(dev, sa)
);

DEFINE_EVENT(l2tpsec_sa, l2tpsec_sa_del,
	TP_PROTO(const struct net_device *dev, const struct l2s_sa *sa),
	TP_ARGS(dev, sa)
);

TRACE_EVENT(l2tpsec_sa_endpoint,
	TP_PROTO(const struct net_device *dev, const struct l2s_sa *sa, __be16 port),
	TP_ARGS(dev, sa, port),
	TP_STRUCT__entry(
		__field(int, ifindex)
		__field(u32, spi_in)
		__field(u16, port)
	),
	TP_fast_assign(
		__entry->ifindex = dev->ifindex;
		__entry->spi_in = ntohl(sa->in.spi);
		__entry->port = ntohs(port);
	),
	TP_printk("ifindex=%d spi_in=%08x remote_port=%u", __entry->ifindex, __entry->spi_in,
		  __entry->port)
);

DECLARE_EVENT_CLASS(l2tpsec_frame,
	TP_PROTO(const struct net_device *dev, u32 lineage, u16 protocol, unsigned int len),
	TP_ARGS(dev, lineage, protocol, len),
	TP_STRUCT__entry(
		__field(int, ifindex)
		__field(u32, lineage)
		__field(u16, protocol)
		__field(unsigned int, len)
	),
	TP_fast_assign(
		__entry->ifindex = dev->ifindex;
		__entry->lineage = lineage;
		__entry->protocol = protocol;
		__entry->len = len;
	),
	TP_printk("ifindex=%d lineage=%u ppp=%04x len=%u", __entry->ifindex, __entry->lineage,
		  __entry->protocol, __entry->len)
);

DEFINE_EVENT(l2tpsec_frame, l2tpsec_frame_up,
	TP_PROTO(const struct net_device *dev, u32 lineage, u16 protocol, unsigned int len),
	TP_ARGS(dev, lineage, protocol, len)
);

DEFINE_EVENT(l2tpsec_frame, l2tpsec_frame_down,
	TP_PROTO(const struct net_device *dev, u32 lineage, u16 protocol, unsigned int len),
	TP_ARGS(dev, lineage, protocol, len)
);

#endif /* _L2S_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
