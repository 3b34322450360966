// Two buffers, and nothing that says which record goes where.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct opened {
  __u32 pid;
};
struct closed {
  __u64 time;
};

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} first SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
  __uint(key_size, 4);
  __uint(value_size, 4);
} second SEC(".maps");

const struct opened *unused_opened __attribute__((unused));
const struct closed *unused_closed __attribute__((unused));

SEC("xdp") int pass(struct xdp_md *context) {
  int zero = 0;
  bpf_ringbuf_output(&first, &zero, sizeof(zero), 0);
  bpf_perf_event_output(context, &second, BPF_F_CURRENT_CPU, &zero, sizeof(zero));
  return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
