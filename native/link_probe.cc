#include "link_probe.h"

#include <bpf/libbpf.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>

#include "arguments.h"
#include "error.h"
#include "fd.h"
#include "link.h"
#include "log.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

// The path of a file of tracefs, by the rule of libbpf.
std::string TracefsFile(const char* name) {
  const char* debugfs = "/sys/kernel/debug/tracing";
  bool has_debugfs = faccessat(AT_FDCWD, debugfs, F_OK, AT_EACCESS) == 0;
  return std::string(has_debugfs ? debugfs : "/sys/kernel/tracing") + '/' + name;
}

// The last event of this process in a file of probes: `GROUP/libbpf_PID_INDEX_NAME`. Empty if there is none, or if the
// file cannot be read.
std::string LastEvent(const std::string& file) {
  // Not ifstream: it would link the locales of libstdc++, which are as large as the addon's own code.
  std::unique_ptr<FILE, decltype(&fclose)> lines(fopen(file.c_str(), "re"), &fclose);
  if (!lines) return {};
  std::string ours = "/libbpf_" + std::to_string(getpid()) + '_';
  std::string last;
  long last_index = -1;
  char buffer[1024];
  while (fgets(buffer, sizeof buffer, lines.get())) {
    // p:kprobes/libbpf_1_0_do_exit_0x0 do_exit+0
    std::string line = buffer;
    size_t begin = line.find(':') + 1;
    std::string event = line.substr(begin, line.find(' ') - begin);
    size_t found = event.find(ours);
    if (found == std::string::npos) continue;
    long index = strtol(event.c_str() + found + ours.size(), nullptr, 10);
    if (index <= last_index) continue;
    last_index = index;
    last = std::move(event);
  }
  return last;
}

int RemoveEvent(const std::string& file, const std::string& event) {
  Fd events(open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!events.valid()) return -errno;
  std::string line = "-:" + event;
  return write(events.get(), line.data(), line.size()) < 0 ? -errno : 0;
}

// A probe that libbpf defined in tracefs. libbpf forgets its name even if it cannot remove it.
class TracefsLink : public LibbpfLink {
 public:
  TracefsLink(bpf_link* link, std::shared_ptr<Object> object, std::string file)
      : LibbpfLink(link, std::move(object)), file_(std::move(file)), event_(LastEvent(file_)) {}
  ~TracefsLink() override { TracefsLink::Destroy(); }

 protected:
  int Destroy() override {
    LibbpfLink::Destroy();
    if (event_.empty()) return 0;
    int status = RemoveEvent(file_, event_);
    if (!Failed(status)) event_.clear();
    return status;
  }

 private:
  std::string file_;
  // Empty when it is removed.
  std::string event_;
};

template <typename Attach>
bpf_link* Attached(const Napi::CallbackInfo& info, Program& program, Attach attach) {
  if (!program.get()) throw NativeError(info.Env(), EOPNOTSUPP, "");
  LogScope log;
  bpf_link* link = attach(program.get());
  if (!link) throw NativeError(info.Env(), errno, log.Take());
  return link;
}

template <typename Attach>
Napi::Value AttachedInTracefs(const Napi::CallbackInfo& info, const char* file, Attach attach) {
  // The last event is that of this call only if no worker attaches at the same time.
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  Program& program = ProgramArgument(info);
  bpf_link* link = Attached(info, program, attach);
  return Give(info, std::make_shared<TracefsLink>(link, program.object(), TracefsFile(file)));
}

Napi::Value LegacyKprobe(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  std::string symbol = options.Get<std::string>("symbol");
  LIBBPF_OPTS(bpf_kprobe_opts, opts);
  opts.offset = options.Get<uint64_t>("offset");
  opts.retprobe = options.Get<bool>("retprobe");
  opts.attach_mode = PROBE_ATTACH_MODE_LEGACY;
  return AttachedInTracefs(info, "kprobe_events", [&](bpf_program* program) {
    return bpf_program__attach_kprobe_opts(program, symbol.c_str(), &opts);
  });
}

Napi::Value LegacyUprobe(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  std::string path = options.Get<std::string>("path");
  LIBBPF_OPTS(bpf_uprobe_opts, opts);
  opts.retprobe = options.Get<bool>("retprobe");
  opts.attach_mode = PROBE_ATTACH_MODE_LEGACY;
  return AttachedInTracefs(info, "uprobe_events", [&](bpf_program* program) {
    return bpf_program__attach_uprobe_opts(program, options.Get<OrAll>("pid", {-1}), path.c_str(),
                                           options.Get<uint64_t>("offset"), &opts);
  });
}

Napi::Value Usdt(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  std::string path = options.Get<std::string>("path");
  std::string provider = options.Get<std::string>("provider");
  std::string name = options.Get<std::string>("name");
  LIBBPF_OPTS(bpf_usdt_opts, opts);
  opts.usdt_cookie = options.Get<uint64_t>("cookie");
  Program& program = ProgramArgument(info);
  bpf_link* link = Attached(info, program, [&](bpf_program* program) {
    return bpf_program__attach_usdt(program, options.Get<OrAll>("pid", {-1}), path.c_str(), provider.c_str(),
                                    name.c_str(), &opts);
  });
  return Give(info, std::make_shared<LibbpfLink>(link, program.object()));
}

}  // namespace

void RegisterLinkProbe(Napi::Env env, Napi::Object exports, State* state) {
  Export<LegacyKprobe>(env, exports, state, "attachLegacyKprobe");
  Export<LegacyUprobe>(env, exports, state, "attachLegacyUprobe");
  Export<Usdt>(env, exports, state, "attachUsdt");
}

}  // namespace ebpf
