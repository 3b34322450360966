#pragma once
// The consumer's end of a BPF_MAP_TYPE_RINGBUF, over our own mapping of it.
//
// The kernel maps a page with the consumer position, a page with the producer position, and the data twice in a row,
// so that a record that wraps around is whole in the second copy. libbpf walks it with a callback for each record; a
// call into JavaScript costs ten times what a record does, so that here a call finds many records at once and leaves
// their places in an index that JavaScript reads: [ offset, length ] as two 32-bit integers each.
//
// JavaScript reads the records where they are (an external ArrayBuffer over the mapping) or where they were copied to
// (a buffer that is used again and again). Either way they stay in the ring until JavaScript says how many of them it
// has handed to the user: whatever ends the reading in between loses nothing.
//
// The mapping is not writable: a store through a view of it is a SIGSEGV. So it is only shown to code of this package
// that never stores and never gives the buffer away; see lib/events/. Views of it are detached before it goes.
//
// A second consumer of the same ring, in this or another process, can move the consumer position into the middle of a
// record. What is then read as a header is checked, so that no length can lead outside of the mapping.

#include <napi.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "fd.h"

namespace ebpf {

struct State;

class RingBuffer {
 public:
  // Records that one look can find.
  static constexpr uint32_t kIndex = 1024;

  // Takes the fd of a ring buffer of `size` bytes; throws std::system_error.
  RingBuffer(Fd fd, uint32_t size);
  ~RingBuffer();
  RingBuffer(const RingBuffer&) = delete;
  RingBuffer& operator=(const RingBuffer&) = delete;

  int fd() const { return fd_.get(); }

  // What offsets count from. nullptr with errno set where the runtime has no external memory.
  napi_value Mapped(napi_env env);
  // From now on records are copied into this buffer, of at least `bytes`.
  napi_value Copied(napi_env env, size_t bytes);
  napi_value Index(napi_env env);

  // Gives the first `done` of the records found last back to the kernel, and finds up to `max` more of together not
  // much more than `max_bytes` bytes. Answers how many; 0 promises a wake-up for the next record. Negative errnos:
  // EBADMSG for what is no record, ENOBUFS for one that does not fit into the buffer for copies.
  int Next(uint32_t done, uint32_t max, uint64_t max_bytes);

  uint64_t consumer() const { return consumer_->load(std::memory_order_acquire); }
  uint64_t producer() const { return producer_->load(std::memory_order_acquire); }
  uint64_t discarded() const { return discarded_; }

  void Release(napi_env env);

 private:
  void Commit(uint32_t done);

  Fd fd_;
  const uint64_t size_;
  std::atomic<uint64_t>* consumer_ = nullptr;
  const std::atomic<uint64_t>* producer_ = nullptr;
  uint8_t* data_ = nullptr;

  uint32_t* index_ = nullptr;
  uint8_t* copies_ = nullptr;
  size_t copies_size_ = 0;
  napi_ref mapped_ref_ = nullptr, copied_ref_ = nullptr, index_ref_ = nullptr;

  uint32_t found_ = 0;
  // Where each record that was found ends, and where the last look stopped, discarded records included.
  std::unique_ptr<uint64_t[]> ends_;
  uint64_t end_ = 0;
  uint64_t discarded_ = 0, discarded_to_ = 0;
};

void RegisterRingBuffer(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
