// Asks for an option that no kernel is configured with.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

extern int CONFIG_NO_SUCH_NUMBER __kconfig;

SEC("raw_tp/sys_enter")
int missing_option(void *ctx)
{
	return CONFIG_NO_SUCH_NUMBER;
}
