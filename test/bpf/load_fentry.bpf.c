// Attaches to a function by BTF, for which a kernel needs trampolines.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

SEC("fentry/bpf_fentry_test1")
int on_fentry(void *ctx)
{
	return 0;
}

SEC("?fentry/bpf_fentry_tst1")
int on_nothing(void *ctx)
{
	return 0;
}
