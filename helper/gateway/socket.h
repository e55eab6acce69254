/* SPDX-License-Identifier: MIT */
/* The UDP sockets of IKE: 500 and 4500 on each listening address (RFC 3948 2.2). */
#ifndef L2TPSEC_GATEWAY_SOCKET_H
#define L2TPSEC_GATEWAY_SOCKET_H

#include "conf/conf.h"
#include "ike/ike.h"

struct event_base;
struct sockets;

/** socket_receive - takes one IKE message, without its non-ESP marker; borrowed */
typedef void (*socket_receive)(void *arg, const struct ike_path *path, const uint8_t *msg, size_t len);

/** socket_visit - called with a socket of port 4500; a nonzero return ends the walk */
typedef int (*socket_visit)(void *arg, int fd);

struct sockets *sockets_new(struct event_base *base, const struct conf_gateway *conf, socket_receive receive,
			    void *arg);
int sockets_visit_natt(struct sockets *s, socket_visit visit, void *arg);
void sockets_send(struct sockets *s, const struct ike_path *path, const uint8_t *msg, size_t len);
void sockets_free(struct sockets *s);

#endif
