// What the tools for TCP share.
#pragma once
#include "kernel.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

// The arguments of the tracepoint sock:inet_sock_set_state.
struct trace_event_raw_inet_sock_set_state {
	const void *skaddr;
	int oldstate;
	int newstate;
	__u16 sport;
	__u16 dport;
	__u16 family;
	__u16 protocol;
	__u8 saddr[4];
	__u8 daddr[4];
	__u8 saddr_v6[16];
	__u8 daddr_v6[16];
};

struct tcp_sock {
	__u64 bytes_received;
	__u64 bytes_acked;
};

#pragma clang attribute pop

#define AF_INET 2
#define IPPROTO_TCP 6
// enum tcp_state
#define TCP_ESTABLISHED 1
#define TCP_SYN_SENT 2
#define TCP_SYN_RECV 3
#define TCP_FIN_WAIT1 4
#define TCP_CLOSE 7
#define TCP_LAST_ACK 9

// An address of either family into 16 bytes; of IPv4 the first four count.
#define copy_address(to, ctx, field)                                                             \
	do {                                                                                     \
		__builtin_memset(to, 0, 16);                                                     \
		if ((ctx)->family == AF_INET)                                                    \
			bpf_core_read(to, 4, &(ctx)->field);                                     \
		else                                                                             \
			bpf_core_read(to, 16, &(ctx)->field##_v6);                               \
	} while (0)
