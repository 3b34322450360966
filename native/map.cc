#include "map.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "arguments.h"
#include "error.h"
#include "state.h"

namespace ebpf {

namespace {

bool IsPerCpu(uint32_t type) {
  switch (type) {
    case BPF_MAP_TYPE_PERCPU_HASH:
    case BPF_MAP_TYPE_LRU_PERCPU_HASH:
    case BPF_MAP_TYPE_PERCPU_ARRAY:
    case BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE:
      return true;
    default:
      return false;
  }
}

}  // namespace

Map::Map(Fd fd) : fd_(std::move(fd)) {
  uint32_t length = sizeof info_;
  if (bpf_map_get_info_by_fd(fd_.get(), &info_, &length) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot describe the map");
  value_space_ = info_.value_size;
  if (IsPerCpu(info_.type)) {
    int cpus = libbpf_num_possible_cpus();
    if (cpus < 0) throw std::system_error(-cpus, std::generic_category(), "cannot count the possible CPUs");
    value_space_ = RoundUpTo8(info_.value_size) * static_cast<size_t>(cpus);
  }
}

napi_value Map::Scratch(napi_env env) {
  napi_value buffer = nullptr;
  if (scratch_) {
    napi_get_reference_value(env, scratch_, &buffer);
    return buffer;
  }
  // Batch cursors take at least 4 bytes, whatever the key's size.
  size_t key_space = RoundUpTo8(info_.key_size < 4 ? 4 : info_.key_size);
  void* data;
  if (napi_create_arraybuffer(env, 2 * key_space + RoundUpTo8(value_space_), &data, &buffer) != napi_ok ||
      napi_create_reference(env, buffer, 1, &scratch_) != napi_ok)
    return nullptr;
  key = static_cast<uint8_t*>(data);
  next_key = key + key_space;
  value = next_key + key_space;
  return buffer;
}

void Map::Release(napi_env env) {
  if (memory) {
    memory->Release(env);
    memory.reset();
  }
  if (scratch_) {
    napi_delete_reference(env, scratch_);
    scratch_ = nullptr;
    key = next_key = value = nullptr;
  }
}

Map& MapArgument(const Napi::CallbackInfo& info, size_t index) {
  Map* map = StateOf(info).maps.Get(Get<int32_t>(info, index, "handle"));
  if (!map) throw BadHandle(info.Env());
  return *map;
}

namespace {

Napi::Value Close(const Napi::CallbackInfo& info) {
  std::shared_ptr<Map> map = StateOf(info).maps.Remove(Get<int32_t>(info, 0, "handle"));
  if (map) map->Release(info.Env());
  return info.Env().Undefined();
}

Napi::Value Scratch(const Napi::CallbackInfo& info) {
  napi_value buffer = MapArgument(info).Scratch(info.Env());
  if (!buffer) throw NativeError(info.Env(), ENOMEM, "");
  return Napi::Value(info.Env(), buffer);
}

Napi::Value Info(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Map& map = MapArgument(info);
  const bpf_map_info& raw = map.info();
  Napi::Object result = Napi::Object::New(env);
  result.Set("id", raw.id);
  result.Set("type", raw.type);
  result.Set("name", std::string(raw.name, strnlen(raw.name, sizeof raw.name)));
  result.Set("keySize", raw.key_size);
  result.Set("valueSize", raw.value_size);
  result.Set("maxEntries", raw.max_entries);
  result.Set("flags", raw.map_flags);
  result.Set("mapExtra", Napi::BigInt::New(env, static_cast<uint64_t>(raw.map_extra)));
  result.Set("ifindex", raw.ifindex);
  result.Set("btfId", raw.btf_id);
  result.Set("btfKeyType", raw.btf_key_type_id);
  result.Set("btfValueType", raw.btf_value_type_id);
  result.Set("btfVmlinuxValueType", raw.btf_vmlinux_value_type_id);
  result.Set("valueSpace", static_cast<double>(map.value_space()));
  return result;
}

Napi::Value FileDescriptor(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), MapArgument(info).fd());
}

Napi::Value Freeze(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), bpf_map_freeze(MapArgument(info).fd()));
}

Napi::Value Pin(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), bpf_obj_pin(MapArgument(info).fd(), Get<std::string>(info, 1, "path").c_str()));
}

Napi::Value NextId(const Napi::CallbackInfo& info) {
  uint32_t next;
  int status = bpf_map_get_next_id(Get<uint32_t>(info, 0, "id"), &next);
  return Napi::Number::New(info.Env(), status < 0 ? status : static_cast<double>(next));
}

Napi::Value PossibleCpus(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), libbpf_num_possible_cpus());
}

}  // namespace

void RegisterMap(Napi::Env env, Napi::Object exports, State* state) {
  Export<Close>(env, exports, state, "mapClose");
  Export<Scratch>(env, exports, state, "mapScratch");
  Export<Info>(env, exports, state, "mapInfo");
  Export<FileDescriptor>(env, exports, state, "mapFd");
  Export<Freeze>(env, exports, state, "mapFreeze");
  Export<Pin>(env, exports, state, "mapPin");
  Export<NextId>(env, exports, state, "mapNextId");
  Export<PossibleCpus>(env, exports, state, "possibleCpus");
}

}  // namespace ebpf
