#pragma once
// The kernel's information about a bpf_link, by kind.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinkInfo(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
