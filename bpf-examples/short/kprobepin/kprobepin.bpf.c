// Counts the programs that are started, in a map that stays when the process ends.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} kprobepin_calls SEC(".maps");

SEC("ksyscall/execve")
int count_execve(void *ctx)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(&kprobepin_calls, &key);

	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
