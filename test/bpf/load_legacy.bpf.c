// Maps with legacy definitions, and one with a BTF definition.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct bpf_map_def {
	__u32 type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 map_flags;
};

struct bpf_map_def SEC("maps") counts = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 2,
};

struct bpf_map_def SEC("maps") unused_map = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = 4,
	.value_size = 4,
	.max_entries = 100,
	.map_flags = BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps/other") totals = {
	.type = BPF_MAP_TYPE_PERCPU_HASH,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 10,
};

#ifdef MODERN
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} modern SEC(".maps");
#endif

struct ____btf_map_counts {
	__u32 key;
	__u64 value;
};
struct ____btf_map_counts ____btf_map_counts SEC(".maps.counts") = {};

__u64 step = 3;

SEC("socket")
int count(void *ctx)
{
	__u32 key = 1;
	__u64 *value = bpf_map_lookup_elem(&counts, &key);

	if (!value)
		return -1;
	*value += step;
	bpf_map_update_elem(&totals, &key, value, BPF_ANY);
#ifdef MODERN
	key = 0;
	bpf_map_update_elem(&modern, &key, value, BPF_ANY);
#endif
	return *value;
}

char _license[] SEC("license") = "GPL";
