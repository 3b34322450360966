// Maps as they were defined before BTF. libbpf refuses them since 1.0.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct bpf_map_def {
	__u32 type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 map_flags;
};

struct bpf_map_def SEC("maps") first = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 100,
	.map_flags = BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps") second = {
	.type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	.key_size = 4,
	.value_size = 4,
};

struct ____btf_map_first {
	int key;
	long value;
};
struct ____btf_map_first ____btf_map_first SEC(".maps.first") = {};

SEC("socket")
int use(void *ctx)
{
	return bpf_map_lookup_elem(&first, &(int){ 0 }) != 0;
}
