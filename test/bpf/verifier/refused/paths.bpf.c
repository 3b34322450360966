// Faults that only the path to them explains.
#include "base.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} next SEC(".maps");

/* refused: null-here|not-a-pointer; title: found is NULL on this path; help: not NULL */
SEC("?tc")
int turned_null_check(struct __sk_buff *skb)
{
	__u32 key = skb->ifindex;
	struct item *found = bpf_map_lookup_elem(&items, &key);

	if (!found)
		found->count = 1; /* HERE */
	return 0;
}

/* refused: packet-bounds; title: for a shorter packet; help: Turn the comparison round */
SEC("?xdp")
int turned_packet_check(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;

	if ((void *)(eth + 1) <= data_end)
		return XDP_PASS;
	return eth->h_proto == 8 ? XDP_DROP : XDP_PASS; /* HERE */
}

__attribute__((noinline)) int trim(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_tail(ctx, -4);
}

/* refused: packet-stale; title: trim\(\) may have moved it; help: after trim\(\); since: 6.13 */
SEC("?xdp")
int stale_after_function(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	__u8 *first = data;

	if ((void *)(first + 1) > data_end)
		return XDP_PASS;
	trim(ctx);
	return *first ? XDP_PASS : XDP_DROP; /* HERE */
}

/* refused: not-released; title: record; help: bpf_ringbuf_discard\(record, 0\) */
SEC("?tc")
int loses_record(struct __sk_buff *skb)
{
	__u64 *record = bpf_ringbuf_reserve(&ring, 8, 0);

	if (!record)
		return 0;
	record = bpf_ringbuf_reserve(&ring, 16, 0);
	if (!record)
		return 0;
	bpf_ringbuf_submit(record, 0);
	return 0; /* HERE: - */
}

/* refused: not-acquired; title: does not hold; help: Leave out bpf_sk_release */
SEC("?tc")
int releases_borrowed(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	if (sk)
		bpf_sk_release(sk); /* HERE */
	return 0;
}

/* refused: tail-call; title: no array of programs; help: prog-array */
SEC("?tc")
int tail_call_of_hash(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &items, 1); /* HERE */
	return 0;
}

/* refused: not-released; title: calls bpf_tail_call\(\); help: before bpf_tail_call\(\) is called */
SEC("?tc")
int record_over_tail_call(struct __sk_buff *skb)
{
	__u64 *record = bpf_ringbuf_reserve(&ring, 8, 0);

	if (!record)
		return 0;
	bpf_tail_call(skb, &next, 0); /* HERE */
	bpf_ringbuf_submit(record, 0);
	return 0;
}

static __attribute__((noinline)) int odd(struct __sk_buff *skb, int n);

static __attribute__((noinline)) int even(struct __sk_buff *skb, int n)
{
	asm volatile("" ::: "memory");
	return odd(skb, n + 1) + skb->len;
}

static __attribute__((noinline)) int odd(struct __sk_buff *skb, int n)
{
	asm volatile("" ::: "memory");
	return n > 3 ? 0 : even(skb, n + 1) + 1; /* HERE: - */
}

/* refused: recursion; title: (odd|even)\(\) calls (odd|even)\(\); help: loop */
SEC("?tc")
int recursive(struct __sk_buff *skb)
{
	return odd(skb, 0);
}

/* refused: value-bounds|length-zero|length-unbounded; title: size, a length that bpf_skb_load_bytes\(\) receives, may be (64|zero); help: if \(size > 16\) return|Keep the comparisons apart: asm volatile\("" : "\+r"\(size\)\); since: 5.18 */
SEC("?tc")
int length_of_another(struct __sk_buff *skb)
{
	__u32 key = 1, size = skb->len;
	struct item *found = bpf_map_lookup_elem(&items, &key);

	if (!found || size > 64 || size < 1)
		return 0;
	bpf_skb_load_bytes(skb, 0, found->name, size); /* HERE */
	return 0;
}

/* refused: not-a-pointer; title: overwritten in part; help: saved pointer; since: 5.18 */
SEC("?tc")
int overwrites_pointer(struct __sk_buff *skb)
{
	asm volatile("*(u64 *)(r10 - 8) = r1; *(u8 *)(r10 - 5) = 0; "
		     "r0 = *(u64 *)(r10 - 8); r0 = *(u32 *)(r0 + 0)" ::: "r0"); /* HERE: - */
	return 0;
}

/* refused: context-access; title: socket-filter; help: bpf_skb_load_bytes */
SEC("?socket")
int packet_of_socket(struct __sk_buff *skb)
{
	return skb->data == 3; /* HERE */
}
