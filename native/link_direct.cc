#include "link_direct.h"

#include <bpf/bpf.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "arguments.h"
#include "fd.h"
#include "link.h"
#include "link_perf.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

// More than the names of tracepoints have.
constexpr size_t kLongest = 256;

int AttachTracepoint(int program, const char* target, std::shared_ptr<Link>* link) {
  char path[kLongest + 64];
  snprintf(path, sizeof path, "/sys/kernel/tracing/events/%s/id", target);
  int64_t id = ReadTracepointId(path);
  if (id < 0) return static_cast<int>(-id);
  Fd event = OpenTracepoint(id);
  return event.valid() ? AttachToEvent(program, std::move(event), 0, false, link) : errno;
}

int Adopt(int fd, std::shared_ptr<Link>* link) {
  if (fd < 0) return -fd;
  *link = std::make_shared<KernelLink>(Fd(fd));
  return 0;
}

// False for a text that does not fit, too.
bool ReadTarget(napi_env env, napi_value value, char (&text)[kLongest]) {
  return ReadText(env, value, text, sizeof text) && strlen(text) < sizeof text - 1;
}

// `target` is a text for tracepoints, and the attach type for tracing programs.
int Attach(napi_env env, int program, uint32_t type, napi_value target, std::shared_ptr<Link>* link) {
  char text[kLongest];
  uint32_t attach_type;
  switch (type) {
    case BPF_LINK_TYPE_PERF_EVENT:
      return ReadTarget(env, target, text) ? AttachTracepoint(program, text, link) : EINVAL;
    case BPF_LINK_TYPE_RAW_TRACEPOINT:
      return ReadTarget(env, target, text) ? Adopt(bpf_raw_tracepoint_open(text, program), link) : EINVAL;
    case BPF_LINK_TYPE_TRACING:
      if (!ReadExact(env, target, &attach_type) || attach_type >= __MAX_BPF_ATTACH_TYPE) return EINVAL;
      return Adopt(bpf_link_create(program, 0, static_cast<bpf_attach_type>(attach_type), nullptr), link);
    default:
      return EINVAL;
  }
}

// Takes a program, the type of the link, and the target. Returns the handle of a link or a negative errno.
napi_value AttachDirectly(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  napi_value argv[3];
  void* data;
  int32_t handle, result = -EINVAL;
  uint32_t type;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, &data) != napi_ok) return nullptr;
  auto* state = static_cast<State*>(data);
  try {
    Program* program = argc == 3 && ReadExact(env, argv[0], &handle) ? state->programs.Get(handle) : nullptr;
    std::shared_ptr<Link> link;
    if (program && ReadExact(env, argv[1], &type)) result = -Attach(env, program->fd(), type, argv[2], &link);
    if (result == 0) {
      result = state->links.Add(std::move(link));
      if (result < 0) result = -EMFILE;
    }
  } catch (...) {
    result = -CaughtErrno();
  }
  napi_value value;
  return napi_create_int32(env, result, &value) == napi_ok ? value : nullptr;
}

}  // namespace

void RegisterLinkDirect(Napi::Env env, Napi::Object exports, State* state) {
  ExportFast<AttachDirectly>(env, exports, state, "attachDirectly");
}

}  // namespace ebpf
