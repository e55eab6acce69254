// SPDX-License-Identifier: GPL-2.0
/*
 * TCP super-packets, cut into what ESP wants: linear packets with room at both ends
 * and a complete checksum.
 *
 * skb_gso_segment() can do it too, but makes buffers of the slab allocator, which
 * the kernel zeroes first, and takes the checksum while it copies, which costs more
 * than one after the other.  It remains for all that is not forwarded TCP over plain
 * IP: local TCP wants its buffers accounted for until they have left.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/log2.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/ip6_checksum.h>
#include <net/tcp.h>
#include "segment.h"
#include "wire.h"

#define TYPES	(SKB_GSO_TCPV4 | SKB_GSO_TCPV6 | SKB_GSO_TCP_ECN | SKB_GSO_TCP_FIXEDID | \
		 SKB_GSO_DODGY)

static unsigned int ip_header_len(const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	const struct iphdr *iph = ip_hdr(skb);

	if (skb->protocol == htons(ETH_P_IP))
		return iph->ihl >= 5 && iph->protocol == IPPROTO_TCP ? iph->ihl * 4 : 0;
	return ip6h->nexthdr == IPPROTO_TCP ? sizeof(*ip6h) : 0;
}

/*
 * Room in front and behind, and the payload, in one page fragment.  The crypto API takes
 * a page at a time: none of them shall cross one.
 */
static unsigned int buffer_len(unsigned int headroom, unsigned int len)
{
	return SKB_DATA_ALIGN(headroom + len + L2S_TAILROOM) +
	       SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
}

/* Is it TCP as the stack or GRO makes it, and nobody's who waits for it? */
static bool is_plain_tcp(const struct sk_buff *skb)
{
	return !IS_ENABLED(CONFIG_HIGHMEM) && !skb->sk && !skb->encapsulation &&
	       !(skb_shinfo(skb)->gso_type & ~TYPES) && !skb_has_frag_list(skb) &&
	       skb->ip_summed == CHECKSUM_PARTIAL &&
	       skb->csum_offset == offsetof(struct tcphdr, check);
}

/**
 * l2s_segment_begin - begin to cut up a super-packet
 * @segments: to be initialised; needs no end
 * @skb: at its IP header, which is linear, as its network header says; has to
 *	outlive @segments
 * @headroom: bytes in front of each packet, at most L2S_HEADROOM
 *
 * Context: any.
 * Return: false: it is to be left to skb_gso_segment().
 */
bool l2s_segment_begin(struct l2s_segments *segments, struct sk_buff *skb, unsigned int headroom)
{
	unsigned int ip_len = ip_header_len(skb), header_len, size;

	if (!is_plain_tcp(skb) || !ip_len || skb_checksum_start_offset(skb) != ip_len ||
	    !pskb_may_pull(skb, ip_len + sizeof(struct tcphdr)))
		return false;
	header_len = ip_len + ((const struct tcphdr *)(skb->data + ip_len))->doff * 4;
	size = buffer_len(headroom, header_len + skb_shinfo(skb)->gso_size);
	if (header_len < ip_len + sizeof(struct tcphdr) || header_len >= skb->len ||
	    !pskb_may_pull(skb, header_len) || size > PAGE_SIZE)
		return false;
	*segments = (struct l2s_segments){
		.whole = skb,
		.ip_len = ip_len,
		.header_len = header_len,
		.headroom = headroom,
		.size = size,
		.align = roundup_pow_of_two(size),
		.left = skb->len - header_len,
		.frag = -1,
		.from = header_len,
	};
	return true;
}

/* Continue where the segment before ended: the fragments are passed through once. */
static void copy(struct l2s_segments *s, u8 *to, unsigned int len)
{
	const skb_frag_t *frags = skb_shinfo(s->whole)->frags;
	unsigned int size, n;
	const u8 *data;

	while (len) {
		data = s->frag < 0 ? s->whole->data : skb_frag_address(&frags[s->frag]);
		size = s->frag < 0 ? skb_headlen(s->whole) : skb_frag_size(&frags[s->frag]);
		n = min(len, size - s->from);
		memcpy(to, data + s->from, n);
		to += n;
		len -= n;
		s->from += n;
		if (s->from == size) {
			s->frag++;
			s->from = 0;
		}
	}
}

static struct sk_buff *alloc(const struct l2s_segments *s, unsigned int len)
{
	void *data = napi_alloc_frag_align(s->size, s->align);
	const struct sk_buff *whole = s->whole;
	struct sk_buff *skb;

	if (unlikely(!data))
		return NULL;
	skb = napi_build_skb(data, s->size);
	if (unlikely(!skb)) {
		skb_free_frag(data);
		return NULL;
	}
	skb_reserve(skb, s->headroom);
	__skb_put(skb, len);
	skb_reset_network_header(skb);
	skb->dev = whole->dev;
	skb->protocol = whole->protocol;
	skb->priority = whole->priority;
	skb_copy_hash(skb, whole);
	skb_copy_queue_mapping(skb, whole);
	return skb;
}

/* The sum over the pseudo-header. */
static __wsum set_ip(const struct l2s_segments *s, struct sk_buff *skb)
{
	unsigned int len = skb->len - s->ip_len;
	struct ipv6hdr *ip6h = ipv6_hdr(skb);
	struct iphdr *iph = ip_hdr(skb);
	__sum16 sum;

	if (skb->protocol == htons(ETH_P_IPV6)) {
		ip6h->payload_len = htons(len);
		sum = csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr, len, IPPROTO_TCP, 0);
		return ~csum_unfold(sum);
	}
	iph->tot_len = htons(skb->len);
	if (!(skb_shinfo(s->whole)->gso_type & SKB_GSO_TCP_FIXEDID))
		iph->id = htons(ntohs(iph->id) + s->count);
	ip_send_check(iph);
	return csum_tcpudp_nofold(iph->saddr, iph->daddr, len, IPPROTO_TCP, 0);
}

/* CWR is the first segment's, FIN and PSH are the last one's: RFC 3168 6.1.2, RFC 9293 3.4. */
static void set_tcp(const struct l2s_segments *s, struct sk_buff *skb, __wsum pseudo)
{
	struct tcphdr *tcp = (struct tcphdr *)(skb->data + s->ip_len);

	tcp->seq = htonl(ntohl(tcp->seq) + s->sent);
	if (s->sent)
		tcp->cwr = 0;
	if (s->left) {
		tcp->fin = 0;
		tcp->psh = 0;
	}
	tcp->check = 0;
	tcp->check = csum_fold(csum_partial(tcp, skb->len - s->ip_len, pseudo));
}

/**
 * l2s_segment_next - the next packet of a super-packet
 * @segments: from l2s_segment_begin()
 *
 * Context: BH off.
 * Return: owned by the caller, linear, its checksums complete; ERR_PTR(-ENOMEM);
 * NULL: there was nothing left.
 */
struct sk_buff *l2s_segment_next(struct l2s_segments *segments)
{
	unsigned int len = min_t(unsigned int, skb_shinfo(segments->whole)->gso_size,
				 segments->left);
	struct sk_buff *skb;
	__wsum pseudo;

	if (!len)
		return NULL;
	skb = alloc(segments, segments->header_len + len);
	if (unlikely(!skb))
		return ERR_PTR(-ENOMEM);
	memcpy(skb->data, segments->whole->data, segments->header_len);
	copy(segments, skb->data + segments->header_len, len);
	segments->left -= len;
	pseudo = set_ip(segments, skb);
	set_tcp(segments, skb, pseudo);
	segments->sent += len;
	segments->count++;
	return skb;
}
