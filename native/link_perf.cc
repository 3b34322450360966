#include "link_perf.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "arguments.h"
#include "error.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

int OpenEvent(const Options& options) {
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.type = options.Get<uint32_t>("type");
  attr.config = options.Get<uint64_t>("config");
  attr.config1 = options.Get<uint64_t>("config1");
  attr.config2 = options.Get<uint64_t>("config2");
  // The name of a function or the path of a binary shares its field with config1.
  std::string name = options.Get<std::string>("name");
  if (!name.empty()) attr.config1 = reinterpret_cast<uint64_t>(name.c_str());
  attr.bp_type = options.Get<uint32_t>("breakpointType");
  if (auto frequency = options.Maybe<uint64_t>("frequency")) {
    attr.freq = 1;
    attr.sample_freq = *frequency;
  } else {
    attr.sample_period = options.Get<uint64_t>("period");
  }
  attr.exclude_kernel = options.Get<bool>("excludeKernel");
  attr.exclude_user = options.Get<bool>("excludeUser");
  attr.inherit = options.Get<bool>("inherit");
  return static_cast<int>(syscall(__NR_perf_event_open, &attr, options.Get<OrAll>("pid", {-1}),
                                  options.Get<OrAll>("cpu", {-1}), -1, PERF_FLAG_FD_CLOEXEC));
}

// A kernel with such links checks the descriptor first.
bool KernelHasPerfLinks(int program) {
  return bpf_link_create(program, -1, BPF_PERF_EVENT, nullptr) < 0 && errno == EBADF;
}

// Throws for an event that could not be opened.
Napi::Value AttachTo(const Napi::CallbackInfo& info, int program, Fd event, uint64_t cookie, bool by_ioctl) {
  Napi::Env env = info.Env();
  if (!event.valid()) {
    Napi::Error error = NativeError(env, errno, "");
    error.Set("step", "open");
    throw error;
  }
  std::shared_ptr<Link> link;
  if (int error = AttachToEvent(program, std::move(event), cookie, by_ioctl, &link)) throw NativeError(env, error, "");
  return Give(info, std::move(link));
}

Napi::Value Attach(const Napi::CallbackInfo& info) {
  int program = ProgramArgument(info).fd();
  Options options(info, 1);
  Fd event(OpenEvent(options));
  return AttachTo(info, program, std::move(event), options.Get<uint64_t>("cookie"), options.Get<bool>("ioctl"));
}

// Node takes longer to read the ID, and to pass it, than the kernel to create a link.
Napi::Value AttachTracepoint(const Napi::CallbackInfo& info) {
  int program = ProgramArgument(info).fd();
  int64_t id = ReadTracepointId(Get<std::string>(info, 1, "path").c_str());
  Argument cookie(info, 2, "cookie");
  if (id < 0) {
    Napi::Error error = NativeError(info.Env(), static_cast<int>(-id), "");
    error.Set("step", "id");
    throw error;
  }
  Fd event = OpenTracepoint(id);
  return AttachTo(info, program, std::move(event), cookie.absent() ? 0 : cookie.As<uint64_t>(), false);
}

}  // namespace

int AttachToEvent(int program, Fd event, uint64_t cookie, bool by_ioctl, std::shared_ptr<Link>* result) {
  LIBBPF_OPTS(bpf_link_create_opts, opts);
  opts.perf_event.bpf_cookie = cookie;
  Fd link;
  if (!by_ioctl) link = Fd(bpf_link_create(program, event.get(), BPF_PERF_EVENT, &opts));
  if (!link.valid()) {
    int error = errno;
    bool old = by_ioctl || (error == EINVAL && !KernelHasPerfLinks(program));
    if (!old) return error;
    if (cookie) return EOPNOTSUPP;
    if (ioctl(event.get(), PERF_EVENT_IOC_SET_BPF, program) != 0) return errno;
  }
  if (ioctl(event.get(), PERF_EVENT_IOC_ENABLE, 0) != 0) return errno;
  *result = std::make_shared<PerfLink>(std::move(event), std::move(link));
  return 0;
}

int64_t ReadTracepointId(const char* path) {
  Fd file(open(path, O_RDONLY | O_CLOEXEC));
  char text[24];
  ssize_t length = file.valid() ? read(file.get(), text, sizeof text - 1) : -1;
  if (length < 0) return -errno;
  text[length] = '\0';
  char* end;
  unsigned long id = strtoul(text, &end, 10);
  return end != text && *end == '\n' && id <= UINT32_MAX ? static_cast<int64_t>(id) : -EINVAL;
}

Fd OpenTracepoint(int64_t id) {
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_TRACEPOINT;
  attr.config = static_cast<uint64_t>(id);
  attr.sample_period = 1;
  return Fd(static_cast<int>(syscall(__NR_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC)));
}

int PerfLink::Detach() {
  int status = ioctl(event_.get(), PERF_EVENT_IOC_DISABLE, 0) == 0 ? 0 : -errno;
  link_ = Fd();
  event_ = Fd();
  return status;
}

void RegisterLinkPerf(Napi::Env env, Napi::Object exports, State* state) {
  Export<Attach>(env, exports, state, "attachPerfEvent");
  Export<AttachTracepoint>(env, exports, state, "attachTracepoint");
}

}  // namespace ebpf
