// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/l2tpsec.h>
#include <linux/netlink.h>
#include <string.h>

#include "plane/message.h"

/**
 * message_start - begin a request that is acknowledged
 * @buf: MESSAGE_MAX bytes
 * @type: id of the family
 * @command: of the family
 * @version: of the family
 * Return: the message, in @buf.
 */
struct nlmsghdr *message_start(void *buf, uint16_t type, uint8_t command, uint8_t version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	genl->cmd = command;
	genl->version = version;
	return nlh;
}

/**
 * message_put_family - ask for a family by name (CTRL_CMD_GETFAMILY)
 * @nlh: message
 * @name: of the family
 */
void message_put_family(struct nlmsghdr *nlh, const char *name)
{
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, name);
}

/**
 * message_put_device - name the device (L2TPSEC_CMD_DEVICE_GET)
 * @nlh: message
 * @ifindex: device
 */
void message_put_device(struct nlmsghdr *nlh, uint32_t ifindex)
{
	mnl_attr_put_u32(nlh, L2TPSEC_A_IFINDEX, ifindex);
}

static void put_flag(struct nlmsghdr *nlh, uint16_t type, bool set)
{
	if (set)
		mnl_attr_put(nlh, type, 0, NULL);
}

/**
 * message_put_claim - become the owner of an empty device (L2TPSEC_CMD_DEVICE_CLAIM)
 * @nlh: message
 * @ifindex: device
 * @orphan_timeout: seconds that sessions outlive the owner
 * @early: enum l2tpsec_early: when to receive at GRO
 */
void message_put_claim(struct nlmsghdr *nlh, uint32_t ifindex, uint32_t orphan_timeout, uint32_t early)
{
	struct nlattr *nest;

	message_put_device(nlh, ifindex);
	nest = mnl_attr_nest_start(nlh, L2TPSEC_A_DEVICE);
	mnl_attr_put_u32(nlh, L2TPSEC_A_DEVICE_ORPHAN_TIMEOUT, orphan_timeout);
	put_flag(nlh, L2TPSEC_A_DEVICE_FLUSH, true);
	mnl_attr_put_u32(nlh, L2TPSEC_A_DEVICE_EARLY, early);
	mnl_attr_nest_end(nlh, nest);
}

/**
 * message_put_socket - hand over a socket (L2TPSEC_CMD_SOCKET_ADD)
 * @nlh: message
 * @ifindex: device
 * @fd: a bound UDP socket
 */
void message_put_socket(struct nlmsghdr *nlh, uint32_t ifindex, int fd)
{
	struct nlattr *nest;

	message_put_device(nlh, ifindex);
	nest = mnl_attr_nest_start(nlh, L2TPSEC_A_SOCKET);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SOCKET_FD, fd);
	mnl_attr_nest_end(nlh, nest);
}

static void put_nonzero_u32(struct nlmsghdr *nlh, uint16_t type, uint32_t v)
{
	if (v)
		mnl_attr_put_u32(nlh, type, v);
}

static void put_nonzero_u64(struct nlmsghdr *nlh, uint16_t type, uint64_t v)
{
	if (v)
		mnl_attr_put_u64(nlh, type, v);
}

static void put_endpoints(struct nlmsghdr *nlh, const struct plane_sa *sa)
{
	mnl_attr_put(nlh, L2TPSEC_A_SA_LOCAL_ADDR, addr_len(&sa->local.addr), sa->local.addr.b);
	mnl_attr_put(nlh, L2TPSEC_A_SA_REMOTE_ADDR, addr_len(&sa->remote.addr), sa->remote.addr.b);
	if (sa->encap != L2TPSEC_ENCAP_UDP)
		return;
	mnl_attr_put_u16(nlh, L2TPSEC_A_SA_LOCAL_PORT, sa->local.port);
	mnl_attr_put_u16(nlh, L2TPSEC_A_SA_REMOTE_PORT, sa->remote.port);
}

