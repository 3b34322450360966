// Counts the packets that an interface receives. packets2.bpf.c is the next version.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct traffic {
	__u32 packets;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct traffic);
} traffic_map SEC(".maps");

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct traffic *traffic = bpf_map_lookup_elem(&traffic_map, &key);

	if (traffic)
		__sync_fetch_and_add(&traffic->packets, 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
