// A map of a type that no kernel has yet, beside one of a known type, and a program for each.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct session {
	__u32 id;
	__u64 bytes;
};

struct {
	__uint(type, 200);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct session);
} sessions SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("xdp")
int on_session(struct xdp_md *context)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&sessions, &key) ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int on_count(struct xdp_md *context)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(&counts, &key);

	if (count)
		__sync_fetch_and_add(count, 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
