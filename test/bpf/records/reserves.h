/* As buffer.h of Inspektor Gadget: a ring buffer if the kernel has it, otherwise memory for a perf buffer. */
__u64 not_reserved;
static __always_inline void *reserve_or_scratch(void *ring, __u64 size)
{
	const int zero = 0;

	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_ringbuf_reserve)) {
		void *memory = bpf_ringbuf_reserve(ring, size, 0);

		if (!memory)
			not_reserved++;
		return memory;
	}
	return bpf_map_lookup_elem(&heap, &zero);
}
static __always_inline void submit_or_output(void *ctx, void *ring, void *record, __u64 size)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_ringbuf_submit))
		bpf_ringbuf_submit(record, 0);
	else
		bpf_perf_event_output(ctx, ring, BPF_F_CURRENT_CPU, record, size);
}
