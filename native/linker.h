#pragma once
// libbpf's static linker: one object of several.
//
// The linker believes its input: offsets and indexes of a malformed object lead it out of its memory. So it runs in a
// forked process, which is all that a malformed object can end. The child calls nothing of JavaScript, and shares with
// us the file that it writes and one mapping for what it has to say.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinker(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
