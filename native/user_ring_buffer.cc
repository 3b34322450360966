#include "user_ring_buffer.h"

#include <linux/bpf.h>
#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "arguments.h"
#include "state.h"
#include "watched.h"

namespace ebpf {

// Continues at the position of a previous producer.
UserRingBuffer::UserRingBuffer(Fd fd, const bpf_map_info& map)
    : claim_(Claim::Sole("ring " + std::to_string(map.id))),
      fd_(std::move(fd)),
      ring_(fd_.get(), map.max_entries, RingMemory::Side::kProducer),
      produced_(ring_.producer().load(std::memory_order_acquire)) {}

UserRingBuffer::~UserRingBuffer() {
  for (const Slot& slot : std::vector<Slot>(reserved_)) Submit(slot.offset, nullptr, 0);
}

int UserRingBuffer::Watch(Poller& poller, int32_t handle) { return poller.Watch(fd_.get(), EPOLLOUT, handle); }

void UserRingBuffer::Forget(Poller& poller, int32_t) { poller.Forget(fd_.get()); }

uint64_t UserRingBuffer::free_bytes() const {
  uint64_t used = produced_ - ring_.consumer().load(std::memory_order_seq_cst);
  return used > ring_.size() ? 0 : ring_.size() - used;
}

int64_t UserRingBuffer::Reserve(uint32_t bytes) {
  uint64_t total = RingMemory::Taken(bytes);
  if (total > ring_.size() || bytes & (BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT)) return -E2BIG;
  if (free_bytes() < total) return -ENOSPC;
  uint32_t offset = static_cast<uint32_t>(ring_.OffsetOf(produced_) + BPF_RINGBUF_HDR_SZ);
  uint32_t* header = HeaderAt(offset);
  header[1] = 0;
  __atomic_store_n(header, bytes | BPF_RINGBUF_BUSY_BIT, __ATOMIC_RELAXED);
  produced_ += total;
  ring_.producer().store(produced_, std::memory_order_release);
  reserved_.push_back({offset, bytes});
  return offset;
}

int UserRingBuffer::Submit(uint32_t offset, const uint8_t* data, size_t bytes) {
  // Usually the last reserved slot.
  auto slot = std::find_if(reserved_.rbegin(), reserved_.rend(), [=](const Slot& s) { return s.offset == offset; });
  if (slot == reserved_.rend() || (data && slot->bytes != bytes)) return -EINVAL;
  if (data) memcpy(ring_.data() + offset, data, bytes);
  uint32_t header = data ? slot->bytes : slot->bytes | BPF_RINGBUF_DISCARD_BIT;
  reserved_.erase(std::next(slot).base());
  __atomic_store_n(HeaderAt(offset), header, __ATOMIC_SEQ_CST);
  return 0;
}

namespace {

Napi::Value Open(const Napi::CallbackInfo& info) {
  return OpenWatched(info, StateOf(info).user_rings, [](Fd fd, const bpf_map_info& map) {
    return std::make_shared<UserRingBuffer>(std::move(fd), map);
  });
}

struct RingCall {
  UserRingBuffer* ring = nullptr;
  // Bytes to reserve, or the slot.
  uint32_t number = 0;
  Span bytes;

  // (ring, number, bytes?)
  RingCall(napi_env env, napi_callback_info info) {
    size_t argc = 3;
    napi_value argv[3];
    void* state;
    int32_t handle;
    if (napi_get_cb_info(env, info, &argc, argv, nullptr, &state) != napi_ok || argc < 2) return;
    if (!ReadExact(env, argv[0], &handle) || !ReadExact(env, argv[1], &number)) return;
    if (argc > 2 && !ReadSpan(env, argv[2], &bytes)) return;
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
  return Answer(
      env, call.ring && call.bytes.data ? call.ring->Submit(call.number, call.bytes.data, call.bytes.size) : -EBADF);
}

// (ring, slot)
napi_value Discard(napi_env env, napi_callback_info info) {
  RingCall call(env, info);
  return Answer(env, call.ring ? call.ring->Submit(call.number, nullptr, 0) : -EBADF);
}

// (ring, length, bytes): writes the first `length` bytes as one record.
napi_value Send(napi_env env, napi_callback_info info) {
  RingCall call(env, info);
  if (!call.ring || !call.bytes.data || call.number > call.bytes.size) return Answer(env, -EBADF);
  int64_t slot = call.ring->Reserve(call.number);
  return Answer(env, slot < 0 ? slot : call.ring->Submit(static_cast<uint32_t>(slot), call.bytes.data, call.number));
}

Napi::Value FreeBytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(WatchedArgument(info, StateOf(info).user_rings).free_bytes()));
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  CloseWatched(info, StateOf(info).user_rings);
  return info.Env().Undefined();
}

}  // namespace

void RegisterUserRingBuffer(Napi::Env env, Napi::Object exports, State* state) {
  Export<Open>(env, exports, state, "userRingOpen");
  ExportFast<Reserve>(env, exports, state, "userRingReserve");
  ExportFast<Submit>(env, exports, state, "userRingSubmit");
  ExportFast<Discard>(env, exports, state, "userRingDiscard");
  ExportFast<Send>(env, exports, state, "userRingSend");
  Export<FreeBytes>(env, exports, state, "userRingFree");
  Export<Close>(env, exports, state, "userRingClose");
}

}  // namespace ebpf
