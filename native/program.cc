#include "program.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>

#include "arguments.h"
#include "error.h"
#include "map.h"
#include "state.h"

namespace ebpf {

Program& ProgramArgument(const Napi::CallbackInfo& info, size_t index) {
  Program* program = StateOf(info).programs.Get(Get<int32_t>(info, index, "handle"));
  if (!program) throw BadHandle(info.Env());
  return *program;
}

namespace {

napi_value Close(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value handle;
  void* state;
  int32_t number;
  if (napi_get_cb_info(env, info, &argc, &handle, nullptr, &state) == napi_ok && ReadExact(env, handle, &number))
    static_cast<State*>(state)->programs.Remove(number);
  return nullptr;
}

Napi::Value FileDescriptor(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), ProgramArgument(info).fd());
}

Napi::Value Pin(const Napi::CallbackInfo& info) {
  std::string path = Get<std::string>(info, 1, "path");
  return Napi::Number::New(info.Env(), bpf_obj_pin(ProgramArgument(info).fd(), path.c_str()));
}

Napi::Value BindMap(const Napi::CallbackInfo& info) {
  Program& program = ProgramArgument(info);
  Map* map = StateOf(info).maps.Get(Get<int32_t>(info, 1, "handle"));
  if (!map) throw BadHandle(info.Env());
  return Napi::Number::New(info.Env(), bpf_prog_bind_map(program.fd(), map->fd(), nullptr));
}

// Moves the output of one of the program's streams to the caller's buffer.
Napi::Value ReadStream(const Napi::CallbackInfo& info) {
  Span buffer = Get<Span>(info, 2, "buffer");
  int length = bpf_prog_stream_read(ProgramArgument(info).fd(), Get<uint32_t>(info, 1, "stream"), buffer.data,
                                    static_cast<uint32_t>(std::min<size_t>(buffer.size, UINT32_MAX)), nullptr);
  return Napi::Number::New(info.Env(), length);
}

// The kernel collects statistics of programs while the descriptor is open.
Napi::Value EnableStats(const Napi::CallbackInfo& info) {
  int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
  if (fd < 0) throw NativeError(info.Env(), -fd, "");
  Fd own(fd);
  int32_t handle = StateOf(info).descriptors.Add(std::make_shared<Fd>(std::move(own)));
  if (handle < 0) throw NativeError(info.Env(), EMFILE, "");
  return Napi::Number::New(info.Env(), handle);
}

Napi::Value CloseDescriptor(const Napi::CallbackInfo& info) {
  StateOf(info).descriptors.Remove(Get<int32_t>(info, 0, "handle"));
  return info.Env().Undefined();
}

}  // namespace

uint32_t ProgramId(int program) {
  bpf_prog_info info{};
  uint32_t length = sizeof info;
  return bpf_prog_get_info_by_fd(program, &info, &length) == 0 ? info.id : 0;
}

void RegisterProgram(Napi::Env env, Napi::Object exports, State* state) {
  ExportFast<Close>(env, exports, state, "programClose");
  Export<FileDescriptor>(env, exports, state, "programFd");
  Export<Pin>(env, exports, state, "programPin");
  Export<BindMap>(env, exports, state, "programBindMap");
  Export<ReadStream>(env, exports, state, "programReadStream");
  Export<EnableStats>(env, exports, state, "enableStats");
  Export<CloseDescriptor>(env, exports, state, "descriptorClose");
  RegisterProgramCreate(env, exports, state);
  RegisterProgramInfo(env, exports, state);
  RegisterProgramOpen(env, exports, state);
  RegisterProgramRun(env, exports, state);
}

}  // namespace ebpf
