#pragma once
// struct_ops: the kernel calls a program through a struct of functions, which is a map. libbpf has the contents of the
// map, translated to the kernel's layout, so the map must be one that an object of ours gave.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinkStructOps(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
