// The second program loads, and has nowhere to attach to.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 hits;

SEC("raw_tp/sys_enter")
int first(void *ctx)
{
	__sync_fetch_and_add(&hits, 1);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_no_such_call")
int second(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
