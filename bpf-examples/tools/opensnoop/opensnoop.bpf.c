// Reports every file that is opened, or was not found.
#include "../kernel.bpf.h"
#include <ebpf/lost.bpf.h>

#define PATH_LENGTH 256

struct open {
	__u64 time; // nanoseconds of the monotonic clock
	__u32 pid;
	__s32 result; // a descriptor, or a negative error number
	__s32 flags;
	char comm[COMM_LENGTH];
	char path[PATH_LENGTH];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1024 * 1024);
} events SEC(".maps");
EBPF_COUNT_LOST(events);

struct started {
	const char *path;
	__s32 flags;
};

// Calls that have not returned, by thread.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, __u32);
	__type(value, struct started);
} running SEC(".maps");

// 0 for all. Set before loading.
const volatile __u32 only_pid = 0;

static __always_inline int enter(unsigned long path, __s32 flags)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 thread = id;
	struct started started = { .path = (const char *)path, .flags = flags };

	if (only_pid && only_pid != id >> 32)
		return 0;
	bpf_map_update_elem(&running, &thread, &started, BPF_ANY);
	return 0;
}

static __always_inline int leave(long result)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 thread = id;
	struct started *started = bpf_map_lookup_elem(&running, &thread);
	struct open *open;

	if (!started)
		return 0;
	open = ebpf_ringbuf_reserve(events, sizeof(*open), 0);
	if (open) {
		open->time = bpf_ktime_get_ns();
		open->pid = id >> 32;
		open->result = result;
		open->flags = started->flags;
		bpf_get_current_comm(open->comm, sizeof(open->comm));
		// The kernel has just read it, so that it is in memory.
		if (bpf_probe_read_user_str(open->path, sizeof(open->path), started->path) < 0)
			open->path[0] = '\0';
		bpf_ringbuf_submit(open, 0);
	}
	bpf_map_delete_elem(&running, &thread);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_openat")
int enter_openat(struct trace_event_raw_sys_enter *ctx)
{
	return enter(ctx->args[1], ctx->args[2]);
}

SEC("tracepoint/syscalls/sys_exit_openat")
int leave_openat(struct trace_event_raw_sys_exit *ctx)
{
	return leave(ctx->ret);
}

SEC("tracepoint/syscalls/sys_enter_openat2")
int enter_openat2(struct trace_event_raw_sys_enter *ctx)
{
	__u64 flags = 0; // the first field of struct open_how

	bpf_probe_read_user(&flags, sizeof(flags), (void *)ctx->args[2]);
	return enter(ctx->args[1], flags);
}

SEC("tracepoint/syscalls/sys_exit_openat2")
int leave_openat2(struct trace_event_raw_sys_exit *ctx)
{
	return leave(ctx->ret);
}

// x86-64 alone has it.
SEC("?tracepoint/syscalls/sys_enter_open")
int enter_open(struct trace_event_raw_sys_enter *ctx)
{
	return enter(ctx->args[0], ctx->args[1]);
}

SEC("?tracepoint/syscalls/sys_exit_open")
int leave_open(struct trace_event_raw_sys_exit *ctx)
{
	return leave(ctx->ret);
}

char _license[] SEC("license") = "GPL";
