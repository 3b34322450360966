#pragma once
// The reader's end of a BPF_MAP_TYPE_PERF_EVENT_ARRAY: one perf event and one ring for each CPU.
//
// A record may wrap around the end of its ring, which is mapped once: so records are always copied, into one buffer
// that is used again and again. The index is [ offset, length, cpu, kind ] as 32-bit integers for each record; what is
// found stays in its ring until JavaScript has handed it on, as in ring_buffer.h. One look takes from one CPU only,
// the next look begins at the next CPU, so that a busy one starves no other.
//
// Overwritable rings are written backwards by the kernel, over what is oldest, and have no consumer: they are paused,
// read from the newest record on, and resumed.
//
// A perf event that stays in the map would go on filling a ring that nobody reads: our events are taken out of the map
// when this is closed.

#include <linux/perf_event.h>
#include <napi.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "fd.h"
#include "js_memory.h"
#include "poller.h"

namespace ebpf {

struct State;

class PerfBuffer {
 public:
  static constexpr uint32_t kIndex = 1024;
  // Bytes that records are copied to.
  static constexpr uint64_t kMostCopied = uint64_t{1} << 31;

  struct Settings {
    uint32_t bytes;      // for each CPU; rounded up to pages, whose number is a power of two
    uint32_t watermark;  // bytes; 0 to count events
    uint32_t wakeup_events;
    bool overwritable;
  };

  // Opens the rings of all CPUs that are online and puts them into the map; throws std::system_error.
  PerfBuffer(Fd map, const Settings& settings);
  ~PerfBuffer();
  PerfBuffer(const PerfBuffer&) = delete;
  PerfBuffer& operator=(const PerfBuffer&) = delete;

  int Watch(Poller& poller, int32_t handle);
  void Forget(Poller& poller, int32_t handle);

  size_t size() const { return size_; }

  // Where records are copied to, and the index of them; throw Napi::Error.
  Napi::Value Copied(Napi::Env env, size_t bytes) { return copies_.Make(env, bytes); }
  Napi::Value Index(Napi::Env env) { return index_.Make(env, kIndex * 4 * sizeof(uint32_t)); }
  // Gives the first `done` of the records found last back to the kernel, and finds up to `max` more, all of one CPU, of
  // together not much more than `max_bytes` bytes. Answers how many; 0 when no CPU has anything. Negative errnos:
  // EBADMSG for what is no record, ENOBUFS for one that does not fit into the buffer for copies.
  int Next(uint32_t done, uint32_t max, uint64_t max_bytes);
  // Of an overwritable and paused ring: the records of one CPU, newest first. Answers how many were found; to be
  // called until there is none more.
  int Snapshot(uint32_t ring, bool begin);
  uint32_t rings() const { return static_cast<uint32_t>(rings_.size()); }
  // 0 or a negative errno.
  int Pause(bool pause);
  uint64_t available() const;

  void Release();

 private:
  struct Ring {
    Fd fd;
    uint32_t cpu;
    perf_event_mmap_page* page;
  };

  void CloseRings();
  uint8_t* DataOf(const Ring& ring) const;
  // Copies one record into the index; false when there is no room for it.
  bool Take(const Ring& ring, uint64_t at, const perf_event_header& header);
  perf_event_header HeaderAt(const Ring& ring, uint64_t at) const;
  void CopyOut(const Ring& ring, uint64_t at, void* to, size_t bytes) const;
  void Commit(uint32_t done);

  Fd map_;
  size_t page_size_;
  size_t size_;
  bool overwritable_;
  std::vector<Ring> rings_;

  JsMemory copies_, index_;
  // The memory of `copies_`, during a call.
  Span room_;
  size_t copied_ = 0;

  uint32_t at_ring_ = 0;
  uint32_t found_ = 0;
  std::unique_ptr<uint64_t[]> ends_;
  uint64_t end_ = 0;
  uint64_t snapshot_start_ = 0, snapshot_at_ = 0;
};

void RegisterPerfBuffer(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
