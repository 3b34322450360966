// Reports every program that is started, with its arguments.
#include "../kernel.bpf.h"
#include <ebpf/lost.bpf.h>

#define ARGS_SIZE 2048

struct exec {
	__u64 time; // nanoseconds of the monotonic clock
	__u32 pid;
	__u32 ppid;
	__u32 uid;
	__u32 args_size; // of all arguments, which can be more than were copied
	char comm[COMM_LENGTH];
	__u8 args[ARGS_SIZE]; // each ends with a NUL
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1024 * 1024);
} events SEC(".maps");
EBPF_COUNT_LOST(events);

// When this runs, the process has its new program, and the arguments are where the program will find them.
SEC("tracepoint/sched/sched_process_exec")
int on_exec(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct exec *exec = ebpf_ringbuf_reserve(events, sizeof(*exec), 0);

	if (!exec)
		return 0;
	unsigned long start = BPF_CORE_READ(task, mm, arg_start);
	unsigned long size = BPF_CORE_READ(task, mm, arg_end) - start;

	exec->time = bpf_ktime_get_ns();
	exec->pid = bpf_get_current_pid_tgid() >> 32;
	exec->ppid = BPF_CORE_READ(task, real_parent, tgid);
	exec->uid = bpf_get_current_uid_gid();
	exec->args_size = size;
	bpf_get_current_comm(exec->comm, sizeof(exec->comm));
	if (size > ARGS_SIZE)
		size = ARGS_SIZE;
	if (bpf_probe_read_user(exec->args, size, (void *)start))
		exec->args_size = 0;
	bpf_ringbuf_submit(exec, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
