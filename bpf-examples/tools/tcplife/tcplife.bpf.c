// Reports every TCP connection at its end: the process, the duration and the bytes.
#include "../tcp.bpf.h"
#include <ebpf/lost.bpf.h>

struct life {
	__u64 time; // nanoseconds of the monotonic clock
	__u64 duration; // nanoseconds
	__u64 sent; // bytes that the other side has acknowledged
	__u64 received;
	__u32 pid; // 0 when no process was seen at work on it
	__u16 family;
	__u16 local_port;
	__u16 remote_port;
	char comm[COMM_LENGTH];
	__u8 local[16];
	__u8 remote[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");
EBPF_COUNT_LOST(events);

struct open {
	__u64 since;
	__u32 pid;
	char comm[COMM_LENGTH];
};

// Connections that have not ended, by socket.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct open);
} connections SEC(".maps");

static __always_inline void report(struct trace_event_raw_inet_sock_set_state *ctx, const struct open *open)
{
	const struct tcp_sock *socket = ctx->skaddr;
	struct life *life = ebpf_ringbuf_reserve(events, sizeof(*life), 0);

	if (!life)
		return;
	life->time = bpf_ktime_get_ns();
	life->duration = life->time - open->since;
	life->sent = BPF_CORE_READ(socket, bytes_acked);
	life->received = BPF_CORE_READ(socket, bytes_received);
	life->pid = open->pid;
	life->family = ctx->family;
	life->local_port = ctx->sport;
	life->remote_port = ctx->dport;
	__builtin_memcpy(life->comm, open->comm, sizeof(life->comm));
	copy_address(life->local, ctx, saddr);
	copy_address(life->remote, ctx, daddr);
	bpf_ringbuf_submit(life, 0);
}

SEC("tracepoint/sock/inet_sock_set_state")
int on_state(struct trace_event_raw_inet_sock_set_state *ctx)
{
	__u64 key = (__u64)ctx->skaddr;
	int state = ctx->newstate;
	struct open fresh = {}, *open;

	if (ctx->protocol != IPPROTO_TCP)
		return 0;
	open = bpf_map_lookup_elem(&connections, &key);
	if (!open && (state == TCP_SYN_SENT || state == TCP_SYN_RECV || state == TCP_ESTABLISHED)) {
		fresh.since = bpf_ktime_get_ns();
		bpf_map_update_elem(&connections, &key, &fresh, BPF_ANY);
		open = bpf_map_lookup_elem(&connections, &key);
	}
	if (!open)
		return 0;
	// A process connects or closes: tcp_close and shutdown enter FIN_WAIT1 or LAST_ACK. In other states, the current
	// process may be any: packets are received on its time.
	if (!open->pid && (state == TCP_SYN_SENT || state == TCP_FIN_WAIT1 || state == TCP_LAST_ACK)) {
		open->pid = bpf_get_current_pid_tgid() >> 32;
		bpf_get_current_comm(open->comm, sizeof(open->comm));
	}
	if (state == TCP_CLOSE) {
		report(ctx, open);
		bpf_map_delete_elem(&connections, &key);
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
