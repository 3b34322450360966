// clang: -mcpu=v4
// A program that shares an arena with user space, in a loop that only the kernel bounds.
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define __arena __attribute__((address_space(1)))

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 4);
} arena SEC(".maps");

extern void __arena *bpf_arena_alloc_pages(void *map, void __arena *address, __u32 pages, int node, __u64 flags) __weak __ksym;

__u64 hits;

// The kernel ends the loop when it has run too often.
static __always_inline bool may_go_on(void)
{
	asm volatile goto("may_goto %l[enough]" : : : : enough);
	return true;
enough:
	return false;
}

SEC("syscall")
int fill(void *ctx)
{
	__u64 __arena *page = bpf_arena_alloc_pages(&arena, 0, 1, -1, 0);
	int i;

	if (!page)
		return -1;
	for (i = 0; i < 8 && may_go_on(); i++) {
		page[i] = i * i;
		hits++;
	}
	return 0;
}
