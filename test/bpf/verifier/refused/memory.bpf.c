// Map values, the stack and numbers.
#include "base.h"

const volatile __u32 limit = 4;
__u32 slots[8];

/* refused: null-check-missing; title: bpf_map_lookup_elem; help: if \(!found\) return */
SEC("?tc")
int no_check(struct __sk_buff *skb)
{
	__u32 key = 1;
	struct item *found = bpf_map_lookup_elem(&items, &key);

	return found->state; /* HERE */
}

/* refused: null-check-missing|null-argument|pointer-arithmetic; title: NULL; help: NULL */
SEC("?tc")
int argument_may_be_null(struct __sk_buff *skb)
{
	__u32 key = 1;
	struct item *found = bpf_map_lookup_elem(&items, &key);

	return bpf_skb_load_bytes(skb, 0, found->name, sizeof(found->name)); /* HERE */
}

/* refused: value-bounds; title: past the end of a value of (map "items"|the map); help: . */
SEC("?tc")
int past_value(struct __sk_buff *skb)
{
	__u32 key = 1;
	struct item *found = bpf_map_lookup_elem(&items, &key);

	if (!found)
		return 0;
	return ((volatile char *)found)[sizeof(*found)]; /* HERE */
}

/* refused: index-unbounded; title: no upper bound; help: both bounds|& 7 */
SEC("?tc")
int unbounded(struct __sk_buff *skb)
{
	slots[skb->mark]++; /* HERE */
	return 0;
}

/* refused: value-bounds; title: past the end|32 bytes|outside; help: if \(at >=|index|bound */
SEC("?tc")
int one_too_many(struct __sk_buff *skb)
{
	__u32 at = skb->mark;

	if (at > 8)
		return 0;
	slots[at]++; /* HERE */
	return 0;
}

/* refused: offset-unbounded|index-negative; title: negative; help: unsigned|0 */
SEC("?tc")
int signed_index(struct __sk_buff *skb)
{
	int at = skb->mark;

	if (at > 7)
		return 0;
	slots[at]++; /* HERE */
	return 0;
}

/* refused: read-only-map; title: const|read-only; help: const */
SEC("?tc")
int writes_rodata(struct __sk_buff *skb)
{
	*(volatile __u32 *)&limit = skb->mark; /* HERE */
	return 0;
}

/* refused: length-zero|length-unbounded; title: a length .* has no upper bound|length .* may be zero; help: at most the size|at least 1 */
SEC("?tc")
int any_length(struct __sk_buff *skb)
{
	char bytes[32];
	__u32 size = skb->mark;

	return bpf_skb_load_bytes(skb, 0, bytes, size); /* HERE */
}

/* refused: length-zero; title: may be zero; help: if \(size == 0\) return|return when it is zero */
SEC("?tc")
int no_length(struct __sk_buff *skb)
{
	char bytes[32];
	__u32 size = skb->mark;

	if (size > sizeof(bytes))
		return 0;
	return bpf_skb_load_bytes(skb, 0, bytes, size); /* HERE */
}

/* refused: stack-bounds; title: 600 bytes; help: sizeof */
SEC("?tc")
int past_stack(struct __sk_buff *skb)
{
	char bytes[16];

	return bpf_skb_load_bytes(skb, 0, bytes, 600); /* HERE */
}

/* refused: uninitialized; title: before it has a value; help: Initialize */
SEC("?tc")
int register_without_value(struct __sk_buff *skb)
{
	long never;

	asm volatile("%0 = r8" : "=r"(never)); /* HERE */
	return never;
}

/* refused: division; title: zero; help: zero */
SEC("?tc")
int divides(struct __sk_buff *skb)
{
	__u64 whole = skb->len;

	asm volatile("%0 /= 0" : "+r"(whole)); /* HERE */
	return whole;
}

/* refused: shift; title: 64|bits; help: . */
SEC("?tc")
int shifts(struct __sk_buff *skb)
{
	__u64 whole = skb->len;

	asm volatile("%0 <<= 64" : "+r"(whole)); /* HERE */
	return whole;
}

/* refused: not-a-pointer; title: is a number and not a pointer; help: bpf_probe_read_kernel */
SEC("?raw_tp/sys_enter")
int number_as_pointer(struct bpf_raw_tracepoint_args *ctx)
{
	return *(volatile __u32 *)ctx->args[0]; /* HERE */
}

/* refused: special-field-access; title: lock|special; help: . */
SEC("?tc")
int reads_lock(struct __sk_buff *skb)
{
	__u32 key = 1;
	struct item *found = bpf_map_lookup_elem(&items, &key);

	if (!found)
		return 0;
	return *(volatile __u32 *)&found->lock; /* HERE */
}

/* refused: misaligned; title: align; help: . */
SEC("?tc")
int odd_atomic(struct __sk_buff *skb)
{
	__u32 key = 1;
	struct item *found = bpf_map_lookup_elem(&items, &key);

	if (!found)
		return 0;
	__sync_fetch_and_add((__u64 *)((char *)found + 12), 1); /* HERE */
	return 0;
}

/* refused: pointer-arithmetic; title: is a pointer; help: offsets */
SEC("?tc")
int multiplied(struct __sk_buff *skb)
{
	__u64 p = (__u64)skb;

	asm volatile("%0 *= 2" : "+r"(p)); /* HERE */
	return *(volatile __u32 *)p;
}

/* refused: frame-pointer; title: r10; help: . */
SEC("?tc")
int moves_frame(struct __sk_buff *skb)
{
	asm volatile("r10 = 0"); /* HERE */
	return 0;
}
