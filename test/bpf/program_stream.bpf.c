// Writes to its own streams (Linux 6.17).
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

// Linux 6.18 has _impl with an argument that is the verifier's own; 7.0 has the name of 6.17 again, without it.
extern int bpf_stream_vprintk(int stream_id, const char *fmt, const void *args, __u32 len) __ksym __weak;
extern int bpf_stream_vprintk_impl(int stream_id, const char *fmt, const void *args, __u32 len, void *aux) __ksym
	__weak;

static const char format[] = "run %llu\n";
static const char fault[] = "fault %llu\n";
__u64 runs;

SEC("syscall")
int speak(void *ctx)
{
	__u64 args[1] = { ++runs };

	if (bpf_ksym_exists(bpf_stream_vprintk))
		return bpf_stream_vprintk(1, format, args, sizeof(args)) ?:
		       bpf_stream_vprintk(2, fault, args, sizeof(args));
	if (bpf_ksym_exists(bpf_stream_vprintk_impl))
		return bpf_stream_vprintk_impl(1, format, args, sizeof(args), 0) ?:
		       bpf_stream_vprintk_impl(2, fault, args, sizeof(args), 0);
	return -38;
}
