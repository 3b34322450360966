// Sends records to ring buffers, with the number and kind that the caller of test_run passes.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 sequence;
	__u64 sent;
	char comm[16];
};

struct other {
	__u32 kind;
	__u32 number;
};

struct order {
	__u32 count;
	__u32 flags;   // of bpf_ringbuf_submit
	__u32 discard; // each so many-th record is discarded; 0 for none
	__u32 size;    // of a record of bytes; 0 for events
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
	__type(value, struct event);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} array SEC(".maps");

__u64 sequence;
__u64 dropped;
// So that the object has the type.
const struct other *unused_other __attribute__((unused));

char bytes[4096];

static long send_one(__u32 i, void *data)
{
	struct order *order = data;
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		dropped++;
		return 0;
	}
	event->sequence = sequence++;
	event->sent = 0;
	__builtin_memcpy(event->comm, "sender", 7);
	__builtin_memset(event->comm + 7, 0, 9);
	if (order->discard && (event->sequence + 1) % order->discard == 0)
		bpf_ringbuf_discard(event, order->flags);
	else
		bpf_ringbuf_submit(event, order->flags);
	return 0;
}

static long send_bytes(__u32 i, void *data)
{
	struct order *order = data;
	__u32 size = order->size;

	if (size > sizeof(bytes))
		return 1;
	bytes[0] = sequence++;
	if (bpf_ringbuf_output(&events, bytes, size, order->flags))
		dropped++;
	return 0;
}

SEC("syscall")
int send(struct order *ctx)
{
	struct order order = *ctx;

	if (order.size)
		bpf_loop(order.count, send_bytes, &order, 0);
	else
		bpf_loop(order.count, send_one, &order, 0);
	return 0;
}

// One record of each of two types.
SEC("syscall")
int send_kinds(void *ctx)
{
	struct other other = { .kind = 7, .number = 42 };
	struct event event = { .sequence = 1, .comm = "first" };

	bpf_ringbuf_output(&events, &event, sizeof(event), 0);
	bpf_ringbuf_output(&events, &other, sizeof(other), 0);
	return 0;
}

static long nothing(__u32 i, void *data)
{
	return 0;
}

// The first record stays reserved for a good while, with a finished one behind it.
SEC("syscall")
int send_slowly(struct order *ctx)
{
	struct event second = { .comm = "second" };
	struct event *first = bpf_ringbuf_reserve(&events, sizeof(*first), 0);

	if (!first)
		return 1;
	first->sequence = sequence++;
	first->sent = 0;
	__builtin_memset(first->comm, 0, sizeof(first->comm));
	second.sequence = sequence++;
	bpf_ringbuf_output(&events, &second, sizeof(second), 0);
	bpf_loop(1 << 23, nothing, 0, 0);
	bpf_ringbuf_submit(first, 0);
	return 0;
}

SEC("syscall")
int send_second(void *ctx)
{
	struct event event = { .sequence = 99, .comm = "second" };

	bpf_ringbuf_output(&second, &event, sizeof(event), 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
