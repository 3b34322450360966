// Sends many records for each call of kill() by one process: what `ebpf run` must keep up with.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "../../../native/bpf-include/ebpf/lost.bpf.h"

#define RECORDS 100

struct flood {
	__u64 number;
	__u64 ts;
	__u32 pid;
	__u32 cpu;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} flood_events SEC(".maps");
EBPF_COUNT_LOST(flood_events);

// Names the type of the records in BTF: the macros that count lost records hide it.
struct flood *flood_type;

volatile const __u32 only_pid = 0;
__u64 sent;

SEC("tracepoint/syscalls/sys_enter_kill")
int flood_on_kill(void *ctx)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;

	if (pid != only_pid)
		return 0;
	for (int i = 0; i < RECORDS; i++) {
		struct flood *flood = ebpf_ringbuf_reserve(flood_events, sizeof(*flood), 0);

		if (!flood)
			continue;
		flood->number = __sync_fetch_and_add(&sent, 1);
		flood->ts = bpf_ktime_get_ns();
		flood->pid = pid;
		flood->cpu = bpf_get_smp_processor_id();
		bpf_get_current_comm(flood->comm, sizeof(flood->comm));
		bpf_ringbuf_submit(flood, 0);
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
