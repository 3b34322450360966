// clang: -g0
// Without -g there is no BTF: maps cannot be defined, variables have no types.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int counter = 3;
static volatile int hidden_counter;
const volatile char text[4] = "abc";

SEC("tracepoint/syscalls/sys_enter_execve")
int count(void *ctx)
{
	return counter++ + hidden_counter++ + text[0];
}

char _license[] SEC("license") = "GPL";
