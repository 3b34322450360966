// Maps that libbpf or the kernel creates with other properties than their definition.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 number;
	char name[8];
};

// The kernel adds BPF_F_RDONLY_PROG to both.
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} hashed_devices SEC(".maps");

// libbpf rounds its size up.
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 5000);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} ring SEC(".maps");

// libbpf sets the missing number of entries to that of the CPUs, and the value size to that of a descriptor.
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(value, struct event);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} events SEC(".maps");

SEC("raw_tp/sys_enter")
int send(struct bpf_raw_tracepoint_args *ctx)
{
	struct event event = { ctx->args[0], "typed" };

	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &event, sizeof(event));
	return 0;
}

SEC("xdp")
int redirect(struct xdp_md *ctx)
{
	return bpf_redirect_map(&devices, 0, XDP_PASS);
}

char _license[] SEC("license") = "GPL";
