#include "link_query.h"

#include <bpf/bpf.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "arguments.h"
#include "error.h"
#include "map.h"
#include "state.h"

namespace ebpf {

namespace {

Napi::Value Query(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Options options(info, 0);
  int target = options.Get<int32_t>("target");
  if (auto handle = options.Maybe<int32_t>("targetMap")) {
    Map* map = StateOf(info).maps.Get(*handle);
    if (!map) throw BadHandle(env);
    target = map->fd();
  }
  auto type = options.Get<bpf_attach_type>("attachType");

  std::vector<uint32_t> programs(64), links(64);
  bool with_links = true;
  for (;;) {
    LIBBPF_OPTS(bpf_prog_query_opts, opts);
    opts.query_flags = options.Get<uint32_t>("flags");
    opts.prog_ids = programs.data();
    opts.count = static_cast<uint32_t>(programs.size());
    if (with_links) opts.link_ids = links.data();
    if (bpf_prog_query_opts(target, type, &opts) == 0) {
      Napi::Object result = Napi::Object::New(env);
      Napi::Array entries = Napi::Array::New(env);
      for (uint32_t i = 0; i < opts.count; i++) {
        Napi::Object entry = Napi::Object::New(env);
        entry.Set("programId", programs[i]);
        entry.Set("linkId", with_links ? links[i] : 0);
        entries.Set(i, entry);
      }
      result.Set("programs", entries);
      result.Set("flags", opts.attach_flags);
      result.Set("revision", Napi::BigInt::New(env, static_cast<uint64_t>(opts.revision)));
      return result;
    }
    int error = errno;
    if (error == ENOSPC && opts.count > programs.size()) {
      programs.resize(opts.count + 16);
      links.resize(opts.count + 16);
    } else if (with_links && (error == EINVAL || error == E2BIG)) {
      // Link IDs are available since Linux 6.6, and not at every hook.
      with_links = false;
    } else {
      throw NativeError(env, error, "");
    }
  }
}

// The program and target behind a descriptor of a perf event or a raw tracepoint.
Napi::Value TaskFdQuery(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  char name[4096];
  uint32_t length = sizeof name, program = 0, type = 0;
  __u64 offset = 0, address = 0;
  if (bpf_task_fd_query(Get<int32_t>(info, 0, "pid"), Get<int32_t>(info, 1, "fd"), 0, name, &length, &program, &type,
                        &offset, &address) != 0)
    throw NativeError(env, errno, "");
  Napi::Object result = Napi::Object::New(env);
  result.Set("programId", program);
  result.Set("type", type);
  result.Set("name", std::string(name, strnlen(name, sizeof name)));
  result.Set("offset", Napi::BigInt::New(env, static_cast<uint64_t>(offset)));
  result.Set("address", Napi::BigInt::New(env, static_cast<uint64_t>(address)));
  return result;
}

}  // namespace

void RegisterLinkQuery(Napi::Env env, Napi::Object exports, State* state) {
  Export<Query>(env, exports, state, "programQuery");
  Export<TaskFdQuery>(env, exports, state, "taskFdQuery");
}

}  // namespace ebpf
