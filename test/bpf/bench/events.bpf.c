// Fills a ring buffer for the benchmarks of scripts/bench/events.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 sequence;
	__u64 sent;
	char comm[16];
	char rest[32];
};

// So that the object has the type.
const struct event *unused_event __attribute__((unused));

struct order {
	__u32 count;
	__u32 size;  // 64, 256, 1024 or 2048
	__u64 flags; // of bpf_ringbuf_output
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 * 1024 * 1024);
} events SEC(".maps");

__u64 sequence;
__u64 dropped;
char record[2048] __attribute__((aligned(8)));

static long fill_one(__u32 i, void *data)
{
	struct order *order = data;
	struct event *event = (struct event *)record;
	__u32 size = order->size;

	if (size > sizeof(record))
		return 1;
	event->sequence = sequence++;
	event->sent = bpf_ktime_get_ns();
	event->comm[0] = 'b';
	if (bpf_ringbuf_output(&events, record, size, order->flags))
		dropped++;
	return 0;
}

SEC("syscall")
int fill(struct order *ctx)
{
	struct order order = *ctx;

	// Not from the copy: clang would load both halves at once, and the kernel's inlined loop looks at all 64 bits.
	return bpf_loop(ctx->count, fill_one, &order, 0);
}

char _license[] SEC("license") = "GPL";
