// Calls a helper that a kernel has only if it was built with error injection.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

SEC("kprobe")
int override(void *ctx)
{
	return bpf_override_return(ctx, -1);
}
