// Sends each frame back out of the interface that it is said to come from.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int transmit(struct xdp_md *ctx)
{
	return XDP_TX;
}

SEC("xdp")
int pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
