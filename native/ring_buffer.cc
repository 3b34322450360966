#include "ring_buffer.h"

#include <linux/bpf.h>
#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "arguments.h"
#include "error.h"
#include "state.h"
#include "watched.h"

namespace ebpf {

namespace {

uint32_t LoadHeader(const uint8_t* at) {
  return __atomic_load_n(reinterpret_cast<const uint32_t*>(at), __ATOMIC_ACQUIRE);
}

uint64_t TakenBy(uint32_t header) {
  return RingMemory::Taken(header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT));
}

// The size of up to `max` complete records that are submitted or discarded, within `bytes`.
uint64_t Whole(const uint8_t* first, uint64_t bytes, uint32_t max) {
  uint64_t whole = 0;
  for (uint32_t i = 0; i < max && whole < bytes; i++) {
    uint32_t header = LoadHeader(first + whole);
    if (header & BPF_RINGBUF_BUSY_BIT || whole + TakenBy(header) > bytes) break;
    whole += TakenBy(header);
  }
  return whole;
}

}  // namespace

RingBuffer::RingBuffer(Fd fd, const bpf_map_info& map)
    : claim_(Claim::Sole("ring " + std::to_string(map.id))),
      fd_(std::move(fd)),
      ring_(fd_.get(), map.max_entries, RingMemory::Side::kConsumer) {}

int RingBuffer::Watch(Poller& poller, int32_t handle) { return poller.Watch(fd_.get(), EPOLLIN, handle); }

void RingBuffer::Forget(Poller& poller, int32_t) { poller.Forget(fd_.get()); }

napi_value RingBuffer::Mapped(napi_env env) {
  napi_value buffer = nullptr;
  auto keep = [](napi_env, void*, void*) {};
  if (napi_create_external_arraybuffer(env, ring_.data(), 2 * ring_.size(), keep, nullptr, &buffer) != napi_ok ||
      napi_create_reference(env, buffer, 1, &mapped_) != napi_ok)
    return nullptr;
  return buffer;
}

Napi::Value RingBuffer::Copied(Napi::Env env, size_t bytes) { return copies_.Make(env, bytes); }

Napi::Value RingBuffer::Start(Napi::Env env) { return start_memory_.Make(env, 2 * sizeof(uint32_t)); }

int RingBuffer::Next(uint32_t done, uint32_t max) {
  if (done > 0)
    // With a full barrier: the kernel wakes only if it sees that the consumer has reached the record. The position must
    // be visible to the kernel before the record is read.
    ring_.consumer().store(start_ + done, std::memory_order_seq_cst);
  if (max == 0) return 0;
  start_ = ring_.consumer().load(std::memory_order_relaxed);
  uint64_t there = ring_.producer().load(std::memory_order_seq_cst) - start_;
  if (there == 0) return 0;
  const uint8_t* first = ring_.data() + ring_.OffsetOf(start_);
  uint32_t header = LoadHeader(first);
  if (header & BPF_RINGBUF_BUSY_BIT) return 0;
  if (there > ring_.size() || TakenBy(header) > there) return -EBADMSG;
  uint32_t found[] = {static_cast<uint32_t>(ring_.OffsetOf(start_)), static_cast<uint32_t>(there)};
  if (copies_.data()) {
    Span room = copies_.Now();
    there = Whole(first, std::min<uint64_t>(there, room.size), max);
    if (there == 0) return -ENOBUFS;
    memcpy(room.data, first, there);
    found[0] = 0;
  }
  memcpy(start_memory_.data(), found, sizeof found);
  return static_cast<int>(there);
}

void RingBuffer::Release(napi_env env) {
  if (mapped_) {
    napi_value buffer;
    if (napi_get_reference_value(env, mapped_, &buffer) == napi_ok && buffer) napi_detach_arraybuffer(env, buffer);
    napi_delete_reference(env, mapped_);
    mapped_ = nullptr;
  }
  copies_.Release();
  start_memory_.Release();
}

namespace {

RingBuffer& RingArgument(const Napi::CallbackInfo& info) { return WatchedArgument(info, StateOf(info).rings); }

Napi::Value Open(const Napi::CallbackInfo& info) {
  return OpenWatched(info, StateOf(info).rings,
                     [](Fd fd, const bpf_map_info& map) { return std::make_shared<RingBuffer>(std::move(fd), map); });
}

Napi::Value Mapped(const Napi::CallbackInfo& info) {
  napi_value buffer = RingArgument(info).Mapped(info.Env());
  return buffer ? Napi::Value(info.Env(), buffer) : info.Env().Undefined();
}

Napi::Value Copied(const Napi::CallbackInfo& info) {
  return RingArgument(info).Copied(info.Env(), Get<UpTo<RingBuffer::kMostCopied>>(info, 1, "bytes"));
}

Napi::Value Start(const Napi::CallbackInfo& info) { return RingArgument(info).Start(info.Env()); }

// (ring, done, max)
napi_value Next(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  napi_value argv[3], result;
  void* state;
  int32_t handle;
  uint32_t done, max;
  int status = -EBADF;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, &state) == napi_ok && argc == 3 &&
      ReadExact(env, argv[0], &handle) && ReadExact(env, argv[1], &done) && ReadExact(env, argv[2], &max)) {
    RingBuffer* ring = static_cast<State*>(state)->rings.Get(handle);
    if (ring) status = ring->Next(done, max);
  }
  return napi_create_int32(env, status, &result) == napi_ok ? result : nullptr;
}

Napi::Value Positions(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  RingBuffer& ring = RingArgument(info);
  Napi::Object result = Napi::Object::New(env);
  // In this order, so that the consumer position is not beyond the producer position.
  result.Set("consumer", Napi::BigInt::New(env, ring.consumer()));
  result.Set("producer", Napi::BigInt::New(env, ring.producer()));
  return result;
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  if (auto ring = CloseWatched(info, StateOf(info).rings)) ring->Release(info.Env());
  return info.Env().Undefined();
}

}  // namespace

void RegisterRingBuffer(Napi::Env env, Napi::Object exports, State* state) {
  Export<Open>(env, exports, state, "ringOpen");
  Export<Mapped>(env, exports, state, "ringMapped");
  Export<Copied>(env, exports, state, "ringCopied");
  Export<Start>(env, exports, state, "ringStart");
  ExportFast<Next>(env, exports, state, "ringNext");
  Export<Positions>(env, exports, state, "ringPositions");
  Export<Close>(env, exports, state, "ringClose");
}

}  // namespace ebpf
