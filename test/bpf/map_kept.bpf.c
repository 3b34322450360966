// Values in which the kernel keeps something for itself: a timer, work to be done later, a lock.
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct timed {
	__u64 runs;
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct timed);
} timers SEC(".maps");

struct worked {
	__u64 runs;
	struct bpf_wq work;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct worked);
} works SEC(".maps");

struct locked {
	struct bpf_spin_lock lock;
	__u64 runs;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct locked);
} locks SEC(".maps");

static int expired(void *map, int *key, struct timed *value)
{
	__sync_fetch_and_add(&value->runs, 1);
	return 0;
}

SEC("syscall")
int use_timer(void *ctx)
{
	__u32 key = 0;
	struct timed *value = bpf_map_lookup_elem(&timers, &key);

	if (!value)
		return -1;
	bpf_timer_init(&value->timer, &timers, 1);
	bpf_timer_set_callback(&value->timer, expired);
	return bpf_timer_start(&value->timer, 0, 0);
}

static int work_done(void *map, int *key, void *value)
{
	__sync_fetch_and_add(&((struct worked *)value)->runs, 1);
	return 0;
}

extern int bpf_wq_init(struct bpf_wq *wq, void *map, unsigned int flags) __weak __ksym;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __weak __ksym;
// Until 6.19, and since.
extern int bpf_wq_set_callback_impl(struct bpf_wq *wq, int (*callback)(void *map, int *key, void *value),
				    unsigned int flags, void *aux) __weak __ksym;
extern int bpf_wq_set_callback(struct bpf_wq *wq, int (*callback)(void *map, int *key, void *value),
			       unsigned int flags) __weak __ksym;

SEC("syscall")
int use_work(void *ctx)
{
	__u32 key = 0;
	struct worked *value = bpf_map_lookup_elem(&works, &key);

	if (!value)
		return -1;
	bpf_wq_init(&value->work, &works, 0);
	if (bpf_ksym_exists(bpf_wq_set_callback))
		bpf_wq_set_callback(&value->work, work_done, 0);
	else
		bpf_wq_set_callback_impl(&value->work, work_done, 0, NULL);
	return bpf_wq_start(&value->work, 0);
}

SEC("tc")
int use_lock(struct __sk_buff *ctx)
{
	__u32 key = 0;
	struct locked *value = bpf_map_lookup_elem(&locks, &key);

	if (!value)
		return -1;
	bpf_spin_lock(&value->lock);
	value->runs++;
	bpf_spin_unlock(&value->lock);
	return TC_ACT_OK;
}
