// Reports the programs that this machine starts, with their files.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u32 pid;
	char comm[16]; // of the process before it becomes the new program
	char file[128];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__type(value, struct event); // the type of the records in main.ts
} events SEC(".maps");

// As in /sys/kernel/tracing/events/syscalls/sys_enter_execve/format
struct execve {
	__u64 common;
	__u64 number;
	const char *file;
};

SEC("tracepoint/syscalls/sys_enter_execve")
int on_execve(struct execve *ctx)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return 0;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	bpf_probe_read_user_str(event->file, sizeof(event->file), ctx->file);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
