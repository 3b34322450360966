/* As compat.bpf.h of bcc: the helper is called in a header. */
static __always_inline int send_from_header(void *ring, void *record, __u64 size)
{
	return bpf_ringbuf_output(ring, record, size, 0);
}
