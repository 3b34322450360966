// Programs for tracing.
#include "base.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} programs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} numbers SEC(".maps");

__u32 buckets[16];
char text[16];

extern const int variable_of_no_kernel __ksym __weak;

/* refused: not-a-pointer; title: is a number and not a pointer; help: ^Read through it with bpf_probe_read_user\(\) */
SEC("?uprobe")
int address_of_user(unsigned long *registers)
{
	char *name = (char *)registers[14];

	return name[0] == '/'; /* HERE */
}

/* refused: not-a-pointer; title: is a number and not a pointer; help: SEC\("tp_btf/sched_switch"\) */
SEC("?raw_tp/sched_switch")
int argument_of_raw_tracepoint(unsigned long *arguments)
{
	volatile int *task = (int *)arguments[1];

	return *task; /* HERE */
}

/* refused: context-access; title: may not read 8 bytes at offset 0; help: begin at offset 8 */
SEC("?tp/sched/sched_switch")
int first_field(unsigned long *fields)
{
	return fields[0] == 1; /* HERE */
}

/* refused: null-here; title: no variable variable_of_no_kernel; help: bpf_ksym_exists\(variable_of_no_kernel\) */
SEC("?uprobe")
int missing_variable(void *registers)
{
	return variable_of_no_kernel; /* HERE */
}

/* refused: invalid-call; title: refuses this call of bpf_snprintf\(\); help: multiple of 8; since: 5.13 */
SEC("?uprobe")
int odd_arguments(void *registers)
{
	__u32 arguments[1] = { 3 };

	return bpf_snprintf(text, sizeof(text), "%d", (void *)arguments, sizeof(arguments)); /* HERE */
}

/* refused: map-type; title: cannot be given to bpf_map_update_elem; help: Change it from user space */
SEC("?uprobe")
int updates_programs(void *registers)
{
	__u32 key = 0, value = 0;

	return bpf_map_update_elem(&programs, &key, &value, 0); /* HERE */
}

static long each(void *map, const void *key, void *value, void *context)
{
	return 0;
}
/* refused: map-type|helper-not-allowed; title: bpf_for_each_map_elem\(\) cannot go through|bpf_for_each_map_elem; help: Pass a hash|5.13 */
SEC("?uprobe")
int goes_through_programs(void *registers)
{
	return bpf_for_each_map_elem(&programs, each, 0, 0); /* HERE */
}

/* refused: memory-bounds; title: 32 bytes at offset 8 are past the end of the record; help: with sizeof: at most 16 bytes */
SEC("?uprobe")
int fills_too_much(void *registers)
{
	char *record = bpf_ringbuf_reserve(&ring, 24, 0);

	if (!record)
		return 0;
	bpf_get_current_comm(record + 8, 32); /* HERE */
	bpf_ringbuf_submit(record, 0);
	return 0;
}

/* refused: index-unbounded; title: a number computed from index; help: after it is computed */
SEC("?uprobe")
int one_before(void *registers)
{
	__u32 index = bpf_get_prandom_u32();

	if (index > 16)
		return 0;
	return buckets[index - 1]; /* HERE */
}

/* refused: argument-type; title: argument 3 is NULL; help: Pass the address of memory */
SEC("?uprobe")
int no_value(void *registers)
{
	__u32 key = 0;

	return bpf_map_update_elem(&numbers, &key, (void *)0, 0); /* HERE */
}
