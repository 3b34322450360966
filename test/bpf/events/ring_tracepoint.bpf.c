// Sends a record for each call of kill() by one process: needs no more than ring buffers do.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 sequence;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
	__type(value, struct event);
} events SEC(".maps");

__u32 pid;
__u64 sequence;

SEC("tp/syscalls/sys_enter_kill")
int send(void *ctx)
{
	struct event *event;

	if (bpf_get_current_pid_tgid() >> 32 != pid)
		return 0;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return 0;
	event->sequence = sequence++;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
