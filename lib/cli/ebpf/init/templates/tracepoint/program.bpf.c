// Counts the programs that this machine starts.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 calls; // main.ts reads it as program.variables.calls

SEC("tracepoint/syscalls/sys_enter_execve")
int on_execve(void *ctx)
{
	__sync_fetch_and_add(&calls, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
