#pragma once
// Links over perf events: tracepoints, probes of one function in the kernel or in a binary, counters and clocks.
// The event is opened here, and only the program's descriptor is needed. From Linux 5.15 on, a bpf_link holds the event
// and the program. On older kernels the program is set on the event and stays loaded while the event is open.

#include <napi.h>

#include <cstdint>
#include <memory>

#include "fd.h"
#include "link.h"

namespace ebpf {

struct State;

class PerfLink : public Link {
 public:
  // `link` is invalid if the kernel has no bpf_link for perf events.
  PerfLink(Fd event, Fd link) : link_(std::move(link)), event_(std::move(event)) {}
  int fd() const override { return link_.get(); }
  int Detach() override;

 private:
  // The bpf_link keeps the event alive: a pinned link continues after both descriptors are closed.
  Fd link_;
  Fd event_;
};

// Attaches a program to an event and enables it. By an ioctl on kernels before 5.15, or if `by_ioctl` is true.
// Returns 0 or a positive errno.
int AttachToEvent(int program, Fd event, uint64_t cookie, bool by_ioctl, std::shared_ptr<Link>* result);
// The number in a file of tracefs. Returns a negative errno on failure.
int64_t ReadTracepointId(const char* path);
// Invalid with errno set on failure.
Fd OpenTracepoint(int64_t id);

void RegisterLinkPerf(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
