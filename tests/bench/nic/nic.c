// SPDX-License-Identifier: GPL-2.0
/*
 * A network card without a wire, for the benchmark: "ip link add NAME type benchnic".
 *
 * What it transmits it counts and frees.  What it receives userspace writes to
 * /dev/benchnic, frame by frame; then an ioctl lets the frames arrive as those
 * of a common driver do: in NAPI polls, in buffers of 2048 bytes with
 * NET_SKB_PAD in front, from pages that are recycled.  Two marker instructions enclose what is measured.
 * Each open file has frames of its own, so that several CPUs can be at it at once; on each of them
 * one process at a time, which stays there.
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
 * @received: result: what nics were given to send on this CPU
 * @skbs: result: in so many skbs
 * @elapsed: result: ns
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
	__u64 elapsed;
};

#define NIC_RUN		_IOWR('b', 1, struct nic_run)
#define NIC_CLEAR	_IO('b', 2)

struct frame {
	u32 len;
	u8 data[];
};

struct nic {
	struct net_device *dev;
	struct napi_struct napi;
	const struct nic_run *run;
	struct nic_file *file;
	u32 next;
	u32 last;
	struct page *ring[RING];
	u32 ring_next;
};

struct nic_file {
	struct mutex lock;	/* of all that follows */
	struct frame *frames[FRAMES_MAX];
	u32 n_frames;
};

static DEFINE_PER_CPU(u64, sent_packets);
static DEFINE_PER_CPU(u64, sent_skbs);

/* Per CPU: no atomics, so that the harness has no locked instructions of its own. */
static netdev_tx_t nic_xmit(struct sk_buff *skb, struct net_device *dev)
{
	__this_cpu_add(sent_packets, skb_shinfo(skb)->gso_segs ?: 1);
	__this_cpu_inc(sent_skbs);
	consume_skb(skb);
	return NETDEV_TX_OK;
}

/* A receive ring whose pages are used again as soon as the stack has let go of them. */
static struct sk_buff *ring_skb(struct nic *nic)
{
	struct page **page = &nic->ring[nic->ring_next++ % RING];
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

static struct sk_buff *frame_skb(struct nic *nic, const struct frame *frame)
{
	const u32 head = ETH_HLEN + sizeof(struct iphdr) + sizeof(struct tcphdr);
	struct sk_buff *skb;
	int err;

