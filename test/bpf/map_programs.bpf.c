// Maps that need a program to be of use: one to jump through, one that programs fill.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#if defined(__TARGET_ARCH_arm64)
#define NR_GETUID 174
#else
#define NR_GETUID 102
#endif

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

// Not the tracepoint of the system call: before Linux 6.11 it has no kernel stack.
SEC("raw_tp/sys_enter")
int entry(struct bpf_raw_tracepoint_args *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 != pid || ctx->args[1] != NR_GETUID)
		return 0;
	stack_id = bpf_get_stackid(ctx, &stacks, 0);
	bpf_tail_call(ctx, &jumps, 1);
	return 0;
}

SEC("?raw_tp/sys_enter")
int landing(struct bpf_raw_tracepoint_args *ctx)
{
	jumped++;
	return 0;
}

char _license[] SEC("license") = "GPL";
