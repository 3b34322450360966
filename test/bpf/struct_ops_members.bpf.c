// A congestion control without callbacks, and programs that a test chooses as its callbacks.
#include "link.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct sock;
struct list_head {
	struct list_head *next, *prev;
};
struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	void (*init)(struct sock *sk);
	struct list_head list;
	__u32 flags;
	char name[16];
};
#pragma clang attribute pop

SEC("?struct_ops")
__u32 BPF_PROG(ten, struct sock *sk)
{
	return 10;
}

SEC("?struct_ops")
__u32 BPF_PROG(undo, struct sock *sk)
{
	return 10;
}

SEC("?struct_ops")
void BPF_PROG(avoid, struct sock *sk, __u32 ack, __u32 acked)
{
}

SEC("?struct_ops")
void BPF_PROG(count, struct sock *sk)
{
	hit();
}

SEC("?struct_ops")
void BPF_PROG(count_twice, struct sock *sk)
{
	hit();
	hit();
}

SEC(".struct_ops.link")
struct tcp_congestion_ops first = {
	.name = "ebpf_test_one",
};

SEC(".struct_ops.link")
struct tcp_congestion_ops second = {
	.name = "ebpf_test_two",
};