	if (frame->len <= BUFFER_LEN) {
		skb = ring_skb(nic);
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
	struct sk_buff *skb = frame_skb(nic, frame);

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
		receive(nic, nic->file->frames[nic->next++]);
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
	unsigned int i;

	netif_napi_del(&nic->napi);
	for (i = 0; i < RING; i++)
		if (nic->ring[i])
			put_page(nic->ring[i]);
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
#ifdef NETIF_F_LLTX
	/* As a card with a queue for each CPU. */
	if (num_online_cpus() > 1)
		dev->features |= NETIF_F_LLTX;
#else
	dev->lltx = num_online_cpus() > 1;
#endif
}

static struct rtnl_link_ops nic_link_ops = {
	.kind = KBUILD_MODNAME,
	.priv_size = sizeof(struct nic),
	.setup = nic_setup,
};

/* Burst after burst; a stack with work queues gets the CPU until it has sent everything. */
static int bursts(struct nic *nic, const struct nic_run *run)
{
	u64 goal = this_cpu_read(sent_packets), began;
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
		if (likely(nic->next == nic->last && this_cpu_read(sent_packets) >= goal))
			continue;
		began = ktime_get_ns();
		while (nic->next < nic->last || this_cpu_read(sent_packets) < goal) {
			cond_resched();
			if (ktime_get_ns() - began > PATIENCE_NS)
				return -ETIMEDOUT;
		}
	}
	return 0;
}

/* What is measured begins just behind a tick of the clock: then it has always as many of them. */
static void after_tick(void)
{
	unsigned long now = READ_ONCE(jiffies);

	while (READ_ONCE(jiffies) == now)
		cpu_relax();
}

static int measured(struct nic *nic, struct nic_run *run)
{
	u64 began;
	int err;

	if (!run->measure)
		return bursts(nic, run);
	after_tick();
	began = ktime_get_ns();
	asm volatile(".byte 0x0f, 0x1f, 0x80, 0x01, 0xbe, 0xad, 0xde" ::: "memory");
	err = bursts(nic, run);
	asm volatile(".byte 0x0f, 0x1f, 0x80, 0x02, 0xbe, 0xad, 0xde" ::: "memory");
	run->elapsed = ktime_get_ns() - began;
	return err;
}

static long run_frames(struct nic_file *file, struct nic_run __user *arg)
{
	u64 packets = this_cpu_read(sent_packets), skbs = this_cpu_read(sent_skbs);
	struct net_device *dev;
	struct nic_run run;
	struct nic *nic;
	int err = -EINVAL;

	if (copy_from_user(&run, arg, sizeof(run)))
		return -EFAULT;
	if (!run.burst || run.burst > NAPI_POLL_WEIGHT || run.first > file->n_frames ||
	    run.count > file->n_frames - run.first)
		return -EINVAL;
	dev = dev_get_by_index(current->nsproxy->net_ns, run.ifindex);
	if (!dev)
		return -ENODEV;
	if (dev->netdev_ops == &nic_ops && netif_running(dev)) {
		nic = netdev_priv(dev);
		nic->run = &run;
		nic->file = file;
		err = measured(nic, &run);
	}
	dev_put(dev);
	run.received = this_cpu_read(sent_packets) - packets;
	run.skbs = this_cpu_read(sent_skbs) - skbs;
	if (copy_to_user(arg, &run, sizeof(run)))
		return -EFAULT;
	return err;
}

static void clear(struct nic_file *file)
{
	while (file->n_frames)
		kvfree(file->frames[--file->n_frames]);
}

static long nic_ioctl(struct file *f, unsigned int cmd, unsigned long arg)
{
	struct nic_file *file = f->private_data;
	long err = 0;

	mutex_lock(&file->lock);
	if (cmd == NIC_RUN)
		err = run_frames(file, (struct nic_run __user *)arg);
	else if (cmd == NIC_CLEAR)
		clear(file);
	else
		err = -ENOTTY;
	mutex_unlock(&file->lock);
	return err;
}

/* One write is one frame. */
static ssize_t nic_write(struct file *f, const char __user *from, size_t len, loff_t *pos)
{
	struct nic_file *file = f->private_data;
	struct frame *frame;

	if (len < ETH_HLEN || len > 65535 || file->n_frames == FRAMES_MAX)
		return -EINVAL;
	frame = kvmalloc(sizeof(*frame) + len, GFP_KERNEL);
	if (!frame)
		return -ENOMEM;
	frame->len = len;
	if (copy_from_user(frame->data, from, len)) {
		kvfree(frame);
		return -EFAULT;
	}
	mutex_lock(&file->lock);
	file->frames[file->n_frames++] = frame;
	mutex_unlock(&file->lock);
	return len;
}

static int nic_file_open(struct inode *inode, struct file *f)
{
	struct nic_file *file = kvzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return -ENOMEM;
	mutex_init(&file->lock);
	f->private_data = file;
	return 0;
}

static int nic_file_release(struct inode *inode, struct file *f)
{
	clear(f->private_data);
	kvfree(f->private_data);
	return 0;
}

static const struct file_operations nic_file_ops = {
	.owner = THIS_MODULE,
	.open = nic_file_open,
	.release = nic_file_release,
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
	misc_deregister(&nic_misc);
	rtnl_link_unregister(&nic_link_ops);
}

module_init(nic_module_init);
module_exit(nic_module_exit);
MODULE_DESCRIPTION("Network card without a wire, for the benchmark");
MODULE_LICENSE("GPL");
