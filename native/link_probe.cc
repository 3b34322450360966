#include "link_probe.h"

#include <bpf/libbpf.h>

#include <cerrno>
#include <memory>

#include "arguments.h"
#include "error.h"
#include "link.h"
#include "log.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

template <typename Attach>
Napi::Value Attached(const Napi::CallbackInfo& info, Attach attach) {
  Program& program = ProgramArgument(info);
  if (!program.get()) throw NativeError(info.Env(), EOPNOTSUPP, "");
  LogScope log;
  bpf_link* link = attach(program.get());
  if (!link) throw NativeError(info.Env(), errno, log.Take());
  return Give(info, std::make_shared<LibbpfLink>(link, program.object()));
}

Napi::Value LegacyKprobe(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  std::string symbol = options.Get<std::string>("symbol");
  LIBBPF_OPTS(bpf_kprobe_opts, opts);
  opts.offset = options.Get<uint64_t>("offset");
  opts.retprobe = options.Get<bool>("retprobe");
  opts.attach_mode = PROBE_ATTACH_MODE_LEGACY;
  return Attached(
      info, [&](bpf_program* program) { return bpf_program__attach_kprobe_opts(program, symbol.c_str(), &opts); });
}

Napi::Value LegacyUprobe(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  std::string path = options.Get<std::string>("path");
  LIBBPF_OPTS(bpf_uprobe_opts, opts);
  opts.retprobe = options.Get<bool>("retprobe");
  opts.attach_mode = PROBE_ATTACH_MODE_LEGACY;
  return Attached(info, [&](bpf_program* program) {
    return bpf_program__attach_uprobe_opts(program, options.Get<OrAll>("pid", {-1}), path.c_str(),
                                           options.Get<uint64_t>("offset"), &opts);
  });
}

Napi::Value Usdt(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  std::string path = options.Get<std::string>("path");
  std::string provider = options.Get<std::string>("provider");
  std::string name = options.Get<std::string>("name");
  LIBBPF_OPTS(bpf_usdt_opts, opts);
  opts.usdt_cookie = options.Get<uint64_t>("cookie");
  return Attached(info, [&](bpf_program* program) {
    return bpf_program__attach_usdt(program, options.Get<OrAll>("pid", {-1}), path.c_str(), provider.c_str(),
                                    name.c_str(), &opts);
  });
}

}  // namespace

void RegisterLinkProbe(Napi::Env env, Napi::Object exports, State* state) {
  Export<LegacyKprobe>(env, exports, state, "attachLegacyKprobe");
  Export<LegacyUprobe>(env, exports, state, "attachLegacyUprobe");
  Export<Usdt>(env, exports, state, "attachUsdt");
}

}  // namespace ebpf
