// One program for each facility that a newer kernel offers to programs, each run once.
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

__u64 hits;

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} tasks SEC(".maps");

static long count(__u32 i, void *data)
{
	__sync_fetch_and_add(&hits, 1);
	return 0;
}

SEC("syscall")
int loop(void *ctx)
{
	return bpf_loop(10, count, 0, 0);
}

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;

SEC("syscall")
int open_loop(void *ctx)
{
	int i;

	bpf_for(i, 0, 10)
		hits++;
	return 0;
}

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));
extern struct task_struct *bpf_task_from_pid(int pid) __weak __ksym;
extern void bpf_task_release(struct task_struct *task) __weak __ksym;

SEC("syscall")
int function_of_the_kernel(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(bpf_get_current_pid_tgid() >> 32);

	if (!task)
		return -1;
	bpf_task_release(task);
	hits++;
	return 0;
}

__u32 pid;

SEC("tp_btf/sys_enter")
int BPF_PROG(task_storage)
{
	__u64 *value;

	if (bpf_get_current_pid_tgid() >> 32 != pid)
		return 0;
	value = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (value)
		(*value)++;
	return 0;
}

SEC("tp/syscalls/sys_enter_kill")
int print(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 == pid)
		bpf_printk("printed for %d", pid);
	return 0;
}
