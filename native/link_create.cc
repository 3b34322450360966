#include "link_create.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "arguments.h"
#include "error.h"
#include "link.h"
#include "map.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

// The descriptor of the resource in an option. -1 without the option.
int MapDescriptor(const Napi::CallbackInfo& info, const Options& options, const char* name) {
  auto handle = options.Maybe<int32_t>(name);
  if (!handle) return -1;
  Map* map = StateOf(info).maps.Get(*handle);
  if (!map) throw BadHandle(info.Env());
  return map->fd();
}

int ProgramDescriptor(const Napi::CallbackInfo& info, const Options& options, const char* name) {
  auto handle = options.Maybe<int32_t>(name);
  if (!handle) return -1;
  Program* program = StateOf(info).programs.Get(*handle);
  if (!program) throw BadHandle(info.Env());
  return program->fd();
}

int LinkDescriptor(const Napi::CallbackInfo& info, const Options& options, const char* name) {
  auto handle = options.Maybe<int32_t>(name);
  if (!handle) return -1;
  Link* link = StateOf(info).links.Get(*handle);
  if (!link) throw BadHandle(info.Env());
  return link->fd();
}

// The ID of a function in the BTF of a loaded program. 0 with errno set if there is none.
uint32_t FunctionIn(int program, const std::string& function) {
  bpf_prog_info raw{};
  uint32_t length = sizeof raw;
  if (bpf_prog_get_info_by_fd(program, &raw, &length) != 0) return 0;
  std::unique_ptr<btf, decltype(&btf__free)> types(btf__load_from_kernel_by_id(raw.btf_id), btf__free);
  if (!types) return 0;
  int id = btf__find_by_name_kind(types.get(), function.c_str(), BTF_KIND_FUNC);
  if (id > 0) return static_cast<uint32_t>(id);
  errno = ENOENT;
  return 0;
}

bpf_iter_link_info IteratorTarget(const Napi::CallbackInfo& info, const Options& options) {
  bpf_iter_link_info target{};
  if (int map = MapDescriptor(info, options, "iterMap"); map >= 0) target.map.map_fd = map;
  if (auto fd = options.Maybe<uint32_t>("iterCgroup")) {
    target.cgroup.cgroup_fd = *fd;
    target.cgroup.order = options.Get<bpf_cgroup_iter_order>("iterOrder");
  }
  if (auto tid = options.Maybe<uint32_t>("iterThread")) target.task.tid = *tid;
  if (auto pid = options.Maybe<uint32_t>("iterProcess")) target.task.pid = *pid;
  return target;
}

// The position among other programs: the anchor is a link or a program, by handle or by ID.
template <typename Request, typename Anchor>
void Place(const Napi::CallbackInfo& info, const Options& options, Request& opts, Anchor& anchor) {
  int fd = LinkDescriptor(info, options, "anchorLink");
  if (fd < 0) fd = ProgramDescriptor(info, options, "anchorProgram");
  if (fd >= 0) anchor.relative_fd = fd;
  anchor.relative_id = options.Get<uint32_t>("anchorId");
  anchor.expected_revision = options.Get<uint64_t>("revision");
  opts.flags = options.Get<uint32_t>("flags");
}

