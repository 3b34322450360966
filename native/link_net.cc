#include "link_net.h"

#include <bpf/bpf.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <net/if.h>

#include <cerrno>

#include "arguments.h"
#include "error.h"
#include "log.h"
#include "netlink.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

bpf_tc_hook Hook(int ifindex, bpf_tc_attach_point point) {
  LIBBPF_OPTS(bpf_tc_hook, hook);
  hook.ifindex = ifindex;
  hook.attach_point = point;
  return hook;
}

uint32_t ParentOf(bpf_tc_attach_point point) {
  return TC_H_MAKE(TC_H_CLSACT, point == BPF_TC_INGRESS ? TC_H_MIN_INGRESS : TC_H_MIN_EGRESS);
}

Napi::Value AttachXdp(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  int ifindex = options.Get<int32_t>("ifindex");
  uint32_t flags = options.Get<uint32_t>("flags");
  Fd program = Fd::Duplicate(ProgramArgument(info, 0).fd());
  if (!program.valid()) throw NativeError(info.Env(), errno, "");
  LogScope log;
  LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
  bool replace = options.Get<bool>("replace");
  int status = bpf_xdp_attach(ifindex, program.get(), flags | (replace ? 0 : XDP_FLAGS_UPDATE_IF_NOEXIST), &opts);
  if (status != 0) throw NativeError(info.Env(), -status, log.Take());
  return Give(info, std::make_shared<XdpLink>(ifindex, flags, std::move(program)));
}

Napi::Value AttachFilter(const Napi::CallbackInfo& info) {
  State& state = StateOf(info);
  Options options(info, 1);
  int ifindex = options.Get<int32_t>("ifindex");
  auto point = options.Get<bool>("egress") ? BPF_TC_EGRESS : BPF_TC_INGRESS;
  LogScope log;
  bpf_tc_hook hook = Hook(ifindex, point);
  std::weak_ptr<Qdisc>& shared = state.qdiscs[ifindex];
  std::shared_ptr<Qdisc> qdisc = shared.lock();
  if (!qdisc) {
    int status = bpf_tc_hook_create(&hook);
    if (status != 0 && status != -EEXIST) throw NativeError(info.Env(), -status, log.Take());
    shared = qdisc = std::make_shared<Qdisc>(ifindex, status == 0);
  }
  LIBBPF_OPTS(bpf_tc_opts, opts);
  opts.prog_fd = ProgramArgument(info, 0).fd();
  opts.priority = options.Get<uint32_t>("priority");
  opts.handle = options.Get<uint32_t>("handle");
  if (options.Get<bool>("replace")) opts.flags = BPF_TC_F_REPLACE;
  int status = bpf_tc_attach(&hook, &opts);
  if (status != 0) throw NativeError(info.Env(), -status, log.Take());
  return Give(info, std::make_shared<FilterLink>(std::move(qdisc), ifindex, point, opts.handle, opts.priority));
}

Napi::Value Filters(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  auto point = Get<bool>(info, 1, "egress") ? BPF_TC_EGRESS : BPF_TC_INGRESS;
  std::vector<Filter> filters;
  int status = DumpFilters(Get<Descriptor>(info, 0, "ifindex"), ParentOf(point), filters);
  if (status != 0) throw NativeError(env, -status, "");
  Napi::Array result = Napi::Array::New(env);
  for (const Filter& filter : filters) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("priority", filter.priority);
    entry.Set("handle", filter.handle);
    entry.Set("programId", filter.program_id);
    entry.Set("name", filter.name);
    result.Set(result.Length(), entry);
  }
  return result;
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
  return Napi::Number::New(info.Env(), if_nametoindex(Get<std::string>(info, 0, "interface").c_str()));
}

Napi::Value InterfaceName(const Napi::CallbackInfo& info) {
  char name[IF_NAMESIZE];
  if (!if_indextoname(Get<uint32_t>(info, 0, "ifindex"), name)) return info.Env().Undefined();
  return Napi::String::New(info.Env(), name);
}

}  // namespace

int XdpLink::Update(int program, int expected) {
  Fd next = Fd::Duplicate(program);
  if (!next.valid()) return -errno;
  LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
  opts.old_prog_fd = expected >= 0 ? expected : program_.get();
  int status = bpf_xdp_attach(ifindex_, next.get(), flags_ | XDP_FLAGS_REPLACE, &opts);
  if (status == 0) program_ = std::move(next);
  return status;
}

int XdpLink::Detach() {
  if (!program_.valid()) return 0;
  LogScope log;
  LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
  opts.old_prog_fd = program_.get();
  int status = bpf_xdp_detach(ifindex_, flags_, &opts);
  program_ = Fd();
  return status;
}

Qdisc::~Qdisc() {
  if (!ours_) return;
  LogScope log;
  for (auto point : {BPF_TC_INGRESS, BPF_TC_EGRESS}) {
    std::vector<Filter> filters;
    if (DumpFilters(ifindex_, ParentOf(point), filters) != 0 || !filters.empty()) return;
  }
  bpf_tc_hook hook = Hook(ifindex_, static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS));
  bpf_tc_hook_destroy(&hook);
}

int FilterLink::Update(int program, int) {
  if (!qdisc_) return -ENOLINK;
  LogScope log;
  bpf_tc_hook hook = Hook(ifindex_, point_);
  LIBBPF_OPTS(bpf_tc_opts, opts);
  opts.prog_fd = program;
  opts.handle = handle_;
  opts.priority = priority_;
  opts.flags = BPF_TC_F_REPLACE;
  return bpf_tc_attach(&hook, &opts);
}

int FilterLink::Detach() {
  if (!qdisc_) return 0;
  LogScope log;
  bpf_tc_hook hook = Hook(ifindex_, point_);
  LIBBPF_OPTS(bpf_tc_opts, opts);
  opts.handle = handle_;
  opts.priority = priority_;
  int status = bpf_tc_detach(&hook, &opts);
  qdisc_.reset();
  return status;
}

void RegisterLinkNet(Napi::Env env, Napi::Object exports, State* state) {
  Export<AttachXdp>(env, exports, state, "attachXdpNetlink");
  Export<AttachFilter>(env, exports, state, "attachFilter");
  Export<Filters>(env, exports, state, "filters");
  Export<InterfaceIndex>(env, exports, state, "interfaceIndex");
  Export<InterfaceName>(env, exports, state, "interfaceName");
  Export<XdpState>(env, exports, state, "xdpState");
}

}  // namespace ebpf
