#pragma once
// Attaches a program at the target of its SEC name, without options and without an explanation of a failure. Loading a
// small object takes less time than JavaScript needs to describe an attachment, so a collection tries this first.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinkDirect(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
