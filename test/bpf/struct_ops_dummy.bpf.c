// A struct that the kernel has for test runs only.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct bpf_dummy_ops_state {
  int val;
} __attribute__((preserve_access_index));

struct bpf_dummy_ops {
  int (*test_1)(struct bpf_dummy_ops_state *cb);
  // No kernel has it.
  int (*test_of_tomorrow)(void);
} __attribute__((preserve_access_index));

SEC("struct_ops")
int BPF_PROG(test_1, struct bpf_dummy_ops_state *state) {
  return 7;
}

SEC(".struct_ops")
struct bpf_dummy_ops dummy = {
    .test_1 = (void *)test_1,
};

char _license[] SEC("license") = "GPL";
