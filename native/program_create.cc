// A program straight from instructions: the bare system call, with no object file on the way.

#include <bpf/bpf.h>

#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include "arguments.h"
#include "error.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

// The verifier's log of most programs fits into the first size. Kernels up to 5.1 take no more than the last.
constexpr uint32_t kFirstLog = 1 << 16;
constexpr uint32_t kLargestLog = UINT32_MAX >> 8;

struct Request {
  explicit Request(const Napi::CallbackInfo& info)
      : instructions(Get<Span>(info, 0, "instructions")),
        type(Get<uint32_t>(info, 1, "type")),
        name(Get<std::string>(info, 2, "name")),
        license(Get<std::string>(info, 3, "license")) {
    opts.sz = sizeof opts;
    if (Argument(info, 4, "options").absent()) return;
    Options options(info, 4);
    btf = options.Maybe<std::vector<uint8_t>>("btf");
    functions = options.Get<std::vector<uint8_t>>("functions");
    opts.expected_attach_type = static_cast<bpf_attach_type>(options.Get<uint32_t>("attachType"));
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
    return bpf_prog_load(static_cast<bpf_prog_type>(type), name.empty() ? nullptr : name.c_str(), license.c_str(),
                         reinterpret_cast<const bpf_insn*>(instructions.data), instructions.size / 8, &opts);
  }

  // With a log, in a buffer as large as it takes.
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
  // No JavaScript runs while they are used.
  Span instructions;
  uint32_t type;
  std::string name, license;
  std::optional<std::vector<uint8_t>> btf;
  std::vector<uint8_t> functions;
  std::shared_ptr<Program> target;
  uint32_t log_level = 0;
  Fd types;
};

// The log is written only where it was asked for, or after a failure: it makes verification several times slower.
// The answer is the handle alone where no log was asked for, since making an object takes a tenth of the whole.
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
  int32_t handle = StateOf(info).programs.Add(std::make_shared<Program>(Fd(fd), nullptr, nullptr));
  if (handle < 0) throw NativeError(env, EMFILE, "");
  if (!request.log_level) return Napi::Number::New(env, handle);
  Napi::Object result = Napi::Object::New(env);
  result.Set("program", handle);
  result.Set("log", log);
  return result;
}

}  // namespace

void RegisterProgramCreate(Napi::Env env, Napi::Object exports, State* state) {
  Export<Create>(env, exports, state, "programCreate");
}

}  // namespace ebpf
