// A struct that programs implement, as an object for sched_ext does, on a kernel that does not have it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct sched_ext_of_tomorrow_ops {
	void (*enable)(void *task);
} __attribute__((preserve_access_index));

SEC("struct_ops")
void BPF_PROG(enable, void *task)
{
}

SEC(".struct_ops.link")
struct sched_ext_of_tomorrow_ops ops = {
	.enable = (void *)enable,
};

char _license[] SEC("license") = "GPL";
