// Linked with same_names_1.bpf.c: names of which each file has its own.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 time;
	char name[16];
};

const struct event *unused_second __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} second_events SEC(".maps");

static volatile int level = 20;
// The linker knows this one, so that it keeps the name.
volatile int shared = 2;
// A name that would be made up for the second "level" otherwise.
static volatile int level_2 = 30;

SEC("socket")
int read_second(void *ctx)
{
	struct event event = { 77, "hello" };

	bpf_ringbuf_output(&second_events, &event, sizeof(event), 0);
	return level * 1000 + level_2 * 10 + shared;
}

char _license[] SEC("license") = "GPL";
