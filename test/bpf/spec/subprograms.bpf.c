// Functions that are not programs: static, global, hidden, callbacks.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __noinline int local(int x)
{
	return x * 3;
}

__noinline int global(int x)
{
	return local(x) + 1;
}

__attribute__((visibility("hidden"))) __noinline int hidden(int x)
{
	return global(x) * 5;
}

static int callback(__u32 i, void *ctx)
{
	return i > 3;
}

SEC("xdp")
int first(struct xdp_md *ctx)
{
	return hidden(ctx->ingress_ifindex);
}

SEC("?xdp")
int left_out(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp")
int second(struct xdp_md *ctx)
{
	bpf_loop(3, callback, 0, 0);
	return global(ctx->rx_queue_index);
}

SEC("section/of/our/own")
int of_no_known_type(void *ctx)
{
	return 0;
}
