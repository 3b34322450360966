// Sends records that are shorter than their types, of as many bytes as user space says. Compiled by the tests.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define RING(name)                                \
	struct {                                  \
		__uint(type, BPF_MAP_TYPE_RINGBUF); \
		__uint(max_entries, 4096);        \
	} name SEC(".maps")

struct command {
	__u32 pid;
	char args[200];
};
RING(commands);
struct command command = { .pid = 7, .args = "cat /etc/hosts" };

/* The last array is in a struct of its own. */
struct trace {
	__u32 pid;
	struct {
		__u16 depth;
		__u64 stack[16];
	} kernel;
};
RING(traces);
struct trace trace = { .pid = 7, .kernel = { .depth = 2, .stack = { 10, 20, 30 } } };

/* Text of any length begins where C has padding. */
struct packet {
	__u64 at;
	__u32 length;
	char data[];
};
RING(packets);
#pragma clang diagnostic ignored "-Wgnu-variable-sized-type-not-at-end"
struct {
	struct packet head;
	char rest[16];
} packet;

/* A number is behind the array. */
struct closed {
	char name[16];
	__u32 last;
};
RING(closes);
struct closed closed_record = { .name = "closed", .last = 3 };

__u32 size;

#define SEND(ring, from)                                                                       \
	SEC("syscall")                                                                         \
	int send_##ring(void *ctx)                                                             \
	{                                                                                      \
		__u32 bytes = size;                                                            \
                                                                                               \
		if (bytes > sizeof(from))                                                      \
			return 1;                                                              \
		return bpf_ringbuf_output(&ring, &from, bytes, 0);                             \
	}

SEND(commands, command)
SEND(traces, trace)
SEND(closes, closed_record)

SEC("syscall")
int send_packets(void *ctx)
{
	__u32 bytes = size;

	packet.head.at = 9;
	packet.head.length = 2;
	packet.head.data[0] = 'o';
	packet.head.data[1] = 'k';
	if (bytes > sizeof(packet))
		return 1;
	return bpf_ringbuf_output(&packets, &packet, bytes, 0);
}

char _license[] SEC("license") = "GPL";
