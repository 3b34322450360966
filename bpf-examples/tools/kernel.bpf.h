// What the tools share: the parts of the kernel's types that they read, found at load time wherever this kernel has
// them (CO-RE), and slots of histograms.
#pragma once
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define COMM_LENGTH 16

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct mm_struct {
	unsigned long arg_start;
	unsigned long arg_end;
};

struct task_struct {
	int pid;
	int tgid;
	int exit_code;
	__u64 start_time;
	unsigned int __state;
	struct task_struct *real_parent;
	struct mm_struct *mm;
};

// Before Linux 5.14.
struct task_struct___old {
	long state;
};

struct trace_entry {
	unsigned short type;
};

struct trace_event_raw_sys_enter {
	struct trace_entry ent;
	long id;
	unsigned long args[6];
};

struct trace_event_raw_sys_exit {
	struct trace_entry ent;
	long id;
	long ret;
};

// The arguments of a probed function, of whichever processor the kernel runs on.
struct pt_regs___x86 {
	unsigned long di, si, dx, cx, ax;
};

struct user_pt_regs___arm64 {
	__u64 regs[31];
};

#pragma clang attribute pop

static __always_inline __u64 first_argument(const void *ctx)
{
	if (bpf_core_field_exists(((struct pt_regs___x86 *)0)->di))
		return BPF_CORE_READ((const struct pt_regs___x86 *)ctx, di);
	return BPF_CORE_READ((const struct user_pt_regs___arm64 *)ctx, regs[0]);
}

static __always_inline __u64 second_argument(const void *ctx)
{
	if (bpf_core_field_exists(((struct pt_regs___x86 *)0)->di))
		return BPF_CORE_READ((const struct pt_regs___x86 *)ctx, si);
	return BPF_CORE_READ((const struct user_pt_regs___arm64 *)ctx, regs[1]);
}

static __always_inline __u64 third_argument(const void *ctx)
{
	if (bpf_core_field_exists(((struct pt_regs___x86 *)0)->di))
		return BPF_CORE_READ((const struct pt_regs___x86 *)ctx, dx);
	return BPF_CORE_READ((const struct user_pt_regs___arm64 *)ctx, regs[2]);
}

static __always_inline __u64 fourth_argument(const void *ctx)
{
	if (bpf_core_field_exists(((struct pt_regs___x86 *)0)->di))
		return BPF_CORE_READ((const struct pt_regs___x86 *)ctx, cx);
	return BPF_CORE_READ((const struct user_pt_regs___arm64 *)ctx, regs[3]);
}

static __always_inline __u64 returned(const void *ctx)
{
	if (bpf_core_field_exists(((struct pt_regs___x86 *)0)->di))
		return BPF_CORE_READ((const struct pt_regs___x86 *)ctx, ax);
	return BPF_CORE_READ((const struct user_pt_regs___arm64 *)ctx, regs[0]);
}

#define SLOTS 40

// The slot of a value in a histogram by powers of two.
static __always_inline __u32 log2_slot(__u64 value)
{
	__u32 slot = 0;

#pragma unroll
	for (int bits = 32; bits > 0; bits >>= 1) {
		if (value >> bits) {
			value >>= bits;
			slot += bits;
		}
	}
	return slot < SLOTS ? slot : SLOTS - 1;
}
