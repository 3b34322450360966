#include "program.h"

#include <bpf/bpf.h>

#include <cerrno>
#include <cstring>

#include "error.h"
#include "state.h"

namespace ebpf {

namespace {

Program& ProgramArgument(const Napi::CallbackInfo& info) {
  Program* program = StateOf(info).programs.Get(info[0].As<Napi::Number>().Int32Value());
  if (!program) throw BadHandle(info.Env());
  return *program;
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  StateOf(info).programs.Remove(info[0].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

Napi::Value FileDescriptor(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), ProgramArgument(info).fd());
}

Napi::Value Info(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Program& program = ProgramArgument(info);
  bpf_prog_info raw{};
  uint32_t length = sizeof raw;
  if (bpf_prog_get_info_by_fd(program.fd(), &raw, &length) != 0) throw NativeError(env, errno, "");
  Napi::Object result = Napi::Object::New(env);
  result.Set("id", raw.id);
  result.Set("type", raw.type);
  result.Set("name", std::string(raw.name, strnlen(raw.name, sizeof raw.name)));
  result.Set("tag", Napi::Buffer<uint8_t>::Copy(env, raw.tag, sizeof raw.tag));
  result.Set("btfId", raw.btf_id);
  result.Set("createdByUid", raw.created_by_uid);
  result.Set("gplCompatible", static_cast<bool>(raw.gpl_compatible));
  result.Set("loadTime", Napi::BigInt::New(env, static_cast<uint64_t>(raw.load_time)));
  result.Set("jitedSize", raw.jited_prog_len);
  result.Set("translatedSize", raw.xlated_prog_len);
  result.Set("verifiedInstructions", raw.verified_insns);
  return result;
}

}  // namespace

void RegisterProgram(Napi::Env env, Napi::Object exports, State* state) {
  Export<Close>(env, exports, state, "programClose");
  Export<FileDescriptor>(env, exports, state, "programFd");
  Export<Info>(env, exports, state, "programInfo");
}

}  // namespace ebpf
