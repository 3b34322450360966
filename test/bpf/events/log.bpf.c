// Writes logs of every level and with every kind of argument.
#include <linux/bpf.h>
#include <linux/in6.h>
#include <bpf/bpf_helpers.h>
#define EBPF_LOG_TEXT 16
#include <ebpf/log.bpf.h>

char name[32] = "a name";
struct in6_addr six = { { { 0xfe, 0x80, [15] = 1 } } };
__u8 mac[6] = { 2, 0x42, 0xac, 0x11, 0, 2 };

SEC("xdp")
int levels(struct xdp_md *context)
{
	ebpf_error("an error");
	ebpf_warn("a warning");
	ebpf_info("an information");
	ebpf_debug("for debugging");
	ebpf_trace("a trace");
	return 0;
}

SEC("xdp")
int arguments(struct xdp_md *context)
{
	ebpf_info("%s has %d of %u, %#x, %llu%%", name, -1, 4294967295U, 255, 18446744073709551615ULL);
	ebpf_info("%s %s %s", ebpf_ipv4(six.in6_u.u6_addr32[0]), ebpf_ipv6(&six), ebpf_mac(mac));
	ebpf_info("%d %d %d %d %d %d %lld %p", (_Bool)1, (signed char)-8, (__u8)8, (short)-16, (__u16)16, (char)'a',
		  -64LL, (void *)0x1000);
	return 0;
}

#undef EBPF_LOG_TARGET
#define EBPF_LOG_TARGET "net"

SEC("xdp")
int target(struct xdp_md *context)
{
	ebpf_warn("%5d|%-5d|%05d|%+d|%08x|%.3s|%c", 42, 42, 42, 42, 0xbeef, "abcdef", 'x');
	return 0;
}

char _license[] SEC("license") = "GPL";
