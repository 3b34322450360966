// Tries what the running kernel can do. TypeScript says what to try and reads the answer.

#include "probe.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include <cerrno>

#include "arguments.h"
#include "fd.h"
#include "log.h"
#include "state.h"

namespace ebpf {

namespace {

Napi::Value ProbeProgramType(const Napi::CallbackInfo& info) {
  LogScope quiet;
  return Napi::Number::New(info.Env(), libbpf_probe_bpf_prog_type(static_cast<bpf_prog_type>(Get<uint32_t>(info, 0, "type")), nullptr));
}

// libbpf asks with a field that kernels before 6.9 do not know, and takes their refusal of it for an answer.
int ProbeStructOps() {
  constexpr int kNotSupported = 524;  // ENOTSUPP: no type in the kernel's BTF is number 1 and a struct of callbacks
  LIBBPF_OPTS(bpf_map_create_opts, opts);
  opts.btf_vmlinux_value_type_id = 1;
  Fd fd(bpf_map_create(BPF_MAP_TYPE_STRUCT_OPS, nullptr, 4, 4, 1, &opts));
  return fd.valid() || errno == kNotSupported;
}

Napi::Value ProbeMapType(const Napi::CallbackInfo& info) {
  LogScope quiet;
  auto type = static_cast<bpf_map_type>(Get<uint32_t>(info, 0, "type"));
  int answer = type == BPF_MAP_TYPE_STRUCT_OPS ? ProbeStructOps() : libbpf_probe_bpf_map_type(type, nullptr);
  return Napi::Number::New(info.Env(), answer);
}

Napi::Value ProbeHelper(const Napi::CallbackInfo& info) {
  LogScope quiet;
  return Napi::Number::New(info.Env(), libbpf_probe_bpf_helper(static_cast<bpf_prog_type>(Get<uint32_t>(info, 0, "type")),
                                                               static_cast<bpf_func_id>(Get<uint32_t>(info, 1, "helper")), nullptr));
}

// A program's descriptor, or a negative errno.
int LoadTiny(const Options& options) {
  static const bpf_insn nothing[] = {{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0}, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  auto own = options.Maybe<std::vector<uint8_t>>("instructions");
  auto instructions = own ? reinterpret_cast<const bpf_insn*>(own->data()) : nothing;
  size_t count = own ? own->size() / sizeof(bpf_insn) : 2;
  auto attach_type = static_cast<bpf_attach_type>(options.Get<uint32_t>("attachType"));
  LIBBPF_OPTS(bpf_prog_load_opts, opts);
  opts.expected_attach_type = attach_type;
  opts.prog_flags = options.Get<uint32_t>("flags");
  if (auto function = options.Maybe<std::string>("function")) {
    int id = libbpf_find_vmlinux_btf_id(function->c_str(), attach_type);
    if (id < 0) return id;
    opts.attach_btf_id = id;
  }
  int fd = bpf_prog_load(static_cast<bpf_prog_type>(options.Get<uint32_t>("type")), nullptr, "GPL", instructions,
                         count, &opts);
  return fd < 0 ? -errno : fd;
}

// 0 or the negative errno of loading a program.
Napi::Value ProbeLoad(const Napi::CallbackInfo& info) {
  LogScope quiet;
  int fd = LoadTiny(Options(info, 0));
  Fd program(fd);
  return Napi::Number::New(info.Env(), fd < 0 ? fd : 0);
}

// 0 or the negative errno of attaching a program, which stays attached no longer than the call takes. What to attach
// to may be invented: a kernel that knows the kind of link complains of that, another one of the kind.
Napi::Value ProbeLink(const Napi::CallbackInfo& info) {
  LogScope quiet;
  Options options(info, 0);
  int fd = LoadTiny(options);
  // The caller tells a program that cannot be loaded by an errno of its own.
  if (fd < 0) return Napi::Number::New(info.Env(), fd == -EPERM ? fd : -ENOTSUP);
  Fd program(fd);
  auto attach_type = static_cast<bpf_attach_type>(options.Get<uint32_t>("attachType"));
  LIBBPF_OPTS(bpf_link_create_opts, opts);
  std::string symbol = options.Get<std::string>("symbol");
  std::string path = options.Get<std::string>("path");
  const char* symbols[] = {symbol.c_str()};
  unsigned long offset = 0;
  if (!symbol.empty()) {
    opts.kprobe_multi.syms = symbols;
    opts.kprobe_multi.cnt = 1;
  } else if (!path.empty()) {
    opts.uprobe_multi.path = path.c_str();
    opts.uprobe_multi.offsets = &offset;
    opts.uprobe_multi.cnt = 1;
  } else if (attach_type == BPF_NETFILTER) {
    opts.netfilter.pf = 255;
  }
  int link = bpf_link_create(program.get(), options.Get<int32_t>("target", -1), attach_type, &opts);
  int status = link < 0 ? -errno : 0;
  Fd attached(link);
  return Napi::Number::New(info.Env(), status);
}

}  // namespace

void RegisterProbe(Napi::Env env, Napi::Object exports, State* state) {
  Export<ProbeProgramType>(env, exports, state, "probeProgramType");
  Export<ProbeMapType>(env, exports, state, "probeMapType");
  Export<ProbeHelper>(env, exports, state, "probeHelper");
  Export<ProbeLoad>(env, exports, state, "probeLoad");
  Export<ProbeLink>(env, exports, state, "probeLink");
}

}  // namespace ebpf
