// BTF in the kernel: loaded by this process, or opened by its ID.

#include "btf.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "arguments.h"
#include "error.h"
#include "fd.h"
#include "state.h"

namespace ebpf {

namespace {

constexpr uint32_t kLog = 1 << 16;

Napi::Value Own(const Napi::CallbackInfo& info, Fd fd) {
  int32_t handle = StateOf(info).descriptors.Add(std::make_shared<Fd>(std::move(fd)));
  if (handle < 0) throw NativeError(info.Env(), EMFILE, "");
  return Napi::Number::New(info.Env(), handle);
}

// `raw` has the addresses where the kernel writes the bytes and the name.
void Ask(Napi::Env env, int fd, bpf_btf_info* raw) {
  uint32_t length = sizeof *raw;
  if (bpf_btf_get_info_by_fd(fd, raw, &length) != 0) throw NativeError(env, errno, "");
}

Napi::Value Bytes(Napi::Env env, int fd) {
  bpf_btf_info raw{};
  Ask(env, fd, &raw);
  std::vector<uint8_t> bytes(raw.btf_size);
  raw = {};
  raw.btf = reinterpret_cast<uintptr_t>(bytes.data());
  raw.btf_size = static_cast<uint32_t>(bytes.size());
  Ask(env, fd, &raw);
  return Napi::Buffer<uint8_t>::Copy(env, bytes.data(), bytes.size());
}

const Fd& Argument0(const Napi::CallbackInfo& info) {
  Fd* fd = StateOf(info).descriptors.Get(Get<int32_t>(info, 0, "handle"));
  if (!fd) throw BadHandle(info.Env());
  return *fd;
}

// The log is written only after a failure.
Napi::Value Load(const Napi::CallbackInfo& info) {
  Span bytes = Get<Span>(info, 0, "bytes");
  uint32_t size = static_cast<uint32_t>(std::min<size_t>(bytes.size, UINT32_MAX));
  Fd fd(bpf_btf_load(bytes.data, size, nullptr));
  if (fd.valid()) return Own(info, std::move(fd));
  int error = errno;
  std::vector<char> log(kLog);
  LIBBPF_OPTS(bpf_btf_load_opts, opts, .log_buf = log.data(), .log_level = 1, .log_size = kLog);
  Fd again(bpf_btf_load(bytes.data, size, &opts));
  if (again.valid()) return Own(info, std::move(again));
  throw NativeError(info.Env(), error, log.data());
}

Napi::Value FromId(const Napi::CallbackInfo& info) {
  Fd fd(bpf_btf_get_fd_by_id(Get<uint32_t>(info, 0, "id")));
  if (!fd.valid()) throw NativeError(info.Env(), errno, "");
  return Own(info, std::move(fd));
}

Napi::Value NextId(const Napi::CallbackInfo& info) {
  uint32_t next;
  int status = bpf_btf_get_next_id(Get<uint32_t>(info, 0, "id"), &next);
  return Napi::Number::New(info.Env(), status < 0 ? status : static_cast<double>(next));
}

Napi::Value Info(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const Fd& fd = Argument0(info);
  // MODULE_NAME_LEN
  char name[64] = {};
  bpf_btf_info raw{};
  raw.name = reinterpret_cast<uintptr_t>(name);
  raw.name_len = sizeof name;
  uint32_t length = sizeof raw;
  if (bpf_btf_get_info_by_fd(fd.get(), &raw, &length) != 0) {
    if (errno != E2BIG) throw NativeError(env, errno, "");
    // Before Linux 5.11, BTF has no name.
    raw = {};
    Ask(env, fd.get(), &raw);
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("id", raw.id);
  result.Set("size", raw.btf_size);
  result.Set("isKernel", static_cast<bool>(raw.kernel_btf));
  result.Set("name", name);
  return result;
}

Napi::Value Read(const Napi::CallbackInfo& info) { return Bytes(info.Env(), Argument0(info).get()); }

Napi::Value ReadId(const Napi::CallbackInfo& info) {
  Fd fd(bpf_btf_get_fd_by_id(Get<uint32_t>(info, 0, "id")));
  if (!fd.valid()) throw NativeError(info.Env(), errno, "");
  return Bytes(info.Env(), fd.get());
}

Napi::Value FileDescriptor(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Argument0(info).get());
}

}  // namespace

void RegisterBtf(Napi::Env env, Napi::Object exports, State* state) {
  Export<Load>(env, exports, state, "btfLoad");
  Export<FromId>(env, exports, state, "btfFromId");
  Export<NextId>(env, exports, state, "btfNextId");
  Export<Info>(env, exports, state, "btfInfo");
  Export<Read>(env, exports, state, "btfRead");
  Export<ReadId>(env, exports, state, "btfBytes");
  Export<FileDescriptor>(env, exports, state, "btfFd");
}

}  // namespace ebpf
