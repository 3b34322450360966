#include "map.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "error.h"
#include "options.h"
#include "state.h"

namespace ebpf {

namespace {

size_t RoundUp(size_t bytes) { return (bytes + 7) & ~size_t{7}; }

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
    value_space_ = RoundUp(info_.value_size) * static_cast<size_t>(cpus);
  }
}

Map::~Map() {
  if (memory_) munmap(memory_, memory_size_);
}

napi_value Map::Scratch(napi_env env) {
  napi_value buffer = nullptr;
  if (scratch_) {
    napi_get_reference_value(env, scratch_, &buffer);
    return buffer;
  }
  // Batch cursors take at least 4 bytes, whatever the key's size.
  size_t key_space = RoundUp(info_.key_size < 4 ? 4 : info_.key_size);
  void* data;
  if (napi_create_arraybuffer(env, 2 * key_space + RoundUp(value_space_), &data, &buffer) != napi_ok ||
      napi_create_reference(env, buffer, 1, &scratch_) != napi_ok)
    return nullptr;
  key = static_cast<uint8_t*>(data);
  next_key = key + key_space;
  value = next_key + key_space;
  return buffer;
}

napi_value Map::Memory(napi_env env, bool writable) {
  napi_value buffer = nullptr;
  if (memory_ref_) {
    // A store through a read-only mapping would be a SIGSEGV.
    if (writable && !memory_writable_) {
      errno = EACCES;
      return nullptr;
    }
    napi_get_reference_value(env, memory_ref_, &buffer);
    return buffer;
  }
  // The kernel rounds elements up to 8 bytes and the whole up to pages (array_map_alloc).
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  size_t bytes = RoundUp(info_.value_size) * info_.max_entries;
  size_t size = (bytes + page - 1) / page * page;
  void* memory = mmap(nullptr, size, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd_.get(), 0);
  if (memory == MAP_FAILED) return nullptr;
  auto keep = [](napi_env, void*, void*) {};
  if (napi_create_external_arraybuffer(env, memory, bytes, keep, nullptr, &buffer) != napi_ok ||
      napi_create_reference(env, buffer, 1, &memory_ref_) != napi_ok) {
    munmap(memory, size);
    // Electron forbids external memory; the caller goes through lookup and update instead.
    errno = ENOTSUP;
    return nullptr;
  }
  memory_ = memory;
  memory_size_ = size;
  memory_writable_ = writable;
  return buffer;
}

void Map::Release(napi_env env) {
  if (memory_ref_) {
    napi_value buffer;
    if (napi_get_reference_value(env, memory_ref_, &buffer) == napi_ok && buffer) napi_detach_arraybuffer(env, buffer);
    napi_delete_reference(env, memory_ref_);
    memory_ref_ = nullptr;
  }
  if (scratch_) {
    napi_delete_reference(env, scratch_);
    scratch_ = nullptr;
    key = next_key = value = nullptr;
  }
}

namespace {

// --- the hot path: a handle and flags go in, 0 or a negative errno comes out ---

struct MapCall {
  Map* map = nullptr;
  uint64_t flags = 0;

