// Takes the address of what no kernel has.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

extern const void no_such_symbol __ksym;

SEC("raw_tp/sys_enter")
int missing_symbol(void *ctx)
{
	return (long)&no_such_symbol & 1;
}
