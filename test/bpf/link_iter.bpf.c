#include "link.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct seq_file;
struct bpf_iter_meta {
	struct seq_file *seq;
};
struct task_struct {
	int pid;
	int tgid;
};
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
struct bpf_map {
	unsigned int id;
};
struct bpf_iter__bpf_map {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
};
struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
};
struct cgroup;
struct bpf_iter__cgroup {
	struct bpf_iter_meta *meta;
	struct cgroup *cgroup;
};
#pragma clang attribute pop

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

SEC("iter/task")
int over_tasks(struct bpf_iter__task *ctx)
{
	static const char format[] = "%d\n";
	struct task_struct *task = ctx->task;
	__u64 arguments[1];

	if (!task)
		return 0;
	arguments[0] = task->tgid;
	bpf_seq_printf(ctx->meta->seq, format, sizeof(format), arguments, sizeof(arguments));
	return 0;
}

SEC("iter/bpf_map")
int over_maps(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;
	__u32 id;

	if (!map)
		return 0;
	id = map->id;
	bpf_seq_write(ctx->meta->seq, &id, sizeof(id));
	return 0;
}

SEC("iter/bpf_map_elem")
int over_elements(struct bpf_iter__bpf_map_elem *ctx)
{
	__u32 *found = ctx->key;
	__u32 key;

	if (!found)
		return 0;
	key = *found;
	bpf_seq_write(ctx->meta->seq, &key, sizeof(key));
	return 0;
}

SEC("iter/cgroup")
int over_cgroups(struct bpf_iter__cgroup *ctx)
{
	char mark = '.';

	if (ctx->cgroup)
		bpf_seq_write(ctx->meta->seq, &mark, 1);
	return 0;
}

// These only record that the iterator had an element.
#define MARK(target)                                                                                                   \
	SEC("iter/" #target)                                                                                           \
	int over_##target(void *ctx)                                                                                   \
	{                                                                                                              \
		hit();                                                                                                 \
		return 0;                                                                                              \
	}

MARK(task_file)
MARK(task_vma)
MARK(tcp)
MARK(udp)
MARK(bpf_link)
