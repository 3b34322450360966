// Tables of callbacks for the kernel: registered by update, by link, and left out.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sock;

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	__u32 flags;
	char name[16];
};

SEC("struct_ops/ssthresh")
__u32 our_ssthresh(void *ctx)
{
	return 10;
}

SEC("struct_ops.s/cong_avoid")
void our_cong_avoid(void *ctx)
{
}

SEC("struct_ops")
__u32 our_undo_cwnd(void *ctx)
{
	return 1;
}

SEC("?struct_ops/undo_cwnd")
__u32 optional_undo_cwnd(void *ctx)
{
	return 2;
}

SEC(".struct_ops")
struct tcp_congestion_ops plain = {
	.ssthresh = (void *)our_ssthresh,
	.cong_avoid = (void *)our_cong_avoid,
	.name = "plain",
};

SEC(".struct_ops.link")
struct tcp_congestion_ops linked = {
	.undo_cwnd = (void *)our_undo_cwnd,
	.flags = 3,
	.name = "linked",
};

SEC(".struct_ops.link")
struct tcp_congestion_ops linked_too = {
	.ssthresh = (void *)our_ssthresh,
	.undo_cwnd = (void *)our_undo_cwnd,
	.name = "linked_too",
};

SEC("?.struct_ops.link")
struct tcp_congestion_ops optional = {
	.undo_cwnd = (void *)optional_undo_cwnd,
	.name = "optional",
};

char _license[] SEC("license") = "GPL";
