// Counts how long block devices take for a request, by powers of two.
#include "../kernel.bpf.h"

// Microseconds.
__u64 slots[SLOTS];

// When each request was given to its device.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, __u64);
} issued SEC(".maps");

// The request is the first argument since Linux 5.11.
SEC("raw_tracepoint/block_rq_issue")
int on_issue(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 request = ctx->args[0];
	__u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&issued, &request, &now, BPF_ANY);
	return 0;
}

SEC("raw_tracepoint/block_rq_complete")
int on_complete(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 request = ctx->args[0];
	__u64 *since = bpf_map_lookup_elem(&issued, &request);

	if (!since)
		return 0;
	__u32 slot = log2_slot((bpf_ktime_get_ns() - *since) / 1000);

	if (slot < SLOTS)
		__sync_fetch_and_add(&slots[slot], 1);
	bpf_map_delete_elem(&issued, &request);
	return 0;
}

char _license[] SEC("license") = "GPL";
