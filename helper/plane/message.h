/* SPDX-License-Identifier: MIT */
/*
 * Messages of <linux/l2tpsec.h>: structures of plane.h into attributes and back.  No socket here.
 * Builders write behind what is in the message already; the caller's buffer has room for MESSAGE_MAX bytes.
 */
#ifndef L2TPSEC_PLANE_MESSAGE_H
#define L2TPSEC_PLANE_MESSAGE_H

#include <libmnl/libmnl.h>

#include "plane/plane.h"

#define MESSAGE_MAX		16384
#define MESSAGE_FRAME_MAX	8192

/**
 * struct message_family - what the kernel says of a generic netlink family
 * @id: message type
 * @events: number of the multicast group, 0 = it has none of that name
 */
struct message_family {
	uint16_t id;
	uint32_t events;
};

/**
 * struct message_event - a report of the module's
 * @event: enum l2tpsec_event
 * @spi_in: the SA, when it is about one
 * @icv_len: bytes of the ICVs that the SA sends
 * @remote: the SA's remote endpoint
 */
struct message_event {
	unsigned int event;
	uint32_t spi_in;
	uint32_t icv_len;
	struct endpoint remote;
};

struct nlmsghdr *message_start(void *buf, uint16_t type, uint8_t command, uint8_t version);
void message_put_family(struct nlmsghdr *nlh, const char *name);
void message_put_claim(struct nlmsghdr *nlh, uint32_t ifindex, uint32_t orphan_timeout, uint32_t early);
void message_put_device(struct nlmsghdr *nlh, uint32_t ifindex);
void message_put_socket(struct nlmsghdr *nlh, uint32_t ifindex, int fd);
void message_put_sa(struct nlmsghdr *nlh, uint32_t ifindex, const struct plane_sa *sa);
void message_put_sa_name(struct nlmsghdr *nlh, uint32_t ifindex, uint32_t spi_in);
void message_put_tunnel(struct nlmsghdr *nlh, uint32_t ifindex, const struct plane_tunnel *t);
void message_put_tunnel_name(struct nlmsghdr *nlh, uint32_t ifindex, uint32_t lineage, uint16_t id);
void message_put_session_new(struct nlmsghdr *nlh, uint32_t ifindex, const struct plane_session *s);
void message_put_session_set(struct nlmsghdr *nlh, uint32_t ifindex, const struct plane_session *s);
void message_put_session_name(struct nlmsghdr *nlh, uint32_t ifindex, uint32_t lineage, uint16_t tunnel_id,
			      uint16_t id);
bool message_put_frame(struct nlmsghdr *nlh, uint32_t ifindex, const struct plane_frame *frame);

const struct nlmsghdr *message_cut(const uint8_t **data, size_t *len);
uint8_t message_command(const struct nlmsghdr *nlh);
uint32_t message_ifindex(const struct nlmsghdr *nlh);
bool message_get_family(const struct nlmsghdr *nlh, const char *events, struct message_family *family);
bool message_get_device(const struct nlmsghdr *nlh, struct plane_device *dev);
bool message_get_sa_stats(const struct nlmsghdr *nlh, struct plane_stats *stats);
bool message_get_session_stats(const struct nlmsghdr *nlh, struct plane_stats *stats);
bool message_get_frame(const struct nlmsghdr *nlh, struct plane_frame *frame);
bool message_get_event(const struct nlmsghdr *nlh, struct message_event *event);
bool message_get_error(const struct nlmsghdr *nlh, int *err, const char **sentence);

#endif
