#include "perf_buffer.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "arguments.h"
#include "state.h"
#include "watched.h"

namespace ebpf {

namespace {

[[noreturn]] void Fail(int error, const char* what) { throw std::system_error(error, std::generic_category(), what); }

Fd OpenEvent(int cpu, const PerfBuffer::Settings& settings) {
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = PERF_COUNT_SW_BPF_OUTPUT;
  attr.sample_type = PERF_SAMPLE_RAW;
  attr.sample_period = 1;
  attr.write_backward = settings.overwritable;
  attr.watermark = settings.watermark > 0;
  if (settings.watermark > 0)
    attr.wakeup_watermark = settings.watermark;
  else
    attr.wakeup_events = settings.wakeup_events;
  return Fd(static_cast<int>(syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC)));
}

}  // namespace

PerfBuffer::PerfBuffer(Fd map, const Settings& settings)
    : map_(std::move(map)),
      page_size_(static_cast<size_t>(sysconf(_SC_PAGESIZE))),
      size_(page_size_),
      overwritable_(settings.overwritable) {
  while (size_ < settings.bytes) size_ *= 2;
  int cpus = libbpf_num_possible_cpus();
  if (cpus < 0) Fail(-cpus, "cannot count the possible CPUs");
  bpf_map_info info{};
  uint32_t length = sizeof info;
  if (bpf_map_get_info_by_fd(map_.get(), &info, &length) != 0) Fail(errno, "cannot describe the map");
  cpus = static_cast<int>(std::min<uint32_t>(static_cast<uint32_t>(cpus), info.max_entries));
  claim_ = Claim("perf " + std::to_string(info.id));
  // Reserved first, so that nothing throws between mmap and the insertion into the list.
  rings_.reserve(static_cast<size_t>(cpus));
  int error = 0;
  const char* what = "";
  for (int cpu = 0; cpu < cpus && !error; cpu++) {
    Fd fd = OpenEvent(cpu, settings);
    if (!fd.valid()) {
      // A possible CPU that is not online.
      if (errno == ENODEV) continue;
      error = errno;
      what = "cannot open a perf event";
      break;
    }
    // A mapping without write access makes the ring overwritable.
    int protection = overwritable_ ? PROT_READ : PROT_READ | PROT_WRITE;
    void* page = mmap(nullptr, page_size_ + size_, protection, MAP_SHARED, fd.get(), 0);
    if (page == MAP_FAILED) {
      error = errno;
      what = "cannot map the ring of a CPU";
      break;
    }
    rings_.push_back({std::move(fd), static_cast<uint32_t>(cpu), static_cast<perf_event_mmap_page*>(page), nullptr});
    const Ring& ring = rings_.back();
    int value = ring.fd.get();
    if (bpf_map_update_elem(map_.get(), &cpu, &value, BPF_ANY) != 0) {
      error = errno;
      what = "cannot put a perf event into the map";
    } else if (ioctl(value, PERF_EVENT_IOC_ENABLE, 0) != 0) {
      error = errno;
      what = "cannot enable a perf event";
    }
  }
  if (!error && rings_.empty()) {
    error = ENODEV;
    what = "the map has room for no CPU";
  }
  if (error) {
    CloseRings();
    Fail(error, what);
  }
}

PerfBuffer::~PerfBuffer() { CloseRings(); }

void PerfBuffer::CloseRings() {
  for (const Ring& ring : rings_) {
    if (claim_.Holds()) bpf_map_delete_elem(map_.get(), &ring.cpu);
    munmap(ring.page, page_size_ + size_);
  }
}

int PerfBuffer::Watch(Poller& poller, int32_t handle) {
  for (const Ring& ring : rings_) {
    int status = poller.WatchOnce(ring.fd.get(), handle);
    if (status < 0) return status;
  }
  return 0;
}

void PerfBuffer::Forget(Poller& poller, int32_t handle) {
  for (const Ring& ring : rings_) poller.ForgetOnce(ring.fd.get(), handle);
}

