// since: 6.4
// Lists and trees whose nodes the kernel does not find. The kernel refuses the types of the object as a whole.
#include "base.h"

struct guarded {
	struct bpf_spin_lock lock;
	struct bpf_list_head list __attribute__((btf_decl_tag("contains:absent:node")));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct guarded);
} lists SEC(".maps");

/* refused: map-without-btf; title: __contains\(\) names struct absent; help: __contains\(\); not: Define the map */
SEC("?tc")
int unknown_node(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct guarded *found = bpf_map_lookup_elem(&lists, &key);

	if (!found)
		return 0;
	bpf_spin_lock(&found->lock); /* HERE */
	bpf_spin_unlock(&found->lock);
	return 0;
}
