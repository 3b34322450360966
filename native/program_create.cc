// Loads a program from instructions by the system call, without an object file.

#include <bpf/bpf.h>

#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include "arguments.h"
#include "error.h"
#include "program.h"
#include "signals.h"
#include "state.h"

namespace ebpf {

namespace {

// Most verifier logs fit into the first size. Kernels up to 5.1 accept at most the last size.
constexpr uint32_t kFirstLog = 1 << 16;
constexpr uint32_t kLargestLog = UINT32_MAX >> 8;

struct Request {
  explicit Request(const Napi::CallbackInfo& info)
      : instructions(Get<Span>(info, 0, "instructions")),
        type(Get<bpf_prog_type>(info, 1, "type")),
        name(Get<std::string>(info, 2, "name")),
        license(Get<std::string>(info, 3, "license")) {
    opts.sz = sizeof opts;
    Options options(info, 4);
    btf = options.Maybe<std::vector<uint8_t>>("btf");
    functions = options.Get<std::vector<uint8_t>>("functions");
    opts.expected_attach_type = options.Get<bpf_attach_type>("attachType");
    opts.prog_flags = options.Get<uint32_t>("flags");
    opts.attach_btf_id = options.Get<uint32_t>("attachBtfId");
    log_level = options.Get<uint32_t>("logLevel");
    if (auto handle = options.Maybe<int32_t>("attachProgram")) {
      target = StateOf(info).programs.Share(*handle);
      if (!target) throw BadHandle(info.Env());
      opts.attach_prog_fd = static_cast<uint32_t>(target->fd());
    }
  }

  int Load() {
    if (btf && !types.valid()) {
      types = Fd(bpf_btf_load(btf->data(), static_cast<uint32_t>(btf->size()), nullptr));
      if (!types.valid()) return -errno;
      opts.prog_btf_fd = static_cast<uint32_t>(types.get());
      // struct bpf_func_info
      opts.func_info_rec_size = 8;
      opts.func_info_cnt = static_cast<uint32_t>(functions.size() / 8);
      opts.func_info = functions.data();
    }
    WithoutProfiler undisturbed;
    return bpf_prog_load(type, name.empty() ? nullptr : name.c_str(), license.c_str(),
                         reinterpret_cast<const bpf_insn*>(instructions.data), instructions.size / 8, &opts);
  }

  // With a log, in a buffer that grows as needed.
  int LoadLogged(uint32_t level, std::string* text) {
    for (uint32_t size = kFirstLog;; size = size > kLargestLog / 4 ? kLargestLog : size * 4) {
      std::vector<char> buffer(size);
      opts.log_level = level;
      opts.log_buf = buffer.data();
      opts.log_size = size;
      int fd = Load();
      if (fd == -ENOSPC && size < kLargestLog) continue;
      *text = buffer.data();
      opts.log_buf = nullptr;
      return fd;
    }
  }

  bpf_prog_load_opts opts = {};
  // No JavaScript runs while these pointers are used.
  Span instructions;
  bpf_prog_type type;
  std::string name, license;
  std::optional<std::vector<uint8_t>> btf;
  std::vector<uint8_t> functions;
  std::shared_ptr<Program> target;
  uint32_t log_level = 0;
  Fd types;
};

// A handle or a negative errno.
int32_t Own(State& state, Fd fd) {
  try {
    int32_t handle = state.programs.Add(std::make_shared<Program>(std::move(fd), nullptr, nullptr));
    return handle < 0 ? -EMFILE : handle;
  } catch (...) {
    return -ENOMEM;
  }
}

// (slots at the start of a scratch buffer, type, name, license) -> a handle or a negative errno. For programs without
// further options, without the C++ wrapper and without allocation.
napi_value Load(napi_env env, napi_callback_info info) {
  size_t argc = 5;
  napi_value argv[5];
  void* state;
  Span instructions;
  uint32_t slots = 0;
  bpf_prog_type type = BPF_PROG_TYPE_UNSPEC;
  char name[BPF_OBJ_NAME_LEN];
  // The kernel reads at most this much of a license.
  char license[128];
  int result = -EINVAL;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, &state) == napi_ok && argc == 5 &&
      ReadSpan(env, argv[0], &instructions) && ReadExact(env, argv[1], &slots) && slots <= instructions.size / 8 &&
      ReadExact(env, argv[2], &type) && ReadText(env, argv[3], name, sizeof name) &&
      ReadText(env, argv[4], license, sizeof license)) {
    WithoutProfiler undisturbed;
    result = bpf_prog_load(type, name[0] ? name : nullptr, license,
                           reinterpret_cast<const bpf_insn*>(instructions.data), slots, nullptr);
    if (result >= 0) result = Own(*static_cast<State*>(state), Fd(result));
  }
  napi_value value;
  return napi_create_int32(env, result, &value) == napi_ok ? value : nullptr;
}

// The log is written only on request or after a failure, because it makes verification several times slower.
Napi::Value Create(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Request request(info);
  std::string log;
  int fd = request.log_level ? request.LoadLogged(request.log_level, &log) : request.Load();
  if (fd < 0 && !request.log_level && fd != -EMFILE && fd != -ENFILE) {
    int first = fd;
    fd = request.LoadLogged(1, &log);
    if (fd < 0 && log.empty()) fd = first;
  }
  if (fd < 0) throw NativeError(env, -fd, log);
  int32_t handle = Own(StateOf(info), Fd(fd));
  if (handle < 0) throw NativeError(env, -handle, "");
  Napi::Object result = Napi::Object::New(env);
  result.Set("program", handle);
  result.Set("log", log);
  return result;
}

}  // namespace

void RegisterProgramCreate(Napi::Env env, Napi::Object exports, State* state) {
  ExportFast<Load>(env, exports, state, "programLoad");
  Export<Create>(env, exports, state, "programCreate");
}

}  // namespace ebpf
