// A static function and a struct of the same names are in linked-first.c.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sent {
	__u64 time;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} second SEC(".maps");

static __attribute__((noinline)) int send(struct sent *e)
{
	return bpf_ringbuf_output(&second, e, sizeof(*e), 0);
}

SEC("tracepoint/syscalls/sys_enter_getppid")
int second_program(void *ctx)
{
	struct sent e = { .time = bpf_ktime_get_ns() };

	return send(&e);
}
