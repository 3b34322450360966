// Opens programs by pin, by ID or by descriptor.

#include <bpf/bpf.h>
#include <fcntl.h>

#include <cerrno>

#include "arguments.h"
#include "error.h"
#include "fd_kind.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

Napi::Value Adopt(const Napi::CallbackInfo& info, int raw) {
  if (raw < 0) throw NativeError(info.Env(), -raw, "");
  Fd fd(raw);
  if (!IsProgram(fd.get())) throw NativeError(info.Env(), EBADF, "");
  int32_t handle = StateOf(info).programs.Add(std::make_shared<Program>(std::move(fd), nullptr, nullptr));
  if (handle < 0) throw NativeError(info.Env(), EMFILE, "");
  return Napi::Number::New(info.Env(), handle);
}

Napi::Value FromId(const Napi::CallbackInfo& info) {
  return Adopt(info, bpf_prog_get_fd_by_id(Get<uint32_t>(info, 0, "id")));
}

Napi::Value FromPin(const Napi::CallbackInfo& info) {
  return Adopt(info, bpf_obj_get(Get<std::string>(info, 0, "path").c_str()));
}

Napi::Value FromFd(const Napi::CallbackInfo& info) {
  int fd = fcntl(Get<Descriptor>(info, 0, "fd"), F_DUPFD_CLOEXEC, 3);
  return Adopt(info, fd < 0 ? -errno : fd);
}

Napi::Value Clone(const Napi::CallbackInfo& info) {
  Program& program = ProgramArgument(info);
  Fd fd = Fd::Duplicate(program.fd());
  if (!fd.valid()) throw NativeError(info.Env(), errno, "");
  int32_t handle =
      StateOf(info).programs.Add(std::make_shared<Program>(std::move(fd), program.get(), program.object()));
  if (handle < 0) throw NativeError(info.Env(), EMFILE, "");
  return Napi::Number::New(info.Env(), handle);
}

Napi::Value NextId(const Napi::CallbackInfo& info) {
  uint32_t next;
  int status = bpf_prog_get_next_id(Get<uint32_t>(info, 0, "id"), &next);
  return Napi::Number::New(info.Env(), status < 0 ? status : static_cast<double>(next));
}

}  // namespace

void RegisterProgramOpen(Napi::Env env, Napi::Object exports, State* state) {
  Export<FromId>(env, exports, state, "programFromId");
  Export<FromPin>(env, exports, state, "programFromPin");
  Export<FromFd>(env, exports, state, "programFromFd");
  Export<Clone>(env, exports, state, "programClone");
  Export<NextId>(env, exports, state, "programNextId");
}

}  // namespace ebpf
