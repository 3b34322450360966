// Counts the packets that the processes of a cgroup send.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 packets;

SEC("cgroup_skb/egress")
int count_egress(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&packets, 1);
	return 1; // lets the packet pass
}

char _license[] SEC("license") = "GPL";
