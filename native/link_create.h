#pragma once
// Links of BPF_LINK_CREATE and BPF_RAW_TRACEPOINT_OPEN: tracing, LSM, cgroup, netns, XDP, tcx, netkit, netfilter,
// sockmap, iterators, multi probes. They need only the descriptor of a program, not the object that it came from.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinkCreate(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
