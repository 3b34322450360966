#pragma once
// A map: its file descriptor, the kernel's information about it, and the buffers for keys and values.
//
// Keys and values are passed in one scratch ArrayBuffer per map, with the layout
//   [ key | next key | value ]
// Each region is rounded up to 8 bytes and has the size that the kernel reads or writes, as reported by the kernel. A
// lookup therefore does not allocate, check sizes or copy, and no call can make the kernel write out of bounds.
// The buffer does not leave the TypeScript class that owns the map, because code that detaches it could free its
// memory.

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
  // Takes ownership of the descriptor of a map. Throws std::system_error if the kernel refuses to describe it.
  explicit Map(Fd fd);
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;

  int fd() const {
    alive_.Check("a map is used after it was freed");
    return fd_.get();
  }
  const bpf_map_info& info() const { return info_; }
  // Bytes that the kernel copies for one value. For a per-CPU map: the values of all possible CPUs.
  size_t value_space() const { return value_space_; }

  // libbpf's struct of a struct_ops map, which attaching needs. Null for other maps.
  void SetStructOps(bpf_map* map, std::shared_ptr<Object> object) {
    struct_ops_ = map;
    object_ = std::move(object);
  }
  bpf_map* struct_ops() const { return struct_ops_; }
  const std::shared_ptr<Object>& object() const { return object_; }

  // Created at first use and kept until the map is closed.
  napi_value Scratch(napi_env env);
  uint8_t* key = nullptr;
  uint8_t* next_key = nullptr;
  uint8_t* value = nullptr;

  // The key pointer for the kernel. Null if the map has no keys.
  const void* key_or_none() const { return info_.key_size ? key : nullptr; }

  // See map_memory.h.
  std::unique_ptr<MapMemory> memory;

  // An arena has one address in a process. If libbpf has mapped it already, that mapping is used and kept.
  void LendMemory(void* memory, std::shared_ptr<void> lender) {
    lent_memory_ = memory;
    lender_ = std::move(lender);
  }
  void* lent_memory() const { return lent_memory_; }
  const std::shared_ptr<void>& lender() const { return lender_; }

  // Called before the owner frees the map: JavaScript must not keep pointers to its memory.
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

// Returns the map of a handle. Throws NativeError if there is none.
Map& MapArgument(const Napi::CallbackInfo& info, size_t index = 0);

void RegisterMap(Napi::Env env, Napi::Object exports, State* state);
void RegisterMapOpen(Napi::Env env, Napi::Object exports, State* state);
void RegisterMapElement(Napi::Env env, Napi::Object exports, State* state);
void RegisterMapBatch(Napi::Env env, Napi::Object exports, State* state);
void RegisterMapOwner(Napi::Env env, Napi::Object exports, State* state);
void RegisterMapMemory(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
