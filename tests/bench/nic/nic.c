// SPDX-License-Identifier: GPL-2.0
/*
 * A network card without a wire, for the benchmark: "ip link add NAME type benchnic".
 *
 * What it transmits it counts and frees.  What it receives userspace writes to
 * /dev/benchnic, frame by frame; then an ioctl lets the frames arrive as those
 * of a common driver do: in NAPI polls, in buffers of 2048 bytes with
 * NET_SKB_PAD in front, from pages that are recycled.  Two marker instructions enclose what is measured.
 */
#include <linux/etherdevice.h>
#include <linux/fs.h>
#include <linux/ip.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <linux/vmalloc.h>
#include <net/rtnetlink.h>
#include <net/sock.h>

#define TRUE_LEN	2048
#define BUFFER_LEN	(TRUE_LEN - NET_SKB_PAD - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))
#define RING		256
#define FRAMES_MAX	8192
#define PATIENCE_NS	(2 * NSEC_PER_SEC)

/**
 * struct nic_run - argument of the ioctl
 * @ifindex: where the frames arrive, in the caller's namespace
 * @first: first frame
 * @count: frames
 * @burst: frames per NAPI poll, at most NAPI_POLL_WEIGHT
 * @gro: offer them to GRO, else hand them up one by one
 * @gso_size: nonzero: each frame is a TCP super-packet with this MSS
 * @expect: packets, or segments of super-packets, that each frame makes some nic send
 * @measure: execute the markers
 * @received: result: what nics were given to send
 * @skbs: result: in so many skbs
 */
struct nic_run {
	__u32 ifindex;
	__u32 first;
	__u32 count;
	__u32 burst;
	__u32 gro;
	__u32 gso_size;
	__u32 expect;
	__u32 measure;
	__u64 received;
	__u64 skbs;
};

#define NIC_RUN		_IOWR('b', 1, struct nic_run)
#define NIC_CLEAR	_IO('b', 2)
#define NIC_CAPTURE	_IO('b', 3)

struct frame {
	u32 len;
	u8 data[];
};

struct nic {
	struct net_device *dev;
	struct napi_struct napi;
	const struct nic_run *run;
	u32 next;
	u32 last;
};

static DEFINE_MUTEX(lock);
static struct frame *frames[FRAMES_MAX];
static u32 n_frames;
static struct page *ring[RING];
static u32 ring_next;
static bool capturing;
static u64 sent_packets;
static u64 sent_skbs;

/* One CPU: no atomics, so that the harness has no locked instructions of its own. */
static netdev_tx_t nic_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct frame *frame;

	sent_packets += skb_shinfo(skb)->gso_segs ?: 1;
	sent_skbs++;
	if (unlikely(capturing && n_frames < FRAMES_MAX)) {
		frame = kmalloc(sizeof(*frame) + skb->len, GFP_ATOMIC);
		if (frame && !skb_copy_bits(skb, 0, frame->data, skb->len)) {
			frame->len = skb->len;
			frames[n_frames++] = frame;
		}
	}
	consume_skb(skb);
	return NETDEV_TX_OK;
}

/* A receive ring whose pages are used again as soon as the stack has let go of them. */
static struct sk_buff *ring_skb(void)
{
	struct page **page = &ring[ring_next++ % RING];
	struct sk_buff *skb;

	if (unlikely(!*page || page_ref_count(*page) != 1)) {
		if (*page)
			put_page(*page);
		*page = dev_alloc_page();
		if (!*page)
			return NULL;
	}
	skb = napi_build_skb(page_address(*page), TRUE_LEN);
	if (skb) {
		get_page(*page);
		skb_reserve(skb, NET_SKB_PAD);
	}
	return skb;
}

static struct sk_buff *frame_skb(const struct frame *frame)
{
	const u32 head = ETH_HLEN + sizeof(struct iphdr) + sizeof(struct tcphdr);
	struct sk_buff *skb;
	int err;

