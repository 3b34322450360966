#pragma once
// A profiler sends SIGPROF to a thread a thousand times a second (node --cpu-prof). The verifier gives up with EAGAIN
// when a signal is pending, so that a verification that takes longer than the interval never ends.

#include <csignal>

namespace ebpf {

// Blocks SIGPROF on this thread. At most one signal waits until then.
class WithoutProfiler {
 public:
  WithoutProfiler() {
    sigset_t profiler;
    sigemptyset(&profiler);
    sigaddset(&profiler, SIGPROF);
    pthread_sigmask(SIG_BLOCK, &profiler, &before_);
  }
  ~WithoutProfiler() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  WithoutProfiler(const WithoutProfiler&) = delete;
  WithoutProfiler& operator=(const WithoutProfiler&) = delete;

 private:
  sigset_t before_;
};

}  // namespace ebpf
