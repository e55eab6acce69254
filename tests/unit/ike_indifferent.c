// SPDX-License-Identifier: MIT
#include "ike_indifferent.h"

static void on_send(void *ctx, const struct ike_path *path, const uint8_t *msg, size_t len)
{
	(void)ctx;
	(void)path;
	(void)msg;
	(void)len;
}

static struct story *on_peer_new(void *ctx, struct ike_peer *peer)
{
	static struct story story = { .id = 1 };

	(void)ctx;
	(void)peer;
	return &story;
}

static void on_peer_up(void *ctx, struct ike_peer *peer)
{
	(void)ctx;
	(void)peer;
}

static void on_peer_gone(void *ctx, struct ike_peer *peer, const char *reason)
{
	(void)ctx;
	(void)peer;
	(void)reason;
}

static int on_child_new(void *ctx, struct ike_child *child)
{
	(void)ctx;
	(void)child;
	return 0;
}

static void on_child_active(void *ctx, struct ike_child *child)
{
	on_child_new(ctx, child);
}

static void on_child_gone(void *ctx, struct ike_child *child, const char *reason)
{
	(void)reason;
	on_child_new(ctx, child);
}

static void on_lineage_gone(void *ctx, uint32_t lineage, const char *reason)
{
	(void)ctx;
	(void)lineage;
	(void)reason;
}

const struct ike_ops ike_indifferent = {
	.send = on_send, .peer_new = on_peer_new, .peer_up = on_peer_up, .peer_gone = on_peer_gone,
	.child_new = on_child_new, .child_active = on_child_active, .child_gone = on_child_gone,
	.lineage_gone = on_lineage_gone,
};
