// Sends records to a perf event array, as many as the first argument of test_run says.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sample {
	__u64 sequence;
	__u32 cpu;
	char comm[8];
};

// So that the object has the type.
const struct sample *unused_sample __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} samples SEC(".maps");

__u64 sequence;
__u64 failed;

SEC("raw_tp/sys_enter")
int send(struct bpf_raw_tracepoint_args *ctx)
{
	struct sample sample = {};
	__u32 i, count = ctx->args[0];

	for (i = 0; i < 1000 && i < count; i++) {
		sample.sequence = sequence++;
		sample.cpu = bpf_get_smp_processor_id();
		__builtin_memcpy(sample.comm, "perf", 5);
		if (bpf_perf_event_output(ctx, &samples, BPF_F_CURRENT_CPU, &sample, sizeof(sample)))
			failed++;
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
