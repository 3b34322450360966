// Counts the IPv4 packets that an interface receives, by their sender. It drops none.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <ebpf/fields.bpf.h>

typedef __be32 address EBPF_IPV4; // "127.0.0.1" in main.ts

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, address);
	__type(value, __u64);
} packets SEC(".maps");

SEC("xdp")
int count_senders(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *ethernet = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(ethernet + 1);
	address sender;
	__u64 *count, one = 1;

	// The verifier accepts a read only after a comparison with the end of the packet.
	if ((void *)(ip + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	sender = ip->saddr;
	count = bpf_map_lookup_elem(&packets, &sender);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&packets, &sender, &one, BPF_ANY);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
