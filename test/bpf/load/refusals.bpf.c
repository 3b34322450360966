// Maps and programs that libbpf or the kernel refuses before the verifier has a say. A test loads each alone.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u32);
} no_entries SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, __u32);
} wide_key SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1);
	__uint(key_size, 8);
	__uint(value_size, 4);
} preallocated SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2000000000);
	__uint(key_size, 4);
	__uint(value_size, 8192);
} enormous SEC(".maps");

struct {
	__uint(type, 999);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} unheard_of SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1000);
	__uint(key_size, 4);
	__uint(value_size, 4);
	__uint(map_flags, 1u << 30);
} strange_flag SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1000);
	__uint(key_size, 4);
	__uint(value_size, 4);
	__uint(map_flags, BPF_F_MMAPABLE);
} mapped_hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
	__uint(map_flags, BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG);
} neither_way SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
	__ulong(map_extra, 5);
} with_extra SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
	__uint(map_flags, BPF_F_NUMA_NODE);
	__uint(numa_node, 99);
} far_node SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(key_size, 4);
	__uint(value_size, 4);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} untyped_storage SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 1000000);
	__uint(key_size, 4);
	__uint(value_size, 4);
} more_than_cpus SEC(".maps");

SEC("?socket")
int left_out(struct __sk_buff *ctx)
{
	return 0;
}

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, int(struct __sk_buff *));
} to_left_out SEC(".maps") = { .values = { [0] = &left_out } };

struct small {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} large SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct small);
} to_large SEC(".maps") = { .values = { [0] = (void *)&large } };

SEC("?my/own")
int unknown_section(void *ctx)
{
	return 0;
}

SEC("?freplace/target")
int replaces_nothing(void *ctx)
{
	return 0;
}

SEC("?fentry/no_module_has_this_function")
int on_module(void *ctx)
{
	return 0;
}

SEC("?tp_btf/sched_swich")
int misspelt_tracepoint(void *ctx)
{
	return 0;
}

SEC("?lsm/file_opn")
int misspelt_lsm_hook(void *ctx)
{
	return 0;
}

SEC("?iter/task_fil")
int misspelt_iterator(void *ctx)
{
	return 0;
}

SEC("?kprob/do_nanosleep")
int misspelt_section(void *ctx)
{
	return 0;
}
