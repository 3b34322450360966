// A static function and a struct of the same names are in linked-second.c.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sent {
	__u32 pid;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} first SEC(".maps");

static __attribute__((noinline)) int send(struct sent *e)
{
	return bpf_ringbuf_output(&first, e, sizeof(*e), 0);
}

SEC("tracepoint/syscalls/sys_enter_getpid")
int first_program(void *ctx)
{
	struct sent e = { .pid = bpf_get_current_pid_tgid() };

	return send(&e);
}

char _license[] SEC("license") = "GPL";
