#pragma once
// The common part of readers and writers of rings: each owns a descriptor of its map, is registered in a table of the
// environment, and is watched by the environment's poller under its handle.
//
// A watched class T has
//   int Watch(Poller& poller, int32_t handle);     0 or a negative errno
//   void Forget(Poller& poller, int32_t handle);   before its descriptors are closed

#include <cerrno>
#include <memory>

#include "error.h"
#include "map.h"
#include "poller.h"
#include "state.h"

namespace ebpf {

// (map, …): returns the handle of the object that `make` creates from a descriptor and the map's information. `make`
// can throw std::system_error.
template <typename T, Kind kind, typename Make>
Napi::Value OpenWatched(const Napi::CallbackInfo& info, Slots<T, kind>& slots, Make make) {
  Napi::Env env = info.Env();
  State& state = StateOf(info);
  Map* map = state.maps.Get(Get<int32_t>(info, 0, "handle"));
  if (!map || !state.poller) throw BadHandle(env);
  Fd fd = Fd::Duplicate(map->fd());
  if (!fd.valid()) throw NativeError(env, errno, "");
  std::shared_ptr<T> watched = make(std::move(fd), map->info());
  int32_t handle = slots.Add(watched);
  if (handle < 0) throw NativeError(env, EMFILE, "");
  int status = watched->Watch(*state.poller, handle);
  if (status < 0) {
    watched->Forget(*state.poller, handle);
    slots.Remove(handle);
    throw NativeError(env, -status, "");
  }
  return Napi::Number::New(env, handle);
}

// (handle, …): returns the object of the handle.
template <typename T, Kind kind>
T& WatchedArgument(const Napi::CallbackInfo& info, const Slots<T, kind>& slots) {
  T* watched = slots.Get(Get<int32_t>(info, 0, "handle"));
  if (!watched) throw BadHandle(info.Env());
  return *watched;
}

// (handle): stops watching the object and returns it to the caller, which frees it. nullptr for a stale handle.
template <typename T, Kind kind>
std::shared_ptr<T> CloseWatched(const Napi::CallbackInfo& info, Slots<T, kind>& slots) {
  State& state = StateOf(info);
  int32_t handle = Get<int32_t>(info, 0, "handle");
  std::shared_ptr<T> watched = slots.Remove(handle);
  if (watched && state.poller) watched->Forget(*state.poller, handle);
  return watched;
}

}  // namespace ebpf
