// Programs on the way of packets. All let everything pass.
#include "link.h"
#include <linux/pkt_cls.h>

SEC("xdp")
int on_xdp(struct xdp_md *ctx)
{
	hit();
	return XDP_PASS;
}

SEC("xdp.frags")
int on_xdp_frags(struct xdp_md *ctx)
{
	hit();
	return XDP_PASS;
}

SEC("xdp")
int on_xdp_next(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&hits, 1000000);
	return XDP_PASS;
}

SEC("tc")
int on_tc(struct __sk_buff *ctx)
{
	hit();
	return TC_ACT_OK;
}

SEC("tc")
int on_tc_next(struct __sk_buff *ctx)
{
	__sync_fetch_and_add(&hits, 1000000);
	return TC_ACT_OK;
}

SEC("tcx/ingress")
int on_tcx_ingress(struct __sk_buff *ctx)
{
	hit();
	return TCX_NEXT;
}

SEC("tcx/egress")
int on_tcx_egress(struct __sk_buff *ctx)
{
	hit();
	return TCX_NEXT;
}

SEC("netkit/primary")
int on_netkit(struct __sk_buff *ctx)
{
	hit();
	return TCX_NEXT;
}

SEC("netfilter")
int on_netfilter(void *ctx)
{
	hit();
	return 1;
}

SEC("sk_lookup")
int on_sk_lookup(struct bpf_sk_lookup *ctx)
{
	hit();
	return SK_PASS;
}

SEC("flow_dissector")
int on_flow_dissector(struct __sk_buff *ctx)
{
	hit();
	return 0;
}

SEC("sk_reuseport")
int on_sk_reuseport(struct sk_reuseport_md *ctx)
{
	hit();
	return SK_PASS;
}

SEC("socket")
int on_socket(struct __sk_buff *ctx)
{
	hit();
	return ctx->len;
}
