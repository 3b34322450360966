#include <linux/ptrace.h>
#include <stdbool.h>
#include "link.h"
#include <bpf/usdt.bpf.h>

long argument;

SEC("usdt")
int BPF_USDT(on_usdt, long value)
{
	argument = value;
	cookie = bpf_usdt_cookie(ctx);
	hit();
	return 0;
}
