// Reports every program that is started, and marks those that are looked for.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define COMM_LENGTH 16

struct security_event {
	__u64 timestamp; // nanoseconds since boot
	__u32 pid;
	char comm[COMM_LENGTH]; // of the process, before it becomes the new program
	_Bool suspicious;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__type(value, struct security_event); // what the records are, for the reader
} events SEC(".maps");

// Processes of this name are marked. Set before loading.
const volatile char suspect[COMM_LENGTH] = "suspicious";

static __always_inline _Bool is_suspect(const char *comm)
{
	for (int i = 0; i < COMM_LENGTH; i++) {
		if (comm[i] != suspect[i])
			return 0;
		if (comm[i] == '\0')
			return 1;
	}
	return 1;
}

// Called once for every execve and execveat, before the process becomes the new program (Linux 5.8).
SEC("kprobe/security_bprm_creds_for_exec")
int kprobe_execve(void *ctx)
{
	struct security_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return 0; // the reader is behind: the event is lost
	event->timestamp = bpf_ktime_get_ns();
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->suspicious = is_suspect(event->comm);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
