#include <bpf/libbpf.h>
#include <napi.h>

#include "btf.h"
#include "link.h"
#include "link_create.h"
#include "link_direct.h"
#include "link_info.h"
#include "link_net.h"
#include "link_perf.h"
#include "link_probe.h"
#include "link_query.h"
#include "link_socket.h"
#include "link_struct_ops.h"
#include "link_tc.h"
#include "linker.h"
#include "lock.h"
#include "map.h"
#include "object.h"
#include "perf_buffer.h"
#include "poller.h"
#include "probe.h"
#include "program.h"
#include "ring_buffer.h"
#include "rules.h"
#include "state.h"
#include "user_ring_buffer.h"

namespace ebpf {

static Napi::Value LibbpfVersion(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), libbpf_version_string());
}

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  State* state = new State;
  env.SetInstanceData(state);
  Export<LibbpfVersion>(env, exports, state, "libbpfVersion");
  RegisterBtf(env, exports, state);
  RegisterObject(env, exports, state);
  RegisterMap(env, exports, state);
  RegisterMapOpen(env, exports, state);
  RegisterMapElement(env, exports, state);
  RegisterMapBatch(env, exports, state);
  RegisterMapOwner(env, exports, state);
  RegisterMapMemory(env, exports, state);
  RegisterProbe(env, exports, state);
  RegisterProgram(env, exports, state);
  RegisterLink(env, exports, state);
  RegisterLinkCreate(env, exports, state);
  RegisterLinkDirect(env, exports, state);
  RegisterLinkInfo(env, exports, state);
  RegisterLinkNet(env, exports, state);
  RegisterLinkPerf(env, exports, state);
  RegisterLinkProbe(env, exports, state);
  RegisterLinkQuery(env, exports, state);
  RegisterLinkSocket(env, exports, state);
  RegisterLinkStructOps(env, exports, state);
  RegisterLinkTc(env, exports, state);
  RegisterLinker(env, exports, state);
  RegisterLock(env, exports, state);
  RegisterPoller(env, exports, state);
  RegisterRingBuffer(env, exports, state);
  RegisterUserRingBuffer(env, exports, state);
  RegisterPerfBuffer(env, exports, state);
#ifdef EBPF_CHECKS
  RegisterRules(env, exports, state);
#endif
  return exports;
}

NODE_API_MODULE(NODE_GYP_MODULE_NAME, Init)

}  // namespace ebpf
