#pragma once
// libbpf's static linker: one object of several.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinker(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
