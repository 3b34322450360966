// Maps of maps and program arrays, empty and filled.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct inner {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, long);
} inner_a SEC(".maps"), inner_b SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, int);
	__array(values, struct inner);
} filled SEC(".maps") = {
	.values = { [1] = &inner_a, [5] = &inner_b },
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, int);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(max_entries, 2);
		__uint(map_flags, BPF_F_INNER_MAP);
		__type(key, int);
		__type(value, char[8]);
	});
} with_anonymous_inner SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__uint(value_size, 4);
} without_inner SEC(".maps");

int first_target(void *ctx);
int second_target(void *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(int));
	__array(values, int(void *));
} jumps SEC(".maps") = {
	.values = { [0] = (void *)&first_target, [3] = (void *)&second_target },
};

SEC("tc")
int first_target(void *ctx)
{
	return 1;
}

SEC("tc")
int second_target(void *ctx)
{
	return 2;
}

SEC("tc")
int entry(void *ctx)
{
	bpf_tail_call(ctx, &jumps, 3);
	return 0;
}
