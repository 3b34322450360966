// Each buffer has records of two types. Compiled by the tests, with what clang -g writes.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define RING(name)                                \
	struct {                                  \
		__uint(type, BPF_MAP_TYPE_RINGBUF); \
		__uint(max_entries, 4096);        \
	} name SEC(".maps")

enum kind { OPENED = 1, CLOSED, MOVED };

/* A first field has another constant in each type, and one type has two. */
struct opened {
	enum kind kind;
	__u32 flags;
	char path[8];
};
struct closed {
	enum kind kind;
	__u32 fd;
};
RING(by_value);
SEC("syscall")
int send_by_value(void *ctx)
{
	struct opened *e = bpf_ringbuf_reserve(&by_value, sizeof(*e), 0);
	struct closed closed = { .kind = CLOSED, .fd = 3 };

	if (!e)
		return 1;
	e->kind = OPENED;
	e->flags = 5;
	__builtin_memcpy(e->path, "/tmp\0\0\0", 8);
	bpf_ringbuf_submit(e, 0);
	bpf_ringbuf_output(&by_value, &closed, sizeof(closed), 0);
	closed.kind = MOVED;
	bpf_ringbuf_output(&by_value, &closed, sizeof(closed), 0);
	return 0;
}

/* The size tells. */
struct small {
	__u32 cpu;
};
struct large {
	__u64 at;
	__u32 cpu;
	__u32 more;
};
RING(by_size);
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} perf_by_size SEC(".maps");
SEC("raw_tp/sys_enter")
int send_by_size(void *ctx)
{
	struct small small = { .cpu = bpf_get_smp_processor_id() };
	struct large large = { .at = bpf_ktime_get_ns(), .cpu = 8, .more = bpf_get_prandom_u32() };

	bpf_ringbuf_output(&by_size, &small, sizeof(small), 0);
	bpf_ringbuf_output(&by_size, &large, sizeof(large), 0);
	bpf_perf_event_output(ctx, &perf_by_size, BPF_F_CURRENT_CPU, &small, sizeof(small));
	bpf_perf_event_output(ctx, &perf_by_size, BPF_F_CURRENT_CPU, &large, sizeof(large));
	return 0;
}

/* They cannot be distinguished. */
struct left {
	__u64 number;
};
struct right {
	__u64 number;
};
RING(alike);
SEC("syscall")
int send_alike(void *ctx)
{
	struct left left = { .number = bpf_ktime_get_ns() };
	struct right right = { .number = bpf_get_prandom_u32() };

	bpf_ringbuf_output(&alike, &left, sizeof(left), 0);
	bpf_ringbuf_output(&alike, &right, sizeof(right), 0);
	return 0;
}

/* Padding makes them equally long in a perf buffer. */
struct five {
	__u8 bytes[5];
	char letter;
};
struct seven {
	__u8 bytes[7];
	char letter;
};
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} padded SEC(".maps");
SEC("raw_tp/sys_exit")
int send_padded(void *ctx)
{
	struct five five = { .letter = bpf_get_prandom_u32() };
	struct seven seven = { .letter = bpf_get_prandom_u32() };

	bpf_perf_event_output(ctx, &padded, BPF_F_CURRENT_CPU, &five, sizeof(five));
	bpf_perf_event_output(ctx, &padded, BPF_F_CURRENT_CPU, &seven, sizeof(seven));
	return 0;
}

char _license[] SEC("license") = "GPL";
