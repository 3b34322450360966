#pragma once
// The reader of a BPF_MAP_TYPE_PERF_EVENT_ARRAY: one perf event and one ring per CPU.
//
// JavaScript reads records in place, through an external ArrayBuffer over the ring of each CPU. A record that wraps
// around the end of its ring, which is mapped once, is copied into a reused buffer. So is every record if the runtime
// has no external memory, and every record of an overwritable ring. The index has [ offset, length, cpu, kind ] as
// 32-bit integers for each record, and after the last entry the number of the ring. Records stay in their ring until
// JavaScript has delivered them, as in ring_buffer.h. One call reads one CPU, and the next call starts at the next CPU,
// so that a busy CPU does not starve the others.
//
// The kernel writes overwritable rings backwards, over the oldest records, and they have no consumer position. They are
// paused, read from the newest record, and resumed.
//
// Close removes the perf events from the map, because a remaining event would keep filling a ring without reader.

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

  // Opens the rings of all online CPUs and stores them in the map. Throws std::system_error.
  PerfBuffer(Fd map, const Settings& settings);
  ~PerfBuffer();
  PerfBuffer(const PerfBuffer&) = delete;
  PerfBuffer& operator=(const PerfBuffer&) = delete;

  int Watch(Poller& poller, int32_t handle);
  void Forget(Poller& poller, int32_t handle);

  size_t size() const { return size_; }

  // The data of one CPU's ring, whose records are no longer copied afterwards. nullptr if the runtime has no external
  // memory, and for overwritable rings.
  napi_value Mapped(napi_env env, uint32_t ring);
  // The buffer for copied records, and the index. Both throw Napi::Error.
  Napi::Value Copied(Napi::Env env, size_t bytes) { return copies_.Make(env, bytes); }
  Napi::Value Index(Napi::Env env) { return index_.Make(env, (kIndex * 4 + 1) * sizeof(uint32_t)); }
  // Releases the first `done` records of the previous call to the kernel, and finds up to `max` more of one CPU, with a
  // total of little more than `max_bytes` bytes. Returns their number; 0 if no CPU has a record. Negative errnos:
  // EBADMSG for malformed data, ENOBUFS for a record that does not fit into the buffer.
  int Next(uint32_t done, uint32_t max, uint64_t max_bytes);
  // For a paused overwritable ring: reads the records of one CPU, newest first. Returns their number. Called until it
  // returns 0.
  int Snapshot(uint32_t ring, bool begin);
  uint32_t rings() const { return static_cast<uint32_t>(rings_.size()); }
  // 0 or a negative errno.
  int Pause(bool pause);
  uint64_t available() const;

  void Release(napi_env env);

 private:
  struct Ring {
    Fd fd;
    uint32_t cpu;
    perf_event_mmap_page* page;
    napi_ref mapped;
  };

  void CloseRings();
  uint8_t* DataOf(const Ring& ring) const;
  // Adds one record to the index, and copies it if needed. Returns false if there is no space.
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
