// Numbers and names by which users know what maps hold, turned into what the kernel takes.

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "arguments.h"
#include "map.h"
#include "state.h"

namespace ebpf {

namespace {

// A descriptor of a process, or a negative errno. It is closed on exec, by the kernel's own doing.
Napi::Value ProcessFd(const Napi::CallbackInfo& info) {
  long fd = syscall(SYS_pidfd_open, Get<int32_t>(info, 0, "pid"), 0);
  return Napi::Number::New(info.Env(), fd < 0 ? -errno : static_cast<double>(fd));
}

}  // namespace

void RegisterMapOwner(Napi::Env env, Napi::Object exports, State* state) {
  Export<ProcessFd>(env, exports, state, "processFd");
}

}  // namespace ebpf
