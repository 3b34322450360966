// Takes what user space sends, and notes it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct order {
	__u64 number;
	char name[8];
};

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
	__type(value, struct order);
} orders SEC(".maps");

__u64 taken;
__u64 sum;
char last_name[8];

static long take(struct bpf_dynptr *dynptr, void *ctx)
{
	struct order order = {};

	taken++;
	if (bpf_dynptr_read(&order, sizeof(order), dynptr, 0, 0))
		return 0;
	sum += order.number;
	__builtin_memcpy(last_name, order.name, sizeof(last_name));
	return 0;
}

SEC("syscall")
int drain(void *ctx)
{
	return bpf_user_ringbuf_drain(&orders, take, 0, 0);
}

char _license[] SEC("license") = "GPL";
