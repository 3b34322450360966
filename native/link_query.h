#pragma once
// Queries the programs that are attached to a hook.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinkQuery(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
