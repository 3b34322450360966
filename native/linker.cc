#include "linker.h"

#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "arguments.h"
#include "error.h"
#include "fd.h"
#include "js_memory.h"
#include "log.h"
#include "state.h"

namespace ebpf {

namespace {

// The messages of the child.
struct Report {
  bool done;
  int status;
  char log[64 * 1024];
};

class SharedReport {
 public:
  SharedReport() : memory_(mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ == MAP_FAILED) throw std::system_error(errno, std::generic_category());
  }
  ~SharedReport() { munmap(memory_, sizeof(Report)); }
  SharedReport(const SharedReport&) = delete;
  SharedReport& operator=(const SharedReport&) = delete;
  Report* operator->() const { return static_cast<Report*>(memory_); }

 private:
  void* memory_;
};

struct FreeLinker {
  void operator()(bpf_linker* linker) const { bpf_linker__free(linker); }
};

int LinkInto(int file, const std::vector<Span>& objects) {
  std::unique_ptr<bpf_linker, FreeLinker> linker(bpf_linker__new_fd(file, nullptr));
  if (!linker) return -errno;
  for (const Span& bytes : objects) {
    int status = bpf_linker__add_buf(linker.get(), bytes.data, bytes.size, nullptr);
    if (status < 0) return status;
  }
  return bpf_linker__finalize(linker.get());
}

[[noreturn]] void RunChild(int file, const std::vector<Span>& objects, const SharedReport& report) {
  // Signal handlers of the parent must not run in the child.
  for (int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU}) signal(number, SIG_DFL);
  const rlimit no_core{0, 0}, seconds{30, 30};
  setrlimit(RLIMIT_CORE, &no_core);
  setrlimit(RLIMIT_CPU, &seconds);
  LogScope log;
  report->status = LinkInto(file, objects);
  std::string text = log.Take();
  text.copy(report->log, std::min(text.size(), sizeof report->log - 1));
  report->done = true;
  _exit(0);
}

// The exit status of a child. 0 if another part of the process has already waited for it.
int Wait(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return 0;
  return status;
}

Napi::Value ReadFile(Napi::Env env, int file) {
  struct stat stat;
  if (fstat(file, &stat) < 0) throw NativeError(env, errno, "");
  auto size = static_cast<size_t>(stat.st_size);
  Napi::ArrayBuffer buffer = NewArrayBuffer(env, size);
  auto* data = static_cast<uint8_t*>(buffer.Data());
  for (size_t done = 0; done < size;) {
    ssize_t count = pread(file, data + done, size - done, static_cast<off_t>(done));
    if (count <= 0) throw NativeError(env, count < 0 ? errno : EIO, "");
    done += static_cast<size_t>(count);
  }
  return Napi::Uint8Array::New(env, size, buffer, 0);
}

// Links an array of objects, and returns the bytes of the result.
Napi::Value LinkObjects(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  auto array = Get<Napi::Array>(info, 0, "objects");
  std::vector<Span> objects;
  for (uint32_t i = 0; i < array.Length(); i++) objects.push_back(Argument(env, array.Get(i), "objects").As<Span>());
  // The linker can only write to a file.
  Fd file(memfd_create("ebpf-linked", MFD_CLOEXEC));
  if (file.get() < 0) throw NativeError(env, errno, "");
  SharedReport report;
  pid_t child = fork();
  if (child < 0) throw NativeError(env, errno, "");
  if (child == 0) RunChild(file.get(), objects, report);
  int ended = Wait(child);
  if (!report->done) {
    const char* signal = WIFSIGNALED(ended) ? strsignal(WTERMSIG(ended)) : "unknown cause";
    throw NativeError(env, EINVAL, std::string("an object is malformed: the linker crashed (") + signal + ")");
  }
  if (report->status < 0) throw NativeError(env, -report->status, report->log);
  return ReadFile(env, file.get());
}

}  // namespace

void RegisterLinker(Napi::Env env, Napi::Object exports, State* state) {
  Export<LinkObjects>(env, exports, state, "linkObjects");
}

}  // namespace ebpf
