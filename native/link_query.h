#pragma once
// Which programs are attached at a hook.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinkQuery(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
