// Batch operations, directly between the kernel and JavaScript memory.
//
// (map, operation, keys, values, control, flags) -> 0 or a negative errno. `keys` and `values` are Uint8Arrays of
// packed entries, or null if the operation does not use them. `control` is a Uint8Array of one batch or iteration:
//   u32 entries: requested, on return processed · u32 whether the cursor is set · the cursor
// Each length is checked against the kernel's sizes in the same frame as the system call, so that no view can shrink
// between check and call.

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>

#include "arguments.h"
#include "map.h"
#include "state.h"

namespace ebpf {

namespace {

// From include/linux/errno.h. The C library does not define it.
constexpr int kNotSupported = 524;

enum Operation : uint32_t {
  kLookup,
  kLookupAndDelete,
  kUpdate,
  kDelete,
  // The same operation entry by entry, for kernels before 5.6 and map types without batches, in one call from
  // JavaScript.
  kSingly = 4,
};

struct Batch {
  Map& map;
  Span keys;
  Span values;
  uint32_t count;
  bool started;
  uint8_t* cursor;
  uint64_t flags;

  uint8_t* key(uint32_t i) const { return keys.data + size_t{i} * map.info().key_size; }
  uint8_t* value(uint32_t i) const { return values.data + size_t{i} * map.value_space(); }
};

bool SpanOrNull(napi_env env, napi_value value, Span* span) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  return type == napi_null || ReadSpan(env, value, span);
}

int InOneCall(Batch& batch, uint32_t operation) {
  LIBBPF_OPTS(bpf_map_batch_opts, opts);
  opts.elem_flags = batch.flags;
  int fd = batch.map.fd();
  void* from = batch.started ? batch.cursor : nullptr;
  switch (operation) {
    case kLookup:
      return bpf_map_lookup_batch(fd, from, batch.cursor, batch.keys.data, batch.values.data, &batch.count, &opts);
    case kLookupAndDelete:
      return bpf_map_lookup_and_delete_batch(fd, from, batch.cursor, batch.keys.data, batch.values.data, &batch.count,
                                             &opts);
    case kUpdate:
      return bpf_map_update_batch(fd, batch.keys.data, batch.values.data, &batch.count, &opts);
    default:
      return bpf_map_delete_batch(fd, batch.keys.data, &batch.count, &opts);
  }
}

int Take(const Batch& batch, const uint8_t* key, uint8_t* value) {
  int fd = batch.map.fd();
  int status = batch.flags ? bpf_map_lookup_and_delete_elem_flags(fd, key, value, batch.flags)
                           : bpf_map_lookup_and_delete_elem(fd, key, value);
  // One system call for hash maps since Linux 5.14.
  if (status != -kNotSupported && status != -EINVAL && status != -EOPNOTSUPP) return status;
  status = bpf_map_lookup_elem_flags(fd, key, value, batch.flags);
  return status ? status : bpf_map_delete_elem(fd, key);
}

// The cursor is the next key to return, not the last returned one, so that the caller can delete returned entries.
int Walk(Batch& batch, bool remove) {
  int fd = batch.map.fd();
  uint32_t wanted = batch.count;
  size_t key_size = batch.map.info().key_size;
  uint8_t next[512];
  std::unique_ptr<uint8_t[]> large;
  uint8_t* following = next;
  if (key_size > sizeof next) following = (large = std::make_unique<uint8_t[]>(key_size)).get();

  batch.count = 0;
  if (!batch.started) {
    int status = bpf_map_get_next_key(fd, nullptr, batch.cursor);
    if (status) return status;
    batch.started = true;
  }
  while (batch.count < wanted) {
    // Read before the key is removed, because the kernel restarts from the first key if the given one does not exist.
    int after = bpf_map_get_next_key(fd, batch.cursor, following);
    int status = 0;
    if (batch.values.data) {
      uint8_t* value = batch.value(batch.count);
      status =
          remove ? Take(batch, batch.cursor, value) : bpf_map_lookup_elem_flags(fd, batch.cursor, value, batch.flags);
    }
    if (status == 0)
      memcpy(batch.key(batch.count++), batch.cursor, key_size);
    else if (status != -ENOENT)
      return status;
    if (after) return after;
    memcpy(batch.cursor, following, key_size);
  }
  return 0;
}

int OneByOne(Batch& batch, uint32_t operation) {
  if (operation == kLookup || operation == kLookupAndDelete) return Walk(batch, operation == kLookupAndDelete);
  uint32_t wanted = batch.count;
  int fd = batch.map.fd();
  for (batch.count = 0; batch.count < wanted; batch.count++) {
    int status = operation == kUpdate
                     ? bpf_map_update_elem(fd, batch.key(batch.count), batch.value(batch.count), batch.flags)
                     : bpf_map_delete_elem(fd, batch.key(batch.count));
    if (status) return status;
  }
  return 0;
}

int Run(napi_env env, napi_callback_info info) {
  size_t argc = 6;
  napi_value argv[6];
  void* state;
  int32_t handle;
  uint32_t operation;
  Span keys, values, control;
  uint64_t flags;
  if (napi_get_cb_info(env, info, &argc, argv, nullptr, &state) != napi_ok || argc < 6) return -EINVAL;
  if (!ReadExact(env, argv[0], &handle) || !ReadExact(env, argv[1], &operation) || !SpanOrNull(env, argv[2], &keys) ||
      !SpanOrNull(env, argv[3], &values) || !ReadSpan(env, argv[4], &control) || !ReadExact(env, argv[5], &flags))
    return -EINVAL;
  Map* map = static_cast<State*>(state)->maps.Get(handle);
  if (!map) return -EBADF;

  bool singly = operation & kSingly;
  operation &= ~uint32_t{kSingly};
  if (operation > kDelete) return -EINVAL;
  size_t cursor_space = std::max<size_t>(map->info().key_size, 4);
  if (control.size < 8 + cursor_space || map->info().key_size == 0) return -EINVAL;
  uint32_t head[2];
  memcpy(head, control.data, sizeof head);
  if (keys.size / map->info().key_size < head[0]) return -EINVAL;
  // Only an iteration over keys needs no values.
  bool without = operation == kDelete || (singly && operation == kLookup && !values.data);
  if (!without && (map->value_space() == 0 || values.size / map->value_space() < head[0])) return -EINVAL;

  Batch batch{*map, keys, values, head[0], head[1] != 0, control.data + 8, flags};
  int status = singly ? OneByOne(batch, operation) : InOneCall(batch, operation);
  head[0] = batch.count;
  head[1] = batch.started || status == 0;
  memcpy(control.data, head, sizeof head);
  return status;
}

napi_value RunBatch(napi_env env, napi_callback_info info) {
  napi_value value;
  int status;
  try {
    status = Run(env, info);
  } catch (const std::bad_alloc&) {
    status = -ENOMEM;
  }
  return napi_create_int32(env, status, &value) == napi_ok ? value : nullptr;
}

}  // namespace

void RegisterMapBatch(Napi::Env env, Napi::Object exports, State* state) {
  ExportFast<RunBatch>(env, exports, state, "mapBatch");
}

}  // namespace ebpf
