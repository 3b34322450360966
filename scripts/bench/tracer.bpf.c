// An object such as tracers are made of: several programs, maps, globals, and offsets that the kernel's types give.
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

typedef int pid_t;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct task_struct {
	pid_t pid;
	pid_t tgid;
	struct task_struct *real_parent;
	char comm[16];
};
#pragma clang attribute pop

struct event {
	pid_t pid;
	pid_t parent;
	__u64 time;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, pid_t);
	__type(value, __u64);
} started SEC(".maps");

const volatile pid_t only;
__u64 seen;

static __always_inline int report(struct task_struct *task)
{
	pid_t pid = BPF_CORE_READ(task, tgid);
	__u64 now = bpf_ktime_get_ns();
	struct event *event;

	seen++;
	if (only && pid != only)
		return 0;
	bpf_map_update_elem(&started, &pid, &now, BPF_ANY);
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return 0;
	event->pid = pid;
	event->parent = BPF_CORE_READ(task, real_parent, tgid);
	event->time = now;
	BPF_CORE_READ_STR_INTO(&event->comm, task, comm);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

#define TRACER(name)                                                                                                  \
	SEC("raw_tp/" #name)                                                                                           \
	int on_##name(void *context)                                                                                       \
	{                                                                                                              \
		return report((struct task_struct *)bpf_get_current_task());                                          \
	}

TRACER(sched_process_fork)
TRACER(sched_process_exec)
TRACER(sched_process_exit)
TRACER(sched_process_free)
TRACER(sched_process_wait)
TRACER(task_newtask)
TRACER(task_rename)
TRACER(signal_generate)

char _license[] SEC("license") = "GPL";
