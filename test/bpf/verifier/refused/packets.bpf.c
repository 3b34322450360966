// Packets and contexts.
#include "base.h"
#include <linux/ip.h>

/* refused: packet-bounds; title: 4294967295 bytes|65535; help: Limit the offset before it is added; not: Compare first */
SEC("?xdp")
int offset_from_packet(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	__u32 *word = (void *)(long)ctx->data;

	if ((void *)(word + 1) > end)
		return XDP_PASS;
	__u8 *there = (__u8 *)word + *word;
	if ((void *)(there + 1) > end)
		return XDP_PASS;
	return *there ? XDP_DROP : XDP_PASS; /* HERE */
}

/* refused: packet-bounds; title: 12 bytes are checked; help: with data_end first: the whole size */
SEC("?tc")
int whole_header(struct __sk_buff *skb)
{
	void *end = (void *)(long)skb->data_end;
	struct ethhdr *frame = (void *)(long)skb->data;

	if ((void *)frame + 12 > end)
		return 0;
	return frame->h_proto == 8; /* HERE */
}

/* refused: packet-stale; title: bpf_skb_pull_data\(\); help: data_end .* again */
SEC("?tc")
int pulled(struct __sk_buff *skb)
{
	void *end = (void *)(long)skb->data_end;
	__u8 *byte = (void *)(long)skb->data;

	if ((void *)(byte + 1) > end)
		return 0;
	bpf_skb_pull_data(skb, 64);
	return *byte; /* HERE */
}

/* refused: packet-write; title: may not write into the packet; help: program of another type; not: bpf_skb_store_bytes */
SEC("?cgroup_skb/ingress")
int writes_packet(struct __sk_buff *skb)
{
	void *end = (void *)(long)skb->data_end;
	__u8 *byte = (void *)(long)skb->data;

	if ((void *)(byte + 1) > end)
		return 1;
	*byte = 0; /* HERE */
	return 1;
}

/* refused: context-access; title: struct xdp_md; help: struct xdp_md by name */
SEC("?xdp")
int past_context(struct xdp_md *ctx)
{
	return ((volatile __u32 *)ctx)[60]; /* HERE */
}

/* refused: context-access; title: may not write 4 bytes; help: read-only */
SEC("?xdp")
int writes_data(struct xdp_md *ctx)
{
	*(volatile __u32 *)&ctx->rx_queue_index = 1; /* HERE */
	return XDP_PASS;
}

/* refused: pointer-arithmetic; title: data_end; help: from data */
SEC("?xdp")
int before_end(struct xdp_md *ctx)
{
	__u8 *last = (__u8 *)(long)ctx->data_end - 1; /* HERE */

	if (last < (__u8 *)(long)ctx->data)
		return XDP_PASS;
	return *last;
}

/* refused: return-value; title: returns 7, and 0 to 1|returns 7, and 0 (to|or) [13]; help: Return 0 */
SEC("?cgroup/sock_create")
int verdict_of_cgroup(struct bpf_sock *sk)
{
	return 7; /* HERE */
}

/* refused: packet-bounds; title: by == or != checks no bytes; help: Compare with >: if \(\(void \*\)data \+ 1 > data_end\); not: nothing there */
SEC("?xdp")
int compared_for_equality(struct xdp_md *ctx)
{
	void *data_end = (void *)(long)ctx->data_end;
	void *data = (void *)(long)ctx->data;

	if (data == data_end)
		return XDP_PASS;
	return *(volatile __u8 *)data ? XDP_PASS : XDP_DROP; /* HERE */
}

/* refused: packet-bounds; title: checks only the bytes before it; help: Add the size of what is read */
SEC("?xdp")
int compared_without_size(struct xdp_md *ctx)
{
	void *data_end = (void *)(long)ctx->data_end;
	volatile __u8 *byte = (void *)(long)ctx->data;

	if ((void *)byte > data_end)
		return XDP_PASS;
	return *byte ? XDP_PASS : XDP_DROP; /* HERE */
}

/* refused: packet-bounds; title: data_end, with which it was compared, was read before bpf_xdp_adjust_head\(\); help: Read data_end from the context again */
SEC("?xdp")
int compared_with_old_end(struct xdp_md *ctx)
{
	void *data_end = (void *)(long)ctx->data_end;

	if (bpf_xdp_adjust_head(ctx, 14))
		return XDP_PASS;
	__u8 *byte = (void *)(long)ctx->data;
	if ((void *)(byte + 1) > data_end)
		return XDP_PASS;
	return *byte ? XDP_PASS : XDP_DROP; /* HERE */
}

/* refused: packet-bounds; title: read at data, and nothing there was compared with data_end; help: data \+ 24 > data_end */
SEC("?tc")
int compared_length(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;

	if (skb->len < 34)
		return 0;
	return ((struct iphdr *)(data + 14))->protocol == 17; /* HERE */
}

/* refused: packet-bounds; title: this pointer was not compared with data_end; help: Compare the pointer itself first */
SEC("?tc")
int header_behind_options(struct __sk_buff *skb)
{
	void *data_end = (void *)(long)skb->data_end;
	struct iphdr *ip = (void *)(long)skb->data;

	if ((void *)(ip + 1) > data_end)
		return 0;
	volatile __u8 *behind = (__u8 *)ip + ip->ihl * 4;
	return *behind; /* HERE */
}

/* refused: packet-bounds; title: of the option's value is read; help: optval_end */
SEC("?cgroup/setsockopt")
int value_of_option(struct bpf_sockopt *ctx)
{
	volatile __u8 *value = ctx->optval;

	return *value == 1; /* HERE */
}

/* refused: context-moved; title: offset that is not constant; help: constant offsets */
SEC("?tc")
int context_by_index(struct __sk_buff *skb)
{
	return skb->cb[skb->mark & 3]; /* HERE */
}
