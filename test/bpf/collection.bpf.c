// The parts of a collection: maps of two kinds, globals in every section, programs that count.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct key {
	__u32 pid;
	__u32 cpu;
};

struct value {
	__u64 count;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, struct key);
	__type(value, struct value);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u32);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} pinned SEC(".maps");

const volatile __u32 step = 1;
const volatile char label[16] = "unset";
__u64 hits;
__s32 level = -7;
_Bool enabled = 1;
static volatile __u16 hidden = 3;

SEC("raw_tp/sys_enter")
int count(void *ctx)
{
	if (enabled)
		__sync_fetch_and_add(&hits, step);
	return hidden;
}

SEC("raw_tp/sys_exit")
int count_exit(void *ctx)
{
	__u32 key = 0;
	__u32 *number = bpf_map_lookup_elem(&numbers, &key);

	if (number)
		(*number)++;
	return label[0] + level;
}

SEC("?raw_tp/sys_enter")
int optional(void *ctx)
{
	struct key key = {};
	return bpf_map_lookup_elem(&table, &key) != 0;
}

char _license[] SEC("license") = "GPL";
