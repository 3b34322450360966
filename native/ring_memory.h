#pragma once
// The mapping of a BPF_MAP_TYPE_RINGBUF or BPF_MAP_TYPE_USER_RINGBUF, whose layout is the same: a page with the
// consumer position, a page with the producer position, and the data twice in a row, so that a record that wraps around
// is whole in the second copy. Each side may write to its own position; a user ring's producer to the data besides.

#include <linux/bpf.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ebpf {

class RingMemory {
 public:
  enum class Side { kConsumer, kProducer };

  // Of a ring of `size` bytes, for one side of it; throws std::system_error.
  RingMemory(int fd, uint32_t size, Side side);
  ~RingMemory();
  RingMemory(const RingMemory&) = delete;
  RingMemory& operator=(const RingMemory&) = delete;

  uint64_t size() const { return size_; }
  std::atomic<uint64_t>& consumer() const { return *consumer_; }
  std::atomic<uint64_t>& producer() const { return *producer_; }
  uint8_t* data() const { return data_; }
  // Where the header of the record at a position is, counted from the data.
  size_t OffsetOf(uint64_t position) const { return position & (size_ - 1); }

  // Bytes of the ring that a record takes.
  static uint64_t Taken(uint32_t length) { return (uint64_t{length} + BPF_RINGBUF_HDR_SZ + 7) & ~uint64_t{7}; }

 private:
  const uint64_t size_;
  std::atomic<uint64_t>* consumer_;
  std::atomic<uint64_t>* producer_;
  uint8_t* data_;
};

}  // namespace ebpf
