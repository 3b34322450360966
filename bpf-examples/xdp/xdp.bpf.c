// Drops every packet that is not IPv4, and counts what it does.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

__u64 passed;
__u64 dropped;

SEC("xdp")
int xdp_drop_program(struct xdp_md *ctx)
{
	void *data_end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;

	// The verifier wants to see that the header is inside of the packet before it is read.
	if ((void *)(eth + 1) > data_end)
		return XDP_ABORTED;

	// On the wire, as everywhere in networks, the high byte comes first.
	if (eth->h_proto != bpf_htons(ETH_P_IP)) {
		__sync_fetch_and_add(&dropped, 1);
		return XDP_DROP;
	}
	__sync_fetch_and_add(&passed, 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
