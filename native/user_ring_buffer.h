#pragma once
// The producer's end of a BPF_MAP_TYPE_USER_RINGBUF (Linux 6.1), over our own mapping of it.
//
// Here it is us who write, so the data is mapped writable and shown to JavaScript as it is: a value is encoded right
// into its slot. The kernel takes nothing in this memory for granted (__bpf_user_ringbuf_peek), and neither do we:
// positions that only we write are kept here, and read from the mapping never.
//
// A slot that was reserved and never submitted would stop the kernel at it for ever; those are discarded on closing.

#include <napi.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "fd.h"

namespace ebpf {

struct State;

class UserRingBuffer {
 public:
  // Takes the fd of a user ring buffer of `size` bytes; throws std::system_error.
  UserRingBuffer(Fd fd, uint32_t size);
  ~UserRingBuffer();
  UserRingBuffer(const UserRingBuffer&) = delete;
  UserRingBuffer& operator=(const UserRingBuffer&) = delete;

  int fd() const { return fd_.get(); }
  // What offsets count from. nullptr with errno set where the runtime has no external memory.
  napi_value Memory(napi_env env);

  // The offset of a slot of `bytes` in the memory, or a negative errno: E2BIG for more than the ring ever holds,
  // ENOSPC for more than it has room for now. The latter promises a wake-up once the kernel has drained.
  int64_t Reserve(uint32_t bytes);
  // 0, or -EINVAL for an offset that no slot is reserved at.
  int Submit(uint32_t offset, bool discard);

  uint64_t free_bytes() const;
  uint64_t size() const { return size_; }

  void Release(napi_env env);

 private:
  uint32_t* HeaderAt(uint32_t offset) const { return reinterpret_cast<uint32_t*>(data_ + offset) - 2; }

  Fd fd_;
  const uint64_t size_;
  const std::atomic<uint64_t>* consumer_ = nullptr;
  std::atomic<uint64_t>* producer_ = nullptr;
  uint8_t* data_ = nullptr;
  uint64_t produced_ = 0;
  struct Slot {
    uint32_t offset, bytes;
  };
  std::vector<Slot> reserved_;
  napi_ref memory_ref_ = nullptr;
};

void RegisterUserRingBuffer(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
