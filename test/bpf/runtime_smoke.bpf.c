// Run by test/runtimes on each runtime: a counter and a ring buffer, for an event that any process can cause.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 number;
	__u32 pid;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, long);
} counter SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__type(value, struct event);
} events SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_execve")
int on_execve(void *ctx)
{
	int key = 0;
	long *count = bpf_map_lookup_elem(&counter, &key);
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (count)
		__sync_fetch_and_add(count, 1);
	if (!event)
		return 0;
	event->number = count ? *count : 0;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