uint8_t* PerfBuffer::DataOf(const Ring& ring) const { return reinterpret_cast<uint8_t*>(ring.page) + page_size_; }

void PerfBuffer::CopyOut(const Ring& ring, uint64_t at, size_t bytes) {
  size_t offset = at & (size_ - 1);
  size_t first = std::min(bytes, size_ - offset);
  memcpy(room_.data, DataOf(ring) + offset, first);
  memcpy(room_.data + first, DataOf(ring), bytes - first);
}

// The kernel aligns records to 8 bytes. A header therefore does not wrap around.
perf_event_header PerfBuffer::HeaderAt(const Ring& ring, uint64_t at) const {
  perf_event_header header;
  memcpy(&header, DataOf(ring) + (at & (size_ - 1)), sizeof header);
  return header;
}

void PerfBuffer::Tell(size_t offset, uint32_t ring, bool copied) {
  uint32_t* start = reinterpret_cast<uint32_t*>(start_.data());
  start[0] = static_cast<uint32_t>(offset);
  start[1] = ring;
  start[2] = rings_[ring].cpu;
  start[3] = copied;
}

int PerfBuffer::Next(uint64_t done, bool more) {
  if (done > 0 && done <= found_) {
    perf_event_mmap_page* page = rings_[at_ring_].page;
    __atomic_store_n(&page->data_tail, page->data_tail + done, __ATOMIC_RELEASE);
    at_ring_ = (at_ring_ + 1) % rings();
  }
  found_ = 0;
  if (overwritable_ || !more) return 0;
  room_ = copies_.Now();
  for (uint32_t i = 0; i < rings(); i++, at_ring_ = (at_ring_ + 1) % rings()) {
    const Ring& ring = rings_[at_ring_];
    uint64_t head = __atomic_load_n(&ring.page->data_head, __ATOMIC_ACQUIRE);
    uint64_t at = ring.page->data_tail;
    if (at == head) continue;
    if (at % 8 != 0 || head < at || head - at > size_) return -EBADMSG;
    perf_event_header header = HeaderAt(ring, at);
    if (header.size < sizeof header || header.size % 8 != 0 || header.size > head - at) return -EBADMSG;
    size_t offset = at & (size_ - 1);
    bool wraps = offset + header.size > size_;
    found_ = std::min<uint64_t>(head - at, size_ - offset);
    if (wraps || !ring.mapped) {
      found_ = std::min<uint64_t>(wraps ? header.size : found_, room_.size);
      if (found_ < header.size) return -ENOBUFS;
      CopyOut(ring, at, found_);
    }
    Tell(wraps || !ring.mapped ? 0 : offset, at_ring_, wraps || !ring.mapped);
    return static_cast<int>(found_);
  }
  return 0;
}

int PerfBuffer::Snapshot(uint32_t which) {
  if (!overwritable_ || which >= rings()) return -EINVAL;
  room_ = copies_.Now();
  if (room_.size < size_) return -ENOBUFS;
  // The kernel writes backwards from 0: the record at the head is the newest, and older records follow.
  CopyOut(rings_[which], __atomic_load_n(&rings_[which].page->data_head, __ATOMIC_ACQUIRE), size_);
  Tell(0, which, true);
  return static_cast<int>(size_);
}

int PerfBuffer::Pause(bool pause) {
  for (const Ring& ring : rings_) {
    if (ioctl(ring.fd.get(), PERF_EVENT_IOC_PAUSE_OUTPUT, pause ? 1 : 0) != 0) return -errno;
  }
  return 0;
}

uint64_t PerfBuffer::available() const {
  uint64_t sum = 0;
  for (const Ring& ring : rings_) {
    if (!overwritable_) sum += __atomic_load_n(&ring.page->data_head, __ATOMIC_ACQUIRE) - ring.page->data_tail;
  }
  return sum;
}

