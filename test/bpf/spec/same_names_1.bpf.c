// Linked with same_names_2.bpf.c: names of which each file has its own.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u32 pid;
	__u32 kind;
};

const struct event *unused __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} first_events SEC(".maps");

static volatile int level = 10;
static volatile int shared = 1;
int keep_first = 1;

SEC("socket")
int read_first(void *ctx)
{
	struct event event = { 1, 2 };

	bpf_ringbuf_output(&first_events, &event, sizeof(event), 0);
	return level * 1000 + shared + keep_first * 0;
}

char _license[] SEC("license") = "GPL";
