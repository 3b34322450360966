#include "link_info.h"

#include <bpf/bpf.h>
#include <linux/limits.h>

#include <cerrno>
#include <string>
#include <vector>

#include "arguments.h"
#include "error.h"
#include "link.h"
#include "state.h"

namespace ebpf {

namespace {

// The kernel fills buffers of the caller. A first query returns their sizes.
class Question {
 public:
  explicit Question(int fd) : fd_(fd) {}

  // Returns false with errno set after a failure.
  bool Ask() {
    if (!AskRaw()) return false;
    bpf_link_info first = info;
    info = {};
    switch (first.type) {
      case BPF_LINK_TYPE_RAW_TRACEPOINT:
        Point(info.raw_tracepoint.tp_name, info.raw_tracepoint.tp_name_len);
        break;
      case BPF_LINK_TYPE_ITER:
        Point(info.iter.target_name, info.iter.target_name_len);
        break;
      case BPF_LINK_TYPE_KPROBE_MULTI:
        Reserve(first.kprobe_multi.count);
        info.kprobe_multi.addrs = reinterpret_cast<uint64_t>(addresses.data());
        info.kprobe_multi.cookies = reinterpret_cast<uint64_t>(cookies.data());
        info.kprobe_multi.count = first.kprobe_multi.count;
        break;
      case BPF_LINK_TYPE_UPROBE_MULTI:
        Reserve(first.uprobe_multi.count);
        Point(info.uprobe_multi.path, info.uprobe_multi.path_size);
        info.uprobe_multi.offsets = reinterpret_cast<uint64_t>(addresses.data());
        info.uprobe_multi.ref_ctr_offsets = reinterpret_cast<uint64_t>(references.data());
        info.uprobe_multi.cookies = reinterpret_cast<uint64_t>(cookies.data());
        info.uprobe_multi.count = first.uprobe_multi.count;
        break;
      case BPF_LINK_TYPE_PERF_EVENT:
        PointPerfEvent(first.perf_event.type);
        break;
      default:
        info = first;
        return true;
    }
    if (AskRaw()) return true;
    // Not every kernel fills every buffer (cookies of kprobe.multi: Linux 6.11). The result of the first query is still
    // valid.
    info = first;
    addresses.clear();
    cookies.clear();
    references.clear();
    return true;
  }

  bpf_link_info info{};
  char name[PATH_MAX] = "";
  std::vector<uint64_t> addresses, cookies, references;

 private:
  bool AskRaw() {
    uint32_t length = sizeof info;
    return bpf_link_get_info_by_fd(fd_, &info, &length) == 0;
  }

  template <typename Pointer, typename Length>
  void Point(Pointer& pointer, Length& length) {
    pointer = reinterpret_cast<uint64_t>(name);
    length = sizeof name;
  }

  void PointPerfEvent(uint32_t type) {
    switch (type) {
      case BPF_PERF_EVENT_UPROBE:
      case BPF_PERF_EVENT_URETPROBE:
        return Point(info.perf_event.uprobe.file_name, info.perf_event.uprobe.name_len);
      case BPF_PERF_EVENT_KPROBE:
      case BPF_PERF_EVENT_KRETPROBE:
        return Point(info.perf_event.kprobe.func_name, info.perf_event.kprobe.name_len);
      case BPF_PERF_EVENT_TRACEPOINT:
        return Point(info.perf_event.tracepoint.tp_name, info.perf_event.tracepoint.name_len);
    }
  }

  void Reserve(uint32_t count) {
    addresses.resize(count);
    cookies.resize(count);
    references.resize(count);
  }

