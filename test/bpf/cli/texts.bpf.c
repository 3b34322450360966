// Sends the arguments of a command as execsnoop of bcc does: a struct of which only the filled part is sent.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct command {
	__u32 pid;
	char args[200];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} commands SEC(".maps");

volatile const __u32 only_pid = 0;

SEC("tracepoint/syscalls/sys_enter_kill")
int texts_on_kill(void *ctx)
{
	struct command command = { .args = "cat\0-n\0/etc/hosts\0behind the end" };

	command.pid = bpf_get_current_pid_tgid() >> 32;
	if (only_pid == 0 || command.pid == only_pid) {
		bpf_ringbuf_output(&commands, &command, 4 + 18, 0);
		bpf_ringbuf_output(&commands, &command, sizeof(command), 0);
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
