#pragma once

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLock(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
