// Programs that refer to fields and functions that no kernel has.
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
	int pid;
	int no_such_field;
	int start_tyme;
} __attribute__((preserve_access_index));

struct no_such_struct {
	int field;
} __attribute__((preserve_access_index));

SEC("?raw_tp/sys_enter")
int reads_field(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, no_such_field);
}

SEC("?raw_tp/sys_enter")
int reads_misspelt(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, start_tyme);
}

SEC("?raw_tp/sys_enter")
int reads_struct(void *ctx)
{
	struct no_such_struct *what = (void *)bpf_get_current_task();
	return BPF_CORE_READ(what, field);
}

SEC("?raw_tp/sys_enter")
int asks_first(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	return bpf_core_field_exists(task->no_such_field) ? BPF_CORE_READ(task, no_such_field) : 0;
}

SEC("?raw_tp/sys_enter")
int reads_pid(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, pid);
}

SEC("?fentry/no_such_function")
int on_nothing(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
