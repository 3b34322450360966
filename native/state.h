#pragma once
// The resources of one environment (the main thread or a worker). They are not shared between threads.

#include <napi.h>

#include <map>
#include <memory>

#include "arguments.h"
#include "error.h"
#include "fd.h"
#include "slots.h"

namespace ebpf {

// Declared here and defined in their own headers, so that a change of one header rebuilds only its users.
class Link;
class Map;
class Object;
class PerfBuffer;
class Poller;
class Program;
class Qdisc;
class RingBuffer;
class UserRingBuffer;

struct State {
  State();
  ~State();

  // In this order, so that links are destroyed before their programs and objects.
  Slots<Object, Kind::kObject> objects;
  Slots<Program, Kind::kProgram> programs;
  Slots<Map, Kind::kMap> maps;
  // By interface index: the qdiscs of existing links.
  std::map<int, std::weak_ptr<Qdisc>> qdiscs;
  Slots<Link, Kind::kLink> links;
  // Plain descriptors that are kept open.
  Slots<Fd, Kind::kDescriptor> descriptors;
  Slots<RingBuffer, Kind::kRing> rings;
  Slots<UserRingBuffer, Kind::kUserRing> user_rings;
  Slots<PerfBuffer, Kind::kPerf> perfs;
  // Exists only while there are readers.
  std::unique_ptr<Poller> poller;
};

inline State& StateOf(const Napi::CallbackInfo& info) { return *static_cast<State*>(info.Data()); }

template <Napi::Value (*function)(const Napi::CallbackInfo&)>
Napi::Value Guarded(const Napi::CallbackInfo& info) {
  Call call;
  try {
    return function(info);
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw NativeError(info.Env(), CaughtErrno(), "");
  }
}

// Resolves a promise with the result of `make`, or rejects it with the exception.
template <typename Make>
void Settle(Napi::Env env, const Napi::Promise::Deferred& promise, Make make) {
  try {
    promise.Resolve(make());
  } catch (const Napi::Error& error) {
    promise.Reject(error.Value());
  } catch (...) {
    promise.Reject(NativeError(env, CaughtErrno(), "").Value());
  }
}

// Exports one function of the addon. C++ exceptions become JavaScript errors.
template <Napi::Value (*function)(const Napi::CallbackInfo&)>
void Export(Napi::Env env, Napi::Object exports, State* state, const char* name) {
  exports.Set(name, Napi::Function::New<Guarded<function>>(env, name, state));
}

template <napi_callback function>
napi_value Counted(napi_env env, napi_callback_info info) {
  Call call;
  return function(env, info);
}

// The same without the C++ wrapper, for hot functions. Such a function must not throw.
template <napi_callback function>
void ExportFast(Napi::Env env, Napi::Object exports, State* state, const char* name) {
#ifdef EBPF_CHECKS
  napi_callback called = Counted<function>;
#else
  napi_callback called = function;
#endif
  napi_value value;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, called, state, &value) == napi_ok) exports.Set(name, value);
}

}  // namespace ebpf
