// The smallest scheduler: the kernel's own rules for everything that is not implemented here.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sched_ext_ops {
	char name[128];
};

SEC(".struct_ops.link")
struct sched_ext_ops minimal = {
	.name = "minimal",
};

char _license[] SEC("license") = "GPL";
