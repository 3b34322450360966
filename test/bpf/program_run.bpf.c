// One program of each kind that can be run without an event, for testRun.
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct arguments {
	__u32 in;
	__u32 out;
	char name[8];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} runs SEC(".maps");

__u64 first_argument;
__u32 cpu = 0xffffffff;

static __noinline void count(void)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&runs, &key);

	if (value)
		*value += 1;
}

SEC("xdp")
int swap_first_two(struct xdp_md *ctx)
{
	unsigned char *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	unsigned char first;

	count();
	if ((void *)(data + 14) > end)
		return XDP_ABORTED;
	first = data[0];
	data[0] = data[1];
	data[1] = first;
	return data[0] ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int queue_and_device(struct xdp_md *ctx)
{
	return ctx->ingress_ifindex * 100 + ctx->rx_queue_index;
}

SEC("tc")
int mark_and_count(struct __sk_buff *skb)
{
	count();
	skb->cb[0] = skb->mark + 1;
	skb->priority = 7;
	return TC_ACT_UNSPEC;
}

SEC("raw_tp/sys_enter")
int first_and_cpu(struct bpf_raw_tracepoint_args *ctx)
{
	first_argument = ctx->args[0];
	cpu = bpf_get_smp_processor_id();
	return ctx->args[1];
}

SEC("?sk_lookup")
int drop_all(struct bpf_sk_lookup *ctx)
{
	return ctx->local_port == 80 ? SK_PASS : SK_DROP;
}

SEC("?syscall")
int double_it(struct arguments *arguments)
{
	arguments->out = arguments->in * 2;
	__builtin_memcpy(arguments->name, "doubled", 8);
	return -3;
}

SEC("tp/syscalls/sys_enter_getpgid")
int not_to_be_run(void *ctx)
{
	return 0;
}
