#pragma once
// The mapping of a BPF_MAP_TYPE_RINGBUF or BPF_MAP_TYPE_USER_RINGBUF, which have the same layout: a page with the
// consumer position, a page with the producer position, and the data twice in a row, so that a record that wraps around
// is contiguous. Each side writes its own position. The producer of a user ring also writes the data.

#include <linux/bpf.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ebpf {

class RingMemory {
 public:
  enum class Side { kConsumer, kProducer };

  // Maps a ring of `size` bytes for one side. Throws std::system_error.
  RingMemory(int fd, uint32_t size, Side side);
  ~RingMemory();
  RingMemory(const RingMemory&) = delete;
  RingMemory& operator=(const RingMemory&) = delete;

  uint64_t size() const { return size_; }
  std::atomic<uint64_t>& consumer() const { return *consumer_; }
  std::atomic<uint64_t>& producer() const { return *producer_; }
  uint8_t* data() const { return data_; }
  // The offset in the data of the header of the record at a position.
  size_t OffsetOf(uint64_t position) const { return position & (size_ - 1); }

  // The size of a record in the ring in bytes, with header and padding.
  static uint64_t Taken(uint32_t length) { return (uint64_t{length} + BPF_RINGBUF_HDR_SZ + 7) & ~uint64_t{7}; }

 private:
  const uint64_t size_;
  std::atomic<uint64_t>* consumer_;
  std::atomic<uint64_t>* producer_;
  uint8_t* data_;
};

}  // namespace ebpf
