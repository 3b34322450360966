// What `ebpf run` shows: records of two types, a counter, a histogram, a line of text, stacks and global variables.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sent {
	__u64 ts;
	__u32 kind;
	__u32 pid;
	__s32 ret;
	__be32 saddr;
	char comm[16];
};

struct seen {
	__u64 delta_us;
	__u32 kind;
	__u8 mac[6];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} run_by_signal SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} total SEC(".maps");

struct kill_args {
	__u64 common;
	long id;
	long pid;
	long sig;
};

volatile const __u32 only_pid = 0;
__u64 calls;
__u64 hist[16];

SEC("tracepoint/syscalls/sys_enter_kill")
int run_on_kill(struct kill_args *args)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32, zero = 0, sig = args->sig;
	__u64 one = 1, *count;

	if (only_pid != 0 && pid != only_pid)
		return 0;
	__sync_fetch_and_add(&calls, 1);
	hist[calls & 15]++;
	count = bpf_map_lookup_elem(&run_by_signal, &sig);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&run_by_signal, &sig, &one, BPF_ANY);
	count = bpf_map_lookup_elem(&total, &zero);
	if (count)
		*count += 1;
	bpf_printk("kill of %d by %d", (int)args->pid, pid);

	struct sent *sent = bpf_ringbuf_reserve(&events, sizeof(*sent), 0);
	if (!sent)
		return 0;
	sent->ts = bpf_ktime_get_ns();
	sent->kind = 1;
	sent->pid = pid;
	sent->ret = -2;
	sent->saddr = 0x0100007f;
	bpf_get_current_comm(sent->comm, sizeof(sent->comm));
	bpf_ringbuf_submit(sent, 0);

	struct seen *seen = bpf_ringbuf_reserve(&events, sizeof(*seen), 0);
	if (!seen)
		return 0;
	seen->delta_us = 1500;
	seen->kind = 2;
	__builtin_memcpy(seen->mac, "\x02\x00\x5e\x10\x00\x01", 6);
	bpf_ringbuf_submit(seen, 0);
	return 0;
}

// Nothing says which function: only --attach does.
SEC("uprobe")
int run_on_call(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
