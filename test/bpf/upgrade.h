// Two versions of one application: what they have in common. A version defines VERSION and includes this.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

// Packets that only the test sends.
#define PORT 40717
#define FIRST_EVENT (1LL << 40)

enum hook { AT_XDP, AT_TCX, AT_CGROUP, AT_TRACEPOINT };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

// The events that were counted: while two versions of a tracing program are attached, both see an event.
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __s64);
	__type(value, __u32);
} seen SEC(".maps");

static __always_inline void count(__u32 hook)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &hook);

	if (value)
		__sync_fetch_and_add(value, 1);
}

static __always_inline int is_ours(struct iphdr *ip, void *end)
{
	struct udphdr *udp = (void *)(ip + 1);

	return (void *)(udp + 1) <= end && ip->protocol == IPPROTO_UDP && udp->dest == bpf_htons(PORT);
}

SEC("xdp")
int at_xdp(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) <= end && is_ours((void *)(eth + 1), end))
		count(AT_XDP);
	return XDP_PASS;
}

SEC("tcx/ingress")
int at_tcx(struct __sk_buff *skb)
{
	void *end = (void *)(long)skb->data_end;
	struct ethhdr *eth = (void *)(long)skb->data;

	if ((void *)(eth + 1) <= end && is_ours((void *)(eth + 1), end))
		count(AT_TCX);
	return -1; // TCX_NEXT
}

SEC("cgroup_skb/egress")
int at_cgroup(struct __sk_buff *skb)
{
	if (is_ours((void *)(long)skb->data, (void *)(long)skb->data_end))
		count(AT_CGROUP);
	return 1;
}

// args: fd, buf, count, pos
struct pread {
	__u64 common;
	__s64 nr;
	__u64 args[4];
};

SEC("tracepoint/syscalls/sys_enter_pread64")
int at_tracepoint(struct pread *ctx)
{
	__s64 event = ctx->args[3];
	__u32 by = VERSION;

	if (event < FIRST_EVENT)
		return 0;
	if (bpf_map_update_elem(&seen, &event, &by, BPF_NOEXIST) == 0)
		count(AT_TRACEPOINT);
	return 0;
}

char _license[] SEC("license") = "GPL";
