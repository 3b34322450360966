#pragma once
// The fields that define a map, with the names of lib/spec/map-fields.ts. An absent field keeps the value of the object
// or the kernel's default.

#include <cstdint>
#include <optional>

#include "arguments.h"

namespace ebpf {

struct MapFields {
  std::optional<bpf_map_type> type;
  std::optional<uint32_t> key_size, value_size, max_entries, flags, numa_node, ifindex;
  std::optional<uint64_t> map_extra;
};

inline MapFields ReadMapFields(const Options& options) {
  MapFields fields;
  fields.type = options.Maybe<bpf_map_type>("type");
  fields.key_size = options.Maybe<uint32_t>("keySize");
  fields.value_size = options.Maybe<uint32_t>("valueSize");
  fields.max_entries = options.Maybe<uint32_t>("maxEntries");
  fields.flags = options.Maybe<uint32_t>("flags");
  fields.numa_node = options.Maybe<uint32_t>("numaNode");
  fields.ifindex = options.Maybe<uint32_t>("ifindex");
  fields.map_extra = options.Maybe<uint64_t>("mapExtra");
  return fields;
}

}  // namespace ebpf
