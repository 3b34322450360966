// clang: -mcpu=v4
// Variables in an arena that the kernel places, read and written by a program.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define __arena __attribute__((address_space(1)))

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 4);
} arena SEC(".maps");

struct node {
	struct node __arena *next;
	__u64 value;
};

__u64 __arena counter = 5;
struct node __arena *head;
struct node __arena nodes[3];

SEC("syscall")
int touch(void *ctx)
{
	counter++;
	nodes[1].value = 9;
	head = &nodes[1];
	return 0;
}

char _license[] SEC("license") = "GPL";