static void put_keys(struct nlmsghdr *nlh, const struct plane_sa *sa)
{
	mnl_attr_put(nlh, L2TPSEC_A_SA_CIPHER_KEY_IN, sa->in.cipher_len, sa->in.cipher);
	mnl_attr_put(nlh, L2TPSEC_A_SA_CIPHER_KEY_OUT, sa->out.cipher_len, sa->out.cipher);
	if (sa->in.auth_len)
		mnl_attr_put(nlh, L2TPSEC_A_SA_AUTH_KEY_IN, sa->in.auth_len, sa->in.auth);
	if (sa->out.auth_len)
		mnl_attr_put(nlh, L2TPSEC_A_SA_AUTH_KEY_OUT, sa->out.auth_len, sa->out.auth);
}

/**
 * message_put_sa - describe an SA (L2TPSEC_CMD_SA_NEW)
 * @nlh: message; keys are in it afterwards: wipe it
 * @ifindex: device
 * @sa: SA
 */
void message_put_sa(struct nlmsghdr *nlh, uint32_t ifindex, const struct plane_sa *sa)
{
	struct nlattr *nest;

	message_put_device(nlh, ifindex);
	nest = mnl_attr_nest_start(nlh, L2TPSEC_A_SA);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SA_SPI_IN, sa->spi_in);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SA_SPI_OUT, sa->spi_out);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SA_LINEAGE, sa->lineage);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SA_ENCAP, sa->encap);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SA_CIPHER, sa->cipher);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SA_AUTH, sa->auth);
	put_nonzero_u32(nlh, L2TPSEC_A_SA_ICV_LEN, sa->icv_len);
	put_flag(nlh, L2TPSEC_A_SA_ICV_DETECT, sa->icv_detect);
	put_keys(nlh, sa);
	put_flag(nlh, L2TPSEC_A_SA_ESN, sa->esn);
	put_nonzero_u32(nlh, L2TPSEC_A_SA_REPLAY_WINDOW, sa->replay_window);
	put_endpoints(nlh, sa);
	put_nonzero_u32(nlh, L2TPSEC_A_SA_KEEPALIVE, sa->keepalive);
	put_nonzero_u64(nlh, L2TPSEC_A_SA_SOFT_BYTES, sa->soft_bytes);
	put_nonzero_u64(nlh, L2TPSEC_A_SA_HARD_BYTES, sa->hard_bytes);
	mnl_attr_nest_end(nlh, nest);
}

/**
 * message_put_sa_name - name an SA (L2TPSEC_CMD_SA_GET, SA_ACTIVATE, SA_DEL)
 * @nlh: message
 * @ifindex: device
 * @spi_in: SA
 */
void message_put_sa_name(struct nlmsghdr *nlh, uint32_t ifindex, uint32_t spi_in)
{
	struct nlattr *nest;

	message_put_device(nlh, ifindex);
	nest = mnl_attr_nest_start(nlh, L2TPSEC_A_SA);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SA_SPI_IN, spi_in);
	mnl_attr_nest_end(nlh, nest);
}

static struct nlattr *start_tunnel(struct nlmsghdr *nlh, uint32_t ifindex, uint32_t lineage, uint16_t id)
{
	struct nlattr *nest;

	message_put_device(nlh, ifindex);
	nest = mnl_attr_nest_start(nlh, L2TPSEC_A_TUNNEL);
	mnl_attr_put_u32(nlh, L2TPSEC_A_TUNNEL_LINEAGE, lineage);
	mnl_attr_put_u16(nlh, L2TPSEC_A_TUNNEL_ID, id);
	return nest;
}

/**
 * message_put_tunnel - describe a tunnel (L2TPSEC_CMD_TUNNEL_NEW)
 * @nlh: message
 * @ifindex: device
 * @t: tunnel
 */
void message_put_tunnel(struct nlmsghdr *nlh, uint32_t ifindex, const struct plane_tunnel *t)
{
	struct nlattr *nest = start_tunnel(nlh, ifindex, t->lineage, t->id);

	mnl_attr_put_u16(nlh, L2TPSEC_A_TUNNEL_PEER_ID, t->peer_id);
	mnl_attr_put_u16(nlh, L2TPSEC_A_TUNNEL_PEER_PORT, t->peer_port);
	mnl_attr_nest_end(nlh, nest);
}

