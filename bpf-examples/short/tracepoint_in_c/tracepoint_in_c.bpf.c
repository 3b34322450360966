// Counts the pages of memory that the kernel hands out.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

// The fields of the tracepoint: /sys/kernel/tracing/events/kmem/mm_page_alloc/format.
struct mm_page_alloc {
	__u64 common;
	__u64 pfn;
	__u32 order; // of 1 << order pages
	__u32 gfp_flags;
	__s32 migratetype;
};

__u64 allocations;
__u64 pages;

SEC("tracepoint/kmem/mm_page_alloc")
int count_pages(struct mm_page_alloc *ctx)
{
	__sync_fetch_and_add(&allocations, 1);
	__sync_fetch_and_add(&pages, 1ULL << (ctx->order & 31));
	return 0;
}

char _license[] SEC("license") = "GPL";
