// What the programs of the link tests share: they count the events that they see.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#if defined(__TARGET_ARCH_arm64)
#define NR_KILL 129
#define SYSCALL "__arm64_sys_"
#else
#define NR_KILL 62
#define SYSCALL "__x64_sys_"
#endif

char LICENSE[] SEC("license") = "GPL";

__u64 hits;
__u64 cookie;

static __always_inline void hit(void)
{
	__sync_fetch_and_add(&hits, 1);
}
