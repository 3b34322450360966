// Statistics of packets by length. A version defines struct stats, and the type total_t, and includes this.
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct stats);
} by_length SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, total_t);
} totals SEC(".maps");

SEC("xdp")
int count_lengths(struct xdp_md *ctx)
{
	__u32 length = ctx->data_end - ctx->data, zero = 0;
	struct stats first = {}, *stats;
	total_t *total;

	// The packets of the test have at least 1,000 bytes of payload.
	if (length < 1000)
		return XDP_PASS;
	bpf_map_update_elem(&by_length, &length, &first, BPF_NOEXIST);
	stats = bpf_map_lookup_elem(&by_length, &length);
	total = bpf_map_lookup_elem(&totals, &zero);
	if (stats && total) {
		__sync_fetch_and_add(&stats->packets, 1);
		stats->last = VERSION;
		*total += 1;
		__sync_fetch_and_add(&all, 1);
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
