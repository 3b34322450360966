// Reports the round-trip time of IPv4 connections that are closed.
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

struct tcp_sock {
	__u32 srtt_us; // smoothed, eight times the microseconds
} __attribute__((preserve_access_index));

struct event {
	__be32 from EBPF_IPV4;
	__be32 to EBPF_IPV4;
	__u16 from_port;
	__be16 to_port;
	__u32 microseconds;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__type(value, struct event);
} events SEC(".maps");

SEC("fentry/tcp_close")
int BPF_PROG(tcp_close, struct sock *sk)
{
	struct sock_common *common = &sk->__sk_common;
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	struct event *event;

	if (common->skc_family != AF_INET || !tcp)
		return 0;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return 0;
	event->from = common->skc_rcv_saddr;
	event->to = common->skc_daddr;
	event->from_port = common->skc_num;
	event->to_port = common->skc_dport;
	event->microseconds = tcp->srtt_us >> 3;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
