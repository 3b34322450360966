// Reports every check of a capability.
#include "../kernel.bpf.h"
#include <ebpf/lost.bpf.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

// The arguments of the tracepoint capability:cap_capable (Linux 6.14).
struct trace_event_raw_cap_capable {
	int cap;
	int ret;
};

#pragma clang attribute pop

struct check {
	__u64 time; // nanoseconds of the monotonic clock
	__u32 pid;
	__u32 uid;
	__s32 capability;
	__s32 result; // 0, or a negative error number
	char comm[COMM_LENGTH];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1024 * 1024);
} events SEC(".maps");
EBPF_COUNT_LOST(events);

static __always_inline int report(__s32 capability, __s32 result)
{
	struct check *check = ebpf_ringbuf_reserve(events, sizeof(*check), 0);

	if (!check)
		return 0;
	check->time = bpf_ktime_get_ns();
	check->pid = bpf_get_current_pid_tgid() >> 32;
	check->uid = bpf_get_current_uid_gid();
	check->capability = capability;
	check->result = result;
	bpf_get_current_comm(check->comm, sizeof(check->comm));
	bpf_ringbuf_submit(check, 0);
	return 0;
}

SEC("?tracepoint/capability/cap_capable")
int on_check(struct trace_event_raw_cap_capable *ctx)
{
	return report(ctx->cap, ctx->ret);
}

// Which capability each thread is asked for.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, __u32);
	__type(value, __s32);
} asked SEC(".maps");

// int cap_capable(const struct cred *cred, struct user_namespace *ns, int cap, unsigned int opts)
SEC("?kprobe/cap_capable")
int enter_check(void *ctx)
{
	__u32 thread = bpf_get_current_pid_tgid();
	__s32 capability = third_argument(ctx);

	bpf_map_update_elem(&asked, &thread, &capability, BPF_ANY);
	return 0;
}

SEC("?kretprobe/cap_capable")
int leave_check(void *ctx)
{
	__u32 thread = bpf_get_current_pid_tgid();
	__s32 *capability = bpf_map_lookup_elem(&asked, &thread);

	if (!capability)
		return 0;
	report(*capability, returned(ctx));
	bpf_map_delete_elem(&asked, &thread);
	return 0;
}

char _license[] SEC("license") = "GPL";
