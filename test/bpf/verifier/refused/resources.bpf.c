// What is acquired and released: records, sockets, locks.
#include "base.h"
#include <linux/pkt_cls.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct item);
} second SEC(".maps");

/* refused: not-released; title: record from bpf_ringbuf_reserve\(\); help: bpf_ringbuf_discard\(record, 0\); not: bpf_sk_release */
SEC("?tc")
int keeps_record(struct __sk_buff *skb)
{
	__u64 *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record)
		return 0;
	*record = skb->len;
	return 1; /* HERE: - */
}

/* refused: not-released; title: socket from bpf_sk_lookup_tcp\(\); help: bpf_sk_release\(sk\); not: ringbuf */
SEC("?tc")
int keeps_socket(struct __sk_buff *skb)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);

	if (!sk)
		return 0;
	return sk->family; /* HERE: - */
}

/* refused: not-released; title: record; help: bpf_ringbuf */
SEC("?tc")
int drops_unchecked(struct __sk_buff *skb)
{
	return bpf_ringbuf_reserve(&ring, 8, 0) != 0; /* HERE: - */
}

/* refused: used-after-release; title: bpf_ringbuf_submit\(\) released it; help: before bpf_ringbuf_submit */
SEC("?tc")
int reads_submitted(struct __sk_buff *skb)
{
	__u64 *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record)
		return 0;
	*record = skb->len;
	bpf_ringbuf_submit(record, 0);
	return *record; /* HERE */
}

/* refused: used-after-release; title: bpf_sk_release\(\); help: before bpf_sk_release */
SEC("?tc")
int reads_released_socket(struct __sk_buff *skb)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);

	if (!sk)
		return 0;
	bpf_sk_release(sk);
	return sk->family; /* HERE */
}

/* refused: used-after-release; title: record is used after bpf_ringbuf_submit\(\) released it; help: before bpf_ringbuf_submit; not: Pass */
SEC("?tc")
int submits_twice(struct __sk_buff *skb)
{
	__u64 *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record)
		return 0;
	bpf_ringbuf_submit(record, 0);
	bpf_ringbuf_discard(record, 0); /* HERE */
	return 0;
}

/* refused: null-argument|null-check-missing; title: record|NULL; help: if \(!record\) return */
SEC("?tc")
int submits_null(struct __sk_buff *skb)
{
	__u64 *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	bpf_ringbuf_submit(record, 0); /* HERE */
	return 0;
}

/* refused: release-offset|argument-type; title: .; help: acquired|bpf_ringbuf_reserve; since: 5.18 */
SEC("?tc")
int submits_moved(struct __sk_buff *skb)
{
	__u64 *record = bpf_ringbuf_reserve(&ring, 16, 0);

	if (!record)
		return 0;
	bpf_ringbuf_submit(record + 1, 0); /* HERE */
	return 0;
}

/* refused: memory-bounds|value-bounds|buffer-bounds; title: past the end; help: 8 bytes */
SEC("?tc")
int past_record(struct __sk_buff *skb)
{
	__u64 *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record)
		return 0;
	record[1] = skb->len; /* HERE */
	bpf_ringbuf_submit(record, 0);
	return 0;
}

/* refused: not-closed|not-released; title: lock; help: bpf_spin_unlock */
SEC("?tc")
int keeps_lock(struct __sk_buff *skb)
{
	__u32 key = 1;
	struct item *found = bpf_map_lookup_elem(&items, &key);

	if (!found)
		return 0;
	bpf_spin_lock(&found->lock);
	found->count++;
	return 0; /* HERE: - */
}

/* refused: unlock; title: no lock is held; help: Take the lock */
SEC("?tc")
int unlocks_open(struct __sk_buff *skb)
{
	__u32 key = 1;
	struct item *found = bpf_map_lookup_elem(&items, &key);

	if (!found)
		return 0;
	bpf_spin_unlock(&found->lock); /* HERE */
	return 0;
}

/* refused: two-locks|call-under-lock; title: a lock is taken while one is held; help: Unlock the first */
SEC("?tc")
int locks_two(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct item *found = bpf_map_lookup_elem(&items, &key);
	struct item *other = bpf_map_lookup_elem(&second, &key);

	if (!found || !other)
		return 0;
	bpf_spin_lock(&found->lock);
	bpf_spin_lock(&other->lock); /* HERE */
	bpf_spin_unlock(&other->lock);
	bpf_spin_unlock(&found->lock);
	return 0;
}

/* refused: call-under-lock; title: bpf_ktime_get_ns\(\) is called while a lock is held; help: before bpf_spin_lock */
SEC("?tc")
int calls_locked(struct __sk_buff *skb)
{
	__u32 key = 1;
	struct item *found = bpf_map_lookup_elem(&items, &key);

	if (!found)
		return 0;
	bpf_spin_lock(&found->lock);
	found->count = bpf_ktime_get_ns(); /* HERE */
	bpf_spin_unlock(&found->lock);
	return 0;
}

/* refused: lock-program-type|helper-not-allowed; title: lock; help: type of program|may not call */
SEC("?kprobe/do_nanosleep")
int locks_in_probe(void *ctx)
{
	__u32 key = 1;
	struct item *found = bpf_map_lookup_elem(&items, &key);

	if (!found)
		return 0;
	bpf_spin_lock(&found->lock); /* HERE: - */
	bpf_spin_unlock(&found->lock);
	return 0;
}
