// Counts how long a function takes, by powers of two.
#include "../kernel.bpf.h"

// Nanoseconds.
__u64 slots[SLOTS];

// When each thread entered the function. Of a function that calls itself, the innermost call counts.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u64);
} running SEC(".maps");

static __always_inline int enter(void)
{
	__u32 thread = bpf_get_current_pid_tgid();
	__u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&running, &thread, &now, BPF_ANY);
	return 0;
}

static __always_inline int leave(void)
{
	__u64 now = bpf_ktime_get_ns();
	__u32 thread = bpf_get_current_pid_tgid();
	__u64 *since = bpf_map_lookup_elem(&running, &thread);

	if (!since)
		return 0;
	__u32 slot = log2_slot(now - *since);

	if (slot < SLOTS)
		__sync_fetch_and_add(&slots[slot], 1);
	bpf_map_delete_elem(&running, &thread);
	return 0;
}

SEC("uprobe")
int enter_user(void *ctx)
{
	return enter();
}

SEC("uretprobe")
int leave_user(void *ctx)
{
	return leave();
}

SEC("kprobe")
int enter_kernel(void *ctx)
{
	return enter();
}

SEC("kretprobe")
int leave_kernel(void *ctx)
{
	return leave();
}

char _license[] SEC("license") = "GPL";
