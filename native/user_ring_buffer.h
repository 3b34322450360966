#pragma once
// The producer's end of a BPF_MAP_TYPE_USER_RINGBUF (Linux 6.1), over our own mapping of it.
//
// Values are encoded in memory of JavaScript's own and copied into the ring here: no view of the mapping exists that
// could outlive it, and what is written to a slot after it was submitted reaches nobody. The producer position is ours
// to write alone, so that it is kept here and never read from the mapping.
//
// A slot that was reserved and never submitted would stop the kernel at it for ever; those are discarded on closing.

#include <napi.h>

#include <cstdint>
#include <vector>

#include "fd.h"
#include "poller.h"
#include "ring_memory.h"

namespace ebpf {

struct State;

class UserRingBuffer {
 public:
  // Takes the fd of a user ring buffer of `size` bytes; throws std::system_error.
  UserRingBuffer(Fd fd, uint32_t size);
  ~UserRingBuffer();
  UserRingBuffer(const UserRingBuffer&) = delete;
  UserRingBuffer& operator=(const UserRingBuffer&) = delete;

  int Watch(Poller& poller, int32_t handle);
  void Forget(Poller& poller, int32_t handle);

  // What names a slot of `bytes` that is now reserved, or a negative errno: E2BIG for more than the ring ever holds,
  // ENOSPC for more than it has room for now. The latter promises a wake-up once the kernel has drained.
  int64_t Reserve(uint32_t bytes);
  // Fills the slot and lets the kernel have it, or has the kernel pass over it when there is no data. 0, or -EINVAL for
  // a slot that is not reserved or of another size.
  int Submit(uint32_t offset, const uint8_t* data, size_t bytes);

  uint64_t free_bytes() const;

 private:
  uint32_t* HeaderAt(uint32_t offset) const { return reinterpret_cast<uint32_t*>(ring_.data() + offset) - 2; }

  Fd fd_;
  RingMemory ring_;
  uint64_t produced_;
  struct Slot {
    uint32_t offset, bytes;
  };
  std::vector<Slot> reserved_;
};

void RegisterUserRingBuffer(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
