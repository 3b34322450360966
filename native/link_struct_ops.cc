#include "link_struct_ops.h"

#include <bpf/bpf.h>

#include <cerrno>

#include "arguments.h"
#include "error.h"
#include "link.h"
#include "log.h"
#include "map.h"
#include "state.h"

namespace ebpf {

namespace {

// Without a bpf_link, a call unregisters the map. libbpf frees its link even if that call fails, so it comes first here.
class StructOpsLink : public LibbpfLink {
 public:
  using LibbpfLink::LibbpfLink;
  ~StructOpsLink() override { StructOpsLink::Destroy(); }

 protected:
  int Destroy() override {
    if (get() && fd() < 0) {
      uint32_t key = 0;
      // EINPROGRESS: it is unregistered already, and still in use.
      if (bpf_map_delete_elem(bpf_link__fd(get()), &key) != 0 && errno != EINPROGRESS && Failed(-errno)) return -errno;
    }
    return LibbpfLink::Destroy();
  }
};

Map& StructOpsArgument(const Napi::CallbackInfo& info, size_t index) {
  Map& map = MapArgument(info, index);
  if (!map.struct_ops()) throw NativeError(info.Env(), EBADF, "");
  return map;
}

Napi::Value Attach(const Napi::CallbackInfo& info) {
  Map& map = StructOpsArgument(info, 0);
  LogScope log;
  bpf_link* link = bpf_map__attach_struct_ops(map.struct_ops());
  if (!link) throw NativeError(info.Env(), errno, log.Take());
  return Give(info, std::make_shared<StructOpsLink>(link, map.object()));
}

Napi::Value Update(const Napi::CallbackInfo& info) {
  auto link = std::dynamic_pointer_cast<LibbpfLink>(StateOf(info).links.Share(Get<int32_t>(info, 0, "handle")));
  if (!link || !link->get()) throw NativeError(info.Env(), EOPNOTSUPP, "");
  Map& map = StructOpsArgument(info, 1);
  LogScope log;
  int status = bpf_link__update_map(link->get(), map.struct_ops());
  // libbpf's link now names the new map's descriptor, but the kernel's link is all that it closes.
  return Napi::Number::New(info.Env(), status);
}

}  // namespace

void RegisterLinkStructOps(Napi::Env env, Napi::Object exports, State* state) {
  Export<Attach>(env, exports, state, "attachStructOps");
  Export<Update>(env, exports, state, "structOpsUpdate");
}

}  // namespace ebpf
