#include "link_net.h"

#include <bpf/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>

#include <cerrno>
#include <string>

#include "arguments.h"
#include "error.h"
#include "log.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

// A device has one program in the kernel, and one on the card.
std::string PlaceName(int ifindex, uint32_t flags) {
  return (flags & XDP_FLAGS_HW_MODE ? "xdp offload " : "xdp ") + std::to_string(ifindex);
}

Napi::Value AttachXdp(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  int ifindex = options.Get<int32_t>("ifindex");
  uint32_t flags = options.Get<uint32_t>("flags");
  Fd program = Fd::Duplicate(ProgramArgument(info).fd());
  if (!program.valid()) throw NativeError(info.Env(), errno, "");
  LogScope log;
  LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
  bool replace = options.Get<bool>("replace");
  int status = bpf_xdp_attach(ifindex, program.get(), flags | (replace ? 0 : XDP_FLAGS_UPDATE_IF_NOEXIST), &opts);
  if (status != 0) throw NativeError(info.Env(), -status, log.Take());
  return Give(info, std::make_shared<XdpLink>(ifindex, flags, std::move(program)));
}

Napi::Value XdpState(const Napi::CallbackInfo& info) {
  LIBBPF_OPTS(bpf_xdp_query_opts, opts);
  LogScope log;
  int status = bpf_xdp_query(Get<Descriptor>(info, 0, "ifindex"), 0, &opts);
  if (status != 0) throw NativeError(info.Env(), -status, log.Take());
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("mode", static_cast<uint32_t>(opts.attach_mode));
  result.Set("generic", opts.skb_prog_id);
  result.Set("native", opts.drv_prog_id);
  result.Set("offload", opts.hw_prog_id);
  result.Set("programId", opts.prog_id);
  return result;
}

Napi::Value InterfaceIndex(const Napi::CallbackInfo& info) {
  int index = static_cast<int>(if_nametoindex(Get<std::string>(info, 0, "interface").c_str()));
  return Napi::Number::New(info.Env(), index > 0 ? index : -errno);
}

Napi::Value InterfaceName(const Napi::CallbackInfo& info) {
  char name[IF_NAMESIZE];
  if (!if_indextoname(Get<uint32_t>(info, 0, "ifindex"), name)) return Napi::Number::New(info.Env(), -errno);
  return Napi::String::New(info.Env(), name);
}

}  // namespace

XdpLink::XdpLink(int ifindex, uint32_t flags, Fd program)
    : ifindex_(ifindex), flags_(flags), program_(std::move(program)), claim_(PlaceName(ifindex, flags)) {}

int XdpLink::Update(int program, int expected) {
  if (!program_.valid()) return -ENOLINK;
  if (!claim_.Holds()) return -ESTALE;
  Fd next = Fd::Duplicate(program);
  if (!next.valid()) return -errno;
  LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
  opts.old_prog_fd = expected >= 0 ? expected : program_.get();
  LogScope log;
  int status = bpf_xdp_attach(ifindex_, next.get(), flags_ | XDP_FLAGS_REPLACE, &opts);
  if (status == 0) program_ = std::move(next);
  // The kernel's error if another program is attached than the expected one.
  return status == -EEXIST ? -ESTALE : status;
}

int XdpLink::Detach() {
  if (!program_.valid()) return 0;
  LogScope log;
  LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
  opts.old_prog_fd = program_.get();
  int status = claim_.Holds() ? bpf_xdp_detach(ifindex_, flags_, &opts) : -ESTALE;
  // The kernel's error if another program is attached.
  if (status == -EEXIST) status = -ESTALE;
  if (Failed(status)) return status;
  program_ = Fd();
  claim_ = Claim();
  return status;
}

void RegisterLinkNet(Napi::Env env, Napi::Object exports, State* state) {
  Export<AttachXdp>(env, exports, state, "attachXdpNetlink");
  Export<InterfaceIndex>(env, exports, state, "interfaceIndex");
  Export<InterfaceName>(env, exports, state, "interfaceName");
  Export<XdpState>(env, exports, state, "xdpState");
}

}  // namespace ebpf
