// Creates a map, or opens one by its pin, ID or descriptor.

#include <bpf/bpf.h>
#include <fcntl.h>

#include <cerrno>
#include <string>

#include "arguments.h"
#include "error.h"
#include "fd_kind.h"
#include "map.h"
#include "map_fields.h"
#include "state.h"

namespace ebpf {

namespace {

Napi::Value Adopt(const Napi::CallbackInfo& info, int fd) {
  Napi::Env env = info.Env();
  if (fd < 0) throw NativeError(env, -fd, "");
  Fd own(fd);
  if (!IsMap(own.get())) throw NativeError(env, EINVAL, "not a map");
  int32_t handle = StateOf(info).maps.Add(std::make_shared<Map>(std::move(own)));
  if (handle < 0) throw NativeError(env, EMFILE, "");
  return Napi::Number::New(env, handle);
}

Napi::Value Create(const Napi::CallbackInfo& info) {
  Options options(info, 0);
  MapFields fields = ReadMapFields(options);
  LIBBPF_OPTS(bpf_map_create_opts, opts);
  opts.map_flags = fields.flags.value_or(0);
  opts.map_extra = fields.map_extra.value_or(0);
  opts.numa_node = fields.numa_node.value_or(0);
  opts.map_ifindex = fields.ifindex.value_or(0);
  if (auto inner = options.Maybe<int32_t>("inner")) {
    Map* map = StateOf(info).maps.Get(*inner);
    if (!map) throw BadHandle(info.Env());
    opts.inner_map_fd = static_cast<uint32_t>(map->fd());
  }
  auto exclusive = options.Maybe<std::vector<uint8_t>>("exclusiveProgram");
  if (exclusive) {
    opts.excl_prog_hash = exclusive->data();
    opts.excl_prog_hash_size = static_cast<uint32_t>(exclusive->size());
  }
  Fd types;
  if (auto btf = options.Maybe<std::vector<uint8_t>>("btf")) {
    types = Fd(bpf_btf_load(btf->data(), static_cast<uint32_t>(btf->size()), nullptr));
    // Only local storage requires BTF. For other maps, BTF is for other readers of the map.
    if (!types.valid() && options.Get<bool>("btfRequired")) throw NativeError(info.Env(), errno, "BTF");
    if (types.valid()) {
      opts.btf_fd = static_cast<uint32_t>(types.get());
      opts.btf_key_type_id = options.Get<uint32_t>("btfKeyType");
      opts.btf_value_type_id = options.Get<uint32_t>("btfValueType");
    }
  }
  std::string name = options.Get<std::string>("name");
  auto create = [&] {
    return bpf_map_create(fields.type.value_or(BPF_MAP_TYPE_UNSPEC), name.empty() ? nullptr : name.c_str(),
                          fields.key_size.value_or(0), fields.value_size.value_or(0), fields.max_entries.value_or(0),
                          &opts);
  };
  int fd = create();
  // An older kernel can refuse BTF that a newer one accepts.
  if (fd < 0 && types.valid() && !options.Get<bool>("btfRequired")) {
    opts.btf_fd = opts.btf_key_type_id = opts.btf_value_type_id = 0;
    fd = create();
  }
  return Adopt(info, fd);
}

Napi::Value FromId(const Napi::CallbackInfo& info) {
  LIBBPF_OPTS(bpf_get_fd_by_id_opts, opts);
  opts.open_flags = Get<uint32_t>(info, 1, "flags");
  return Adopt(info, bpf_map_get_fd_by_id_opts(Get<uint32_t>(info, 0, "id"), &opts));
}

Napi::Value FromPin(const Napi::CallbackInfo& info) {
  LIBBPF_OPTS(bpf_obj_get_opts, opts);
  opts.file_flags = Get<uint32_t>(info, 1, "flags");
  return Adopt(info, bpf_obj_get_opts(Get<std::string>(info, 0, "path").c_str(), &opts));
}

Napi::Value FromFd(const Napi::CallbackInfo& info) {
  int fd = fcntl(Get<Descriptor>(info, 0, "fd"), F_DUPFD_CLOEXEC, 3);
  return Adopt(info, fd < 0 ? -errno : fd);
}

Napi::Value Clone(const Napi::CallbackInfo& info) {
  Map& map = MapArgument(info);
  Fd fd = Fd::Duplicate(map.fd());
  if (!fd.valid()) throw NativeError(info.Env(), errno, "");
  auto clone = std::make_shared<Map>(std::move(fd));
  if (map.struct_ops()) clone->SetStructOps(map.struct_ops(), map.object());
  if (map.lent_memory()) clone->LendMemory(map.lent_memory(), map.lender());
  int32_t handle = StateOf(info).maps.Add(std::move(clone));
  if (handle < 0) throw NativeError(info.Env(), EMFILE, "");
  return Napi::Number::New(info.Env(), handle);
}

}  // namespace

void RegisterMapOpen(Napi::Env env, Napi::Object exports, State* state) {
  Export<Create>(env, exports, state, "mapCreate");
  Export<FromId>(env, exports, state, "mapFromId");
  Export<FromPin>(env, exports, state, "mapFromPin");
  Export<FromFd>(env, exports, state, "mapFromFd");
  Export<Clone>(env, exports, state, "mapClone");
}

}  // namespace ebpf
