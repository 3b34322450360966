// Reports processes that the kernel kills since memory has run out.
#include "../kernel.bpf.h"
#include <ebpf/lost.bpf.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

// The arguments of the tracepoint oom:mark_victim.
struct trace_event_raw_mark_victim {
	int pid;
};

#pragma clang attribute pop

struct victim {
	__u64 time; // nanoseconds of the monotonic clock
	__u32 pid;
	__u32 by_pid; // the process that wanted memory
	char by_comm[COMM_LENGTH];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} events SEC(".maps");
EBPF_COUNT_LOST(events);

SEC("tracepoint/oom/mark_victim")
int on_victim(struct trace_event_raw_mark_victim *ctx)
{
	struct victim *victim = ebpf_ringbuf_reserve(events, sizeof(*victim), 0);

	if (!victim)
		return 0;
	victim->time = bpf_ktime_get_ns();
	victim->pid = ctx->pid;
	victim->by_pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(victim->by_comm, sizeof(victim->by_comm));
	bpf_ringbuf_submit(victim, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
