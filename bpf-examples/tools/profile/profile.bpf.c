// Counts the stacks that are seen on the CPUs.
#include "../stacks.bpf.h"

SEC("perf_event")
int on_sample(void *ctx)
{
	struct stack_key key = { .pid = bpf_get_current_pid_tgid() >> 32 };

	// Process 0 is what a CPU does when nothing waits.
	if (!key.pid || (only_pid && only_pid != key.pid))
		return 0;
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	key.user_stack = bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK);
	key.kernel_stack = bpf_get_stackid(ctx, &stacks, 0);
	add(&key, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
