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

// Sets `kind` to "clsact" or "ingress", or to an empty string if the device has neither or is gone. Returns 0 or a
// negative errno.
int FindIngressQdisc(int ifindex, std::string& kind);

// Returns "clsact" or "ingress", which exclude each other on a device. Empty if the device has neither, or the kernel
// does not report it.
std::string IngressQdiscKind(int ifindex);

}  // namespace ebpf
