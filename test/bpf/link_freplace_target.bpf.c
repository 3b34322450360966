#include "link.h"

__noinline int chosen(struct xdp_md *ctx)
{
	volatile int answer = XDP_DROP;

	return answer;
}

SEC("xdp")
int target(struct xdp_md *ctx)
{
	return chosen(ctx);
}
