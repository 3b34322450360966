#pragma once
// The producer of a BPF_MAP_TYPE_USER_RINGBUF (Linux 6.1), over its own mapping.
//
// Values are encoded in JavaScript memory and copied into the ring here. No view of the mapping exists that could
// outlive it, and writes to a slot after its submission have no effect. Only this class writes the producer position,
// so it keeps a copy and does not read it from the mapping.
//
// A reserved slot that is never submitted would block the kernel's consumer permanently. Close discards such slots.

#include <napi.h>

#include <cstdint>
#include <vector>

#include "claim.h"
#include "fd.h"
#include "poller.h"
#include "ring_memory.h"

namespace ebpf {

struct State;

class UserRingBuffer {
 public:
  // Takes ownership of the descriptor of a user ring buffer. Throws std::system_error: EBUSY if this process writes it.
  UserRingBuffer(Fd fd, const bpf_map_info& map);
  ~UserRingBuffer();
  UserRingBuffer(const UserRingBuffer&) = delete;
  UserRingBuffer& operator=(const UserRingBuffer&) = delete;

  int Watch(Poller& poller, int32_t handle);
  void Forget(Poller& poller, int32_t handle);

  // Reserves a slot of `bytes`. Returns its ID or a negative errno: E2BIG if the ring is too small, ENOSPC if it has no
  // space now. After ENOSPC, a wake-up follows when the kernel has consumed records.
  int64_t Reserve(uint32_t bytes);
  // Fills and submits the slot, or discards it if there is no data. Returns 0, or -EINVAL if the slot is not reserved
  // or has another size.
  int Submit(uint32_t offset, const uint8_t* data, size_t bytes);

  uint64_t free_bytes() const;

 private:
  uint32_t* HeaderAt(uint32_t offset) const { return reinterpret_cast<uint32_t*>(ring_.data() + offset) - 2; }

  Claim claim_;
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
