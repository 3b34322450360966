// One program for each way to see a call of kill().
#include "link.h"

struct pt_regs;

/* A tracepoint of a syscall: struct trace_event_raw_sys_enter. */
struct sys_enter {
	__u64 common;
	long id;
	unsigned long args[6];
};

/* The process whose calls with signal 0 to it are counted, since others call kill too. All calls if 0. */
__u64 only_to;

SEC("tp/syscalls/sys_enter_kill")
int on_tp(struct sys_enter *ctx)
{
	if (!only_to || (ctx->args[0] == only_to && ctx->args[1] == 0))
		hit();
	return 0;
}

SEC("raw_tp/sys_enter")
int on_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	if (ctx->args[1] == NR_KILL)
		hit();
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_tp_btf, struct pt_regs *regs, long id)
{
	if (id == NR_KILL)
		hit();
	return 0;
}

SEC("fentry/security_task_kill")
int BPF_PROG(on_fentry)
{
	hit();
	return 0;
}

SEC("fexit/security_task_kill")
int BPF_PROG(on_fexit)
{
	hit();
	return 0;
}

SEC("fmod_ret/security_task_kill")
int BPF_PROG(on_fmod_ret)
{
	hit();
	return 0;
}

SEC("lsm/task_kill")
int BPF_PROG(on_lsm)
{
	hit();
	return 0;
}

SEC("lsm.s/file_open")
int BPF_PROG(on_lsm_sleepable)
{
	hit();
	return 0;
}

SEC("fmod_ret/" SYSCALL "kill")
int BPF_PROG(on_fmod_ret_syscall)
{
	hit();
	return 0;
}

SEC("kprobe/security_task_kill")
int on_kprobe(void *ctx)
{
	hit();
	return 0;
}

SEC("kretprobe/security_task_kill")
int on_kretprobe(void *ctx)
{
	hit();
	return 0;
}

SEC("ksyscall/kill")
int on_ksyscall(void *ctx)
{
	hit();
	return 0;
}

SEC("kprobe.multi/security_task_kil*")
int on_kprobe_multi(void *ctx)
{
	hit();
	return 0;
}

SEC("kprobe.session/security_task_kil*")
int on_kprobe_session(void *ctx)
{
	hit();
	return 0;
}

SEC("fsession/security_task_kill")
int BPF_PROG(on_fsession)
{
	hit();
	return 0;
}
