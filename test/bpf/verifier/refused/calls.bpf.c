// Calls, helpers and limits.
#include "base.h"

/* refused: helper-not-allowed; title: "xdp" may not call bpf_skb_load_bytes\(\); help: bpf_skb_load_bytes */
SEC("?xdp")
int helper_of_others(struct xdp_md *ctx)
{
	char bytes[4];

	return bpf_skb_load_bytes(ctx, 0, bytes, sizeof(bytes)); /* HERE */
}

/* refused: endless-loop|too-many-instructions; title: .; help: bpf_loop|bound */
SEC("?tc")
int waits(struct __sk_buff *skb)
{
	while (*(volatile __u32 *)&skb->mark) /* HERE: - */
		;
	return 0;
}

/* refused: calls-too-deep; title: \d+ are allowed; help: \d+ frames */
#define DEEPER(n, next) static __attribute__((noinline)) int deep_##n(struct __sk_buff *skb) { return next(skb) + n + skb->len; }
static __attribute__((noinline)) int deep_0(struct __sk_buff *skb)
{
	return skb->mark;
}
DEEPER(1, deep_0) DEEPER(2, deep_1) DEEPER(3, deep_2) DEEPER(4, deep_3) DEEPER(5, deep_4) DEEPER(6, deep_5)
DEEPER(7, deep_6) DEEPER(8, deep_7) DEEPER(9, deep_8) DEEPER(10, deep_9) DEEPER(11, deep_10) DEEPER(12, deep_11)
DEEPER(13, deep_12) DEEPER(14, deep_13) DEEPER(15, deep_14) DEEPER(16, deep_15) DEEPER(17, deep_16) DEEPER(18, deep_17)
DEEPER(19, deep_18) DEEPER(20, deep_19) DEEPER(21, deep_20) DEEPER(22, deep_21) DEEPER(23, deep_22) DEEPER(24, deep_23)
DEEPER(25, deep_24) DEEPER(26, deep_25) DEEPER(27, deep_26) DEEPER(28, deep_27) DEEPER(29, deep_28) DEEPER(30, deep_29)
DEEPER(31, deep_30) DEEPER(32, deep_31) DEEPER(33, deep_32) DEEPER(34, deep_33) DEEPER(35, deep_34) DEEPER(36, deep_35)
DEEPER(37, deep_36) DEEPER(38, deep_37) DEEPER(39, deep_38) DEEPER(40, deep_39)
SEC("?tc")
int too_deep(struct __sk_buff *skb)
{
	return deep_40(skb); /* HERE: - */
}

/* refused: stack-too-large; title: 6\d\d bytes of stack; help: map */
static __attribute__((noinline)) int large(struct __sk_buff *skb)
{
	volatile char bytes[300] = {};

	bytes[skb->len & 255] = 1;
	return bytes[skb->mark & 255];
}
SEC("?tc")
int too_much_stack(struct __sk_buff *skb)
{
	volatile char bytes[300] = {};

	bytes[skb->len & 255] = large(skb); /* HERE: - */
	return bytes[skb->mark & 255];
}

/* refused: length-zero|map-type; title: bpf_map_update_elem\(\); help: map; not: return when */
SEC("?tc")
int updates_ring(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_update_elem(&ring, &key, &key, 0); /* HERE */
}

/* refused: argument-type; title: takes a map; help: &map */
SEC("?tc")
int context_as_map(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(skb, &key) != 0; /* HERE */
}

/* refused: argument-type; title: takes a pointer to (memory|the stack); help: . */
SEC("?tc")
int context_as_key(struct __sk_buff *skb)
{
	return bpf_map_lookup_elem(&items, skb) != 0; /* HERE */
}

/* refused: sleepable|helper-not-allowed; title: sleep|may not call bpf_copy_from_user; help: SEC\("fentry\.s|sleepable|this kernel */
SEC("?fentry/do_nanosleep")
int sleeps(void *ctx)
{
	char bytes[4];

	return bpf_copy_from_user(bytes, sizeof(bytes), 0); /* HERE */
}

/* refused: return-value; title: returns 1, and only 0 is allowed; help: Return only 0 on every path */
SEC("?fentry/do_nanosleep")
int fentry_returns(void *ctx)
{
	return 1; /* HERE */
}

/* refused: constant-argument|length-unbounded; title: must be a constant; help: constant */
SEC("?tc")
int record_of_any_size(struct __sk_buff *skb)
{
	void *record = bpf_ringbuf_reserve(&ring, skb->len, 0); /* HERE */

	if (record)
		bpf_ringbuf_discard(record, 0);
	return 0;
}