  int fd_;
};

Napi::Value BigInt(Napi::Env env, uint64_t value) { return Napi::BigInt::New(env, value); }

Napi::Value Words(Napi::Env env, const std::vector<uint64_t>& words) {
  auto array = Napi::BigUint64Array::New(env, words.size());
  for (size_t i = 0; i < words.size(); i++) array[i] = words[i];
  return array;
}

void DescribePerfEvent(Napi::Env env, const Question& question, Napi::Object& result) {
  const auto& event = question.info.perf_event;
  result.Set("eventType", event.type);
  switch (event.type) {
    case BPF_PERF_EVENT_UPROBE:
    case BPF_PERF_EVENT_URETPROBE:
      result.Set("name", question.name);
      result.Set("offset", event.uprobe.offset);
      result.Set("cookie", BigInt(env, event.uprobe.cookie));
      result.Set("refCtrOffset", BigInt(env, event.uprobe.ref_ctr_offset));
      break;
    case BPF_PERF_EVENT_KPROBE:
    case BPF_PERF_EVENT_KRETPROBE:
      result.Set("name", question.name);
      result.Set("offset", event.kprobe.offset);
      result.Set("address", BigInt(env, event.kprobe.addr));
      result.Set("missed", BigInt(env, event.kprobe.missed));
      result.Set("cookie", BigInt(env, event.kprobe.cookie));
      break;
    case BPF_PERF_EVENT_TRACEPOINT:
      result.Set("name", question.name);
      result.Set("cookie", BigInt(env, event.tracepoint.cookie));
      break;
    case BPF_PERF_EVENT_EVENT:
      result.Set("config", BigInt(env, event.event.config));
      result.Set("perfType", event.event.type);
      result.Set("cookie", BigInt(env, event.event.cookie));
      break;
  }
}

void Describe(Napi::Env env, const Question& question, Napi::Object& result) {
  const bpf_link_info& info = question.info;
  switch (info.type) {
    case BPF_LINK_TYPE_RAW_TRACEPOINT:
      result.Set("name", question.name);
      result.Set("cookie", BigInt(env, info.raw_tracepoint.cookie));
      break;
    case BPF_LINK_TYPE_TRACING:
      result.Set("attachType", info.tracing.attach_type);
      result.Set("targetObjectId", info.tracing.target_obj_id);
      result.Set("targetBtfId", info.tracing.target_btf_id);
      result.Set("cookie", BigInt(env, info.tracing.cookie));
      break;
    case BPF_LINK_TYPE_CGROUP:
      result.Set("cgroupId", BigInt(env, info.cgroup.cgroup_id));
      result.Set("attachType", info.cgroup.attach_type);
      break;
    case BPF_LINK_TYPE_ITER:
      result.Set("target", question.name);
      result.Set("mapId", info.iter.map.map_id);
      result.Set("cgroupId", BigInt(env, info.iter.cgroup.cgroup_id));
      result.Set("cgroupOrder", static_cast<uint32_t>(info.iter.cgroup.order));
      result.Set("thread", info.iter.task.tid);
      result.Set("process", info.iter.task.pid);
      break;
    case BPF_LINK_TYPE_NETNS:
      result.Set("netnsInode", info.netns.netns_ino);
      result.Set("attachType", info.netns.attach_type);
      break;
    case BPF_LINK_TYPE_XDP:
      result.Set("ifindex", info.xdp.ifindex);
      break;
    case BPF_LINK_TYPE_PERF_EVENT:
      DescribePerfEvent(env, question, result);
      break;
    case BPF_LINK_TYPE_KPROBE_MULTI:
      result.Set("count", info.kprobe_multi.count);
      result.Set("flags", info.kprobe_multi.flags);
      result.Set("missed", BigInt(env, info.kprobe_multi.missed));
      result.Set("addresses", Words(env, question.addresses));
      result.Set("cookies", Words(env, question.cookies));
      break;
    case BPF_LINK_TYPE_STRUCT_OPS:
      result.Set("mapId", info.struct_ops.map_id);
      break;
    case BPF_LINK_TYPE_NETFILTER:
      result.Set("family", info.netfilter.pf);
      result.Set("hook", info.netfilter.hooknum);
      result.Set("priority", info.netfilter.priority);
      result.Set("flags", info.netfilter.flags);
      break;
    case BPF_LINK_TYPE_TCX:
    case BPF_LINK_TYPE_NETKIT:
      result.Set("ifindex", info.tcx.ifindex);
      result.Set("attachType", info.tcx.attach_type);
      break;
    case BPF_LINK_TYPE_UPROBE_MULTI:
      result.Set("path", question.name);
      result.Set("count", info.uprobe_multi.count);
      result.Set("flags", info.uprobe_multi.flags);
      result.Set("pid", info.uprobe_multi.pid);
      result.Set("offsets", Words(env, question.addresses));
      result.Set("cookies", Words(env, question.cookies));
      break;
    case BPF_LINK_TYPE_SOCKMAP:
      result.Set("mapId", info.sockmap.map_id);
      result.Set("attachType", info.sockmap.attach_type);
      break;
  }
}

Napi::Value Info(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Link* link = StateOf(info).links.Get(Get<int32_t>(info, 0, "handle"));
  if (!link) throw BadHandle(env);
  if (link->fd() < 0) throw NativeError(env, EOPNOTSUPP, "");
  Question question(link->fd());
  if (!question.Ask()) throw NativeError(env, errno, "");
  Napi::Object result = Napi::Object::New(env);
  result.Set("type", question.info.type);
  result.Set("id", question.info.id);
  result.Set("programId", question.info.prog_id);
  Describe(env, question, result);
  return result;
}

}  // namespace

void RegisterLinkInfo(Napi::Env env, Napi::Object exports, State* state) {
  Export<Info>(env, exports, state, "linkInfo");
}

}  // namespace ebpf
