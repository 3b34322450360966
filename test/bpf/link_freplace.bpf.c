#include "link.h"

SEC("freplace/chosen")
int replacement(struct xdp_md *ctx)
{
	hit();
	return XDP_TX;
}

SEC("fentry/target")
int BPF_PROG(before_target, struct xdp_md *packet)
{
	hit();
	return 0;
}
