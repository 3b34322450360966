// Reports every process that ends, why, and how long it ran.
#include "../kernel.bpf.h"
#include <ebpf/lost.bpf.h>

struct exit {
	__u64 time; // nanoseconds of the monotonic clock
	__u64 age; // nanoseconds
	__u32 pid;
	__u32 ppid;
	__s32 code; // as waitpid() gives it
	char comm[COMM_LENGTH];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");
EBPF_COUNT_LOST(events);

SEC("tracepoint/sched/sched_process_exit")
int on_exit(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 id = bpf_get_current_pid_tgid();
	struct exit *exit;

	// The process ends with its first thread.
	if (id >> 32 != (__u32)id)
		return 0;
	exit = ebpf_ringbuf_reserve(events, sizeof(*exit), 0);
	if (!exit)
		return 0;
	exit->time = bpf_ktime_get_ns();
	exit->age = exit->time - BPF_CORE_READ(task, start_time);
	exit->pid = id >> 32;
	exit->ppid = BPF_CORE_READ(task, real_parent, tgid);
	exit->code = BPF_CORE_READ(task, exit_code);
	bpf_get_current_comm(exit->comm, sizeof(exit->comm));
	bpf_ringbuf_submit(exit, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
