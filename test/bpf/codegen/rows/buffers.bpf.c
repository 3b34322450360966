// Ring and perf buffers whose records are named in every way there is.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct by_pointer {
  __u32 a;
};
struct by_definition {
  __u64 b;
};
const struct by_pointer *unused __attribute__((unused));

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
  __type(value, struct by_definition);
} defined SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
  __uint(key_size, 4);
  __uint(value_size, 4);
} pointed SEC(".maps");

char _license[] SEC("license") = "GPL";

