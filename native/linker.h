#pragma once
// libbpf's static linker, which combines several objects into one.
//
// The linker does not validate its input: a malformed object makes it access memory out of bounds. It therefore runs in
// a forked process, so that a malformed object ends only that process. The child does not call JavaScript. It shares
// the output file and one mapping for its messages with this process.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinker(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
