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

#include <string>

#include "fd.h"

namespace ebpf {

struct State;

class Map {
 public:
  // Takes the fd; throws std::system_error when the kernel refuses to describe it.
  explicit Map(Fd fd);
  ~Map();
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;

  int fd() const { return fd_.get(); }
  const bpf_map_info& info() const { return info_; }
  // Bytes the kernel copies for one value: of a per-CPU map, those of all possible CPUs.
  size_t value_space() const { return value_space_; }

  // Made on first use and kept until the map is closed.
  napi_value Scratch(napi_env env);
  uint8_t* key = nullptr;
  uint8_t* next_key = nullptr;
  uint8_t* value = nullptr;

  // The memory of an array map made with BPF_F_MMAPABLE, as an ArrayBuffer; nullptr with errno set on failure.
  napi_value Memory(napi_env env, bool writable);
  // Before the map is dropped by its owner: nothing that JavaScript kept may point into the memory afterwards.
  void Release(napi_env env);

 private:
  Fd fd_;
  bpf_map_info info_{};
  size_t value_space_ = 0;
  napi_ref scratch_ = nullptr;
  napi_ref memory_ref_ = nullptr;
  void* memory_ = nullptr;
  size_t memory_size_ = 0;
  bool memory_writable_ = false;
};

void RegisterMap(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
