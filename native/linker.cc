#include "linker.h"

#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "arguments.h"
#include "error.h"
#include "fd.h"
#include "log.h"
#include "state.h"

namespace ebpf {

namespace {

struct FreeLinker {
  void operator()(bpf_linker* linker) const { bpf_linker__free(linker); }
};

// Links an array of objects, and answers the bytes of the result.
Napi::Value LinkObjects(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  auto objects = Get<Napi::Array>(info, 0, "objects");
  LogScope log;
  // The linker writes to a file only.
  Fd file(memfd_create("ebpf-linked", MFD_CLOEXEC));
  if (file.get() < 0) throw NativeError(env, errno, "");
  std::unique_ptr<bpf_linker, FreeLinker> linker(bpf_linker__new_fd(file.get(), nullptr));
  if (!linker) throw NativeError(env, errno, log.Take());
  for (uint32_t i = 0; i < objects.Length(); i++) {
    Span bytes = Argument(env, objects.Get(i), "objects").As<Span>();
    int status = bpf_linker__add_buf(linker.get(), bytes.data, bytes.size, nullptr);
    if (status < 0) throw NativeError(env, -status, log.Take());
  }
  int status = bpf_linker__finalize(linker.get());
  if (status < 0) throw NativeError(env, -status, log.Take());

  struct stat stat;
  if (fstat(file.get(), &stat) < 0) throw NativeError(env, errno, "");
  auto result = Napi::Uint8Array::New(env, stat.st_size);
  for (off_t done = 0; done < stat.st_size;) {
    ssize_t count = pread(file.get(), result.Data() + done, stat.st_size - done, done);
    if (count <= 0) throw NativeError(env, count < 0 ? errno : EIO, "");
    done += count;
  }
  return result;
}

}  // namespace

void RegisterLinker(Napi::Env env, Napi::Object exports, State* state) {
  Export<LinkObjects>(env, exports, state, "linkObjects");
}

}  // namespace ebpf
