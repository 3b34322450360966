#include "ring_buffer.h"

#include <linux/bpf.h>
#include <sys/epoll.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "error.h"
#include "state.h"

namespace ebpf {

namespace {

static_assert(sizeof(std::atomic<uint64_t>) == 8 && std::atomic<uint64_t>::is_always_lock_free);

[[noreturn]] void Fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

uint32_t LoadHeader(const uint8_t* at) { return __atomic_load_n(reinterpret_cast<const uint32_t*>(at), __ATOMIC_ACQUIRE); }

}  // namespace

RingBuffer::RingBuffer(Fd fd, uint32_t size) : fd_(std::move(fd)), size_(size), ends_(new uint64_t[kIndex]) {
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* consumer = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0);
  if (consumer == MAP_FAILED) Fail("cannot map the consumer position");
  void* producer = mmap(nullptr, page + 2 * size_, PROT_READ, MAP_SHARED, fd_.get(), static_cast<off_t>(page));
  if (producer == MAP_FAILED) {
    int error = errno;
    munmap(consumer, page);
    errno = error;
    Fail("cannot map the ring");
  }
  consumer_ = static_cast<std::atomic<uint64_t>*>(consumer);
  producer_ = static_cast<const std::atomic<uint64_t>*>(producer);
  data_ = static_cast<uint8_t*>(producer) + page;
}

RingBuffer::~RingBuffer() {
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  munmap(consumer_, page);
  munmap(data_ - page, page + 2 * size_);
}

napi_value RingBuffer::Mapped(napi_env env) {
  napi_value buffer = nullptr;
  auto keep = [](napi_env, void*, void*) {};
  if (napi_create_external_arraybuffer(env, data_, 2 * size_, keep, nullptr, &buffer) != napi_ok ||
      napi_create_reference(env, buffer, 1, &mapped_ref_) != napi_ok) {
    errno = ENOTSUP;
    return nullptr;
  }
  return buffer;
}

napi_value RingBuffer::Copied(napi_env env, size_t bytes) {
  if (copied_ref_) napi_delete_reference(env, copied_ref_);
  copied_ref_ = nullptr;
  copies_ = nullptr;
  napi_value buffer;
  void* data;
  if (napi_create_arraybuffer(env, bytes, &data, &buffer) != napi_ok ||
      napi_create_reference(env, buffer, 1, &copied_ref_) != napi_ok)
    return nullptr;
  copies_ = static_cast<uint8_t*>(data);
  copies_size_ = bytes;
  return buffer;
}

napi_value RingBuffer::Index(napi_env env) {
  napi_value buffer;
  void* data;
  if (napi_create_arraybuffer(env, kIndex * 2 * sizeof(uint32_t), &data, &buffer) != napi_ok ||
      napi_create_reference(env, buffer, 1, &index_ref_) != napi_ok)
    return nullptr;
  index_ = static_cast<uint32_t*>(data);
  return buffer;
}

void RingBuffer::Commit(uint32_t done) {
  if (done > 0 && found_ > 0)
    // With a full barrier: the kernel wakes for a record only when it sees that we wait at it, so that we must not
    // look at the record before the kernel can see the position.
    consumer_->store(done >= found_ ? end_ : ends_[done - 1], std::memory_order_seq_cst);
  found_ = 0;
}

int RingBuffer::Next(uint32_t done, uint32_t max, uint64_t max_bytes) {
  Commit(done);
  if (max > kIndex) max = kIndex;
  if (max == 0) return 0;
  uint64_t start = consumer_->load(std::memory_order_relaxed);
  uint64_t at = start;
  uint64_t producer = producer_->load(std::memory_order_seq_cst);
  size_t copied = 0;
  uint32_t* index = index_;
  for (;;) {
    uint32_t header = at == producer ? BPF_RINGBUF_BUSY_BIT : LoadHeader(data_ + (at & (size_ - 1)));
    if (header & BPF_RINGBUF_BUSY_BIT) {
      if (found_ > 0) break;
      if (at == start) return 0;
      // Nothing but discarded records: give them back and look once more, to be able to promise.
      consumer_->store(at, std::memory_order_seq_cst);
      start = at;
      producer = producer_->load(std::memory_order_seq_cst);
      continue;
    }
    uint32_t length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    uint64_t end = at + ((uint64_t{length} + BPF_RINGBUF_HDR_SZ + 7) & ~uint64_t{7});
    if (end - start > size_ || end > producer) {
      if (found_ > 0) break;
      return -EBADMSG;
    }
    if (header & BPF_RINGBUF_DISCARD_BIT) {
      if (end > discarded_to_) {
        discarded_++;
        discarded_to_ = end;
      }
    } else {
      size_t offset = (at & (size_ - 1)) + BPF_RINGBUF_HDR_SZ;
      if (copies_) {
        if (copied + length > copies_size_) {
          if (found_ > 0) break;
          return -ENOBUFS;
        }
        memcpy(copies_ + copied, data_ + offset, length);
        offset = copied;
        copied = (copied + length + 7) & ~size_t{7};
      }
      *index++ = static_cast<uint32_t>(offset);
      *index++ = length;
      ends_[found_++] = end;
    }
    at = end;
    if (found_ == max || at - start >= max_bytes) {
      if (found_ > 0) break;
    }
  }
  end_ = at;
  return static_cast<int>(found_);
}

