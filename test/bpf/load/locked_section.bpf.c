// A data section with a lock, which the kernel maps into no process.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct bpf_spin_lock guard SEC(".data.guarded") __hidden;
__u64 guarded SEC(".data.guarded") __hidden;

SEC("tc")
int count(struct __sk_buff *skb)
{
	bpf_spin_lock(&guard);
	guarded++;
	bpf_spin_unlock(&guard);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
