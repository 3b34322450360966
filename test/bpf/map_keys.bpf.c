// Keys and values as in real programs: text cut inside a character, a buffer that held a longer name before, a
// bool that is neither 0 nor 1, padding that was not cleared; and values that end in a flexible array.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct val {
	char name[8];
	__u32 n;
};
struct key {
	__u8 kind;
	__u32 pid;
	char comm[16];
	_Bool isThread;
};
struct list {
	int count;
	int values[];
};

#define HASH(name, key_type, value_type) \
	struct { \
		__uint(type, BPF_MAP_TYPE_HASH); \
		__uint(max_entries, 8); \
		__type(key, key_type); \
		__type(value, value_type); \
	} name SEC(".maps")

HASH(cut, char[16], __u64);
HASH(dirty, char[16], __u64);
HASH(flags, _Bool, __u64);
HASH(structs, struct key, __u64);
HASH(vals, __u32, struct val);
HASH(lists, __u32, struct list);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct list);
} list_array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, struct list);
} list_percpu SEC(".maps");

SEC("socket")
int fill(void *ctx)
{
	// The result of bpf_get_current_comm for a process with the name "hbüüüüüüüü".
	char a[16] = "hb\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3";
	// As bpf_probe_read_str leaves a buffer.
	char b[16] = "abc\0Z";
	struct val v = { "\xff" "x", 1 };
	__u64 one = 1;
	__u32 k = 1;
	__u8 two = 2;
	struct key s;
	__builtin_memset(&s, 0xee, sizeof(s));
	s.kind = 3;
	s.pid = 4;
	__builtin_memcpy(s.comm, b, 16);
	*(volatile __u8 *)&s.isThread = 5;

	bpf_map_update_elem(&cut, a, &one, 0);
	bpf_map_update_elem(&dirty, b, &one, 0);
	bpf_map_update_elem(&flags, &two, &one, 0);
	bpf_map_update_elem(&structs, &s, &one, 0);
	bpf_map_update_elem(&vals, &k, &v, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
