// Sends records to a ring buffer for the benchmarks, with the number and size that the caller of test_run passes.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 time;
	__u64 sequence;
	char name[16];
	__u32 pid;
	__u32 cpu;
} __attribute__((aligned(64)));

struct order {
	__u32 count;
	__u32 size;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1024 * 1024);
} events SEC(".maps");

// So that the object has the type.
const struct event *unused_event __attribute__((unused));

__u64 sequence;
__u64 dropped;

union {
	struct event event;
	char bytes[4096];
} record;

static __always_inline long output(__u32 i, struct order *order, __u64 flags)
{
	__u32 size = order->size;

	if (size > sizeof(record))
		return 1;
	record.event.pid = i;
	record.event.cpu = 1;
	if (bpf_ringbuf_output(&events, &record, size, flags)) {
		dropped++;
		return 1;
	}
	return 0;
}

static long fill_one(__u32 i, struct order *order)
{
	return output(i, order, BPF_RB_NO_WAKEUP);
}

static __always_inline void describe_event(void)
{
	record.event.time = 1ULL << 40;
	record.event.sequence = 1ULL << 41;
	__builtin_memcpy(record.event.name, "benchmark", 10);
}

// Records without a wake-up.
SEC("syscall")
int fill(struct order *ctx)
{
	struct order order = *ctx;

	describe_event();
	bpf_loop(order.count, fill_one, &order, 0);
	return 0;
}

static long fill_and_wake_one(__u32 i, struct order *order)
{
	return output(i, order, i + 1 == order->count ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

// Records with one wake-up, by the last one: cilium/ebpf 0.9.1 sees nothing without.
SEC("syscall")
int fill_and_wake(struct order *ctx)
{
	struct order order = *ctx;

	describe_event();
	bpf_loop(order.count, fill_and_wake_one, &order, 0);
	return 0;
}

static long stream_one(__u32 i, struct order *order)
{
	return output(i, order, 0);
}

// The same records with a wake-up.
SEC("syscall")
int stream(struct order *ctx)
{
	struct order order = *ctx;

	bpf_loop(order.count, stream_one, &order, 0);
	return 0;
}

static long send_one(__u32 i, void *data)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		dropped++;
		return 0;
	}
	event->sequence = sequence++;
	event->pid = i;
	event->cpu = 1;
	__builtin_memcpy(event->name, "benchmark", 10);
	event->time = bpf_ktime_get_ns();
	bpf_ringbuf_submit(event, 0);
	return 0;
}

// Records with the time of sending and a wake-up.
SEC("syscall")
int send(struct order *ctx)
{
	bpf_loop(ctx->count, send_one, 0, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
