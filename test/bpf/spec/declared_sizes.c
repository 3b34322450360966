// Maps, variables and types of huge declared sizes in a small object. Compiled by the test, since other tests load the
// objects of the build.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct text {
	char text[100 << 20];
};

struct numbers {
	unsigned int each[0x3fffffff];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 0xffffffff);
	__type(key, int);
	__type(value, struct text);
} texts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, int);
	__type(value, struct numbers);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096);
	__type(key, int);
	__type(value, char[1 << 20]);
} four_gigabytes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 0xffffffff);
	__type(key, int);
	__type(value, long);
} percpu SEC(".maps");

char zeros[0x50000000];
unsigned int counts[0x07ffffff];

SEC("socket")
int prog(void *ctx)
{
	return zeros[5] + counts[3];
}

char _license[] SEC("license") = "GPL";
