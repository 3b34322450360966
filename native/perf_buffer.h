#pragma once
// The reader of a BPF_MAP_TYPE_PERF_EVENT_ARRAY: one perf event and one ring per CPU.
//
// JavaScript walks the records of one CPU's ring from header to header, through an external ArrayBuffer over the data of
// the ring. The data is mapped once, so a record that wraps around its end is copied into a reused buffer. So are all
// records if the runtime has no external memory, and those of overwritable rings. Records stay in their ring until
// JavaScript has delivered them, as in ring_buffer.h. One call finds records of one CPU, and the next call starts at the
// next CPU, so that a busy CPU does not starve the others.
//
// The kernel writes overwritable rings backwards, over the oldest records, and they have no consumer position. They are
// paused, copied from the newest record on, and resumed.
//
// Close removes the perf events from the map, because a remaining event would keep filling a ring without reader.

#include <linux/perf_event.h>
#include <napi.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "claim.h"
#include "fd.h"
#include "js_memory.h"
#include "poller.h"

namespace ebpf {

struct State;

class PerfBuffer {
 public:
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
  // The buffer for copied records. Throws Napi::Error.
  Napi::Value Copied(Napi::Env env, size_t bytes) { return copies_.Make(env, bytes); }
  // Where the found records are: [ offset in the memory, ring, cpu, whether the memory is that of copies ], as 32-bit
  // integers. Throws Napi::Error.
  Napi::Value Start(Napi::Env env) { return start_.Make(env, 4 * sizeof(uint32_t)); }
  // Releases the first `done` bytes of the previous call to the kernel. If `more`, finds records of one CPU and returns
  // their number of bytes, of which the last record can have a part; 0 if no CPU has a record. Negative errnos: EBADMSG
  // for malformed data, ENOBUFS for a record that does not fit into the buffer.
  int Next(uint64_t done, bool more);
  // For a paused overwritable ring: copies its records, newest first. Returns the number of bytes.
  int Snapshot(uint32_t ring);
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
  perf_event_header HeaderAt(const Ring& ring, uint64_t at) const;
  // Copies bytes of the ring into the buffer.
  void CopyOut(const Ring& ring, uint64_t at, size_t bytes);
  // Tells JavaScript where the found records are.
  void Tell(size_t offset, uint32_t ring, bool copied);

  Fd map_;
  // Of the events in the map, which a later reader replaces.
  Claim claim_;
  size_t page_size_;
  size_t size_;
  bool overwritable_;
  std::vector<Ring> rings_;

  JsMemory copies_, start_;
  // The memory of `copies_`, during a call.
  Span room_;

  uint32_t at_ring_ = 0;
  // The bytes that the previous call found.
  uint64_t found_ = 0;
};

void RegisterPerfBuffer(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
