#pragma once
// What the kernel says of a bpf_link, by its kind.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinkInfo(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
