// Prints with bpf_printk when it is run.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct job {
	unsigned int number;
};

SEC("syscall")
int print(struct job *job)
{
	bpf_printk("trace-print %u\nsecond line", job->number);
	return 0;
}

char _license[] SEC("license") = "GPL";
