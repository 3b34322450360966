// Counts how long threads wait for a CPU, by powers of two.
#include "../kernel.bpf.h"

#define TASK_RUNNING 0

// Microseconds.
__u64 slots[SLOTS];

// When each thread became ready to run.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u64);
} ready SEC(".maps");

// 0 for all. Set before loading.
const volatile __u32 only_pid = 0;

static __always_inline void became_ready(struct task_struct *task)
{
	__u32 thread = BPF_CORE_READ(task, pid);
	__u64 now = bpf_ktime_get_ns();

	// Thread 0 is what a CPU does when nothing waits.
	if (thread && (!only_pid || only_pid == BPF_CORE_READ(task, tgid)))
		bpf_map_update_elem(&ready, &thread, &now, BPF_ANY);
}

static __always_inline long state_of(struct task_struct *task)
{
	if (bpf_core_field_exists(task->__state))
		return BPF_CORE_READ(task, __state);
	return BPF_CORE_READ((struct task_struct___old *)task, state);
}

SEC("raw_tracepoint/sched_wakeup")
int on_wakeup(struct bpf_raw_tracepoint_args *ctx)
{
	became_ready((struct task_struct *)ctx->args[0]);
	return 0;
}

SEC("raw_tracepoint/sched_wakeup_new")
int on_wakeup_new(struct bpf_raw_tracepoint_args *ctx)
{
	became_ready((struct task_struct *)ctx->args[0]);
	return 0;
}

SEC("raw_tracepoint/sched_switch")
int on_switch(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *previous = (struct task_struct *)ctx->args[1];
	struct task_struct *next = (struct task_struct *)ctx->args[2];
	__u32 thread = BPF_CORE_READ(next, pid);
	__u64 *since = bpf_map_lookup_elem(&ready, &thread);

	// A preempted task waits from now on.
	if (state_of(previous) == TASK_RUNNING)
		became_ready(previous);
	if (!since)
		return 0;
	__u32 slot = log2_slot((bpf_ktime_get_ns() - *since) / 1000);

	if (slot < SLOTS)
		__sync_fetch_and_add(&slots[slot], 1);
	bpf_map_delete_elem(&ready, &thread);
	return 0;
}

char _license[] SEC("license") = "GPL";
