/*
 * Counts the records that do not fit into a ring buffer, which the kernel does not count. RingBuf of the npm package `ebpf`
 * finds the counter by its name: `statistics().lost`.
 *
 *	struct { ... } events SEC(".maps");
 *	EBPF_COUNT_LOST(events);
 *
 *	e = ebpf_ringbuf_reserve(events, sizeof(*e), 0);
 *	ebpf_ringbuf_output(events, &e, sizeof(e), 0);
 *
 * In further source files that are linked to one object, write `extern EBPF_COUNT_LOST(events);`.
 */
#ifndef EBPF_LOST_BPF_H
#define EBPF_LOST_BPF_H

#include <bpf/bpf_helpers.h>

#define EBPF_COUNT_LOST(ring) unsigned long long ebpf_lost_##ring

/*
 * bpf_ringbuf_reserve. NULL is counted.
 *
 * Without the barrier, clang merges this test for NULL with that of the caller, and drops the caller's variable from the
 * debug information, from which bpf2ts finds the type of the records. The barrier is on the path of NULL only: before Linux
 * 6.2 the verifier forgets that a record is not NULL, and refuses a program that tests it a second time.
 */
#define ebpf_ringbuf_reserve(ring, size, flags)                          \
	({                                                               \
		void *ebpf_record = bpf_ringbuf_reserve(&ring, size, flags); \
                                                                         \
		if (!ebpf_record) {                                      \
			__sync_fetch_and_add(&ebpf_lost_##ring, 1);      \
			barrier_var(ebpf_record);                        \
		}                                                        \
		ebpf_record;                                             \
	})

/* bpf_ringbuf_output. An error is counted. */
#define ebpf_ringbuf_output(ring, data, size, flags)                             \
	({                                                                       \
		long ebpf_error = bpf_ringbuf_output(&ring, data, size, flags);  \
                                                                                 \
		if (ebpf_error)                                                  \
			__sync_fetch_and_add(&ebpf_lost_##ring, 1);              \
		ebpf_error;                                                      \
	})

#endif
