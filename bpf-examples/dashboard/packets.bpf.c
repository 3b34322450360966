// Counts the packets that arrive at a network interface, by protocol and by size. It drops none.
#include "../tools/kernel.bpf.h"
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>

struct traffic {
	__u64 packets;
	__u64 bytes;
};

struct traffic tcp;
struct traffic udp;
struct traffic icmp;
struct traffic other;

// By powers of two of a packet's bytes.
__u64 sizes[SLOTS];

static __always_inline struct traffic *traffic_of(int protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return &tcp;
	case IPPROTO_UDP:
		return &udp;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return &icmp;
	default:
		return &other;
	}
}

static __always_inline int protocol_of(void *data, void *data_end)
{
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct ipv6hdr *ip6 = (void *)(eth + 1);

	if ((void *)(eth + 1) > data_end)
		return -1;
	if (eth->h_proto == bpf_htons(ETH_P_IP) && (void *)(ip + 1) <= data_end)
		return ip->protocol;
	if (eth->h_proto == bpf_htons(ETH_P_IPV6) && (void *)(ip6 + 1) <= data_end)
		return ip6->nexthdr;
	return -1;
}

SEC("xdp")
int count_packets(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	__u64 bytes = data_end - data;
	struct traffic *traffic = traffic_of(protocol_of(data, data_end));

	__sync_fetch_and_add(&traffic->packets, 1);
	__sync_fetch_and_add(&traffic->bytes, bytes);
	__sync_fetch_and_add(&sizes[log2_slot(bytes)], 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
