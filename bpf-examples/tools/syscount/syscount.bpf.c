// Counts system calls, and the time that they take.
#include "../kernel.bpf.h"

struct total {
	__u64 calls;
	__u64 time; // nanoseconds
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32); // the number of the system call
	__type(value, struct total);
} totals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32); // the thread
	__type(value, __u64); // when its call began
} running SEC(".maps");

// 0 for all. Set before loading.
const volatile __u32 only_pid = 0;

SEC("tracepoint/raw_syscalls/sys_enter")
int on_enter(struct trace_event_raw_sys_enter *ctx)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 thread = id;
	__u64 now = bpf_ktime_get_ns();

	if (!only_pid || only_pid == id >> 32)
		bpf_map_update_elem(&running, &thread, &now, BPF_ANY);
	return 0;
}

SEC("tracepoint/raw_syscalls/sys_exit")
int on_exit(struct trace_event_raw_sys_exit *ctx)
{
	__u32 thread = bpf_get_current_pid_tgid();
	__u64 *began = bpf_map_lookup_elem(&running, &thread);
	__u32 number = ctx->id;
	struct total none = {}, *total;

	if (!began)
		return 0;
	total = bpf_map_lookup_elem(&totals, &number);
	if (!total) {
		bpf_map_update_elem(&totals, &number, &none, BPF_NOEXIST);
		total = bpf_map_lookup_elem(&totals, &number);
	}
	if (total) {
		total->calls++;
		total->time += bpf_ktime_get_ns() - *began;
	}
	bpf_map_delete_elem(&running, &thread);
	return 0;
}

char _license[] SEC("license") = "GPL";
