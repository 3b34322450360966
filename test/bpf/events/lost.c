// Sends more records than the ring has room for, and counts what is lost. Compiled by the tests.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <ebpf/lost.bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__type(value, __u64);
} events SEC(".maps");
EBPF_COUNT_LOST(events);

SEC("syscall")
int reserve(void *ctx)
{
	__u64 *e = ebpf_ringbuf_reserve(events, sizeof(*e), 0);

	if (!e)
		return 1;
	*e = 1;
	bpf_ringbuf_submit(e, 0);
	return 0;
}

SEC("syscall")
int output(void *ctx)
{
	char bytes[256] = {};

	return ebpf_ringbuf_output(events, bytes, sizeof(bytes), 0) != 0;
}

char _license[] SEC("license") = "GPL";
