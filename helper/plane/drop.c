// SPDX-License-Identifier: MIT
#include <linux/l2tpsec.h>
#include <stddef.h>

#include "plane/drop.h"

static const char *const names[L2TPSEC_DROP_MAX + 1] = {
	[L2TPSEC_DROP_UNSPEC] = "unspecified",
	[L2TPSEC_DROP_RX_SHORT] = "rx-short",
	[L2TPSEC_DROP_RX_NO_SA] = "rx-no-sa",
	[L2TPSEC_DROP_RX_EXPIRED] = "rx-expired",
	[L2TPSEC_DROP_RX_REPLAY] = "rx-replay",
	[L2TPSEC_DROP_RX_AUTH] = "rx-auth",
	[L2TPSEC_DROP_RX_CRYPTO] = "rx-crypto",
	[L2TPSEC_DROP_RX_TRAILER] = "rx-trailer",
	[L2TPSEC_DROP_RX_NOT_L2TP] = "rx-not-l2tp",
	[L2TPSEC_DROP_RX_L2TP_HEADER] = "rx-l2tp-header",
	[L2TPSEC_DROP_RX_NO_TUNNEL] = "rx-no-tunnel",
	[L2TPSEC_DROP_RX_NO_SESSION] = "rx-no-session",
	[L2TPSEC_DROP_RX_SEQUENCE] = "rx-sequence",
	[L2TPSEC_DROP_RX_PPP_HEADER] = "rx-ppp-header",
	[L2TPSEC_DROP_RX_NOT_OPEN] = "rx-not-open",
	[L2TPSEC_DROP_RX_INNER_HEADER] = "rx-inner-header",
	[L2TPSEC_DROP_RX_SOURCE] = "rx-source",
	[L2TPSEC_DROP_RX_NO_OWNER] = "rx-no-owner",
	[L2TPSEC_DROP_RX_OWNER_BUSY] = "rx-owner-busy",
	[L2TPSEC_DROP_RX_NO_MEMORY] = "rx-no-memory",
	[L2TPSEC_DROP_TX_NO_SESSION] = "tx-no-session",
	[L2TPSEC_DROP_TX_NO_SA] = "tx-no-sa",
	[L2TPSEC_DROP_TX_EXPIRED] = "tx-expired",
	[L2TPSEC_DROP_TX_SEQUENCE] = "tx-sequence",
	[L2TPSEC_DROP_TX_TOO_BIG] = "tx-too-big",
	[L2TPSEC_DROP_TX_NOT_IP] = "tx-not-ip",
	[L2TPSEC_DROP_TX_CRYPTO] = "tx-crypto",
	[L2TPSEC_DROP_TX_NO_ROUTE] = "tx-no-route",
	[L2TPSEC_DROP_TX_NO_SOCKET] = "tx-no-socket",
	[L2TPSEC_DROP_TX_NO_MEMORY] = "tx-no-memory",
};

/**
 * drop_name - a drop reason as `l2tpsec show` prints it
 * @reason: enum l2tpsec_drop, possibly of a module newer than this program
 * Return: a constant string; NULL for a number without a name.
 */
const char *drop_name(unsigned int reason)
{
	return reason <= L2TPSEC_DROP_MAX ? names[reason] : NULL;
}
