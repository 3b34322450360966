// Adds up the time that threads are not on a CPU, by the stack with which they left it.
#include "../stacks.bpf.h"

struct left {
	__u64 time;
	struct stack_key key;
};

// Threads that are not on a CPU.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct left);
} waiting SEC(".maps");

// Called on the stack of the thread that leaves, which is still the current one.
SEC("raw_tracepoint/sched_switch")
int on_switch(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *next = (struct task_struct *)ctx->args[2];
	__u64 id = bpf_get_current_pid_tgid();
	__u32 thread = id;
	__u64 now = bpf_ktime_get_ns();
	struct left *waited;

	if (thread && (!only_pid || only_pid == id >> 32)) {
		struct left left = { .time = now, .key.pid = id >> 32 };

		bpf_get_current_comm(left.key.comm, sizeof(left.key.comm));
		left.key.user_stack = bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK);
		left.key.kernel_stack = bpf_get_stackid(ctx, &stacks, 0);
		bpf_map_update_elem(&waiting, &thread, &left, BPF_ANY);
	}
	thread = BPF_CORE_READ(next, pid);
	waited = bpf_map_lookup_elem(&waiting, &thread);
	if (waited) {
		add(&waited->key, (now - waited->time) / 1000);
		bpf_map_delete_elem(&waiting, &thread);
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
