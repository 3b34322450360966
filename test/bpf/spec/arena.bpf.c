// clang: -mcpu=v4
// Memory shared with user space, and variables in it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define __arena __attribute__((address_space(1)))

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 16);
	__ulong(map_extra, 0x1ull << 44);
} arena SEC(".maps");

struct node {
	struct node __arena *next;
	long value;
};

__arena long counter = 5;
__arena struct node head = { .value = 9 };
__arena int zero_in_arena;

SEC("syscall")
int touch_arena(void *ctx)
{
	head.value += counter++ + zero_in_arena;
	return bpf_map_lookup_elem(&arena, &(int){ 0 }) != 0;
}

char _license[] SEC("license") = "GPL";
