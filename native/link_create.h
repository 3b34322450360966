#pragma once
// Links of BPF_LINK_CREATE and BPF_RAW_TRACEPOINT_OPEN: tracing, LSM, cgroup, netns, XDP, tcx, netkit, netfilter,
// sockmap, iterators, probes of many functions. A program's descriptor is all they need, wherever it came from.

#include <napi.h>

namespace ebpf {

struct State;

void RegisterLinkCreate(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
