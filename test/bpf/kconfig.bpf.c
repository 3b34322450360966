// Asks the kernel's configuration, which may be overridden when loading.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern unsigned int LINUX_KERNEL_VERSION __kconfig;
extern int CONFIG_NO_SUCH_OPTION __kconfig __weak;
extern int CONFIG_NO_OTHER_OPTION __kconfig __weak;

SEC("raw_tp/sys_enter")
int ask(void *ctx)
{
	return LINUX_KERNEL_VERSION + CONFIG_NO_SUCH_OPTION + CONFIG_NO_OTHER_OPTION;
}

char _license[] SEC("license") = "GPL";
