// Programs that see calls of functions in user space, and what the processor does.
#include "link.h"

SEC("uprobe")
int on_uprobe(void *ctx)
{
	hit();
	return 0;
}

SEC("uretprobe")
int on_uretprobe(void *ctx)
{
	hit();
	return 0;
}

SEC("uprobe.s")
int on_uprobe_sleepable(void *ctx)
{
	hit();
	return 0;
}

SEC("uprobe.multi")
int on_uprobe_multi(void *ctx)
{
	cookie = bpf_get_attach_cookie(ctx);
	hit();
	return 0;
}

SEC("uprobe.session")
int on_uprobe_session(void *ctx)
{
	hit();
	return 0;
}

SEC("perf_event")
int on_perf_event(void *ctx)
{
	hit();
	return 0;
}
