/* SPDX-License-Identifier: MIT */
/*
 * A generic netlink socket that carries requests and what the kernel sends by itself.
 * What comes up while a request waits for its answer is queued.
 */
#ifndef L2TPSEC_PLANE_CHANNEL_H
#define L2TPSEC_PLANE_CHANNEL_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel;

/** channel_take - reads one answer; false when it is not understood */
typedef bool (*channel_take)(const struct nlmsghdr *nlh, void *arg);

struct channel *channel_open(void);
void channel_close(struct channel *c);
int channel_fd(const struct channel *c);
int channel_join(struct channel *c, uint32_t group);
int channel_exchange(struct channel *c, struct nlmsghdr *nlh, channel_take take, void *arg);
int channel_send(struct channel *c, const struct nlmsghdr *nlh);
void channel_receive(struct channel *c);
struct nlmsghdr *channel_next(struct channel *c);
void channel_message_free(struct nlmsghdr *nlh);
bool channel_waiting(const struct channel *c);
struct mnl_socket *channel_socket_open(int bus, unsigned int groups);

#endif
