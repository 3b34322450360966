#pragma once
// What is asked of the network stack that libbpf does not ask: the BPF filters of a tc hook, and the qdisc they are in.

#include <cstdint>
#include <string>
#include <vector>

namespace ebpf {

struct Filter {
  uint32_t priority;
  uint32_t handle;
  uint32_t program_id;
  std::string name;
};

// The filters below `parent` of a device, those that are no BPF programs with a program_id of 0.
// Answers 0 or a negative errno.
int DumpFilters(int ifindex, uint32_t parent, std::vector<Filter>& filters);

// "clsact" or "ingress", which take the same place of a device; empty when it has neither, or the kernel does not say.
std::string IngressQdiscKind(int ifindex);

}  // namespace ebpf
