#pragma once
// The consumer of a BPF_MAP_TYPE_RINGBUF, over its own mapping.
//
// libbpf calls a callback for each record, but a call into JavaScript costs ten times as much as a record. JavaScript
// therefore reads the headers itself (lib/events/ring-records.ts), and calls this class once per stretch of records: to
// release the delivered records and to get the next stretch. Records stay in the ring until they are delivered, so an
// interrupted reader loses none.
//
// JavaScript reads either the ring (an external ArrayBuffer over the mapping) or a copy of a stretch with its headers
// (a reused buffer). Both have the same layout.
//
// The mapping is read-only: a store through a view is a SIGSEGV. Only code of this package gets it, which does not
// store and does not pass the buffer on (lib/events/). Views are detached before the mapping is removed.

#include <napi.h>

#include <cstdint>

#include "claim.h"
#include "fd.h"
#include "js_memory.h"
#include "poller.h"
#include "ring_memory.h"

namespace ebpf {

struct State;

class RingBuffer {
 public:
  // Bytes that stretches are copied to.
  static constexpr uint64_t kMostCopied = uint64_t{1} << 31;

  // Takes ownership of the descriptor of a ring buffer. Throws std::system_error: EBUSY if this process reads it.
  RingBuffer(Fd fd, const bpf_map_info& map);

  int Watch(Poller& poller, int32_t handle);
  void Forget(Poller& poller, int32_t handle);

  // The data, mapped twice in a row. nullptr if the runtime does not support external memory.
  napi_value Mapped(napi_env env);
  // Creates the buffer for copied stretches, with at least `bytes`. Throws Napi::Error.
  Napi::Value Copied(Napi::Env env, size_t bytes);
  // Two 32-bit integers about the last stretch: its offset in the memory, and the bytes that waited in the ring.
  Napi::Value Start(Napi::Env env);

  // Releases the first `done` bytes of the last stretch to the kernel, and finds the next stretch, unless `max` is 0.
  // Returns its size in bytes. Its first record is submitted or discarded; later records can still be reserved. After
  // 0, the next record causes a wake-up. Negative errnos: EBADMSG for malformed data, for example if another process
  // reads the ring; ENOBUFS for a record that does not fit into the buffer. `max` is the maximum number of records to
  // copy.
  int Next(uint32_t done, uint32_t max);

  uint64_t consumer() const { return ring_.consumer().load(std::memory_order_acquire); }
  uint64_t producer() const { return ring_.producer().load(std::memory_order_acquire); }

  void Release(napi_env env);

 private:
  Claim claim_;
  Fd fd_;
  RingMemory ring_;
  // The position of the last stretch.
  uint64_t start_ = 0;
  JsMemory copies_, start_memory_;
  napi_ref mapped_ = nullptr;
};

void RegisterRingBuffer(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
