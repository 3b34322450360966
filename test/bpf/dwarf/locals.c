// Compiled by the tests in each form of DWARF: not a program to load.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct opened {
	__u32 pid;
	char name[16];
};

struct closed {
	__u64 at;
	__u32 fd : 20;
	__u32 flags : 12;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

static __attribute__((noinline)) int send(void *data, __u64 size)
{
	return bpf_ringbuf_output(&events, data, size, 0);
}

static __always_inline int send_closed(__u32 fd)
{
	struct closed record = { .at = bpf_ktime_get_ns(), .fd = fd };

	return send(&record, sizeof(record));
}

SEC("tracepoint/syscalls/sys_enter_openat")
int on_open(void *ctx)
{
	struct opened *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return 0;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->name, sizeof(event->name));
	bpf_ringbuf_submit(event, 0);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_close")
int on_close(void *ctx)
{
	for (int i = 0; i < 3; i++) {
		struct opened local = { .pid = i };

		bpf_get_current_comm(local.name, sizeof(local.name));
		send(&local, sizeof(local));
	}
	return send_closed(7);
}

char _license[] SEC("license") = "GPL";
