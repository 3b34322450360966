// One program that says where it is attached, one that does not, and one that is only run.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("raw_tp/sys_enter")
int count(void *ctx)
{
	return 0;
}

SEC("xdp")
int drop(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("lwt_xmit")
int run(struct __sk_buff *ctx)
{
	return BPF_OK;
}

char _license[] SEC("license") = "GPL";