/**
 * message_put_tunnel_name - name a tunnel (L2TPSEC_CMD_TUNNEL_DEL)
 * @nlh: message
 * @ifindex: device
 * @lineage: its lineage
 * @id: our id
 */
void message_put_tunnel_name(struct nlmsghdr *nlh, uint32_t ifindex, uint32_t lineage, uint16_t id)
{
	mnl_attr_nest_end(nlh, start_tunnel(nlh, ifindex, lineage, id));
}

static struct nlattr *start_session(struct nlmsghdr *nlh, uint32_t ifindex, uint32_t lineage, uint16_t tunnel_id,
				    uint16_t id)
{
	struct nlattr *nest;

	message_put_device(nlh, ifindex);
	nest = mnl_attr_nest_start(nlh, L2TPSEC_A_SESSION);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SESSION_LINEAGE, lineage);
	mnl_attr_put_u16(nlh, L2TPSEC_A_SESSION_TUNNEL_ID, tunnel_id);
	mnl_attr_put_u16(nlh, L2TPSEC_A_SESSION_ID, id);
	return nest;
}

/**
 * message_put_session_new - describe a session for control frames (L2TPSEC_CMD_SESSION_NEW)
 * @nlh: message
 * @ifindex: device
 * @s: session; only what L2TP negotiated is used
 */
void message_put_session_new(struct nlmsghdr *nlh, uint32_t ifindex, const struct plane_session *s)
{
	struct nlattr *nest = start_session(nlh, ifindex, s->lineage, s->tunnel_id, s->id);

	mnl_attr_put_u16(nlh, L2TPSEC_A_SESSION_PEER_ID, s->peer_id);
	put_flag(nlh, L2TPSEC_A_SESSION_LENGTH_BIT, s->length_bit);
	put_flag(nlh, L2TPSEC_A_SESSION_SEQUENCING, s->sequencing);
	mnl_attr_nest_end(nlh, nest);
}

/**
 * message_put_session_set - let IP through a session (L2TPSEC_CMD_SESSION_SET)
 * @nlh: message
 * @ifindex: device
 * @s: session; only what PPP negotiated is used
 */
void message_put_session_set(struct nlmsghdr *nlh, uint32_t ifindex, const struct plane_session *s)
{
	struct nlattr *nest = start_session(nlh, ifindex, s->lineage, s->tunnel_id, s->id);
	struct addr address = addr_from_ipv4(s->address);

	put_flag(nlh, L2TPSEC_A_SESSION_TX_ACFC, s->tx_acfc);
	put_flag(nlh, L2TPSEC_A_SESSION_TX_PFC, s->tx_pfc);
	mnl_attr_put_u32(nlh, L2TPSEC_A_SESSION_MTU, s->mtu);
	put_flag(nlh, L2TPSEC_A_SESSION_CLAMP_MSS, s->clamp_mss);
	mnl_attr_put(nlh, L2TPSEC_A_SESSION_ADDR4, addr_len(&address), address.b);
	mnl_attr_nest_end(nlh, nest);
}

/**
 * message_put_session_name - name a session (L2TPSEC_CMD_SESSION_GET, SESSION_DEL)
 * @nlh: message
 * @ifindex: device
 * @lineage: its lineage
 * @tunnel_id: our tunnel id
 * @id: our session id
 */
void message_put_session_name(struct nlmsghdr *nlh, uint32_t ifindex, uint32_t lineage, uint16_t tunnel_id,
			      uint16_t id)
{
	mnl_attr_nest_end(nlh, start_session(nlh, ifindex, lineage, tunnel_id, id));
}

/**
 * message_put_frame - a control packet for the peer (L2TPSEC_CMD_FRAME)
 * @nlh: message
 * @ifindex: device
 * @frame: packet
 * Return: false when it is longer than MESSAGE_FRAME_MAX.
 */
