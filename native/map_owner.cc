// Converts the IDs and names in keys and values of maps to the kernel's form.

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "arguments.h"
#include "map.h"
#include "state.h"

namespace ebpf {

namespace {

// A pidfd, or a negative errno. The kernel sets close-on-exec.
Napi::Value ProcessFd(const Napi::CallbackInfo& info) {
  long fd = syscall(SYS_pidfd_open, Get<int32_t>(info, 0, "pid"), 0);
  return Napi::Number::New(info.Env(), fd < 0 ? -errno : static_cast<double>(fd));
}

}  // namespace

void RegisterMapOwner(Napi::Env env, Napi::Object exports, State* state) {
  Export<ProcessFd>(env, exports, state, "processFd");
}

}  // namespace ebpf
