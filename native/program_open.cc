// Programs that no object of ours gave: opened by pin, by id, or from a descriptor of someone else.

#include <bpf/bpf.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "error.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

// A pin or a descriptor may as well be a map: the kernel would then fill a map's info where a program's is expected.
bool IsProgram(int fd) {
  char path[32], target[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(path, target, sizeof target);
  static const char name[] = "anon_inode:bpf-prog";
  return length == sizeof name - 1 && memcmp(target, name, sizeof name - 1) == 0;
}

Napi::Value Adopt(const Napi::CallbackInfo& info, int raw) {
  if (raw < 0) throw NativeError(info.Env(), -raw, "");
  Fd fd(raw);
  if (!IsProgram(fd.get())) throw NativeError(info.Env(), EBADF, "");
  return Napi::Number::New(info.Env(),
                           StateOf(info).programs.Add(std::make_shared<Program>(std::move(fd), nullptr, nullptr)));
}

Napi::Value FromId(const Napi::CallbackInfo& info) {
  return Adopt(info, bpf_prog_get_fd_by_id(info[0].As<Napi::Number>().Uint32Value()));
}

Napi::Value FromPin(const Napi::CallbackInfo& info) {
  return Adopt(info, bpf_obj_get(info[0].As<Napi::String>().Utf8Value().c_str()));
}

Napi::Value FromFd(const Napi::CallbackInfo& info) {
  int fd = fcntl(info[0].As<Napi::Number>().Int32Value(), F_DUPFD_CLOEXEC, 3);
  return Adopt(info, fd < 0 ? -errno : fd);
}

Napi::Value NextId(const Napi::CallbackInfo& info) {
  uint32_t next;
  int status = bpf_prog_get_next_id(info[0].As<Napi::Number>().Uint32Value(), &next);
  return Napi::Number::New(info.Env(), status < 0 ? status : static_cast<double>(next));
}

}  // namespace

void RegisterProgramOpen(Napi::Env env, Napi::Object exports, State* state) {
  Export<FromId>(env, exports, state, "programFromId");
  Export<FromPin>(env, exports, state, "programFromPin");
  Export<FromFd>(env, exports, state, "programFromFd");
  Export<NextId>(env, exports, state, "programNextId");
}

}  // namespace ebpf