bool message_put_frame(struct nlmsghdr *nlh, uint32_t ifindex, const struct plane_frame *frame)
{
	struct nlattr *nest;

	if (frame->len > MESSAGE_FRAME_MAX)
		return false;
	message_put_device(nlh, ifindex);
	nest = mnl_attr_nest_start(nlh, L2TPSEC_A_FRAME);
	mnl_attr_put_u32(nlh, L2TPSEC_A_FRAME_KIND, frame->ppp ? L2TPSEC_FRAME_PPP : L2TPSEC_FRAME_L2TP);
	mnl_attr_put_u32(nlh, L2TPSEC_A_FRAME_LINEAGE, frame->lineage);
	if (frame->ppp) {
		mnl_attr_put_u16(nlh, L2TPSEC_A_FRAME_TUNNEL_ID, frame->tunnel_id);
		mnl_attr_put_u16(nlh, L2TPSEC_A_FRAME_SESSION_ID, frame->session_id);
		mnl_attr_put_u16(nlh, L2TPSEC_A_FRAME_PROTOCOL, frame->protocol);
	} else {
		mnl_attr_put_u16(nlh, L2TPSEC_A_FRAME_PEER_PORT, frame->peer_port);
	}
	mnl_attr_put(nlh, L2TPSEC_A_FRAME_DATA, frame->len, frame->data);
	mnl_attr_nest_end(nlh, nest);
	return true;
}

static const struct nlattr *find(const struct nlmsghdr *nlh, uint16_t type)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(a) == type)
			return a;
	}
	return NULL;
}

static const struct nlattr *find_in(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *a;

	if (!nest)
		return NULL;
	mnl_attr_for_each_nested(a, nest) {
		if (mnl_attr_get_type(a) == type)
			return a;
	}
	return NULL;
}

/* 0 when it is not there or of another size. */
static uint64_t number(const struct nlattr *a)
{
	switch (a ? mnl_attr_get_payload_len(a) : 0) {
	case 2:
		return mnl_attr_get_u16(a);
	case 4:
		return mnl_attr_get_u32(a);
	case 8:
		return mnl_attr_get_u64(a);
	default:
		return 0;
	}
}

static uint64_t number_in(const struct nlattr *nest, uint16_t type)
{
	return number(find_in(nest, type));
}

/**
 * message_cut - the next message of a datagram
 * @data: what is left of the datagram, aligned as a message; moved behind the message
 * @len: bytes of it
 * Return: the message, whole; NULL at the end and where the rest is none.
 *
 * In place of mnl_nlmsg_ok(), which lets a length of 2 GB and more pass as a negative one.  Attributes are
 * padded, so is every message of them: where one is not, libmnl would look for the padding behind its end.
 */
const struct nlmsghdr *message_cut(const uint8_t **data, size_t *len)
{
	const struct nlmsghdr *nlh = (const void *)*data;

	if (*len < sizeof(*nlh) || nlh->nlmsg_len < sizeof(*nlh) || nlh->nlmsg_len > *len ||
	    nlh->nlmsg_len % NLMSG_ALIGNTO)
		return NULL;
	*data += nlh->nlmsg_len;
	*len -= nlh->nlmsg_len;
	return nlh;
}

/**
 * message_command - which command is it?
 * @nlh: generic netlink message
 * Return: the command, 0 when it is too short for one.
 */
uint8_t message_command(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	return mnl_nlmsg_get_payload_len(nlh) >= sizeof(*genl) ? genl->cmd : 0;
}

/**
 * message_ifindex - which device is it about?
 * @nlh: message of the module's
 * Return: its ifindex, 0 when it names none.
 */
uint32_t message_ifindex(const struct nlmsghdr *nlh)
{
	return number(find(nlh, L2TPSEC_A_IFINDEX));
}

static bool is_text(const struct nlattr *a, const char *text)
{
	return a && mnl_attr_get_payload_len(a) == strlen(text) + 1 &&
	       !memcmp(mnl_attr_get_payload(a), text, strlen(text) + 1);
}

