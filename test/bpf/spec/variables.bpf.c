// clang: -mcpu=v4
// Variables in places that are easily forgotten, each with a program that reads it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define __arena __attribute__((address_space(1)))

struct list {
	int count;
	int values[];
};

// Sections of static variables alone.
static volatile int enabled = 1;
static volatile long hits;

// A flexible array at the end of a section extends to the end of the section.
volatile int grown[4] SEC(".data.grown") = { 1, 2, 3, 4 };
volatile char words[8] SEC(".data.words") = "abc";

struct list tail SEC(".data.tail") = { 3, { 1, 2, 3 } };
volatile int after_tail SEC(".data.tail") = 9;

SEC("socket")
int use_statics(void *ctx)
{
	if (enabled)
		hits++;
	return hits;
}

SEC("socket")
int use_printk(void *ctx)
{
	bpf_printk("only a format, of %d", 1);
	return 0;
}

SEC("socket")
int sum_tail(void *ctx)
{
	volatile int *values = tail.values;

	return (values[0] + values[1] + values[2]) * 100 + after_tail;
}

SEC("socket")
int first_and_last(void *ctx)
{
	return grown[0] * 100 + grown[3];
}

char _license[] SEC("license") = "GPL";
