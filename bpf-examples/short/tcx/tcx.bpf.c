// Counts the packets that an interface receives and sends.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 received;
__u64 sent;

SEC("tcx/ingress")
int count_received(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&received, 1);
	return TCX_NEXT;
}

SEC("tcx/egress")
int count_sent(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&sent, 1);
	return TCX_NEXT;
}

char _license[] SEC("license") = "GPL";
