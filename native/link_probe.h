#pragma once
// What only libbpf can attach: probes written to tracefs, as kernels before 4.17 need them, and USDT, whose argument
// specifications libbpf keeps in maps of the object. Both need a program that an object of ours gave.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinkProbe(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