napi_value PerfBuffer::Mapped(napi_env env, uint32_t which) {
  if (overwritable_ || which >= rings() || rings_[which].mapped) return nullptr;
  napi_value buffer = nullptr;
  auto keep = [](napi_env, void*, void*) {};
  Ring& ring = rings_[which];
  if (napi_create_external_arraybuffer(env, DataOf(ring), size_, keep, nullptr, &buffer) != napi_ok ||
      napi_create_reference(env, buffer, 1, &ring.mapped) != napi_ok)
    return nullptr;
  return buffer;
}

void PerfBuffer::Release(napi_env env) {
  for (Ring& ring : rings_) {
    if (!ring.mapped) continue;
    napi_value buffer;
    if (napi_get_reference_value(env, ring.mapped, &buffer) == napi_ok && buffer) napi_detach_arraybuffer(env, buffer);
    napi_delete_reference(env, ring.mapped);
    ring.mapped = nullptr;
  }
  copies_.Release();
  start_.Release();
}

namespace {

PerfBuffer& PerfArgument(const Napi::CallbackInfo& info) { return WatchedArgument(info, StateOf(info).perfs); }

// (map, settings)
Napi::Value Open(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  PerfBuffer::Settings settings{options.Get<uint32_t>("bytes"), options.Get<uint32_t>("watermark"),
                                options.Get<uint32_t>("wakeupEvents", 1), options.Get<bool>("overwritable")};
  return OpenWatched(info, StateOf(info).perfs,
                     [&](Fd fd, const bpf_map_info&) { return std::make_shared<PerfBuffer>(std::move(fd), settings); });
}

Napi::Value Mapped(const Napi::CallbackInfo& info) {
  napi_value buffer = PerfArgument(info).Mapped(info.Env(), Get<uint32_t>(info, 1, "ring"));
  return buffer ? Napi::Value(info.Env(), buffer) : info.Env().Undefined();
}

Napi::Value Copied(const Napi::CallbackInfo& info) {
  return PerfArgument(info).Copied(info.Env(), Get<UpTo<PerfBuffer::kMostCopied>>(info, 1, "bytes"));
}

Napi::Value Start(const Napi::CallbackInfo& info) { return PerfArgument(info).Start(info.Env()); }

napi_value Next(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  napi_value argv[3], result;
  void* state;
  int32_t handle;
  uint64_t done;
  bool more;
  int status = -EBADF;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, &state) == napi_ok && argc == 3 &&
      ReadExact(env, argv[0], &handle) && ReadExact(env, argv[1], &done) && ReadExact(env, argv[2], &more)) {
    PerfBuffer* perf = static_cast<State*>(state)->perfs.Get(handle);
    if (perf) status = perf->Next(done, more);
  }
  return napi_create_int32(env, status, &result) == napi_ok ? result : nullptr;
}

Napi::Value Snapshot(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), PerfArgument(info).Snapshot(Get<uint32_t>(info, 1, "ring")));
}

Napi::Value Pause(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), PerfArgument(info).Pause(Get<bool>(info, 1, "pause")));
}

Napi::Value Available(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(PerfArgument(info).available()));
}

Napi::Value Rings(const Napi::CallbackInfo& info) {
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("count", PerfArgument(info).rings());
  result.Set("size", static_cast<double>(PerfArgument(info).size()));
  return result;
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  if (auto perf = CloseWatched(info, StateOf(info).perfs)) perf->Release(info.Env());
  return info.Env().Undefined();
}

}  // namespace

void RegisterPerfBuffer(Napi::Env env, Napi::Object exports, State* state) {
  Export<Open>(env, exports, state, "perfOpen");
  Export<Mapped>(env, exports, state, "perfMapped");
  Export<Copied>(env, exports, state, "perfCopied");
  Export<Start>(env, exports, state, "perfStart");
  ExportFast<Next>(env, exports, state, "perfNext");
  Export<Snapshot>(env, exports, state, "perfSnapshot");
  Export<Pause>(env, exports, state, "perfPause");
  Export<Available>(env, exports, state, "perfAvailable");
  Export<Rings>(env, exports, state, "perfRings");
  Export<Close>(env, exports, state, "perfClose");
}

}  // namespace ebpf