  MapCall(napi_env env, napi_callback_info info) {
    size_t argc = 2;
    napi_value argv[2];
    void* state;
    int32_t handle = 0;
    if (napi_get_cb_info(env, info, &argc, argv, nullptr, &state) != napi_ok || argc < 1) return;
    if (napi_get_value_int32(env, argv[0], &handle) != napi_ok) return;
    if (argc > 1) {
      int64_t wide = 0;
      napi_get_value_int64(env, argv[1], &wide);
      flags = static_cast<uint64_t>(wide);
    }
    Map* found = static_cast<State*>(state)->maps.Get(handle);
    if (found && found->key) map = found;
  }
};

napi_value Status(napi_env env, int status) {
  napi_value value;
  return napi_create_int32(env, status, &value) == napi_ok ? value : nullptr;
}

napi_value Lookup(napi_env env, napi_callback_info info) {
  MapCall call(env, info);
  if (!call.map) return Status(env, -EBADF);
  return Status(env, bpf_map_lookup_elem_flags(call.map->fd(), call.map->key, call.map->value, call.flags));
}

napi_value Update(napi_env env, napi_callback_info info) {
  MapCall call(env, info);
  if (!call.map) return Status(env, -EBADF);
  return Status(env, bpf_map_update_elem(call.map->fd(), call.map->key, call.map->value, call.flags));
}

napi_value Delete(napi_env env, napi_callback_info info) {
  MapCall call(env, info);
  if (!call.map) return Status(env, -EBADF);
  return Status(env, bpf_map_delete_elem_flags(call.map->fd(), call.map->key, call.flags));
}

napi_value LookupAndDelete(napi_env env, napi_callback_info info) {
  MapCall call(env, info);
  if (!call.map) return Status(env, -EBADF);
  return Status(env,
                bpf_map_lookup_and_delete_elem_flags(call.map->fd(), call.map->key, call.map->value, call.flags));
}

// From the key in the key region to the next-key region; a second argument of 1 asks for the first key.
napi_value NextKey(napi_env env, napi_callback_info info) {
  MapCall call(env, info);
  if (!call.map) return Status(env, -EBADF);
  return Status(env, bpf_map_get_next_key(call.map->fd(), call.flags ? nullptr : call.map->key, call.map->next_key));
}

// --- the rest ---

Map& MapArgument(const Napi::CallbackInfo& info) {
  Map* map = StateOf(info).maps.Get(info[0].As<Napi::Number>().Int32Value());
  if (!map) throw BadHandle(info.Env());
  return *map;
}

Napi::Value Adopt(const Napi::CallbackInfo& info, int fd) {
  Napi::Env env = info.Env();
  if (fd < 0) throw NativeError(env, -fd, "");
  try {
    return Napi::Number::New(env, StateOf(info).maps.Add(std::make_shared<Map>(Fd(fd))));
  } catch (const std::system_error& error) {
    throw NativeError(env, error.code().value(), error.what());
  }
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  std::shared_ptr<Map> map = StateOf(info).maps.Remove(info[0].As<Napi::Number>().Int32Value());
  if (map) map->Release(info.Env());
  return info.Env().Undefined();
}

Napi::Value Scratch(const Napi::CallbackInfo& info) {
  napi_value buffer = MapArgument(info).Scratch(info.Env());
  if (!buffer) throw NativeError(info.Env(), ENOMEM, "");
  return Napi::Value(info.Env(), buffer);
}

Napi::Value Memory(const Napi::CallbackInfo& info) {
  napi_value buffer = MapArgument(info).Memory(info.Env(), info[1].As<Napi::Boolean>().Value());
  return buffer ? Napi::Value(info.Env(), buffer) : Napi::Number::New(info.Env(), -errno);
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
  return Napi::Number::New(info.Env(), bpf_obj_pin(MapArgument(info).fd(), info[1].As<Napi::String>().Utf8Value().c_str()));
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
    opts.inner_map_fd = map->fd();
  }
  std::string name = options.Text("name", "");
  return Adopt(info, bpf_map_create(static_cast<bpf_map_type>(options.Number<uint32_t>("type", 0)),
                                    name.empty() ? nullptr : name.c_str(), options.Number<uint32_t>("keySize", 0),
                                    options.Number<uint32_t>("valueSize", 0),
                                    options.Number<uint32_t>("maxEntries", 0), &opts));
}

Napi::Value FromId(const Napi::CallbackInfo& info) {
  return Adopt(info, bpf_map_get_fd_by_id(info[0].As<Napi::Number>().Uint32Value()));
}

Napi::Value FromPin(const Napi::CallbackInfo& info) {
  return Adopt(info, bpf_obj_get(info[0].As<Napi::String>().Utf8Value().c_str()));
}

Napi::Value FromFd(const Napi::CallbackInfo& info) {
  int fd = fcntl(info[0].As<Napi::Number>().Int32Value(), F_DUPFD_CLOEXEC, 3);
  return Adopt(info, fd < 0 ? -errno : fd);
}

Napi::Value NextId(const Napi::CallbackInfo& info) {
  uint32_t next;
  int status = bpf_map_get_next_id(info[0].As<Napi::Number>().Uint32Value(), &next);
  return Napi::Number::New(info.Env(), status < 0 ? status : static_cast<double>(next));
}

Napi::Value PossibleCpus(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), libbpf_num_possible_cpus());
}

}  // namespace

void RegisterMap(Napi::Env env, Napi::Object exports, State* state) {
  ExportFast(env, exports, state, "mapLookup", Lookup);
  ExportFast(env, exports, state, "mapUpdate", Update);
  ExportFast(env, exports, state, "mapDelete", Delete);
  ExportFast(env, exports, state, "mapLookupAndDelete", LookupAndDelete);
  ExportFast(env, exports, state, "mapNextKey", NextKey);
  Export<Close>(env, exports, state, "mapClose");
  Export<Scratch>(env, exports, state, "mapScratch");
  Export<Memory>(env, exports, state, "mapMemory");
  Export<Info>(env, exports, state, "mapInfo");
  Export<FileDescriptor>(env, exports, state, "mapFd");
  Export<Freeze>(env, exports, state, "mapFreeze");
  Export<Pin>(env, exports, state, "mapPin");
  Export<Create>(env, exports, state, "mapCreate");
  Export<FromId>(env, exports, state, "mapFromId");
  Export<FromPin>(env, exports, state, "mapFromPin");
  Export<FromFd>(env, exports, state, "mapFromFd");
  Export<NextId>(env, exports, state, "mapNextId");
  Export<PossibleCpus>(env, exports, state, "possibleCpus");
}

}  // namespace ebpf
