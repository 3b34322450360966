// Loads a program from instructions by the system call, without an object file.

#include <bpf/bpf.h>

#include <cerrno>
#include <cstring>
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

// The start of a request (loadHeader in lib/native/program.ts). The kernel keeps 15 characters of a name.
struct LoadHeader {
  uint32_t type;
  char name[BPF_OBJ_NAME_LEN];
  char license[124];
};
static_assert(sizeof(LoadHeader) == 144);

bool IsValid(const LoadHeader& header) {
  return IsProgramType(header.type) && !header.name[sizeof header.name - 1] &&
         !header.license[sizeof header.license - 1];
}

// (header and instructions, slots) -> a handle or a negative errno. For programs without further options, without the
// C++ wrapper. What a call touches matters here more than what it computes: the system call has emptied the caches.
napi_value Load(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2];
  void* state;
  Span request;
  uint32_t slots = 0;
  int result = -EINVAL;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, &state) == napi_ok && argc == 2 &&
      ReadSpan(env, argv[0], &request) && request.size >= sizeof(LoadHeader) && ReadExact(env, argv[1], &slots) &&
      slots <= (request.size - sizeof(LoadHeader)) / sizeof(bpf_insn)) {
    LoadHeader header;
    memcpy(&header, request.data, sizeof header);
    auto load = [&] {
      return bpf_prog_load(static_cast<bpf_prog_type>(header.type), header.name[0] ? header.name : nullptr,
                           header.license, reinterpret_cast<const bpf_insn*>(request.data + sizeof header), slots,
                           nullptr);
    };
    if (IsValid(header)) {
      result = load();
      // Only when it was interrupted: two more system calls for each program cost 3 %.
      if (result == -EAGAIN) {
        WithoutProfiler undisturbed;
        result = load();
      }
      if (result >= 0) result = Own(*static_cast<State*>(state), Fd(result));
    }
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
