// Writes to its own streams (Linux 6.17).
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

// The last argument is the verifier's own. Linux 6.18 has added _impl to the name.
extern int bpf_stream_vprintk(int stream_id, const char *fmt, const void *args, __u32 len, void *aux) __ksym __weak;
extern int bpf_stream_vprintk_impl(int stream_id, const char *fmt, const void *args, __u32 len, void *aux) __ksym __weak;

static const char format[] = "run %llu\n";
static const char fault[] = "fault %llu\n";
__u64 runs;

SEC("syscall")
int speak(void *ctx)
{
	__u64 args[1] = { ++runs };

	if (bpf_ksym_exists(bpf_stream_vprintk_impl)) {
		bpf_stream_vprintk_impl(1, format, args, sizeof(args), 0);
		bpf_stream_vprintk_impl(2, fault, args, sizeof(args), 0);
	} else if (bpf_ksym_exists(bpf_stream_vprintk)) {
		bpf_stream_vprintk(1, format, args, sizeof(args), 0);
		bpf_stream_vprintk(2, fault, args, sizeof(args), 0);
	}
	return 0;
}
