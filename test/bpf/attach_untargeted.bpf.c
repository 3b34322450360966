// Programs whose SEC names do not say all, or that are not attached at all.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 hits;

SEC("tp/syscalls/sys_enter_getppid")
int count(void *context) {
  hits++;
  return 0;
}

SEC("kprobe")
int manual(void *context) {
  return 0;
}

SEC("uprobe")
int in_binary(void *context) {
  return 0;
}

SEC("sk_lookup")
int lookup(struct bpf_sk_lookup *context) {
  return SK_PASS;
}

SEC("flow_dissector")
int dissect(struct __sk_buff *context) {
  return BPF_OK;
}

SEC("xdp/devmap")
int in_map(struct xdp_md *context) {
  return XDP_PASS;
}

SEC("lwt_in")
int in_route(struct __sk_buff *context) {
  return BPF_OK;
}

SEC("?lirc_mode2")
int infrared(void *sample) {
  return 0;
}

char _license[] SEC("license") = "GPL";
