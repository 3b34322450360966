// One element of a map: a handle and flags go in, 0 or a negative errno comes out. Keys and values pass through the
// map's scratch buffer (map.h).

#include <bpf/bpf.h>

#include <cerrno>

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
  Map& map = *call.map;
  return Status(env, bpf_map_lookup_elem_flags(map.fd(), map.key_or_none(), map.value, call.flags));
}

napi_value Update(napi_env env, napi_callback_info info) {
  MapCall call(env, info);
  if (!call.map) return Status(env, -EBADF);
  Map& map = *call.map;
  return Status(env, bpf_map_update_elem(map.fd(), map.key_or_none(), map.value, call.flags));
}

napi_value Delete(napi_env env, napi_callback_info info) {
  MapCall call(env, info);
  if (!call.map) return Status(env, -EBADF);
  // Not the call with flags, which Linux before 5.6 refuses even with none.
  return Status(env, bpf_map_delete_elem(call.map->fd(), call.map->key_or_none()));
}

napi_value LookupAndDelete(napi_env env, napi_callback_info info) {
  MapCall call(env, info);
  if (!call.map) return Status(env, -EBADF);
  Map& map = *call.map;
  // As above: with no flags, queues and stacks can do it from Linux 4.20 on.
  if (call.flags == 0) return Status(env, bpf_map_lookup_and_delete_elem(map.fd(), map.key_or_none(), map.value));
  return Status(env, bpf_map_lookup_and_delete_elem_flags(map.fd(), map.key_or_none(), map.value, call.flags));
}

// From the key in the key region to the next-key region; a second argument of 1 asks for the first key.
napi_value NextKey(napi_env env, napi_callback_info info) {
  MapCall call(env, info);
  if (!call.map) return Status(env, -EBADF);
  Map& map = *call.map;
  return Status(env, bpf_map_get_next_key(map.fd(), call.flags ? nullptr : map.key, map.next_key));
}

}  // namespace

void RegisterMapElement(Napi::Env env, Napi::Object exports, State* state) {
  ExportFast(env, exports, state, "mapLookup", Lookup);
  ExportFast(env, exports, state, "mapUpdate", Update);
  ExportFast(env, exports, state, "mapDelete", Delete);
  ExportFast(env, exports, state, "mapLookupAndDelete", LookupAndDelete);
  ExportFast(env, exports, state, "mapNextKey", NextKey);
}

}  // namespace ebpf
