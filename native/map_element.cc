// Operations on one element of a map. They take a handle and flags, and return undefined or a negative errno. Keys and
// values are in the scratch buffer of the map (map.h).

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "arguments.h"
#include "bpf_call.h"
#include "map.h"
#include "state.h"

namespace ebpf {

namespace {

struct MapCall {
  Map* map = nullptr;
  uint64_t flags = 0;

  MapCall(napi_env env, napi_callback_info info) {
    size_t argc = 2;
    napi_value argv[2];
    void* state;
    int32_t handle = 0;
    if (napi_get_cb_info(env, info, &argc, argv, nullptr, &state) != napi_ok || argc < 1) return;
    if (!ReadExact(env, argv[0], &handle) || (argc > 1 && !ReadExact(env, argv[1], &flags))) return;
    Map* found = static_cast<State*>(state)->maps.Get(handle);
    if (found && found->key) map = found;
  }
};

// Success is undefined, which needs no new value.
napi_value Status(napi_env env, int status) {
  if (status == 0) return nullptr;
  napi_value value;
  return napi_create_int32(env, status, &value) == napi_ok ? value : nullptr;
}

// `value` is the value pointer of the command: the region of the value or of the next key.
inline __attribute__((always_inline)) int Call(bpf_cmd command, int fd, const void* key, void* value, uint64_t flags) {
  constexpr uint32_t size = offsetof(bpf_attr, flags) + sizeof(bpf_attr::flags);
  bpf_attr attr;
  memset(&attr, 0, size);
  attr.map_fd = static_cast<uint32_t>(fd);
  attr.key = reinterpret_cast<uintptr_t>(key);
  attr.value = reinterpret_cast<uintptr_t>(value);
  attr.flags = flags;
  return BpfCall(command, &attr, size);
}

template <bpf_cmd command>
napi_value Element(napi_env env, napi_callback_info info) {
  MapCall call(env, info);
  if (!call.map) return Status(env, -EBADF);
  Map& map = *call.map;
  // Deleting takes neither flags nor a value.
  constexpr bool takes_value = command != BPF_MAP_DELETE_ELEM;
  return Status(
      env, Call(command, map.fd(), map.key_or_none(), takes_value ? map.value : nullptr, takes_value ? call.flags : 0));
}

// From the key in the key region to the next-key region; a second argument of 1 requests the first key.
napi_value NextKey(napi_env env, napi_callback_info info) {
  MapCall call(env, info);
  if (!call.map) return Status(env, -EBADF);
  Map& map = *call.map;
  return Status(env, Call(BPF_MAP_GET_NEXT_KEY, map.fd(), call.flags ? nullptr : map.key, map.next_key, 0));
}

}  // namespace

void RegisterMapElement(Napi::Env env, Napi::Object exports, State* state) {
  ExportFast<Element<BPF_MAP_LOOKUP_ELEM>>(env, exports, state, "mapLookup");
  ExportFast<Element<BPF_MAP_UPDATE_ELEM>>(env, exports, state, "mapUpdate");
  ExportFast<Element<BPF_MAP_DELETE_ELEM>>(env, exports, state, "mapDelete");
  ExportFast<Element<BPF_MAP_LOOKUP_AND_DELETE_ELEM>>(env, exports, state, "mapLookupAndDelete");
  ExportFast<NextKey>(env, exports, state, "mapNextKey");
}

}  // namespace ebpf
