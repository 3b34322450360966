// Calls a function that no kernel has.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

extern int bpf_no_such_kfunc(void *ctx) __ksym;

SEC("raw_tp/sys_enter")
int missing_kfunc(void *ctx)
{
	return bpf_no_such_kfunc(ctx);
}

SEC("raw_tp/sys_enter")
int without_kfunc(void *ctx)
{
	return 0;
}
