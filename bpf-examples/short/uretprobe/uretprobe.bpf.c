// Reports the lines that a function of a program returns, such as readline of a shell.
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct event {
	__u32 pid;
	char line[80];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(value, struct event);
} events SEC(".maps");

SEC("uretprobe")
int BPF_URETPROBE(report_line, const char *line)
{
	struct event event = {.pid = bpf_get_current_pid_tgid() >> 32};

	bpf_probe_read_user_str(event.line, sizeof(event.line), line);
	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &event, sizeof(event));
	return 0;
}

char _license[] SEC("license") = "GPL";
