#include "link.h"

#include <cerrno>

#include "error.h"
#include "log.h"
#include "options.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

Program& ProgramOf(const Napi::CallbackInfo& info) {
  Program* program = StateOf(info).programs.Get(info[0].As<Napi::Number>().Int32Value());
  if (!program || !program->get()) throw BadHandle(info.Env());
  return *program;
}

// Runs `attach`, which answers a link or nullptr with errno set, and gives JavaScript the handle of the link.
template <typename Attach>
Napi::Value Attached(const Napi::CallbackInfo& info, Attach attach) {
  Program& program = ProgramOf(info);
  LogScope log;
  bpf_link* link = attach(program.get());
  if (!link) throw NativeError(info.Env(), errno, log.Take());
  return Napi::Number::New(info.Env(), StateOf(info).links.Add(std::make_shared<Link>(link, program.object())));
}

// By its SEC name. libbpf answers no error and no link to a SEC name that says too little to attach by.
Napi::Value Attach(const Napi::CallbackInfo& info) {
  return Attached(info, [](bpf_program* program) {
    errno = 0;
    bpf_link* link = bpf_program__attach(program);
    if (!link && errno == 0) errno = EDESTADDRREQ;
    return link;
  });
}

Napi::Value AttachTracepoint(const Napi::CallbackInfo& info) {
  Options options(info[1]);
  std::string group = options.Text("group", "");
  std::string name = options.Text("name", "");
  LIBBPF_OPTS(bpf_tracepoint_opts, opts);
  opts.bpf_cookie = options.Number<uint64_t>("cookie", 0);
  return Attached(info, [&](bpf_program* program) {
    return bpf_program__attach_tracepoint_opts(program, group.c_str(), name.c_str(), &opts);
  });
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  StateOf(info).links.Remove(info[0].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

Napi::Value FileDescriptor(const Napi::CallbackInfo& info) {
  Link* link = StateOf(info).links.Get(info[0].As<Napi::Number>().Int32Value());
  if (!link) throw BadHandle(info.Env());
  return Napi::Number::New(info.Env(), link->fd());
}

}  // namespace

void RegisterLink(Napi::Env env, Napi::Object exports, State* state) {
  Export<Attach>(env, exports, state, "attach");
  Export<AttachTracepoint>(env, exports, state, "attachTracepoint");
  Export<Close>(env, exports, state, "linkClose");
  Export<FileDescriptor>(env, exports, state, "linkFd");
}

}  // namespace ebpf
