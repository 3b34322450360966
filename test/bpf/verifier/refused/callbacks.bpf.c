// since: 6.4
// Callbacks, kfuncs and global functions.
#include "base.h"

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));
struct cgroup;
extern void bpf_cgroup_release(struct cgroup *cgrp) __weak __ksym;
extern struct task_struct *bpf_task_from_pid(__s32 pid) __weak __ksym;
extern void bpf_task_release(struct task_struct *p) __weak __ksym;
extern int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *d) __weak __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *p, __u32 off, void *buf, __u32 len) __weak __ksym;

struct pair {
	__u32 a, b;
};

static int returns_two(__u32 i, void *unused)
{
	return 2; /* HERE: - */
}

/* refused: return-value; title: returns_two returns 2, and 0 to 1; help: Return 0 to 1 */
SEC("?tc")
int callback_result(struct __sk_buff *skb)
{
	bpf_loop(10, returns_two, 0, 0);
	return 0;
}

static int reads_context(__u32 i, struct pair *given)
{
	return given->a > i;
}

/* refused: null-here; title: given is NULL; help: not NULL */
SEC("?tc")
int callback_null(struct __sk_buff *skb)
{
	bpf_loop(10, reads_context, 0, 0);
	return 0;
}

static long writes_key(void *map, __u32 *key, struct item *value, void *unused)
{
	*key = 1;
	return 0;
}

/* refused: read-only-memory; title: key points to the key of a map; help: Copy the key */
SEC("?tc")
int callback_key(struct __sk_buff *skb)
{
	bpf_for_each_map_elem(&items, writes_key, 0, 0);
	return 0;
}

/* refused: kfunc-missing; title: has other parameters in this kernel; help: only declared; not: bpf_ksym_exists */
SEC("?syscall")
int declares_struct_only(void *ctx)
{
	bpf_cgroup_release(0); /* HERE */
	return 0;
}

/* refused: used-after-release; title: task is used after bpf_task_release\(\); help: before bpf_task_release */
SEC("?syscall")
int releases_task_twice(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	bpf_task_release(task);
	bpf_task_release(task); /* HERE */
	return 0;
}

/* refused: stack-uninitialized; title: only 8 can be read; help: 14 bytes; not: bpf_dynptr_read */
SEC("?tc")
int short_slice_buffer(struct __sk_buff *skb)
{
	struct bpf_dynptr packet;
	char bytes[8];
	char *slice;

	bpf_dynptr_from_skb(skb, 0, &packet);
	slice = bpf_dynptr_slice(&packet, 0, bytes, 14); /* HERE */
	return slice ? *slice : 0;
}

__attribute__((noinline)) int sum(struct pair *pair)
{
	return pair ? pair->a + pair->b : 3;
}

/* refused: stack-bounds; title: sum\(\) takes 8 bytes through its pointer; help: all 8 bytes; not: index */
SEC("?tc")
int smaller_than_parameter(struct __sk_buff *skb)
{
	__u32 one = skb->len;

	return sum((struct pair *)&one); /* HERE */
}

struct holder {
	struct task_struct __kptr *task;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct holder);
} tasks SEC(".maps");

/* refused: not-released; title: task from bpf_kptr_xchg; help: bpf_task_release\(old\) */
SEC("?syscall")
int keeps_exchanged(void *ctx)
{
	__u32 key = 0;
	struct holder *holder = bpf_map_lookup_elem(&tasks, &key);

	if (!holder)
		return 0;
	struct task_struct *old = bpf_kptr_xchg(&holder->task, 0);

	return old ? old->pid == 1 : 0; /* HERE: - */
}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bpf_wq);
} works SEC(".maps");

/* refused: no-special-field; title: has no bpf_timer: it has a bpf_wq; help: bpf_wq_init */
SEC("?tc")
int timer_for_work(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct bpf_wq *work = bpf_map_lookup_elem(&works, &key);

	if (work)
		bpf_timer_init((void *)work, &works, 1); /* HERE */
	return 0;
}

#define guarded SEC(".data.guarded") __hidden __attribute__((aligned(8)))
guarded struct bpf_spin_lock lock;
guarded struct bpf_list_head list __attribute__((btf_decl_tag("contains:absent:node")));

/* refused: no-special-field|map-without-btf; title: __contains\(\) names struct absent; help: __contains\(\); not: Add a field */
SEC("?tc")
int unknown_node(struct __sk_buff *skb)
{
	bpf_spin_lock(&lock); /* HERE */
	asm volatile("" : : "r"(&list));
	bpf_spin_unlock(&lock);
	return 0;
}
