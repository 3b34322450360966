#include "program.h"

#include <bpf/bpf.h>

#include "error.h"
#include "map.h"
#include "state.h"

namespace ebpf {

Program& ProgramArgument(const Napi::CallbackInfo& info) {
  Program* program = StateOf(info).programs.Get(info[0].As<Napi::Number>().Int32Value());
  if (!program) throw BadHandle(info.Env());
  return *program;
}

namespace {

Napi::Value Close(const Napi::CallbackInfo& info) {
  StateOf(info).programs.Remove(info[0].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

Napi::Value FileDescriptor(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), ProgramArgument(info).fd());
}

Napi::Value Pin(const Napi::CallbackInfo& info) {
  std::string path = info[1].As<Napi::String>().Utf8Value();
  return Napi::Number::New(info.Env(), bpf_obj_pin(ProgramArgument(info).fd(), path.c_str()));
}

Napi::Value BindMap(const Napi::CallbackInfo& info) {
  Program& program = ProgramArgument(info);
  Map* map = StateOf(info).maps.Get(info[1].As<Napi::Number>().Int32Value());
  if (!map) throw BadHandle(info.Env());
  return Napi::Number::New(info.Env(), bpf_prog_bind_map(program.fd(), map->fd(), nullptr));
}

// Fills the caller's buffer with what the program wrote to one of its streams, and takes it out of there.
Napi::Value ReadStream(const Napi::CallbackInfo& info) {
  auto buffer = info[2].As<Napi::Uint8Array>();
  int length = bpf_prog_stream_read(ProgramArgument(info).fd(), info[1].As<Napi::Number>().Uint32Value(), buffer.Data(),
                                    static_cast<uint32_t>(buffer.ByteLength()), nullptr);
  return Napi::Number::New(info.Env(), length);
}

// The kernel measures programs for as long as the descriptor is open.
Napi::Value EnableStats(const Napi::CallbackInfo& info) {
  int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
  if (fd < 0) throw NativeError(info.Env(), -fd, "");
  return Napi::Number::New(info.Env(), StateOf(info).descriptors.Add(std::make_shared<Fd>(fd)));
}

Napi::Value CloseDescriptor(const Napi::CallbackInfo& info) {
  StateOf(info).descriptors.Remove(info[0].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

}  // namespace

void RegisterProgram(Napi::Env env, Napi::Object exports, State* state) {
  Export<Close>(env, exports, state, "programClose");
  Export<FileDescriptor>(env, exports, state, "programFd");
  Export<Pin>(env, exports, state, "programPin");
  Export<BindMap>(env, exports, state, "programBindMap");
  Export<ReadStream>(env, exports, state, "programReadStream");
  Export<EnableStats>(env, exports, state, "enableStats");
  Export<CloseDescriptor>(env, exports, state, "descriptorClose");
  RegisterProgramInfo(env, exports, state);
  RegisterProgramOpen(env, exports, state);
  RegisterProgramRun(env, exports, state);
}

}  // namespace ebpf
