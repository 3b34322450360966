// Programs that the verifier refuses, each for another reason. The comment REFUSED marks the faulty line.
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct {
	// Newer kernels know which keys an array has.
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, char[16]);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} records SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} left_out SEC(".maps");

static __always_inline char *value_of(__u32 key)
{
	return bpf_map_lookup_elem(&table, &key);
}

SEC("?raw_tp/sys_enter")
int null_pointer(void *ctx)
{
	char *value = value_of(0);

	return value[3]; /* REFUSED */
}

SEC("?raw_tp/sys_enter")
int out_of_bounds(void *ctx)
{
	char *value = value_of(0);

	if (!value)
		return 0;
	return value[16]; /* REFUSED */
}

SEC("?raw_tp/sys_enter")
int unbounded_index(struct bpf_raw_tracepoint_args *ctx)
{
	char *value = value_of(0);

	if (!value)
		return 0;
	return value[ctx->args[1]]; /* REFUSED */
}

SEC("?raw_tp/sys_enter")
int foreign_helper(void *ctx)
{
	return bpf_redirect(1, 0); /* REFUSED */
}

SEC("?raw_tp/sys_enter")
int kept_reference(void *ctx)
{
	__u64 *record = bpf_ringbuf_reserve(&records, 8, 0);

	if (record)
		*record = 1;
	return 0; /* REFUSED */
}

SEC("?xdp")
int unchecked_packet(struct xdp_md *ctx)
{
	unsigned char *data = (void *)(long)ctx->data;

	return data[5]; /* REFUSED */
}

SEC("?raw_tp/sys_enter")
int endless(void *ctx)
{
	for (;;)
		if (bpf_get_smp_processor_id() == 1000000) /* REFUSED */
			break;
	return 0;
}

SEC("?raw_tp/sys_enter")
int past_the_stack(struct bpf_raw_tracepoint_args *ctx)
{
	char buffer[16] = {};

	buffer[ctx->args[1] & 63] = 1; /* REFUSED */
	asm volatile("" : : "r"(buffer) : "memory");
	return buffer[0];
}

SEC("?raw_tp/sys_enter")
int wrong_argument(void *ctx)
{
	return bpf_map_delete_elem((void *)ctx, ctx); /* REFUSED */
}

SEC("?cgroup_skb/egress")
int wrong_answer(struct __sk_buff *skb)
{
	return 42; /* REFUSED */
}

struct task_struct___other {
	int no_such_field;
} __attribute__((preserve_access_index));

SEC("?raw_tp/sys_enter")
int missing_field(void *ctx)
{
	struct task_struct___other *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, no_such_field);
}

SEC("?raw_tp/sys_enter")
int missing_map(void *ctx)
{
	__u32 key = 0;
	__u32 *value = bpf_map_lookup_elem(&left_out, &key); /* REFUSED */

	return value ? *value : 0;
}

SEC("?raw_tp/sys_enter")
int write_to_context(__u64 *ctx)
{
	ctx[0] = 0; /* REFUSED */
	return 0;
}

static __noinline int deep(__u32 n)
{
	char stack[400];

	asm volatile("*(u8 *)(r10 - 400) = %1" : : "r"(stack), "r"(n) : "memory");
	return stack[0];
}

// Tracing programs have a stack of their own for each function since Linux 6.13.
SEC("?socket")
int too_much_stack(struct __sk_buff *ctx)
{
	char stack[400];

	asm volatile("*(u8 *)(r10 - 400) = %1" : : "r"(stack), "r"(ctx->mark) : "memory");
	return deep(ctx->len) + stack[0];
}

static __noinline int inner(char *value)
{
	return *value; /* REFUSED */
}

SEC("?raw_tp/sys_enter")
int fault_in_a_function(void *ctx)
{
	return inner(value_of(0)) + 1;
}

SEC("?raw_tp/sys_enter")
int too_complex(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 sum = 0;

	for (int i = 0; i < 100000; i++) {
		sum += bpf_get_prandom_u32();
		if (sum & 1)
			sum += bpf_get_smp_processor_id();
	}
	return sum;
}
