// Maps that need a program to be of use: one to jump through, one that programs fill.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} jumps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 64);
	__uint(key_size, 4);
	__uint(value_size, 8 * 32);
} stacks SEC(".maps");

__u32 pid;
__u32 jumped;
__s32 stack_id = -1;

SEC("tracepoint/syscalls/sys_enter_getuid")
int entry(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 != pid)
		return 0;
	stack_id = bpf_get_stackid(ctx, &stacks, 0);
	bpf_tail_call(ctx, &jumps, 1);
	return 0;
}

SEC("?tracepoint/syscalls/sys_enter_getuid")
int landing(void *ctx)
{
	jumped++;
	return 0;
}

char _license[] SEC("license") = "GPL";
