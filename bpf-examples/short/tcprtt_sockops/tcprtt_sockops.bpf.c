// Reports each new round-trip time of the IPv4 connections of a cgroup.
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <ebpf/fields.bpf.h>

#define AF_INET 2

struct event {
	__be32 from EBPF_IPV4;
	__be32 to EBPF_IPV4;
	__u16 from_port;
	__u16 to_port;
	__u32 microseconds;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__type(value, struct event);
} events SEC(".maps");

static void report(struct bpf_sock_ops *ops)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return;
	event->from = ops->local_ip4;
	event->to = ops->remote_ip4;
	event->from_port = ops->local_port; // in the order of the host, unlike the remote one
	event->to_port = bpf_ntohl(ops->remote_port);
	event->microseconds = ops->srtt_us >> 3;
	bpf_ringbuf_submit(event, 0);
}

SEC("sockops")
int watch_rtt(struct bpf_sock_ops *ops)
{
	if (ops->family != AF_INET)
		return 1;
	switch (ops->op) {
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		bpf_sock_ops_cb_flags_set(ops, BPF_SOCK_OPS_RTT_CB_FLAG);
		break;
	case BPF_SOCK_OPS_RTT_CB:
		report(ops);
		break;
	}
	return 1;
}

char _license[] SEC("license") = "GPL";