	if (frame->len <= BUFFER_LEN) {
		skb = ring_skb();
		if (skb)
			skb_put_data(skb, frame->data, frame->len);
		return skb;
	}
	/* As GRO would have made it: the headers in front, the payload in pages. */
	skb = alloc_skb_with_frags(NET_SKB_PAD + head, frame->len - head, 3, &err, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, NET_SKB_PAD);
	skb_put(skb, head);
	skb->data_len = frame->len - head;
	skb->len += skb->data_len;
	skb_store_bits(skb, 0, frame->data, frame->len);
	return skb;
}

static void frame_gso(struct sk_buff *skb, u32 gso_size)
{
	u32 header_len = ETH_HLEN + sizeof(struct iphdr) + sizeof(struct tcphdr);

	skb_shinfo(skb)->gso_size = gso_size;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(skb->len - header_len, gso_size);
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + ETH_HLEN + sizeof(struct iphdr);
	skb->csum_offset = offsetof(struct tcphdr, check);
}

static void receive(struct nic *nic, const struct frame *frame)
{
	struct sk_buff *skb = frame_skb(frame);

	if (!skb)
		return;
	if (nic->run->gso_size)
		frame_gso(skb, nic->run->gso_size);
	else if (nic->run->gro)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->protocol = eth_type_trans(skb, nic->dev);
	if (nic->run->gro)
		napi_gro_receive(&nic->napi, skb);
	else
		netif_receive_skb(skb);
}

static int nic_poll(struct napi_struct *napi, int budget)
{
	struct nic *nic = container_of(napi, struct nic, napi);
	int done = 0;

	while (done < budget && nic->next < nic->last) {
		receive(nic, frames[nic->next++]);
		done++;
	}
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
}

static int nic_open(struct net_device *dev)
{
	struct nic *nic = netdev_priv(dev);

	napi_enable(&nic->napi);
	return 0;
}

static int nic_stop(struct net_device *dev)
{
	struct nic *nic = netdev_priv(dev);

	napi_disable(&nic->napi);
	return 0;
}

static int nic_init(struct net_device *dev)
{
	struct nic *nic = netdev_priv(dev);

	nic->dev = dev;
	netif_napi_add(dev, &nic->napi, nic_poll);
	return 0;
}

static void nic_uninit(struct net_device *dev)
{
	struct nic *nic = netdev_priv(dev);

	netif_napi_del(&nic->napi);
}

static const struct net_device_ops nic_ops = {
	.ndo_init = nic_init,
	.ndo_uninit = nic_uninit,
	.ndo_open = nic_open,
	.ndo_stop = nic_stop,
	.ndo_start_xmit = nic_xmit,
};

static void nic_setup(struct net_device *dev)
{
	const netdev_features_t features = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_TSO |
					   NETIF_F_HIGHDMA;

	ether_setup(dev);
	dev->netdev_ops = &nic_ops;
	dev->needs_free_netdev = true;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->flags |= IFF_NOARP;
	dev->features |= features;
	dev->hw_features |= features;
	dev->max_mtu = ETH_MAX_MTU;
	eth_hw_addr_random(dev);
}

static struct rtnl_link_ops nic_link_ops = {
	.kind = KBUILD_MODNAME,
	.priv_size = sizeof(struct nic),
	.setup = nic_setup,
};

/* Burst after burst; a stack with work queues gets the CPU until it has sent everything. */
static int bursts(struct nic *nic, const struct nic_run *run)
{
	u64 goal = sent_packets, began;
	u32 left = run->count;
	u32 n;

	nic->next = run->first;
	while (left) {
		n = min(left, run->burst);
		left -= n;
		nic->last = nic->next + n;
		goal += (u64)n * run->expect;
		local_bh_disable();
		napi_schedule(&nic->napi);
		local_bh_enable();
		if (likely(nic->next == nic->last && READ_ONCE(sent_packets) >= goal))
			continue;
		began = ktime_get_ns();
		while (nic->next < nic->last || READ_ONCE(sent_packets) < goal) {
			cond_resched();
			if (ktime_get_ns() - began > PATIENCE_NS)
				return -ETIMEDOUT;
		}
	}
	return 0;
}

