// The kernel's configuration, in every type that it can be asked for in.
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

extern int LINUX_KERNEL_VERSION __kconfig;
extern bool CONFIG_BPF_SYSCALL __kconfig;
extern enum libbpf_tristate CONFIG_IPV6 __kconfig __weak;
extern char CONFIG_A_CHAR __kconfig __weak;
extern unsigned short CONFIG_A_SHORT __kconfig __weak;
extern unsigned int CONFIG_HZ __kconfig;
extern __u64 CONFIG_A_LONG __kconfig __weak;
extern char CONFIG_DEFAULT_HOSTNAME[16] __kconfig __weak;
extern const volatile signed char CONFIG_A_SIGNED[3] __kconfig __weak;
extern int CONFIG_NO_SUCH_THING __kconfig __weak;

SEC("raw_tp/sys_enter")
int read_all(void *ctx)
{
	return LINUX_KERNEL_VERSION + CONFIG_BPF_SYSCALL + CONFIG_IPV6 + CONFIG_A_CHAR + CONFIG_A_SHORT +
	       CONFIG_HZ + CONFIG_A_LONG + CONFIG_DEFAULT_HOSTNAME[0] + CONFIG_A_SIGNED[1] +
	       CONFIG_NO_SUCH_THING;
}

char _license[] SEC("license") = "GPL";
