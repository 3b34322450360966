#pragma once
// The consumer's end of a BPF_MAP_TYPE_RINGBUF, over our own mapping of it.
//
// libbpf walks a ring with a callback for each record; a call into JavaScript costs ten times what a record does. So
// JavaScript walks it by itself, header by header (lib/events/ring-records.ts), and calls here once for a whole stretch:
// to give back what it has handed on, and to learn how far it may walk. Records stay in the ring until then: whatever
// ends the reading in between loses nothing.
//
// It walks either the ring itself (an external ArrayBuffer over the mapping) or a copy of a stretch of it, headers
// included (a buffer that is used again and again); both look the same.
//
// The mapping is not writable: a store through a view of it is a SIGSEGV. So it is only shown to code of this package
// that never stores and never gives the buffer away; see lib/events/. Views of it are detached before it goes.

#include <napi.h>

#include <cstdint>

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

  // Takes the fd of a ring buffer of `size` bytes; throws std::system_error.
  RingBuffer(Fd fd, uint32_t size);

  int Watch(Poller& poller, int32_t handle);
  void Forget(Poller& poller, int32_t handle);

  // The data, twice in a row. nullptr where the runtime has no external memory.
  napi_value Mapped(napi_env env);
  // From now on stretches are copied into this buffer, of at least `bytes`; throws Napi::Error.
  Napi::Value Copied(Napi::Env env, size_t bytes);
  // Two 32-bit integers: where the stretch that Next found begins, in bytes from the start of either memory, and how many
  // bytes waited in the ring then.
  Napi::Value Start(Napi::Env env);

  // Gives the first `done` bytes of the stretch found last back to the kernel, and finds another one, or none when
  // `max` is 0. Answers how many bytes it has; the first record of it is submitted or discarded, those behind it
  // perhaps not yet. 0 promises a wake-up for the next record. Negative errnos: EBADMSG for what is no record, as when
  // another process reads this ring too; ENOBUFS for a record that does not fit into the buffer for copies. `max` is
  // the most records to copy.
  int Next(uint32_t done, uint32_t max);

  uint64_t consumer() const { return ring_.consumer().load(std::memory_order_acquire); }
  uint64_t producer() const { return ring_.producer().load(std::memory_order_acquire); }

  void Release(napi_env env);

 private:
  Fd fd_;
  RingMemory ring_;
  // Where the stretch found last begins.
  uint64_t start_ = 0;
  JsMemory copies_, start_memory_;
  napi_ref mapped_ = nullptr;
};

void RegisterRingBuffer(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
