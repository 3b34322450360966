#pragma once
// Links over perf events: tracepoints, probes of one function in the kernel or in a binary, counters and clocks.
// The event is opened here, with the program's descriptor as all that is needed of it. From Linux 5.15 a bpf_link
// holds event and program; before, the program is set on the event and lives as long as the event is open.

#include <napi.h>

#include "fd.h"
#include "link.h"

namespace ebpf {

struct State;

class PerfLink : public Link {
 public:
  // `link` is invalid where the kernel makes none.
  PerfLink(Fd event, Fd link) : link_(std::move(link)), event_(std::move(event)) {}
  int fd() const override { return link_.get(); }
  int Detach() override;

 private:
  // The link keeps the event alive: a pinned one goes on when both of these are closed.
  Fd link_;
  Fd event_;
};

void RegisterLinkPerf(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
