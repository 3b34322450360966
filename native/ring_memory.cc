#include "ring_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace ebpf {

static_assert(sizeof(std::atomic<uint64_t>) == 8 && std::atomic<uint64_t>::is_always_lock_free);

namespace {

size_t PageSize() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

void* Map(int fd, size_t bytes, size_t offset, bool writable, const char* what) {
  void* memory =
      mmap(nullptr, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, static_cast<off_t>(offset));
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), what);
  return memory;
}

}  // namespace

RingMemory::RingMemory(int fd, uint32_t size, Side side) : size_(size) {
  size_t page = PageSize();
  void* consumer = Map(fd, page, 0, side == Side::kConsumer, "cannot map the consumer position");
  void* producer;
  try {
    producer = Map(fd, page + 2 * size_, page, side == Side::kProducer, "cannot map the ring");
  } catch (...) {
    munmap(consumer, page);
    throw;
  }
  consumer_ = static_cast<std::atomic<uint64_t>*>(consumer);
  producer_ = static_cast<std::atomic<uint64_t>*>(producer);
  data_ = static_cast<uint8_t*>(producer) + page;
}

RingMemory::~RingMemory() {
  munmap(consumer_, PageSize());
  munmap(producer_, PageSize() + 2 * size_);
}

}  // namespace ebpf
