#pragma once
// The memory of an array made with BPF_F_MMAPABLE, or of an arena, as an ArrayBuffer.
//
// JavaScript can keep the buffer or its views longer than the map, and an access to unmapped memory ends the process.
// Close detaches the buffer and thereby all views, but cannot detach a buffer that received the memory by
// ArrayBuffer.prototype.transfer. Close therefore also replaces the mapping by empty memory, which releases the map
// immediately. The address range is unmapped when the engine frees the last buffer.

#include <napi.h>

#include <cstddef>
#include <memory>

namespace ebpf {

class Map;

class MapMemory {
 public:
  // Maps the memory. Returns nullptr with errno set if the kernel or the engine refuses.
  static std::unique_ptr<MapMemory> Make(napi_env env, const Map& map, bool writable);
  ~MapMemory();

  bool writable() const { return writable_; }
  const void* address() const;
  napi_value Buffer(napi_env env) const;
  void Release(napi_env env);

 private:
  struct Region;
  MapMemory(std::shared_ptr<Region> region, napi_ref buffer, bool writable);

  std::shared_ptr<Region> region_;
  napi_ref buffer_;
  bool writable_;
};

}  // namespace ebpf
