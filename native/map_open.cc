// The ways to a map: a new one, or one that exists, by its pin, its id or a descriptor.

#include <bpf/bpf.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include "error.h"
#include "map.h"
#include "options.h"
#include "state.h"

namespace ebpf {

namespace {

// The kernel would describe a program just as willingly, and its answer be read as a map's.
void CheckIsMap(int fd) {
  char target[32];
  std::string path = "/proc/self/fd/" + std::to_string(fd);
  ssize_t found = readlink(path.c_str(), target, sizeof target);
  if (found >= 0 && std::string_view(target, static_cast<size_t>(found)) != "anon_inode:bpf-map")
    throw std::system_error(EINVAL, std::generic_category(), "not a map");
}

Napi::Value Adopt(const Napi::CallbackInfo& info, int fd) {
  Napi::Env env = info.Env();
  if (fd < 0) throw NativeError(env, -fd, "");
  try {
    Fd own(fd);
    CheckIsMap(own.get());
    int32_t handle = StateOf(info).maps.Add(std::make_shared<Map>(std::move(own)));
    if (handle < 0) throw NativeError(env, EMFILE, "");
    return Napi::Number::New(env, handle);
  } catch (const std::system_error& error) {
    throw NativeError(env, error.code().value(), error.what());
  }
}

Napi::Value Create(const Napi::CallbackInfo& info) {
  Options options(info[0]);
  LIBBPF_OPTS(bpf_map_create_opts, opts);
  opts.map_flags = options.Number<uint32_t>("flags", 0);
  opts.map_extra = options.Number<uint64_t>("mapExtra", 0);
  opts.numa_node = options.Number<uint32_t>("numaNode", 0);
  opts.map_ifindex = options.Number<uint32_t>("ifindex", 0);
  if (auto inner = options.Maybe<int32_t>("inner")) {
    Map* map = StateOf(info).maps.Get(*inner);
    if (!map) throw BadHandle(info.Env());
    opts.inner_map_fd = static_cast<uint32_t>(map->fd());
  }
  Fd types;
  if (auto btf = options.Bytes("btf")) {
    types = Fd(bpf_btf_load(btf->data(), static_cast<uint32_t>(btf->size()), nullptr));
    // Only local storage cannot do without; elsewhere types are for who looks at the map from outside.
    if (!types.valid() && options.Number<bool>("btfRequired", false)) throw NativeError(info.Env(), errno, "BTF");
    if (types.valid()) {
      opts.btf_fd = static_cast<uint32_t>(types.get());
      opts.btf_key_type_id = options.Number<uint32_t>("btfKeyType", 0);
      opts.btf_value_type_id = options.Number<uint32_t>("btfValueType", 0);
    }
  }
  std::string name = options.Text("name", "");
  return Adopt(info, bpf_map_create(static_cast<bpf_map_type>(options.Number<uint32_t>("type", 0)),
                                    name.empty() ? nullptr : name.c_str(), options.Number<uint32_t>("keySize", 0),
                                    options.Number<uint32_t>("valueSize", 0),
                                    options.Number<uint32_t>("maxEntries", 0), &opts));
}

Napi::Value FromId(const Napi::CallbackInfo& info) {
  LIBBPF_OPTS(bpf_get_fd_by_id_opts, opts);
  opts.open_flags = info[1].As<Napi::Number>().Uint32Value();
  return Adopt(info, bpf_map_get_fd_by_id_opts(info[0].As<Napi::Number>().Uint32Value(), &opts));
}

Napi::Value FromPin(const Napi::CallbackInfo& info) {
  LIBBPF_OPTS(bpf_obj_get_opts, opts);
  opts.file_flags = info[1].As<Napi::Number>().Uint32Value();
  return Adopt(info, bpf_obj_get_opts(info[0].As<Napi::String>().Utf8Value().c_str(), &opts));
}

Napi::Value FromFd(const Napi::CallbackInfo& info) {
  int fd = fcntl(info[0].As<Napi::Number>().Int32Value(), F_DUPFD_CLOEXEC, 3);
  return Adopt(info, fd < 0 ? -errno : fd);
}

}  // namespace

void RegisterMapOpen(Napi::Env env, Napi::Object exports, State* state) {
  Export<Create>(env, exports, state, "mapCreate");
  Export<FromId>(env, exports, state, "mapFromId");
  Export<FromPin>(env, exports, state, "mapFromPin");
  Export<FromFd>(env, exports, state, "mapFromFd");
}

}  // namespace ebpf
