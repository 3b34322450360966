// Counts by cgroup: program starts, waits for a CPU, packets and bytes. Reports each process that a signal ends.
// Attaches to raw tracepoints and to a cgroup only, which need no access to tracefs and work without kprobes.
#include "../tools/kernel.bpf.h"
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>
#include <ebpf/lost.bpf.h>

#define TASK_RUNNING 0
#define WAIT_SLOTS 26 // the last one: 33 seconds and more

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct task_struct___cgroups {
	struct css_set *cgroups;
};

#pragma clang attribute pop

struct start_key {
	__u64 cgroup;
	char comm[COMM_LENGTH];
};

struct traffic_key {
	__u64 cgroup; // 0: of no socket
	__u16 family; // ETH_P_IP or ETH_P_IPV6
	__u8 protocol;
	__u8 egress;
	__u32 : 32;
};

struct traffic {
	__u64 packets;
	__u64 bytes; // with the IP header
};

struct waits {
	__u64 slots[WAIT_SLOTS]; // slot n: less than 2^(n+1) microseconds
	__u64 microseconds;
};

struct killed {
	__u64 cgroup;
	__u32 pid;
	__u32 signal;
	char comm[COMM_LENGTH];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct start_key);
	__type(value, __u64);
} starts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct traffic_key);
	__type(value, struct traffic);
} traffic SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 2048);
	__type(key, __u64); // cgroup
	__type(value, struct waits);
} waits SEC(".maps");

// When each thread became ready to run.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u64);
} ready SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} kills SEC(".maps");
EBPF_COUNT_LOST(kills);

// Events that were not counted because their map was full.
__u64 lost_starts;
__u64 lost_traffic;
__u64 lost_waits;

// The value of a key, which is created with zeros when it is new.
#define value_of(map, key, lost)                                                    \
	({                                                                          \
		void *value = bpf_map_lookup_elem(&map, key);                       \
		if (!value) {                                                       \
			bpf_map_update_elem(&map, key, &zero_##map, BPF_NOEXIST);   \
			value = bpf_map_lookup_elem(&map, key);                     \
			if (!value)                                                 \
				__sync_fetch_and_add(&lost, 1);                     \
		}                                                                   \
		value;                                                              \
	})

static const __u64 zero_starts;
static const struct traffic zero_traffic;
static const struct waits zero_waits;

static __always_inline __u64 cgroup_of(struct task_struct *task)
{
	return BPF_CORE_READ((struct task_struct___cgroups *)task, cgroups, dfl_cgrp, kn, id);
}

SEC("raw_tracepoint/sched_process_exec")
int on_exec(void *ctx)
{
	struct start_key key = {.cgroup = bpf_get_current_cgroup_id()};
	__u64 *count;

	bpf_get_current_comm(key.comm, sizeof(key.comm));
	count = value_of(starts, &key, lost_starts);
	if (count)
		*count += 1;
	return 0;
}

SEC("raw_tracepoint/sched_process_exit")
int on_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx->args[0];
	__u64 id = bpf_get_current_pid_tgid();
	__u32 signal = BPF_CORE_READ(task, exit_code) & 0x7f;
	struct killed *killed;

	// Of a process with several threads, the first one counts.
	if (id >> 32 != (__u32)id || !signal)
		return 0;
	killed = ebpf_ringbuf_reserve(kills, sizeof(*killed), 0);
	if (!killed)
		return 0;
	killed->cgroup = bpf_get_current_cgroup_id();
	killed->pid = id >> 32;
	killed->signal = signal;
	bpf_get_current_comm(killed->comm, sizeof(killed->comm));
	bpf_ringbuf_submit(killed, 0);
	return 0;
}

static __always_inline void became_ready(struct task_struct *task)
{
	__u32 thread = BPF_CORE_READ(task, pid);
	__u64 now = bpf_ktime_get_ns();

	// Thread 0 is what a CPU runs when no thread waits.
	if (thread && bpf_map_update_elem(&ready, &thread, &now, BPF_ANY))
		__sync_fetch_and_add(&lost_waits, 1);
}

static __always_inline long state_of(struct task_struct *task)
{
	if (bpf_core_field_exists(task->__state))
		return BPF_CORE_READ(task, __state);
	return BPF_CORE_READ((struct task_struct___old *)task, state);
}

SEC("raw_tracepoint/sched_wakeup")
int on_wakeup(struct bpf_raw_tracepoint_args *ctx)
{
	became_ready((struct task_struct *)ctx->args[0]);
	return 0;
}

SEC("raw_tracepoint/sched_wakeup_new")
int on_wakeup_new(struct bpf_raw_tracepoint_args *ctx)
{
	became_ready((struct task_struct *)ctx->args[0]);
	return 0;
}

SEC("raw_tracepoint/sched_switch")
int on_switch(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *previous = (struct task_struct *)ctx->args[1];
	struct task_struct *next = (struct task_struct *)ctx->args[2];
	__u32 thread = BPF_CORE_READ(next, pid);
	__u64 *since = bpf_map_lookup_elem(&ready, &thread);
	__u64 cgroup, waited;
	struct waits *value;
	__u32 slot;

	// A preempted thread waits from now on.
	if (state_of(previous) == TASK_RUNNING)
		became_ready(previous);
	if (!since)
		return 0;
	waited = (bpf_ktime_get_ns() - *since) / 1000;
	bpf_map_delete_elem(&ready, &thread);
	cgroup = cgroup_of(next);
	value = value_of(waits, &cgroup, lost_waits);
	if (!value)
		return 0;
	slot = log2_slot(waited);
	if (slot >= WAIT_SLOTS)
		slot = WAIT_SLOTS - 1;
	value->slots[slot] += 1;
	value->microseconds += waited;
	return 0;
}

static __always_inline void count_packet(struct __sk_buff *skb, __u8 egress)
{
	struct traffic_key key = {}; // clears the gap at its end, which an initializer of fields leaves as it is
	struct traffic *value;
	long failed;

	key.cgroup = bpf_skb_cgroup_id(skb);
	key.egress = egress;
	key.family = bpf_ntohs(skb->protocol);
	if (key.family == ETH_P_IPV6)
		failed = bpf_skb_load_bytes(skb, offsetof(struct ipv6hdr, nexthdr), &key.protocol, 1);
	else
		failed = bpf_skb_load_bytes(skb, offsetof(struct iphdr, protocol), &key.protocol, 1);
	if (failed)
		return;
	value = value_of(traffic, &key, lost_traffic);
	if (!value)
		return;
	// Packets of one CPU can interrupt each other, so that plain additions would lose some.
	__sync_fetch_and_add(&value->packets, 1);
	__sync_fetch_and_add(&value->bytes, skb->len);
}

SEC("cgroup_skb/ingress")
int on_ingress(struct __sk_buff *skb)
{
	count_packet(skb, 0);
	return 1; // lets the packet pass
}

SEC("cgroup_skb/egress")
int on_egress(struct __sk_buff *skb)
{
	count_packet(skb, 1);
	return 1;
}

char _license[] SEC("license") = "GPL";
