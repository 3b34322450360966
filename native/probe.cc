// Probes features of the running kernel. TypeScript chooses the probe and interprets the result.

#include "probe.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include <cerrno>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "arguments.h"
#include "fd.h"
#include "feature_probes.h"
#include "log.h"
#include "signals.h"
#include "state.h"

namespace ebpf {

namespace {

// libbpf's result, or a negative errno if a system call failed for a reason unrelated to the feature.
// libbpf does not save errno, so it is still that of its last call.
template <typename Probe>
Napi::Value Answer(const Napi::CallbackInfo& info, Probe probe) {
  LogScope quiet;
  WithoutProfiler undisturbed;
  errno = 0;
  int answer = probe();
  return Napi::Number::New(info.Env(), answer == 0 && ebpf_says_nothing(errno) ? -errno : answer);
}

Napi::Value ProbeProgramType(const Napi::CallbackInfo& info) {
  auto type = Get<bpf_prog_type>(info, 0, "type");
  return Answer(info, [&] { return libbpf_probe_bpf_prog_type(type, nullptr); });
}

// libbpf's probe uses a field that kernels before 6.9 do not know, and treats their refusal as a result.
int ProbeStructOps(uint32_t flags) {
  constexpr int kNotSupported = 524;  // ENOTSUPP: no type in the kernel's BTF is number 1 and a struct of callbacks
  LIBBPF_OPTS(bpf_map_create_opts, opts);
  opts.btf_vmlinux_value_type_id = 1;
  opts.map_flags = flags;
  Fd fd(bpf_map_create(BPF_MAP_TYPE_STRUCT_OPS, nullptr, 4, 4, 1, &opts));
  return fd.valid() || errno == kNotSupported;
}

Napi::Value ProbeMapType(const Napi::CallbackInfo& info) {
  auto type = Get<bpf_map_type>(info, 0, "type");
  return Answer(info, [&] {
    return type == BPF_MAP_TYPE_STRUCT_OPS ? ProbeStructOps(0) : libbpf_probe_bpf_map_type(type, nullptr);
  });
}

Napi::Value ProbeStructOpsFlags(const Napi::CallbackInfo& info) {
  auto flags = Get<uint32_t>(info, 0, "flags");
  return Answer(info, [&] { return ProbeStructOps(flags); });
}

// Returns 1 or 0. A kernel with tokens refuses the descriptor, and another one refuses the command.
Napi::Value ProbeToken(const Napi::CallbackInfo& info) {
  return Answer(info, [] { return bpf_token_create(-1, nullptr) == -EBADF; });
}

// Finds the BTF of a loaded module. Returns 0 or a negative errno.
int FindModuleBtf(const std::string& module, Fd* found) {
  uint32_t id = 0;
  while (bpf_btf_get_next_id(id, &id) == 0) {
    Fd fd(bpf_btf_get_fd_by_id(id));
    if (!fd.valid()) continue;
    char name[64] = "";
    bpf_btf_info btf = {};
    btf.name = reinterpret_cast<uintptr_t>(name);
    btf.name_len = sizeof name;
    uint32_t size = sizeof btf;
    if (bpf_btf_get_info_by_fd(fd.get(), &btf, &size) == 0 && btf.kernel_btf && module == name) {
      *found = std::move(fd);
      return 0;
    }
  }
  return -errno;
}

// The ID of a function in the kernel's BTF, or a negative errno. libbpf returns ESRCH for BTF that it could not open.
int FunctionId(const std::string& function, bpf_attach_type attach_type) {
  Fd btf(open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC));
  if (!btf.valid() && ebpf_says_nothing(errno)) return -errno;
  return libbpf_find_vmlinux_btf_id(function.c_str(), attach_type);
}

// A program's descriptor, or a negative errno.
int LoadTiny(const Options& options, std::string* log = nullptr) {
  const bpf_insn nothing[] = {{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0}, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  auto bytes = options.Get<std::vector<uint8_t>>("instructions");
  auto* instructions = bytes.empty() ? nothing : reinterpret_cast<const bpf_insn*>(bytes.data());
  size_t count = bytes.empty() ? std::size(nothing) : bytes.size() / sizeof(bpf_insn);
  auto attach_type = options.Get<bpf_attach_type>("attachType");
  LIBBPF_OPTS(bpf_prog_load_opts, opts);
  opts.expected_attach_type = attach_type;
  opts.prog_flags = options.Get<uint32_t>("flags");
  if (auto function = options.Maybe<std::string>("function")) {
    int id = FunctionId(*function, attach_type);
    if (id < 0) return id;
    opts.attach_btf_id = id;
  }
  // Kfuncs of modules refer to their BTF by an index into an array. Index 0 is the kernel.
  int btfs[] = {0, -1};
  Fd module;
  if (auto name = options.Maybe<std::string>("module")) {
    int status = FindModuleBtf(*name, &module);
    if (status < 0) return status;
    btfs[1] = module.get();
    opts.fd_array = btfs;
  }
  char text[4096] = "";
  if (log && !options.Get<bool>("quiet")) {
    opts.log_level = 1;
    opts.log_buf = text;
    opts.log_size = sizeof text;
  }
  WithoutProfiler undisturbed;
  int fd = bpf_prog_load(options.Get<bpf_prog_type>("type"), nullptr, "GPL", instructions, count, &opts);
  int status = fd < 0 ? -errno : fd;
  if (log) *log = text;
  return status;
}

// 0 or the negative errno of loading a program, and the verifier's log.
Napi::Value ProbeLoad(const Napi::CallbackInfo& info) {
  LogScope quiet;
  std::string log;
  int fd = LoadTiny(Options(info, 0), &log);
  Fd program(fd);
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("status", fd < 0 ? fd : 0);
  result.Set("log", log);
  return result;
}

// 0 or the negative errno of attaching a program. The program is detached before the call returns. The target can be
// invented: a kernel with this kind of link refuses the target, and another kernel refuses the kind.
Napi::Value ProbeLink(const Napi::CallbackInfo& info) {
  LogScope quiet;
  Options options(info, 0);
  int fd = LoadTiny(options);
  // The errno of a program that the kernel refuses to load. No link returns it for a target that does not exist.
  if (fd < 0) return Napi::Number::New(info.Env(), ebpf_says_nothing(-fd) ? fd : -ENOTSUP);
  Fd program(fd);
  auto attach_type = options.Get<bpf_attach_type>("attachType");
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
  Export<ProbeStructOpsFlags>(env, exports, state, "probeStructOpsFlags");
  Export<ProbeToken>(env, exports, state, "probeToken");
  Export<ProbeLoad>(env, exports, state, "probeLoad");
  Export<ProbeLink>(env, exports, state, "probeLink");
}

}  // namespace ebpf
