// SPDX-License-Identifier: GPL-2.0
/* A real device for tests, made and deleted as user space does it. */
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/in.h>
#include <linux/net.h>
#include <linux/rtnetlink.h>
#include <net/inet_sock.h>
#include <net/net_namespace.h>
#include <net/netlink.h>
#include "../socket.h"
#include "device_fixture.h"

/* A socket with a file, whose credentials rtnetlink asks for: ours, the kernel's. */
static struct file *netlink_open(void)
{
	struct socket *sock;
	int err = sock_create_kern(&init_net, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, &sock);

	return err ? ERR_PTR(err) : sock_alloc_file(sock, 0, NULL);
}

/* One rtnetlink request from the kernel to itself.  Return: the answer's error. */
static int rtnl_request(u16 type, u16 flags, int ifindex, const char *kind)
{
	struct {
		struct nlmsghdr hdr;
		struct ifinfomsg link;
		u8 attrs[64];
	} request = {};
	struct {
		struct nlmsghdr hdr;
		struct nlmsgerr err;
		u8 rest[512];
	} answer;
	struct kvec vec = { &request };
	struct msghdr msg = {};
	struct nlattr *info, *name;
	struct socket *sock;
	struct file *file;
	int err;

	request.hdr.nlmsg_type = type;
	request.hdr.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	request.link.ifi_index = ifindex;
	if (kind) {
		info = (struct nlattr *)request.attrs;
		name = info + 1;
		name->nla_type = IFLA_INFO_KIND;
		name->nla_len = nla_attr_size(strlen(kind) + 1);
		strcpy(nla_data(name), kind);
		info->nla_type = IFLA_LINKINFO;
		info->nla_len = nla_attr_size(nla_total_size(strlen(kind) + 1));
	}
	request.hdr.nlmsg_len = NLMSG_LENGTH(sizeof(request.link)) +
				(kind ? NLA_ALIGN(info->nla_len) : 0);
	vec.iov_len = request.hdr.nlmsg_len;

	file = netlink_open();
	if (IS_ERR(file))
		return PTR_ERR(file);
	sock = sock_from_file(file);
	err = kernel_sendmsg(sock, &msg, &vec, 1, vec.iov_len);
	if (err >= 0) {
		vec.iov_base = &answer;
		vec.iov_len = sizeof(answer);
		err = kernel_recvmsg(sock, &msg, &vec, 1, vec.iov_len, 0);
	}
	if (err >= 0)
		err = answer.err.error;
	fput(file);
	return err;
}

/* The newest device of the link kind, found as netlink finds it. */
static struct l2s_device *newest_device(void)
{
	struct l2s_net *l2s_net = l2s_device_net(&init_net);
	struct l2s_device *device = NULL;

	mutex_lock(&l2s_net->lock);
	if (!list_empty(&l2s_net->devices)) {
		device = list_last_entry(&l2s_net->devices, struct l2s_device, node);
		device = l2s_device_find(&init_net, device->dev->ifindex);
	}
	mutex_unlock(&l2s_net->lock);
	return device;
}

static void attach_socket(struct kunit *test, struct device_fixture *f)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct netlink_ext_ack extack = {};
	struct socket *sock;
	struct file *file;
	int fd;

	KUNIT_ASSERT_EQ(test, sock_create(AF_INET, SOCK_DGRAM, IPPROTO_UDP, &sock), 0);
	KUNIT_ASSERT_EQ(test, kernel_bind(sock, (struct sockaddr *)&sin, sizeof(sin)), 0);
	f->port = inet_sk(sock->sk)->inet_sport;
	file = sock_alloc_file(sock, 0, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	fd = get_unused_fd_flags(O_CLOEXEC);
	KUNIT_ASSERT_GE(test, fd, 0);
	fd_install(fd, file);
	KUNIT_EXPECT_EQ_MSG(test, l2s_socket_add(f->device, fd, &extack), 0, "%s",
			    extack._msg ?: "no reason given");
	KUNIT_EXPECT_EQ(test, l2s_socket_add(f->device, fd, &extack), -EBUSY);
	close_fd(fd);
}

/**
 * device_fixture_init - for .init of a suite: a device in init_net, in test->priv
 * @test: borrowed
 *
 * Return: 0.
 */
int device_fixture_init(struct kunit *test)
{
	struct device_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	test->priv = f;
	KUNIT_ASSERT_EQ(test, rtnl_request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0,
					   KBUILD_MODNAME), 0);
	f->device = newest_device();
	KUNIT_ASSERT_NOT_NULL(test, f->device);
	f->ifindex = f->device->dev->ifindex;
	attach_socket(test, f);
	return 0;
}

/**
 * device_fixture_exit - for .exit of a suite: delete the device
 * @test: borrowed
 *
 * Deleting the interface waits until nothing refers to it: a leak hangs here.
 */
void device_fixture_exit(struct kunit *test)
{
	struct device_fixture *f = test->priv;

	if (!f || !f->device)
		return;
	l2s_device_put(f->device);
	KUNIT_EXPECT_EQ(test, rtnl_request(RTM_DELLINK, 0, f->ifindex, NULL), 0);
	KUNIT_EXPECT_NULL(test, l2s_device_find(&init_net, f->ifindex));
	rcu_barrier();
}
