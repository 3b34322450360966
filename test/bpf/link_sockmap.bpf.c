#include "link.h"

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

SEC("sk_msg")
int on_sk_msg(struct sk_msg_md *ctx)
{
	hit();
	return SK_PASS;
}

SEC("sk_skb/stream_verdict")
int on_stream_verdict(struct __sk_buff *ctx)
{
	hit();
	return SK_PASS;
}

SEC("sk_skb/verdict")
int on_verdict(struct __sk_buff *ctx)
{
	hit();
	return SK_PASS;
}
