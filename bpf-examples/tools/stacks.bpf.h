// Stacks of threads, and what is counted by them.
#pragma once
#include "kernel.bpf.h"

#define STACK_DEPTH 127

struct stack_key {
	__u32 pid;
	__s32 user_stack; // negative where there is none
	__s32 kernel_stack;
	char comm[COMM_LENGTH];
};

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 16384);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, STACK_DEPTH * sizeof(__u64));
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct stack_key);
	__type(value, __u64);
} counts SEC(".maps");

// 0 for all. Set before loading.
const volatile __u32 only_pid = 0;

static __always_inline void add(const struct stack_key *key, __u64 count)
{
	__u64 none = 0, *sum = bpf_map_lookup_elem(&counts, key);

	if (!sum) {
		bpf_map_update_elem(&counts, key, &none, BPF_NOEXIST);
		sum = bpf_map_lookup_elem(&counts, key);
	}
	if (sum)
		__sync_fetch_and_add(sum, count);
}