/**
 * message_get_family - read the answer to message_put_family()
 * @nlh: answer
 * @events: name of the multicast group
 * @family: result
 * Return: whether it was one.
 */
bool message_get_family(const struct nlmsghdr *nlh, const char *events, struct message_family *family)
{
	const struct nlattr *groups = find(nlh, CTRL_ATTR_MCAST_GROUPS), *g;

	family->id = number(find(nlh, CTRL_ATTR_FAMILY_ID));
	family->events = 0;
	if (!groups)
		return family->id;
	mnl_attr_for_each_nested(g, groups) {
		if (is_text(find_in(g, CTRL_ATTR_MCAST_GRP_NAME), events))
			family->events = number_in(g, CTRL_ATTR_MCAST_GRP_ID);
	}
	return family->id;
}

static void get_stats(const struct nlattr *nest, struct plane_stats *stats)
{
	const struct nlattr *idle = find_in(nest, L2TPSEC_A_STATS_RX_IDLE);

	*stats = (struct plane_stats){
		.rx_packets = number_in(nest, L2TPSEC_A_STATS_RX_PACKETS),
		.rx_bytes = number_in(nest, L2TPSEC_A_STATS_RX_BYTES),
		.rx_dropped = number_in(nest, L2TPSEC_A_STATS_RX_DROPPED),
		.tx_packets = number_in(nest, L2TPSEC_A_STATS_TX_PACKETS),
		.tx_bytes = number_in(nest, L2TPSEC_A_STATS_TX_BYTES),
		.tx_dropped = number_in(nest, L2TPSEC_A_STATS_TX_DROPPED),
		.rx_idle_ms = idle ? number(idle) : UINT64_MAX,
		.mss_clamped = number_in(nest, L2TPSEC_A_STATS_MSS_CLAMPED),
	};
}

/**
 * message_get_device - read the answer to L2TPSEC_CMD_DEVICE_GET
 * @nlh: answer
 * @dev: result; its name is not set
 * Return: whether there is a device in it.
 */
bool message_get_device(const struct nlmsghdr *nlh, struct plane_device *dev)
{
	const struct nlattr *nest = find(nlh, L2TPSEC_A_DEVICE), *drops, *a;

	if (!nest)
		return false;
	*dev = (struct plane_device){
		.sas = number_in(nest, L2TPSEC_A_DEVICE_SAS),
		.tunnels = number_in(nest, L2TPSEC_A_DEVICE_TUNNELS),
		.sessions = number_in(nest, L2TPSEC_A_DEVICE_SESSIONS),
	};
	get_stats(find_in(nest, L2TPSEC_A_DEVICE_STATS), &dev->stats);
	drops = find_in(nest, L2TPSEC_A_DEVICE_DROPS);
	if (!drops)
		return true;
	mnl_attr_for_each_nested(a, drops) {
		if (mnl_attr_get_type(a) < sizeof(dev->drops) / sizeof(dev->drops[0]))
			dev->drops[mnl_attr_get_type(a)] = number(a);
	}
	return true;
}

static bool get_object_stats(const struct nlmsghdr *nlh, uint16_t object, uint16_t type, struct plane_stats *stats)
{
	const struct nlattr *nest = find(nlh, object);

	if (!nest)
		return false;
	get_stats(find_in(nest, type), stats);
	return true;
}

/**
 * message_get_sa_stats - read the answer to L2TPSEC_CMD_SA_GET
 * @nlh: answer
 * @stats: result
 * Return: whether there is an SA in it.
 */
bool message_get_sa_stats(const struct nlmsghdr *nlh, struct plane_stats *stats)
{
	return get_object_stats(nlh, L2TPSEC_A_SA, L2TPSEC_A_SA_STATS, stats);
}

/**
 * message_get_session_stats - read the answer to L2TPSEC_CMD_SESSION_GET
 * @nlh: answer
 * @stats: result
 * Return: whether there is a session in it.
 */
