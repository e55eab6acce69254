/* SPDX-License-Identifier: MIT */
/*
 * The control socket: one JSON object per line each way.
 *	{"command":"show"} -> {"ok":true, ...} or {"ok":false,"error":"one sentence"}
 *	{"command":"monitor"} -> {"ok":true}, then {"event":...} lines until the client goes
 */
#ifndef L2TPSEC_CTL_CTL_H
#define L2TPSEC_CTL_CTL_H

#include <jansson.h>

struct ctl;
struct event_base;

/**
 * ctl_handle - answers one request other than monitor
 * @arg: as given to ctl_new()
 * @request: the object, borrowed
 * Return: a new object; ctl adds "ok":true unless it has "error".
 */
typedef json_t *(*ctl_handle)(void *arg, const json_t *request);

struct ctl *ctl_new(struct event_base *base, const char *path, ctl_handle handle, void *arg);
void ctl_publish(struct ctl *ctl, json_t *event);
void ctl_free(struct ctl *ctl);

#endif
