// Programs that the verifier refuses, one for each cause that people meet. A comment says REFUSED on the line at fault,
// and what led to it where that is another line: ACQUIRED, CHECKED, MOVED, GIVEN BACK, LOCKED.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct counter {
	struct bpf_spin_lock lock;
	__u64 hits;
	__u64 seen;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct counter);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} samples SEC(".maps");

const __u32 ceiling = 7;
__u32 cells[16];
int wanted;

SEC("?xdp")
int no_null_check(struct xdp_md *ctx)
{
	__u32 queue = ctx->rx_queue_index;
	struct counter *found = bpf_map_lookup_elem(&counters, &queue); /* ACQUIRED */

	found->hits++; /* REFUSED */
	return XDP_PASS;
}

SEC("?xdp")
int stale_packet(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *frame = (void *)(long)ctx->data;

	if ((void *)(frame + 1) > end) /* CHECKED */
		return XDP_PASS;
	if (bpf_xdp_adjust_tail(ctx, -4)) /* MOVED */
		return XDP_DROP;
	frame->h_dest[0] = 1; /* REFUSED */
	return XDP_PASS;
}

SEC("?xdp")
int unchecked_byte(struct xdp_md *ctx)
{
	__u8 *first = (void *)(long)ctx->data;

	return first[20] ? XDP_DROP : XDP_PASS; /* REFUSED */
}

SEC("?xdp")
int checked_too_little(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	__u8 *first = (void *)(long)ctx->data;

	if (first + 4 > (__u8 *)end) /* CHECKED */
		return XDP_PASS;
	return first[7] ? XDP_DROP : XDP_PASS; /* REFUSED */
}

SEC("?tc")
int early_end(struct __sk_buff *skb)
{
	__u64 *sample = bpf_ringbuf_reserve(&samples, 8, 0); /* ACQUIRED */

	if (!sample)
		return 0;
	if (skb->len < 64)
		return 0; /* REFUSED */
	*sample = skb->len;
	bpf_ringbuf_submit(sample, 0);
	return 1;
}

SEC("?tc")
int after_submit(struct __sk_buff *skb)
{
	__u32 *sample = bpf_ringbuf_reserve(&samples, 4, 0); /* ACQUIRED */

	if (!sample)
		return 0;
	*sample = skb->mark;
	bpf_ringbuf_submit(sample, 0); /* GIVEN BACK */
	return *sample; /* REFUSED */
}

SEC("?tc")
int call_under_lock(struct __sk_buff *skb)
{
	__u32 key = skb->mark;
	struct counter *found = bpf_map_lookup_elem(&counters, &key);

	if (!found)
		return 0;
	bpf_spin_lock(&found->lock); /* LOCKED */
	found->seen = bpf_get_prandom_u32(); /* REFUSED */
	bpf_spin_unlock(&found->lock);
	return 0;
}

SEC("?tc")
int index_from_packet(struct __sk_buff *skb)
{
	__u32 at = skb->mark;

	cells[at] = 1; /* REFUSED */
	return 0;
}

SEC("?tc")
int negative_index(struct __sk_buff *skb)
{
	int at = wanted;

	if (at > 15) /* CHECKED */
		return 0;
	cells[at]++; /* REFUSED */
	return 0;
}

SEC("?tc")
int empty_length(struct __sk_buff *skb)
{
	char bytes[32];
	__u32 size = skb->mark & 31;

	return bpf_skb_load_bytes(skb, 0, bytes, size); /* REFUSED */
}

SEC("?tc")
int writes_const(struct __sk_buff *skb)
{
	*(volatile __u32 *)&ceiling = skb->mark; /* REFUSED */
	return 0;
}

SEC("?tc")
int writes_length(struct __sk_buff *skb)
{
	skb->len = 0; /* REFUSED */
	return 0;
}

SEC("?cgroup_skb/ingress")
int odd_verdict(struct __sk_buff *skb)
{
	return 9; /* REFUSED */
}

SEC("?xdp")
int other_types_helper(struct xdp_md *ctx)
{
	return bpf_skb_change_tail((void *)ctx, 100, 0); /* REFUSED */
}

SEC("?raw_tp/sys_enter")
int kernel_address(void *ctx)
{
	char *task = (void *)bpf_get_current_task(); /* ACQUIRED */

	return task[8]; /* REFUSED */
}

SEC("?tc")
int zero_divisor(struct __sk_buff *skb)
{
	__u64 ratio = skb->len;

	asm volatile("%0 /= 0" : "+r"(ratio)); /* REFUSED */
	return ratio;
}

SEC("?xdp")
int from_the_end(struct xdp_md *ctx)
{
	__u8 *last = (__u8 *)(long)ctx->data_end - 2; /* REFUSED */

	if ((void *)last < (void *)(long)ctx->data)
		return XDP_PASS;
	return *last ? XDP_DROP : XDP_PASS;
}

SEC("?tc")
int no_value(struct __sk_buff *skb)
{
	__u64 never;

	asm volatile("%0 = r9" : "=r"(never)); /* REFUSED */
	return never;
}

static __noinline int twice(char *at)
{
	return at[0] + at[1]; /* REFUSED */
}

SEC("?tc")
int fault_in_function(struct __sk_buff *skb)
{
	__u32 key = skb->mark;

	return twice(bpf_map_lookup_elem(&counters, &key));
}
