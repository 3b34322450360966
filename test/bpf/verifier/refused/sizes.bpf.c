// Sizes, offsets and maps that do not fit a call or a packet.
#include "base.h"

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__type(value, __u64);
} queue SEC(".maps");

/* refused: stack-bounds; title: bpf_map_lookup_elem\(\) takes 4 bytes, a key of .* 1 are left on the stack at &key; help: all 4 bytes of a key of; not: sizeof */
SEC("?tc")
int small_key(struct __sk_buff *skb)
{
	__u8 key = skb->ifindex;

	return bpf_map_lookup_elem(&items, &key) != 0; /* HERE */
}

/* refused: length-negative|length-unbounded; title: count, a length; help: Declare count with 64 bits \(__u64\); not: unsigned */
SEC("?kprobe/do_nanosleep")
int compared_in_part(void *ctx)
{
	char bytes[64];
	__u64 register_value = *(volatile __u64 *)ctx;
	__u32 count = register_value;

	if (count > sizeof(bytes))
		return 0;
	bpf_probe_read_user(bytes, count, 0); /* HERE */
	return bytes[0];
}

/* refused: length-zero; title: the length 0|the length .* may be zero; help: sizeof|at least 1; not: == 0 */
SEC("?tc")
int no_length(struct __sk_buff *skb)
{
	char bytes[8];

	return bpf_skb_load_bytes(skb, 0, bytes, 0); /* HERE */
}

/* refused: packet-bounds; title: compared with data, where the metadata ends; help: > \(void \*\)\(long\)ctx->data\); not: data_end */
SEC("?xdp")
int metadata_and_end(struct xdp_md *ctx)
{
	__u32 *mark = (void *)(long)ctx->data_meta;

	if ((void *)(mark + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	return *mark ? XDP_DROP : XDP_PASS; /* HERE */
}

/* refused: packet-bounds; title: 1 byte before first is read; help: offsets that are not negative; not: Compare */
SEC("?xdp")
int before_packet(struct xdp_md *ctx)
{
	__u8 *first = (void *)(long)ctx->data;

	if ((void *)(first + 4) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	asm volatile("" : "+r"(first));
	return first[-1]; /* HERE */
}

/* refused: packet-bounds; title: follows offsets up to 65535 only; help: constant bound; not: 65536 */
SEC("?xdp")
int far_in_packet(struct xdp_md *ctx)
{
	__u8 *first = (void *)(long)ctx->data;

	if ((void *)(first + 65535) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	return first[65535]; /* HERE */
}

/* refused: read-only-map; title: read-only for programs; help: from user space; not: BPF_F_RDONLY_PROG, or change it from user space$ */
SEC("?tc")
int writes_devices(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_update_elem(&devices, &key, &key, 0); /* HERE */
}

/* refused: length-zero|map-type; title: bpf_map_lookup_elem\(\); help: bpf_map_peek_elem\(\)|helpers that are made; not: bpf_map_push_elem */
SEC("?tc")
int looks_up_queue(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&queue, &key) != 0; /* HERE */
}

/* refused: context-moved; title: before it goes to bpf_skb_load_bytes\(\); help: Pass the context as it was given; not: field */
SEC("?tc")
int hands_over_member(struct __sk_buff *skb)
{
	char bytes[4];

	return bpf_skb_load_bytes((void *)skb + 8, 0, bytes, sizeof(bytes)); /* HERE */
}

static __attribute__((noinline)) int *own_variable(void)
{
	int number = 3;
	int *address = &number;

	asm volatile("" : "+r"(address) : : "memory");
	return address;
}

/* refused: stack-returned; title: own_variable\(\) returns the address; help: return the value */
SEC("?tc")
int returned_stack(struct __sk_buff *skb)
{
	return *own_variable();
}

/* refused: argument-type; title: argument 2 is NULL; help: address of memory */
SEC("?tc")
int no_key(struct __sk_buff *skb)
{
	return bpf_map_lookup_elem(&items, (void *)0) != 0; /* HERE */
}

/* refused: memory-bounds|argument-type; title: past the end of the record|record is memory; help: all \d+ bytes of a value of map "items"|to the stack first; not: index */
SEC("?tc")
int short_value(struct __sk_buff *skb)
{
	__u32 key = 1;
	__u64 *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record)
		return 0;
	bpf_map_update_elem(&items, &key, record, BPF_ANY); /* HERE */
	bpf_ringbuf_discard(record, 0);
	return 0;
}

/* refused: offset-unbounded|offset-too-large; title: ^result, which is added to a map value; help: result; since: 5.18 */
SEC("?tc")
int added_to_number(struct __sk_buff *skb)
{
	__u32 key = 1;
	struct item *found = bpf_map_lookup_elem(&items, &key);

	if (!found)
		return 0;
	long result = bpf_skb_load_bytes(skb, 0, found->name, sizeof(found->name));

	asm volatile("%0 += %1; r0 = *(u8 *)(%0 + 0)" : "+r"(result) : "r"(found) : "r0"); /* HERE */
	return result == 0;
}

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} tenants SEC(".maps");

/* refused: read-only-memory; title: count is a map; help: bpf_map_update_elem; not: made for it */
SEC("?tc")
int writes_inner_map(struct __sk_buff *skb)
{
	__u32 key = skb->ifindex;
	__u64 *count = bpf_map_lookup_elem(&tenants, &key);

	if (count)
		*count = 1; /* HERE */
	return 0;
}
