#pragma once
// Netlink requests that libbpf does not have: the BPF filters of a tc hook, and their qdisc.

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

// Lists the filters below `parent` of a device. Filters that are not BPF programs have the program_id 0.
// Returns 0 or a negative errno.
int DumpFilters(int ifindex, uint32_t parent, std::vector<Filter>& filters);

// Returns "clsact" or "ingress", which exclude each other on a device. Empty if the device has neither, or the kernel
// does not report it.
std::string IngressQdiscKind(int ifindex);

}  // namespace ebpf
