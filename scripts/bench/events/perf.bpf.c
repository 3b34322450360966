// Sends records to a perf buffer for the benchmarks, with the number and size that the caller of test_run passes.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 time;
	__u64 sequence;
	char name[16];
	__u32 pid;
	__u32 cpu;
} __attribute__((aligned(64)));

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} events SEC(".maps");

// So that the object has the type.
const struct event *unused_event __attribute__((unused));

__u64 dropped;

union {
	struct event event;
	char bytes[4096];
} record;

// The most that one run sends: programs that are attached to tracepoints have no bpf_loop before Linux 5.17.
#define MOST 1000

// The argument is a count and a size, each of 32 bits.
SEC("raw_tp/sys_enter")
int send(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 order = ctx->args[0];
	__u32 i, count = (__u32)order, size = order >> 32;

	if (size > sizeof(record))
		return 1;
	record.event.time = 1ULL << 40;
	record.event.sequence = 1ULL << 41;
	__builtin_memcpy(record.event.name, "benchmark", 10);
	record.event.cpu = 1;
	for (i = 0; i < MOST && i < count; i++) {
		record.event.pid = i;
		if (bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &record, size))
			dropped++;
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