Napi::Value Create(const Napi::CallbackInfo& info) {
  Program& program = ProgramArgument(info);
  Options options(info, 1);
  auto type = options.Get<bpf_attach_type>("attachType");
  int target = options.Get<int32_t>("target");
  if (int map = MapDescriptor(info, options, "targetMap"); map >= 0) target = map;

  LIBBPF_OPTS(bpf_link_create_opts, opts);
  // The memory that the options point to must live until the call.
  std::vector<std::string> symbols = options.Get<std::vector<std::string>>("symbols");
  std::vector<const char*> symbol_pointers;
  for (const std::string& symbol : symbols) symbol_pointers.push_back(symbol.c_str());
  std::vector<uint64_t> addresses = options.Get<std::vector<uint64_t>>("addresses");
  std::vector<uint64_t> cookies = options.Get<std::vector<uint64_t>>("cookies");
  std::vector<uint64_t> references = options.Get<std::vector<uint64_t>>("refCtrOffsets");
  std::string path = options.Get<std::string>("path");
  bpf_iter_link_info iterator = IteratorTarget(info, options);
  auto words = [](std::vector<uint64_t>& list) {
    return list.empty() ? nullptr : reinterpret_cast<const unsigned long*>(list.data());
  };
  // The kernel reads one cookie per target.
  size_t places = symbols.empty() ? addresses.size() : symbols.size();
  for (auto* list : {&cookies, &references}) {
    if (!list->empty() && list->size() != places) throw NativeError(info.Env(), EINVAL, "");
  }
  auto cookie_list = cookies.empty() ? nullptr : reinterpret_cast<const __u64*>(cookies.data());

  switch (type) {
    case BPF_TRACE_KPROBE_MULTI:
    case BPF_TRACE_KPROBE_SESSION:
      opts.kprobe_multi.flags = options.Get<uint32_t>("multiFlags");
      opts.kprobe_multi.cnt = static_cast<uint32_t>(places);
      if (symbols.empty()) {
        opts.kprobe_multi.addrs = words(addresses);
      } else {
        opts.kprobe_multi.syms = symbol_pointers.data();
      }
      opts.kprobe_multi.cookies = cookie_list;
      break;
    case BPF_TRACE_UPROBE_MULTI:
    case BPF_TRACE_UPROBE_SESSION:
      opts.uprobe_multi.flags = options.Get<uint32_t>("multiFlags");
      opts.uprobe_multi.cnt = static_cast<uint32_t>(places);
      opts.uprobe_multi.path = path.c_str();
      opts.uprobe_multi.offsets = words(addresses);
      opts.uprobe_multi.ref_ctr_offsets = words(references);
      opts.uprobe_multi.cookies = cookie_list;
      opts.uprobe_multi.pid = options.Get<uint32_t>("pid");
      break;
    case BPF_TRACE_RAW_TP:
    case BPF_TRACE_FENTRY:
    case BPF_TRACE_FEXIT:
    case BPF_MODIFY_RETURN:
    case BPF_TRACE_FSESSION:
    case BPF_LSM_MAC:
      opts.tracing.cookie = options.Get<uint64_t>("cookie");
      break;
    case BPF_TRACE_ITER:
      if (options.Get<bool>("iterTarget")) {
        opts.iter_info = &iterator;
        opts.iter_info_len = sizeof iterator;
      }
      break;
    case BPF_NETFILTER:
      opts.netfilter.pf = options.Get<uint32_t>("family");
      opts.netfilter.hooknum = options.Get<uint32_t>("hook");
      opts.netfilter.priority = options.Get<int32_t>("priority");
      opts.netfilter.flags = options.Get<uint32_t>("netfilterFlags");
      break;
    case BPF_TCX_INGRESS:
    case BPF_TCX_EGRESS:
      Place(info, options, opts, opts.tcx);
      break;
    case BPF_NETKIT_PRIMARY:
    case BPF_NETKIT_PEER:
      Place(info, options, opts, opts.netkit);
      break;
    case BPF_XDP:
    case BPF_SK_LOOKUP:
    case BPF_FLOW_DISSECTOR:
      opts.flags = options.Get<uint32_t>("flags");
      break;
    default:
      if (int replaced = ProgramDescriptor(info, options, "targetProgram"); replaced >= 0) {
        target = replaced;
        opts.target_btf_id = FunctionIn(replaced, options.Get<std::string>("function"));
        if (!opts.target_btf_id) throw NativeError(info.Env(), errno, "");
      } else if (options.Get<bool>("cgroup")) {
        Place(info, options, opts, opts.cgroup);
      }
  }
  return GiveDescriptor(info, bpf_link_create(program.fd(), target, type, &opts));
}

// The target of BPF_PROG_ATTACH and BPF_PROG_DETACH.
int AttachTarget(const Napi::CallbackInfo& info, const Options& options) {
  int map = MapDescriptor(info, options, "targetMap");
  return map >= 0 ? map : options.Get<int32_t>("target");
}

// Attaches without a bpf_link. Returns 0 or a negative errno.
Napi::Value Attach(const Napi::CallbackInfo& info) {
  Program& program = ProgramArgument(info);
  Options options(info, 1);
  LIBBPF_OPTS(bpf_prog_attach_opts, opts);
  Place(info, options, opts, opts);
  if (int replaced = ProgramDescriptor(info, options, "replace"); replaced >= 0) opts.replace_fd = replaced;
  int status = bpf_prog_attach_opts(program.fd(), AttachTarget(info, options),
                                    options.Get<bpf_attach_type>("attachType"), &opts);
  return Napi::Number::New(info.Env(), status == 0 ? 0 : -errno);
}

Napi::Value Detach(const Napi::CallbackInfo& info) {
  Program& program = ProgramArgument(info);
  Options options(info, 1);
  LIBBPF_OPTS(bpf_prog_detach_opts, opts);
  opts.expected_revision = options.Get<uint64_t>("revision");
  int status = bpf_prog_detach_opts(program.fd(), AttachTarget(info, options),
                                    options.Get<bpf_attach_type>("attachType"), &opts);
  return Napi::Number::New(info.Env(), status == 0 ? 0 : -errno);
}

Napi::Value RawTracepoint(const Napi::CallbackInfo& info) {
  Program& program = ProgramArgument(info);
  Options options(info, 1);
  std::string name = options.Get<std::string>("name");
  LIBBPF_OPTS(bpf_raw_tp_opts, opts);
  opts.tp_name = name.c_str();
  opts.cookie = options.Get<uint64_t>("cookie");
  return GiveDescriptor(info, bpf_raw_tracepoint_open_opts(program.fd(), &opts));
}

Napi::Value OpenIterator(const Napi::CallbackInfo& info) {
  Link* link = StateOf(info).links.Get(Get<int32_t>(info, 0, "handle"));
  if (!link) throw BadHandle(info.Env());
  int fd = bpf_iter_create(link->fd());
  return Napi::Number::New(info.Env(), fd < 0 ? -errno : fd);
}

}  // namespace

void RegisterLinkCreate(Napi::Env env, Napi::Object exports, State* state) {
  Export<Create>(env, exports, state, "linkCreate");
  Export<Attach>(env, exports, state, "programAttach");
  Export<Detach>(env, exports, state, "programDetach");
  Export<RawTracepoint>(env, exports, state, "attachRawTracepoint");
  Export<OpenIterator>(env, exports, state, "iteratorOpen");
}

}  // namespace ebpf
