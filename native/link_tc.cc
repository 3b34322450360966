#include "link_tc.h"

#include <linux/pkt_sched.h>

#include <cerrno>
#include <string>
#include <vector>

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

// The kernel also accepts egress filters in a qdisc of kind "ingress", and runs them for received packets.
bool LacksEgress(int ifindex) { return IngressQdiscKind(ifindex) == "ingress"; }

std::string PlaceName(const FilterLink::Place& place) {
  return "tc " + std::to_string(place.ifindex) + ' ' + std::to_string(place.point) + ' ' +
         std::to_string(place.priority) + ' ' + std::to_string(place.handle);
}

Napi::Value AttachFilter(const Napi::CallbackInfo& info) {
  State& state = StateOf(info);
  Options options(info, 1);
  FilterLink::Place place{};
  place.ifindex = options.Get<int32_t>("ifindex");
  place.point = options.Get<bool>("egress") ? BPF_TC_EGRESS : BPF_TC_INGRESS;
  Fd program = Fd::Duplicate(ProgramArgument(info).fd());
  uint32_t program_id = program.valid() ? ProgramId(program.get()) : 0;
  if (!program_id) throw NativeError(info.Env(), errno, "");
  LogScope log;
  std::weak_ptr<Qdisc>& shared = state.qdiscs[place.ifindex];
  std::shared_ptr<Qdisc> qdisc = shared.lock();
  if (!qdisc) shared = qdisc = std::make_shared<Qdisc>(place.ifindex);
  int status = qdisc->Create();
  if (status == 0 && place.point == BPF_TC_EGRESS && LacksEgress(place.ifindex)) status = -EOPNOTSUPP;
  if (status != 0) throw NativeError(info.Env(), -status, log.Take());
  bpf_tc_hook hook = Hook(place.ifindex, place.point);
  LIBBPF_OPTS(bpf_tc_opts, opts);
  opts.prog_fd = program.get();
  opts.priority = options.Get<uint32_t>("priority");
  opts.handle = options.Get<uint32_t>("handle");
  if (options.Get<bool>("replace")) opts.flags = BPF_TC_F_REPLACE;
  status = bpf_tc_attach(&hook, &opts);
  if (status != 0) throw NativeError(info.Env(), -status, log.Take());
  place.handle = opts.handle;
  place.priority = opts.priority;
  return Give(info, std::make_shared<FilterLink>(std::move(qdisc), place, std::move(program), program_id));
}

Napi::Value Filters(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  int ifindex = Get<Descriptor>(info, 0, "ifindex");
  auto point = Get<bool>(info, 1, "egress") ? BPF_TC_EGRESS : BPF_TC_INGRESS;
  Napi::Array result = Napi::Array::New(env);
  // For egress, a qdisc of kind "ingress" would list its ingress filters.
  if (point == BPF_TC_EGRESS && LacksEgress(ifindex)) return result;
  std::vector<Filter> filters;
  int status = DumpFilters(ifindex, ParentOf(point), filters);
  if (status != 0) throw NativeError(env, -status, "");
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

Napi::Value IngressQdisc(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), IngressQdiscKind(Get<Descriptor>(info, 0, "ifindex")));
}

}  // namespace

int Qdisc::Create() {
  bpf_tc_hook hook = Hook(ifindex_, BPF_TC_INGRESS);
  int status = bpf_tc_hook_create(&hook);
  if (status == 0) ours_ = true;
  return status == -EEXIST ? 0 : status;
}

int Qdisc::Remove() {
  if (!ours_) return 0;
  std::string kind;
  if (int status = FindIngressQdisc(ifindex_, kind)) return status;
  if (kind != "clsact") return 0;
  LogScope log;
  for (auto point : {BPF_TC_INGRESS, BPF_TC_EGRESS}) {
    std::vector<Filter> filters;
    if (int status = DumpFilters(ifindex_, ParentOf(point), filters)) return status;
    if (!filters.empty()) return 0;
  }
  bpf_tc_hook hook = Hook(ifindex_, static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS));
  int status = bpf_tc_hook_destroy(&hook);
  if (status == 0) ours_ = false;
  return status;
}

FilterLink::FilterLink(std::shared_ptr<Qdisc> qdisc, const Place& place, Fd program, uint32_t program_id)
    : qdisc_(std::move(qdisc)),
      place_(place),
      program_(std::move(program)),
      program_id_(program_id),
      claim_(PlaceName(place)) {}

int FilterLink::Check() const {
  bpf_tc_hook hook = Hook(place_.ifindex, place_.point);
  LIBBPF_OPTS(bpf_tc_opts, opts);
  opts.handle = place_.handle;
  opts.priority = place_.priority;
  int status = bpf_tc_query(&hook, &opts);
  // EINVAL: the qdisc is gone; ENODEV: the device.
  if (status == -ENOENT || status == -EINVAL || status == -ENODEV) {
    qdisc_->Disown();
    return -ENOLINK;
  }
  if (status != 0) return status;
  return opts.prog_id == program_id_ && claim_.Holds() ? 0 : -ESTALE;
}

// The kernel does not compare here: a program that another process attaches between Check and the next call is treated
// as the program of this link.
int FilterLink::Update(int program, int expected) {
  if (!is_attached_) return -ENOLINK;
  LogScope log;
  Fd next = Fd::Duplicate(program);
  uint32_t next_id = next.valid() ? ProgramId(next.get()) : 0;
  if (!next_id) return -errno;
  if (expected >= 0 && ProgramId(expected) != program_id_) return -ESTALE;
  if (int status = Check()) return status;
  bpf_tc_hook hook = Hook(place_.ifindex, place_.point);
  LIBBPF_OPTS(bpf_tc_opts, opts);
  opts.prog_fd = program;
  opts.handle = place_.handle;
  opts.priority = place_.priority;
  opts.flags = BPF_TC_F_REPLACE;
  int status = bpf_tc_attach(&hook, &opts);
  if (status != 0) return status;
  program_ = std::move(next);
  program_id_ = next_id;
  return 0;
}

int FilterLink::RemoveFilter() {
  LogScope log;
  // Frees a descriptor for the netlink sockets, in case the process has no other left.
  program_ = Fd();
  int status = Check();
  if (status == 0) {
    bpf_tc_hook hook = Hook(place_.ifindex, place_.point);
    LIBBPF_OPTS(bpf_tc_opts, opts);
    opts.handle = place_.handle;
    opts.priority = place_.priority;
    status = bpf_tc_detach(&hook, &opts);
  }
  if (Failed(status)) return status;
  is_attached_ = false;
  claim_ = Claim();
  return status == -ESTALE ? status : 0;
}

int FilterLink::Detach() {
  if (!qdisc_) return 0;
  int status = is_attached_ ? RemoveFilter() : 0;
  if (Failed(status)) return status;
  if (qdisc_.use_count() == 1) {
    int removed = qdisc_->Remove();
    if (Failed(removed)) return removed;
  }
  qdisc_.reset();
  return status;
}

void RegisterLinkTc(Napi::Env env, Napi::Object exports, State* state) {
  Export<AttachFilter>(env, exports, state, "attachFilter");
  Export<Filters>(env, exports, state, "filters");
  Export<IngressQdisc>(env, exports, state, "ingressQdisc");
}

}  // namespace ebpf
