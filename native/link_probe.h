#pragma once
// Attachments that need libbpf: probes in tracefs, for kernels before 4.17, and USDT, because libbpf keeps the argument
// specifications in maps of the object. Both need a program of an object that this process loaded.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinkProbe(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
