#include "link_perf.h"

#include <bpf/bpf.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
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

Napi::Value Attach(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  int program = ProgramArgument(info).fd();
  Options options(info, 1);
  Fd event(OpenEvent(options));
  if (!event.valid()) {
    Napi::Error error = NativeError(env, errno, "");
    error.Set("step", "open");
    throw error;
  }

  LIBBPF_OPTS(bpf_link_create_opts, opts);
  opts.perf_event.bpf_cookie = options.Get<uint64_t>("cookie");
  Fd link;
  if (!options.Get<bool>("ioctl")) link = Fd(bpf_link_create(program, event.get(), BPF_PERF_EVENT, &opts));
  if (!link.valid()) {
    int error = errno;
    bool old = options.Get<bool>("ioctl") || (error == EINVAL && !KernelHasPerfLinks(program));
    if (!old) throw NativeError(env, error, "");
    if (opts.perf_event.bpf_cookie) throw NativeError(env, EOPNOTSUPP, "");
    if (ioctl(event.get(), PERF_EVENT_IOC_SET_BPF, program) != 0) throw NativeError(env, errno, "");
  }
  if (ioctl(event.get(), PERF_EVENT_IOC_ENABLE, 0) != 0) throw NativeError(env, errno, "");
  return Give(info, std::make_shared<PerfLink>(std::move(event), std::move(link)));
}

}  // namespace

int PerfLink::Detach() {
  int status = ioctl(event_.get(), PERF_EVENT_IOC_DISABLE, 0) == 0 ? 0 : -errno;
  link_ = Fd();
  event_ = Fd();
  return status;
}

void RegisterLinkPerf(Napi::Env env, Napi::Object exports, State* state) {
  Export<Attach>(env, exports, state, "attachPerfEvent");
}

}  // namespace ebpf
