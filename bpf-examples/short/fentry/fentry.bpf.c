// Reports IPv4 connections as they are opened, with the process that opens them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <ebpf/fields.bpf.h>

#define AF_INET 2

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
} __attribute__((preserve_access_index));

struct sock {
	struct sock_common __sk_common;
} __attribute__((preserve_access_index));

struct event {
	char comm[16];
	__be32 from EBPF_IPV4;
	__be32 to EBPF_IPV4;
	__u16 from_port;
	__be16 to_port;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__type(value, struct event);
} events SEC(".maps");

SEC("fentry/tcp_connect")
int BPF_PROG(tcp_connect, struct sock *sk)
{
	struct sock_common *common = &sk->__sk_common;
	struct event *event;

	if (common->skc_family != AF_INET)
		return 0;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return 0;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->from = common->skc_rcv_saddr;
	event->to = common->skc_daddr;
	event->from_port = common->skc_num;
	event->to_port = common->skc_dport;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