void RingBuffer::Release(napi_env env) {
  found_ = 0;
  if (mapped_ref_) {
    napi_value buffer;
    if (napi_get_reference_value(env, mapped_ref_, &buffer) == napi_ok && buffer) napi_detach_arraybuffer(env, buffer);
  }
  for (napi_ref* reference : {&mapped_ref_, &copied_ref_, &index_ref_}) {
    if (*reference) napi_delete_reference(env, *reference);
    *reference = nullptr;
  }
}

namespace {

RingBuffer& RingArgument(const Napi::CallbackInfo& info) {
  RingBuffer* ring = StateOf(info).rings.Get(info[0].As<Napi::Number>().Int32Value());
  if (!ring) throw BadHandle(info.Env());
  return *ring;
}

// (map): the handle of a reader, watched by the environment's poller under that handle.
Napi::Value Open(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  State& state = StateOf(info);
  Map* map = state.maps.Get(info[0].As<Napi::Number>().Int32Value());
  if (!map || !state.poller) throw BadHandle(env);
  Fd fd = Fd::Duplicate(map->fd());
  if (!fd.valid()) throw NativeError(env, errno, "");
  std::shared_ptr<RingBuffer> ring;
  try {
    ring = std::make_shared<RingBuffer>(std::move(fd), map->info().max_entries);
  } catch (const std::system_error& error) {
    throw NativeError(env, error.code().value(), error.what());
  }
  int32_t handle = state.rings.Add(ring);
  int status = state.poller->Watch(ring->fd(), EPOLLIN, handle);
  if (status < 0) {
    state.rings.Remove(handle);
    throw NativeError(env, -status, "");
  }
  return Napi::Number::New(env, handle);
}

Napi::Value Mapped(const Napi::CallbackInfo& info) {
  napi_value buffer = RingArgument(info).Mapped(info.Env());
  return buffer ? Napi::Value(info.Env(), buffer) : info.Env().Undefined();
}

Napi::Value Copied(const Napi::CallbackInfo& info) {
  napi_value buffer = RingArgument(info).Copied(info.Env(), static_cast<size_t>(info[1].As<Napi::Number>().Int64Value()));
  if (!buffer) throw NativeError(info.Env(), ENOMEM, "");
  return Napi::Value(info.Env(), buffer);
}

Napi::Value Index(const Napi::CallbackInfo& info) {
  napi_value buffer = RingArgument(info).Index(info.Env());
  if (!buffer) throw NativeError(info.Env(), ENOMEM, "");
  return Napi::Value(info.Env(), buffer);
}

napi_value Next(napi_env env, napi_callback_info info) {
  size_t argc = 4;
  napi_value argv[4], result;
  void* state;
  int32_t handle;
  uint32_t done, max;
  double max_bytes;
  int status = -EBADF;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, &state) == napi_ok && argc == 4 &&
      napi_get_value_int32(env, argv[0], &handle) == napi_ok && napi_get_value_uint32(env, argv[1], &done) == napi_ok &&
      napi_get_value_uint32(env, argv[2], &max) == napi_ok && napi_get_value_double(env, argv[3], &max_bytes) == napi_ok) {
    RingBuffer* ring = static_cast<State*>(state)->rings.Get(handle);
    if (ring) status = ring->Next(done, max, static_cast<uint64_t>(max_bytes));
  }
  return napi_create_int32(env, status, &result) == napi_ok ? result : nullptr;
}

Napi::Value Positions(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  RingBuffer& ring = RingArgument(info);
  Napi::Object result = Napi::Object::New(env);
  // In this order: the consumer is never ahead of a producer position that was read later.
  result.Set("consumer", Napi::BigInt::New(env, ring.consumer()));
  result.Set("producer", Napi::BigInt::New(env, ring.producer()));
  result.Set("discarded", static_cast<double>(ring.discarded()));
  return result;
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  State& state = StateOf(info);
  std::shared_ptr<RingBuffer> ring = state.rings.Remove(info[0].As<Napi::Number>().Int32Value());
  if (ring) {
    if (state.poller) state.poller->Forget(ring->fd());
    ring->Release(info.Env());
  }
  return info.Env().Undefined();
}

}  // namespace

void RegisterRingBuffer(Napi::Env env, Napi::Object exports, State* state) {
  Export<Open>(env, exports, state, "ringOpen");
  Export<Mapped>(env, exports, state, "ringMapped");
  Export<Copied>(env, exports, state, "ringCopied");
  Export<Index>(env, exports, state, "ringIndex");
  ExportFast(env, exports, state, "ringNext", Next);
  Export<Positions>(env, exports, state, "ringPositions");
  Export<Close>(env, exports, state, "ringClose");
}

}  // namespace ebpf
