// Counts the packets that arrive at a network interface, and drops datagrams to one port.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct stats {
	__u64 processed;
	__u64 dropped;
	__u64 errors; // frames that end within a header
};

// One entry for each CPU, so that no CPU waits for another.
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stats);
} stats_map SEC(".maps");

// Of UDP over IPv4; 0 drops nothing.
const volatile __u16 blocked_port = 0;

enum verdict { PASS, DROP, BROKEN };

static __always_inline enum verdict verdict_on(void *data, void *data_end)
{
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(eth + 1) > data_end)
		return BROKEN;
	if (eth->h_proto != bpf_htons(ETH_P_IP))
		return PASS;
	if ((void *)(ip + 1) > data_end)
		return BROKEN;
	// With options of IP, or in a later fragment, the ports are not here.
	if (ip->protocol != IPPROTO_UDP || ip->ihl != 5 || ip->frag_off & bpf_htons(0x1fff))
		return PASS;
	if ((void *)(udp + 1) > data_end)
		return BROKEN;
	return blocked_port && udp->dest == bpf_htons(blocked_port) ? DROP : PASS;
}

SEC("xdp")
int count_packets(struct xdp_md *ctx)
{
	enum verdict verdict = verdict_on((void *)(long)ctx->data, (void *)(long)ctx->data_end);
	__u32 key = 0;
	struct stats *stats = bpf_map_lookup_elem(&stats_map, &key);

	if (!stats)
		return XDP_ABORTED;
	stats->processed++;
	if (verdict == DROP)
		stats->dropped++;
	if (verdict == BROKEN)
		stats->errors++;
	return verdict == PASS ? XDP_PASS : XDP_DROP;
}

char _license[] SEC("license") = "GPL";
