// Variables and functions of the kernel, with and without a type, needed and wanted.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct rq;
struct task_struct;

extern const int bpf_prog_active __ksym;
extern const struct rq runqueues __ksym;
extern const void init_task __ksym;
extern const void no_such_symbol __ksym __weak;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
extern int no_such_function(int a, const char *b) __ksym __weak;

static int value;

SEC("raw_tp/sys_enter")
int touch_symbols(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);
	const int *active = bpf_per_cpu_ptr(&bpf_prog_active, 0);

	if (task)
		bpf_task_release(task);
	if (no_such_function)
		value += no_such_function(1, 0);
	value += &no_such_symbol == 0;
	value += bpf_per_cpu_ptr(&runqueues, 1) != 0;
	return (active ? *active : 0) + ((long)&init_task & 1);
}

char _license[] SEC("license") = "GPL";
