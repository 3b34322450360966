#pragma once
// The memory of an array made with BPF_F_MMAPABLE, or of an arena, as an ArrayBuffer.
//
// JavaScript may keep the buffer, or views of it, longer than the map, and a load through a mapping that is gone ends
// the process. Detaching the buffer on close kills every view; but a buffer whose contents JavaScript has moved to
// another one (ArrayBuffer.prototype.transfer) is out of reach. So closing also puts empty memory in the place of the
// map's, which lets go of the map at once, and the addresses are given back only when the engine says that no
// buffer has them any more.

#include <napi.h>

#include <cstddef>
#include <memory>

namespace ebpf {

class Map;

class MapMemory {
 public:
  // Maps it; nullptr with errno set when the kernel or the engine refuses.
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