static int measured(struct nic *nic, const struct nic_run *run)
{
	int err;

	if (!run->measure)
		return bursts(nic, run);
	asm volatile(".byte 0x0f, 0x1f, 0x80, 0x01, 0xbe, 0xad, 0xde" ::: "memory");
	err = bursts(nic, run);
	asm volatile(".byte 0x0f, 0x1f, 0x80, 0x02, 0xbe, 0xad, 0xde" ::: "memory");
	return err;
}

static long run_frames(struct nic_run __user *arg)
{
	u64 packets = sent_packets, skbs = sent_skbs;
	struct net_device *dev;
	struct nic_run run;
	struct nic *nic;
	int err = -EINVAL;

	if (copy_from_user(&run, arg, sizeof(run)))
		return -EFAULT;
	if (!run.burst || run.burst > NAPI_POLL_WEIGHT || run.first > n_frames ||
	    run.count > n_frames - run.first)
		return -EINVAL;
	dev = dev_get_by_index(current->nsproxy->net_ns, run.ifindex);
	if (!dev)
		return -ENODEV;
	if (dev->netdev_ops == &nic_ops && netif_running(dev)) {
		nic = netdev_priv(dev);
		nic->run = &run;
		err = measured(nic, &run);
	}
	dev_put(dev);
	run.received = sent_packets - packets;
	run.skbs = sent_skbs - skbs;
	if (copy_to_user(arg, &run, sizeof(run)))
		return -EFAULT;
	return err;
}

static void clear(void)
{
	while (n_frames)
		kvfree(frames[--n_frames]);
}

static long nic_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	long err = 0;

	mutex_lock(&lock);
	if (cmd == NIC_RUN) {
		err = run_frames((struct nic_run __user *)arg);
		capturing = false;
	} else if (cmd == NIC_CLEAR) {
		clear();
	} else if (cmd == NIC_CAPTURE) {
		capturing = true;
	} else {
		err = -ENOTTY;
	}
	mutex_unlock(&lock);
	return err;
}

/* One write is one frame. */
static ssize_t nic_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	struct frame *frame;

	if (len < ETH_HLEN || len > 65535 || n_frames == FRAMES_MAX)
		return -EINVAL;
	frame = kvmalloc(sizeof(*frame) + len, GFP_KERNEL);
	if (!frame)
		return -ENOMEM;
	frame->len = len;
	if (copy_from_user(frame->data, from, len)) {
		kvfree(frame);
		return -EFAULT;
	}
	mutex_lock(&lock);
	frames[n_frames++] = frame;
	mutex_unlock(&lock);
	return len;
}

/* The file's position counts frames. */
static ssize_t nic_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	ssize_t n = 0;

	mutex_lock(&lock);
	if (*pos < n_frames) {
		n = min_t(size_t, len, frames[*pos]->len);
		if (copy_to_user(to, frames[*pos]->data, n))
			n = -EFAULT;
		else
			++*pos;
	}
	mutex_unlock(&lock);
	return n;
}

static const struct file_operations nic_file_ops = {
	.owner = THIS_MODULE,
	.read = nic_read,
	.write = nic_write,
	.unlocked_ioctl = nic_ioctl,
};

static struct miscdevice nic_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.fops = &nic_file_ops,
};

static int __init nic_module_init(void)
{
	int err = rtnl_link_register(&nic_link_ops);

	if (err)
		return err;
	err = misc_register(&nic_misc);
	if (err)
		rtnl_link_unregister(&nic_link_ops);
	return err;
}

static void __exit nic_module_exit(void)
{
	unsigned int i;

	misc_deregister(&nic_misc);
	rtnl_link_unregister(&nic_link_ops);
	clear();
	for (i = 0; i < RING; i++)
		if (ring[i])
			put_page(ring[i]);
}

module_init(nic_module_init);
module_exit(nic_module_exit);
MODULE_DESCRIPTION("Network card without a wire, for the benchmark");
MODULE_LICENSE("GPL");
