// A program for each hook of a cgroup. All allow everything.
#include "link.h"

#define ALLOW(section, name, context)                                                                                  \
	SEC(section)                                                                                                   \
	int name(struct context *ctx)                                                                                  \
	{                                                                                                              \
		hit();                                                                                                 \
		return 1;                                                                                              \
	}

ALLOW("cgroup_skb/ingress", skb_ingress, __sk_buff)
ALLOW("cgroup_skb/egress", skb_egress, __sk_buff)
ALLOW("cgroup_skb/egress", skb_egress_next, __sk_buff)
ALLOW("cgroup/sock_create", sock_create, bpf_sock)
ALLOW("cgroup/sock_release", sock_release, bpf_sock)
ALLOW("cgroup/bind4", bind4, bpf_sock_addr)
ALLOW("cgroup/post_bind4", post_bind4, bpf_sock)
ALLOW("cgroup/connect4", connect4, bpf_sock_addr)
ALLOW("cgroup/sendmsg4", sendmsg4, bpf_sock_addr)
ALLOW("cgroup/recvmsg4", recvmsg4, bpf_sock_addr)
ALLOW("cgroup/getpeername4", getpeername4, bpf_sock_addr)
ALLOW("cgroup/connect_unix", connect_unix, bpf_sock_addr)
ALLOW("cgroup/sysctl", sysctl, bpf_sysctl)
ALLOW("cgroup/dev", device, bpf_cgroup_dev_ctx)
ALLOW("cgroup/getsockopt", getsockopt, bpf_sockopt)
ALLOW("cgroup/setsockopt", setsockopt, bpf_sockopt)
ALLOW("sockops", sock_ops, bpf_sock_ops)

// Which of the two that follow ran last.
__u32 last;

#define TOLD(number)                                                                                                   \
	SEC("cgroup_skb/egress")                                                                                       \
	int skb_egress_told_##number(struct __sk_buff *ctx)                                                            \
	{                                                                                                              \
		last = number;                                                                                         \
		return 1;                                                                                              \
	}

TOLD(1)
TOLD(2)

struct socket;
struct sockaddr;

SEC("lsm_cgroup/socket_bind")
int BPF_PROG(lsm_bind, struct socket *socket, struct sockaddr *address, int length)
{
	hit();
	return 1;
}
