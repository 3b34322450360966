// A program of each kind that has a cookie per attachment.
#include "link.h"

struct pt_regs;

#define TELL(section, name)                                                                                            \
	SEC(section)                                                                                                   \
	int name(void *ctx)                                                                                            \
	{                                                                                                              \
		cookie = bpf_get_attach_cookie(ctx);                                                                   \
		hit();                                                                                                 \
		return 0;                                                                                              \
	}

TELL("tp/syscalls/sys_enter_kill", tell_tp)
TELL("kprobe/security_task_kill", tell_kprobe)
TELL("kretprobe/security_task_kill", tell_kretprobe)
TELL("kprobe.multi/security_task_kill", tell_kprobe_multi)
TELL("uprobe", tell_uprobe)
TELL("uretprobe", tell_uretprobe)
TELL("uprobe.multi", tell_uprobe_multi)
TELL("perf_event", tell_perf_event)
TELL("fentry/security_task_kill", tell_fentry)
TELL("fexit/security_task_kill", tell_fexit)
TELL("lsm/task_kill", tell_lsm)

SEC("raw_tp/sys_enter")
int tell_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	if (ctx->args[1] != NR_KILL)
		return 0;
	cookie = bpf_get_attach_cookie(ctx);
	hit();
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(tell_tp_btf, struct pt_regs *regs, long id)
{
	if (id != NR_KILL)
		return 0;
	cookie = bpf_get_attach_cookie(ctx);
	hit();
	return 0;
}
