#pragma once
// struct_ops: the kernel calls programs through a struct of functions, which is a map. libbpf has the contents of the
// map in the kernel's layout, so the map must come from an object that this process loaded.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinkStructOps(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