bool message_get_session_stats(const struct nlmsghdr *nlh, struct plane_stats *stats)
{
	if (!get_object_stats(nlh, L2TPSEC_A_SESSION, L2TPSEC_A_SESSION_STATS, stats))
		return false;
	stats->path_mtu = number_in(find(nlh, L2TPSEC_A_SESSION), L2TPSEC_A_SESSION_PATH_MTU);
	return true;
}

/**
 * message_get_frame - read a control packet from the peer (L2TPSEC_CMD_FRAME)
 * @nlh: message
 * @frame: result; its data lies in @nlh
 * Return: whether there is one in it.
 */
bool message_get_frame(const struct nlmsghdr *nlh, struct plane_frame *frame)
{
	const struct nlattr *nest = find(nlh, L2TPSEC_A_FRAME);
	const struct nlattr *data = find_in(nest, L2TPSEC_A_FRAME_DATA);

	if (!data)
		return false;
	*frame = (struct plane_frame){
		.ppp = number_in(nest, L2TPSEC_A_FRAME_KIND) == L2TPSEC_FRAME_PPP,
		.spi_in = number_in(nest, L2TPSEC_A_FRAME_SPI_IN),
		.lineage = number_in(nest, L2TPSEC_A_FRAME_LINEAGE),
		.peer_port = number_in(nest, L2TPSEC_A_FRAME_PEER_PORT),
		.tunnel_id = number_in(nest, L2TPSEC_A_FRAME_TUNNEL_ID),
		.session_id = number_in(nest, L2TPSEC_A_FRAME_SESSION_ID),
		.protocol = number_in(nest, L2TPSEC_A_FRAME_PROTOCOL),
		.data = mnl_attr_get_payload(data),
		.len = mnl_attr_get_payload_len(data),
	};
	return true;
}

static void get_endpoint(const struct nlattr *nest, uint16_t addr, uint16_t port, struct endpoint *e)
{
	const struct nlattr *a = find_in(nest, addr);
	size_t len = a ? mnl_attr_get_payload_len(a) : 0;

	*e = (struct endpoint){ .port = number_in(nest, port) };
	if (len != 4 && len != 16)
		return;
	e->addr.family = len == 4 ? AF_INET : AF_INET6;
	memcpy(e->addr.b, mnl_attr_get_payload(a), len);
}

/**
 * message_get_event - read a report (L2TPSEC_CMD_SA_NTF, DEVICE_NTF)
 * @nlh: message
 * @event: result
 * Return: whether there is one in it.
 */
bool message_get_event(const struct nlmsghdr *nlh, struct message_event *event)
{
	const struct nlattr *sa = find(nlh, L2TPSEC_A_SA);

	event->event = number(find(nlh, L2TPSEC_A_EVENT));
	event->spi_in = number_in(sa, L2TPSEC_A_SA_SPI_IN);
	event->icv_len = number_in(sa, L2TPSEC_A_SA_ICV_LEN);
	get_endpoint(sa, L2TPSEC_A_SA_REMOTE_ADDR, L2TPSEC_A_SA_REMOTE_PORT, &event->remote);
	return event->event;
}

/**
 * message_get_error - read an acknowledgment or a refusal
 * @nlh: message
 * @err: 0 or a negative errno
 * @sentence: the kernel's words (extended ack), in @nlh; NULL without
 * Return: whether it is one.
 */
bool message_get_error(const struct nlmsghdr *nlh, int *err, const char **sentence)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	size_t offset = sizeof(*e);
	const struct nlattr *a;

	*sentence = NULL;
	if (nlh->nlmsg_type != NLMSG_ERROR || mnl_nlmsg_get_payload_len(nlh) < sizeof(*e))
		return false;
	*err = e->error;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return true;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		offset += MNL_ALIGN(e->msg.nlmsg_len) - sizeof(e->msg);
	if (offset > mnl_nlmsg_get_payload_len(nlh))
		return true;
	mnl_attr_for_each(a, nlh, offset) {
		if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG && mnl_attr_validate(a, MNL_TYPE_NUL_STRING) >= 0)
			*sentence = mnl_attr_get_str(a);
	}
	return true;
}
