#include "user_ring_buffer.h"

#include <linux/bpf.h>
#include <sys/epoll.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "error.h"
#include "state.h"

namespace ebpf {

namespace {

[[noreturn]] void Fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

uint64_t SlotBytes(uint64_t bytes) { return (bytes + BPF_RINGBUF_HDR_SZ + 7) & ~uint64_t{7}; }

}  // namespace

UserRingBuffer::UserRingBuffer(Fd fd, uint32_t size) : fd_(std::move(fd)), size_(size) {
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* consumer = mmap(nullptr, page, PROT_READ, MAP_SHARED, fd_.get(), 0);
  if (consumer == MAP_FAILED) Fail("cannot map the consumer position");
  void* producer =
      mmap(nullptr, page + 2 * size_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), static_cast<off_t>(page));
  if (producer == MAP_FAILED) {
    int error = errno;
    munmap(consumer, page);
    errno = error;
    Fail("cannot map the ring");
  }
  consumer_ = static_cast<const std::atomic<uint64_t>*>(consumer);
  producer_ = static_cast<std::atomic<uint64_t>*>(producer);
  data_ = static_cast<uint8_t*>(producer) + page;
  // Whoever wrote before us may have gone.
  produced_ = producer_->load(std::memory_order_acquire);
}

UserRingBuffer::~UserRingBuffer() {
  for (const Slot& slot : std::vector<Slot>(reserved_)) Submit(slot.offset, nullptr, 0);
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  munmap(const_cast<std::atomic<uint64_t>*>(consumer_), page);
  munmap(producer_, page + 2 * size_);
}

uint64_t UserRingBuffer::free_bytes() const {
  uint64_t used = produced_ - consumer_->load(std::memory_order_seq_cst);
  return used > size_ ? 0 : size_ - used;
}

int64_t UserRingBuffer::Reserve(uint32_t bytes) {
  uint64_t total = SlotBytes(bytes);
  if (total > size_ || bytes & (BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT)) return -E2BIG;
  if (free_bytes() < total) return -ENOSPC;
  uint32_t offset = static_cast<uint32_t>((produced_ & (size_ - 1)) + BPF_RINGBUF_HDR_SZ);
  uint32_t* header = HeaderAt(offset);
  header[1] = 0;
  __atomic_store_n(header, bytes | BPF_RINGBUF_BUSY_BIT, __ATOMIC_RELAXED);
  produced_ += total;
  producer_->store(produced_, std::memory_order_release);
  reserved_.push_back({offset, bytes});
  return offset;
}

int UserRingBuffer::Submit(uint32_t offset, const uint8_t* data, size_t bytes) {
  // The last one reserved, nearly always.
  auto slot = std::find_if(reserved_.rbegin(), reserved_.rend(), [=](const Slot& s) { return s.offset == offset; });
  if (slot == reserved_.rend() || (data && slot->bytes != bytes)) return -EINVAL;
  if (data) memcpy(data_ + offset, data, bytes);
  uint32_t header = data ? slot->bytes : slot->bytes | BPF_RINGBUF_DISCARD_BIT;
  reserved_.erase(std::next(slot).base());
  __atomic_store_n(HeaderAt(offset), header, __ATOMIC_SEQ_CST);
  return 0;
}

namespace {

UserRingBuffer& RingArgument(const Napi::CallbackInfo& info) {
  UserRingBuffer* ring = StateOf(info).user_rings.Get(info[0].As<Napi::Number>().Int32Value());
  if (!ring) throw BadHandle(info.Env());
  return *ring;
}

Napi::Value Open(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  State& state = StateOf(info);
  Map* map = state.maps.Get(info[0].As<Napi::Number>().Int32Value());
  if (!map || !state.poller) throw BadHandle(env);
  Fd fd = Fd::Duplicate(map->fd());
  if (!fd.valid()) throw NativeError(env, errno, "");
  std::shared_ptr<UserRingBuffer> ring;
  try {
    ring = std::make_shared<UserRingBuffer>(std::move(fd), map->info().max_entries);
  } catch (const std::system_error& error) {
    throw NativeError(env, error.code().value(), error.what());
  }
  int32_t handle = state.user_rings.Add(ring);
  int status = state.poller->Watch(ring->fd(), EPOLLOUT, handle);
  if (status < 0) {
    state.user_rings.Remove(handle);
    throw NativeError(env, -status, "");
  }
  return Napi::Number::New(env, handle);
}

struct RingCall {
  UserRingBuffer* ring = nullptr;
  // Bytes to reserve, or the slot.
  uint32_t number = 0;
  uint8_t* data = nullptr;
  size_t length = 0;

  // (ring, number, bytes?)
  RingCall(napi_env env, napi_callback_info info) {
    size_t argc = 3;
    napi_value argv[3];
    void* state;
    int32_t handle;
    if (napi_get_cb_info(env, info, &argc, argv, nullptr, &state) != napi_ok || argc < 2) return;
    if (napi_get_value_int32(env, argv[0], &handle) != napi_ok) return;
    if (napi_get_value_uint32(env, argv[1], &number) != napi_ok) return;
    if (argc > 2) {
      void* bytes;
      if (napi_get_typedarray_info(env, argv[2], nullptr, &length, &bytes, nullptr, nullptr) != napi_ok) return;
      data = static_cast<uint8_t*>(bytes);
    }
    ring = static_cast<State*>(state)->user_rings.Get(handle);
  }
};

napi_value Answer(napi_env env, int64_t answer) {
  napi_value result;
  return napi_create_int64(env, answer, &result) == napi_ok ? result : nullptr;
}

napi_value Reserve(napi_env env, napi_callback_info info) {
  RingCall call(env, info);
  return Answer(env, call.ring ? call.ring->Reserve(call.number) : -EBADF);
}

// (ring, slot, bytes)
napi_value Submit(napi_env env, napi_callback_info info) {
  RingCall call(env, info);
  return Answer(env, call.ring && call.data ? call.ring->Submit(call.number, call.data, call.length) : -EBADF);
}

// (ring, slot)
napi_value Discard(napi_env env, napi_callback_info info) {
  RingCall call(env, info);
  return Answer(env, call.ring ? call.ring->Submit(call.number, nullptr, 0) : -EBADF);
}

// (ring, length, bytes): the first `length` of them, all at once.
napi_value Send(napi_env env, napi_callback_info info) {
  RingCall call(env, info);
  if (!call.ring || !call.data || call.number > call.length) return Answer(env, -EBADF);
  int64_t slot = call.ring->Reserve(call.number);
  return Answer(env, slot < 0 ? slot : call.ring->Submit(static_cast<uint32_t>(slot), call.data, call.number));
}

Napi::Value FreeBytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(RingArgument(info).free_bytes()));
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  State& state = StateOf(info);
  std::shared_ptr<UserRingBuffer> ring = state.user_rings.Remove(info[0].As<Napi::Number>().Int32Value());
  if (ring && state.poller) state.poller->Forget(ring->fd());
  return info.Env().Undefined();
}

}  // namespace

void RegisterUserRingBuffer(Napi::Env env, Napi::Object exports, State* state) {
  Export<Open>(env, exports, state, "userRingOpen");
  ExportFast(env, exports, state, "userRingReserve", Reserve);
  ExportFast(env, exports, state, "userRingSubmit", Submit);
  ExportFast(env, exports, state, "userRingDiscard", Discard);
  ExportFast(env, exports, state, "userRingSend", Send);
  Export<FreeBytes>(env, exports, state, "userRingFree");
  Export<Close>(env, exports, state, "userRingClose");
}

}  // namespace ebpf
