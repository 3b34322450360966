// Reports every TCP connection that a process opens.
#include "../tcp.bpf.h"
#include <ebpf/lost.bpf.h>

struct connect {
	__u64 time; // nanoseconds of the monotonic clock
	__u32 pid;
	__u16 family;
	__u16 port; // of the other side
	__u8 from[16];
	__u8 to[16];
	char comm[COMM_LENGTH];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");
EBPF_COUNT_LOST(events);

// connect() sends the first packet while the process waits: it is the current one.
SEC("tracepoint/sock/inet_sock_set_state")
int on_state(struct trace_event_raw_inet_sock_set_state *ctx)
{
	struct connect *connect;

	if (ctx->protocol != IPPROTO_TCP || ctx->newstate != TCP_SYN_SENT)
		return 0;
	connect = ebpf_ringbuf_reserve(events, sizeof(*connect), 0);
	if (!connect)
		return 0;
	connect->time = bpf_ktime_get_ns();
	connect->pid = bpf_get_current_pid_tgid() >> 32;
	connect->family = ctx->family;
	connect->port = ctx->dport;
	copy_address(connect->from, ctx, saddr);
	copy_address(connect->to, ctx, daddr);
	bpf_get_current_comm(connect->comm, sizeof(connect->comm));
	bpf_ringbuf_submit(connect, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
