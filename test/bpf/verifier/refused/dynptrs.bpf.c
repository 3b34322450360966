// since: 6.4
// Dynptrs and iterators.
#include "base.h"

struct bpf_iter_num;
__u32 slot;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;

/* refused: dynptr-uninitialized; title: &record is not an initialized dynptr; help: Initialize the dynptr first */
SEC("?tc")
int reads_uninitialized(struct __sk_buff *skb)
{
	struct bpf_dynptr record;
	char bytes[8];

	return bpf_dynptr_read(bytes, sizeof(bytes), &record, 0, 0); /* HERE */
}

/* refused: not-released; title: bpf_ringbuf_reserve_dynptr\(\); help: bpf_ringbuf_(submit|discard)_dynptr */
SEC("?tc")
int keeps_dynptr(struct __sk_buff *skb)
{
	struct bpf_dynptr record;

	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &record);
	return 0; /* HERE: - */
}

/* refused: dynptr-uninitialized; title: &record holds nothing: bpf_ringbuf_submit_dynptr\(\) released; help: Use it before bpf_ringbuf_submit_dynptr\(\); not: Initialize */
SEC("?tc")
int writes_submitted(struct __sk_buff *skb)
{
	struct bpf_dynptr record;
	char bytes[8] = {};

	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &record);
	bpf_ringbuf_submit_dynptr(&record, 0);
	return bpf_dynptr_write(&record, 0, bytes, sizeof(bytes), 0); /* HERE */
}

/* refused: used-after-release; title: bpf_ringbuf_submit_dynptr\(\); help: before bpf_ringbuf_submit_dynptr */
SEC("?tc")
int slice_of_submitted(struct __sk_buff *skb)
{
	struct bpf_dynptr record;
	__u64 *data;

	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &record);
	data = bpf_dynptr_data(&record, 0, 8);
	bpf_ringbuf_submit_dynptr(&record, 0);
	if (data)
		*data = 1; /* HERE */
	return 0;
}

/* refused: null-check-missing; title: NULL; help: if \(!data\) return */
SEC("?tc")
int unchecked_slice(struct __sk_buff *skb)
{
	struct bpf_dynptr record;
	__u64 *data;

	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &record);
	data = bpf_dynptr_data(&record, 0, 8);
	*data = 1; /* HERE */
	bpf_ringbuf_submit_dynptr(&record, 0);
	return 0;
}

/* refused: iterator-uninitialized; title: initialized iterator; help: bpf_iter_num_new */
SEC("?tc")
int next_without_new(struct __sk_buff *skb)
{
	struct bpf_iter_num it;

	return bpf_iter_num_next(&it) != 0; /* HERE */
}

/* refused: not-released; title: bpf_iter_num_new\(\); help: bpf_iter_num_destroy */
SEC("?tc")
int keeps_iterator(struct __sk_buff *skb)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 4);
	return bpf_iter_num_next(&it) != 0; /* HERE: - */
}

/* refused: null-here; title: bpf_iter_num_next\(\) returns NULL; help: while \(\(n = bpf_iter_num_next */
SEC("?tc")
int unchecked_next(struct __sk_buff *skb)
{
	struct bpf_iter_num it;
	int *n;

	bpf_iter_num_new(&it, 0, 4);
	n = bpf_iter_num_next(&it);
	slot = *n; /* HERE */
	bpf_iter_num_destroy(&it);
	return 0;
}
