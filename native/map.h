#pragma once
// A map: its file descriptor, what the kernel says of it, and the buffers through which keys and values pass.
//
// Keys and values cross in one scratch ArrayBuffer that each map has, laid out as
//   [ key | next key | value ]
// every region rounded up to 8 bytes and as large as the kernel will read or write, by the kernel's own word. So a
// lookup allocates nothing, checks no size and copies nothing, and no call can make the kernel write out of bounds.
// The buffer never leaves the TypeScript class that owns the map: whoever could detach it could free it under us.

#include <linux/bpf.h>
#include <napi.h>

#include <memory>

#include "fd.h"
#include "map_memory.h"
#include "rules.h"

struct bpf_map;

namespace ebpf {

class Object;
struct State;

class Map {
 public:
  // Takes the fd, which must be a map's; throws std::system_error when the kernel refuses to describe it.
  explicit Map(Fd fd);
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;

  int fd() const {
    alive_.Check("a map is used after it was freed");
    return fd_.get();
  }
  const bpf_map_info& info() const { return info_; }
  // Bytes the kernel copies for one value: of a per-CPU map, those of all possible CPUs.
  size_t value_space() const { return value_space_; }

  // libbpf's view of a struct_ops map, without which it cannot be attached; null for every other map.
  void SetStructOps(bpf_map* map, std::shared_ptr<Object> object) {
    struct_ops_ = map;
    object_ = std::move(object);
  }
  bpf_map* struct_ops() const { return struct_ops_; }
  const std::shared_ptr<Object>& object() const { return object_; }

  // Made on first use and kept until the map is closed.
  napi_value Scratch(napi_env env);
  uint8_t* key = nullptr;
  uint8_t* next_key = nullptr;
  uint8_t* value = nullptr;

  // What the kernel takes for a key: nothing, where the map has none.
  const void* key_or_none() const { return info_.key_size ? key : nullptr; }

  // See map_memory.h.
  std::unique_ptr<MapMemory> memory;

  // An arena has one place in a process. Where libbpf has mapped it already, its mapping is used, and kept.
  void LendMemory(void* memory, std::shared_ptr<void> lender) {
    lent_memory_ = memory;
    lender_ = std::move(lender);
  }
  void* lent_memory() const { return lent_memory_; }
  const std::shared_ptr<void>& lender() const { return lender_; }

  // Before the map is dropped by its owner: nothing that JavaScript kept may point into it afterwards.
  void Release(napi_env env);

 private:
  Fd fd_;
  bpf_map_info info_{};
  size_t value_space_ = 0;
  void* lent_memory_ = nullptr;
  std::shared_ptr<void> lender_;
  napi_ref scratch_ = nullptr;
  bpf_map* struct_ops_ = nullptr;
  std::shared_ptr<Object> object_;
  Alive alive_;
};

inline size_t RoundUpTo8(size_t bytes) { return (bytes + 7) & ~size_t{7}; }

// The map whose handle an argument is; throws NativeError when there is none.
Map& MapArgument(const Napi::CallbackInfo& info, size_t index = 0);

void RegisterMap(Napi::Env env, Napi::Object exports, State* state);
void RegisterMapOpen(Napi::Env env, Napi::Object exports, State* state);
void RegisterMapElement(Napi::Env env, Napi::Object exports, State* state);
void RegisterMapBatch(Napi::Env env, Napi::Object exports, State* state);
void RegisterMapOwner(Napi::Env env, Napi::Object exports, State* state);
void RegisterMapMemory(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
